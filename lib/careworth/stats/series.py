"""The mean and the slope of a series of days, weeks or months."""

import numpy as np
from scipy import stats as scipy_stats

from careworth.stats.estimates import UNKNOWN, Estimate


def block_bootstrap_mean(series: np.ndarray, block: int = 7, resamples: int = 2000, seed: int = 1) -> Estimate:
    """Mean of a daily series with a 95 % moving-block bootstrap interval, which keeps the days' dependence."""
    series = np.asarray(series, float)
    if len(series) == 0:
        return UNKNOWN
    block = min(block, len(series))
    blocks = np.lib.stride_tricks.sliding_window_view(series, block).mean(axis=1)
    picks = np.random.default_rng(seed).integers(len(blocks), size=(resamples, -(-len(series) // block)))
    low, high = np.quantile(blocks[picks].mean(axis=1), [0.025, 0.975])
    return Estimate(float(series.mean()), float(low), float(high))


def theil_sen_slope(values: np.ndarray) -> Estimate:
    """Robust change per step of an evenly spaced series, nan where it has gaps, with 95 % interval; None below eight points."""
    values = np.asarray(values, float)
    seen = np.isfinite(values)
    if seen.sum() < 8:
        return UNKNOWN
    fit = scipy_stats.theilslopes(values[seen], np.flatnonzero(seen), alpha=0.95)
    return Estimate(float(fit.slope), float(fit.low_slope), float(fit.high_slope))
