"""The mean time up to a horizon, differences of it, and the log-rank test: comparing two survival curves."""

from typing import NamedTuple

import numpy as np
from scipy import special
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats.compiled import area_of_each, draw_poisson
from careworth.stats.estimates import UNKNOWN, Estimate
from careworth.stats.risks import Risks, remaining, risks_of

#: From so many cases on, restricted means are normal to within the bootstrap's own noise.
MANY_CASES = 5_000


class LogRank(NamedTuple):
    """The log-rank statistic, chi-squared with one degree of freedom, and its p-value; None where nothing can be compared."""

    statistic: float | None
    p_value: float | None


def restricted_mean(durations: np.ndarray, observed: np.ndarray, horizon: float) -> Estimate:
    """Mean time to the event, counting at most `horizon`: the area under the survival curve, with its interval.

    The interval is one of the mean's logit between 0 and the horizon: it is as skewed as such means are, and stays in range.

    Parameters
    ----------
    durations : array of float
        Time to the event, or to the end of observation where `observed` is False.
    observed : array of bool
    horizon : float
        In the unit of the durations, above zero.

    Returns
    -------
    Estimate
        None if cases were still open at the longest duration and that falls short of the horizon; without bounds below two
        events.

    Examples
    --------
    Of four, one ends at 1, one at 2, one is open at 3, one ends at 4: 1 + 3/4 + 1/2 + 1/2.

    >>> restricted_mean(np.array([1.0, 2, 3, 4]), np.array([True, True, False, True]), 5).value
    2.75

    References
    ----------
    Klein and Moeschberger (2003), Survival Analysis, 2nd edition, section 4.5, with the correction for few events.
    """
    value, error = restricted_mean_and_error(durations, observed, horizon)
    if value is None or error is None or not 0 < value < horizon:
        return Estimate(value, None, None)
    centre, half = special.logit(value / horizon), scipy_stats.t.ppf(0.975, len(durations) - 1) * error
    bounds = special.expit(centre + np.array([-1, 1]) * half * horizon / (value * (horizon - value)))
    return Estimate(value, *(float(horizon * bound) for bound in bounds))


def restricted_mean_and_error(durations: np.ndarray, observed: np.ndarray, horizon: float) -> tuple[float | None, float | None]:
    """The restricted mean and its standard error, of which `restricted_mean` makes the interval.

    Examples
    --------
    >>> restricted_mean_and_error(np.array([1.0, 2, 3]), np.array([True, True, False]), 4)
    (None, None)
    >>> restricted_mean_and_error(np.array([1.0, 5, 5, 5]), np.array([True, True, True, True]), 4)
    (3.25, None)
    """
    risks = _risks_to(durations, observed, horizon)
    if risks is None:
        return None, None
    value, error = _area_and_error(risks.ended, risks.at_risk, _widths(risks.times, horizon))
    return float(value), float(error) if risks.ended.sum() > 1 else None


def restricted_mean_difference(
    durations_a: np.ndarray,
    observed_a: np.ndarray,
    durations_b: np.ndarray,
    observed_b: np.ndarray,
    horizon: float,
    resamples: int = 1_000,
    seed: int = 1,
) -> Estimate:
    """Restricted mean of a minus that of b, in the unit of the durations, with a bootstrap-t interval (METRICS.md C.2).

    Both samples are resampled with Poisson weights; one of `MANY_CASES` is drawn by its standard error instead.

    Examples
    --------
    >>> waits, all_seen = np.arange(1.0, 41), np.ones(40, bool)
    >>> change = restricted_mean_difference(waits / 2, all_seen, waits, all_seen, 40)
    >>> round(change.value, 2), change.high < 0
    (-10.25, True)
    """
    (mean_a, error_a), (mean_b, error_b) = (
        restricted_mean_and_error(*sample, horizon) for sample in ((durations_a, observed_a), (durations_b, observed_b))
    )
    if mean_a is None or mean_b is None:
        return UNKNOWN
    change = mean_a - mean_b
    if error_a is None or error_b is None:
        return Estimate(change, None, None)
    error = (error_a**2 + error_b**2) ** 0.5
    samples = [_risks_to(durations_a, observed_a, horizon), _risks_to(durations_b, observed_b, horizon)]
    low, high = np.quantile(_errors_of_resamples(samples, change, horizon, resamples, seed), [0.025, 0.975])
    return Estimate(change, float(change - high * error), float(change - low * error))


