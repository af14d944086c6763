"""What moves the return, one input at a time, and where it would be zero (METRICS.md M11, M12)."""

import numpy as np
from numpy.polynomial import Polynomial

from careworth.results import Row, value_row
from careworth.roi.distributions import Beta, Fixed
from careworth.roi.model import COST, REST, Input, Line, Model, return_on_cost, total
from careworth.roi.outcomes import headline, net_value, worst_grade
from careworth.roi.sampling import uncertain
from careworth.stats import Estimate


def swing_rows(model: Model) -> list[Row]:
    """M11: the return with one input at its 5th and at its 95th percentile, the others at their means; the widest first."""
    shown = headline(model)
    ends = sorted(swings(shown).items(), key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))
    grade = worst_grade(shown)
    return [_swing_row(_named(shown, name), low, high, grade) for name, (low, high) in ends]


def swings(model: Model) -> dict[str, tuple[float, float]]:
    """By uncertain input that a line uses: the return at its 5th percentile and at its 95th."""
    means = model.means()
    ends = {each.name: each.distribution.quantiles(np.array([0.05, 0.95])) for each in used(model) if each in uncertain(model)}
    returns = {name: return_on_cost(model, means | {name: pair}) for name, pair in ends.items()}
    return {name: (float(low), float(high)) for name, (low, high) in returns.items()}


def break_even_rows(model: Model) -> list[Row]:
    """M12: the value of each input at which the return is zero, the others at their means; why not, where there is none."""
    shown = headline(model)
    grade = worst_grade(shown)
    return [_break_even_row(each, break_even(shown, each), grade) for each in used(shown)]


def break_even(model: Model, by: Input) -> float | None:
    """The possible value of the input nearest to its mean at which gains are what they cost; None if there is none.

    The net value is a polynomial in one input, a straight line if no line uses it twice, so that the zero is exact.
    """
    possible = [zero for zero in _zeros_of_net(model, by) if _is_possible(model, by, zero)]
    return min(possible, key=lambda zero: (abs(zero - by.distribution.mean), zero), default=None)


def possible_range(of: Input) -> tuple[float, float]:
    """The lowest and the highest value that the input can have; what is known exactly might have been any of its kind."""
    distribution = of.distribution
    if isinstance(distribution, Beta):
        return distribution.least, distribution.most
    if isinstance(distribution, Fixed):
        return (0.0 if distribution.value >= 0 else -np.inf), (1.0 if of.unit == "share" else np.inf)
    low, high = distribution.quantiles(np.array([0.0, 1.0]))
    return float(low), float(high)


def used(model: Model) -> list[Input]:
    """The inputs that a line uses, by name."""
    names = {factor.removeprefix(REST) for line in model.lines for factor in line.factors}
    return sorted((each for each in model.inputs if each.name in names), key=lambda each: each.name)


def times_used(line: Line, name: str) -> int:
    """How many factors of the line are this input or what is left of it."""
    return sum(factor.removeprefix(REST) == name for factor in line.factors)


def _zeros_of_net(model: Model, by: Input) -> list[float]:
    degree = max((times_used(line, by.name) for line in model.lines), default=0)
    at = by.distribution.mean + max(abs(by.distribution.mean), 1.0) * np.arange(degree + 1)
    value = np.broadcast_to(net_value(model, model.means() | {by.name: at}), at.shape)
    fitted = Polynomial.fit(at, value, degree)
    # What rounding leaves of a coefficient that is nought would give a zero far away.
    roots = fitted.trim(1e-12 * np.abs(fitted.coef).max()).roots()
    return [float(root.real) for root in roots if abs(root.imag) <= 1e-9 * max(abs(root), 1.0)]


def _is_possible(model: Model, by: Input, value: float) -> bool:
    """Whether the input can have this value and the programme still costs something, without which there is no return."""
    low, high = possible_range(by)
    usual, then = (float(total(model, COST, values)) for values in (model.means(), model.means() | {by.name: value}))
    return low <= value <= high and then > 1e-9 * usual


def _named(model: Model, name: str) -> Input:
    return next(each for each in model.inputs if each.name == name)


def _swing_row(of: Input, low: float, high: float, grade: str) -> Row:
    swing = Estimate(abs(high - low), min(low, high), max(low, high))
    reason = "the return rises with it" if high > low else "the return falls with it" if high < low else "it moves nothing"
    labels = {"n": of.n, "denominator": of.denominator, "grade": grade, "slice": f"input={of.name}"}
    return value_row("M11", "swing", swing, "ratio", reason=reason, **labels)


def _break_even_row(of: Input, value: float | None, grade: str) -> Row:
    low, high = possible_range(of)
    words = f"expected: {of.distribution.mean:,.6g}"
    if value is None:
        words = f"no value from {low:,.6g} to {high:,.6g} makes the return zero, others at their means; {words}"
    labels = {"n": of.n, "denominator": of.denominator, "grade": grade, "slice": f"input={of.name}"}
    return value_row("M12", "break_even", value, of.unit, reason=words, **labels)
