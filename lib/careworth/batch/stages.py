"""What one campaign's report is made of, stage by stage, and when a stage need not run again.

A stage is a notebook. Its key holds everything that its results follow from: the tables it read, by their hashes as they
were before the run, the settings, the notebook, the code, the versions beneath it, and the results of stages before it.
"""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from careworth.batch.versions import versions
from careworth.config import Campaign, Workspace, campaign_file, workspace_file
from careworth.execution import CAMPAIGN_NOTEBOOKS, Value, declared_parameters, notebook_parameters
from careworth.files import sha256
from careworth.lake import Lake, code_fingerprint

#: Stages whose results a stage reads; all others read the lake alone.
NEEDS = {
    "04_roi": ("03_attribution",),
    "05_changes": ("02_metrics",),
    "06_report": ("02_metrics", "03_attribution", "04_roi", "05_changes"),
}


class Done(NamedTuple):
    """A stage that ran: its key, what it read of the lake, and its files with their hashes."""

    key: str
    reads: list[str]
    outputs: dict[str, str]


class Inputs(NamedTuple):
    """What all stages of one campaign's run are computed from, as it was before the run."""

    workspace: Workspace
    campaign: Campaign
    lake: Lake
    settings: list[str]
    given: dict[str, Value]
    previous: str
    notebooks: Path

    def notebook(self, stage: str) -> Path:
        """The notebook that a stage runs."""
        return self.notebooks / f"{stage}.ipynb"

    def key(self, stage: str, reads: list[str], before: dict[str, Done]) -> str:
        """The hash of everything that the results of `stage` follow from, if it reads these parts of the lake."""
        parts = {
            "lake": {part: self.lake.fingerprint(part) for part in reads},
            "settings": self.settings,
            "parameters": self.parameters(stage),
            "notebook": sha256(self.notebook(stage)),
            "code": code_fingerprint(),
            "versions": versions(),
            "before": [_results(before[name].outputs) for name in NEEDS.get(stage, ())],
            "told": [self.given, self.previous] if stage == CAMPAIGN_NOTEBOOKS[-1] else [],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def parameters(self, stage: str) -> dict[str, Value]:
        """The values of the notebook's parameters: the workspace's, or those given for this run; no folders."""
        declared = declared_parameters(self.notebook(stage))
        known = notebook_parameters(self.workspace, self.campaign.id) | self.given
        return {name: value for name, value in known.items() if name in declared}


def _results(outputs: dict[str, str]) -> dict[str, str]:
    # An executed notebook is kept for the audit; what it found lies in the files beside it.
    return {name: digest for name, digest in outputs.items() if not name.endswith(".ipynb")}


def _file_hash(path: Path) -> str:
    return sha256(path) if path.is_file() else ""


def settings_hashes(workspace: Workspace, campaign: Campaign) -> list[str]:
    """The hashes of the files with the settings that the campaign's results follow from; empty for one that is not there."""
    named = [workspace.root / name for name in (workspace.reading.labels, workspace.reading.themes) if name]
    return [_file_hash(path) for path in (workspace_file(workspace.root), campaign_file(workspace, campaign.id), *named)]


def previous_hash(campaign: Campaign, reports: Path) -> str:
    """The hash of the published results of the campaign that this one names as `previous`; empty without them."""
    path = reports / campaign.previous / "metric_values.parquet"
    return sha256(path) if campaign.previous and path.is_file() else ""


def still_holds(stage: str, inputs: Inputs, last: Done | None, before: dict[str, Done], folder: Path) -> bool:
    """True if a stage of a published report need not run again: the same key, and every file as it was written."""
    if last is None or any(name not in before for name in NEEDS.get(stage, ())):
        return False
    return inputs.key(stage, last.reads, before) == last.key and are_whole(folder, last.outputs)


def stages_to_run(inputs: Inputs, last: dict[str, Done], folder: Path) -> list[str]:
    """The stages that a run would start with: those that no longer hold, and those that read the results of one."""
    holding: dict[str, Done] = {}
    for stage in CAMPAIGN_NOTEBOOKS:
        if still_holds(stage, inputs, last.get(stage), holding, folder):
            holding[stage] = last[stage]
    return [stage for stage in CAMPAIGN_NOTEBOOKS if stage not in holding]


def are_whole(folder: Path, outputs: dict[str, str]) -> bool:
    """True if each file is there and has its hash."""
    return all((folder / name).is_file() and sha256(folder / name) == digest for name, digest in outputs.items())
