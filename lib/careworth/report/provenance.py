"""Where a report's numbers come from: inputs, versions, cut-off, settings, and what is not connected."""

import hashlib

import careworth
from careworth.config import differences_from_defaults
from careworth.reading.engines import engine_named
from careworth.results import DEFINITION_VERSION
from careworth.study import Study

#: Files of one table that are listed singly.
MOST_FILES = 5

FATES = ("rejected:", "excluded:", "repaired:")

#: What connecting a table adds to a report (METRICS.md R192).
UNLOCKS = {
    "accounts": "accounts of a brand by name, followers",
    "costs": "programme cost, cost per resolution, cost per thank-you",
    "orders": "attributed revenue, and ROI with the tables below it",
    "control_totals": "the reconciliation that ROI needs",
    "touchpoints": "channel roles and attribution, the match rate that ROI needs",
    "unit_costs": "the value of calls made unnecessary",
    "surveys": "satisfaction, recommendation, ease, and calls made unnecessary",
    "experiment_arms": "incremental sales from a randomised holdout",
    "contact_intervals": "contact-centre volumes",
    "contacts": "resolution and hold time of calls, and who arrived after a redirect",
    "tickets": "resolutions, backlog and reopenings as the help desk knows them",
    "ticket_events": "queues, transfers, pauses and complete records",
    "reviews": "ratings in public",
    "qa_reviews": "conversations as reviewers scored them",
    "leads": "the way from lead to deal",
    "identity_links": "which handles belong to which customers, with their consent",
    "posts": "engagement, and clicks for each view",
    "clicks": "people who clicked, and the share of clicks",
    "events": "what happened when",
}


def provenance(study: Study) -> dict:
    """Inputs with hash and record counts, versions, cut-off, differences from the defaults, and locked tables."""
    inputs = sorted(study.lake.manifest["inputs"].items())
    return {
        "inputs": [{"table": name} | file for name, each in inputs for file in _files(each["files"])],
        "records": [{"table": name} | _fates(each["funnel"]) for name, each in inputs],
        "versions": {"careworth": careworth.__version__, "definitions": DEFINITION_VERSION, "tone": _engine(study)},
        "as_of": study.as_of.astimezone(study.workspace.zone).strftime("%-d %B %Y, %H:%M"),
        "differences": differences_from_defaults(study.workspace),
        "locked": [{"table": name, "unlocks": words} for name, words in UNLOCKS.items() if not study.lake.has(name)],
    }


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
