"""Rates: events per unit of exposure, with exact intervals."""

from scipy import stats as scipy_stats

from careworth.errors import CareworthError


def poisson_interval(count: int, exposure: float = 1.0, confidence: float = 0.95) -> tuple[float, float]:
    """Exact Poisson interval of a rate per unit of exposure, as (low, high) >= 0.

    Examples
    --------
    >>> [round(bound, 3) for bound in poisson_interval(12, exposure=30)]
    [0.207, 0.699]

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442.
    """
    if count < 0 or exposure <= 0:
        raise CareworthError(f"need a count >= 0 and an exposure > 0, got {count} in {exposure}")
    tail = (1 - confidence) / 2
    low = scipy_stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return float(low / exposure), float(scipy_stats.chi2.ppf(1 - tail, 2 * count + 2) / 2 / exposure)
