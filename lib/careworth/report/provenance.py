"""Where a report's numbers come from: inputs, their classes and keys, versions, cut-off, settings, and what is not connected."""

import hashlib
from pathlib import Path

import polars as pl

import careworth
from careworth.formats.classes import LIMITS, source_class
from careworth.lake import Lake
from careworth.reading.engines import engine_named
from careworth.registry import METRICS
from careworth.registry.unlocking import unlocked_by
from careworth.report.joins import join_rates
from careworth.report.settings import differences
from careworth.results import DEFINITION_VERSION
from careworth.schemas import TABLES
from careworth.study import Study

#: Files of one table that are listed singly.
MOST_FILES = 5

FATES = ("rejected:", "excluded:", "repaired:")

#: What the lake leaves out of every message, whatever its export holds.
NOT_KEPT = "the device or app that it was written with, where it was written, and its pictures and attachments"


def provenance(study: Study, folder: Path) -> dict:
    """Inputs with hash and record counts, classes, joins, versions, cut-off, differences from the defaults, locked tables.

    Parameters
    ----------
    folder : Path
        Where the campaign's results are, and in its `notebooks` the notebooks that they were made by.
    """
    inputs, sources = sorted(study.lake.inputs.items()), source_classes(study.lake)
    return {
        "inputs": [{"table": name} | file for name, each in inputs for file in _files(each["files"])],
        "records": [{"table": name} | _fates(each["funnel"]) for name, each in inputs],
        "versions": {"careworth": careworth.__version__, "definitions": DEFINITION_VERSION, "tone": _engine(study)},
        "as_of": study.as_of.astimezone(study.workspace.zone).strftime("%-d %B %Y, %H:%M"),
        "differences": differences(study.workspace, folder / "notebooks"),
        "sources": sources,
        "limits": {kind: words for kind, words in LIMITS.items() if kind in {each["kind"] for each in sources}},
        "joins": join_rates(study.lake),
        "not_kept": NOT_KEPT,
        "locked": [{"table": name, "unlocks": words} for name, words in locked_tables(study.lake).items()],
    }


def locked_tables(lake: Lake) -> dict[str, str]:
    """Each table that the workspace does not connect, with the metrics that it would unlock."""
    return {name: unlocked_by(METRICS.values(), name) for name in TABLES if not lake.has(name)}


def source_classes(lake: Lake) -> list[dict[str, str]]:
    """For each connected table and format: `table`, `format`, and as `kind` monitoring, engagement or measuring."""
    has_answers = lake.scan("turns").select((pl.col("author_role") == "agent").any()).collect().item()
    return [
        {"table": table, "format": name, "kind": source_class(table, name, has_answers)}
        for table, given in sorted(lake.inputs.items())
        for name in given["formats"]
    ]


def _engine(study: Study) -> str:
    engine = engine_named(study.workspace.reading.engine, study.workspace.root)
    return f"{engine.name} {engine.version}"


def _files(files: list[dict]) -> list[dict]:
    if len(files) <= MOST_FILES:
        return files
    together = hashlib.sha256("".join(file["sha256"] for file in files).encode()).hexdigest()
    span = f"{len(files)} files, {files[0]['file']} to {files[-1]['file']}; one hash over theirs"
    return [{"file": span, "records": sum(file["records"] for file in files), "sha256": together}]


def _fates(funnel: dict[str, int]) -> dict:
    told = {kind: {step.removeprefix(kind): count for step, count in funnel.items() if step.startswith(kind)} for kind in FATES}
    lines = [
        f"{kind} {reason.replace('_', ' ')} {count:,}" for kind, reasons in told.items() for reason, count in reasons.items()
    ]
    return {"read": funnel["read"], "accepted": funnel["accepted"], "rest": "; ".join(line.replace(":", "") for line in lines)}
