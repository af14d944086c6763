"""The loop over all models of a series, compiled by Numba when it is first called."""

import numpy as np

from careworth.compiling import compiled


@compiled
def _added(gram: np.ndarray, row: np.ndarray) -> None:
    """Add one week to the lower half of the sums of products."""
    for i in range(len(row)):
        for j in range(i + 1):
            gram[i, j] += row[i] * row[j]


@compiled
def _pivot(gram: np.ndarray, factor: np.ndarray, i: int, precision: float) -> float:
    """Fill in row `i` of the Cholesky factor of the sums of products with the prior's precision; give its diagonal."""
    for j in range(i + 1):
        total = gram[i, j] + (precision if i == j else 0.0)
        for m in range(j):
            total -= factor[i, m] * factor[j, m]
        factor[i, j] = np.sqrt(total) if i == j else total / factor[j, j]
    return factor[i, i]


@compiled
def _fit(gram, row, precisions, centres, factor, half, across):
    """Log evidence but for the prior's part, squares that remain, gap of the window, what the coefficients add to its variance.

    `half` becomes the factor's solution for the series, `across` that for the window.
    """
    columns = len(centres)
    logs, squares, gap, extra = 0.0, gram[columns, columns], row[columns], 0.0
    for i in range(columns):
        pivot = _pivot(gram, factor, i, precisions[i])
        right, beside = gram[columns, i] + precisions[i] * centres[i], row[i]
        for m in range(i):
            right -= factor[i, m] * half[m]
            beside -= factor[i, m] * across[m]
        half[i], across[i] = right / pivot, beside / pivot
        squares += precisions[i] * centres[i] * centres[i] - half[i] * half[i]
        gap -= across[i] * half[i]
        extra += across[i] * across[i]
        logs -= np.log(pivot)
    return logs, max(squares, 1e-10), gap, extra


@compiled
def _solve(factor: np.ndarray, half: np.ndarray, coefficients: np.ndarray) -> None:
    """Fill in the coefficients from the factor and its solution."""
    for i in range(len(half) - 1, -1, -1):
        value = half[i]
        for m in range(i + 1, len(half)):
            value -= factor[m, i] * coefficients[m]
        coefficients[i] = value / factor[i, i]


@compiled
def every_model(white, rows, spread, steps, begins, precisions, centres, chosen, scores, gaps, variances, coefficients):
    """Fill in, by window, kind of noise and shrinkage: log evidence, gap, its variance; and the last window's coefficients.

    Parameters
    ----------
    white : array (kinds, weeks, columns + 1)
        Whitened regressors and, last, the series.
    rows : array (kinds, windows, columns + 1)
        The same, as mean of the window minus what the noise before it makes expected; `spread` is the noise's variance in that.
    begins, steps : arrays (windows,) and (kinds, windows)
        Weeks before each window, and the log determinant of the noise in them.
    precisions, centres : arrays (kinds, shrinkages, columns) and (shrinkages, columns)
        Prior of the coefficients, in units of the noise.
    chosen : array of bool (kinds, shrinkages)
        The others are left as they are.
    """
    width, columns = white.shape[2], white.shape[2] - 1
    gram, factor, half, across = np.zeros((width, width)), np.zeros((columns, columns)), np.zeros(columns), np.zeros(columns)
    for kind in range(white.shape[0]):
        gram[:] = 0.0
        for window in range(len(begins) if chosen[kind].any() else 0):
            for week in range(begins[window - 1] if window else 0, begins[window]):
                _added(gram, white[kind, week])
            for one in range(len(centres)):
                if chosen[kind, one]:
                    prior = precisions[kind, one], centres[one]
                    logs, squares, gap, extra = _fit(gram, rows[kind, window], *prior, factor, half, across)
                    freedom = begins[window] - 1.0
                    scores[window, kind, one] = logs - 0.5 * steps[kind, window] - 0.5 * freedom * np.log(squares)
                    gaps[window, kind, one] = gap
                    variances[window, kind, one] = squares / freedom * (extra + spread[kind, window])
                    _solve(factor, half, coefficients[kind, one])
