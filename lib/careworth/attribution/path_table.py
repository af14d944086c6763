"""From a path table to journeys: each row a path such as `care > email`, and how often it ended in the outcome and in none."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from careworth.attribution.event_columns import channel_numbers, require_rows
from careworth.attribution.journeys import Journeys
from careworth.attribution.log_file import Source, column_names, whole
from careworth.errors import ParameterError

#: What the columns are called unless told; the last two need not be there.
COLUMNS = {
    "path": "path",
    "conversions": "total_conversions",
    "value": "total_conversion_value",
    "nulls": "total_null",
}
NEEDED = ("path", "conversions")


def journeys_of_paths(source: Source, columns: Mapping[str, str] | None = None, separator: str = ">") -> Journeys:
    """One journey per row; channels in the order of their first appearance.

    A path is split at the separator; blanks around a name are no part of it, and empty names are left out.

    Parameters
    ----------
    source : table, or path of a Parquet, CSV or Excel file
        One row per path; rows may repeat a path.
    columns : mapping, optional
        What the columns path, conversions, value and nulls are called. Without values each conversion is worth 1; without nulls
        every journey converted.
    separator : str
        What stands between the channels; blanks around it do not matter.

    Raises
    ------
    ParameterError, SourceError
        Saying what was found, in which row, and what to do.

    Examples
    --------
    >>> journeys = journeys_of_paths(pl.DataFrame({"path": ["care > email", "care"], "total_conversions": [3, 1]}))
    >>> journeys.channels, journeys.touches.tolist(), journeys.starts.tolist(), journeys.conversions.tolist()
    (('care', 'email'), [0, 1, 0], [0, 2, 3], [3.0, 1.0])
    """
    names = COLUMNS | dict(columns or {})
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown:
        raise ParameterError(f"a path table has no {', '.join(unknown)}; its columns are {', '.join(COLUMNS)}")
    known = column_names(source)
    wanted = {role: name for role, name in names.items() if role in NEEDED or role in (columns or {}) or name in known}
    table = whole(source, list(wanted.values()))
    touches, lengths = _split(table[names["path"]], separator)
    conversions = _counts(table[names["conversions"]])
    return Journeys(
        channels=() if touches.ids is None else tuple(touches.ids.to_list()),
        touches=touches.numbers,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        conversions=conversions,
        nulls=_counts(table[names["nulls"]]) if "nulls" in wanted else np.zeros(len(conversions)),
        values=_values(table[names["value"]], conversions) if "value" in wanted else conversions.copy(),
    )


def _split(paths: pl.Series, separator: str):
    """The touches of all paths by number, and how many there are of each path."""
    if not separator:
        raise ParameterError("the separator is empty; give what stands between the channels, such as '>'")
    named = paths.cast(pl.String).str.split(separator.strip() or separator).list.eval(pl.element().str.strip_chars(" "))
    named = named.list.eval(pl.element().filter(pl.element() != ""))
    require_rows((named.list.len() > 0).fill_null(False), paths, "names no channel; name one, or leave the row out")
    return channel_numbers(named.explode() if len(named) else pl.Series([], dtype=pl.String)), named.list.len().to_numpy()


def _numbers(column: pl.Series) -> pl.Series:
    return (column.str.strip_chars() if column.dtype == pl.String else column).cast(pl.Float64, strict=False)


def _counts(column: pl.Series) -> np.ndarray:
    counts = _numbers(column)
    is_count = (counts.is_finite() & (counts >= 0)).fill_null(False)
    require_rows(is_count, column, "is no count; write a number from 0 on, and give refunds as negative values")
    return counts.to_numpy()


def _values(column: pl.Series, conversions: np.ndarray) -> np.ndarray:
    values = _numbers(column)
    require_rows(values.is_finite().fill_null(False), column, "is no value; write a number, 0 where it is none")
    is_owned = (values == 0) | pl.Series(conversions > 0)
    require_rows(is_owned, column, "is the value of a path without conversions; count them, or set it to 0")
    return values.to_numpy()
