"""Batch runs: check every campaign, run its notebooks by papermill, publish what ran to its end."""

import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import polars as pl
from jupyter_client import AsyncKernelManager
from traitlets.config import Config

from careworth.config import Campaign, Workspace, campaign_ids, load_campaign, load_workspace
from careworth.errors import CareworthError, ParameterError, RunError
from careworth.files import sha256, sha256_of_all, write_bytes
from careworth.lake import Lake, code_fingerprint, open_lake
from careworth.report import render_index
from careworth.study import Study

#: The notebooks of one campaign, in order; 01_ingest serves the whole workspace.
INGEST = "01_ingest"
CAMPAIGN_NOTEBOOKS = ("02_metrics", "03_attribution", "04_roi", "05_report")

#: Seconds that one cell may take.
CELL_TIMEOUT_SECONDS = 900


class Outcome(NamedTuple):
    """How the run of one campaign ended: done, unchanged or failed, and why."""

    campaign_id: str
    status: str
    seconds: float
    reason: str = ""


def notebooks_folder() -> Path:
    """The five notebooks: beside the package when installed, else in the checkout."""
    package = Path(__file__).parent
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parents[1] / "notebooks"


def check_campaigns(workspace: Workspace, chosen: list[str]) -> list[Campaign]:
    """The chosen campaigns (none chosen: all), every one checked before anything runs."""
    return [load_campaign(workspace, each) for each in chosen or campaign_ids(workspace)]


def _require_accounts(workspace: Workspace, campaigns: list[Campaign], lake: Lake) -> None:
    # Only the lake knows the accounts, and a notebook would find the wrong one when other campaigns have already run.
    for each in campaigns:
        _ = Study(workspace, each, lake).accounts


def run_campaigns(workspace_root: Path, chosen: list[str], reports: Path, jobs: int, force: bool = False) -> Iterator[Outcome]:
    """One outcome per campaign as it ends; then the portfolio page is written.

    Raises
    ------
    CareworthError
        If the workspace or any chosen campaign is not valid; nothing has run or been written then.
    """
    workspace = load_workspace(workspace_root)
    campaigns = check_campaigns(workspace, chosen)
    lake = open_lake(workspace)
    _require_accounts(workspace, campaigns, lake)
    keys = {each.id: _key(workspace, each, lake) for each in campaigns}
    stale = [each for each in campaigns if force or not _is_current(reports / each.id, keys[each.id])]
    yield from (Outcome(each.id, "unchanged", 0.0) for each in campaigns if each not in stale)
    failures = {}
    with ProcessPoolExecutor(max_workers=max(1, min(jobs, len(stale) or 1)), mp_context=get_context("spawn")) as pool:
        running = [pool.submit(run_campaign, workspace_root, each.id, reports, keys[each.id]) for each in stale]
        for future in as_completed(running):
            outcome = future.result()
            failures |= {outcome.campaign_id: outcome.reason} if outcome.status == "failed" else {}
            yield outcome
    write_index(workspace, reports, failures)


def run_campaign(workspace_root: Path, campaign_id: str, reports: Path, key: str) -> Outcome:
    """Run one campaign's notebooks in a folder of their own and publish it whole, or leave the last report as it was."""
    started = perf_counter()
    staging = reports / f".{campaign_id}.{os.getpid()}.tmp"
    try:
        for name in CAMPAIGN_NOTEBOOKS:
            run_notebook(name, workspace_root, staging, staging / campaign_id / "notebooks", campaign_id)
        _publish(staging / campaign_id, reports / campaign_id, key)
    except CareworthError as error:
        return Outcome(campaign_id, "failed", perf_counter() - started, str(error))
    except OSError as error:
        return Outcome(campaign_id, "failed", perf_counter() - started, f"the report could not be written: {error.strerror}")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Outcome(campaign_id, "done", perf_counter() - started)


def run_notebook(name: str, workspace_root: Path, reports: Path, executed: Path, campaign_id: str = "", **given) -> Path:
    """The executed copy of one notebook, run by papermill inside the workspace folder.

    Raises
    ------
    ParameterError
        If the notebook does not declare a given parameter.
    RunError
        If a cell failed, was skipped or took too long.
    """
    import papermill

    source, target = notebooks_folder() / f"{name}.ipynb", executed / f"{name}.ipynb"
    parameters = _parameters(source, workspace_root, reports, campaign_id) | given
    require_known_parameters(source, parameters)
    executed.mkdir(parents=True, exist_ok=True)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory(prefix="careworth-") as sockets:
            papermill.execute_notebook(
                source,
                target,
                parameters,
                kernel_name="python3",
                cwd=workspace_root,
                progress_bar=False,
                execution_timeout=CELL_TIMEOUT_SECONDS,
                config=_transport(sockets),
                kernel_manager_class=_PatientManager,
            )
    except papermill.PapermillExecutionError as error:
        raise RunError(f"{name}: {error.ename}: {_sentence(error.evalue)}") from None
    except Exception as error:
        raise RunError(
            f"{name}: the kernel ended early ({type(error).__name__}); it may have run out of memory or time"
        ) from error
    _require_all_cells_ran(name, target)
    return _without_paths(target)


