"""A second opinion: a step at the start in a daily regression with growth, the controls' mean and noise that remembers a day."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

#: Days over which the mean of the controls is taken.
WINDOW = 7

#: Noise that remembers more than this is not told from a walk, which a step could not be.
MOST_MEMORY = 0.97


class Step(NamedTuple):
    """Height of the step, its standard error and the freedom of that."""

    height: float
    error: float
    freedom: float


def step_at(levels: np.ndarray, start: int) -> Step:
    """The step of the first column of `levels` (days, 1 + controls) at day `start`, by generalised least squares.

    References
    ----------
    Prais and Winsten (1954); the memory is corrected for its bias as in Kendall (1954).
    """
    days = len(levels)
    columns = [np.ones(days), np.arange(days) / days, *_mean_of_controls(levels[:, 1:]), np.arange(days) >= start]
    table = np.column_stack([*columns, levels[:, 0]])
    memory = _memory(table)
    white = table.copy()
    white[1:] -= memory * table[:-1]
    white[0] *= np.sqrt(1 - memory**2)
    coefficients, squares, inverse = _least_squares(white)
    freedom = days - len(columns) - 1.0
    return Step(float(coefficients[-1]), float(np.sqrt(squares / freedom * inverse[-1, -1])), freedom)


def step_interval(step: Step) -> tuple[float, float]:
    """The 95 % interval of the step's height."""
    reach = stdtrit(step.freedom, 0.975) * step.error
    return step.height - reach, step.height + reach


def _least_squares(table: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Coefficients of the last column on the others, the squares that remain, and the inverse of the others' products."""
    gram = table.T @ table
    inverse = np.linalg.inv(gram[:-1, :-1] + 1e-9 * np.eye(len(gram) - 1))
    coefficients = inverse @ gram[:-1, -1]
    return coefficients, max(float(gram[-1, -1] - coefficients @ gram[:-1, -1]), 0.0), inverse


def _mean_of_controls(levels: np.ndarray) -> list[np.ndarray]:
    if not levels.shape[1]:
        return []
    mean, window = levels.mean(axis=1), np.ones(WINDOW)
    return [np.convolve(mean, window, "same") / np.convolve(np.ones(len(mean)), window, "same")]


def _memory(table: np.ndarray) -> float:
    residuals = table[:, -1] - table[:, :-1] @ _least_squares(table)[0]
    squares = residuals @ residuals
    raw = residuals[1:] @ residuals[:-1] / squares if squares > 0 else 0.0
    return float(np.clip(raw + (table.shape[1] - 1 + 3 * raw) / len(table), 0.0, MOST_MEMORY))
