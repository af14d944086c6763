"""What tests of some channels say about the ratio of caused to credited conversions of all: one hierarchical model.

log(caused / credited) of a channel is normal around a factor that all channels share; its spread is learned from the tested
channels, from a prior that lets two channels in three deviate by less than 65 %.
"""

from typing import NamedTuple

import numpy as np

#: Prior of the logarithm of the common factor: 0.15 to 2.4, 0.6 in the middle, since conversions also come of nothing credited.
CENTRE, WIDTH = -0.5, 0.7

#: Scale of the half-normal prior of the spread between channels.
SPREAD = 0.5

#: The spreads that are tried, and how far from the most likely common factor, in its standard errors.
SPREADS = np.geomspace(0.013, 3.0, 20)
AROUND = np.linspace(-5, 5, 21)


class Found(NamedTuple):
    """What tests found of some channels: their numbers, the conversions they caused, and the standard errors of those."""

    channels: np.ndarray
    caused: np.ndarray
    errors: np.ndarray


class Fit(NamedTuple):
    """How well the tests agree with a credit, as log evidence, and draws (draws, channels) of what the channels caused."""

    evidence: float
    draws: np.ndarray


def shrink(credited: np.ndarray, tested: Found, count: int, generator: np.random.Generator) -> Fit:
    """What every channel caused, tested or not; a channel that is credited with nothing and not tested caused nothing.

    Parameters
    ----------
    credited : array (channels,)
        Conversions credited, 0 or more; those of tested channels are above 0.
    count : int
        How many draws.
    """
    centres, widths, spreads, logs = _cells(credited[tested.channels], tested)
    grids = [_grid(*each, centres, spreads) for each in zip(credited[tested.channels], tested.caused, tested.errors, strict=True)]
    for _, _, evidence in grids:
        logs = logs + evidence
    chances = np.exp(logs - logs.max())
    cells = np.sort(generator.choice(len(chances), count, p=chances / chances.sum()))
    steps = (AROUND[1] - AROUND[0]) * (generator.random(count) - 0.5)
    deviations = spreads[cells, None] * generator.normal(size=(count, len(credited)))
    draws = credited * np.exp((centres[cells] + widths[cells] * steps)[:, None] + deviations)
    for channel, (effects, masses, _) in zip(tested.channels, grids, strict=True):
        draws[:, channel] = _drawn(effects, masses, cells, generator)
    return Fit(float(logs.max() + np.log(chances.sum())), draws[generator.permutation(count)])


def _cells(credited: np.ndarray, tested: Found) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Common factors, their standard errors, spreads, and the logarithm of the prior chance of each such cell."""
    least = np.maximum(tested.caused, tested.errors)
    precisions = 1 / ((tested.errors / least) ** 2 + SPREADS[:, None] ** 2)
    total = precisions.sum(axis=1) + WIDTH**-2
    middle = (precisions @ np.log(least / credited) + CENTRE * WIDTH**-2) / total
    widths, spreads = np.repeat(total**-0.5, len(AROUND)), np.repeat(SPREADS, len(AROUND))
    centres = np.repeat(middle, len(AROUND)) + widths * np.tile(AROUND, len(SPREADS))
    # The spreads lie evenly by their logarithm, the factors by their standard error.
    prior = -0.5 * (((centres - CENTRE) / WIDTH) ** 2 + (spreads / SPREAD) ** 2) + np.log(spreads * widths)
    return centres, widths, spreads, prior


def _grid(
    credited: float, caused: float, error: float, centres: np.ndarray, spreads: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects that are tried for one tested channel, the mass of each (cells, effects), and the log evidence of each cell."""
    near = caused + error * np.linspace(-8, 8, 321)
    effects = np.union1d(near[near > 0], credited * np.exp(np.linspace(-6, 4, 401)))
    ratios = np.log(effects / credited)
    heights = -0.5 * ((ratios - centres[:, None]) / spreads[:, None]) ** 2 - 0.5 * ((caused - effects) / error) ** 2
    tops = heights.max(axis=1, keepdims=True)
    masses = np.exp(heights - tops) * np.gradient(ratios)
    return effects, masses, np.log(masses.sum(axis=1) / spreads / error) + tops[:, 0]


def _drawn(effects: np.ndarray, masses: np.ndarray, cells: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """One effect for each of the sorted `cells`, by the masses of its cell."""
    chosen, firsts, counts = np.unique(cells, return_index=True, return_counts=True)
    found = np.empty(len(cells))
    for cell, first, count in zip(chosen, firsts, counts, strict=True):
        below = np.cumsum(masses[cell])
        found[first : first + count] = np.interp(generator.random(count), (below - masses[cell] / 2) / below[-1], effects)
    return found
