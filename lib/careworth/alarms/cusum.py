"""Cumulative sums that raise an alarm once small excesses have added up, with limits from a budget of false alarms."""

from functools import lru_cache

import numpy as np

from careworth.alarms.compiled import add_up_excess

#: Half the shift, in standard deviations, that the charts are made to find; half of one is the textbook choice.
REFERENCE = 0.5

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_SHARES = _WEIGHTS / _WEIGHTS.sum()

#: Lasting errors of the baseline for which limits are worked out; between them they are interpolated.
_ERRORS = np.linspace(0.0, 0.4, 21)


def run_length(limit: np.ndarray | float, shift: np.ndarray | float, reference: float = REFERENCE) -> np.ndarray:
    """Average days until a one-sided normal chart passes its limit, when every day lies `shift` above its mean.

    References
    ----------
    Siegmund (1985), Sequential Analysis, (2.57): the corrected diffusion approximation.

    Examples
    --------
    >>> float(run_length(4.0, 0.0).round()), float(run_length(4.0, 1.0).round(1))
    (338.0, 8.3)
    """
    reach = np.asarray(limit, float) + 1.166
    drift = np.asarray(shift, float) - reference
    safe = np.where(np.abs(drift) < 1e-6, 1.0, drift)
    slope = -2 * safe * reach
    return np.where(np.abs(drift) < 1e-6, reach**2, (np.exp(np.minimum(slope, 700)) - slope - 1) / (2 * safe**2))


@lru_cache(maxsize=256)
def limit_for(alarms_a_day: float, lasting_error: float = 0.0) -> float:
    """The limit at which a chart of pure noise raises `alarms_a_day`, on average over what the baseline may be off.

    Examples
    --------
    >>> round(limit_for(1 / 336), 1)
    4.0
    """
    low, high = 0.0, 60.0
    for _ in range(50):
        middle = (low + high) / 2
        rate = np.sum(_SHARES / run_length(middle, _NODES * lasting_error))
        low, high = (middle, high) if rate > alarms_a_day else (low, middle)
    return high


def limits(alarms_a_day: float, lasting_errors: np.ndarray) -> np.ndarray:
    """The limit of each day by the lasting error of its baseline."""
    known = [limit_for(alarms_a_day, float(error)) for error in _ERRORS]
    return np.interp(np.nan_to_num(lasting_errors, nan=_ERRORS[-1]), _ERRORS, known)


def chart(scores: np.ndarray, limit: np.ndarray, first_day: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The cumulative sum of each day as a share of its limit, and the alarms; an alarm sets the sum to zero.

    Days before `first_day` and days without a score add nothing. Columns are series of their own.

    Examples
    --------
    >>> chart(np.array([0.0, 2.5, 2.5]), np.full(3, 4.0))[1]
    array([False, False,  True])
    """
    known, share, alarm = np.nan_to_num(scores, nan=REFERENCE), np.zeros(scores.shape), np.zeros(scores.shape, bool)
    columns = (np.ascontiguousarray(each).reshape(len(scores), -1) for each in (known, limit))
    add_up_excess(*columns, REFERENCE, first_day, share.reshape(len(scores), -1), alarm.reshape(len(scores), -1))
    return share, alarm


@lru_cache(maxsize=64)
def budgets_of_each(charts: tuple[tuple[float, ...], ...], parts: tuple[float, ...], alarms_a_day: float) -> tuple[float, ...]:
    """What each chart may spend, in proportion to its part, so that all together raise `alarms_a_day`.

    A chart is given by the weights of its signals. Simulated on independent normal signals, 200 series of two years;
    alarms of several charts on one day are one.

    Examples
    --------
    >>> budgets_of_each(((1.0,),), (1.0,), 0.01)
    (0.01,)
    """
    shares = np.array(parts) / np.sum(parts)
    if len(charts) == 1:
        return (alarms_a_day,)
    weights = np.array(charts) / np.linalg.norm(charts, axis=1, keepdims=True)
    signals = np.random.default_rng(7).standard_normal((730, 200, weights.shape[1]))
    scores = np.moveaxis(signals @ weights.T, 2, 1)
    low, high = 1.0, float(len(charts))
    for _ in range(9):
        middle = (low + high) / 2
        each = np.array([limit_for(float(share * middle * alarms_a_day)) for share in shares])
        together = chart(scores, np.broadcast_to(each[:, None], scores.shape))[1].any(axis=1).mean()
        low, high = (low, middle) if together > alarms_a_day else (middle, high)
    return tuple(float(share * low * alarms_a_day) for share in shares)
