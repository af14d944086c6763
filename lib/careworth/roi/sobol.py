"""How much of the return's variance each input explains, alone and with others: Sobol indices (METRICS.md M11)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats as scipy_stats

from careworth.results import Row, value_row
from careworth.roi.distributions import Distribution
from careworth.roi.model import Model, return_on_cost
from careworth.roi.outcomes import DRAWS, headline, worst_grade
from careworth.roi.sampling import inputs_at, moving_together, scrambled_points, uncertain

Draws = Mapping[str, np.ndarray]


class Indices(NamedTuple):
    """Shares of the variance that a quantity explains by itself, and with all in which it has a part."""

    first: float
    total: float


def sobol_indices(
    function: Callable[[Draws], np.ndarray], distributions: Mapping[str, Distribution], count: int = 16_384, seed: int = 1
) -> dict[str, Indices]:
    """Sobol indices of a function of independent quantities, by name.

    Parameters
    ----------
    function : callable
        Takes a mapping from each name to an array of draws and gives an array as long.
    count : int
        Draws of each of the two samples that are crossed, a power of two from 256 on.

    Examples
    --------
    A sum of two, the first of twice the spread: 4 and 1 parts of 5.

    >>> from careworth.roi.distributions import Normal
    >>> found = sobol_indices(lambda x: x["a"] + x["b"], {"a": Normal(0, 2), "b": Normal(0, 1)})
    >>> round(found["a"].first, 2), round(found["b"].total, 2)
    (0.8, 0.2)

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270.
    """
    points = scrambled_points(count, 2 * len(distributions), seed, scramblings=1)
    one, other = (
        {name: distributions[name].quantiles(column) for name, column in zip(sorted(distributions), half.T, strict=True)}
        for half in np.hsplit(points, 2)
    )
    found = _crossed(function, one, other, [(name,) for name in sorted(distributions)])
    return {name: indices for (name,), indices in found.items()}


def return_indices(model: Model, count: int = 8_192, seed: int = 1) -> dict[tuple[str, ...], Indices]:
    """Sobol indices of the return for each group of inputs that move together; most groups are of one."""
    groups = moving_together(model)
    if not groups:
        return {}
    halves = np.hsplit(scrambled_points(count, 2 * len(uncertain(model)), seed, scramblings=1), 2)
    one, other = (inputs_at(model, half) for half in halves)
    return _crossed(lambda values: return_on_cost(model, values), one, other, groups)


def sobol_rows(model: Model, count: int = 8_192, seed: int = 1) -> list[Row]:
    """M11: the share of the return's variance that each input explains alone (`first_order`), and with others (`total_order`)."""
    shown = headline(model)
    labels = {"n": count, "denominator": DRAWS, "grade": worst_grade(shown)}
    return [
        value_row("M11", variant, value, "share", slice=f"input={name}", reason=_together(group, name), **labels)
        for group, indices in return_indices(shown, count, seed).items()
        for name in group
        for variant, value in (("first_order", indices.first), ("total_order", indices.total))
    ]


def _crossed(function: Callable[[Draws], np.ndarray], one: Draws, other: Draws, groups: list[tuple[str, ...]]) -> dict:
    """Indices of each group, from one sample in which the group alone is taken from the other."""
    if len(groups) == 1:
        # The library takes no single group; the only one explains whatever spread there is.
        share = float(np.ptp(function(one)) > 0)
        return {groups[0]: Indices(share, share)}
    crossed = [function({**one, **{name: other[name] for name in group}})[None] for group in groups]
    values = {"f_A": function(one)[None], "f_B": function(other)[None], "f_AB": np.array(crossed)}
    found = scipy_stats.sobol_indices(func=values, n=values["f_A"].shape[1])
    pairs = zip(np.atleast_1d(found.first_order), np.atleast_1d(found.total_order), strict=True)
    # Indices are shares; near 0 and 1 the simulation's error takes them a little beyond.
    shares = (Indices(*(float(min(max(value, 0.0), 1.0)) for value in pair)) for pair in pairs)
    return dict(zip(groups, shares, strict=True))


def _together(group: tuple[str, ...], name: str) -> str | None:
    others = " and ".join(repr(other) for other in group if other != name)
    return f"together with {others}, with which it moves" if others else None
