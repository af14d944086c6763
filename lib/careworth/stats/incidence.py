"""How often and when each of several endings comes, where one prevents the others."""

import numpy as np

from careworth.stats.estimates import Z95
from careworth.stats.risks import counted, remaining
from careworth.stats.survival import Curve, whole


def cumulative_incidence(durations: np.ndarray, cause: np.ndarray, of: int = 1) -> Curve:
    """Share that has had the event `of` by each time, when any other event would have prevented it (Aalen-Johansen).

    Parameters
    ----------
    durations : array of float
    cause : array of int
        Which event ended the case, 1, 2 and so on; 0 still open (censored).
    of : int
        The event asked for.

    Returns
    -------
    Curve
        With the 95 % log-log interval of the delta method's variance; without competing events it is `kaplan_meier`.

    Examples
    --------
    >>> durations, cause = np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 0])
    >>> cumulative_incidence(durations, cause).share.tolist()
    [0.25, 0.25, 0.5, 0.5]
    >>> cumulative_incidence(durations, cause, of=2).share.tolist()
    [0.0, 0.25, 0.25, 0.25]

    References
    ----------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; the variance is that of Marubini and Valsecchi
    (1995), Analysing Survival Data from Clinical Trials, section 10.3.
    """
    times, place, leaving = counted(durations)
    wanted, ended = (_count(place, mask, len(times)) for mask in (np.equal(cause, of), np.greater(cause, 0)))
    at_risk = remaining(leaving)
    free_before = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    share = np.minimum(np.cumsum(free_before * wanted / at_risk), 1.0)
    return _with_interval(times, share, _variance(share, free_before, wanted, ended, at_risk))


def cumulative_incidences(durations: np.ndarray, cause: np.ndarray) -> dict[int, Curve]:
    """The `cumulative_incidence` of each event that occurs; at any time their shares add up to that of all events.

    Examples
    --------
    >>> curves = cumulative_incidences(np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 0]))
    >>> {of: float(curve.share[-1]) for of, curve in curves.items()}
    {1: 0.5, 2: 0.25}
    """
    return {int(of): cumulative_incidence(durations, cause, int(of)) for of in np.unique(cause) if of > 0}


def _count(place: np.ndarray, mask: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(place, weights=mask, minlength=size)


def _variance(
    share: np.ndarray, free_before: np.ndarray, wanted: np.ndarray, ended: np.ndarray, at_risk: np.ndarray
) -> np.ndarray:
    """The variance of `share`: sums over earlier times of terms in how much the share has grown since, multiplied out."""
    staying = at_risk - ended
    # Where all leave, the curve has ended, and the share grows no more: the term is 0.
    leaving = np.divide(ended, at_risk * staying, out=np.zeros_like(staying), where=staying > 0)
    arriving = free_before * wanted / at_risk**2
    own = free_before**2 * (at_risk - wanted) * wanted / at_risk**3
    grown = share**2 * leaving.cumsum() - 2 * share * (share * leaving).cumsum() + (share**2 * leaving).cumsum()
    return np.maximum(grown + own.cumsum() - 2 * (share * arriving.cumsum() - (share * arriving).cumsum()), 0.0)


def _with_interval(times: np.ndarray, share: np.ndarray, variance: np.ndarray) -> Curve:
    inside = (share > 0) & (share < 1 - 1e-12)
    left = np.where(inside, 1 - share, 0.5)
    half = Z95 * np.sqrt(variance) / (left * np.abs(np.log(left)))
    low, high = (np.where(inside, 1 - left ** np.exp(sign * half), np.nan) for sign in (-1, 1))
    return whole(times, share, low, high)
