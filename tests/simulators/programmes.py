"""Programmes whose true return is known: surveys of some customers, a holdout of skewed margins, stated ranges of cost.

What a company states as a range is true in the sense that the true value is drawn from it. What it measures is seen in a sample.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np

from careworth.roi.arms import difference_of_arms
from careworth.roi.distributions import Distribution, Fixed, pert, share_seen
from careworth.roi.model import Input, Line, Model


@dataclass(frozen=True)
class World:
    """How much is seen: conversations resolved, customers asked, persons in both arms, how many buy, how skewed orders are."""

    resolved: int = 8_000
    asked: int = 400
    treated: int = 4_000
    control: int = 4_000
    buying: float = 0.15
    skew: float = 0.8


WORLDS = {
    "ordinary": World(),
    "small surveys": World(asked=25),
    "few buyers": World(treated=1_000, control=1_000, buying=0.01),
    "skewed margins": World(treated=1_000, control=1_000, buying=0.05, skew=1.8),
    "small control": World(treated=4_000, control=400, buying=0.05, skew=1.2),
    "tiny control": World(treated=4_000, control=200, buying=0.03, skew=1.2),
    "small company": World(resolved=300, asked=30, treated=150, control=150),
}

CALL_COST = pert(6.0, 8.5, 12.0)

#: The table of a share's quantiles takes some milliseconds, and many programmes see the same numbers.
seen_share = cache(share_seen)


class Programme(NamedTuple):
    """The true return, and what the company sees: answers (yes, asked), margins by person, ranges of its costs."""

    truth: float
    would: tuple[int, int]
    again: tuple[int, int]
    treated: np.ndarray
    control: np.ndarray
    costs: tuple[Distribution, ...]


def drawn_programme(generator: np.random.Generator, world: World) -> Programme:
    """A programme drawn by lot, with effects between nothing and much."""
    would, again, lift = generator.uniform(0.15, 0.6), generator.uniform(0.05, 0.3), generator.uniform(0.0, 0.5)
    call, *spent = (drawn(each, generator) for each in (CALL_COST, *_costs(world)))
    bought = world.buying * (1 + lift)
    extra = (bought - world.buying) * order_mean(world) * world.treated
    gains = world.resolved * would * (1 - again) * call + extra
    return Programme(
        truth=gains / sum(spent) - 1,
        would=(int(generator.binomial(world.asked, would)), world.asked),
        again=(int(generator.binomial(world.asked, again)), world.asked),
        treated=margins(generator, world.treated, bought, world.skew),
        control=margins(generator, world.control, world.buying, world.skew),
        costs=_costs(world),
    )


def drawn(distribution: Distribution, generator: np.random.Generator) -> float:
    """One value from the range that is stated."""
    return float(distribution.quantiles(generator.random(1))[0])


def margins(generator: np.random.Generator, persons: int, buying: float, skew: float) -> np.ndarray:
    """Margin of each person: most buy nothing, the others orders of lognormal size."""
    return (generator.random(persons) < buying) * generator.lognormal(3.0, skew, persons)


def order_mean(world: World) -> float:
    """The true mean margin of a buyer."""
    return float(np.exp(3.0 + world.skew**2 / 2))


@cache
def _costs(world: World) -> tuple[Distribution, ...]:
    people, tools, training = 2.0 * world.resolved, 0.3 * world.resolved, 0.1 * world.resolved
    return pert(0.9 * people, people, 1.3 * people), pert(0.8 * tools, tools, 1.1 * tools), Fixed(training)


def model_of(seen: Programme, world: World) -> Model:
    """The return as it would be estimated from what the company sees."""
    inputs = {
        "resolved": Fixed(world.resolved),
        "would have phoned": seen_share(*seen.would),
        "got in touch again": seen_share(*seen.again),
        "cost of a call": CALL_COST,
        "extra margin per person": difference_of_arms(seen.treated, seen.control),
        "treated": Fixed(world.treated),
    }
    costs = {f"cost {number}": cost for number, cost in enumerate(seen.costs, 1)}
    lines = {
        "avoided": ("gain", "resolved", "would have phoned", "1 - got in touch again", "cost of a call"),
        "margin": ("gain", "extra margin per person", "treated"),
    }
    lines |= {name: ("cost", name) for name in costs}
    return Model(
        tuple(Input(name, "any", distribution, "B", "simulated") for name, distribution in (inputs | costs).items()),
        tuple(_line(name, *parts) for name, parts in lines.items()),
    )


def _line(name: str, side: str, *factors: str) -> Line:
    return Line(name, side, "M9", name, factors, "simulated", "EUR", date(2025, 1, 1), date(2025, 4, 1))
