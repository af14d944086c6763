"""The columns of a file as days and numbers, each refused with its row where it is none."""

from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.staging.columns import read_columns

MIDNIGHT = r"^\s*(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?\s*$"


def read_texts(path: Path, columns: list[str]) -> pl.DataFrame:
    """The named columns of a CSV, Excel or Parquet file as texts, of one row at least.

    Raises
    ------
    ParameterError, SourceError
        As of `read_columns`; and if the file has no rows.
    """
    table = read_columns(path, columns)
    if table.is_empty():
        raise SourceError(f"{path.name} has a header and no rows; export it again")
    return table


def dates_of(table: pl.DataFrame, column: str) -> pl.Series:
    """The column as dates; it holds days, or instants at midnight."""
    days = table[column].str.extract(MIDNIGHT).str.to_date("%Y-%m-%d", strict=False)
    _require(days.is_not_null(), table[column], "is no day; write each as YYYY-MM-DD, one row a day")
    return days


def numbers_of(table: pl.DataFrame, column: str) -> pl.Series:
    """The column as numbers, written with a point and no separators."""
    values = table[column].str.strip_chars().cast(pl.Float64, strict=False)
    _require(values.is_finite().fill_null(False), table[column], "is no number; write 0 where nothing happened, and 1234.5")
    return values


def _require(is_good: pl.Series, given: pl.Series, said: str) -> None:
    bad = (~is_good).arg_true()
    if len(bad):
        found = "nothing" if given[bad[0]] is None else repr(given[bad[0]])
        raise SourceError(f"column '{given.name}', row {bad[0] + 1}: {found} {said} ({len(bad)} such rows)")
