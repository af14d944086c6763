"""One series judged row by row: the detector is chosen by how far apart its rows are."""

from typing import NamedTuple

import numpy as np
from scipy.stats import nbinom

from careworth.alarms.cusum import chart, limits
from careworth.alarms.daily import BUDGET_SHARE, volume_of
from careworth.alarms.daily_baseline import daily_baseline
from careworth.alarms.streaming import MINIMUM_COUNT, streaming_alarms
from careworth.errors import SourceError

DAY_SECONDS, YEAR_SECONDS = 86_400, 365 * 86_400

#: Rows at least so far apart are days, weeks or months; nearer ones are a stream.
DAILY_FROM = 20 * 3_600

#: A gap counts as a whole number of steps if it is off by no more than this share of a step.
TOLERANCE = 0.12

#: So many gaps in ten must be whole steps.
REGULAR_SHARE = 0.9


class Series(NamedTuple):
    """For each row: expected count and its size as a negative binomial, score (0.5 at the budget's limit) and alarm."""

    expected: np.ndarray
    size: np.ndarray
    score: np.ndarray
    alarm: np.ndarray
    spacing: float


def judge(seconds: np.ndarray, counts: np.ndarray, budget: float | None = None, lifts: np.ndarray | None = None) -> Series:
    """Each row judged by those before it; by a stream's rules below a day, by cumulative sums from a day on.

    Parameters
    ----------
    seconds : array
        Increasing times, in seconds since the start of some Monday.
    counts : array
        Counts of 0 or more, nan where none is known.
    budget : float, optional
        False alarms: a week for a stream, a year from a day on; 1 and 2 unless told otherwise.
    lifts : array, optional
        The factor by which a known campaign or outage raises the expectation of each row.

    Raises
    ------
    SourceError
        If the rows are not evenly spaced.
    """
    spacing = spacing_of(seconds)
    if spacing < DAILY_FROM:
        judged = streaming_alarms(seconds, counts, spacing, 1.0 if budget is None else budget, lifts)
        return Series(judged.expected, judged.size, judged.score, judged.alarm, spacing)
    return _by_day(seconds, counts, spacing, 2.0 if budget is None else budget, lifts)


def spacing_of(seconds: np.ndarray) -> float:
    """The usual seconds from one row to the next; gaps may be several steps long, but few may be anything else."""
    gaps = np.diff(seconds)
    spacing = float(np.median(gaps))
    steps = gaps / spacing
    regular = float(np.mean((np.abs(steps - np.round(steps)) <= TOLERANCE) & (steps > 0.5)))
    if regular < REGULAR_SHARE:
        raise SourceError(
            f"the rows are not evenly spaced: only {regular:.0%} of the gaps are whole steps of {spacing:g} seconds; "
            f"count per five minutes, hour or day first, with 0 where nothing came"
        )
    return spacing


def _by_day(seconds: np.ndarray, counts: np.ndarray, spacing: float, budget: float, lifts: np.ndarray | None) -> Series:
    """Days on a grid without gaps, so that weekdays keep their place; months by their order."""
    period = 7 if spacing < 1.5 * DAY_SECONDS else 1
    place = np.arange(len(counts)) if spacing > 20 * DAY_SECONDS else np.round((seconds - seconds[0]) / spacing).astype(int)
    grid = np.full(place[-1] + 1, np.nan)
    grid[place] = counts
    known = np.ones(len(grid))
    known[place] = 1.0 if lifts is None else lifts
    baseline = daily_baseline(grid, period, known)
    signal = volume_of(grid, baseline)
    rate = BUDGET_SHARE * budget * spacing / YEAR_SECONDS
    share, alarm = chart(signal.score, limits(rate, signal.error), max(8 * period, 26))
    score, seen = (share / (1 + share))[place], ~np.isnan(counts)
    size = 1 / np.maximum(baseline.dispersion + baseline.error**2, 1e-4)
    alarm = alarm[place] & seen & (np.nan_to_num(counts) >= MINIMUM_COUNT)
    return Series(baseline.mean[place], size[place], np.where(seen, score, np.nan), alarm, spacing)


def usual_range(expected: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which counts 95 % of rows lie that nothing has happened to.

    Examples
    --------
    >>> usual_range(np.array([10.0]), np.array([1e4]))
    (array([4.]), array([17.]))
    """
    share = size / (size + expected)
    return nbinom.ppf(0.025, size, share), nbinom.ppf(0.975, size, share)
