"""What a day's (or a week's) count should be by the days before it: level, weekday, over-dispersion, and their errors."""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc
from scipy.stats import norm

from careworth.alarms.compiled import learn_days

#: The level forgets half in four weeks of days, so that growth is followed; weekdays and dispersion in half a year.
HALF_LIFE, SLOW_HALF_LIFE = 28, 182


class Baseline(NamedTuple):
    """For each day, nan until the first was learned: mean, dispersion (1 / size), relative error of the mean."""

    mean: np.ndarray
    dispersion: np.ndarray
    error: np.ndarray


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
    learned = [np.full(plain.T.shape, np.nan) for _ in Baseline._fields]
    keep, slow = 0.5 ** (1 / HALF_LIFE), 0.5 ** (1 / SLOW_HALF_LIFE)
    for column, *filled in zip(plain.T.copy(), *learned, strict=True):
        learn_days(column, period, keep, keep**2, slow, *filled)
    mean, dispersion, error = (each.T.reshape(counts.shape) for each in learned)
    return Baseline(mean * factor, dispersion, error)


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
