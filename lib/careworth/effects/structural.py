"""The effect of a campaign by a Bayesian structural time series, in the manner of CausalImpact: a second opinion."""

from dataclasses import dataclass

import numpy as np

from careworth.effects.local_level import Problem, posterior_mean_ahead
from careworth.errors import ParameterError

#: As CausalImpact sets them for its static regression.
EXPECTED_SIZE, EXPECTED_R2, PRIOR_DAYS = 3.0, 0.8, 50.0
#: As bsts sets it where there is no regression: the noise is left to the data.
FREE_PRIOR_DAYS = 0.01
#: As BoomSpikeSlab sets them: the prior of the coefficients is worth a hundredth of a day, half of it without correlations.
PRIOR_INFORMATION, DIAGONAL = 0.01, 0.5
#: All subsets of the controls are weighed, so each further control doubles the work.
MOST_CONTROLS = 10
FEWEST_DAYS = 10
#: Beyond this a number can no longer be squared.
LARGEST = 1e100
#: A series whose values differ by no more than this part of them is constant.
ROUNDING = 1e-12


@dataclass(frozen=True)
class StructuralEffect:
    """Effect and expectation as means per day after the start, each with its 95 % posterior interval.

    `lift` is the effect over what was expected, None where an expectation of zero or less is not ruled out. `p` is the posterior
    probability of an expectation at least as far out as what was seen, on the side where that is smaller.
    """

    effect: float
    low: float
    high: float
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    sd: float
    p: float
    expected: float
    expected_low: float
    expected_high: float


def structural_effect(
    y: np.ndarray, controls: np.ndarray | None, start_index: int, weekdays: np.ndarray | None = None
) -> StructuralEffect:
    """What the series gained per day from the start on, beside what its past and its controls led to expect.

    The model is the default of the R package CausalImpact: data standardised on the days before the start, a local level whose
    steps have a prior standard deviation of 0.01, a static regression with spike-and-slab prior (three controls expected, R2 of
    0.8 worth 50 days). It differs in three places: the posterior is summed instead of sampled; a weekday pattern stays as it is
    instead of drifting; of more than ten controls only the ten are used that went most closely with the series before the start.

    Its intervals are those of the model. They are too narrow where the noise has a memory or the series drifts, since the prior
    holds the level almost still: tests/benchmarks/effect_peers.py prints by how much.

    Parameters
    ----------
    y : array
        One value a day; nan on a day without one.
    controls : array or None
        One row a day, one column for each series that the campaign cannot touch; no gaps.
    start_index : int
        Place of the first day of the campaign, counted from 0.
    weekdays : array or None
        Any label of each day's weekday; None leaves the weekday pattern to the controls.

    Raises
    ------
    ParameterError
        If the series is too short, constant or infinite, or the controls have gaps or another length.

    Examples
    --------
    The series is its control twice over, and 10 more from the start on.

    >>> control = 100 + 10 * np.sin(np.arange(100.0))
    >>> found = structural_effect(2 * control + 10 * (np.arange(100) >= 70), control[:, None], 70)
    >>> round(found.effect, 1), found.low > 0
    (10.0, True)

    References
    ----------
    Brodersen, Gallusser, Koehler, Remy and Scott (2015), Annals of Applied Statistics 9, 247-274.
    """
    y, controls = _checked(y, controls, start_index)
    before, after = y[:start_index], y[start_index:]
    centre, scale = float(np.nanmean(before)), float(np.nanstd(before, ddof=1))
    problem = _problem((y - centre) / scale, _standardised(controls, before, start_index), start_index, _weekly(weekdays, len(y)))
    ahead = posterior_mean_ahead(problem)
    actual = float(np.nanmean(after))
    below = ahead.below((actual - centre) / scale)
    expected, low, high = (centre + scale * value for value in (ahead.mean, ahead.quantile(0.025), ahead.quantile(0.975)))
    lifts = [actual / value - 1 if low > 0 else None for value in (expected, high, low)]
    return StructuralEffect(
        actual - expected, actual - high, actual - low, *lifts, scale * ahead.sd, min(below, 1 - below), expected, low, high
    )


