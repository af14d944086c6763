"""One notebook, run by papermill and checked to its end."""

import json
import logging
import os
import re
import tempfile
from math import isfinite
from pathlib import Path

from jupyter_client import AsyncKernelManager
from traitlets.config import Config

from careworth.config import advice, load_workspace
from careworth.errors import ParameterError, RunError
from careworth.files import write_bytes
from careworth.results import values_file

#: The notebooks of one campaign, in order; 01_ingest serves the whole workspace.
INGEST = "01_ingest"
CAMPAIGN_NOTEBOOKS = ("02_metrics", "03_attribution", "04_roi", "05_changes", "06_report")

#: Parameters that follow from what is run, and so cannot be given.
SET_BY_THE_RUN = {"workspace", "campaign", "reports"}

Value = str | int | float
READERS = {"str": str, "int": int, "float": float}

#: Seconds that one cell may take.
CELL_TIMEOUT_SECONDS = 900


def notebooks_folder() -> Path:
    """The six notebooks: beside the package when installed, else in the checkout."""
    package = Path(__file__).parent
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parents[1] / "notebooks"


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
    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """Ask the kernel to stop; Jupyter's own interrupts it first, which one busy with its last reply logs as an error."""
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


def declared_parameters(notebook: Path) -> dict[str, str]:
    """The names in the notebook's `parameters` cell, each with the name of its type.

    Raises
    ------
    ParameterError
        If no cell carries that tag: papermill would run on with the defaults.
    """
    import papermill

    declared = {name: each["inferred_type_name"] for name, each in papermill.inspect_notebook(notebook).items()}
    if not declared:
        raise ParameterError(f"{notebook.name}: no cell is tagged 'parameters'; tag the one that declares them")
    return declared


def parse_parameters(words: list[str]) -> dict[str, Value]:
    """The values in `name=value` words, each of the type that the notebooks of a campaign declare for it.

    Raises
    ------
    ParameterError
        If no notebook declares the name, if the run sets it itself, or if the value is not of its type.
    """
    declared = {}
    for name in CAMPAIGN_NOTEBOOKS:
        declared |= declared_parameters(notebooks_folder() / f"{name}.ipynb")
    free = {name: kind for name, kind in declared.items() if name not in SET_BY_THE_RUN}
    return dict(_parse_parameter(word, free) for word in words)


def _parse_parameter(word: str, declared: dict[str, str]) -> tuple[str, Value]:
    name, _, value = word.partition("=")
    if name not in declared:
        raise ParameterError(f"unknown parameter {advice(name, list(declared))}")
    try:
        read = READERS[declared[name]](value)
        if isinstance(read, float) and not isfinite(read):
            raise ValueError
    except ValueError:
        raise ParameterError(f"parameter {name}: {value!r} is no {declared[name]}; write it as {name}=NUMBER") from None
    return name, read


def _parameters(notebook: Path, workspace_root: Path, reports: Path, campaign_id: str, opened_in: Path | None = None) -> dict:
    settings, start = load_workspace(workspace_root), opened_in or workspace_root
    known = {
        "workspace": Path(os.path.relpath(workspace_root, start)).as_posix(),
        "campaign": campaign_id,
        "reports": Path(os.path.relpath(reports, start)).as_posix(),
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


def complete_results(workspace_root: Path, campaign_id: str, reports: Path, *names: str) -> list[str]:
    """Run those of the campaign's notebooks that have left no results yet, of `names` or all but the report's; those run."""
    folder = reports / campaign_id
    missing = [name for name in names or CAMPAIGN_NOTEBOOKS[:-1] if not values_file(folder, name).is_file()]
    for name in missing:
        run_notebook(name, workspace_root, reports, folder / "notebooks", campaign_id)
    return missing


def prepare_notebooks(workspace_root: Path, campaign_id: str, reports: Path, folder: Path) -> Path:
    """`folder` with a copy of each notebook, to be opened there, whose parameters are those of that campaign.

    A copy that is there stays as it is: somebody may have worked in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for target in (folder / f"{name}.ipynb" for name in (INGEST, *CAMPAIGN_NOTEBOOKS)):
        if target.exists():
            continue
        source = notebooks_folder() / target.name
        parameters = _parameters(source, workspace_root, reports, campaign_id, opened_in=folder)
        write_bytes(target, _filled_in(source, parameters).encode())
    return folder


def _filled_in(source: Path, parameters: dict[str, Value]) -> str:
    # papermill would put a second cell behind the first, in which an analyst's own changes would then have no effect.
    notebook = json.loads(source.read_text(encoding="utf-8"))
    (cell,) = [each for each in notebook["cells"] if "parameters" in each["metadata"].get("tags", [])]
    cell["source"] = [_with_value(line, parameters) for line in cell["source"]]
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def _with_value(line: str, parameters: dict[str, Value]) -> str:
    """The line of a parameter with its value among `parameters`, if it has one there.

    Examples
    --------
    >>> _with_value('campaign: str = ""  # its id', {"campaign": "spring"})
    'campaign: str = "spring"  # its id'
    """
    name, value = line.partition(":")[0], line.partition(" = ")[2].partition("  # ")[0]
    return (
        line.replace(f" = {value}  # ", f" = {json.dumps(parameters[name], ensure_ascii=False)}  # ")
        if name in parameters
        else line
    )
