"""Batch runs: check every campaign, run its notebooks by papermill, publish what ran to its end."""

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, time
from typing import NamedTuple

import polars as pl

from careworth.config import Campaign, Workspace, campaign_file, campaign_ids, load_campaign, load_workspace, workspace_file
from careworth.errors import CareworthError
from careworth.execution import CAMPAIGN_NOTEBOOKS, Value, declared_parameters, notebooks_folder, run_notebook
from careworth.files import sha256, sha256_of_all, write_bytes
from careworth.lake import Lake, code_fingerprint, open_lake
from careworth.report import render_index
from careworth.study import Study

#: Age at which the folder of an unfinished run is taken for one that was killed.
LEFT_OVER_SECONDS = 24 * 3600


class Outcome(NamedTuple):
    """How the run of one campaign ended: done, unchanged or failed, and why."""

    campaign_id: str
    status: str
    seconds: float
    reason: str = ""


def check_campaigns(workspace: Workspace, chosen: list[str]) -> list[Campaign]:
    """The chosen campaigns (none chosen: all); those not chosen are checked too, since the portfolio page names them."""
    checked = {each: load_campaign(workspace, each) for each in (*chosen, *campaign_ids(workspace))}
    return [checked[each] for each in dict.fromkeys(chosen or checked)]


def _require_accounts(workspace: Workspace, campaigns: list[Campaign], lake: Lake) -> None:
    # Only the lake knows the accounts, and a notebook would find the wrong one when other campaigns have already run.
    for each in campaigns:
        _ = Study(workspace, each, lake).accounts


def run_campaigns(
    workspace_root: Path, chosen: list[str], reports: Path, jobs: int, force: bool = False, given: dict[str, Value] | None = None
) -> Iterator[Outcome]:
    """One outcome per campaign as it ends; then the portfolio page is written.

    `given` are values for parameters of the notebooks, in place of what the workspace says.

    Raises
    ------
    CareworthError
        If the workspace or any chosen campaign is not valid; nothing has run or been written then.
    """
    workspace = load_workspace(workspace_root)
    campaigns = check_campaigns(workspace, chosen)
    lake = open_lake(workspace, refresh=True)
    _require_accounts(workspace, campaigns, lake)
    keys = {each.id: _key(workspace, each, lake, given or {}) for each in campaigns}
    stale = [each for each in campaigns if force or not _is_current(reports / each.id, keys[each.id])]
    yield from (Outcome(each.id, "unchanged", 0.0) for each in campaigns if each not in stale)
    failures = {}
    _remove_left_over(reports)
    with ProcessPoolExecutor(max_workers=max(1, min(jobs, len(stale) or 1)), mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(run_campaign, workspace_root, each.id, reports, keys[each.id], given or {}): each.id for each in stale
        }
        for future in as_completed(running):
            outcome = _outcome_of(future, running[future])
            failures |= {outcome.campaign_id: outcome.reason} if outcome.status == "failed" else {}
            yield outcome
    write_index(workspace, reports, failures)


def _outcome_of(future: Future, campaign_id: str) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(campaign_id, "failed", 0.0, "its process was killed; it may have run out of memory: try --jobs 1")


def _remove_left_over(reports: Path) -> None:
    # A run that was killed could not remove its folder; a younger one may belong to a run elsewhere.
    for folder in reports.glob(".*.tmp"):
        if time() - folder.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def run_campaign(workspace_root: Path, campaign_id: str, reports: Path, key: str, given: dict[str, Value]) -> Outcome:
    """Run one campaign's notebooks in a folder of their own and publish it whole, or leave the last report as it was."""
    started = perf_counter()
    staging = reports / f".{campaign_id}.{os.getpid()}.tmp"
    try:
        for name in CAMPAIGN_NOTEBOOKS:
            declared = declared_parameters(notebooks_folder() / f"{name}.ipynb")
            own = {each: value for each, value in given.items() if each in declared}
            run_notebook(name, workspace_root, staging, staging / campaign_id / "notebooks", campaign_id, **own)
        _publish(staging / campaign_id, reports / campaign_id, key)
    except CareworthError as error:
        return Outcome(campaign_id, "failed", perf_counter() - started, str(error))
    except OSError as error:
        return Outcome(campaign_id, "failed", perf_counter() - started, f"the report could not be written: {error.strerror}")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Outcome(campaign_id, "done", perf_counter() - started)


def _key(workspace: Workspace, campaign: Campaign, lake: Lake, given: dict[str, Value]) -> str:
    notebooks = notebooks_folder()
    parts = {
        "lake": lake.manifest["key"],
        "workspace": sha256(workspace_file(workspace.root)),
        "campaign": sha256(campaign_file(workspace, campaign.id)),
        "labels": _labels_hash(workspace),
        "notebooks": sha256_of_all(sorted(notebooks.glob("*.ipynb")), notebooks),
        "code": code_fingerprint(),
        "given": given,
    }
    return json.dumps(parts, sort_keys=True)


def _labels_hash(workspace: Workspace) -> str:
    path = workspace.root / workspace.reading.labels
    return sha256(path) if workspace.reading.labels and path.is_file() else ""


def _is_current(folder: Path, key: str) -> bool:
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return run["key"] == key and all(
        (folder / name).is_file() and sha256(folder / name) == digest for name, digest in run["outputs"].items()
    )


def _publish(built: Path, target: Path, key: str) -> None:
    outputs = {path.relative_to(built).as_posix(): sha256(path) for path in sorted(built.rglob("*")) if path.is_file()}
    write_bytes(built / "run.json", json.dumps({"key": key, "outputs": outputs}, indent=1).encode())
    retired = built.with_name(f"{built.name}.old")
    if target.exists():
        os.replace(target, retired)
    try:
        os.replace(built, target)
    except OSError:
        if retired.exists():
            os.replace(retired, target)
        raise


def write_index(workspace: Workspace, reports: Path, failures: dict[str, str]) -> Path:
    """The portfolio page over every campaign of the workspace that has a report or has just failed."""
    rows = []
    for campaign_id in campaign_ids(workspace):
        values = reports / campaign_id / "metric_values.parquet"
        if values.is_file() or campaign_id in failures:
            rows.append(
                {
                    "campaign": load_campaign(workspace, campaign_id),
                    "values": pl.read_parquet(values) if values.is_file() else None,
                    "failure": failures.get(campaign_id),
                    "link": f"{campaign_id}/report.html" if values.is_file() else None,
                }
            )
    return write_bytes(reports / "index.html", render_index(rows, workspace).encode())
