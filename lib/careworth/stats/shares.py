"""Intervals of shares, of their differences, and of shares whose cases come in groups."""

import numpy as np
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats.estimates import UNKNOWN, Z95, Estimate, difference
from careworth.stats.groups import design_effect, sums_by_group


def wilson_interval(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Wilson score interval of a share, as (low, high) ratios in 0-1.

    Parameters
    ----------
    successes, trials : int
        Counts, ``0 <= successes <= trials`` and ``trials >= 1``.
    z : float
        Standard-normal quantile; the default gives 95 %.

    Raises
    ------
    CareworthError
        If the counts are impossible.

    Examples
    --------
    >>> low, high = wilson_interval(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)

    References
    ----------
    Wilson (1927), JASA 22(158), 209-212.
    """
    if not 0 <= successes <= trials or trials < 1:
        raise CareworthError(f"need 0 <= successes <= trials and trials >= 1, got {successes} of {trials}")
    return _score_interval(successes / trials, trials, z)


def _score_interval(share: float, size: float, z: float) -> tuple[float, float]:
    z2 = z**2
    centre = share + z2 / (2 * size)
    half = z * (share * (1 - share) / size + z2 / (4 * size**2)) ** 0.5
    low, high = (centre - half) / (1 + z2 / size), (centre + half) / (1 + z2 / size)
    # At no or only successes the formula ends in 0 or 1 exactly; rounding would leave the interval beside its own share.
    return low if share > 0 else 0.0, high if share < 1 else 1.0


def newcombe_interval(successes_a: int, trials_a: int, successes_b: int, trials_b: int) -> tuple[float, float]:
    """Newcombe's hybrid interval of share a minus share b, as (low, high) in -1 to 1.

    Examples
    --------
    >>> [round(bound, 3) for bound in newcombe_interval(80, 100, 70, 100)]
    [-0.02, 0.217]

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    _, low, high = difference(_wilson_estimate(successes_a, trials_a), _wilson_estimate(successes_b, trials_b))
    return low, high


def _wilson_estimate(successes: int, trials: int) -> Estimate:
    low, high = wilson_interval(successes, trials)
    return Estimate(successes / trials, low, high)


def clustered_share(successes: np.ndarray, groups: np.ndarray) -> Estimate:
    """Share of True among cases that come in groups, such as the conversations of one customer, with its interval.

    Wilson's interval at the effective size: the cases over the design effect, which says how much more the share varies than
    that of as many independent cases. A case whose group is null stands alone. Without or with only successes nothing is
    seen of how alike the cases of a group are; then each group counts as one case.

    Parameters
    ----------
    successes : array of bool
    groups : array
        Whose case it is, in the same order.

    Returns
    -------
    Estimate
        Ratios in 0-1; without bounds where all cases are of one group.

    Examples
    --------
    >>> [round(number, 2) for number in clustered_share([True, True, True, False, False, True], ["a", "a", "b", "c", "c", "d"])]
    [0.67, 0.09, 0.98]

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24, 193-201; Kish (1965), Survey Sampling.
    """
    sums = sums_by_group(groups, yes=successes, cases=np.ones(len(successes)))
    cases, count = sums["cases"], len(sums["cases"])
    if count == 0:
        return UNKNOWN
    share = float(sums["yes"].sum() / cases.sum())
    if count == 1:
        return Estimate(share, None, None)
    size = cases.sum() / design_effect(sums["yes"], cases)
    return Estimate(share, *_score_interval(share, float(size), float(scipy_stats.t.ppf(0.975, count - 1))))


def nps_interval(promoters: int, passives: int, detractors: int, z: float = Z95) -> Estimate:
    """Net promoter score in points, -100 to 100, with its interval (METRICS.md Q5).

    Examples
    --------
    >>> [round(number, 1) for number in nps_interval(60, 25, 15)]
    [45.0, 30.5, 59.5]
    """
    n = promoters + passives + detractors
    if n < 1 or min(promoters, passives, detractors) < 0:
        raise CareworthError(f"need at least one answer, got {promoters}, {passives}, {detractors}")
    share, against = promoters / n, detractors / n
    half = z * ((share + against - (share - against) ** 2) / n) ** 0.5
    score = share - against
    return Estimate(100 * score, 100 * (score - half), 100 * (score + half))
