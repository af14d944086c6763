"""Medians and other quantiles of complete data, with intervals, and the difference of two medians."""

import numpy as np
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats.estimates import UNKNOWN, Estimate
from careworth.stats.groups import design_effect, sums_by_group

TAIL = 0.025

#: Of five values even the whole range holds the median less than 95 times in 100: 1 - 2 / 2^5.
LEAST_VALUES = 6


def quantile_estimate(values: np.ndarray, share: float = 0.5, groups: np.ndarray | None = None) -> Estimate:
    """The value below which `share` of the values lie, the median unless told otherwise, with its interval.

    Nothing may be censored; for waits that have not ended there is `kaplan_meier`. The interval ends at order statistics,
    interpolated, which covers better than the percentile bootstrap and needs no draws. With groups it is Woodruff's: the
    share below the quantile gets an interval by its design effect, and that is read back into values.

    Parameters
    ----------
    values : array of float
    share : float
        Above 0 and below 1.
    groups : array, optional
        Whose value it is, where values of one group may be alike; a null stands alone.

    Returns
    -------
    Estimate
        A bound is None where there are too few values to tell.

    Examples
    --------
    >>> [round(number, 1) for number in quantile_estimate(np.arange(1.0, 102))]
    [51.0, 41.2, 60.8]
    >>> quantile_estimate(np.arange(1.0, 6))
    Estimate(value=3.0, low=None, high=None)

    References
    ----------
    Nyblom (1992), Statistics and Probability Letters 14, 109-112; Woodruff (1952), JASA 47(260), 635-646.
    """
    values = np.asarray(values, float)
    if not 0 < share < 1 or not np.isfinite(values).all():
        raise CareworthError(
            f"need a share inside 0-1 and finite values, got a share of {share}; leave out cases without a value"
        )
    if len(values) == 0:
        return UNKNOWN
    value = float(np.quantile(values, share))
    if groups is None:
        return Estimate(value, _nyblom_bound(values, share), _negative(_nyblom_bound(-values, 1 - share)))
    return Estimate(value, *_woodruff_bounds(values, share, value, groups))


def median_difference(a: np.ndarray, b: np.ndarray, resamples: int = 2_000, seed: int = 1) -> Estimate:
    """Median of a minus median of b, both complete, with a seeded percentile bootstrap interval.

    Below `LEAST_VALUES` on either side there is no interval. The median of a resample is one of the values, at a place that
    follows a beta distribution, so the place is drawn and nothing is resampled: a million values take no longer than sorting
    them. For values in groups take the `difference` of two `quantile_estimate`.

    Examples
    --------
    >>> waits = np.arange(1.0, 102)
    >>> median_difference(waits + 30, waits).value
    30.0

    References
    ----------
    Maritz and Jarrett (1978), JASA 73(361), 194-196.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if not np.isfinite(a).all() or not np.isfinite(b).all():
        raise CareworthError("need finite values; leave out cases without a value")
    if not len(a) or not len(b):
        return UNKNOWN
    change = float(np.median(a) - np.median(b))
    if min(len(a), len(b)) < LEAST_VALUES:
        return Estimate(change, None, None)
    generator = np.random.default_rng(seed)
    draws = _resampled_medians(a, resamples, generator) - _resampled_medians(b, resamples, generator)
    low, high = np.quantile(draws, [TAIL, 1 - TAIL])
    return Estimate(change, float(low), float(high))


def _resampled_medians(values: np.ndarray, resamples: int, generator: np.random.Generator) -> np.ndarray:
    middle = (len(values) + 1) / 2
    places = (generator.beta(middle, middle, resamples) * len(values)).astype(int)
    return np.sort(values)[np.minimum(places, len(values) - 1)]


def _negative(number: float | None) -> float | None:
    return None if number is None else -number


def _nyblom_bound(values: np.ndarray, share: float) -> float | None:
    """The lower bound: between the two order statistics of which one lies below the quantile too often and one too seldom."""
    n = len(values)
    place = int(scipy_stats.binom.ppf(TAIL, n, share))
    if place < 1:
        return None
    sure, unsure = (float(scipy_stats.binom.sf(rank - 1, n, share)) for rank in (place, place + 1))
    over, short = sure - (1 - TAIL), (1 - TAIL) - unsure
    weight = (n - place) * share * over / ((n - place) * share * over + place * (1 - share) * short)
    ranked = np.partition(values, [place - 1, min(place, n - 1)])
    return float((1 - weight) * ranked[place - 1] + weight * ranked[min(place, n - 1)])


def _woodruff_bounds(values: np.ndarray, share: float, value: float, groups: np.ndarray) -> tuple[float | None, float | None]:
    sums = sums_by_group(groups, below=values <= value, cases=np.ones(len(values)))
    n, count = len(values), len(sums["cases"])
    if count < 2:
        return None, None
    spread = design_effect(sums["below"], sums["cases"]) * share * (1 - share) / n
    half = float(scipy_stats.t.ppf(1 - TAIL, count - 1)) * spread**0.5
    low, high = (_at_rank(values, bound) for bound in (share - half, share + half))
    return low, high


def _at_rank(values: np.ndarray, share: float) -> float | None:
    n = len(values)
    return float(np.quantile(values, share, method="weibull")) if 1 <= share * (n + 1) <= n else None
