"""What the pictures of money show, a sentence each; and what would change the answer most."""

import polars as pl

from careworth.readable import as_count, as_money, as_ratio, as_share, as_value, interval_text
from careworth.results import Row, pick
from careworth.wording.care import role_sentence
from careworth.wording.findings import known_row, sliced_rows
from careworth.wording.returns import gains_in_hundred, known

Values = pl.DataFrame

CARE = "channel=care_social"


def chance_finding(values: Values) -> str:
    """In how many of a hundred outcomes it earned more than it cost."""
    hundred = gains_in_hundred(values)
    if hundred is None:
        return ""
    if hundred in (0, 100):
        return f"Practically every outcome is a {'gain' if hundred else 'loss'}"
    return f"{hundred} in 100 outcomes are a gain, {100 - hundred} a loss"


def ledger_finding(values: Values) -> str:
    """What was gained, set against what it cost."""
    gains, cost = known_row(values, "M9", "gains", "basis=measured"), known(values, "M1", "total")
    if gains is None or cost is None:
        return ""
    return f"Gains of {as_money(gains['value'], gains['unit'])} stand against costs of {as_money(cost['value'], cost['unit'])}"


def assumed_sentence(values: Values) -> str:
    """What the gains that rest on an assumption add up to; empty where there are none."""
    assumed = known_row(values, "M9", "gains", "basis=assumed")
    if assumed is None:
        return ""
    return f"Hatched gains are assumed: {_with_range(assumed)} in all, and not in the answer above."


def attributed_sentence(values: Values) -> str:
    """The revenue that attribution credits to care, which is no gain; empty where nothing is attributed."""
    credit = known_row(values, "M5", "linear", CARE)
    if credit is None:
        return ""
    return (
        f"Attribution credits social care with {_with_range(credit)} of revenue by equal shares. "
        "That says who was there, not what would have been lost without it, so it is no gain here."
    )


def role_finding(values: Values) -> str:
    """What social care mostly does on the way to an order; empty where it is on no path."""
    if known_row(values, "M6", "assist", CARE) is None:
        return ""
    first = role_sentence(values).split(". ")[0]
    return first if first.startswith("Social care mostly") else "Social care has no one part on the way to an order"


def step_finding(values: Values) -> str:
    """How many of the steps from social care lead to an order."""
    row = known_row(values, "M6", "step", "step=care_social > order")
    return "" if row is None else f"{as_share(row['value'])} of the steps from social care lead straight to an order"


def lag_finding(values: Values) -> str:
    """By how many days before its order half of the paths had begun."""
    days = {int(day.strip("+")): row["value"] for day, row in sliced_rows(values, "M6", "path_days", "days=").items()}
    total, half = 0.0, sum(days.values()) / 2
    for day in sorted(days):
        total += days[day]
        if total >= half > 0:
            return f"Half of the ways to an order took {day} day{'' if day == 1 else 's'} or less"
    return ""


def credit_finding(values: Values, models: tuple[str, ...]) -> str:
    """Between which amounts the models put the revenue of social care."""
    credits = [row for row in (known_row(values, "M5", model, CARE) for model in models) if row is not None]
    if len(credits) < 2:
        return ""
    low, high = (pick_of(row["value"] for row in credits) for pick_of in (min, max))
    unit = credits[0]["unit"]
    least = as_money(low, unit) if low else "nothing"
    return f"Depending on the model, social care is credited with {least} to {as_money(high, unit)}"


def incremental_finding(values: Values) -> str:
    """Of the orders credited to social care, how many tests say would not have come without it."""
    credit, caused = known_row(values, "M5", "linear_conversions", CARE), known_row(values, "M7", "channel_conversions", CARE)
    if credit is None or caused is None:
        return ""
    told = f"{as_count(round(caused['value']))} ({as_count(round(caused['low']))} – {as_count(round(caused['high']))})"
    return f"Social care is credited with {as_count(round(credit['value']))} orders; tests say {told} came because of it"


def effect_finding(reason: str) -> str:
    """The first words of what was estimated, before its numbers.

    Examples
    --------
    >>> effect_finding("No effect shown of the campaign on calls: -3 % (95 % interval -13 to +7 %), assuming nothing else.")
    'No effect shown of the campaign on calls'
    """
    return reason.split(": ", 1)[0] if ": " in reason else ""


def swing_finding(values: Values) -> str:
    """The input that the return hangs on most."""
    top = _largest_swing(values)
    return "" if top is None else f"The return hangs most on {_input(top)}"


def _largest_swing(values: Values) -> Row | None:
    rows = values.filter(pl.col("value").is_not_null(), metric_id="M11", variant="swing").sort(
        "value", "slice", descending=[True, False]
    )
    return rows.row(0, named=True) if rows.height else None


def _input(row: Row) -> str:
    return f"“{row['slice'].removeprefix('input=')}”"


def change_of_mind(values: Values) -> str:
    """What would change the answer most: the input with the widest swing, and where the return would be nil."""
    top = _largest_swing(values)
    if top is None or top["low"] is None or top["high"] is None:
        return ""
    told = f"{_input(top)}: as it is low or high, the return lies between {as_ratio(top['low'])} and {as_ratio(top['high'])}."
    even = pick(values, "M12", "break_even", top["slice"])
    if even is None or even["value"] is None:
        return f"{told} No value that it could have makes the return nil."
    return f"{told} Nothing is won or lost at {as_value(even['value'], even['unit'])}."


def next_measure(values: Values) -> str:
    """What to measure next, and what knowing it is worth at most; empty where that was not worked out."""
    rows = values.filter(pl.col("slice").str.starts_with("input="), metric_id="M11", variant="value_of_information")
    worth = rows.drop_nulls("value").sort("value", "slice", descending=[True, False])
    if worth.is_empty():
        return ""
    top = worth.row(0, named=True)
    if top["value"] < 1:
        return "No input, however well measured, would change whether to go on."
    return f"{_input(top)}: to know it for certain is worth {as_money(top['value'], top['unit'])} at most."


def _with_range(row: Row) -> str:
    ranged = interval_text(row)
    return as_value(row["value"], row["unit"]) + (f" ({ranged})" if ranged else "")
