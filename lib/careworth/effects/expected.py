"""What a series would have been: every day's expectation, told from the weeks before it and from the controls."""

import numpy as np

from careworth.effects.averaging import Averaged, Models
from careworth.effects.weeks import Levels, Weeks


def expected_days(levels: Levels, weeks: Weeks, models: Models, real: Averaged) -> np.ndarray:
    """The expectation of every day; not a number on the first days, which make no whole week.

    Before the start each week is told from the weeks before it, with coefficients of the whole time before the start.
    """
    foretold = _foretold(models, real) + levels.levels[: weeks.before, 0].mean()
    by_day = np.repeat(foretold, weeks.lengths)
    pattern, scale = levels.pattern[weeks.unused :, 0], levels.scales[0]
    known = pattern + scale * by_day if scale > 0 else pattern * np.exp(by_day) * _spread(levels, weeks, foretold)
    return np.concatenate([np.full(weeks.unused, np.nan), known])


def _foretold(models: Models, real: Averaged) -> np.ndarray:
    """The level of each week: a week ahead before the start, and from the last week before it on after the start."""
    windows, before = models.windows, models.white.shape[1]
    columns, series = models.plain[:, :-1], models.plain[:before, -1]
    coefficients = (real.weights[..., None] * real.coefficients).sum(axis=1)
    explained = coefficients @ columns.T
    left = real.weights.sum(axis=1)[:, None] * series - explained[:, :before]
    surprises = (windows.whitening @ left[..., None])[..., 0] / np.diagonal(windows.whitening, axis1=1, axis2=2)
    after = explained[:, before:] + (windows.ahead @ left[..., None])[..., 0]
    return np.concatenate([series - surprises.sum(axis=0), after.sum(axis=0)])


def _spread(levels: Levels, weeks: Weeks, foretold: np.ndarray) -> float:
    """How much larger a mean is than what the mean of logarithms gives back."""
    surprises = levels.levels[: weeks.before, 0] - foretold[: weeks.before]
    return float(np.exp(surprises - surprises.mean()).mean())
