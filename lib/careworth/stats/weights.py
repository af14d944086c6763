"""How often each case counts in a resample: Poisson numbers of mean one, many at a time."""

import numpy as np
from scipy.special import pdtr

#: Chances are rounded to this part of one.
STEPS = 2**16

#: Of the equally likely steps, the first that stands for each number from 1 on; a step's middle decides, so that the mean stays
#: one. A higher number is rarer than half a step.
FIRSTS = np.ceil(pdtr(np.arange(8), 1.0) * STEPS - 0.5).astype(np.uint16)


def poisson_numbers(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Poisson numbers of mean one, a byte each; by table, a fraction of the time that NumPy's own take."""
    steps, numbers = generator.integers(0, STEPS, shape, dtype=np.uint16), np.zeros(shape, np.uint8)
    for first in FIRSTS:
        numbers += steps >= first
    return numbers


def poisson_weights(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Poisson numbers of mean one, as floats.

    Examples
    --------
    >>> drawn = poisson_weights(np.random.default_rng(1), (1_000, 1_000))
    >>> round(float(drawn.mean()), 2), round(float(drawn.var()), 2)
    (1.0, 1.0)
    """
    return poisson_numbers(generator, shape).astype(float)
