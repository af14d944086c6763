"""What speaks for and against an estimated effect; shown with every one of them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from careworth.effects.averaging import (
    Averaged,
    Models,
    Whitened,
    averaged,
    mean_of_controls,
    models_of,
    without_controls,
)
from careworth.effects.daily import Daily
from careworth.effects.placebo import Judged
from careworth.effects.weeks import WEEK, Weeks

#: A control is said to jump when its own jump would come this rarely by chance, all controls together.
JUMP_CHANCE = 0.01

#: With fewer controls nobody can say which of them left the others.
FEWEST_TO_COMPARE = 3

#: Held so tightly to nothing, a control is as good as left out.
LEFT_OUT = 1e12

#: With fewer events a day than this, a week's logarithm is a rough measure.
FEW_A_DAY = 2


@dataclass(frozen=True)
class Agreement:
    """The lift by a second method, and whether it lies within the interval of the first."""

    method: str
    lift: float | None
    low: float | None
    high: float | None
    agrees: bool


@dataclass(frozen=True)
class Diagnostics:
    """Diagnostics of an effect on one series; lifts are ratios, 0.1 is 10 %.

    `pre_r2` and `pre_mape` say how well each day before the start was foretold a week ahead. `without_one_control` is the lowest
    and highest lift when one control is left out. `minimum_detectable_lift` would have been seen with 80 % power.
    """

    days_before: int
    days_after: int
    placebo_windows: int
    independent_windows: float
    placebo_scores: tuple[float, ...]
    placebo_false_alarms: int
    pre_r2: float | None
    pre_mape: float | None
    controls: tuple[str, ...]
    without_one_control: tuple[float, float] | None
    jumping_controls: tuple[str, ...]
    dropped_controls: tuple[str, ...]
    minimum_detectable_lift: float | None
    minimum_detectable_effect: float
    agreement: Agreement
    warnings: tuple[str, ...]


def fit_before(values: np.ndarray, expected: np.ndarray) -> tuple[float | None, float | None]:
    """R2 and mean absolute percentage error of the days before the start whose expectation is known.

    Examples
    --------
    >>> fit_before(np.array([10.0, 20.0, 30.0]), np.array([12.0, 20.0, 27.0]))
    (0.935, 0.1)
    """
    known = np.isfinite(expected)
    values, gaps = values[known], values[known] - expected[known]
    around = ((values - values.mean()) ** 2).sum()
    r2 = float(round(1 - (gaps**2).sum() / around, 9)) if around > 0 else None
    some = values != 0
    return r2, float(round(np.abs(gaps[some] / values[some]).mean(), 9)) if some.any() else None


def jumping(levels: np.ndarray, weeks: Weeks, names: tuple[str, ...]) -> tuple[str, ...]:
    """The controls (columns of `levels`, by week) that leave their own course at the start, or that of the other controls."""
    length = round(weeks.lengths[weeks.before :].sum() / WEEK)
    if not names or length < 1 or weeks.before < 3 * length or weeks.lengths[weeks.before] < WEEK:
        return ()
    middle = np.sort(levels, axis=1)[:, [levels.shape[1] // 2]]
    series = np.hstack([levels, levels - middle]) if len(names) >= FEWEST_TO_COMPARE else levels
    chances = 2 * stdtr(weeks.before / length - 1, -_steps(series, weeks, length)) * series.shape[1]
    least = chances.reshape(-1, len(names)).min(axis=0)
    return tuple(name for name, chance in zip(names, least, strict=True) if chance < JUMP_CHANCE)


def _steps(levels: np.ndarray, weeks: Weeks, length: int) -> np.ndarray:
    """Size of each step at the start, from as many weeks before it as after it, over the usual size of such steps before."""
    sums = np.vstack([np.zeros(levels.shape[1]), levels[: weeks.before].cumsum(axis=0)])
    means = (sums[length:] - sums[:-length]) / length
    usual = np.sqrt(((means[length:] - means[:-length]) ** 2).mean(axis=0))
    after = weeks.lengths[weeks.before :]
    step = after @ levels[weeks.before :] / after.sum() - means[-1]
    return np.abs(step) / np.maximum(usual, 1e-12)


def without_one(whole: Whitened, models: Models, real: Averaged) -> tuple[float, float] | None:
    """How far the gap moves, down and up, when any one control is left out of the likeliest model; the only one, out of all."""
    count = len(whole.spreads) - 1
    if not count:
        return None
    if count == 1:
        moved = float(averaged(models_of(without_controls(whole))).gaps[-1] - real.gaps[-1])
        return moved, moved
    best = np.unravel_index(real.weights.argmax(), real.weights.shape)
    white, row, precision, centre = (
        whole.white[best[0]],
        whole.rows[best[0], -1],
        models.precisions[best],
        models.centres[best[1]],
    )
    mixing, precisions = np.tile(models.mixing, (count + 1, 1, 1)), np.tile(precision, (count + 1, 1))
    mixing[1:, :, 2] = mean_of_controls(whole, 1.0 - np.eye(count))
    precisions[np.arange(1, count + 1), 2 + (count > 1) + np.arange(count)] = LEFT_OUT
    gaps = _gaps(white.T @ white, row, mixing, precisions, centre)
    return float((gaps[1:] - gaps[0]).min()), float((gaps[1:] - gaps[0]).max())


def _gaps(gram: np.ndarray, row: np.ndarray, mixing: np.ndarray, precisions: np.ndarray, centre: np.ndarray) -> np.ndarray:
    mixed, beside = mixing.swapaxes(1, 2) @ gram @ mixing, row @ mixing
    right = mixed[:, :-1, -1] + precisions * centre
    left = mixed[:, :-1, :-1] + precisions[:, :, None] * np.eye(precisions.shape[1])
    return beside[:, -1] - (beside[:, :-1] * np.linalg.solve(left, right[..., None])[..., 0]).sum(axis=1)


def warnings_of(given: Daily, judged: Judged, jumped: tuple[str, ...], agrees: bool) -> tuple[str, ...]:
    """What a reader must know before the number is used, in sentences."""
    a_day = given.values[: given.start, 0].mean()
    has_new_promotions = given.promo[given.start :].any() and not given.promo[: given.start].any()
    alarms, windows = judged.false_alarms, len(judged.scores)
    said = {
        f"controls that jump at the start themselves: {', '.join(jumped)}; the campaign may have touched them": jumped,
        f"controls that never move before the start were left out: {', '.join(given.dropped)}": given.dropped,
        f"{alarms} of {windows} windows without a campaign would have passed for an effect": alarms > 1 + windows // 10,
        "too few days before the start for placebo windows; the interval rests on the model alone": windows < 2,
        f"only {a_day:.2g} events a day; the interval is rough": given.is_count and a_day < FEW_A_DAY,
        "promotions ran only after the start; their effect cannot be told from the campaign's": has_new_promotions,
        "the second method disagrees; look at the series before you use the number": not agrees,
    }
    return tuple(sentence for sentence, is_so in said.items() if is_so)
