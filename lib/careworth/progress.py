"""How a batch run tells what it does: a live bar for people, plain lines for a log, one JSON object a line for programs."""

import json
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from careworth.batch import Event, Outcome, Plan


def tell(told: Iterable[Plan | Event | Outcome], reports: Path, console: Console, as_json: bool) -> Iterator[Outcome]:
    """The outcome of each campaign, after it has been told; stages begun show on a terminal, and as JSON."""
    bar = _bar(console) if console.is_terminal and not as_json else None
    left: dict[str, int] = {}
    with bar or nullcontext():
        task = bar.add_task("reading sources ...", total=None) if bar else None
        for each in told:
            if as_json:
                print(json.dumps(_plain(each)), flush=True)
            if isinstance(each, Plan):
                left = {campaign.id: len(campaign.stages) for campaign in each.campaigns}
                bar and bar.update(task, total=max(1, sum(left.values())), description="")
            elif isinstance(each, Event):
                bar and bar.update(task, description=f"{each.campaign_id}: {each.stage}", advance=_stage_done(left, each))
            else:
                bar and bar.update(task, advance=left.pop(each.campaign_id, 0))
                as_json or console.print(outcome_line(each, reports))
                yield each


def _bar(console: Console) -> Progress:
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def _stage_done(left: dict[str, int], event: Event) -> int:
    # The last stage ends with its campaign; each before ends when the next begins.
    if event.number == 0 or left.get(event.campaign_id, 0) <= 1:
        return 0
    left[event.campaign_id] -= 1
    return 1


def _plain(told: Plan | Event | Outcome) -> dict:
    if isinstance(told, Plan):
        return {"event": "plan", "stages": {each.id: each.stages for each in told.campaigns}, "broken": told.broken}
    return {"event": "outcome" if isinstance(told, Outcome) else "stage"} | told._asdict()


def outcome_line(outcome: Outcome, reports: Path) -> str:
    """One line on how a campaign ended: where its report is and how long it took, or why it has none."""
    if outcome.status == "failed":
        return f"{outcome.campaign_id:<24} FAILED: {outcome.reason}"
    took = "unchanged" if outcome.status == "unchanged" else f"{outcome.seconds:.0f} s"
    return f"{outcome.campaign_id:<24} {reports / outcome.campaign_id / 'report.html'}  ({took})"


def plan_lines(plan: Plan, as_json: bool) -> list[str]:
    """What a run would start, a line for each campaign; or all of it as one JSON object."""
    if as_json:
        return [json.dumps(_plain(plan))]
    lines = [f"{each.id:<24} {', '.join(each.stages) or 'unchanged'}" for each in plan.campaigns]
    return lines + [f"{name:<24} cannot run: {reason}" for name, reason in plan.broken.items()]