def _without_paths(executed: Path) -> Path:
    # papermill notes where it ran; a shared notebook names no folder of this machine.
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    notebook["metadata"].pop("papermill", None)
    return write_bytes(executed, json.dumps(notebook, indent=1, ensure_ascii=False).encode())


class _PatientManager(AsyncKernelManager):
    # Jupyter's own interrupts a kernel before it asks it to stop; one still busy with its last reply logs that as an error.
    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        await self.request_shutdown(restart)
        await self.finish_shutdown(restart=restart)
        await self.cleanup_resources(restart)


def _transport(sockets: str) -> Config:
    # Over TCP, anybody on this machine could listen to a kernel; sockets in a private folder are not for others.
    on_files = {"transport": "ipc", "ip": f"{sockets}/kernel"}
    return Config({"KernelManager": on_files} if os.name == "posix" else {})


def require_known_parameters(notebook: Path, given: dict) -> None:
    """Refuse parameters that the notebook's `parameters` cell does not declare; papermill itself only warns."""
    known = declared_parameters(notebook)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ParameterError(f"{notebook.name}: unknown parameter {unknown[0]!r}; choose from {', '.join(known)}")


def declared_parameters(notebook: Path) -> list[str]:
    """The names in the notebook's `parameters` cell.

    Raises
    ------
    ParameterError
        If no cell carries that tag: papermill would run on with the defaults.
    """
    import papermill

    names = list(papermill.inspect_notebook(notebook))
    if not names:
        raise ParameterError(f"{notebook.name}: no cell is tagged 'parameters'; tag the one that declares them")
    return names


def _parameters(notebook: Path, workspace_root: Path, reports: Path, campaign_id: str) -> dict:
    settings = load_workspace(workspace_root)
    known = {
        "workspace": ".",
        "campaign": campaign_id,
        "reports": Path(os.path.relpath(reports, workspace_root)).as_posix(),
        "response_hours": settings.service.response_hours,
        "resolution_window_hours": settings.service.resolution_window_hours,
        "lookback_days": settings.roi.lookback_days,
        "draws": settings.roi.draws,
        "seed": settings.roi.seed,
    }
    return {name: known[name] for name in declared_parameters(notebook) if name in known}


def _sentence(message: str) -> str:
    # The reason of a failure stands on a page that is handed round: one line, and files without their folders.
    first = message.strip().partition("\n")[0]
    return re.sub(r"(?<![\w:/.])(/|[A-Za-z]:\\)([^\s'\"/\\]+[/\\])+", "", first)


def _require_all_cells_ran(name: str, executed: Path) -> None:
    # papermill counts a notebook as complete when a cell calls sys.exit(0) or its kernel is killed.
    cells = [cell for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"] if not _is_injected(cell)]
    skipped = [number for number, cell in enumerate(cells, 1) if _is_code(cell) and not cell["execution_count"]]
    if skipped:
        raise RunError(f"{name}: stopped before its end, at cell {skipped[0]}; look for sys.exit or a killed kernel")


def _is_injected(cell: dict) -> bool:
    return "injected-parameters" in cell["metadata"].get("tags", [])


def _is_code(cell: dict) -> bool:
    return cell["cell_type"] == "code" and bool("".join(cell["source"]).strip())


def complete_results(workspace_root: Path, campaign_id: str, reports: Path) -> list[str]:
    """Run those of the campaign's first three notebooks that have left no results yet; the names of those run."""
    folder = reports / campaign_id
    missing = [name for name in CAMPAIGN_NOTEBOOKS[:-1] if not (folder / f"{name}.parquet").is_file()]
    for name in missing:
        run_notebook(name, workspace_root, reports, folder / "notebooks", campaign_id)
    return missing


def _key(workspace: Workspace, campaign: Campaign, lake: Lake) -> str:
    notebooks = notebooks_folder()
    parts = {
        "lake": lake.manifest["key"],
        "workspace": sha256(workspace.root / "workspace.toml"),
        "campaign": sha256(workspace.root / "campaigns" / f"{campaign.id}.toml"),
        "notebooks": sha256_of_all(sorted(notebooks.glob("*.ipynb")), notebooks),
        "code": code_fingerprint(),
    }
    return json.dumps(parts, sort_keys=True)


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
