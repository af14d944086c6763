"""The six barriers to measuring a return (METRICS.md R109): which of them these data clear, and what would clear the rest."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from careworth.results import pick


class Barrier(NamedTuple):
    """One barrier: whether it is cleared here, and what clears it or would."""

    name: str
    is_cleared: bool
    sentence: str


def barriers(values: pl.DataFrame, sources: Sequence[dict], definitions: str) -> list[Barrier]:
    """The six barriers in the order of the report that named them.

    Parameters
    ----------
    sources : sequence of dict
        `table` and `kind` of each connected table, as provenance lists them.
    definitions : str
        Version of the definitions in force.
    """
    tables, kinds = {each["table"] for each in sources}, {each["kind"] for each in sources}
    return [
        Barrier(
            "No standard of the trade",
            True,
            f"Every number follows definitions of version {definitions}; the return's own is printed below.",
        ),
        _barrier(
            "Monitoring taken for measuring",
            "measuring" in kinds,
            "Sources that measure are connected, and each number says what kind of source it came from.",
            "Nothing connected measures what people bought or what service cost; connect orders and costs.",
        ),
        _barrier(
            "Social media in a silo",
            bool({"contact_intervals", "contacts"} & tables),
            "Calls of the contact centre stand beside social care.",
            "Social care stands alone; connect intervals or contacts of the contact centre.",
        ),
        _barrier(
            "Many touches on the way to a sale",
            _is_known(values, "M6", "assist"),
            "Paths of touches to an order are built, and each channel's part in them is shown.",
            "No path to an order is known; connect orders and touchpoints with the same person.",
        ),
        _barrier(
            "Attribution",
            _is_known(values, "M7", "incremental_margin"),
            "A randomised holdout shows what would not have been sold; credits of a rule are no gain.",
            "No randomised holdout is connected; a rule can share out revenue and not show what caused it.",
        ),
        _joined(values),
    ]


def _barrier(name: str, is_cleared: bool, done: str, wanted: str) -> Barrier:
    return Barrier(name, is_cleared, done if is_cleared else wanted)


#: The conditions of the gate that say whether systems are joined, and what is said where one was not checked.
JOINED = {
    "match_rate": "orders were not matched to touches",
    "control_total": "orders were not compared with the company's books",
}


def _joined(values: pl.DataFrame) -> Barrier:
    checks = [(pick(values, "P1", name, "passed"), words) for name, words in JOINED.items()]
    failed = [row["reason"] if row else words for row, words in checks if row is None or row["value"] != 1]
    told = [row["reason"] for row, _ in checks if row]
    sentence = "; ".join(failed or told)
    return Barrier("Systems that are not joined", not failed, f"{sentence[:1].upper()}{sentence[1:]}.")


def _is_known(values: pl.DataFrame, metric_id: str, variant: str) -> bool:
    return not values.filter(pl.col("value").is_not_null(), metric_id=metric_id, variant=variant).is_empty()
