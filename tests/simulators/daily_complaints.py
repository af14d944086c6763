"""Worlds of daily complaints: over-dispersed counts with a weekly pattern, negative shares, ages, and an incident."""

from typing import NamedTuple

import numpy as np

#: Monday to Sunday, around one.
WEEKDAYS = np.array([1.25, 1.1, 1.05, 1.0, 1.0, 0.85, 0.75])


class Complaints(NamedTuple):
    """Days by series: complaints, all conversations, negative ones among them, hours the oldest open one has waited."""

    complaints: np.ndarray
    conversations: np.ndarray
    negative: np.ndarray
    age_hours: np.ndarray


def complaint_days(
    days: int,
    series: int,
    seed: int,
    *,
    mean: float = 20.0,
    size: float = 10.0,
    carried: float = 0.0,
    yearly_growth: float = 0.0,
    start: int | None = None,
    lift: float = 1.0,
    negative: float = 0.3,
    negative_lift: float = 1.0,
    age_lift: float = 1.0,
) -> Complaints:
    """Series of days; from `start` on, complaints, negative share and ages are raised by their lifts.

    `carried` is the correlation of one day's disturbance with the next.
    """
    rng = np.random.default_rng(seed)
    after = np.arange(days)[:, None] >= (days if start is None else start)
    usual = mean * (WEEKDAYS / WEEKDAYS.mean())[np.arange(days) % 7][:, None]
    usual = usual * np.exp(np.log1p(yearly_growth) * np.arange(days) / 365)[:, None]
    complaints = rng.poisson(usual * np.where(after, lift, 1.0) * _disturbance(rng, days, series, size, carried))
    conversations = rng.poisson(3 * usual * rng.gamma(size, 1 / size, (days, series)))
    return Complaints(
        complaints.astype(float),
        conversations.astype(float),
        rng.binomial(conversations, np.minimum(negative * np.where(after, negative_lift, 1.0), 1.0)).astype(float),
        np.exp(1.5 + _autoregressive(rng, days, series, 0.6) * 0.5) * np.where(after, age_lift, 1.0),
    )


def _disturbance(rng: np.random.Generator, days: int, series: int, size: float, carried: float) -> np.ndarray:
    """Factors of mean 1 and variance 1 / size: gamma when independent, lognormal when carried over."""
    if carried == 0:
        return rng.gamma(size, 1 / size, (days, series))
    spread = np.sqrt(np.log1p(1 / size))
    return np.exp(spread * _autoregressive(rng, days, series, carried) - spread**2 / 2)


def _autoregressive(rng: np.random.Generator, days: int, series: int, carried: float) -> np.ndarray:
    """Standard normal noise, correlated from day to day."""
    noise = rng.standard_normal((days, series))
    for day in range(1, days):
        noise[day] = carried * noise[day - 1] + np.sqrt(1 - carried**2) * noise[day]
    return noise
