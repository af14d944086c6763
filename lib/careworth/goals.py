"""Goals against what was measured (METRICS.md E10): met, not met, or not yet distinguishable."""

import polars as pl

from careworth.config import Campaign
from careworth.registry import METRICS, metric_words
from careworth.results import BEFORE, Row, pick, value_row
from careworth.stats import Estimate, detectable_change
from careworth.targets import Goal

#: Said in place of "met" where nothing is known of what was there before, or where the goal was surely reached before, too.
NO_BASELINE, AS_BEFORE = "reached, without a baseline", "reached, as it was before"

#: The headline numbers of a report; one that moves without a goal tempts to call it a success afterwards.
HEADLINES = ("S1", "S2", "S6", "Q1", "M2")

#: What a set of goals has to hold one of each (METRICS.md R154), by category and by id.
KINDS = {
    "customer-service metric, such as the share resolved": {"service", "contact centre", "E4", "Q4", "Q5", "Q6", "Q7"},
    "social metric, such as tone or volume": {"audience", "volume", "Q1", "Q2", "Q3", "Q10", "Q11", "E1", "E2", "E3", "E12"},
}


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
    baseline = _baseline(goal, pick(values, *goal.metric.split(".", 1), BEFORE), measured["unit"])
    reason = _judged(goal, estimate, baseline) + ("; post hoc" if goal.registered_on >= campaign.start else "")
    return [
        value_row("E10", goal.metric, estimate, measured["unit"], slice="value", reason=reason, **labels),
        value_row("E10", goal.metric, goal.aim, measured["unit"], slice="target", reason=_registered(goal)),
        *baseline,
        *_attained(goal, estimate, labels),
        *_detectable(goal, measured),
    ]


def _judged(goal: Goal, estimate: Estimate, baseline: list[Row]) -> str:
    said = verdict(estimate, goal.aim, goal.direction)
    if said != "met":
        return said
    if not baseline:
        return NO_BASELINE
    start = Estimate(*(baseline[0][name] for name in ("value", "low", "high")))
    return AS_BEFORE if verdict(start, goal.aim, goal.direction) == "met" else said


def _baseline(goal: Goal, before: Row | None, unit: str) -> list[Row]:
    # What the file states was agreed on; what was measured before the campaign stands in where it states nothing.
    if goal.baseline is not None:
        reason = "as the campaign's file states it; how it was measured is not known here"
        return [value_row("E10", goal.metric, goal.baseline, unit, slice="baseline", grade="C", reason=reason)]
    if before is None or before["value"] is None:
        return []
    return [before | {"metric_id": "E10", "variant": goal.metric, "slice": "baseline"}]


def _registered(goal: Goal) -> str:
    marks = ("; primary" if goal.primary else "") + (f"; by {goal.by}" if goal.by else "")
    return f"registered on {goal.registered_on}{_change(goal)}{marks}"


def _change(goal: Goal) -> str:
    way = {"percent": "% of the baseline", "points": "points"}
    return f" as {goal.change:g} {way[goal.unit]} {goal.direction} from {goal.baseline:g}" if goal.change is not None else ""


def _attained(goal: Goal, estimate: Estimate, labels: dict) -> list[Row]:
    # How far of the way from the baseline to the target; a goal cannot be set without any way to go.
    if goal.baseline is None:
        return []
    way = goal.aim - goal.baseline
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


def goal_warnings(values: pl.DataFrame, campaign: Campaign) -> list[str]:
    """What the goals of a campaign lack, a sentence each (R143, R145, R153, R154); `values` holds the rows of its goals too."""
    if not campaign.goals:
        return ["No goal is registered, so nothing here can be said to be met or missed."]
    each = [warning for goal in campaign.goals for warning in (_incomplete(values, goal), _unpowered(values, goal)) if warning]
    return [*each, *_too_many(campaign), *_without_goal(values, campaign), *_one_sided(campaign)]


def _name(goal: Goal) -> str:
    return metric_words(*goal.metric.split(".", 1))


def _incomplete(values: pl.DataFrame, goal: Goal) -> str | None:
    measured = pick(values, "E10", goal.metric, "value")
    if measured is None or measured["value"] is None:
        return f"{_name(goal)}: the goal has no number in this report, so it cannot be judged."
    known = {
        "baseline": pick(values, "E10", goal.metric, "baseline") is not None,
        "deadline": goal.by is not None,
        "owner": bool(goal.owner.strip()),
    }
    missing = [name for name, is_known in known.items() if not is_known]
    return f"{_name(goal)}: the goal has no {' and no '.join(missing)}." if missing else None


def _unpowered(values: pl.DataFrame, goal: Goal) -> str | None:
    start, least = (pick(values, "E10", goal.metric, name) for name in ("baseline", "detectable"))
    if start is None:
        return None
    way = (goal.aim - start["value"]) * (1 if goal.direction == "up" else -1)
    if way <= 0:
        return f"{_name(goal)}: it stood at {start['value']:.3g} before, so to reach {goal.aim:.3g} shows no change."
    if least is None or (least["value"] is not None and least["value"] <= way):
        return None
    return f"{_name(goal)}: the way from {start['value']:.3g} to {goal.aim:.3g} is shorter than this volume can show."


def _too_many(campaign: Campaign) -> list[str]:
    count, most = len(campaign.goals), campaign.most_goals
    return [f"{count} goals are registered; with more than {most}, some are met by chance and none is pursued."] * (count > most)


def _without_goal(values: pl.DataFrame, campaign: Campaign) -> list[str]:
    aimed = {goal.metric.split(".")[0] for goal in campaign.goals}
    measured = set(values.filter(pl.col("value").is_not_null())["metric_id"])
    names = [METRICS[name].name for name in HEADLINES if name in measured and name not in aimed]
    return [f"Headline numbers without a goal, to be read as they are: {', '.join(names)}."] if names else []


def _one_sided(campaign: Campaign) -> list[str]:
    aimed = {goal.metric.split(".")[0] for goal in campaign.goals}
    aimed |= {METRICS[name].category for name in aimed}
    return [f"None of the goals is on a {kind}." for kind, fitting in KINDS.items() if not aimed & fitting]
