"""Which rows fall in the campaign, in the days that end with it, and in the days before it."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from careworth.marts.periods import Cut

#: Days of a month of activity (METRICS.md A2, A3, A5), and of the baseline before a campaign.
TRAILING_DAYS = 30
BASELINE_DAYS = 56


def during(column: str, cut: Cut) -> pl.Expr:
    """True for instants in the campaign that are known at the cut-off."""
    return _between(column, midnight(cut.start, cut), cut)


def trailing(column: str, cut: Cut, days: int = TRAILING_DAYS) -> pl.Expr:
    """True for instants in the last `days` days up to the campaign's end or the cut-off, whichever comes first."""
    return _between(column, _days_back(cut, days), cut)


def before(column: str, cut: Cut, days: int = BASELINE_DAYS) -> pl.Expr:
    """True for instants in the `days` days before the campaign."""
    first = midnight(cut.start - timedelta(days=days), cut)
    return (pl.col(column) >= first) & (pl.col(column) < midnight(cut.start, cut)) & (pl.col(column) <= cut.as_of)


def local_day(column: str, cut: Cut) -> pl.Expr:
    """The day of an instant in the zone in which days are counted."""
    return pl.col(column).dt.convert_time_zone(cut.zone.key).dt.date()


def last_day(cut: Cut) -> date:
    """The first day that is no longer counted whole: the campaign's end, or the day of the cut-off."""
    return min(cut.end, cut.as_of.astimezone(cut.zone).date())


def trailing_days(cut: Cut, days: int = TRAILING_DAYS) -> tuple[date, date]:
    """First and end day of the trailing days, for the period of a row."""
    first, last = _days_back(cut, days).astimezone(cut.zone).date(), _seen_until(cut).astimezone(cut.zone)
    return first, last.date() + timedelta(days=last.time() > time())


def midnight(day: date, cut: Cut) -> datetime:
    """The first instant of a day in the zone in which days are counted, in UTC as all data are."""
    return datetime.combine(day, time(), cut.zone).astimezone(UTC)


def _between(column: str, first: datetime, cut: Cut) -> pl.Expr:
    at = pl.col(column)
    # The cut-off is often the last message's own instant, which is known then.
    return (at >= first) & (at < midnight(cut.end, cut)) & (at <= cut.as_of)


def _seen_until(cut: Cut) -> datetime:
    return min(midnight(cut.end, cut), cut.as_of)


def _days_back(cut: Cut, days: int) -> datetime:
    # Counted on the wall clock, so that thirty days back from a midnight is a midnight on both sides of a clock change.
    return (_seen_until(cut).astimezone(cut.zone) - timedelta(days=days)).astimezone(UTC)
