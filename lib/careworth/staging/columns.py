"""A file's columns as texts, read strictly; which sign stands between its fields is seen from its first line."""

from pathlib import Path

import polars as pl

from careworth.errors import ParameterError, SourceError
from careworth.staging.objects import Wanted
from careworth.staging.records import Dialect, read_names, read_records

DELIMITERS = (",", ";", "\t")

#: Stands before the names that are read, so that a column of the file may be called `record`.
OURS = "their "


def column_names(path: Path) -> list[str]:
    """The names of the columns of a CSV, Excel or Parquet file.

    Raises
    ------
    SourceError
        If there is no such file.
    """
    if not path.is_file():
        raise SourceError(f"no file {path}; correct the path", "E_MISSING_FILE")
    return read_names(path, _dialect(path))


def read_columns(path: Path, columns: list[str]) -> pl.DataFrame:
    """The named columns of a CSV, Excel or Parquet file as texts, in the order of its records.

    Raises
    ------
    ParameterError
        If the file has no such column.
    SourceError
        If the file is missing, or a record of it cannot be split.
    """
    known, wanted = column_names(path), list(dict.fromkeys(columns))
    absent = [name for name in wanted if name not in known]
    if absent:
        raise ParameterError(f"{path.name} has no column {', '.join(map(repr, absent))}; its columns are {', '.join(known)}")
    records = read_records(path, Wanted(wanted, set(wanted), prefix=OURS), _dialect(path))
    if records.faults.height:
        number, reasons = records.faults.row(0)[:2]
        raise SourceError(f"{path.name}: record {number} cannot be read ({', '.join(reasons)}); repair it and try again")
    return records.table.select(pl.col(OURS + name).alias(name) for name in wanted)


def _dialect(path: Path) -> Dialect:
    names = read_names(path, Dialect())
    if len(names) != 1:
        return Dialect()
    return Dialect(max(DELIMITERS, key=names[0].count) if any(sign in names[0] for sign in DELIMITERS) else ",")
