"""The effect of a campaign on one daily series: what was, against what the weeks before and the controls made expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from careworth.effects.averaging import Averaged, Models, Whitened, averaged, models_of, placebos, whitened
from careworth.effects.daily import Daily, daily
from careworth.effects.diagnostics import Agreement, Diagnostics, fit_before, jumping, warnings_of, without_one
from careworth.effects.expected import expected_days
from careworth.effects.placebo import Judged, judged
from careworth.effects.regression import step_at, step_interval
from careworth.effects.weeks import Levels, Weeks, weekly_levels, weeks_of
from careworth.errors import ParameterError
from careworth.stats import poisson_interval

#: What the method is called that takes this place unless another is asked for, and the quick second one.
DEFAULT, REGRESSION, STRUCTURAL = "default", "regression", "structural"

METHODS = (DEFAULT, REGRESSION, STRUCTURAL)


#: Fewer events than this after the start may be so few by chance, whatever was expected.
FEW = 30


@dataclass(frozen=True)
class SeriesEffect:
    """The effect: `effect` is the mean per day, `total` the sum, `lift` the ratio to what was expected, with 95 % intervals.

    A lift is None where less than nothing may have been expected. `expected` has one number a day, in the order of `dates`; it
    is not a number on the first days, which make no whole week. `design` is a key of the ladder of designs.
    """

    effect: float
    low: float
    high: float
    total: float
    total_low: float
    total_high: float
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    expected: np.ndarray
    observed: np.ndarray
    dates: np.ndarray
    method: str
    design: str
    diagnostics: Diagnostics


class _Estimate(NamedTuple):
    """Sum expected after the start, with the interval that it lies in."""

    expected: float
    low: float
    high: float


class _Fitted(NamedTuple):
    weeks: Weeks
    levels: Levels
    whole: Whitened
    models: Models
    real: Averaged
    judged: Judged


def estimate_effect(
    y: Any,
    dates: Any,
    start: Any,
    controls: Any = None,
    promo: Any = None,
    method: str = DEFAULT,
    names: Sequence[str] | None = None,
) -> SeriesEffect:
    """The effect on `y` from day `start` on, to the end of the series.

    A synthetic control on weeks counted from the start: weekday and promotions are taken out of the series and of each control;
    growth, controls and many kinds of noise, from none that lasts to a random walk, are averaged by their evidence, so that
    useless controls and a drifting level widen the interval and do not mislead it. The interval comes from the model's error,
    corrected by rolling placebo windows before the start, with a t quantile of as many degrees of freedom as those allow.

    Parameters
    ----------
    y : array of float
        One value a day; counts, amounts or anything else that is measured daily.
    dates : array of dates
        Every day once, in any order.
    controls : array (days, controls), or dictionary of arrays
        Series that the campaign cannot have touched.
    promo : array
        0 on days without a promotion, 1 on days with one, or how much of one.
    method : str
        "default", "regression" or "structural".

    Raises
    ------
    ParameterError
        For what makes an answer impossible, saying what was found and what to do.
    """
    if method not in METHODS:
        raise ParameterError(f"there is no method '{method}'; the methods are {', '.join(METHODS)}")
    given = daily(y, dates, start, controls, promo, names)
    fitted = _fitted(given)
    expected = expected_days(fitted.levels, fitted.weeks, fitted.models, fitted.real)
    first = _default(given, fitted, expected)
    second = _regression(given, fitted)
    result = _result(given, first, expected, _diagnostics(given, fitted, expected, first, second))
    return result if method == DEFAULT else _by(method, given, result, second)


def _fitted(given: Daily) -> _Fitted:
    weeks = weeks_of(given.start, len(given.days) - given.start)
    levels = weekly_levels(given.values, given.weekdays, given.promo, weeks)
    whole = whitened(levels.levels, weeks)
    models = models_of(whole)
    real = averaged(models)
    sure = judged(real, placebos(models, real), whole.windows.independent, levels.promotion_error)
    return _Fitted(weeks, levels, whole, models, real, sure)


def _default(given: Daily, fitted: _Fitted, expected: np.ndarray) -> _Estimate:
    return _around(given, fitted, float(expected[given.start :].sum()), -fitted.judged.reach, fitted.judged.reach)


def _around(given: Daily, fitted: _Fitted, expected: float, low: float, high: float) -> _Estimate:
    """An expected sum with limits that lie `low` and `high` beside it, as levels."""
    scale = fitted.levels.scales[0]
    if scale > 0:
        days = len(given.days) - given.start
        return _Estimate(expected, expected + low * scale * days, expected + high * scale * days)
    return _Estimate(expected, expected * math.exp(low), expected * math.exp(high))


def _regression(given: Daily, fitted: _Fitted) -> _Estimate:
    step = step_at(fitted.levels.by_day, given.start)
    low, high = step_interval(step)
    expected = _around(given, fitted, given.observed, -step.height, 0.0).low
    return _around(given, fitted, expected, step.height - high, step.height - low)


def _result(given: Daily, found: _Estimate, expected: np.ndarray, diagnostics: Diagnostics) -> SeriesEffect:
    days = len(given.days) - given.start
    totals = [float(part) / given.unit for part in _totals(given, found)]
    return SeriesEffect(
        *(total / days for total in totals),
        *totals,
        *_lifts(given, found),
        expected / given.unit,
        given.values[:, 0] / given.unit,
        given.days,
        DEFAULT,
        "synthetic_control" if given.names else "interrupted_series",
        diagnostics,
    )


def _totals(given: Daily, found: _Estimate) -> tuple[float, float, float]:
    """Total effect with its limits."""
    few, many = _chance_of_few(given)
    observed = given.observed
    low, high = observed - found.high, observed - found.low
    return observed - found.expected, min(low, few - found.expected), max(high, many - found.expected)


def _lifts(given: Daily, found: _Estimate) -> tuple[float | None, float | None, float | None]:
    """Lift with its limits; None where less than nothing may have been expected."""
    if min(found) <= 0:
        return None, None, None
    few, many = _chance_of_few(given)
    observed = given.observed
    low, high = min(observed / found.high, few / found.expected), max(observed / found.low, many / found.expected)
    return float(observed / found.expected - 1), float(low - 1), float(high - 1)


def _chance_of_few(given: Daily) -> tuple[float, float]:
    """Between which means a count so small may lie by chance alone, where its logarithm says too little of that."""
    observed = given.observed
    if not given.is_count or observed >= FEW:
        return observed, observed
    return poisson_interval(int(observed))[0], poisson_interval(int(observed))[1]


def _by(method: str, given: Daily, result: SeriesEffect, second: _Estimate) -> SeriesEffect:
    """The result by another method, with the diagnostics of the default, which it is compared with."""
    found = second if method == REGRESSION else _structural(given)
    agrees = result.total_low <= (given.observed - found.expected) / given.unit <= result.total_high
    agreement = Agreement(DEFAULT, result.lift, result.lift_low, result.lift_high, bool(agrees))
    expected, diagnostics = result.expected * given.unit, replace(result.diagnostics, agreement=agreement)
    return replace(_result(given, found, expected, diagnostics), method=method)


def _structural(given: Daily) -> _Estimate:
    from careworth.effects.structural import structural_effect

    controls = given.values[:, 1:] if given.names else None
    found = structural_effect(given.values[:, 0], controls, given.start, given.weekdays)
    days = len(given.days) - given.start
    return _Estimate(*(float(given.observed - effect * days) for effect in (found.effect, found.high, found.low)))


def _diagnostics(given: Daily, fitted: _Fitted, expected: np.ndarray, first: _Estimate, second: _Estimate) -> Diagnostics:
    sure, days = fitted.judged, len(given.days) - given.start
    r2, mape = fit_before(given.values[: given.start, 0], expected[: given.start])
    jumped = jumping(fitted.levels.levels[:, 1:], fitted.weeks, given.names)
    agrees = bool(first.low <= second.expected <= first.high)
    seen = _around(given, fitted, first.expected, 0.0, sure.detectable).high - first.expected
    return Diagnostics(
        days_before=given.start,
        days_after=days,
        placebo_windows=len(sure.scores),
        independent_windows=round(fitted.whole.windows.independent, 2),
        placebo_scores=tuple(sure.scores.round(6).tolist()),
        placebo_false_alarms=sure.false_alarms,
        pre_r2=r2,
        pre_mape=mape,
        controls=given.names,
        without_one_control=_without_one(given, fitted, first),
        jumping_controls=jumped,
        dropped_controls=given.dropped,
        minimum_detectable_lift=float(seen / first.expected) if min(first) > 0 else None,
        minimum_detectable_effect=float(seen / days / given.unit),
        agreement=Agreement(REGRESSION, *_lifts(given, second), agrees),
        warnings=warnings_of(given, sure, jumped, agrees),
    )


def _without_one(given: Daily, fitted: _Fitted, first: _Estimate) -> tuple[float, float] | None:
    """The lowest and the highest lift when one control is left out; None without controls, or without a lift."""
    moved = without_one(fitted.whole, fitted.models, fitted.real)
    if moved is None or min(first) <= 0:
        return None
    shifted = [_around(given, fitted, first.expected, -by, 0.0).low for by in moved]
    return float(given.observed / shifted[0] - 1), float(given.observed / shifted[1] - 1)
