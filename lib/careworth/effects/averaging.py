"""A window's gap from what was to be expected, averaged over kinds of noise and strengths of the controls by their evidence."""

from typing import NamedTuple

import numpy as np

from careworth.effects.compiled import every_model
from careworth.effects.noise import LOG_CHANCES, Windows, windows_of
from careworth.effects.weeks import Weeks

#: How much the controls may tell, in standard deviations of the noise, and whether the series is first thought to follow their
#: mean one to one (1) or not at all (0).
SHRINKAGES = ((0.1, 0.0), (2.0, 0.0), (0.5, 1.0), (2.0, 1.0))

#: Growth in a year, as a change of the logarithm, is within this of nothing two times of three; how likely each is at first.
GROWTHS = ((0.03, 0.75), (0.3, 0.25))

#: Each week of a control is seen beside its neighbours, which count so much: what is shared lasts, what is noise does not.
NEIGHBOUR = 0.25

#: Single controls are held to their mean: together they may move half as far as it.
SINGLE = 0.5

#: Models with less of the evidence than this share of the best one's are left out of the placebo windows.
NEGLIGIBLE = 0.01

DAYS_A_YEAR = 365.25

#: Weak enough to leave the mean of the series free.
FREE = 1e-8


class Whitened(NamedTuple):
    """Columns 1, growth, each control, series by week: whitened, as rows of the windows, and as they are.

    The controls have a spread of one before the start; `spreads` are those that the series and they had.
    """

    white: np.ndarray
    rows: np.ndarray
    plain: np.ndarray
    spreads: np.ndarray
    windows: Windows


class Models(NamedTuple):
    """Columns 1, growth, the controls' mean, each control, series, as in `Whitened`, and what is thought of their coefficients.

    `mixing` makes these columns from those.
    `precisions` (kinds, shrinkages, columns) and `centres` (shrinkages, columns) are in units of the noise; `chances` are logs.
    """

    white: np.ndarray
    rows: np.ndarray
    plain: np.ndarray
    windows: Windows
    mixing: np.ndarray
    precisions: np.ndarray
    centres: np.ndarray
    chances: np.ndarray


class Averaged(NamedTuple):
    """Gaps and variances by window; weights (kinds, shrinkages) and coefficients of the last of them."""

    gaps: np.ndarray
    variances: np.ndarray
    weights: np.ndarray
    coefficients: np.ndarray


def whitened(levels: np.ndarray, weeks: Weeks) -> Whitened:
    """The weekly levels of a series (first column) and its controls, ready for `models_of`."""
    windows, before = windows_of(weeks), weeks.before
    middles = (weeks.firsts + weeks.lengths / 2 - weeks.firsts[before]) / DAYS_A_YEAR
    seen = np.column_stack([levels[:, 0], _smoothed(levels[:, 1:], weeks.lengths)])
    centred = seen - seen[:before].mean(axis=0)
    spreads = np.sqrt((centred[:before] ** 2).mean(axis=0))
    controls = centred[:, 1:] / np.maximum(spreads[1:], 1e-12)
    plain = np.column_stack([np.ones(len(levels)), middles, controls, centred[:, 0]])
    return Whitened(windows.whitening @ plain[:before], windows.rows @ plain, plain, spreads, windows)


