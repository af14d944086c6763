"""The manifest of a published report: what decides that a run succeeded, and what of it still holds."""

import hashlib
import json
from pathlib import Path

from careworth.batch.stages import Done
from careworth.files import write_bytes

#: Written last of all files of a campaign.
NAME = "run.json"


def write_manifest(folder: Path, stages: dict[str, Done]) -> Path:
    """The manifest in `folder`: each stage with its key, what it read and its files' hashes, and a hash over all of it."""
    told = {name: each._asdict() for name, each in stages.items()}
    return write_bytes(folder / NAME, json.dumps({"stages": told, "sha256": _digest(told)}, indent=1).encode())


def read_manifest(folder: Path) -> dict[str, Done]:
    """The stages of the report in `folder`; none if it has no manifest, or a damaged one."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        stages = found["stages"]
        sound = found["sha256"] == _digest(stages)
        return {name: Done(**each) for name, each in stages.items()} if sound else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _digest(stages: dict) -> str:
    return hashlib.sha256(json.dumps(stages, sort_keys=True).encode()).hexdigest()
