"""What a day's (or a week's) count should be by the days before it: level, weekday, over-dispersion, and their errors."""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc
from scipy.stats import norm

#: The level forgets half in four weeks of days, so that growth is followed; weekdays and dispersion in half a year.
HALF_LIFE, SLOW_HALF_LIFE = 28, 182

#: The last so many days are not learned yet, so that a brewing rise does not become its own baseline.
GUARD = 7

#: A weekday starts as two weeks without any difference; the dispersion as ten days of a size of ten.
PRIOR_WEEKS, PRIOR_DAYS, PRIOR_DISPERSION = 2.0, 10.0, 0.1

#: A day is learned as no more than so many standard deviations above its expectation.
LEARN_AT_MOST = 4.0


class Baseline(NamedTuple):
    """For each day, nan until the first was learned: mean, dispersion (1 / size), relative error of the mean."""

    mean: np.ndarray
    dispersion: np.ndarray
    error: np.ndarray


class _Learned:
    """The sums from which level, weekday factors and dispersion come; one column for each series."""

    def __init__(self, period: int, series: int) -> None:
        self.period, self.keep, self.slow = period, 0.5 ** (1 / HALF_LIFE), 0.5 ** (1 / SLOW_HALF_LIFE)
        self.level_sum, self.weight, self.weight_squares = np.zeros(series), np.zeros(series), np.zeros(series)
        self.seen, self.normal = np.zeros((period, series)), np.zeros((period, series))
        self.excess, self.squares = np.zeros(series), np.zeros(series)

    def level(self) -> np.ndarray:
        """The weighted mean of the days that were learned, nan before the first."""
        return np.where(self.weight > 0, self.level_sum / np.maximum(self.weight, 1e-12), np.nan)

    def factors(self) -> np.ndarray:
        """The weekdays' factors, one on average."""
        prior = PRIOR_WEEKS * np.maximum(np.nan_to_num(self.level(), nan=1.0), 1e-9)
        raw = (self.seen + prior) / (self.normal + prior)
        return raw / raw.mean(axis=0)

    def predict(self, day: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, dispersion and relative error of the mean for a day."""
        level = np.maximum(self.level(), 0.02)
        mean = np.maximum(level * self.factors()[day % self.period], 0.02)
        prior = PRIOR_DAYS * mean**2
        dispersion = np.maximum((self.excess + PRIOR_DISPERSION * prior) / (self.squares + prior), 0.0)
        share = self.weight_squares / np.maximum(self.weight, 1e-12) ** 2
        return mean, dispersion, np.sqrt((1 / level + dispersion) * share)

    def learn(self, day: int, counts: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> None:
        """Take in a day that is old enough, incidents cut down; unknown counts change nothing."""
        known = ~np.isnan(counts)
        most = mean + LEARN_AT_MOST * np.sqrt(mean + mean**2 * np.maximum(dispersion, 0.02)) + 1
        count = np.where(known, np.fmin(counts, most), 0.0)
        place, factor, slow = day % self.period, self.factors()[day % self.period], self.slow
        self.level_sum = self.level_sum * self.keep + count / factor
        self.weight = self.weight * self.keep + known
        self.weight_squares = self.weight_squares * self.keep**2 + known
        self.seen, self.normal = self.seen * slow, self.normal * slow
        self.seen[place] += count
        self.normal[place] += np.where(known, np.nan_to_num(self.level()), 0.0)
        counted = known & ~np.isnan(mean) & (day >= 4 * self.period)
        self.excess = self.excess * slow + np.where(counted, (count - np.nan_to_num(mean)) ** 2 - np.nan_to_num(mean), 0.0)
        self.squares = self.squares * slow + np.where(counted, np.nan_to_num(mean) ** 2, 0.0)


def daily_baseline(counts: np.ndarray, period: int = 7, lifts: np.ndarray | None = None) -> Baseline:
    """The baseline of each day from the days at least a week before it.

    Parameters
    ----------
    counts : array of days, or of days by series
        Counts of 0 or more, nan where unknown; each column is a series of its own.
    period : int
        Days of the repeating pattern: 7, or 1 for counts of whole weeks.
    lifts : array like counts, optional
        The factor by which a known campaign or outage raises the expectation.

    Examples
    --------
    >>> float(daily_baseline(np.full(100, 12.0)).mean[-1].round(6))
    12.0
    """
    counts = np.asarray(counts, float)
    factor = np.ones_like(counts) if lifts is None else np.asarray(lifts, float)
    plain = (counts / factor).reshape(len(counts), -1)
    learned, shape = _Learned(period, plain.shape[1]), plain.shape
    mean, dispersion, error = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for day in range(len(plain)):
        old = day - GUARD
        if old >= 0:
            learned.learn(old, plain[old], mean[old], dispersion[old])
        if learned.weight.any():
            mean[day], dispersion[day], error[day] = learned.predict(day)
    return Baseline(mean.reshape(counts.shape) * factor, dispersion.reshape(counts.shape), error.reshape(counts.shape))


def normal_scores(counts: np.ndarray, baseline: Baseline) -> np.ndarray:
    """Each day's count as a standard normal value, by its mid-p in the negative binomial forecast, error included.

    Examples
    --------
    >>> normal_scores(np.array([10.0]), Baseline(np.array([10.0]), np.array([0.0]), np.array([0.0]))).round(2)
    array([0.05])
    """
    size = 1 / np.maximum(baseline.dispersion + baseline.error**2, 1e-4)
    share = baseline.mean / (size + baseline.mean)
    reached = np.where(counts > 0, betainc(np.maximum(counts, 1e-12), size, share), 1.0)
    beyond = betainc(counts + 1, size, share)
    return norm.isf(np.clip((reached + beyond) / 2, 1e-12, 1 - 1e-12))


def lasting_error(baseline: Baseline) -> np.ndarray:
    """The baseline's own error in standard deviations of a day: it stays the same for weeks on end."""
    variance = baseline.mean + baseline.mean**2 * baseline.dispersion
    return baseline.mean * baseline.error / np.sqrt(variance)
