"""The hourly world of METRICS.md F.16: negative binomial counts with a wave of the day and quieter weekends."""

import numpy as np

HOUR, WEEK = 3600, 7 * 86_400


def hourly_means(weeks: int, mean: float = 20.0, spacing: int = HOUR) -> tuple[np.ndarray, np.ndarray]:
    """Seconds since a Monday and the true mean of each row: a sine of amplitude 0.8 with its peak at 14:00, weekends at 0.55."""
    seconds = np.arange(weeks * WEEK // spacing) * float(spacing)
    wave = 1 + 0.8 * np.sin(2 * np.pi * (seconds / HOUR - 8) / 24)
    return seconds, mean * wave * np.where((seconds // 86_400) % 7 >= 5, 0.55, 1.0)


def hourly_counts(means: np.ndarray, seed: int, size: float = 10.0) -> np.ndarray:
    """Negative binomial counts around the means."""
    rng = np.random.default_rng(seed)
    return rng.poisson(means * rng.gamma(size, 1 / size, len(means))).astype(float)
