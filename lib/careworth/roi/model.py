"""A return as a model: costs and gains as products of inputs, so that Python and the reader's browser compute the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf

import numpy as np

from careworth.errors import CareworthError
from careworth.roi.distributions import Distribution

#: How well an input is known, from measured to assumed; a line is known as well as its worst input.
GRADES = ("A", "B", "C")

COST, GAIN = "cost", "gain"

#: Before the name of an input: what is left of one.
REST = "1 - "


@dataclass(frozen=True)
class Input:
    """One uncertain quantity: its plain name, unit, distribution, how well it is known, and where it comes from."""

    name: str
    unit: str
    distribution: Distribution
    grade: str
    source: str
    n: int | None = None
    denominator: str | None = None


@dataclass(frozen=True)
class Line:
    """One cost or gain: the product of its `factors`, each the name of an input or ``1 - `` and the name of one.

    Parameters
    ----------
    mechanism : str
        How it comes about: avoided_contacts, productivity, incremental_margin, retention, stated; of a cost, its category.
    method : str
        How it was found, in plain words: survey of served customers, randomised holdout, ...
    months : tuple of float
        The share of it that falls into each month from `start` on; together 1. Empty: all at the start.
    contacts, persons : frozenset of str
        What the line counts, for the check that nothing counts twice (METRICS.md C.9); empty where nobody is counted.
    window_days : pair of float
        From and until how many days after each person came in the line counts what that person did.
    """

    name: str
    side: str
    metric_id: str
    mechanism: str
    factors: tuple[str, ...]
    method: str
    currency: str
    start: date
    end: date
    is_cashable: bool = True
    months: tuple[float, ...] = ()
    contacts: frozenset[str] = field(default=frozenset(), repr=False)
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    window_days: tuple[float, float] = (0.0, inf)


@dataclass(frozen=True)
class Correlation:
    """Two inputs that move together: their rank correlation, between -1 and 1, and why."""

    first: str
    second: str
    value: float
    reason: str


@dataclass(frozen=True)
class Model:
    """Inputs and the lines made of them; order does not matter.

    Raises
    ------
    CareworthError
        If two inputs or two lines share a name, or a line names an input that there is not.
    """

    inputs: tuple[Input, ...]
    lines: tuple[Line, ...]
    correlations: tuple[Correlation, ...] = ()

    def __post_init__(self):
        for kind, named in (("input", self.inputs), ("line", self.lines)):
            names = [each.name for each in named]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise CareworthError(f"{kind} {twice[0]!r} is there twice; give each a name of its own")
        known = {each.name for each in self.inputs}
        for line in self.lines:
            if unknown := sorted({factor.removeprefix(REST) for factor in line.factors} - known):
                raise CareworthError(f"line {line.name!r}: no input {unknown[0]!r}")

    def grade(self, line: Line) -> str:
        """How well the line is known: as well as its worst input."""
        grades = {each.name: each.grade for each in self.inputs}
        return max((grades[factor.removeprefix(REST)] for factor in line.factors), default="A")

    def means(self) -> dict[str, float]:
        """The mean of each input."""
        return {each.name: each.distribution.mean for each in self.inputs}

    def without(self, grade: str) -> "Model":
        """The model without the gains of this grade."""
        kept = tuple(line for line in self.lines if line.side == COST or self.grade(line) != grade)
        return Model(self.inputs, kept, self.correlations)


def amount(line: Line, values: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """What the line comes to, for the given values of the inputs (numbers, or arrays of one length)."""
    total = np.float64(1.0)
    for factor in line.factors:
        total = total * (1 - values[factor.removeprefix(REST)] if factor.startswith(REST) else values[factor])
    return np.asarray(total)


def total(model: Model, side: str, values: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """The sum of all costs or of all gains."""
    lines = sorted((line for line in model.lines if line.side == side), key=lambda line: line.name)
    return np.asarray(sum((amount(line, values) for line in lines), np.float64(0.0)))


def return_on_cost(model: Model, values: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """ROI for the given values of the inputs, as a ratio: 0.25 means that 100 spent brought 125 back (METRICS.md M9)."""
    cost = total(model, COST, values)
    return (total(model, GAIN, values) - cost) / cost
