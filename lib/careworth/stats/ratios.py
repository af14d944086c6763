"""Means and ratios of sums of skewed amounts, such as costs and revenue, by the bootstrap."""

import numpy as np

from careworth.stats.estimates import UNKNOWN, Estimate
from careworth.stats.groups import sums_by_group
from careworth.stats.weights import poisson_weights

#: With fewer groups the spread between them is too little known for an interval.
LEAST_GROUPS = 5

#: More groups than this are pooled at random into so many, which leaves the spread of the sum as it is.
MOST_GROUPS = 2_000

#: So many resamples are weighed at a time: their weights stay in the processor's cache.
PORTION = 500


def ratio_of_sums(
    numerators: np.ndarray, denominators: np.ndarray, groups: np.ndarray | None = None, resamples: int = 2_000, seed: int = 1
) -> Estimate:
    """Sum of the numerators over sum of the denominators, never a mean of ratios, with a 95 % bootstrap-t interval.

    Whole groups are resampled. The bootstrap-t sets each resample's error in relation to its own standard error; on skewed
    amounts that covers better than the percentile, BCa and log-scale intervals, and it holds for amounts of either sign.

    Parameters
    ----------
    numerators, denominators : array of float
    groups : array, optional
        Whose amount it is, such as a customer or a day; a null stands alone. Without groups each amount stands alone.

    Returns
    -------
    Estimate
        None if the denominators add up to nothing or less; without bounds below `LEAST_GROUPS`.

    Examples
    --------
    METRICS.md C.1: days with 1 of 2 and 90 of 100 are 0.892 pooled, not the 0.70 of the mean of the days.

    >>> round(ratio_of_sums([1, 90], [2, 100]).value, 3)
    0.892

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 12.5.
    """
    sums = sums_by_group(groups, above=numerators, below=denominators)
    above, below = sums["above"], sums["below"]
    if not below.sum() > 0:
        return UNKNOWN
    ratio = float(above.sum() / below.sum())
    if len(above) < LEAST_GROUPS:
        return Estimate(ratio, None, None)
    generator = np.random.default_rng(seed)
    low, high = _bootstrap_t(*_pooled(above, below, generator), resamples, generator)
    is_positive = above.min() >= 0 and below.min() >= 0
    return Estimate(ratio, max(low, 0.0) if is_positive else low, high)


def mean_estimate(values: np.ndarray, groups: np.ndarray | None = None, resamples: int = 2_000, seed: int = 1) -> Estimate:
    """Mean of amounts, such as revenue per order or minutes per call, with the interval of `ratio_of_sums`.

    Examples
    --------
    >>> [round(number, 1) for number in mean_estimate(np.arange(1.0, 102))]
    [51.0, 45.1, 56.6]
    """
    return ratio_of_sums(values, np.ones(len(values)), groups, resamples, seed)


def _pooled(above: np.ndarray, below: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if len(above) <= MOST_GROUPS:
        return above, below
    pool = generator.permutation(len(above)) % MOST_GROUPS
    return np.bincount(pool, above), np.bincount(pool, below)


def _bootstrap_t(above: np.ndarray, below: np.ndarray, resamples: int, generator: np.random.Generator) -> tuple[float, float]:
    ratio = float(above.sum() / below.sum())
    apart = above - ratio * below
    moments = np.column_stack([apart, below, apart**2, apart * below, below**2, np.ones(len(above))])
    _, (error,) = _shifts_and_errors(moments.sum(axis=0, keepdims=True))
    portions = np.array_split(np.arange(resamples), -(-resamples // PORTION))
    draws = np.concatenate([poisson_weights(generator, (len(each), len(above))) @ moments for each in portions])
    shifts, errors = _shifts_and_errors(draws[(draws[:, 1] > 0) & (draws[:, 5] > 1)])
    # A resample of equal amounts has no error of its own to be set in relation to.
    known = errors > 1e-9 * error
    if not known.any():
        return ratio, ratio
    high, low = np.quantile(shifts[known] / errors[known], [0.025, 0.975])
    return float(ratio - low * error), float(ratio - high * error)


def _shifts_and_errors(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each resample's ratio is from the sample's, and its linearised standard error, from sums of the moments."""
    apart, below, apart2, product, below2, count = sums.T
    shift = apart / below
    squares = np.maximum(apart2 - 2 * shift * product + shift**2 * below2, 0.0)
    return shift, np.sqrt(squares * count / (count - 1)) / below
