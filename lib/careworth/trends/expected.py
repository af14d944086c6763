"""What a daily series would have been on days of events, and how far chance alone takes days on which nothing was going on."""

from typing import NamedTuple

import numpy as np

from careworth.trends.calendar import Series
from careworth.trends.seasonal import level_column, season_columns, slow_columns, weekday_columns

#: Days without an event below which nothing is expected of the others (METRICS.md P2).
FEWEST_QUIET = 56

#: What takes longer for one wave is drift or season, not an event.
SLOW_DAYS = 180

#: Added to observed and expected, so that days of nothing have a logarithm.
HALF = 0.5


class Expectation(NamedTuple):
    """Totals observed and expected by day, fitted on the quiet days; columns and inverse information of that fit."""

    observed: np.ndarray
    expected: np.ndarray
    quiet: np.ndarray
    columns: np.ndarray
    precision: np.ndarray

    def leverage(self, windows: np.ndarray) -> np.ndarray:
        """How much of each window's own weight the fit's uncertainty amounts to; one row a window, one column a day."""
        weights = windows * self.expected
        along = weights @ self.columns
        return np.einsum("wp,pq,wq->w", along, self.precision, along) / np.maximum(weights.sum(axis=1), 1e-300)


class Placebos(NamedTuple):
    """Standard deviation of log observed over expected on quiet dates, which are worth so many independent ones."""

    spread: float
    freedom: float


def expectation(series: Series, exposure: np.ndarray, busy: np.ndarray, steps: np.ndarray) -> Expectation | None:
    """The series' expectation by level, weekday, season, slow drift and steps; None below 56 quiet days or of nothing.

    Parameters
    ----------
    exposure : array
        What each day's value is a mean of; ones for counts.
    busy : array of bool
        Days of events, which the fit leaves out.
    steps : array
        One row for each change of level, one column a day.
    """
    exposure = np.where(np.isfinite(series.values), exposure, 0.0)
    observed = np.nan_to_num(series.values) * exposure
    quiet = (exposure > 0) & ~busy
    if quiet.sum() < FEWEST_QUIET or not observed[quiet].sum() > 0:
        return None
    columns = known_columns(series, steps, quiet)
    typical = exposure * observed[quiet].sum() / exposure[quiet].sum()
    fit, precision = log_linear(columns[quiet], observed[quiet], typical[quiet])
    return Expectation(observed, typical * np.exp(np.clip(columns @ fit, -30, 30)), quiet, columns, precision)


def known_columns(series: Series, steps: np.ndarray, quiet: np.ndarray) -> np.ndarray:
    """The columns that the expectation is made of; each step that has four quiet weeks on either side among them."""
    count, first = len(series.values), series.first_day
    told_apart = [step for step in steps if min(quiet[step > 0].sum(), quiet[step == 0].sum()) >= FEWEST_QUIET // 2]
    parts = [level_column(count), weekday_columns(first, count), season_columns(first, count, 1), slow_columns(count, SLOW_DAYS)]
    return np.column_stack([*parts, *told_apart]).astype(float)


def log_linear(columns: np.ndarray, totals: np.ndarray, typical: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of log totals over typical totals, and the inverse information (quasi-Poisson).

    The trace of a ridge keeps the fit finite where nothing was seen.

    Examples
    --------
    >>> fit, _ = log_linear(np.ones((4, 1)), np.array([1.0, 2.0, 3.0, 6.0]), np.full(4, 1.5))
    >>> round(float(np.exp(fit[0])), 3)
    2.0
    """
    fit = np.zeros(columns.shape[1])
    ridge = 1e-6 * max(typical.sum(), totals.sum(), 1e-300)
    for _ in range(50):
        mean = typical * np.exp(np.clip(columns @ fit, -30, 30))
        information = columns.T @ (columns * mean[:, None]) + ridge * np.eye(len(fit))
        step = np.clip(np.linalg.solve(information, columns.T @ (totals - mean) - ridge * fit), -1, 1)
        fit = fit + step
        if np.abs(step).max(initial=0) < 1e-10:
            break
    return fit, np.linalg.inv(information)


def placebos(known: Expectation, days: int) -> Placebos | None:
    """How log observed over expected spreads over windows of so many quiet days; None where they are worth fewer than four."""
    windows = np.lib.stride_tricks.sliding_window_view(known.quiet, days).all(axis=1)
    starts = np.flatnonzero(windows)
    if not len(starts):
        return None
    members = np.zeros((len(starts), len(known.quiet)))
    members[np.arange(len(starts))[:, None], starts[:, None] + np.arange(days)] = 1
    ratio = np.log((members @ known.observed + HALF) / (members @ known.expected + HALF))
    scaled = np.full(len(windows), np.nan)
    scaled[starts] = ratio / np.sqrt(np.maximum(1 - known.leverage(members), 0.1))
    freedom = independent_dates(scaled, days)
    return Placebos(float(np.sqrt(np.mean(scaled[starts] ** 2))), freedom) if freedom >= 4 else None


def independent_dates(scaled: np.ndarray, days: int) -> float:
    """How many independent dates the spread of windows of so many days is worth, one beginning each day, nan where there is none.

    Neighbours are as alike as the days that they share make them, or more where the series says so.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(size=300)
    >>> independent_dates(noise, 1) > 250, independent_dates(np.convolve(noise, np.ones(10), "valid"), 10) < 60
    (True, True)

    References
    ----------
    Bayley and Hammersley (1946), Supplement to the Journal of the Royal Statistical Society 8, 184-197.
    """
    seen = np.isfinite(scaled)
    filled = np.where(seen, scaled, 0.0)
    pairs = np.correlate(seen.astype(float), seen.astype(float), "full")[len(seen) :]
    products = np.correlate(filled, filled, "full")[len(seen) :]
    likeness = products / np.maximum(pairs, 1) / max(float(np.mean(filled[seen] ** 2)), 1e-300)
    lasting = likeness * np.logical_and.accumulate(likeness > 0)
    shared = np.maximum(1 - np.arange(1, len(seen)) / days, 0)
    alike = np.clip(np.maximum(lasting, shared), 0, 1)
    return float(seen.sum() / (1 + 2 * (alike**2 * pairs).sum() / seen.sum()))
