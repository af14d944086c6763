"""Numbers and sentences for readers; every sentence follows the interval, never the point alone."""

from datetime import date

import polars as pl

from careworth.results import Row, pick

Values = pl.DataFrame

#: Groups of fewer people than this are not shown (METRICS.md C.8).
FEWEST_SHOWN = 10

MINUS = "\u2212"

GRADES = {"A": "measured", "B": "measured by a proxy or a rule", "C": "assumed", "X": "not computable"}


def as_share(value: float) -> str:
    """A share in percent, with a digit more where it is small.

    Examples
    --------
    >>> as_share(0.184), as_share(0.614), as_share(1.0)
    ('18.4 %', '61 %', '100 %')
    """
    percent = 100 * value
    digits = 1 if abs(percent) < 20 and value not in (0, 1) else 0
    return f"{percent:.{digits}f} %".replace("-", MINUS)


def as_ratio(value: float) -> str:
    """A return in signed percent.

    Examples
    --------
    >>> as_ratio(0.18), as_ratio(-0.153)
    ('+18 %', '\u221215 %')
    """
    return f"{100 * value:+.0f} %".replace("-", MINUS)


def as_duration(minutes: float) -> str:
    """A time in the unit that a person would use.

    Examples
    --------
    >>> as_duration(22.4), as_duration(150), as_duration(4320), as_duration(0.5)
    ('22 min', '2.5 h', '3.0 days', '30 s')
    """
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def as_count(value: float) -> str:
    """A count with thousands apart; one decimal when it is small and not whole.

    Examples
    --------
    >>> as_count(12345), as_count(3.29)
    ('12 345', '3.3')
    """
    text = f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.1f}"
    return text.replace(",", " ").replace("-", MINUS)


def as_money(value: float, currency: str) -> str:
    """An amount with its currency, shortened where cents mean nothing.

    Examples
    --------
    >>> as_money(54321, "EUR"), as_money(4.1, "EUR"), as_money(-1234567, "EUR")
    ('EUR 54 k', 'EUR 4.10', '\u2212EUR 1.23 M')
    """
    size, sign = abs(value), MINUS if value < 0 else ""
    if size < 100:
        amount = f"{size:.2f}"
    elif size < 10_000:
        amount = f"{size:,.0f}".replace(",", " ")
    else:
        amount = f"{size / 1e3:.0f} k" if size < 999_500 else f"{size / 1e6:.2f} M"
    return f"{sign}{currency} {amount}"


def as_value(value: float | None, unit: str) -> str:
    """A number in the words of its unit; a dash where there is none."""
    if value is None:
        return "–"
    plain = {
        "share": as_share,
        "ratio": as_ratio,
        "minutes": as_duration,
        "count": as_count,
        "count/day": as_count,
        "yes/no": _as_yes,
    }
    if unit in plain:
        return plain[unit](value)
    if unit.endswith("/week"):
        return _as_slope(value, unit)
    return as_money(value, unit) if unit.isupper() else as_count(value)


def _as_yes(value: float) -> str:
    return "yes" if value else "no"


def _as_slope(value: float, unit: str) -> str:
    if unit == "share/week":
        return f"{abs(100 * value):.1f} points a week"
    if unit == "minutes/week":
        return f"{as_duration(abs(value))} a week"
    return f"{as_count(abs(round(value, 1)))} a week"


def interval_text(row: Row) -> str:
    """The interval of a row in words; empty for a complete count.

    Examples
    --------
    >>> interval_text({"metric_id": "Q1", "low": 0.17, "high": 0.2, "unit": "share"})
    '95 % interval 17.0 – 20 %'
    >>> interval_text({"metric_id": "S2", "low": 20.0, "high": None, "unit": "minutes"})
    '95 % interval 20 min – not reached'
    """
    if row["low"] is None and row["high"] is None:
        return ""
    low = as_value(row["low"], row["unit"]) if row["low"] is not None else "not reached"
    high = as_value(row["high"], row["unit"]) if row["high"] is not None else "not reached"
    if low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    return f"{'90 % range' if is_simulated(row) else '95 % interval'} {low} – {high}"


def is_simulated(row: Row) -> bool:
    """True for rows whose low and high are the 5th and 95th percentile of a simulation."""
    return row["metric_id"] in ("E4", "M1", "M3", "M7", "M9", "M11")


def too_few(row: Row) -> bool:
    """True for shares of so few that a person could be recognised."""
    return row["unit"] == "share" and row["n"] is not None and row["n"] < FEWEST_SHOWN


def period_text(start: date, end: date) -> str:
    """The campaign's days, the last one included.

    Examples
    --------
    >>> period_text(date(2025, 3, 1), date(2025, 6, 1))
    '1 March – 31 May 2025'
    """
    last = date.fromordinal(end.toordinal() - 1)
    first = f"{start.day} {start:%B}" + ("" if start.year == last.year else f" {start.year}")
    return f"{first} – {last.day} {last:%B} {last.year}"


def answer_word(values: Values) -> str:
    """The first word of the report: what the range of ROI allows to say."""
    roi = pick(values, "M9", "roi")
    if roi is None or roi["value"] is None:
        return "We cannot say."
    if roi["low"] > 0:
        return "Yes."
    if roi["high"] < 0:
        return "No."
    chance = pick(values, "M9", "probability_positive")["value"]
    return "Probably." if chance >= 0.75 else "Probably not." if chance <= 0.25 else "It is open."


