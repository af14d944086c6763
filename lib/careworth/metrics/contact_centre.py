"""What came to the contact centre and how it was dealt with: volume, time, answers, cost, repeats, waits (C1 to C6)."""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.contact_days import customer_contacts, days_of, total
from careworth.metrics.shares import FEWEST
from careworth.metrics.windows import during, last_day
from careworth.results import Row, share_estimate, value_row
from careworth.schemas import minor_units
from careworth.stats import Estimate, block_bootstrap_mean, clustered_share, quantile_estimate, ratio_of_sums

OFFERED = "contacts offered"
NOTHING = "no contact centre is connected for the campaign's days"
REPEAT_DAYS = 7
JUDGED = "answered contacts of known customers, 7 days ago or more"
STATED = "stated costs per contact"

#: What single contacts say beyond the means: the metric, its variant, the column, the point read and the unit.
POINTS = (
    ("C2", "handle_minutes_median", "handle_seconds", 0.5, "minutes"),
    ("C2", "handle_minutes_p90", "handle_seconds", 0.9, "minutes"),
    ("C6", "wait_seconds_p90", "wait_seconds", 0.9, "seconds"),
    ("C6", "hold_seconds_p90", "hold_seconds", 0.9, "seconds"),
)


def contact_centre_rows(
    intervals: pl.DataFrame, contacts: pl.DataFrame, unit_costs: pl.DataFrame, cut: Cut, currency: str
) -> list[Row]:
    """C1 to C6, whole and by channel where there are several."""
    days = days_of(intervals, contacts, cut).filter(pl.col("day").is_between(cut.start, cut.end, closed="left"))
    parts = [row for place, part in _by_channel(days) for row in _day_rows(part, place, cut)]
    single = distribution_rows(contacts, cut)
    return [*parts, *single, *cost_per_contact_rows(unit_costs, cut, currency), resolved_row(contacts, cut)]


