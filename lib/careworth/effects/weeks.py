"""A daily series as levels of whole weeks counted from the start of the campaign, weekdays and promotions taken out."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

WEEK = 7

#: Added to a count before its logarithm, so that a week without an event has one (Anscombe 1948).
HALF = 0.5

#: Series of amounts are brought to this mean, beside which `HALF` is nothing.
LARGE = 1000.0

#: By weekday, six columns that sum to zero over a week.
KINDS_OF_DAY = np.vstack([np.eye(6), -np.ones(6)])

#: What the standard deviation of the weeks becomes where a series has values below zero and so no logarithm.
USUAL_SPREAD = 0.15


class Weeks(NamedTuple):
    """Weeks before (whole ones; the days left over come first and are not used) and after the start (the last may be cut)."""

    unused: int
    before: int
    after: int
    lengths: np.ndarray
    firsts: np.ndarray


class Levels(NamedTuple):
    """Levels by week and by day, by series, the daily pattern that they multiply, and the error of the promotions' share in them.

    A series with values below zero has no logarithm: its pattern is added, and `scales` says how large one unit of its level is;
    the scale of the others is 0.
    """

    levels: np.ndarray
    by_day: np.ndarray
    pattern: np.ndarray
    scales: np.ndarray
    promotion_error: float


@lru_cache(maxsize=64)
def weeks_of(days_before: int, days_after: int) -> Weeks:
    """The weeks of a series, aligned to the start of the campaign.

    Examples
    --------
    >>> weeks_of(30, 10)
    Weeks(unused=2, before=4, after=2, lengths=array([7, 7, 7, 7, 7, 3]), firsts=array([ 2,  9, 16, 23, 30, 37]))
    """
    before, unused = divmod(days_before, WEEK)
    whole, left = divmod(days_after, WEEK)
    lengths = np.array([WEEK] * (before + whole) + [left] * (left > 0))
    return Weeks(unused, before, whole + (left > 0), lengths, unused + np.cumsum(lengths) - lengths)


def weekly_levels(values: np.ndarray, weekdays: np.ndarray, promo: np.ndarray, weeks: Weeks) -> Levels:
    """The levels of each column of `values` (days, series); the pattern is learned before the start alone.

    Parameters
    ----------
    weekdays : array of int
        0 to 6, for every day.
    promo : array
        0 where there was no promotion; any other number says how much of one.
    """
    scales = np.where((values < 0).any(axis=0), 1.0, 0.0)
    multiplied = _multiplied(np.abs(values), weekdays, promo, weeks)
    if not scales.any():
        return multiplied
    added = _added(values, weekdays, promo, weeks)
    is_added = scales > 0
    mixed = [np.where(is_added, first, second) for first, second in zip(added[:4], multiplied[:4], strict=True)]
    return Levels(*mixed, added.promotion_error if is_added[0] else multiplied.promotion_error)


def _multiplied(values: np.ndarray, weekdays: np.ndarray, promo: np.ndarray, weeks: Weeks) -> Levels:
    columns, known = _columns(weekdays, promo), slice(weeks.unused, weeks.unused + WEEK * weeks.before)
    before, inside = values[known], columns[known]
    logs = np.log(values + HALF)
    coefficients, _ = _within_weeks(logs[known], inside)
    log_pattern = columns @ _sharpened(before, inside, coefficients)
    pattern = np.exp(log_pattern)
    sums = np.add.reduceat(np.stack([values, pattern]), weeks.firsts, axis=1)
    levels = np.log((sums[0] + HALF) / sums[1])
    expected = pattern[known, 0] * np.repeat(np.exp(levels[: weeks.before, 0]), WEEK)
    error = _promotion_error(before[:, 0], expected, expected, inside[:, -1], promo, weeks)
    return Levels(levels, logs - log_pattern, pattern, np.zeros(values.shape[1]), error)


def _added(values: np.ndarray, weekdays: np.ndarray, promo: np.ndarray, weeks: Weeks) -> Levels:
    columns, known = _columns(weekdays, promo), slice(weeks.unused, weeks.unused + WEEK * weeks.before)
    coefficients, residuals = _within_weeks(values[known], columns[known])
    pattern = columns @ coefficients
    means = np.add.reduceat(values - pattern, weeks.firsts, axis=0) / weeks.lengths[:, None]
    scales = np.maximum(means[: weeks.before].std(axis=0) / USUAL_SPREAD, np.finfo(float).tiny)
    steady = np.ones(len(residuals))
    error = _promotion_error(residuals[:, 0], 0 * steady, steady, columns[known, -1], promo, weeks) / scales[0]
    return Levels(means / scales, (values - pattern) / scales, pattern, scales, error)


def _columns(weekdays: np.ndarray, promo: np.ndarray) -> np.ndarray:
    """Six columns for the weekdays, which sum to zero over a week, and the promotions."""
    return np.column_stack([KINDS_OF_DAY[weekdays], promo])


def _within_weeks(values: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and residuals of a regression inside each week, which no drift of the level disturbs."""
    inside = _without_means(np.hstack([columns, values]))
    products = inside[:, : columns.shape[1]].T @ inside
    gram = products[:, : columns.shape[1]] + 1e-6 * np.eye(columns.shape[1])
    coefficients = np.linalg.solve(gram, products[:, columns.shape[1] :])
    return coefficients, inside[:, columns.shape[1] :] - inside[:, : columns.shape[1]] @ coefficients


def _without_means(values: np.ndarray) -> np.ndarray:
    by_week = values.reshape(-1, WEEK, values.shape[1])
    return (by_week - by_week.mean(axis=1, keepdims=True)).reshape(values.shape)


def _sharpened(before: np.ndarray, columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """One step of each coefficient towards the Poisson likelihood: logarithms of small counts alone would flatten the pattern."""
    pattern = np.exp(columns @ coefficients)
    by_week = np.stack([before, pattern]).reshape(2, -1, WEEK, before.shape[1]).sum(axis=2)
    expected = pattern * np.repeat(by_week[0] / by_week[1], WEEK, axis=0)
    squares = (columns**2).T @ expected + HALF
    return coefficients + columns.T @ (before - expected) / squares


def _promotion_error(
    before: np.ndarray, expected: np.ndarray, weight: np.ndarray, column: np.ndarray, promo: np.ndarray, weeks: Weeks
) -> float:
    """How far a wrong coefficient of the promotions may move the weeks after the start against those before."""
    spread = np.mean((before - expected) ** 2 / np.maximum(weight, HALF)) * WEEK / (WEEK - 1)
    inside = _without_means(column[:, None])[:, 0]
    known = (inside**2 * weight).sum()
    if known == 0:
        return 0.0
    start = weeks.unused + WEEK * weeks.before
    return float(abs(promo[start:].mean() - promo[weeks.unused : start].mean()) * np.sqrt(spread / known))
