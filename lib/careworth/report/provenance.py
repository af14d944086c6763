"""Where a report's numbers come from: inputs, versions, cut-off, settings, and what is not connected."""

import careworth
from careworth.config import differences_from_defaults
from careworth.results import DEFINITION_VERSION
from careworth.sentiment import NAME
from careworth.study import Study

#: What connecting a table adds to a report (METRICS.md R192).
UNLOCKS = {
    "accounts": "accounts of a brand by name, followers",
    "costs": "programme cost, cost per resolution, cost per thank-you",
    "orders": "attributed revenue, and ROI with the tables below it",
    "control_totals": "the reconciliation that ROI needs",
    "touchpoints": "channel roles and attribution, the match rate that ROI needs",
    "unit_costs": "the value of calls made unnecessary",
    "surveys": "calls made unnecessary",
    "experiment_arms": "incremental sales from a randomised holdout",
    "contact_intervals": "contact-centre volumes",
    "posts": "content quality",
    "clicks": "people who clicked",
    "events": "what happened when",
}


def provenance(study: Study) -> dict:
    """Inputs with hash and record counts, versions, cut-off, differences from the defaults, and locked tables."""
    return {
        "inputs": [
            {"table": name, "file": each["file"], "sha256": each["sha256"], "records": each["funnel"]["read"]}
            for name, each in sorted(study.lake.manifest["inputs"].items())
        ],
        "versions": {"careworth": careworth.__version__, "definitions": DEFINITION_VERSION, "sentiment": NAME},
        "as_of": study.as_of.astimezone(study.workspace.zone).strftime("%-d %B %Y, %H:%M"),
        "differences": differences_from_defaults(study.workspace),
        "locked": [{"table": name, "unlocks": words} for name, words in UNLOCKS.items() if not study.lake.has(name)],
    }