def _smoothed(levels: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    weighted = np.column_stack([levels * lengths[:, None], lengths])
    wide = weighted.copy()
    wide[1:] += NEIGHBOUR * weighted[:-1]
    wide[:-1] += NEIGHBOUR * weighted[1:]
    return wide[:, :-1] / wide[:, -1:]


def without_controls(whole: Whitened) -> Whitened:
    """The series alone."""
    white, rows, plain = (np.ascontiguousarray(part[..., [0, 1, -1]]) for part in (whole.white, whole.rows, whole.plain))
    return Whitened(white, rows, plain, whole.spreads[:1], whole.windows)


def models_of(whole: Whitened) -> Models:
    """Every growth with every strength of the controls, for each kind of noise."""
    mixing, count = mixing_of(whole), len(whole.spreads) - 1
    white, columns = whole.white @ mixing, mixing.shape[1] - 1
    shrinkages = np.array(SHRINKAGES if count else SHRINKAGES[:1])
    bounds, chances = np.array(GROWTHS).T
    reach, follows = np.tile(shrinkages.T, len(bounds))
    precisions = np.full((len(white), len(reach), columns), FREE)
    precisions[:, :, 1] = variance_around_line(white)[:, None] / np.repeat(bounds, len(shrinkages)) ** 2
    centres = np.zeros((len(reach), columns))
    if count:
        singles = [count / SINGLE**2] * (count if count > 1 else 0)
        precisions[:, :, 2:] = np.array([1.0, *singles]) / reach[:, None] ** 2
        raw = whole.plain[: len(whole.white[0]), 2:-1] @ whole.spreads[1:] / count
        centres[:, 2] = follows * np.sqrt((raw**2).mean())
    logs = np.log(np.repeat(chances, len(shrinkages)))
    return Models(white, whole.rows @ mixing, whole.plain @ mixing, whole.windows, mixing, precisions, centres, logs)


def mixing_of(whole: Whitened) -> np.ndarray:
    """The matrix from the columns of `Whitened` to those of `Models`."""
    unit, count = np.eye(whole.plain.shape[1]), len(whole.spreads) - 1
    if not count:
        return unit
    means = mean_of_controls(whole, np.ones((1, count)))
    return np.column_stack([unit[:, :2], means[0], unit[:, 2:] if count > 1 else unit[:, -1]])


def mean_of_controls(whole: Whitened, shares: np.ndarray) -> np.ndarray:
    """For each row of `shares`, the weights on the columns of `Whitened` of a mean of the controls whose spread is one."""
    controls = whole.plain[: whole.white.shape[1], 2:-1]
    spreads = np.sqrt(((controls @ shares.T) ** 2).mean(axis=0))
    weights = np.zeros((len(shares), whole.plain.shape[1]))
    weights[:, 2:-1] = shares / np.maximum(spreads, 1e-12)[:, None]
    return weights


def variance_around_line(white: np.ndarray) -> np.ndarray:
    """Variance of the last column around a straight line, for each kind of noise."""
    line, series = white[:, :, :2], white[:, :, -1:]
    along = line.swapaxes(1, 2) @ series
    explained = (along * np.linalg.solve(line.swapaxes(1, 2) @ line, along)).sum(axis=(1, 2))
    return np.maximum((series[..., 0] ** 2).sum(axis=1) - explained, 1e-10) / max(white.shape[1] - 2, 1)


def averaged(models: Models) -> Averaged:
    """The gap of the real window."""
    return _averaged(models, slice(-1, None), np.ones(models.precisions.shape[:2], bool))


def placebos(models: Models, real: Averaged) -> Averaged:
    """The gaps of the windows before the start, each told from the weeks before it alone, by the models that the series bears."""
    return _averaged(models, slice(0, -1), real.weights > NEGLIGIBLE * real.weights.max())


def _averaged(models: Models, kept: slice, chosen: np.ndarray) -> Averaged:
    windows = models.windows
    shape = (len(windows.begins[kept]), *chosen.shape)
    scores, gaps, variances = np.full(shape, -np.inf), np.zeros(shape), np.zeros(shape)
    coefficients = np.zeros(models.precisions.shape)
    # The mean of the series is free: its precision says nothing of a model.
    prior = 0.5 * np.log(models.precisions[:, :, 1:]).sum(axis=2)
    given = (np.ascontiguousarray(part[:, kept]) for part in (models.rows, windows.spread, windows.steps))
    thought = models.precisions, models.centres, chosen
    every_model(models.white, *given, windows.begins[kept], *thought, scores, gaps, variances, coefficients)
    return Averaged(*_mixed(scores + prior + LOG_CHANCES[:, None] + models.chances, gaps, variances), coefficients)


def _mixed(scores: np.ndarray, gaps: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and variance of each window's mixture, and the weights in the last window."""
    weights = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
    weights /= weights.sum(axis=(1, 2), keepdims=True)
    means = (weights * gaps).sum(axis=(1, 2))
    total = (weights * (variances + (gaps - means[:, None, None]) ** 2)).sum(axis=(1, 2))
    return means, total, weights[-1:].sum(axis=0)
