"""What differs from the defaults in a report: settings of the workspace, promises, and parameters of single notebooks (R115)."""

import ast
import json
from pathlib import Path

from careworth.config import Workspace, differences_from_defaults


def differences(workspace: Workspace, notebooks: Path) -> list[str]:
    """Every setting that is not the default, each promise and calendar, and each parameter that a notebook was given.

    Parameters
    ----------
    notebooks : Path
        Folder of the notebooks that the report was made by; without them no parameter was given.
    """
    promises = [f"sla: {each.name}, {each.target_minutes:g} minutes (default: none)" for each in workspace.sla]
    calendars = [f"calendar: {name} (default: none)" for name in workspace.calendars]
    return [*differences_from_defaults(workspace), *promises, *calendars, *given_parameters(workspace, notebooks)]


def given_parameters(workspace: Workspace, notebooks: Path) -> list[str]:
    """Each parameter with which a notebook ran and that is not what the workspace says."""
    usual = {name: value for section in (workspace.boundaries, workspace.service, workspace.roi) for name, value in section}
    given = [(path.stem, *pair) for path in sorted(notebooks.glob("*.ipynb")) for pair in _injected(path).items()]
    return [
        f"{notebook}: {name} = {value} (workspace: {usual[name]})"
        for notebook, name, value in given
        if name in usual and value != usual[name]
    ]


def _injected(path: Path) -> dict[str, str | int | float]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if "injected-parameters" in cell["metadata"].get("tags", []))
    assigned = [line for line in ast.parse(code).body if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)]
    return {line.targets[0].id: ast.literal_eval(line.value) for line in assigned}
