"""What shorter contacts save, where the company says that the hours went elsewhere (METRICS.md M4)."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.results import value_row
from careworth.roi.distributions import Fixed, Normal, pert
from careworth.roi.gains import Gain, Terms, gain_line, not_measured, range_of, ratio_of_totals
from careworth.roi.model import Input
from careworth.targets import Assumption

#: The days before the campaign that handling times are compared with.
BASE_DAYS = 56

#: With fewer days on a side their spread is too little known.
FEWEST_DAYS = 14

HANDLED = "contacts handled in the campaign"


def handled_by_interval(intervals: pl.DataFrame, channel: str = "phone") -> pl.DataFrame:
    """One row per interval of the channel in which contacts were handled: at, handled, seconds; ids are not told."""
    known = intervals.filter(pl.col("channel") == channel, pl.col("answered") > 0, pl.col("handle_seconds") >= 0)
    ids = pl.lit(None, pl.String).alias("contact_id")
    return known.select(ids, at="interval_start", handled="answered", seconds="handle_seconds")


def handled_by_contact(contacts: pl.DataFrame, channel: str = "phone") -> pl.DataFrame:
    """One row per contact of the channel that was handled: contact_id, at, handled, and its talk, hold and wrap in seconds."""
    parts = ["talk_seconds", "hold_seconds", "wrap_seconds"]
    seconds = pl.sum_horizontal(pl.col(parts).clip(0))
    known = contacts.filter(pl.col("channel") == channel, pl.col("talk_seconds") >= 0, seconds > 0)
    return known.select("contact_id", at="started_at", handled=pl.lit(1), seconds=seconds)


def productivity(terms: Terms, cut: Cut, handled: pl.DataFrame, cost_per_hour: Assumption | None, freed_hours: str) -> Gain:
    """M4: handling time per contact in the eight weeks before less that in the campaign, times contacts, times cost an hour.

    It compares before and after, and what else made contacts shorter is in it: grade C, so it is never in the headline.
    Contacts that care made unnecessary were not handled, so they cannot be among these.

    Parameters
    ----------
    handled : DataFrame
        `handled_by_interval` or `handled_by_contact`.
    freed_hours : str
        What the company says of the hours: redeployed (counted, no cash), cut (counted, cash) or nothing (not counted).
    """
    if not freed_hours:
        return _unknown(terms, "the company does not say what became of the hours that shorter contacts free (freed_hours)")
    if cost_per_hour is None:
        return _unknown(terms, "what an hour of the contact centre costs is not stated; add it to the campaign's assumptions")
    days = _days(handled, cut)
    before, during = days.filter(pl.col("day") < cut.start), days.filter(pl.col("day") >= cut.start)
    if min(before.height, during.height) < FEWEST_DAYS:
        return _unknown(terms, f"handling times are known of fewer than {FEWEST_DAYS} days before the campaign or in it")
    inputs = (_hours_saved(before, during), _volume(during), _hourly(terms, cost_per_hour))
    line = gain_line(terms, "shorter contacts", "productivity", tuple(each.name for each in inputs), "before and after")
    inside = handled.filter(_local_day(cut).is_between(cut.start, cut.end, closed="left"), pl.col("at") <= cut.as_of)
    line = replace(line, is_cashable=freed_hours == "cut", contacts=frozenset(inside["contact_id"].drop_nulls()))
    reason = f"handling time before and after, which shows a change and not its cause; hours {freed_hours}, as the company says"
    labels = {"n": int(during["handled"].sum()), "denominator": HANDLED, "grade": "C", "reason": reason}
    return Gain([value_row("M4", "productivity", range_of(inputs, (line,)), terms.currency, **labels)], inputs, (line,))


def _unknown(terms: Terms, reason: str) -> Gain:
    return not_measured("M4", "productivity", terms.currency, reason)


def _local_day(cut: Cut) -> pl.Expr:
    return pl.col("at").dt.convert_time_zone(cut.zone.key).dt.date()


def _days(handled: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per local day from eight weeks before the campaign to its end: handled, seconds."""
    first = cut.start - timedelta(days=BASE_DAYS)
    dated = handled.filter(pl.col("at") <= cut.as_of).with_columns(day=_local_day(cut))
    inside = dated.filter(pl.col("day").is_between(first, cut.end, closed="left"))
    return inside.group_by("day").agg(pl.col("handled", "seconds").sum()).sort("day")


def _hours_saved(before: pl.DataFrame, during: pl.DataFrame) -> Input:
    (was, was_error), (now, now_error) = (
        ratio_of_totals(days["seconds"].to_numpy(), days["handled"].to_numpy()) for days in (before, during)
    )
    saved = Normal((was - now) / 3600, (was_error**2 + now_error**2) ** 0.5 / 3600)
    source = "handling time before and after; that care shortened it is an assumption"
    return Input("hours saved per contact", "hours", saved, "C", source, before.height + during.height, "days with contacts")


def _volume(during: pl.DataFrame) -> Input:
    count = int(during["handled"].sum())
    return Input(HANDLED, "contacts", Fixed(count), "A", "records of the contact centre", count, HANDLED)


def _hourly(terms: Terms, cost: Assumption) -> Input:
    source = f"stated by the company: {cost.source}"
    return Input("cost of an hour of the contact centre", terms.currency, pert(cost.low, cost.likely, cost.high), "C", source)
