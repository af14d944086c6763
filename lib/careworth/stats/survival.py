"""How long things take when some are still open: Kaplan-Meier curves and what is read off a curve."""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import stats as scipy_stats

from careworth.stats.estimates import Estimate
from careworth.stats.risks import require_durations


class Curve(NamedTuple):
    """A step function of time: the share (0-1) that has had the event by `times`, with its pointwise interval."""

    times: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


def kaplan_meier(durations: np.ndarray, observed: np.ndarray) -> Curve:
    """Share that has had the event by each time; cases still open count as censored, never as missing.

    Parameters
    ----------
    durations : array of float
        Time to the event, or to the end of observation where `observed` is False.
    observed : array of bool

    Returns
    -------
    Curve
        One minus the Kaplan-Meier survival, with the 95 % log-log interval.

    Examples
    --------
    >>> curve = kaplan_meier(np.array([5.0, 8, 12, 12]), np.array([True, True, True, False]))
    >>> curve.share.round(2).tolist()
    [0.25, 0.5, 0.75]
    """
    durations, observed = np.asarray(durations, float), np.asarray(observed, bool)
    require_durations(durations)
    sample = scipy_stats.CensoredData.right_censored(durations, ~observed)
    with warnings.catch_warnings():
        # The log-log interval is undefined where the curve is exactly 0 or 1; `whole` says what stands there.
        warnings.simplefilter("ignore", RuntimeWarning)
        survival = scipy_stats.ecdf(sample).sf
        band = survival.confidence_interval(0.95, method="log-log")
    return whole(survival.quantiles, 1 - survival.probabilities, 1 - band.high.probabilities, 1 - band.low.probabilities)


def whole(times: np.ndarray, share: np.ndarray, low: np.ndarray, high: np.ndarray) -> Curve:
    """The curve with bounds also where its formula has none: at no event the share itself, at all of them the bound before.

    Examples
    --------
    >>> nan = float("nan")
    >>> whole(*(np.array(line) for line in ([1.0, 2, 3], [0.0, 0.5, 1.0], [nan, 0.1, nan], [nan, 0.8, nan]))).low.tolist()
    [0.0, 0.1, 0.1]
    """
    undefined = np.isnan(low) | np.isnan(high)
    low, high = np.where(undefined, 0.0, low), np.where(undefined, share, high)
    return Curve(times, share, np.maximum.accumulate(low), high)


def time_reached(curve: Curve, share: float) -> Estimate:
    """The first time by which `share` had the event, with interval; None where the curve never gets there."""
    crossings = [_first_at_least(curve.times, line, share) for line in (curve.share, curve.high, curve.low)]
    return Estimate(*crossings)


def share_by(curve: Curve, time: float) -> Estimate:
    """The share that had the event by `time`, with interval."""
    at = np.searchsorted(curve.times, time, side="right") - 1
    if at < 0:
        return Estimate(0.0, 0.0, 0.0)
    return Estimate(float(curve.share[at]), float(curve.low[at]), float(curve.high[at]))


def _first_at_least(times: np.ndarray, line: np.ndarray, level: float) -> float | None:
    reached = np.flatnonzero(line >= level - 1e-12)
    return float(times[reached[0]]) if len(reached) else None
