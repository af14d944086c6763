"""The random numbers of R, so that a published run of R can be repeated from its seed."""

import numpy as np
from scipy.special import ndtri


def r_normals(seed: int, count: int) -> np.ndarray:
    """What `set.seed(seed); rnorm(count)` gives in R: Mersenne Twister and inversion, R's defaults.

    Examples
    --------
    >>> r_normals(42, 2).round(6).tolist()
    [1.370958, -0.564698]
    """
    uniform = _twister(seed).random_raw(2 * count) * 2.3283064365386963e-10
    return ndtri((np.floor(uniform[::2] * 2**27) + uniform[1::2]) / 2**27)


def _twister(seed: int) -> np.random.MT19937:
    """R scrambles the seed 50 times, drops one number and fills the state with the next 624."""
    states = [seed]
    for _ in range(50 + 1 + 624):
        states.append((69069 * states[-1] + 1) % 2**32)
    twister = np.random.MT19937()
    twister.state = {"bit_generator": "MT19937", "state": {"key": np.array(states[-624:], np.uint32), "pos": 624}}
    return twister
