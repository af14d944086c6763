"""P-values of several tests at once, adjusted so that chance findings stay rare."""

import numpy as np
from scipy import stats as scipy_stats

from careworth.errors import CareworthError


def holm(p_values: list[float]) -> list[float]:
    """P-values adjusted so that any false finding in the family is as rare as one test promises, in the given order.

    Raises
    ------
    CareworthError
        If one is outside 0-1 or unknown; a test that could not be made does not belong to the family.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.001, 0.008, 0.039, 0.041, 0.20])]  # METRICS.md C.6
    [0.005, 0.032, 0.117, 0.117, 0.2]

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted.tolist()


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """P-values adjusted so that of all findings the expected share of false ones is bounded, in the given order.

    Examples
    --------
    >>> [round(p, 3) for p in benjamini_hochberg([0.001, 0.008, 0.039, 0.041, 0.20])]  # METRICS.md C.6
    [0.005, 0.02, 0.051, 0.051, 0.2]

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    return scipy_stats.false_discovery_control(_checked(p_values), method="bh").tolist()


def _checked(p_values: list[float]) -> np.ndarray:
    p = np.asarray(p_values, float)
    if not ((p >= 0) & (p <= 1)).all():
        raise CareworthError(f"need p-values in 0-1, got {list(p_values)}; leave out tests that could not be made")
    return p
