"""Whether volume or tone differed from what was to be expected around events (V7): it coincided with them, no more is shown."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from scipy import special

from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Estimate
from careworth.trends.calendar import Break, Series, list_series
from careworth.trends.discovery import is_found, q_values
from careworth.trends.expected import HALF, Expectation, expectation, log_linear, placebos

#: Days before and after the first day of an event that its profile shows.
DAYS_BEFORE, DAYS_AFTER = 7, 14

#: What lasts longer is a level of its own, not an event that something could coincide with.
LONGEST_DAYS = 28

#: An event whose days leave so little of its own beside the others' cannot be told apart from them.
LEAST_OWN = 0.1


class Window(NamedTuple):
    """An event's days: the first, and the first that is no longer one."""

    event_id: str
    name: str
    first_day: date
    end_day: date

    @property
    def is_long(self) -> bool:
        """True of what lasts too long for an event."""
        return (self.end_day - self.first_day).days > LONGEST_DAYS


class Happening(NamedTuple):
    """What a series did in the days of an event: observed over expected, or why that is not known."""

    window: Window
    ratio: Estimate
    p_value: float | None
    days: int
    reason: str | None


class Profile(NamedTuple):
    """Observed over expected by day from the event's first; within `low` to `high` is what chance does somewhere in it."""

    offsets: np.ndarray
    ratios: np.ndarray
    low: float
    high: float


def list_windows(events: pl.DataFrame, zone: ZoneInfo) -> list[Window]:
    """The days in the zone of each event, oldest first; an event that ends before it began has its first day.

    Parameters
    ----------
    events : DataFrame
        The table `events`.
    """
    local = [pl.col(name).dt.convert_time_zone(zone.key).alias(name) for name in ("start_at", "end_at")]
    sorted_events = events.with_columns(local).sort("start_at", "event_id")
    return [_window(row) for row in sorted_events.iter_rows(named=True)]


def _window(row: dict[str, Any]) -> Window:
    first, last = row["start_at"].date(), (row["end_at"] - timedelta(microseconds=1)).date()
    return Window(row["event_id"], row["name"], first, max(first, last) + timedelta(days=1))


def happenings(series: Series, windows: list[Window], breaks: list[Break]) -> list[Happening]:
    """What the daily series did in each window, all windows in one model, in the order given."""
    brief = [each for each in windows if not each.is_long]
    days = days_of(series, brief)
    known = _expectation(series, days, _steps(series, windows, breaks))
    found = iter(_unknowns(brief, days, known) if isinstance(known, str) else _in_turn(known, brief, days))
    return [_too_long(each) if each.is_long else next(found) for each in windows]


def _in_turn(known: Expectation, windows: list[Window], days: np.ndarray) -> list[Happening]:
    seen, chances = days * (known.expected > 0), cache(partial(placebos, known))
    return [_happening(known, chances, *each) for each in zip(windows, seen, *_joint(known, seen), strict=True)]


def _unknowns(windows: list[Window], days: np.ndarray, reason: str) -> list[Happening]:
    return [_unknown(each, int(seen.sum()), reason) for each, seen in zip(windows, days, strict=True)]


def _too_long(window: Window) -> Happening:
    days = (window.end_day - window.first_day).days
    return _unknown(window, days, f"it lasts {days} days and is fitted as a level; what lasts over {LONGEST_DAYS} is no event")


def _steps(series: Series, windows: list[Window], breaks: list[Break]) -> np.ndarray:
    """One row for each change of level: from a break on, and in what lasts too long for an event."""
    forever = [Window("", each.name, each.day, max(series.end_day, each.day)) for each in breaks]
    return days_of(series, [*forever, *(each for each in windows if each.is_long)])


def days_of(series: Series, windows: list[Window]) -> np.ndarray:
    """One row for each window, one column for each day of the series; one where the window has the day."""
    position = np.arange(len(series.values))
    spans = [((each.first_day - series.first_day).days, (each.end_day - series.first_day).days) for each in windows]
    return np.array([(position >= start) & (position < end) for start, end in spans], float).reshape(len(windows), len(position))


def _expectation(series: Series, days: np.ndarray, steps: np.ndarray) -> Expectation | str:
    """What was to be expected, or why nothing was."""
    if (series.values < 0).any():
        return "the series falls below zero, so it has no ratio to what was to be expected"
    exposure = np.nan_to_num(series.counted) if series.unit == "share" else np.ones(len(series.values))
    known = expectation(series, exposure, days.any(axis=0), steps)
    return known or "fewer than 8 weeks without an event, or nothing in them, from which to say what was to be expected"