def _checked(y: np.ndarray, controls: np.ndarray | None, start_index: int) -> tuple[np.ndarray, np.ndarray]:
    """Series and controls as numbers, once it is sure that they can be used."""
    y = np.asarray(y, float)
    controls = np.empty((len(y), 0)) if controls is None else np.asarray(controls, float)
    if y.ndim != 1:
        raise ParameterError(f"need one series with one value a day, got the shape {y.shape}")
    if controls.ndim != 2 or len(controls) != len(y):
        raise ParameterError(f"need one row of controls for each of the {len(y)} days, got the shape {controls.shape}")
    boundless = np.abs(y) > LARGEST
    if boundless.any():
        raise ParameterError(f"the series is {y[boundless][0]:g} at place {int(boundless.argmax())}; give a number, or nothing")
    for place, column in np.argwhere(~(np.abs(controls) <= LARGEST))[:1]:
        found = f"control {column + 1} is {controls[place, column]:g} at place {place}"
        raise ParameterError(f"{found}; give a number or leave this control out")
    _require_enough(y, start_index)
    return y, controls


def _require_enough(y: np.ndarray, start_index: int) -> None:
    """Refuse a series with too little before the start, or with nothing after it."""
    if not 0 < start_index < len(y):
        raise ParameterError(f"the start is at place {start_index} of {len(y)} days; it must have days before and after it")
    before, after = y[:start_index], y[start_index:]
    days = int((~np.isnan(before)).sum())
    if days < FEWEST_DAYS:
        raise ParameterError(f"only {days} days with a value before the start; the structural model needs {FEWEST_DAYS}")
    if np.isnan(after).all():
        raise ParameterError("no day from the start on has a value, so there is no effect to look for")
    if not _moves(before):
        raise ParameterError(f"the series is {np.nanmin(before):g} on every day before the start; a constant teaches nothing")


def _moves(values: np.ndarray) -> np.ndarray:
    """Whether each column is more than a constant with the rounding of its numbers."""
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    return high - low > ROUNDING * np.maximum(np.abs(low), np.abs(high))


def _standardised(controls: np.ndarray, before: np.ndarray, start_index: int) -> np.ndarray:
    """The controls with mean 0 and deviation 1 before the start; constant ones tell nothing and are left out."""
    past = controls[:start_index]
    moving = _moves(past)
    controls, past = controls[:, moving], past[:, moving]
    controls = (controls - past.mean(axis=0)) / past.std(axis=0, ddof=1)
    seen = ~np.isnan(before)
    closeness = np.abs((before[seen] - before[seen].mean()) @ controls[:start_index][seen])
    return controls[:, np.sort(np.argsort(-closeness, kind="stable")[:MOST_CONTROLS])]


def _weekly(weekdays: np.ndarray | None, days: int) -> np.ndarray:
    """A column for each weekday but the last, minus the last, so that their effects sum to zero."""
    if weekdays is None:
        return np.empty((days, 0))
    if len(weekdays) != days:
        raise ParameterError(f"need the weekday of each of the {days} days, got {len(weekdays)}")
    _, labels = np.unique(np.asarray(weekdays), return_inverse=True)
    known = np.eye(labels.max() + 1)[labels]
    return known[:, :-1] - known[:, -1:]


def _problem(series: np.ndarray, controls: np.ndarray, start_index: int, weekly: np.ndarray) -> Problem:
    """The model's priors beside the data; as in R there is an intercept where there are controls, and it is one of them."""
    regressors = np.column_stack([np.ones(len(series)), controls]) if controls.shape[1] else controls
    columns, count, week = np.column_stack([weekly, regressors]), regressors.shape[1], weekly.shape[1]
    precision = np.eye(week + count)
    precision[week:, week:] = _slab(regressors)
    seen_after = ~np.isnan(series[start_index:])
    weights = seen_after / seen_after.sum()
    prior_days, unexplained = (PRIOR_DAYS, 1 - EXPECTED_R2) if count else (FREE_PRIOR_DAYS, 1.0)
    return Problem(
        series[:start_index],
        columns[:start_index],
        weights @ columns[start_index:],
        precision,
        week,
        np.append(np.ones(week), np.full(count, min(EXPECTED_SIZE / max(count, 1), 1.0))),
        prior_days,
        prior_days * unexplained,
        weights,
    )


def _slab(regressors: np.ndarray) -> np.ndarray:
    """Prior precision of the coefficients that count: the information of a hundredth of a day."""
    information = regressors.T @ regressors / len(regressors)
    return PRIOR_INFORMATION * (DIAGONAL * np.diag(np.diag(information)) + (1 - DIAGONAL) * information)
