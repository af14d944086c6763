"""One notebook, run by papermill and checked to its end."""

import ast
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from careworth.config import Workspace, advice, load_workspace
from careworth.errors import ParameterError, RunError
from careworth.files import write_bytes
from careworth.redaction import redacted, secrets_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

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


def run_notebook(
    source: Path,
    workspace_root: Path,
    reports: Path,
    executed: Path,
    campaign_id: str = "",
    in_kernel: bool = True,
    told: Callable[[int], None] = lambda _: None,
    **given: Value,
) -> Path:
    """The executed copy of one notebook, run by papermill inside the workspace folder.

    Parameters
    ----------
    in_kernel : bool
        False runs the cells in this process, which must be one that was made for this campaign.
    told : callable
        Hears the number of each cell before it runs in this process.

    Raises
    ------
    ParameterError
        If the notebook does not declare a given parameter.
    RunError
        If a cell failed, was skipped or took too long.
    """
    name, target, settings = source.stem, executed.resolve() / source.name, load_workspace(workspace_root)
    parameters, secrets = _parameters(source, settings, reports, campaign_id) | given, secrets_of(settings)
    require_known_parameters(source, parameters)
    from papermill import PapermillExecutionError

    from careworth.engines import run_here, run_in_kernel

    run = partial(run_in_kernel, cell_seconds=CELL_TIMEOUT_SECONDS) if in_kernel else partial(run_here, told=told)
    try:
        notebook = run(source.resolve(), parameters, workspace_root)
    except PapermillExecutionError as error:
        raise RunError(f"{name}: {error.ename}: {_sentence(redacted(error.evalue, secrets))}") from None
    except Exception as error:
        raise RunError(
            f"{name}: the kernel ended early ({type(error).__name__}); it may have run out of memory or time"
        ) from error
    _require_all_cells_ran(name, notebook)
    return write_bytes(target, redacted(_without_traces(notebook), secrets).encode())


#: How a notebook keeps a slider or a button.
WIDGET = "application/vnd.jupyter.widget-view+json"


def _without_traces(notebook: "NotebookNode") -> str:
    # papermill notes where and when it ran; a shared notebook names no folder of this machine, and is the same every time.
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        # A widget acts as long as its kernel lives; what is left of it is a number drawn by chance.
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if _is_injected(cell):
            cell["id"] = "injected-parameters"
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def require_known_parameters(notebook: Path, given: dict) -> None:
    """Refuse parameters that the notebook's `parameters` cell does not declare; papermill itself only warns."""
    known = declared_parameters(notebook)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ParameterError(f"{notebook.name}: unknown parameter {unknown[0]!r}; choose from {', '.join(known)}")


def declared_parameters(notebook: Path) -> dict[str, str]:
    """The names in the notebook's `parameters` cell, each with the name of its type; by its syntax, without running it.

    Raises
    ------
    ParameterError
        If no cell carries that tag: papermill would run on with the defaults.
    """
    declared = _declared(notebook.read_text(encoding="utf-8"))
    if not declared:
        raise ParameterError(f"{notebook.name}: no cell is tagged 'parameters'; tag the one that declares them")
    return dict(declared)


# By the text: a plan asks the same few notebooks once for each campaign.
@lru_cache(maxsize=16)
def _declared(notebook: str) -> tuple[tuple[str, str], ...]:
    cells = json.loads(notebook)["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    return tuple(each for cell in tagged for each in _declarations("".join(cell["source"])))


def _declarations(source: str) -> Iterator[tuple[str, str]]:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.AnnAssign):
            yield ast.unparse(statement.target), ast.unparse(statement.annotation)
        elif isinstance(statement, ast.Assign):
            yield ast.unparse(statement.targets[0]), type(ast.literal_eval(statement.value)).__name__


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


def _parameters(notebook: Path, settings: Workspace, reports: Path, campaign_id: str, opened_in: Path | None = None) -> dict:
    start = opened_in or settings.root
    folders = {
        "workspace": Path(os.path.relpath(settings.root, start)).as_posix(),
        "reports": Path(os.path.relpath(reports, start)).as_posix(),
    }
    known = folders | notebook_parameters(settings, campaign_id)
    return {name: known[name] for name in declared_parameters(notebook) if name in known}


def notebook_parameters(settings: Workspace, campaign_id: str) -> dict[str, Value]:
    """The value that a workspace gives to each parameter of the notebooks, apart from folders."""
    return {
        "campaign": campaign_id,
        "response_hours": settings.service.response_hours,
        "resolution_window_hours": settings.service.resolution_window_hours,
        "lookback_days": settings.roi.lookback_days,
        "draws": settings.roi.draws,
        "seed": settings.roi.seed,
    }


def _sentence(message: str) -> str:
    # The reason of a failure stands on a page that is handed round: one line, and files without their folders.
    first = message.strip().partition("\n")[0]
    return re.sub(r"(?<![\w:/.])(/|[A-Za-z]:\\)([^\s'\"/\\]+[/\\])+", "", first)


def _require_all_cells_ran(name: str, notebook: "NotebookNode") -> None:
    # papermill counts a notebook as complete when a cell calls sys.exit(0) or its kernel is killed.
    cells = [cell for cell in notebook.cells if not _is_injected(cell)]
    skipped = [number for number, cell in enumerate(cells, 1) if _is_code(cell) and not cell["execution_count"]]
    if skipped:
        raise RunError(f"{name}: stopped before its end, at cell {skipped[0]}; look for sys.exit or a killed kernel")


def _is_injected(cell: dict) -> bool:
    return "injected-parameters" in cell["metadata"].get("tags", [])


def _is_code(cell: dict) -> bool:
    return cell["cell_type"] == "code" and bool("".join(cell["source"]).strip())


def complete_results(workspace_root: Path, campaign_id: str, reports: Path, *names: str) -> list[str]:
    """Run those of the campaign's notebooks that have left no results yet, of `names` or all but the report's; those run."""
    from careworth.results import values_file

    folder = reports / campaign_id
    missing = [name for name in names or CAMPAIGN_NOTEBOOKS[:-1] if not values_file(folder, name).is_file()]
    for name in missing:
        run_notebook(notebooks_folder() / f"{name}.ipynb", workspace_root, reports, folder / "notebooks", campaign_id)
    return missing


def prepare_notebooks(workspace_root: Path, campaign_id: str, reports: Path, folder: Path) -> Path:
    """`folder` with a copy of each notebook, to be opened there, whose parameters are those of that campaign.

    A copy that is there stays as it is: somebody may have worked in it.
    """
    settings = load_workspace(workspace_root)
    folder.mkdir(parents=True, exist_ok=True)
    for target in (folder / f"{name}.ipynb" for name in (INGEST, *CAMPAIGN_NOTEBOOKS)):
        if target.exists():
            continue
        source = notebooks_folder() / target.name
        parameters = _parameters(source, settings, reports, campaign_id, opened_in=folder)
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
