"""Rows of `metric_values`: the one table from which every chart, sentence and page is made."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from careworth.contracts import require_table
from careworth.errors import ParameterError
from careworth.files import write_bytes, write_table
from careworth.schemas import METRIC_VALUES
from careworth.stats import Estimate, wilson_interval

#: Changes whenever the meaning of a metric changes, so that reports of different meaning are not compared.
DEFINITION_VERSION = "4"

#: The slice of what was measured in the weeks before a campaign: the baseline that its goals start from.
BEFORE = "before"

#: The table that is shared with the report; what tells of few people is hidden in it.
SHARED = "metric_values"

#: What a notebook's results may be called: one name of a file, which leads nowhere else.
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")

Row = dict[str, Any]


def value_row(
    metric_id: str,
    variant: str,
    estimate: Estimate | float | int | None,
    unit: str,
    *,
    n: int | None = None,
    denominator: str | None = None,
    slice: str = "all",
    grade: str = "A",
    reason: str | None = None,
    period: tuple[date, date] | None = None,
) -> Row:
    """One row of `metric_values`, still without its campaign.

    Parameters
    ----------
    estimate : Estimate, number or None
        A bare number is a complete count: it has no interval. None gives grade X and needs a `reason`.
    period : pair of dates, optional
        First day counted and first day no longer counted; the whole campaign when left out.

    Examples
    --------
    >>> row = value_row("S1", "ever", share_estimate(8, 10), "share", n=10, denominator="conversations")
    >>> row["value"], round(row["low"], 2), row["grade"]
    (0.8, 0.49, 'A')
    """
    known = estimate if isinstance(estimate, Estimate) else Estimate(estimate, None, None)
    start, end = period or (None, None)
    return {
        "metric_id": metric_id,
        "variant": variant,
        "slice": slice,
        "period_start": start,
        "period_end": end,
        "value": known.value,
        "low": known.low,
        "high": known.high,
        "n": n,
        "denominator": denominator,
        "unit": unit,
        "grade": grade if known.value is not None else "X",
        "reason": reason,
    }


def share_estimate(successes: int, trials: int) -> Estimate:
    """A share with its Wilson interval; undefined, not zero, when nothing was tried."""
    if trials == 0:
        return Estimate(None, None, None)
    return Estimate(successes / trials, *wilson_interval(successes, trials))


def to_metric_values(rows: list[Row], campaign_id: str, start: date, end: date) -> pl.DataFrame:
    """The rows as a checked `metric_values` table; rows without a period get the campaign's."""
    schema = {name: dtype for name, dtype in METRIC_VALUES.columns.items() if name not in ("campaign_id", "definition_version")}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    complete = table.with_columns(
        pl.lit(campaign_id).alias("campaign_id"),
        pl.lit(DEFINITION_VERSION).alias("definition_version"),
        pl.col("period_start").fill_null(start),
        pl.col("period_end").fill_null(end),
        pl.col("value", "low", "high").cast(pl.Float64).fill_nan(None),
    )
    return require_table(complete, METRIC_VALUES, "metric_values").sort(METRIC_VALUES.key)


def write_values(values: pl.DataFrame, folder: Path, name: str = SHARED) -> Path:
    """The Parquet file of `values` below `folder`, with the same rows as JSON beside it."""
    path = values_file(folder, name)
    write_bytes(path.with_suffix(".json"), values.write_json().encode())
    return write_table(path, values)


def read_values(folder: Path, *names: str) -> pl.DataFrame:
    """The rows that the named notebooks left below `folder`, together."""
    return pl.concat([pl.read_parquet(values_file(folder, name)) for name in names]).sort(METRIC_VALUES.key)


def values_file(folder: Path, name: str) -> Path:
    """Where the rows of a campaign are: those of single notebooks are whole, so they lie apart, beside the executed notebooks.

    Raises
    ------
    ParameterError
        If the name is no plain one, and could lead out of the folder.

    Examples
    --------
    >>> values_file(Path("spring"), "02_metrics").as_posix(), values_file(Path("spring"), "metric_values").as_posix()
    ('spring/notebooks/02_metrics.parquet', 'spring/metric_values.parquet')
    """
    if not PLAIN.fullmatch(name):
        raise ParameterError(f"results called {name!r}; call them by letters, digits, _ and - alone")
    return (folder if name == SHARED else folder / "notebooks") / f"{name}.parquet"


def pick(values: pl.DataFrame, metric_id: str, variant: str, slice: str = "all") -> Row | None:
    """The one row of a metric's variant for the whole campaign, or None if it is absent.

    Examples
    --------
    >>> pick(pl.DataFrame(schema=METRIC_VALUES.columns), "Q1", "rate") is None
    True
    """
    rows = values.filter(metric_id=metric_id, variant=variant, slice=slice)
    return rows.row(0, named=True) if rows.height else None
