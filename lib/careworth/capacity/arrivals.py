"""Arrivals by day and hour of the local clock, the days of events among them, and the hours that agents are staffed."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from careworth.capacity.forecast import MOST_WEEKS
from careworth.marts.periods import Cut

#: What lasts longer is no event but the state of things, and its days are ordinary ones.
LONGEST_EVENT_DAYS = 28


def history_end(cut: Cut) -> date:
    """The first day after the history: that of the cut-off, of which not every hour is known."""
    return cut.as_of.astimezone(cut.zone).date()


def hourly_arrivals(instants: pl.Series, cut: Cut) -> np.ndarray:
    """Counts by day and hour, (days, 24), from the first day with an arrival, or half a year back, to the cut-off's day.

    An hour that a clock change skips has none, and one that it repeats has those of both.
    """
    end = history_end(cut)
    local = instants.drop_nulls().dt.convert_time_zone(cut.zone.key).alias("at").to_frame()
    seen = local.select(day=pl.col("at").dt.date(), hour=pl.col("at").dt.hour().cast(pl.Int64))
    seen = seen.filter((pl.col("day") < end) & (pl.col("day") >= end - timedelta(weeks=MOST_WEEKS)))
    if seen.is_empty():
        return np.zeros((0, 24), int)
    first = seen["day"].min()
    place = seen.select((pl.col("day") - first).dt.total_days() * 24 + pl.col("hour")).to_series().to_numpy()
    return np.bincount(place, minlength=24 * (end - first).days).reshape(-1, 24)


def event_days(events: pl.DataFrame, cut: Cut, days: int) -> np.ndarray:
    """True for those of the last `days` days before the cut-off's day on which a business event was."""
    first, zone = history_end(cut) - timedelta(days=days), cut.zone.key
    last = pl.max_horizontal("start_at", pl.col("end_at") - pl.duration(microseconds=1))
    spans = events.select(
        first=pl.col("start_at").dt.convert_time_zone(zone).dt.date(), last=last.dt.convert_time_zone(zone).dt.date()
    ).filter((pl.col("last") - pl.col("first")).dt.total_days() < LONGEST_EVENT_DAYS)
    special = np.zeros(days, bool)
    for begins, ends in spans.iter_rows():
        special[max((begins - first).days, 0) : max((ends - first).days + 1, 0)] = True
    return special


def staffed_hours(staffing: pl.DataFrame, day: date) -> np.ndarray | None:
    """Agents' hours in each hour of the week, (7, 24) from Monday on, as they hold on `day`; None where none are stated."""
    holds = (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day))
    possible = pl.col("weekday").is_between(1, 7) & pl.col("hour").is_between(0, 23) & (pl.col("staffed_hours") >= 0)
    known = staffing.filter(holds & possible & pl.col("staffed_hours").is_finite())
    if known.is_empty():
        return None
    place = known.select((pl.col("weekday") - 1) * 24 + pl.col("hour")).to_series().to_numpy()
    return np.bincount(place, known["staffed_hours"].to_numpy(), minlength=168).reshape(7, 24)


def from_monday(week: np.ndarray, first_day: date) -> np.ndarray:
    """The days of a week that begins on `first_day`, in the order from Monday on; days are the axis before the last."""
    return np.roll(week, first_day.weekday(), axis=-2)