def return_sentence(values: Values) -> str:
    """What the campaign returned on its cost, with its range; or why that cannot be measured."""
    roi, cost = pick(values, "M9", "roi"), pick(values, "M1", "total")
    if roi is None or roi["value"] is None:
        return f"The return on investment is not measurable here: {roi['reason'] if roi else 'no revenue or cost is connected'}."
    spent = as_money(cost["value"], cost["unit"])
    ranged = f"most likely between {as_ratio(roi['low'])} and {as_ratio(roi['high'])}"
    verb = "returned" if roi["value"] >= 0 else "lost, on balance,"
    return f"It {verb} {as_ratio(roi['value'])} on the {spent} it cost, {ranged}."


def chance_sentence(values: Values) -> str:
    """In how many of a hundred outcomes it earned more than it cost; empty without an ROI."""
    chance = pick(values, "M9", "probability_positive")
    if chance is None or chance["value"] is None:
        return ""
    hundred = round(100 * chance["value"])
    if hundred in (0, 100):
        return f"It earned {'more' if hundred else 'less'} than it cost in practically every outcome."
    return f"There is a {hundred} in 100 chance that it earned more than it cost."


def care_sentence(values: Values) -> str:
    """What can be said without money: how many were answered, how long they waited, how many said thank you."""
    parts = [_answered_part(values), _waited_part(values), _thanked_part(values)]
    known = [part for part in parts if part]
    if not known:
        return "There is too little to say how good the care was."
    return "What can be said: " + "; ".join(known) + "."


def headline_response(values: Values) -> Row | None:
    """The S1 row with the response window that this report uses."""
    found = values.filter(
        (pl.col("metric_id") == "S1") & pl.col("variant").str.starts_with("within_") & (pl.col("slice") == "all")
    )
    return found.row(0, named=True) if found.height else None


def _answered_part(values: Values) -> str:
    row = headline_response(values)
    if row is None or row["value"] is None or too_few(row):
        return ""
    return f"{as_share(row['value'])} of those who needed an answer had one from a person within {hours_of(row)}"


def hours_of(row: Row) -> str:
    """The response window in the variant of an S1 row, such as 24 h."""
    return row["variant"].removeprefix("within_").removesuffix("h") + " h"


def _waited_part(values: Values) -> str:
    row = pick(values, "S2", "median")
    if row is None:
        return ""
    return (
        f"half of them waited no longer than {as_duration(row['value'])}"
        if row["value"] is not None
        else "more than half were never answered"
    )


def _thanked_part(values: Values) -> str:
    row = pick(values, "Q1", "rate")
    return (
        ""
        if row is None or row["value"] is None or too_few(row)
        else f"{as_share(row['value'])} of those answered said thank you"
    )


def trend_sentence(trend: Row | None) -> str:
    """Where a weekly series is heading, if its interval says so.

    Examples
    --------
    >>> trend_sentence({"value": 0.01, "low": -0.01, "high": 0.02, "unit": "share/week", "reason": None})
    'no clear trend'
    >>> trend_sentence({"value": -0.8, "low": -1.2, "high": -0.3, "unit": "minutes/week", "reason": None})
    'falling 48 s a week'
    """
    if trend is None:
        return "no trend known"
    if trend["value"] is None:
        return "too short for a trend"
    if trend["low"] <= 0 <= trend["high"]:
        return "no clear trend"
    return f"{'rising' if trend['value'] > 0 else 'falling'} {as_value(trend['value'], trend['unit'])}"


def trend_tone(trend: Row | None, better: str) -> str:
    """better, worse or flat: whether a clear trend goes the way that one wants (`up` or `down`)."""
    if trend is None or trend["value"] is None or trend["low"] <= 0 <= trend["high"]:
        return "flat"
    return "better" if (trend["value"] > 0) == (better == "up") else "worse"


def role_sentence(values: Values, channel: str = "care_social") -> str:
    """What part care plays on the way to an order, against the other channels."""
    shares = {role: pick(values, "M6", role, f"channel={channel}") for role in ("initiate", "assist", "complete")}
    if shares["assist"] is None:
        return "Social care is on no path to an order that we can see."
    n = as_count(shares["assist"]["n"])
    strongest = max(shares, key=lambda role: shares[role]["value"])
    verb = {"initiate": "starts", "assist": "assists in", "complete": "closes"}
    others = [f"{verb[role]} {as_share(shares[role]['value'])}" for role in shares if role != strongest]
    return f"Social care mostly {verb[strongest]} journeys: {as_share(shares[strongest]['value'])} of the {n} it is part of. It {others[0]} and {others[1]}."


def goal_sentence(value: Row, target: Row) -> str:
    """A goal, what was measured and what that means for it."""
    aim = as_value(target["value"], target["unit"])
    if value["value"] is None:
        return f"aim {aim}; not measured: {value['reason']}"
    return f"{as_value(value['value'], value['unit'])} ({interval_text(value) or 'complete count'}), aim {aim}"


SENTIMENT_CAVEAT = (
    "Read this for its direction, not its level. A word list (TextBlob with some words of customer service) stands in for readers. "
    "On 240 public conversations labelled by reading it agreed on the opening in about half, and called 36 % negative where readers "
    "called 59 % negative. It reads only English; other texts are left out. It has not been checked on your own messages."
)

THANKS_CAVEAT = (
    "A rule reads the thanks: only a customer's own turn after a person's answer counts, not thanks in advance, declined, ironic, quoted or "
    "meant for somebody else. It has not been checked on your own messages, so the score carries grade B."
)
