"""What the notebooks show: short names for tables and charts, so that a cell holds one idea."""

from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from careworth.charts import messages_chart
from careworth.errors import ParameterError
from careworth.labelling.sample import draw_sample, measure_sample, read_sample, write_sample
from careworth.labelling.verbatims import draw_verbatims
from careworth.lake import Lake
from careworth.misreading import Counts
from careworth.reading.exposure import redacted
from careworth.report.joins import join_rates
from careworth.report.provenance import locked_tables, source_classes
from careworth.schemas import METRIC_VALUES
from careworth.study import Study
from careworth.tables import ValuesTable, values_table
from careworth.theme import alt, use_theme


def show_charts() -> None:
    """Draw charts in JupyterLab with the house's theme."""
    use_theme()


def show_values(values: pl.DataFrame, metric: str = "") -> ValuesTable:
    """The rows for the whole campaign of all metrics whose id begins with `metric`, weeks left out."""
    return values_table(values.filter(pl.col("metric_id").str.starts_with(metric) & ~pl.col("slice").str.contains("^week$|^q=")))


def funnel_table(funnel: dict[str, int]) -> pl.DataFrame:
    """One row per thing that can become of a message record, with its count."""
    return pl.DataFrame({"what": list(funnel), "records": list(funnel.values())})


def connected_tables(lake: Lake) -> pl.DataFrame:
    """One row per table: its rows if it is connected, else what it would unlock."""
    rows = [{"table": name, "rows": output["rows"], "would unlock": ""} for name, output in lake.manifest["outputs"].items()]
    missing = [{"table": name, "rows": None, "would unlock": words} for name, words in locked_tables(lake).items()]
    return pl.DataFrame(rows + missing).sort("table")


def source_table(lake: Lake) -> pl.DataFrame:
    """One row per connected table and format: whether it is for monitoring, engagement or measuring."""
    return pl.DataFrame(source_classes(lake)).rename({"kind": "class"})


def join_table(lake: Lake) -> pl.DataFrame:
    """One row per pair of tables that are joined: by which keys, and how many records found the other."""
    schema = {"left": pl.String, "right": pl.String, "counted": pl.String, "records": pl.Int64, "matched": pl.Int64}
    return pl.DataFrame(join_rates(lake), schema=schema)


def draw_label_sample(study: Study, path: str, size: int = 200, seed: int = 1) -> Path:
    """The file `path` with turns for a person to label, each group of turns with its share; the same seed draws the same.

    Fill in its columns, name it as `reading.labels` in workspace.toml, and the report states the reader's errors here.
    """
    return write_sample(draw_sample(study.turns, study.table("messages"), size, seed), Path(path))


def measure_labels(study: Study, path: str) -> pl.DataFrame:
    """One row per answer: how often the reader is right and wrong about it, beside the labels in the file `path`."""
    counts = measure_sample(read_sample(Path(path)), study.turns)
    rows = [(name, *each, each.precision.value, each.recall.value) for name, each in counts.items()]
    return pl.DataFrame(rows, schema=["answer", *Counts._fields, "precision", "recall"], orient="row")


def require_positive(**parameters: float) -> None:
    """Refuse a notebook's parameter that is no number above zero.

    Raises
    ------
    ParameterError
        With the parameter's name and what it is.
    """
    for name, value in parameters.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
            raise ParameterError(f"{name} is {value!r}; give it a number above 0 in the parameters' cell")


def thanks_to_audit(study: Study) -> pl.DataFrame:
    """Every turn of the campaign that counts as a thank-you: when, where, whether it was asked for, its words without names.

    For the analyst's eyes: it is written nowhere.
    """
    turns = study.own_turns.filter("qualifies").sort("start_at")
    texts = study.table("messages").select("message_id", "text")
    own = turns.join(texts, left_on="first_message_id", right_on="message_id", how="left", validate="m:1", maintain_order="left")
    return own.select("start_at", "network", "is_solicited", redacted("text"))


def verbatims(study: Study, per_group: int = 3, seed: int = 1) -> pl.DataFrame:
    """Opening messages drawn by chance within each state and ending, without names: message_id, network, the two, text.

    For the analyst's eyes: it is written nowhere. A report shows only those whose ids the campaign's file approves.
    """
    return draw_verbatims(study.conversations(), study.table("messages"), per_group, seed)


def previous_values(study: Study, reports: Path) -> pl.DataFrame:
    """The results of the campaign that this one names as `previous`; no rows where it names none or that has none yet."""
    path = reports / study.campaign.previous / "metric_values.parquet"
    if not study.campaign.previous or not path.is_file():
        return pl.DataFrame(schema=METRIC_VALUES.columns)
    return pl.read_parquet(path)


def messages_by_week(messages: pl.DataFrame, zone: ZoneInfo) -> alt.TopLevelMixin:
    """Bars of messages by week and network."""
    week = pl.col("created_at").dt.convert_time_zone(zone.key).dt.date().dt.truncate("1w").alias("week")
    return messages_chart(messages.group_by(week, "network").agg(messages=pl.len()).sort("week", "network"))