def _by_channel(days: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    channels = days["channel"].unique().sort().to_list()
    several = channels if len(channels) > 1 else []
    return [("all", days), *((f"channel={name}", days.filter(channel=name)) for name in several)]


def _day_rows(days: pl.DataFrame, place: str, cut: Cut) -> list[Row]:
    return [
        *_volume_rows(days, place, cut),
        _mean_row(days, "C2", "handle_minutes_mean", ("handle_seconds", "handled"), "answered contacts", place),
        *_answer_rows(days, place),
        _mean_row(days, "C6", "wait_seconds_mean", ("wait_seconds", "waited"), OFFERED, place),
        _mean_row(days, "C6", "hold_seconds_mean", ("hold_seconds", "held"), "answered contacts", place),
    ]


def _volume_rows(days: pl.DataFrame, place: str, cut: Cut) -> list[Row]:
    """C1: contacts offered, a complete count, and per whole day with a record."""
    offered = total(days, "offered")
    whole = days.filter(pl.col("day") < last_day(cut)).group_by("day").agg(pl.col("offered").sum()).sort("day")
    labels = {"n": whole.height, "denominator": "days with a record", "slice": place}
    reason = NOTHING if offered is None else None if whole.height else "no day has passed yet"
    return [
        value_row("C1", "offered", offered, "count", n=offered or 0, denominator=OFFERED, slice=place, reason=reason and NOTHING),
        value_row("C1", "per_day", block_bootstrap_mean(whole["offered"].to_numpy()), "count/day", reason=reason, **labels),
    ]


def _answer_rows(days: pl.DataFrame, place: str) -> list[Row]:
    """C3: contacts that a person took, and the share of those offered that gave up before, each of what its records say."""
    answered, of = total(days, "answered"), total(days, "told_answered") or 0
    silent = (total(days, "offered") or 0) - of
    why = "no connected record says how many contacts were answered" if days.height else NOTHING
    reason = why if answered is None else f"{silent:,} contacts whose records do not say are left out" if silent else None
    labels = {"n": of, "denominator": OFFERED, "slice": place, "reason": reason}
    return [value_row("C3", "answered", answered, "count", **labels), _abandoned_row(days, place)]


def _abandoned_row(days: pl.DataFrame, place: str) -> Row:
    abandoned, of = total(days, "abandoned"), total(days, "told_abandoned") or 0
    labels = {"n": of, "denominator": OFFERED, "slice": place}
    if abandoned is None or not of:
        why = "no connected record says how many contacts were abandoned" if days.height else NOTHING
        return value_row("C3", "abandoned_share", None, "share", reason=why, **labels)
    if abandoned > of:
        why = f"the records say that {abandoned:,} of {of:,} contacts were abandoned, which cannot be"
        return value_row("C3", "abandoned_share", None, "share", reason=why, **labels)
    return value_row("C3", "abandoned_share", share_estimate(abandoned, of), "share", **labels)


def _mean_row(days: pl.DataFrame, metric_id: str, variant: str, names: tuple[str, str], of: str, place: str) -> Row:
    """Seconds, or minutes, per contact: the ratio of sums over days, with the interval of drawing days again."""
    known = days.group_by("day").agg(pl.col(names).sum()).filter(pl.col(names[1]) > 0).sort("day")
    scale, unit = (60, "minutes") if "minutes" in variant else (1, "seconds")
    estimate = ratio_of_sums(known[names[0]].to_numpy() / scale, known[names[1]].to_numpy())
    what = names[0].removesuffix("_seconds")
    why = f"no connected record says the {what} time of contacts" if days.height else NOTHING
    labels = {"n": int(known[names[1]].sum()), "denominator": of, "slice": place}
    return value_row(metric_id, variant, estimate, unit, reason=why if estimate.value is None else None, **labels)


def distribution_rows(contacts: pl.DataFrame, cut: Cut) -> list[Row]:
    """C2 and C6 of single contacts: handle time's median and nine in ten, and nine in ten of waits and of holds.

    Volumes by interval state sums, which have no distribution. Whole, and by channel where several have ten contacts.
    """
    known = customer_contacts(contacts, cut).filter(during("started_at", cut))
    answered = known.with_columns(pl.when("answered").then(pl.col("handle_seconds", "hold_seconds")))
    parts = [(place, part) for place, part in _by_channel(answered) if place == "all" or part.height >= FEWEST]
    return [_point_row(part, place, *point) for place, part in parts for point in POINTS]


def _point_row(known: pl.DataFrame, place: str, metric_id: str, variant: str, column: str, share: float, unit: str) -> Row:
    spent = known[column].drop_nulls()
    estimate = quantile_estimate(spent.to_numpy() / (60 if unit == "minutes" else 1), share)
    what = column.removesuffix("_seconds")
    of = "contacts offered that state it" if what == "wait" else "answered contacts that state it"
    labels = {"n": len(spent), "denominator": of, "slice": place}
    why = f"no single contact says its {what} time; volumes by interval have only sums" if spent.is_empty() else None
    return value_row(metric_id, variant, estimate, unit, reason=why, **labels)


def cost_per_contact_rows(unit_costs: pl.DataFrame, cut: Cut, currency: str) -> list[Row]:
    """C4: what the company states a contact costs on the campaign's first day, with its low and high; a call is `all`.

    Grade C: it is the company's own estimate, not counted from its books.
    """
    valid = unit_costs.filter(pl.col("valid_from") <= cut.start).sort("channel", "valid_from")
    latest = valid.unique("channel", keep="last", maintain_order=True)
    rows = [_cost_row(line, f"channel={line['channel']}") for line in latest.iter_rows(named=True)]
    calls = [row | {"slice": "all"} for row in rows if row["slice"] == "channel=phone"]
    why = "no cost of a call is stated for the campaign's first day"
    none = value_row("C4", "cost_per_call", None, currency, n=0, denominator=STATED, reason=why)
    return [*(calls or [none]), *rows]


def _cost_row(line: dict, place: str) -> Row:
    low, likely, high = (line[f"{name}_minor"] / minor_units(line["currency"]) for name in ("low", "likely", "high"))
    labels = {"n": 1, "denominator": STATED, "grade": "C", "slice": place}
    if not 0 <= low <= likely <= high:
        why = f"the stated cost is not low <= likely <= high: {low:g}, {likely:g}, {high:g}"
        return value_row("C4", "cost_per_call", None, line["currency"], reason=why, **labels)
    source = f"stated low, likely and high, no sample: {line['source']}"
    return value_row("C4", "cost_per_call", Estimate(likely, low, high), line["currency"], reason=source, **labels)


def resolved_row(contacts: pl.DataFrame, cut: Cut) -> Row:
    """C5: share of answered contacts after which the same customer did not get in touch within 7 days, on any channel.

    Grade B: silence stands in for a solved matter. Contacts too young to judge are left out, and so are those of unknown
    customers, who may have come back.
    """
    every = customer_contacts(contacts, cut).sort("started_at", "contact")
    known, span = every.filter(pl.col("customer_id").is_not_null()), timedelta(days=REPEAT_DAYS)
    after = pl.col("started_at").shift(-1).over("customer_id") - pl.col("started_at")
    judged = known.with_columns(resolved=(after > span).fill_null(True)).filter(
        "answered", during("started_at", cut), pl.col("started_at") <= cut.as_of - span
    )
    # One customer's contacts are alike, the more so as each but the last may be undone by the next.
    estimate = clustered_share(judged["resolved"].to_numpy(), judged["customer_id"].to_numpy())
    labels = {"n": judged.height, "denominator": JUDGED, "grade": "B"}
    reason = None if judged.height else _why_unresolved(every, known)
    return value_row("C5", "resolved_share", estimate, "share", reason=reason, **labels)


def _why_unresolved(every: pl.DataFrame, known: pl.DataFrame) -> str:
    if every.is_empty():
        return "no single contacts are connected, and volumes do not say who came back"
    return "no contact names its customer" if known.is_empty() else f"no {JUDGED}"
