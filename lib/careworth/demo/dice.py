"""Randomness: one stream per concern, so that a change in one leaves the others as they were."""

from itertools import chain
from zlib import crc32

import numpy as np

#: Numbers that `Dice` draws from its generator at a time.
_HANDFUL = 65_536


def stream(seed: int, concern: str) -> np.random.Generator:
    """The generator of one concern; the same for the same seed and name, whatever else is drawn.

    Examples
    --------
    >>> bool(stream(1, "orders").random() == stream(1, "orders").random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(crc32(concern.encode()),))))


class Dice:
    """Single draws, many times over, from one generator; far quicker than asking it each time."""

    def __init__(self, generator: np.random.Generator) -> None:
        handfuls = iter(lambda: generator.random(_HANDFUL).tolist(), None)
        self._next = chain.from_iterable(handfuls).__next__

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._next() * limit)

    def pick(self, choices: list[str]) -> str:
        """One of `choices`, each as likely as the others."""
        return choices[int(self._next() * len(choices))]

    def happens(self, chance: float) -> bool:
        """True with probability `chance`."""
        return self._next() < chance


def pick_each(generator: np.random.Generator, weights: dict[str, float], size: int) -> np.ndarray:
    """`size` draws of the keys of `weights`, each in proportion to its weight."""
    chances = np.array(list(weights.values()), float)
    return np.array(list(weights))[generator.choice(len(weights), size, p=chances / chances.sum())]


def pick_by_group(generator: np.random.Generator, weights: dict[str, dict[str, float]], groups: np.ndarray) -> np.ndarray:
    """One draw per entry of `groups`, with the weights of that group."""
    drawn = np.full(len(groups), "", dtype="U32")
    for group, chances in weights.items():
        own = groups == group
        drawn[own] = pick_each(generator, chances, int(own.sum()))
    return drawn


def waits(generator: np.random.Generator, medians: np.ndarray, sigma: float, most: float) -> np.ndarray:
    """Log-normal waits with these medians, none longer than `most`, all in the unit of the medians."""
    return np.minimum(medians * np.exp(sigma * generator.standard_normal(len(medians))), most)
