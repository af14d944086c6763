"""What the report tells of its own numbers: barriers, steps, objectives, familiar names, links to sales, kinds of sources."""

from collections.abc import Sequence

import polars as pl

from careworth.config import Campaign, Workspace
from careworth.registry import METRICS
from careworth.report.barriers import barriers
from careworth.report.catalogue import balance_sentence, by_objective, familiar_numbers, sales_map
from careworth.report.steps import steps


def appendix(values: pl.DataFrame, campaign: Campaign, workspace: Workspace, provenance: dict) -> dict:
    """The parts of the section "How do we know?" that follow from the registry and from what is connected, by their names."""
    return {
        "barriers": barriers(values, provenance["sources"], provenance["versions"]["definitions"]),
        "steps": steps(values, campaign, workspace),
        "objectives": by_objective(values),
        "familiar": familiar_numbers(values),
        "sales_map": sales_map(values),
        "kinds": {name: _kinds(name, provenance["sources"]) for name in METRICS},
    }


def _kinds(metric_id: str, sources: Sequence[dict]) -> str:
    entry = METRICS[metric_id]
    needed = {table for group in entry.inputs for table in group} | set(entry.richer_with)
    return ", ".join(dict.fromkeys(each["kind"] for each in sources if each["table"] in needed))


def balance(headlines: Sequence[str], goals: Sequence[str]) -> list[str]:
    """How the metrics of the headlines, and of the goals where there are any, are spread over the kinds of measures."""
    return [balance_sentence(what, ids) for what, ids in {"Headlines": headlines, "Goals": goals}.items() if ids]
