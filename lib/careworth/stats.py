"""Intervals, survival curves and draws: plain numbers in, plain numbers out, seeds passed in."""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import stats as scipy_stats

from careworth.errors import CareworthError

Z95 = 1.959963984540054


class Estimate(NamedTuple):
    """A value with its interval; None where it is not reached or not defined."""

    value: float | None
    low: float | None
    high: float | None


class Curve(NamedTuple):
    """A step function of time: the share (0-1) that has had the event by `times`, with its pointwise interval."""

    times: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


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
    share, z2 = successes / trials, z**2
    centre = share + z2 / (2 * trials)
    half = z * (share * (1 - share) / trials + z2 / (4 * trials**2)) ** 0.5
    low, high = (centre - half) / (1 + z2 / trials), (centre + half) / (1 + z2 / trials)
    # At no or only successes the formula ends in 0 or 1 exactly; rounding would leave the interval beside its own share.
    return low if successes else 0.0, high if successes < trials else 1.0


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
    a, b = successes_a / trials_a, successes_b / trials_b
    (low_a, high_a), (low_b, high_b) = wilson_interval(successes_a, trials_a), wilson_interval(successes_b, trials_b)
    below = ((a - low_a) ** 2 + (high_b - b) ** 2) ** 0.5
    above = ((high_a - a) ** 2 + (b - low_b) ** 2) ** 0.5
    return a - b - below, a - b + above


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
    _require_durations(durations)
    sample = scipy_stats.CensoredData.right_censored(durations, ~observed)
    with warnings.catch_warnings():
        # The log-log interval is undefined where the curve is exactly 0 or 1; the point itself stands in below.
        warnings.simplefilter("ignore", RuntimeWarning)
        survival = scipy_stats.ecdf(sample).sf
        band = survival.confidence_interval(0.95, method="log-log")
        share = 1 - survival.probabilities
        low, high = 1 - band.high.probabilities, 1 - band.low.probabilities
    low, high = np.where(np.isnan(low), share, low), np.where(np.isnan(high), share, high)
    return Curve(survival.quantiles, share, low, high)


def cumulative_incidence(durations: np.ndarray, cause: np.ndarray, resamples: int = 400, seed: int = 1) -> Curve:
    """Share that has had event 1 by each time, when event 2 would have prevented it (Aalen-Johansen).

    Parameters
    ----------
    durations : array of float
    cause : array of int
        1 the event asked for, 2 a competing event, 0 still open (censored).
    resamples, seed : int
        The 95 % interval is a percentile bootstrap with Poisson weights.

    Examples
    --------
    >>> curve = cumulative_incidence(np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 0]))
    >>> curve.share.tolist()
    [0.25, 0.25, 0.5, 0.5]

    References
    ----------
    Aalen & Johansen (1978), Scandinavian Journal of Statistics 5, 141-150.
    """
    durations, cause = np.asarray(durations, float), np.asarray(cause)
    _require_durations(durations)
    order = np.argsort(durations, kind="stable")
    times, starts = np.unique(durations[order], return_index=True)
    cause = cause[order]
    share = _incidence(np.ones(len(order)), cause, starts)
    generator = np.random.default_rng(seed)
    draws = np.array([_incidence(generator.poisson(1.0, len(order)), cause, starts) for _ in range(resamples)])
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    return Curve(times, share, low, high)


def _incidence(weights: np.ndarray, cause: np.ndarray, starts: np.ndarray) -> np.ndarray:
    leaving = np.add.reduceat(weights, starts)
    at_risk = np.maximum(leaving[::-1].cumsum()[::-1], 1e-12)
    wanted = np.add.reduceat(weights * (cause == 1), starts)
    ended = np.add.reduceat(weights * (cause > 0), starts)
    free_before = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    return np.cumsum(free_before * wanted / at_risk)


def _require_durations(durations: np.ndarray) -> None:
    if len(durations) == 0 or np.isnan(durations).any() or (durations < 0).any():
        raise CareworthError("need at least one duration, all of them zero or more; leave out cases without a start")


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


def block_bootstrap_mean(series: np.ndarray, block: int = 7, resamples: int = 2000, seed: int = 1) -> Estimate:
    """Mean of a daily series with a 95 % moving-block bootstrap interval, which keeps the days' dependence."""
    series = np.asarray(series, float)
    if len(series) == 0:
        return Estimate(None, None, None)
    block = min(block, len(series))
    blocks = np.lib.stride_tricks.sliding_window_view(series, block).mean(axis=1)
    picks = np.random.default_rng(seed).integers(len(blocks), size=(resamples, -(-len(series) // block)))
    low, high = np.quantile(blocks[picks].mean(axis=1), [0.025, 0.975])
    return Estimate(float(series.mean()), float(low), float(high))


def theil_sen_slope(values: np.ndarray) -> Estimate:
    """Robust change per step of an evenly spaced series, with 95 % interval; None below eight points."""
    values = np.asarray(values, float)
    if len(values) < 8:
        return Estimate(None, None, None)
    fit = scipy_stats.theilslopes(values, np.arange(len(values)), alpha=0.95)
    return Estimate(float(fit.slope), float(fit.low_slope), float(fit.high_slope))


class Draws(NamedTuple):
    """How many outcomes a simulation draws, and from which seed."""

    count: int
    seed: int

    def stream(self, name: str) -> np.random.Generator:
        """A generator of this quantity's own, so that adding or reordering others does not change its draws."""
        return np.random.default_rng([self.seed, *name.encode()])

    def pert(self, name: str, low: float, likely: float, high: float) -> np.ndarray:
        """PERT draws of an expert's low, likely and high.

        Raises
        ------
        CareworthError
            If not ``low <= likely <= high``.

        Examples
        --------
        >>> draws = Draws(10_000, seed=7).pert("a call", 6.0, 8.5, 12.0)
        >>> round(float(draws.mean()), 1)  # (6 + 4 * 8.5 + 12) / 6
        8.7
        """
        if not low <= likely <= high:
            raise CareworthError(f"{name}: need low <= likely <= high, got {low}, {likely}, {high}")
        if low == high:
            return np.full(self.count, float(low))
        rise, fall = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
        return low + (high - low) * self.stream(name).beta(rise, fall, self.count)

    def share(self, name: str, yes: int, asked: int) -> np.ndarray:
        """Draws of a share that was seen in a sample, by Jeffreys' rule."""
        return self.stream(name).beta(yes + 0.5, asked - yes + 0.5, self.count)

    def normal(self, name: str, mean: float, error: float) -> np.ndarray:
        """Draws of a mean that is known with a standard error."""
        return self.stream(name).normal(mean, error, self.count)
