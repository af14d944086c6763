"""Business time (METRICS.md F5): how much of an interval lies within opening hours.

Opening hours are local wall-clock times on weekdays of a zone, without its holidays. They become spans of UTC once for a whole
column of intervals; the time between two instants is then the difference of two running totals, so clock changes, holidays
and changes of the calendar cost nothing more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

#: Seconds of a day in which no clock changes.
DAY_SECONDS = 86_400

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Calendar:
    """Opening hours as they hold from a day on.

    Attributes
    ----------
    zone : ZoneInfo
        Where the clock hangs.
    hours : dict of int to sequence of pairs
        For each weekday (Monday 0) its spans from one second of the local day to another, none longer than the day.
    holidays : frozenset of date
        Days without hours.
    valid_from : date
        First day of these hours; the calendar before holds until then.
    """

    zone: ZoneInfo
    hours: dict[int, Sequence[tuple[int, int]]]
    holidays: frozenset[date] = field(default=frozenset())
    valid_from: date = date.min

    def spans(self, day: date) -> Sequence[tuple[int, int]]:
        """The opening hours of a day, in seconds of its wall clock."""
        return () if day in self.holidays else self.hours.get(day.weekday(), ())


class OpenTime:
    """Opening hours of some years as spans of UTC, with the running total of open seconds."""

    def __init__(self, calendars: Sequence[Calendar], first: datetime, last: datetime):
        """Those from `first` to `last`; `calendars` are the successive states of one calendar, at least one."""
        spans = np.array([*_utc_spans(sorted(calendars, key=lambda each: each.valid_from), first, last)], float).reshape(-1, 2)
        self._starts, self._lengths = spans[:, 0], spans[:, 1] - spans[:, 0]
        self._before = np.concatenate([[0.0], np.cumsum(self._lengths)])

    def until(self, instants: np.ndarray) -> np.ndarray:
        """Open seconds before each instant, given in seconds since 1970 in UTC."""
        number = np.searchsorted(self._starts, instants, side="right")
        inside = np.maximum(number - 1, 0)
        if not len(self._starts):
            return np.zeros(len(instants))
        within = np.clip(instants - self._starts[inside], 0, self._lengths[inside])
        return np.where(number > 0, self._before[inside] + within, 0.0)


def business_seconds(starts: pl.Series, ends: pl.Series, calendars: Sequence[Calendar]) -> pl.Series:
    """Open seconds between two columns of instants; null where either is null, negative where the end is before the start.

    Parameters
    ----------
    starts, ends : polars.Series
        Instants with a zone.
    calendars : sequence of Calendar
        The successive states of one calendar.

    Examples
    --------
    >>> nine_to_five = {weekday: [(9 * 3600, 17 * 3600)] for weekday in range(5)}
    >>> office = Calendar(ZoneInfo("America/New_York"), nine_to_five)
    >>> friday, monday = datetime(2024, 3, 8, 21, 30, tzinfo=UTC), datetime(2024, 3, 11, 13, 30, tzinfo=UTC)
    >>> business_seconds(pl.Series([friday]), pl.Series([monday]), [office]).to_list()  # half an hour on either side
    [3600.0]
    """
    seen = pl.concat([starts, ends]).drop_nulls()
    if seen.is_empty():
        return pl.Series(starts.name, [None] * len(starts), pl.Float64)
    opened = OpenTime(calendars, seen.min(), seen.max())
    from_start, from_end = (pl.Series(opened.until(_epoch_seconds(column))) for column in (starts, ends))
    known = starts.is_not_null() & ends.is_not_null()
    return (from_end - from_start).to_frame("s").select(pl.when(known).then("s")).to_series().alias(starts.name)


def _epoch_seconds(instants: pl.Series) -> np.ndarray:
    return instants.dt.epoch("us").fill_null(0).to_numpy() / 1e6


def _utc_spans(calendars: Sequence[Calendar], first: datetime, last: datetime) -> Iterator[tuple[float, float]]:
    ends = [each.valid_from for each in calendars[1:]] + [date.max]
    for calendar, end in zip(calendars, ends, strict=True):
        for begins, stops, offset in _steady(calendar.zone, first - timedelta(days=2), last + timedelta(days=2)):
            day = max((begins + offset).date(), calendar.valid_from)
            while day < end and _instant(day, 0, offset) < stops:
                for opens, closes in calendar.spans(day):
                    span = max(_instant(day, opens, offset), begins), min(_instant(day, closes, offset), stops)
                    if span[0] < span[1]:
                        yield tuple((instant - EPOCH).total_seconds() for instant in span)
                day += timedelta(days=1)


def _instant(day: date, second: int, offset: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=second) - offset


def _steady(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    # The stretches of time in which the zone's clock keeps one distance from UTC.
    days = [first + timedelta(days=number) for number in range((last - first).days + 2)]
    changes = [_change(zone, *pair) for pair in pairwise(days) if _offset(zone, pair[0]) != _offset(zone, pair[1])]
    for begins, stops in pairwise([first, *changes, days[-1]]):
        yield begins, stops, _offset(zone, begins)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset()


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    before, after = before.astimezone(UTC), after.astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        before, after = (middle, after) if _offset(zone, middle) == _offset(zone, before) else (before, middle)
    return after.replace(microsecond=0)
