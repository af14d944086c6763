"""The seven steps to a service that shows its worth (METRICS.md R136), each with how far it is done in this campaign."""

from typing import NamedTuple

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.results import pick


class Step(NamedTuple):
    """One step: done, partly or open, and by what that shows."""

    name: str
    status: str
    sentence: str


def steps(values: pl.DataFrame, campaign: Campaign, workspace: Workspace) -> list[Step]:
    """The steps in the order of work; each is done when all that it asks for is there, partly when some of it is."""
    known = values.filter(pl.col("value").is_not_null())
    goals = known.filter(metric_id="E10", slice="value")
    early = [goal for goal in campaign.goals if goal.registered_on < campaign.start]
    costs = pick(values, "P1", "costs_complete", "passed")
    return [
        _step("Educate", {"an audit of where the organisation stands": _has(known, "E11")}),
        _step(
            "Make the business case",
            {
                "a budget": campaign.budget is not None,
                "complete cost lines": costs is not None and costs["value"] == 1,
            },
        ),
        _step("Set goals", {"goals registered before the start": bool(early)}),
        _step("Choose a strategy", {"a strategy": bool(campaign.strategy), "a promise of speed": bool(workspace.sla)}),
        _step("Measure", {"a number for each goal": bool(campaign.goals) and goals.height == len(campaign.goals)}),
        _step("Show results", {"verdicts on goals": goals.height > 0, "a return": _has(known, "M9")}),
        _step("Stop, start, continue", {"decisions by rules": _has(known, "P8")}),
    ]


def _has(known: pl.DataFrame, metric_id: str) -> bool:
    return not known.filter(metric_id=metric_id).is_empty()


def _step(name: str, asked: dict[str, bool]) -> Step:
    there, missing = [each for each in asked if asked[each]], [each for each in asked if not asked[each]]
    status = "done" if not missing else "partly" if there else "open"
    told = [f"there: {', '.join(there)}"] if there else []
    return Step(name, status, "; ".join([*told, *([f"missing: {', '.join(missing)}"] if missing else [])]))
