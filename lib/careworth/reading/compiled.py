"""Loops that Numba compiles: what must look at every byte of every message, at the speed of C."""

from collections.abc import Callable

import numba
import numpy as np


def compiled(function: Callable) -> Callable:
    """`function`, compiled when it is first called; where a folder can be written to, once and for all."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # Numba finds neither its own folder nor a user's to keep the compiled code in.
        return numba.njit(nogil=True)(function)


@compiled
def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product of two matrices, added up in one order whatever the threads and the processor.

    Examples
    --------
    >>> product(np.array([[1, 2]], np.float32), np.array([[3], [4]], np.float32)).tolist()
    [[11.0]]
    """
    total = np.zeros((left.shape[0], right.shape[1]), np.float32)
    for row in range(left.shape[0]):
        for inner in range(left.shape[1]):
            factor = left[row, inner]
            if factor != 0:
                for column in range(right.shape[1]):
                    total[row, column] += factor * right[inner, column]
    return total
