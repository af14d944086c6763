"""The level of each week and the share of each hour of the week in it."""

from typing import NamedTuple

import numpy as np

#: How strongly the level follows the last week: the one that would have forecast the history best is taken.
FOLLOWING = np.arange(0.05, 0.96, 0.1)

#: The level starts as the mean of so many weeks.
FIRST_WEEKS = 4


class Profile(NamedTuple):
    """Arrivals a week, (weeks,), without those of no ordinary day, and the share of each hour of the week, (7, 24)."""

    level: np.ndarray
    week: np.ndarray
    pattern: np.ndarray


def fit_profile(weeks: np.ndarray, ordinary: np.ndarray) -> Profile:
    """Level and pattern of the ordinary days of some weeks.

    The pattern is that of the days times that of the hours; each hour of the week goes its own way as far as the weeks agree
    that it does (empirical Bayes), so that quiet hours do not follow chance.

    Parameters
    ----------
    weeks : array (weeks, 7, 24)
    ordinary : array (weeks, 7)
    """
    days = np.full(7, 1 / 7)
    seen = weeks * ordinary[:, :, None]
    for _ in range(3):
        level = seen.sum(axis=(1, 2)) / np.maximum(ordinary @ days, 1e-12)
        exposure = ordinary.T @ level
        days = _shares(seen.sum(axis=(0, 2)), exposure)
    known = ordinary.any(axis=1)
    return Profile(level[known], np.flatnonzero(known), _pattern(seen, level, ordinary, exposure))


def level_ahead(profile: Profile, weeks_ahead: int) -> np.ndarray:
    """The level of the weeks ahead: exponential smoothing with half the slope of the straight line (the theta method).

    References
    ----------
    Assimakopoulos and Nikolopoulos (2000), International Journal of Forecasting 16, 521-530; Hyndman and Billah (2003), the
    same 19, 287-290.
    """
    drift = np.polyfit(profile.week, profile.level, 1)[0] / 2
    expected, off = np.full(len(FOLLOWING), profile.level[:FIRST_WEEKS].mean()), np.zeros(len(FOLLOWING))
    for value in profile.level:
        off += (value - expected) ** 2
        expected += FOLLOWING * (value - expected) + drift
    # A straight line may run below zero; a tenth of the mean is the least that is forecast.
    return np.maximum(expected[off.argmin()] + drift * np.arange(weeks_ahead), 0.1 * profile.level.mean())


def _shares(counts: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    rates = counts / np.maximum(exposure, 1e-12)
    # A weekday that was never ordinary is like the others.
    rates = np.where(exposure > 0, rates, rates[exposure > 0].mean() if (exposure > 0).any() else 0.0)
    return rates / rates.sum() if rates.sum() > 0 else np.full(len(rates), 1 / len(rates))


def _pattern(seen: np.ndarray, level: np.ndarray, ordinary: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    counts = seen.sum(axis=0)
    product = _shares(counts.sum(axis=1), exposure)[:, None] * _shares(counts.sum(axis=0), np.ones(24))
    expected = exposure[:, None] * product
    chance = _chance(seen, level, ordinary, counts / np.maximum(exposure, 1e-12)[:, None])
    noise = max(chance.sum() / max(expected.sum(), 1e-12), 1.0) * expected
    own = max(((counts - expected) ** 2 - noise).sum() / max((expected**2).sum(), 1e-12), 0.0)
    weight = own * expected**2 / np.maximum(own * expected**2 + noise, 1e-12)
    mixed = product * (1 - weight) + weight * counts / np.maximum(exposure, 1e-12)[:, None]
    return mixed / mixed.sum()


def _chance(seen: np.ndarray, level: np.ndarray, ordinary: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """The variance of each hour's total over the weeks, as the weeks themselves scatter around it."""
    off = (seen - level[:, None, None] * rate) * ordinary[:, :, None]
    weeks = ordinary.sum(axis=0)[:, None]
    return (off**2).sum(axis=0) * weeks / np.maximum(weeks - 1, 1)
