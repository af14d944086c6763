"""Seeded draws of uncertain quantities, one stream for each."""

from typing import NamedTuple

import numpy as np

from careworth.errors import CareworthError


class Draws(NamedTuple):
    """How many outcomes a simulation draws, and from which seed."""

    count: int
    seed: int

    def stream(self, name: str) -> np.random.Generator:
        """A generator of this quantity's own, so that adding or reordering others does not change its draws."""
        return np.random.default_rng([self.seed, *name.encode()])

    def pert(self, name: str, low: float, likely: float, high: float) -> np.ndarray:
        """PERT draws of an expert's low, likely and high.

        Raises
        ------
        CareworthError
            If not ``low <= likely <= high``.

        Examples
        --------
        >>> draws = Draws(10_000, seed=7).pert("a call", 6.0, 8.5, 12.0)
        >>> round(float(draws.mean()), 1)  # (6 + 4 * 8.5 + 12) / 6
        8.7
        """
        if not low <= likely <= high:
            raise CareworthError(f"{name}: need low <= likely <= high, got {low}, {likely}, {high}")
        if low == high:
            return np.full(self.count, float(low))
        rise, fall = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
        return low + (high - low) * self.stream(name).beta(rise, fall, self.count)

    def share(self, name: str, yes: int, asked: int) -> np.ndarray:
        """Draws of a share that was seen in a sample, by Jeffreys' rule."""
        return self.stream(name).beta(yes + 0.5, asked - yes + 0.5, self.count)

    def normal(self, name: str, mean: float, error: float) -> np.ndarray:
        """Draws of a mean that is known with a standard error."""
        return self.stream(name).normal(mean, error, self.count)
