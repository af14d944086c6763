"""A count series from a file: its times, strictly increasing and evenly spaced, and its counts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.errors import ParameterError, SourceError
from careworth.staging.columns import read_columns

#: A Monday: seconds are counted from it, so that weeks begin where they should.
MONDAY = datetime(2001, 1, 1, tzinfo=UTC)


class CountSeries(NamedTuple):
    """Times as written and in seconds since a Monday, and counts, nan where the file has none."""

    written: list[str]
    seconds: np.ndarray
    counts: np.ndarray


def read_series(path: Path, time: str, value: str) -> CountSeries:
    """The series in two columns of a CSV, Excel or Parquet file.

    Raises
    ------
    ParameterError, SourceError
        Saying which row is wrong and what to do.
    """
    if time == value:
        raise ParameterError(f"time and value are both '{time}'; name two columns")
    table = read_columns(path, [time, value])
    if table.height < 2:
        raise SourceError(f"{path.name} has {table.height} rows; two at least show how far apart they are")
    written = table[time].fill_null("").to_list()
    seconds = np.array([_second(text, row, time) for row, text in enumerate(written, 1)])
    require_increasing(seconds, written, time)
    return CountSeries(written, seconds, _counts(table[value]))


def _second(text: str, row: int, column: str) -> float:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        said = f"column '{column}', row {row}: {text!r} is no time; write 2024-05-31 or 2024-05-31 14:05:00"
        raise SourceError(said) from None
    return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - MONDAY.timestamp()


def _counts(given: pl.Series) -> np.ndarray:
    texts = given.str.strip_chars()
    numbers = texts.cast(pl.Float64, strict=False)
    empty = texts.fill_null("").str.to_lowercase().is_in(["", "nan", "null", "na"])
    wrong = ~(empty | (numbers.is_finite() & (numbers >= 0)).fill_null(False))
    if wrong.any():
        row = int(wrong.arg_true()[0])
        said = f"column '{given.name}', row {row + 1}: {given[row]!r} is no count of 0 or more ({wrong.sum()} such rows); "
        raise SourceError(said + "correct it, or leave the cell empty where the count is unknown")
    return np.where(empty.to_numpy(), np.nan, numbers.fill_null(0.0).to_numpy())


def require_increasing(seconds: np.ndarray, written: list[str], column: str) -> None:
    """Stop if a time is not later than the one before it."""
    wrong = np.flatnonzero(np.diff(seconds) <= 0)
    if len(wrong):
        row = int(wrong[0]) + 1
        how = (
            "is the time of the row before it again" if seconds[row] == seconds[row - 1] else "is earlier than the row before it"
        )
        raise SourceError(
            f"column '{column}', row {row + 1}: {written[row]} {how} ({len(wrong)} such rows); "
            f"sort the file by time, with one row for each time, and write UTC where clocks are turned back"
        )
