"""The smallest change that could have been seen: what to print beside a result that found none (METRICS.md C.6)."""

from scipy import stats as scipy_stats
from scipy.optimize import brentq


def detectable_change(n_before: int, n_after: int, share: float, power: float = 0.8, level: float = 0.05) -> float | None:
    """Smallest change of a share, as a ratio in 0-1, that two samples of these sizes show with 80 % power at 5 %.

    It is the change towards one half, which is the harder to see, so a change of this size is seen whichever way it goes.

    Returns
    -------
    float or None
        None if nothing was seen on one side, or if no change would be large enough.

    Examples
    --------
    >>> round(detectable_change(500, 500, 0.3), 3)
    0.084
    >>> detectable_change(3, 3, 0.5) is None
    True

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, section 4.2, without
    continuity correction.
    """
    if min(n_before, n_after) < 1 or not 0 <= share <= 1:
        return None
    before = min(share, 1 - share)

    def surplus(change: float) -> float:
        return change - _needed(n_before, n_after, before, before + change, power, level)

    return float(brentq(surplus, 1e-12, 1 - before)) if surplus(1 - before) > 0 else None


def detectable_mean_change(n_before: int, n_after: int, sd: float, power: float = 0.8, level: float = 0.05) -> float | None:
    """Smallest change of a mean, in the unit of `sd`, that two samples of these sizes show with 80 % power at 5 %.

    Parameters
    ----------
    sd : float
        The standard deviation of single values, taken to be the same on both sides.

    Returns
    -------
    float or None
        None below two values on either side.

    Examples
    --------
    Cohen's table: with 64 on each side, half a standard deviation.

    >>> round(detectable_mean_change(64, 64, 1.0), 2)
    0.5

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd edition, table 2.4.1.
    """
    if min(n_before, n_after) < 2:
        return None
    quantiles = scipy_stats.t.ppf([1 - level / 2, power], n_before + n_after - 2)
    return float(quantiles.sum() * sd * (1 / n_before + 1 / n_after) ** 0.5)


def _needed(n_before: int, n_after: int, before: float, after: float, power: float, level: float) -> float:
    """The change that is seen with this power, if the shares were `before` and `after`."""
    pooled = (n_before * before + n_after * after) / (n_before + n_after)
    error_if_equal = (pooled * (1 - pooled) * (1 / n_before + 1 / n_after)) ** 0.5
    error = (before * (1 - before) / n_before + after * (1 - after) / n_after) ** 0.5
    return float(scipy_stats.norm.ppf(1 - level / 2) * error_if_equal + scipy_stats.norm.ppf(power) * error)
