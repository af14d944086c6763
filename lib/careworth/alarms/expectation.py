"""What a row of a fast count series lets one expect, from the rows before it: level, time of day, time of week."""

import math
from typing import NamedTuple

import numpy as np

DAY_SECONDS, WEEK_QUARTERS = 86_400, 28
QUARTER_SECONDS = DAY_SECONDS // 4

#: A level half a day old has lost 63 % of its weight; profiles of the day remember ten days, of the week eight weeks.
LEVEL_DAYS, PROFILE_DAYS, PROFILE_WEEKS = 0.5, 10, 8

#: A quarter of a day of the week starts as two weeks without any difference from the other days.
PRIOR_WEEKS = 2.0

#: A row above three times the expectation teaches no more than that; hours of it still raise the expectation for a day.
LEARN_AT_MOST = 3.0


class Expectation(NamedTuple):
    """For each row: the expected count, and the size of the negative binomial that fits the rows before it."""

    mean: np.ndarray
    size: np.ndarray


class _Season:
    """The learned shape of the day and of the week, as factors around the level."""

    def __init__(self, spacing: float) -> None:
        self.hours = max(1, min(24, int(DAY_SECONDS // max(spacing, 1))))
        self.width = DAY_SECONDS / self.hours
        self.rows_an_hour = max(1.0, self.width / spacing)
        self.rows_a_quarter = max(1.0, QUARTER_SECONDS / spacing)
        self.day = [1.0] * self.hours
        self.visits = [0.0] * self.hours
        self.week = [0.0] * WEEK_QUARTERS
        self.weeks_seen = [0.0] * WEEK_QUARTERS

    def factors(self, second: float) -> tuple[float, float]:
        """How much the time of day, and the quarter of a day of the week, raise the level."""
        quarter = int(second // QUARTER_SECONDS) % WEEK_QUARTERS
        of_week = (self.week[quarter] + PRIOR_WEEKS) / (self.weeks_seen[quarter] + PRIOR_WEEKS)
        place = (second % DAY_SECONDS) / self.width
        if self.rows_an_hour == 1:
            return self.day[int(place)], of_week
        before = math.floor(place - 0.5)
        share = place - 0.5 - before
        return (1 - share) * self.day[before % self.hours] + share * self.day[(before + 1) % self.hours], of_week

    def learn(self, second: float, count: float, level: float, of_day: float, of_week: float) -> None:
        """Move the factors of this time of day and of week towards what was counted."""
        hour = int((second % DAY_SECONDS) / self.width)
        gain = max(1 / PROFILE_DAYS, 1 / (self.visits[hour] + 1)) / self.rows_an_hour
        self.visits[hour] += 1 / self.rows_an_hour
        self.day[hour] = max(self.day[hour] + gain * (count / (level * of_week) - self.day[hour]), 0.02)
        quarter = int(second // QUARTER_SECONDS) % WEEK_QUARTERS
        keep = 1 - 1 / (PROFILE_WEEKS * self.rows_a_quarter)
        ratio = min(count / (level * of_day), LEARN_AT_MOST)
        self.week[quarter] = self.week[quarter] * keep + ratio / self.rows_a_quarter
        self.weeks_seen[quarter] = self.weeks_seen[quarter] * keep + 1 / self.rows_a_quarter


class _Spread:
    """The over-dispersion of the counts around their expectation, as the size of a negative binomial."""

    def __init__(self, spacing: float) -> None:
        self.keep = max(0.0, 1 - spacing / (28 * DAY_SECONDS))
        self.squares, self.excess = 40.0, 4.0

    def size(self) -> float:
        """From 1, a geometric law, to 20, beyond which it no longer matters here."""
        return min(max(self.squares / self.excess, 1.0), 20.0) if self.excess > 0 else 20.0

    def learn(self, count: float, mean: float) -> None:
        """Take in how far one count lay from its mean."""
        self.squares = self.squares * self.keep + mean * mean
        self.excess = self.excess * self.keep + (count - mean) ** 2 - mean


def expected_counts(seconds: np.ndarray, counts: np.ndarray, spacing: float, lifts: np.ndarray | None = None) -> Expectation:
    """The expectation of each row from the rows before it; unknown (nan) until a first count was seen.

    Parameters
    ----------
    seconds : array
        Increasing times, in seconds since the start of some week.
    counts : array
        Counts, nan where none is known.
    spacing : float
        Seconds from one row to the next.
    lifts : array, optional
        By which factor a known campaign or outage is expected to raise each row; 1 where nothing is known.

    Examples
    --------
    >>> expected_counts(np.arange(100) * 3600.0, np.full(100, 7.0), 3600.0).mean[-1].round(1)
    np.float64(7.0)
    """
    season, spread = _Season(spacing), _Spread(spacing)
    means, sizes = np.full(len(counts), np.nan), np.full(len(counts), spread.size())
    known = np.ones(len(counts)) if lifts is None else np.asarray(lifts, float)
    least_gain, seen, level = 1 - math.exp(-spacing / (LEVEL_DAYS * DAY_SECONDS)), 0, math.nan
    for row, (second, count, lift) in enumerate(zip(seconds.tolist(), counts.tolist(), known.tolist(), strict=True)):
        of_day, of_week = season.factors(second)
        mean = level * of_day * of_week
        means[row], sizes[row] = mean * lift, spread.size()
        if math.isnan(count):
            continue
        if seen == 0:
            level = mean = max(count / lift, 0.5)
        seen += 1
        learned = min(count / lift, LEARN_AT_MOST * (mean + 2))
        gain = max(least_gain, 1 / (seen + 1))
        level = max(level + gain * (learned / (of_day * of_week) - level), 0.05)
        season.learn(second, learned, level, of_day, of_week)
        spread.learn(learned, mean)
    return Expectation(means, sizes)
