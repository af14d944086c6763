"""Where a series is heading (V6): change per week, adjusted for weekday and season, with an interval that knows moods last."""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Estimate
from careworth.trends.calendar import Break, Series, list_series, split
from careworth.trends.dependence import Regression
from careworth.trends.seasonal import calmed, level_column, season_columns, weekday_columns

#: Whole weeks below which there is no trend (METRICS.md C.3).
FEWEST_WEEKS = 8

#: Weeks that are held against the same weeks a year before, and how many of their periods have to be known.
COMPARED_WEEKS, FEWEST_KNOWN = 8, 0.75

#: A year of whole weeks, so that weekdays meet weekdays.
YEAR_WEEKS = 52

PERIODS = {1: "days", 7: "whole weeks"}


class Trend(NamedTuple):
    """Change per week in the series' unit and relative to its level, of so many known periods, adjusted for these."""

    per_week: Estimate
    relative: Estimate
    periods: int
    adjusted: tuple[str, ...]


def trend(series: Series) -> Trend:
    """The trend of one unbroken series; unknown below eight weeks.

    Weekday and, after two years, the season of the year are fitted together with the slope; values far out count less
    (Huber); gaps stay gaps.

    Examples
    --------
    >>> weekly = Series("V1", "conversations", date(2024, 1, 1), 7, 100.0 + 2 * np.arange(10), np.full(10, np.nan))
    >>> [round(number, 3) for number in trend(weekly).per_week]
    [2.0, 2.0, 2.0]
    """
    known, adjusted = _known(series)
    seen = np.isfinite(series.values)
    if not is_long_enough(series):
        return Trend(UNKNOWN, UNKNOWN, int(seen.sum()), adjusted)
    weeks = np.arange(len(seen)) * series.step_days / 7
    line = (weeks - weeks[seen].mean())[:, None]
    calm = calmed(series.values, np.column_stack([known, line]))
    slope = _slope(calm, known, line)
    level = float(calm[seen].mean())
    relative = (
        Estimate(*(each / level for each in slope)) if slope.value is not None and np.nanmin(calm) >= 0 < level else UNKNOWN
    )
    return Trend(slope, relative, int(seen.sum()), adjusted)


def is_long_enough(series: Series) -> bool:
    """True where at least eight weeks' worth of periods are known."""
    return int(np.isfinite(series.values).sum()) * series.step_days >= 7 * FEWEST_WEEKS


def _known(series: Series) -> tuple[np.ndarray, tuple[str, ...]]:
    count = len(series.values)
    season = season_columns(series.first_day, count, series.step_days)
    weekdays = weekday_columns(series.first_day, count) if series.step_days == 1 else np.empty((count, 0))
    words = [name for name, columns in (("weekday", weekdays), ("season", season)) if columns.shape[1]]
    return np.column_stack([level_column(count), weekdays, season]), tuple(words)


def _slope(calm: np.ndarray, known: np.ndarray, line: np.ndarray) -> Estimate:
    regression = Regression.of(calm, known)
    return Estimate(0.0, 0.0, 0.0) if regression.is_exact else regression.on(line).estimate()


def year_before(series: Series) -> Estimate:
    """The mean of the last eight weeks less that of the same weeks a year before; unknown where either is not there.

    Examples
    --------
    >>> two_years = np.repeat([10.0, 13.0], 52)
    >>> round(year_before(Series("V1", "conversations", date(2023, 1, 2), 7, two_years, two_years)).value, 6)
    3.0
    """
    length, year = COMPARED_WEEKS * 7 // series.step_days, YEAR_WEEKS * 7 // series.step_days
    now = np.arange(len(series.values)) >= len(series.values) - length
    then = np.roll(now, -year)
    if len(series.values) < year + length or min(_share(series.values[now]), _share(series.values[then])) < FEWEST_KNOWN:
        return UNKNOWN
    compared = np.where(now | then, series.values, np.nan)
    known = _known(series)[0][:, : 7 if series.step_days == 1 else 1]
    calm = calmed(compared, np.column_stack([known, now]))
    return _slope(calm, known, now.astype(float)[:, None])


def _share(values: np.ndarray) -> float:
    return float(np.isfinite(values).mean())


def trend_rows(table: pl.DataFrame, breaks: list[Break], until: date | None = None) -> list[Row]:
    """V6 of each series of the table: since its last break, per week, relative, and against the year before.

    Earlier parts have the slice `before a break` and their own period. Grade B.

    Parameters
    ----------
    table, until
        As for `list_series`.
    breaks : list of Break
        As from `list_breaks`; none means that all days are of one kind.
    """
    return [row for series in list_series(table, until) for row in _rows(series, breaks)]


def _rows(series: Series, breaks: list[Break]) -> list[Row]:
    *earlier, (last, cause) = split(series, breaks)
    before = [_trend_row(part, trend(part), reason) | {"slice": "before a break"} for part, reason in earlier]
    found = trend(last)
    return [_trend_row(last, found, cause), _relative_row(last, found), _year_row(last, cause), *before]


def _trend_row(part: Series, found: Trend, cause: Break | None) -> Row:
    since = f"since {cause.name} on {cause.day.isoformat()}" if cause else ""
    if found.per_week.value is None:
        few = f"{found.periods} {PERIODS[part.step_days]} {since}".rstrip()
        needed = FEWEST_WEEKS * 7 // part.step_days
        return value_row(
            "V6",
            part.name,
            None,
            f"{part.unit}/week",
            reason=f"{few} are too few for a trend; it takes {needed}",
            **_labels(part),
        )
    clear = "" if excludes_zero(found.per_week) else "no clear trend"
    adjusted = f"adjusted for {' and '.join(found.adjusted)}" if found.adjusted else "not adjusted for season"
    note = "; ".join(filter(None, [clear, since, adjusted]))
    return value_row("V6", part.name, found.per_week, f"{part.unit}/week", reason=note, **_labels(part))


def excludes_zero(estimate: Estimate) -> bool:
    """True where both ends of the interval are known and lie on one side of zero."""
    return estimate.low is not None and estimate.high is not None and not estimate.low <= 0 <= estimate.high


def _labels(part: Series) -> dict[str, Any]:
    known = int(np.isfinite(part.values).sum())
    return {"n": known, "denominator": PERIODS[part.step_days], "grade": "B", "period": (part.first_day, part.end_day)}


def _relative_row(part: Series, found: Trend) -> Row:
    why = "too short for a trend" if found.per_week.value is None else "its level is not above zero"
    reason = why if found.relative.value is None else None
    return value_row("V6", f"{part.name}:relative", found.relative, "ratio/week", reason=reason, **_labels(part))


def _year_row(part: Series, cause: Break | None) -> Row:
    estimate = year_before(part)
    broken = f"; {cause.name} on {cause.day.isoformat()} made it another series" if cause else ""
    reason = f"no {COMPARED_WEEKS} weeks a year before to compare with{broken}" if estimate.value is None else None
    return value_row("V6", f"{part.name}:year_before", estimate, part.unit, reason=reason, **_labels(part))
