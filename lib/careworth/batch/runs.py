"""A run from its plan to the portfolio page."""

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from careworth.batch.cluster import dispatch_on_cluster, work_on_cluster
from careworth.batch.dispatch import Event, Limits, Outcome, dispatch
from careworth.batch.ledger import locked, read_ledger, refuse_if_locked, write_ledger
from careworth.batch.manifest import read_manifest
from careworth.batch.portfolio import renew_index
from careworth.batch.stages import Inputs, previous_hash, settings_hashes, stages_to_run
from careworth.batch.worker import Job
from careworth.config import Campaign, Workspace, campaign_ids, load_campaign, load_workspace
from careworth.errors import ConfigError
from careworth.execution import CAMPAIGN_NOTEBOOKS, Value, notebooks_folder
from careworth.lake import Lake, open_lake
from careworth.lake.accounts import accounts_of
from careworth.redaction import redacted, secrets_of


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
    cluster: str = ""


class Planned(NamedTuple):
    """One campaign of a run: what it is computed from, and the stages that no longer hold."""

    inputs: Inputs
    stages: list[str]

    @property
    def id(self) -> str:
        """The campaign's id."""
        return self.inputs.campaign.id


class Plan(NamedTuple):
    """What a run would do: the workspace, its campaigns, and what is wrong with each campaign that cannot run."""

    workspace: Workspace
    campaigns: list[Planned]
    broken: dict[str, str]


def plan(request: Request) -> Plan:
    """What a run would start; nothing but the lake is written.

    Raises
    ------
    CareworthError
        If the workspace is not valid, none of the campaigns is, or a source cannot be read.
    """
    # Workers stand in another folder than whoever starts the run.
    workspace = load_workspace(request.workspace.resolve() if request.cluster else request.workspace)
    campaigns, broken = check_campaigns(workspace, request.campaigns)
    with work_on_cluster(request.cluster) if request.cluster else nullcontext(map) as each:
        lake = open_lake(workspace, refresh=True, each=each)
    planned = _with_followers([_planned(request, _inputs(request, workspace, each, lake)) for each in campaigns])
    broken |= _without_accounts([each for each in planned if each.stages])
    return _refuse_if_none(Plan(workspace, [each for each in planned if each.id not in broken], broken))


def _refuse_if_none(found: Plan) -> Plan:
    if found.broken and not found.campaigns:
        raise ConfigError(next(iter(found.broken.values())))
    return found


def _inputs(request: Request, workspace: Workspace, campaign: Campaign, lake: Lake) -> Inputs:
    settings, previous = settings_hashes(workspace, campaign), previous_hash(campaign, request.reports)
    return Inputs(workspace, campaign, lake, settings, request.given, previous, request.notebooks)


def _planned(request: Request, inputs: Inputs) -> Planned:
    folder = request.reports / inputs.campaign.id
    stages = list(CAMPAIGN_NOTEBOOKS) if request.force else stages_to_run(inputs, read_manifest(folder), folder)
    return Planned(inputs, stages)


def _with_followers(planned: list[Planned]) -> list[Planned]:
    # A report that follows up on another campaign's decisions is made again when that one is.
    stale = {each.id for each in planned if each.stages}
    follows = [not each.stages and each.inputs.campaign.previous in stale for each in planned]
    return [
        each._replace(stages=[CAMPAIGN_NOTEBOOKS[-1]]) if is_one else each for each, is_one in zip(planned, follows, strict=True)
    ]


def check_campaigns(workspace: Workspace, chosen: list[str]) -> tuple[list[Campaign], dict[str, str]]:
    """The chosen campaigns (none chosen: all) whose files are valid, and what is wrong with each of the others.

    Raises
    ------
    ConfigError
        If a chosen one does not exist.
    """
    known, valid, broken = campaign_ids(workspace), [], {}
    for each in dict.fromkeys(chosen or known):
        try:
            valid.append(load_campaign(workspace, each))
        except ConfigError as error:
            if each not in known:
                raise
            broken[each] = str(error)
    return valid, broken


def _without_accounts(planned: list[Planned]) -> dict[str, str]:
    # Only the lake knows the accounts, and a notebook would find the wrong one when other campaigns have already run.
    broken = {}
    for each in planned:
        try:
            accounts_of(each.inputs.workspace, each.inputs.campaign, each.inputs.lake)
        except ConfigError as error:
            broken[each.id] = str(error)
    return broken


def run_campaigns(request: Request) -> Iterator[Plan | Event | Outcome]:
    """What is planned, what begins, and how each campaign ends, as it happens; then the portfolio page is written.

    Raises
    ------
    CareworthError
        If the workspace is not valid, none of the campaigns is, or another run is at work; nothing has been written then.
    """
    refuse_if_locked(request.reports)
    found = plan(request)
    with locked(request.reports):
        _remove_left_over(request.reports)
        before = read_ledger(request.reports)
        failures, secrets = dict(before.failed), secrets_of(found.workspace)
        for told in _told(found, request):
            if isinstance(told, Outcome):
                told = told._replace(reason=redacted(told.reason, secrets))
                failures.pop(told.campaign_id, None)
                failures |= {told.campaign_id: told.reason} if told.status == "failed" else {}
            yield told
        _remove_left_over(request.reports)
        after = renew_index(found.workspace, request.reports, before._replace(failed=failures))
        if after != before:
            write_ledger(request.reports, after)


def _told(found: Plan, request: Request) -> Iterator[Plan | Event | Outcome]:
    yield found
    yield from (Outcome(name, "failed", 0.0, reason) for name, reason in found.broken.items())
    yield from (Outcome(each.id, "unchanged", 0.0) for each in found.campaigns if not each.stages)
    jobs = [Job(each.inputs, request.reports, request.force, request.has_kernels) for each in found.campaigns if each.stages]
    if request.cluster:
        yield from dispatch_on_cluster(jobs, request.cluster, request.limits)
    else:
        yield from dispatch(jobs, request.jobs, request.limits)


def _remove_left_over(reports: Path) -> None:
    # Whoever holds the lock is alone here: what lies about belongs to a run that was killed, or to a worker that was cut off and
    # may still be writing.
    for path in reports.glob(".*.tmp"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