def _joint(known: Expectation, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log observed over expected of each window, the others held alike; and the share of its weight that is its own."""
    busy = seen.any(axis=0)
    columns, typical = seen.T[busy], known.expected[busy]
    ratios, _ = log_linear(columns, known.observed[busy], typical)
    weight = columns.T @ (columns * typical[:, None])
    size = np.maximum(np.diagonal(weight), 1e-300)
    return ratios, 1 / (np.diagonal(np.linalg.inv(weight + 1e-6 * np.diag(size))) * size)


def _happening(
    known: Expectation, chances: Callable, window: Window, seen: np.ndarray, log_ratio: float, own: float
) -> Happening:
    days = int(seen.sum())
    if not days:
        return _unknown(window, 0, "no day of it is in the series")
    if own < LEAST_OWN:
        return _unknown(window, days, "it overlaps other events so far that they cannot be told apart")
    chance = chances(days)
    if chance is None:
        return _unknown(window, days, "too few stretches as long without an event to say what chance does")
    error = chance.spread * np.sqrt((1 + known.leverage(seen[None, :])[0]) / own)
    reach = error * special.stdtrit(chance.freedom, 0.975)
    p_value = 2 * special.stdtr(chance.freedom, -abs(log_ratio) / max(error, 1e-12))
    interval = Estimate(*(float(np.exp(each)) for each in (log_ratio, log_ratio - reach, log_ratio + reach)))
    return Happening(window, interval, float(p_value), days, None)


def _unknown(window: Window, days: int, reason: str) -> Happening:
    return Happening(window, UNKNOWN, None, days, reason)


def profile(series: Series, window: Window, others: list[Window], breaks: list[Break]) -> Profile | None:
    """Day by day from a week before to two weeks after the window began, the part of the others taken out.

    None where nothing can be expected. The band holds for all its days together; it says what chance does on quiet days.
    """
    days = days_of(series, [window, *(each for each in others if not each.is_long)])
    known = _expectation(series, days, _steps(series, others, breaks))
    chance = None if isinstance(known, str) else placebos(known, 1)
    if isinstance(known, str) or chance is None:
        return None
    seen = days * (known.expected > 0)
    expected = known.expected * np.exp(_joint(known, seen)[0][1:] @ seen[1:])
    start = (window.first_day - series.first_day).days
    offsets = np.arange(-DAYS_BEFORE, DAYS_AFTER + 1)
    offsets = offsets[(start + offsets >= 0) & (start + offsets < len(expected))]
    offsets = offsets[expected[start + offsets] > 0]
    ratios = (known.observed[start + offsets] + HALF) / (expected[start + offsets] + HALF)
    tail = -np.expm1(np.log1p(-0.05) / max(len(offsets), 1)) / 2
    reach = float(-special.stdtrit(chance.freedom, tail) * chance.spread)
    return Profile(offsets, ratios, float(np.exp(-reach)), float(np.exp(reach)))


def event_rows(
    table: pl.DataFrame, events: pl.DataFrame, zone: ZoneInfo, breaks: list[Break], until: date | None = None
) -> list[Row]:
    """V7 of each daily series and event: observed over expected, worded by its q-value among all of them; grade B.

    Parameters
    ----------
    table, until
        As for `list_series`, by day.
    events : DataFrame
        The table `events`.
    """
    windows = list_windows(events, zone)
    found = [(series, each) for series in list_series(table, until) for each in happenings(series, windows, breaks)]
    adjusted = q_values([each.p_value for _, each in found])
    return [_row(series, each, q_value) for (series, each), q_value in zip(found, adjusted, strict=True)]


def _row(series: Series, found: Happening, q_value: float | None) -> Row:
    window = found.window
    labels = {"n": found.days, "denominator": "days of the event", "grade": "B", "slice": f"event={window.event_id}"}
    reason = f"{window.name}: {found.reason}" if q_value is None else _words(window.name, q_value)
    return value_row("V7", series.name, found.ratio, "ratio", reason=reason, period=(window.first_day, window.end_day), **labels)


def _words(name: str, q_value: float) -> str:
    """What may be said of an event.

    Examples
    --------
    >>> _words("Outage", 0.001)
    'coincided with Outage (q = 0.001); that it is the cause is not shown'
    """
    verb = "coincided with" if is_found(q_value) else "no clear difference coincided with"
    return f"{verb} {name} (q = {q_value:.3f}); that it is the cause is not shown"


def profile_rows(series: Series, window: Window, others: list[Window], breaks: list[Break]) -> list[Row]:
    """V7 day by day around one event: observed over expected; empty where nothing can be expected."""
    found = profile(series, window, others, breaks)
    if found is None:
        return []
    within = f"chance alone stays within {found.low:.2f} to {found.high:.2f} on all these days together"
    days = [window.first_day + timedelta(days=int(offset)) for offset in found.offsets]
    labels = {"n": 1, "denominator": "days", "grade": "B", "slice": f"event={window.event_id}", "reason": within}
    return [
        value_row("V7", f"{series.name}:day", float(ratio), "ratio", period=(day, day + timedelta(days=1)), **labels)
        for day, ratio in zip(days, found.ratios, strict=True)
    ]
