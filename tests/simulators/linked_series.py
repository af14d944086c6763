"""Two daily series that go together, or not: dependent days, weekdays, a season; seeded."""

import numpy as np

#: How busy each day of the week is, Monday first.
WEEKDAYS = np.array([1.1, 1.05, 1.0, 1.0, 1.1, 0.9, 0.85])


def dependent(draw: np.random.Generator, days: int, memory: float) -> np.ndarray:
    """Days of mean zero and variance one, each `memory` times the day before plus something new."""
    new = draw.normal(size=days) * np.sqrt(1 - memory**2)
    series = np.empty(days)
    last = draw.normal()
    for day in range(days):
        last = memory * last + new[day]
        series[day] = last
    return series


def linked(
    draw: np.random.Generator, days: int, correlation: float, lag: int, memories: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """A metric, and an outcome that goes `correlation` with it `lag` days later; the second memory is of the outcome's rest."""
    metric = dependent(draw, days + lag, memories[0])
    rest = dependent(draw, days, memories[1])
    return metric[lag:], correlation * metric[:days] + np.sqrt(1 - correlation**2) * rest


def as_counts(draw: np.random.Generator, standard: np.ndarray, mean: float, spread: float = 0.2) -> np.ndarray:
    """Counts with weekdays and a yearly season whose expectation moves with the standard series."""
    day = np.arange(len(standard))
    season = 0.25 * np.sin(2 * np.pi * (day - 60) / 365)
    return draw.poisson(mean * WEEKDAYS[day % 7] * np.exp(season + spread * standard)).astype(float)
