"""Loops that Numba compiles: what must look at every byte of every message, at the speed of C."""

import numpy as np

from careworth.compiling import compiled


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
