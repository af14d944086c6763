"""Many plain Gaussian series at once, with nothing happening in them: noise with a memory, and a drifting level."""

import numpy as np
from scipy.signal import lfilter


def remembering(count: int, days: int, memory: float, seed: int) -> np.ndarray:
    """One stationary AR(1) series of variance 1 per row.

    Examples
    --------
    >>> remembering(2, 3, 0.5, seed=1).shape
    (2, 3)
    """
    shocks = np.random.default_rng(seed).normal(size=(count, days)) * np.sqrt(1 - memory**2)
    shocks[:, 0] /= np.sqrt(1 - memory**2)
    return lfilter([1.0], [1.0, -memory], shocks)


def drifting(count: int, days: int, step_sd: float, seed: int) -> np.ndarray:
    """One random walk per row with steps of this standard deviation, seen through noise of variance 1."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.normal(0, step_sd, (count, days)), axis=1) + rng.normal(size=(count, days))