def log_rank(durations_a: np.ndarray, observed_a: np.ndarray, durations_b: np.ndarray, observed_b: np.ndarray) -> LogRank:
    """Whether two survival curves differ, by the log-rank test (METRICS.md C.2).

    Examples
    --------
    >>> a, b = np.array([1.0, 2, 3]), np.array([4.0, 5, 6])
    >>> round(log_rank(a, np.ones(3), b, np.ones(3)).statistic, 3)
    5.052
    >>> log_rank(a, np.zeros(3), b, np.zeros(3))
    LogRank(statistic=None, p_value=None)

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170.
    """
    # Not scipy's logrank: its products of whole counts overflow at a million tied cases.
    ours = risks_of(durations_a, observed_a)
    both = risks_of(np.concatenate([durations_a, durations_b]), np.concatenate([observed_a, observed_b]))
    at_risk = np.append(ours.at_risk, 0.0)[np.searchsorted(ours.times, both.times)]
    share, rate = at_risk / both.at_risk, both.ended / both.at_risk
    spread = (both.at_risk - both.ended) / np.maximum(both.at_risk - 1, 1)
    variance = float((both.ended * share * (1 - share) * spread).sum())
    if variance == 0:
        return LogRank(None, None)
    statistic = float((ours.ended.sum() - (at_risk * rate).sum()) ** 2 / variance)
    return LogRank(statistic, float(scipy_stats.chi2.sf(statistic, 1)))


def _risks_to(durations: np.ndarray, observed: np.ndarray, horizon: float) -> Risks | None:
    """The counts up to `horizon`, at which all others are censored; None if the curve is not known up to there."""
    if not horizon > 0:
        raise CareworthError(f"need a horizon above zero, got {horizon}")
    durations = np.asarray(durations, float)
    risks = risks_of(np.minimum(durations, horizon), np.asarray(observed, bool) & (durations < horizon))
    return None if risks.times[-1] < horizon and risks.censored[-1] else risks


def _widths(times: np.ndarray, horizon: float) -> np.ndarray:
    """How long the curve keeps each of its values up to `horizon`, first that from the beginning."""
    return np.diff(np.concatenate([[0.0], times, [horizon]]))


def _area_and_error(ended: np.ndarray, at_risk: np.ndarray, widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The area under each survival curve along the last axis, and its standard error."""
    staying, events = at_risk - ended, ended.sum(axis=-1)
    parts = np.cumprod(staying / at_risk, axis=-1) * widths[1:]
    # Where all leave, nothing lies beyond: the term is 0.
    jumps = np.divide(ended, at_risk * staying, out=np.zeros(staying.shape), where=staying > 0)
    variance = (remaining(parts) ** 2 * jumps).sum(axis=-1) * events / np.maximum(events - 1, 1)
    return widths[0] + parts.sum(axis=-1), np.sqrt(variance)


def _errors_of_resamples(samples: list[Risks], change: float, horizon: float, resamples: int, seed: int) -> np.ndarray:
    """How far the difference in each resample is from `change`, in that resample's own standard errors."""
    generator = np.random.default_rng(seed)
    (areas_a, errors_a), (areas_b, errors_b) = (_resampled(risks, horizon, resamples, generator) for risks in samples)
    errors = np.sqrt(errors_a**2 + errors_b**2)
    known = errors > 0
    return (areas_a - areas_b - change)[known] / errors[known] if known.any() else np.zeros(1)


def _resampled(risks: Risks, horizon: float, resamples: int, generator: np.random.Generator) -> np.ndarray:
    """Areas, then their standard errors, of as many resamples."""
    widths, results = _widths(risks.times, horizon), []
    if risks.at_risk[0] >= MANY_CASES:
        area, error = _area_and_error(risks.ended, risks.at_risk, widths)
        return np.stack([generator.normal(area, error, resamples), np.full(resamples, error)])
    # In portions, so that a thousand resamples of many distinct times need little memory.
    for portion in np.array_split(np.arange(resamples), -(-resamples * len(risks.times) // 1_000_000)):
        ended, censored = np.empty((2, len(portion), len(risks.times)), np.int32)
        for counts, drawn in ((risks.ended, ended), (risks.censored, censored)):
            draw_poisson(generator, counts, np.exp(-counts), drawn)
        results.append(np.empty((2, len(portion))))
        area_of_each(ended, censored, widths, *results[-1])
    return np.concatenate(results, axis=1)
