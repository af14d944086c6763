"""The loop over the days of a series at every point of a grid; compiled by Numba when it is first called."""

import numpy as np

from careworth.compiling import compiled


@compiled
def filter_days(columns, gains, scales, memory, white):
    """Fill in by day, grid point and column what each day brings beyond what the days before it make expected, scaled."""
    expected = np.zeros(white.shape[1:])
    for day in range(len(columns)):
        for point in range(len(memory)):
            for column in range(columns.shape[1]):
                surprise = columns[day, column] - expected[point, column]
                white[day, point, column] = scales[day, point] * surprise
                expected[point, column] = (expected[point, column] + gains[day, point] * surprise) * memory[point]
