"""A run from its plan to the portfolio page."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from careworth.batch.dispatch import Event, Limits, Outcome, dispatch
from careworth.batch.ledger import locked, read_ledger, write_ledger
from careworth.batch.manifest import read_manifest
from careworth.batch.portfolio import write_index
from careworth.batch.stages import Inputs, stages_to_run
from careworth.batch.worker import Job
from careworth.config import Campaign, Workspace, campaign_ids, load_campaign, load_workspace
from careworth.execution import CAMPAIGN_NOTEBOOKS, Value, notebooks_folder
from careworth.files import sha256
from careworth.lake import open_lake


@dataclass(frozen=True)
class Request:
    """What somebody asks for: a workspace, some of its campaigns (none: all), a folder for the reports, and how to run."""

    workspace: Path
    reports: Path
    campaigns: list[str] = field(default_factory=list)
    jobs: int = 1
    force: bool = False
    given: dict[str, Value] = field(default_factory=dict)
    limits: Limits = Limits()
    has_kernels: bool = False
    notebooks: Path = field(default_factory=notebooks_folder)


class Planned(NamedTuple):
    """One campaign of a run: what it is computed from, and the stages that no longer hold."""

    inputs: Inputs
    stages: list[str]


def plan(request: Request) -> tuple[Workspace, list[Planned]]:
    """The workspace and what a run of its campaigns would start; nothing but the lake is written.

    Raises
    ------
    CareworthError
        If the workspace or any chosen campaign is not valid, or a source cannot be read.
    """
    workspace = load_workspace(request.workspace)
    campaigns = check_campaigns(workspace, request.campaigns)
    lake = open_lake(workspace, refresh=True)
    inputs = [Inputs(workspace, each, lake, request.given, _previous(request, each), request.notebooks) for each in campaigns]
    planned = [_planned(request, each) for each in inputs]
    _require_accounts([each.inputs for each in planned if each.stages])
    return workspace, planned


def _planned(request: Request, inputs: Inputs) -> Planned:
    folder = request.reports / inputs.campaign.id
    stages = list(CAMPAIGN_NOTEBOOKS) if request.force else stages_to_run(inputs, read_manifest(folder), folder)
    return Planned(inputs, stages)


def _previous(request: Request, campaign: Campaign) -> str:
    path = request.reports / campaign.previous / "metric_values.parquet"
    return sha256(path) if campaign.previous and path.is_file() else ""


def check_campaigns(workspace: Workspace, chosen: list[str]) -> list[Campaign]:
    """The chosen campaigns (none chosen: all); those not chosen are checked too, since the portfolio page names them."""
    checked = {each: load_campaign(workspace, each) for each in (*chosen, *campaign_ids(workspace))}
    return [checked[each] for each in dict.fromkeys(chosen or checked)]


def _require_accounts(planned: list[Inputs]) -> None:
    # Only the lake knows the accounts, and a notebook would find the wrong one when other campaigns have already run.
    if planned:
        from careworth.study import Study

        for each in planned:
            _ = Study(each.workspace, each.campaign, each.lake).accounts


def run_campaigns(request: Request) -> Iterator[Event | Outcome]:
    """What begins, and how each campaign ends, as it happens; then the portfolio page is written.

    Raises
    ------
    CareworthError
        If the workspace or any chosen campaign is not valid, or another run is at work; nothing has run or been written then.
    """
    workspace, planned = plan(request)
    with locked(request.reports):
        _remove_left_over(request.reports)
        before = read_ledger(request.reports)
        failures = dict(before.failed)
        for each in planned:
            if not each.stages:
                failures.pop(each.inputs.campaign.id, None)
                yield Outcome(each.inputs.campaign.id, "unchanged", 0.0)
        jobs = [Job(each.inputs, request.reports, request.force, request.has_kernels) for each in planned if each.stages]
        for told in dispatch(jobs, request.jobs, request.limits):
            if isinstance(told, Outcome):
                failures.pop(told.campaign_id, None)
                failures |= {told.campaign_id: told.reason} if told.status == "failed" else {}
            yield told
        write_ledger(request.reports, write_index(workspace, request.reports, before._replace(failed=failures)))


def _remove_left_over(reports: Path) -> None:
    # Whoever holds the lock is alone here: what lies about belongs to a run that was killed.
    for path in reports.glob(".*.tmp"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
