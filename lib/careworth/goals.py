"""Goals against what was measured (METRICS.md E10): met, not met, or not yet distinguishable."""

import polars as pl

from careworth.config import Campaign, Goal
from careworth.results import Row, pick, value_row
from careworth.stats import Estimate, detectable_change


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
    reason = verdict(estimate, goal.target, goal.direction) + ("; post hoc" if goal.registered_on >= campaign.start else "")
    return [
        value_row("E10", goal.metric, estimate, measured["unit"], slice="value", reason=reason, **labels),
        value_row("E10", goal.metric, goal.target, measured["unit"], slice="target", reason=_registered(goal)),
        *_attained(goal, estimate, labels),
        *_detectable(goal, measured),
    ]


def _registered(goal: Goal) -> str:
    marks = ("; primary" if goal.primary else "") + (f"; by {goal.by}" if goal.by else "")
    return f"registered on {goal.registered_on}{marks}"


def _attained(goal: Goal, estimate: Estimate, labels: dict) -> list[Row]:
    # How far of the way from the baseline to the target; a goal cannot be set without any way to go.
    if goal.baseline is None:
        return []
    way = goal.target - goal.baseline
    bounds = [None if bound is None else (bound - goal.baseline) / way for bound in estimate]
    value, *ends = bounds
    low, high = (None, None) if None in ends else sorted(ends)
    return [value_row("E10", goal.metric, Estimate(value, low, high), "share", slice="attainment", **labels)]


def _detectable(goal: Goal, measured: Row) -> list[Row]:
    # Said of every share, since a goal that this volume could never show to be met is no fair test.
    if measured["unit"] != "share" or not measured["n"]:
        return []
    change = detectable_change(measured["n"], measured["n"], measured["value"])
    reason = "smallest change between two such periods that this volume shows in four of five cases"
    if change is None:
        reason = "too few cases to show any change"
    return [
        value_row(
            "E10",
            goal.metric,
            change,
            "share",
            n=measured["n"],
            denominator=measured["denominator"],
            slice="detectable",
            grade=measured["grade"],
            reason=reason,
        )
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
