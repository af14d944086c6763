"""What the notebooks show: short names for tables and charts, so that a cell holds one idea."""

from zoneinfo import ZoneInfo

import polars as pl
from great_tables import GT

from careworth.charts import messages_chart
from careworth.lake import Lake
from careworth.report.provenance import UNLOCKS
from careworth.tables import values_table
from careworth.theme import alt, use_theme


def show_charts() -> None:
    """Draw charts in JupyterLab with the house's theme."""
    use_theme()


def show_values(values: pl.DataFrame, metric: str = "") -> GT:
    """The rows for the whole campaign of all metrics whose id begins with `metric`, weeks left out."""
    return values_table(values.filter(pl.col("metric_id").str.starts_with(metric) & ~pl.col("slice").str.contains("^week$|^q=")))


def funnel_table(funnel: dict[str, int]) -> pl.DataFrame:
    """One row per thing that can become of a message record, with its count."""
    return pl.DataFrame({"what": list(funnel), "records": list(funnel.values())})


def connected_tables(lake: Lake) -> pl.DataFrame:
    """One row per table: its rows if it is connected, else what it would unlock."""
    rows = [{"table": name, "rows": output["rows"], "would unlock": ""} for name, output in lake.manifest["outputs"].items()]
    missing = [{"table": name, "rows": None, "would unlock": words} for name, words in UNLOCKS.items() if not lake.has(name)]
    return pl.DataFrame(rows + missing).sort("table")


def messages_by_week(messages: pl.DataFrame, zone: ZoneInfo) -> alt.TopLevelMixin:
    """Bars of messages by week and network."""
    week = pl.col("created_at").dt.convert_time_zone(zone.key).dt.date().dt.truncate("1w").alias("week")
    return messages_chart(messages.group_by(week, "network").agg(messages=pl.len()).sort("week", "network"))
