"""A file's columns as texts, read strictly; which sign stands between its fields is seen from its first line."""

from pathlib import Path

import polars as pl

from careworth.errors import ParameterError, SourceError
from careworth.staging import Dialect, read_names
from careworth.staging.objects import Wanted
from careworth.staging.records import read_records

DELIMITERS = (",", ";", "\t")

#: Stands before the names that are read, so that a column of the file may be called `record`.
OURS = "their "

MIDNIGHT = r"^\s*(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?\s*$"


def read_texts(path: Path, columns: list[str]) -> pl.DataFrame:
    """The named columns of a CSV, Excel or Parquet file as texts, in the order of its records.

    Raises
    ------
    ParameterError
        If the file has no such column.
    SourceError
        If the file is missing, has no rows, or a record of it cannot be split.
    """
    if not path.is_file():
        raise SourceError(f"no file {path}; correct the path", "E_MISSING_FILE")
    dialect = _dialect(path)
    known = read_names(path, dialect)
    absent = [name for name in columns if name not in known]
    if absent:
        raise ParameterError(f"{path.name} has no column {', '.join(map(repr, absent))}; its columns are {', '.join(known)}")
    wanted = list(dict.fromkeys(columns))
    records = read_records(path, Wanted(wanted, set(wanted), prefix=OURS), dialect)
    if records.faults.height:
        number, reasons = records.faults.row(0)[:2]
        raise SourceError(f"{path.name}: record {number} cannot be read ({', '.join(reasons)}); repair it and try again")
    if not records.table.height:
        raise SourceError(f"{path.name} has a header and no rows; export it again")
    return records.table.select(pl.col(OURS + name).alias(name) for name in wanted)


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


def _dialect(path: Path) -> Dialect:
    names = read_names(path, Dialect())
    if len(names) != 1:
        return Dialect()
    return Dialect(max(DELIMITERS, key=names[0].count) if any(sign in names[0] for sign in DELIMITERS) else ",")


def _require(is_good: pl.Series, given: pl.Series, said: str) -> None:
    bad = (~is_good).arg_true()
    if len(bad):
        found = "nothing" if given[bad[0]] is None else repr(given[bad[0]])
        raise SourceError(f"column '{given.name}', row {bad[0] + 1}: {found} {said} ({len(bad)} such rows)")
