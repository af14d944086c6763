"""Goals against what was measured (METRICS.md E10): met, not met, or not yet distinguishable."""

import polars as pl

from careworth.config import Campaign, Goal
from careworth.results import Row, pick, value_row
from careworth.stats import Estimate


def goal_rows(values: pl.DataFrame, campaign: Campaign) -> list[Row]:
    """E10: for each goal the measured value with its interval, and the target; `reason` is the verdict."""
    return [row for goal in campaign.goals for row in _goal_pair(values, goal, campaign)]


def _goal_pair(values: pl.DataFrame, goal: Goal, campaign: Campaign) -> list[Row]:
    measured = pick(values, *goal.metric.split(".", 1))
    if measured is None or measured["value"] is None:
        why = measured["reason"] if measured else "not measured in this report"
        return [value_row("E10", goal.metric, None, measured["unit"] if measured else "unknown", slice="value", reason=why)]
    estimate = Estimate(measured["value"], measured["low"], measured["high"])
    labels = {"n": measured["n"], "denominator": measured["denominator"], "grade": measured["grade"]}
    reason = verdict(estimate, goal.target, goal.direction) + ("; post hoc" if goal.registered_on > campaign.start else "")
    return [
        value_row("E10", goal.metric, estimate, measured["unit"], slice="value", reason=reason, **labels),
        value_row(
            "E10", goal.metric, goal.target, measured["unit"], slice="target", reason=f"registered on {goal.registered_on}"
        ),
    ]


def verdict(estimate: Estimate, target: float, direction: str) -> str:
    """What the interval allows to say about a target.

    Examples
    --------
    >>> verdict(Estimate(0.20, 0.19, 0.21), 0.18, "up")
    'met'
    >>> verdict(Estimate(22.0, 18.0, None), 20.0, "down")
    'not yet distinguishable'
    """
    low, high = _bounds(estimate)
    if direction == "up":
        return "met" if low >= target else "not met" if high < target else "not yet distinguishable"
    return "met" if high <= target else "not met" if low > target else "not yet distinguishable"


def _bounds(estimate: Estimate) -> tuple[float, float]:
    # No bound at all is a complete count; one missing bound is a curve that never got there.
    if estimate.low is None and estimate.high is None:
        return estimate.value, estimate.value
    return (
        estimate.low if estimate.low is not None else float("-inf"),
        estimate.high if estimate.high is not None else float("inf"),
    )
