"""What is known to move a series, as columns of a regression: level, day of the week, season, slow drift; and calm outliers."""

from datetime import date

import numpy as np

#: Weeks and days of a mean year.
YEAR_DAYS = 365.2425

#: Sines and cosines that describe the season of the year, once there are two years to learn it from.
SEASON_PAIRS = 2

#: So many robust standard deviations from what is expected a value counts in full; beyond, it counts as that far.
FULL_WEIGHT = 3.0

#: The standard deviation of a normal distribution by its median absolute deviation.
_MAD = 1.4826


def level_column(count: int) -> np.ndarray:
    """The one column of a series' level."""
    return np.ones((count, 1))


def weekday_columns(first_day: date, count: int) -> np.ndarray:
    """Six columns of a daily series by which Monday to Saturday differ from the mean of the week.

    Examples
    --------
    >>> weekday_columns(date(2024, 1, 6), 3)[:, [0, 5]].tolist()  # a Saturday, a Sunday, a Monday
    [[0.0, 1.0], [-1.0, -1.0], [1.0, 0.0]]
    """
    weekday = (np.arange(count) + first_day.weekday()) % 7
    return (weekday[:, None] == np.arange(6)).astype(float) - (weekday == 6)[:, None]


def season_columns(first_day: date, count: int, step_days: int) -> np.ndarray:
    """Sines and cosines of the year; none where the series has not seen every season twice."""
    if count * step_days < 2 * YEAR_DAYS:
        return np.empty((count, 0))
    angle = 2 * np.pi * (first_day.timetuple().tm_yday + step_days * np.arange(count)) / YEAR_DAYS
    waves = [wave(pair * angle) for pair in range(1, SEASON_PAIRS + 1) for wave in (np.sin, np.cos)]
    return np.column_stack(waves)


def slow_columns(count: int, shortest_days: int = 365) -> np.ndarray:
    """A straight line and the cosines that take longer than `shortest_days` for one wave: season, growth, whatever is slow.

    Examples
    --------
    >>> slow_columns(365).shape, slow_columns(60).shape
    ((365, 3), (60, 1))
    """
    middles = (np.arange(count) + 0.5) / count
    waves = [np.cos(np.pi * number * middles) for number in range(1, 2 * count // shortest_days + 1)]
    return np.column_stack([middles - 0.5, *waves])


def calmed(series: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The series with what strays more than three robust standard deviations from the columns' fit brought that near.

    Days that are nan stay so. A series of which more than half is fitted exactly is left alone.

    References
    ----------
    Huber and Ronchetti (2009), Robust Statistics, 7.8 (modified residuals).
    """
    seen = np.isfinite(series)
    if not seen.any():
        return series
    solve = np.linalg.pinv(columns[seen])
    calm = series[seen]
    for _ in range(10):
        fit = columns[seen] @ (solve @ calm)
        reach = FULL_WEIGHT * _MAD * np.median(np.abs(calm - fit))
        calm = fit + np.clip(series[seen] - fit, -reach, reach) if reach > 1e-12 * np.abs(fit).max(initial=0) else calm
    result = np.full(len(series), np.nan)
    result[seen] = calm
    return result


def logged(series: np.ndarray) -> np.ndarray:
    """The logarithm of one plus the series where it never falls below zero, so that differences are in parts; else itself."""
    seen = series[np.isfinite(series)]
    return np.log1p(series) if (seen >= 0).all() else series


def residual(series: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """What the columns' least-squares fit leaves of the series; nan where it is nan."""
    seen = np.isfinite(series)
    rest = np.full(len(series), np.nan)
    if seen.any():
        rest[seen] = series[seen] - columns[seen] @ (np.linalg.pinv(columns[seen]) @ series[seen])
    return rest
