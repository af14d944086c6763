"""Resamples of journeys: how often each person, or each journey that a row counts, is drawn."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from careworth.attribution.journeys import Journeys
from careworth.attribution.kernels import poisson_of
from careworth.stats import poisson_numbers

#: Of some resamples, `conversions`, `nulls` or `values` of the journeys that are asked for: an array (journeys, resamples).
Drawn = Callable[[str, np.ndarray], np.ndarray]

#: So many numbers are drawn at a time.
BLOCK = 2**21

#: Up to this mean a Poisson number is found by counting up from 0.
SMALL_MEAN = 12.0


def draw_resamples(journeys: Journeys, replicates: int, seed: int) -> Iterator[Drawn]:
    """Some resamples of the people at a time, or of the journeys where people are unknown; scaled to as many as there were."""
    width = max(1, len(journeys.conversions), len(journeys.channels) ** 2)
    if journeys.people is None:
        generator = np.random.default_rng(seed)
        return (_by_journey(journeys, count, generator) for count in _portions(replicates, width))
    _, person = np.unique(journeys.people, return_inverse=True)
    people = int(person.max(initial=-1)) + 1
    portions = tuple(_portions(replicates, max(width, people)))
    return (_by_person(journeys, person, *drawn) for drawn in _people_drawn(people, portions, seed))


def _portions(replicates: int, width: int) -> Iterator[int]:
    size = max(1, BLOCK // width)
    return (min(size, replicates - begin) for begin in range(0, replicates, size))


def _by_journey(journeys: Journeys, count: int, generator: np.random.Generator) -> Drawn:
    total = (journeys.conversions + journeys.nulls).sum()
    conversions, nulls = (_poisson(each, count, generator) for each in (journeys.conversions, journeys.nulls))
    scale = _scale(total, (conversions + nulls).sum(axis=1))
    conversions *= scale
    nulls *= scale
    converted = journeys.conversions > 0
    each = journeys.values / np.where(converted, journeys.conversions, np.where(journeys.nulls > 0, journeys.nulls, 1.0))
    drawn = {"conversions": conversions, "nulls": nulls, "values": np.where(converted, conversions, nulls) * each}
    return lambda amount, chosen: drawn[amount][:, chosen].T


def _poisson(means: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Poisson numbers, an array (count, means); small ones, which are most, from one uniform number each."""
    drawn, small = np.zeros((count, len(means))), np.flatnonzero((means > 0) & (means <= SMALL_MEAN))
    few, large = generator.random((count, len(small))), np.flatnonzero(means > SMALL_MEAN)
    poisson_of(few, means[small], np.exp(-means[small]))
    drawn[:, small] = few
    drawn[:, large] = generator.poisson(means[large], (count, len(large)))
    return drawn


@lru_cache(maxsize=3)
def _people_drawn(people: int, portions: tuple[int, ...], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """How often each person is drawn, and by what that is scaled; kept, since one report asks several times for the same."""
    generator, drawn = np.random.default_rng(seed), []
    for count in portions:
        times = poisson_numbers(generator, (count, people))
        drawn.append((times.T.copy(), _scale(people, times.sum(axis=1)).T))
    return drawn


def _by_person(journeys: Journeys, person: np.ndarray, times: np.ndarray, scale: np.ndarray) -> Drawn:
    def drawn(amount: str, chosen: np.ndarray) -> np.ndarray:
        weights = times[person[chosen]] * scale
        weights *= getattr(journeys, amount)[chosen, None]
        return weights

    return drawn


def _scale(total: float, drawn: np.ndarray) -> np.ndarray:
    return np.divide(total, drawn, out=np.zeros(len(drawn)), where=drawn > 0)[:, None]
