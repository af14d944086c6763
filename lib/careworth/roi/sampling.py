"""Draws of all inputs of a model: evenly spread points, scrambled several times over so that their own error shows."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import special
from scipy.stats import qmc

from careworth.errors import CareworthError
from careworth.roi.distributions import Fixed
from careworth.roi.model import Correlation, Input, Model

#: Independent scramblings in one set of draws; how far they are apart is the simulation's error.
SCRAMBLINGS = 16

#: Binary digits of a point; half a last digit is added, so that no point is exactly 0.
BITS = 30


def draw_inputs(model: Model, count: int = 16_384, seed: int = 1) -> dict[str, np.ndarray]:
    """For each input `count` draws from its distribution, correlated as declared (METRICS.md C.10).

    The draws do not depend on the order of inputs and lines, and the first sixteenth, the second and so on are each
    a set of their own (`simulation_error`).

    Parameters
    ----------
    count : int
        How many outcomes, a power of two from 256 on.

    Raises
    ------
    CareworthError
        If `count` is another number, or the declared correlations cannot all hold.

    References
    ----------
    Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14, 466-489.
    """
    return inputs_at(model, scrambled_points(count, len(uncertain(model)), seed))


def uncertain(model: Model) -> list[Input]:
    """The inputs that are not known exactly, by name."""
    return sorted((each for each in model.inputs if not isinstance(each.distribution, Fixed)), key=lambda each: each.name)


@lru_cache(maxsize=8)
def scrambled_points(count: int, dimensions: int, seed: int, scramblings: int = SCRAMBLINGS) -> np.ndarray:
    """One row per draw, evenly spread between 0 and 1 in so many dimensions, by so many scrambled Sobol sequences; to be read."""
    if count < SCRAMBLINGS**2 or count & (count - 1):
        raise CareworthError(f"need a power of two from {SCRAMBLINGS**2} on as number of draws, such as 16384; found {count}")
    if not dimensions:
        return np.empty((count, 0))
    streams = np.random.default_rng(seed).spawn(scramblings)
    parts = [qmc.Sobol(dimensions, bits=BITS, rng=stream).random(count // scramblings) for stream in streams]
    points = np.concatenate(parts) + 0.5**BITS / 2
    points.flags.writeable = False
    return points


def inputs_at(model: Model, points: np.ndarray) -> dict[str, np.ndarray]:
    """The value of each input at points between 0 and 1, one column for each of `uncertain`; what is known is the same in all."""
    shares = dict(zip((each.name for each in uncertain(model)), points.T, strict=True))
    shares |= _correlated(shares, [pair for pair in model.correlations if _concerns(pair, model)])
    known = np.full(len(points), 0.5)
    return {each.name: each.distribution.quantiles(shares.get(each.name, known)) for each in model.inputs}


def moving_together(model: Model) -> list[tuple[str, ...]]:
    """The uncertain inputs in groups: those tied by declared correlations together, each other by itself."""
    groups = {each.name: frozenset({each.name}) for each in uncertain(model)}
    for pair in model.correlations:
        if _concerns(pair, model):
            merged = groups[pair.first] | groups[pair.second]
            groups |= dict.fromkeys(merged, merged)
    return sorted({tuple(sorted(group)) for group in groups.values()})


def simulation_error(statistic: Callable[[np.ndarray], float], draws: np.ndarray) -> float:
    """Standard error that the simulation itself leaves in `statistic` of the draws, from how far its scramblings differ."""
    values = [float(statistic(part)) for part in draws.reshape(SCRAMBLINGS, -1)]
    return float(np.std(values, ddof=1) / SCRAMBLINGS**0.5)


def _concerns(pair: Correlation, model: Model) -> bool:
    """Whether both are uncertain: what is known exactly moves with nothing."""
    names = {each.name for each in model.inputs}
    if unknown := sorted({pair.first, pair.second} - names):
        raise CareworthError(f"correlation of {pair.first!r} with {pair.second!r}: no input {unknown[0]!r}")
    return {pair.first, pair.second} <= {each.name for each in uncertain(model)}


def _correlated(shares: dict[str, np.ndarray], pairs: list[Correlation]) -> dict[str, np.ndarray]:
    """The shares of those that move together, by a Gaussian copula; each remains evenly spread."""
    if not pairs:
        return {}
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    scores = special.ndtri(np.array([shares[name] for name in names]))
    return dict(zip(names, special.ndtr(_root(names, pairs) @ scores), strict=True))


def _root(names: list[str], pairs: list[Correlation]) -> np.ndarray:
    """The lower triangular root of the normal scores' correlations."""
    matrix = np.eye(len(names))
    for pair in pairs:
        first, second = names.index(pair.first), names.index(pair.second)
        if first == second or matrix[first, second] or not -1 < pair.value < 1:
            raise CareworthError(f"correlation of {_told(pair)}: need two inputs, declared once, and a number between -1 and 1")
        # A normal pair of this correlation has the declared rank correlation.
        matrix[first, second] = matrix[second, first] = 2 * np.sin(np.pi * pair.value / 6)
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        told = "; ".join(map(_told, pairs))
        raise CareworthError(f"these correlations cannot all hold: {told}; weaken or leave out one") from None


def _told(pair: Correlation) -> str:
    return f"{pair.first!r} with {pair.second!r} ({pair.value:g})"
