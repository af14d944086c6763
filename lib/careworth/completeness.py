"""Which metrics a report has no number for, and what would unlock them (R185, R192): X with the reason, never zero."""

import polars as pl

from careworth.registry import METRICS, Metric, unit_of
from careworth.results import Row, value_row

#: What is said of metrics whose tables are all there.
NOTHING_HERE = "nothing in this campaign to compute it from"

#: What a report concludes from the other metrics, after this.
CONCLUDED = ("P8",)


def unmeasured_rows(values: pl.DataFrame, connected: set[str]) -> list[Row]:
    """A row of grade X for each metric of the registry without any row in `values`.

    Parameters
    ----------
    values : DataFrame
        The rows of `metric_values` that there are.
    connected : set of str
        Names of the tables that the workspace connects.

    Examples
    --------
    >>> rows = unmeasured_rows(pl.DataFrame(schema={"metric_id": pl.String}), {"messages"})
    >>> next(row["reason"] for row in rows if row["metric_id"] == "C1")
    'not connected: contact_intervals or contacts'
    """
    measured = set(values["metric_id"])
    return [_row(metric, connected) for metric in METRICS.values() if metric.id not in {*measured, *CONCLUDED}]


def _row(metric: Metric, connected: set[str]) -> Row:
    reason = missing_inputs(metric, connected) or NOTHING_HERE
    variant = next((name for name in metric.variants if "{" not in name), "any")
    return value_row(metric.id, variant, None, unit_of(metric, variant), reason=reason)


def missing_inputs(metric: Metric, connected: set[str]) -> str | None:
    """What a metric lacks, as a clause; None where all of its tables are connected."""
    groups = [group for group in metric.inputs if not connected & set(group)]
    return f"not connected: {' and '.join(' or '.join(group) for group in groups)}" if groups else None
