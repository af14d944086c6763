"""How often each case counts in a resample: Poisson numbers of mean one, many at a time."""

import numpy as np
from scipy.special import pdtr

from careworth.stats.compiled import look_up

#: Chances are rounded to this part of one.
STEPS = 2**16

#: The number of each of the equally likely steps. A step's middle decides, so that the mean stays one; a number above 8 is rarer
#: than half a step.
NUMBERS = np.searchsorted(pdtr(np.arange(9), 1.0), (np.arange(STEPS) + 0.5) / STEPS).astype(np.uint8)


def poisson_numbers(generator: np.random.Generator, shape: tuple[int, ...], dtype: type = np.uint8) -> np.ndarray:
    """Poisson numbers of mean one; by table, a fraction of the time that NumPy's own take."""
    numbers = np.empty(shape, dtype)
    look_up(generator.integers(0, STEPS, shape, dtype=np.uint16).ravel(), NUMBERS, numbers.ravel())
    return numbers


def poisson_weights(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Poisson numbers of mean one, as floats.

    Examples
    --------
    >>> drawn = poisson_weights(np.random.default_rng(1), (1_000, 1_000))
    >>> round(float(drawn.mean()), 2), round(float(drawn.var()), 2)
    (1.0, 1.0)
    """
    return poisson_numbers(generator, shape, float)
