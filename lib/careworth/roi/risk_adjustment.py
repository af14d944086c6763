"""ROI with each line at the mean of its low, likely and high value, as Total Economic Impact studies do (METRICS.md C.10).

For comparison only: one number for each line hides how far it may be off, and how often the whole ends in a loss.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.roi.distributions import Triangular
from careworth.roi.model import COST, GAIN, Model, amount

#: Low, likely and high of a line.
Range = tuple[float, float, float]

LINES = "lines of costs and gains"
REASON = "each line at the mean of its low, likely and high value; for comparison only"


def risk_adjusted(low: float, likely: float, high: float) -> float:
    """The mean of the triangle over a line's low, likely and high value.

    Raises
    ------
    CareworthError
        If a number is not finite or they are out of order.

    Examples
    --------
    >>> risk_adjusted(80, 100, 105), round(risk_adjusted(98, 100, 115), 1)  # a benefit, a cost: METRICS.md C.10
    (95.0, 104.3)
    """
    return Triangular(low, likely, high).mean


def risk_adjusted_return(costs: Iterable[Range], gains: Iterable[Range]) -> float:
    """ROI, as a ratio, of the risk-adjusted lines.

    Raises
    ------
    CareworthError
        If the costs come to nothing.

    Examples
    --------
    >>> round(risk_adjusted_return([(98, 100, 115)], [(80, 100, 105)]), 3)  # 95 / 104.33 - 1
    -0.089
    """
    cost, gain = (sum(risk_adjusted(*each) for each in ranges) for ranges in (costs, gains))
    if cost <= 0:
        raise CareworthError(f"the costs come to {cost:g}; a return needs a cost above 0")
    return gain / cost - 1


def middle_range(draws: np.ndarray) -> Range:
    """Low, likely and high of what was drawn: the 5th, the 50th and the 95th percentile."""
    low, likely, high = np.quantile(draws, [0.05, 0.5, 0.95]).tolist()
    return low, likely, high


def risk_adjusted_row(model: Model, draws: Mapping[str, np.ndarray | float]) -> Row:
    """M9 `risk_adjusted`, with the grade of the worst line; unknown without a cost or without a gain."""
    ranges = {side: [middle_range(amount(line, draws)) for line in model.lines if line.side == side] for side in (COST, GAIN)}
    if missing := [side for side in (COST, GAIN) if not ranges[side]]:
        return value_row("M9", "risk_adjusted", None, "ratio", reason=f"no {missing[0]} of this campaign is known")
    labels = {"n": len(model.lines), "denominator": LINES, "grade": max(map(model.grade, model.lines)), "reason": REASON}
    return value_row("M9", "risk_adjusted", risk_adjusted_return(ranges[COST], ranges[GAIN]), "ratio", **labels)
