"""What it would be worth to know more before deciding to go on or to stop: what to measure next (METRICS.md C.10)."""

from collections.abc import Mapping

import numpy as np
from numpy.polynomial import Polynomial
from scipy import special

from careworth.results import Row, value_row
from careworth.roi.model import Model
from careworth.roi.outcomes import DRAWS, net_value, outcomes, worst_grade
from careworth.roi.sampling import uncertain
from careworth.roi.sensitivity import times_used, used

#: Degree of the curve through the net value where inputs move together.
DEGREE = 5


def information_rows(model: Model, draws: Mapping[str, np.ndarray], currency: str) -> list[Row]:
    """M11: what knowing everything, and knowing one input, would be worth before going on or stopping.

    The company's own assumptions count here, since they are what might be measured.
    """
    labels = {"n": outcomes(draws), "denominator": DRAWS, "grade": worst_grade(model)}
    worth = {f"input={name}": value for name, value in worth_knowing(model, draws).items()}
    worth["all"] = worth_deciding(net_value(model, draws))
    return [value_row("M11", "value_of_information", value, currency, slice=slice, **labels) for slice, value in worth.items()]


def worth_deciding(expected: np.ndarray) -> float:
    """How much better it is to decide in each outcome by its expected net value than once for all.

    Going on gains the net value, stopping gains nothing.

    Examples
    --------
    An even chance of winning 100 or losing 60: unseen one goes on for 20; seen one stops in time, for 50.

    >>> worth_deciding(np.array([100.0, -60.0]))
    30.0
    """
    return float(np.maximum(expected, 0.0).mean() - max(expected.mean(), 0.0))


def worth_knowing(model: Model, draws: Mapping[str, np.ndarray]) -> dict[str, float]:
    """By uncertain input that a line uses: the expected value of knowing it exactly."""
    known = [each.name for each in uncertain(model) if each in used(model)]
    if _is_straight(model):
        means = model.means()
        return {name: worth_deciding(net_value(model, means | {name: draws[name]})) for name in known}
    net = net_value(model, draws)
    return {name: worth_deciding(_expected_at(draws[name], net)) for name in known}


def _is_straight(model: Model) -> bool:
    """Whether the expected net value is a straight line in each input, the others at their means."""
    names = [each.name for each in used(model)]
    return not model.correlations and all(times_used(line, name) <= 1 for line in model.lines for name in names)


def _expected_at(values: np.ndarray, net: np.ndarray) -> np.ndarray:
    """The net value to be expected at each draw of one input: a smooth curve through all draws, along its normal scores."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    scores = special.ndtri((ranks + 0.5) / len(values))
    return Polynomial.fit(scores, net, DEGREE)(scores)
