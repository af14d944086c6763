"""Loops over resamples; compiled by Numba when they are first called."""

import numpy as np

from careworth.compiling import compiled

#: From this mean on a Poisson number is drawn by NumPy's other method.
LARGE_MEAN = 10


@compiled
def look_up(places, table, found):
    """Fill in what stands in the table at each place."""
    for i in range(len(places)):
        found[i] = table[places[i]]


@compiled
def draw_poisson(generator, means, nones, drawn):
    """Fill in Poisson numbers, the very ones that the generator's own method draws; `nones` are the chances of 0, exp(-mean)."""
    for row in range(drawn.shape[0]):
        for column in range(drawn.shape[1]):
            number = 0
            if means[column] >= LARGE_MEAN:
                number = generator.poisson(means[column])
            elif means[column] > 0:
                below = generator.random()
                while below > nones[column]:
                    number += 1
                    below *= generator.random()
            drawn[row, column] = number


@compiled
def area_of_each(ended, censored, widths, areas, errors):
    """Fill in the area under each resample's survival curve, and its standard error."""
    count = ended.shape[1]
    at_risk, parts = np.zeros(count), np.zeros(count)
    for row in range(len(ended)):
        left, staying_share, events = 0.0, 1.0, 0
        for place in range(count - 1, -1, -1):
            left += ended[row, place] + censored[row, place]
            at_risk[place] = max(left, 1.0)
            events += ended[row, place]
        for place in range(count):
            staying_share *= (at_risk[place] - ended[row, place]) / at_risk[place]
            parts[place] = staying_share * widths[place + 1]
        beyond, variance = 0.0, 0.0
        for place in range(count - 1, -1, -1):
            beyond += parts[place]
            staying = at_risk[place] - ended[row, place]
            # Where all leave, nothing lies beyond: the term is 0.
            if staying > 0:
                variance += beyond * beyond * ended[row, place] / (at_risk[place] * staying)
        areas[row] = widths[0] + beyond
        errors[row] = np.sqrt(variance * events / max(events - 1, 1))
