"""Columns of a table or file, whichever it is: Parquet as it is typed, CSV and Excel as texts, read strictly."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from careworth.errors import ParameterError, SourceError
from careworth.staging.columns import column_names as names_in_file
from careworth.staging.columns import read_columns

PARQUET = (".parquet", ".pq")

#: A table, lazy or not, or the path of a Parquet, CSV or Excel file.
Source = pl.DataFrame | pl.LazyFrame | Path | str


def column_names(source: Source) -> list[str]:
    """The names of the columns.

    Raises
    ------
    SourceError
        If there is no such file.
    """
    if isinstance(source, pl.DataFrame | pl.LazyFrame):
        return source.collect_schema().names()
    return names_in_file(Path(source))


def require_names(source: Source, wanted: list[str]) -> None:
    """Stop unless the source has every wanted column."""
    known = column_names(source)
    absent = [name for name in wanted if name not in known]
    if absent:
        where = "the table" if isinstance(source, pl.DataFrame | pl.LazyFrame) else Path(source).name
        raise ParameterError(
            f"{where} has no column {', '.join(map(repr, absent))}; its columns are {', '.join(known)}. Say which one is meant"
        )


def opened(source: Source, wanted: list[str]) -> pl.DataFrame | Path:
    """A table with the wanted columns, or the path of a Parquet file that has them, to be read one column at a time.

    Raises
    ------
    ParameterError
        If a column is missing.
    SourceError
        If the file is missing, or a record of it cannot be split.
    """
    require_names(source, wanted)
    wanted = list(dict.fromkeys(wanted))
    if isinstance(source, pl.DataFrame | pl.LazyFrame):
        return _flat(source.lazy().select(wanted).collect(engine="streaming"))
    path = Path(source)
    if path.suffix.lower() not in PARQUET:
        return _texts(path, wanted)
    _flat(pl.scan_parquet(path).select(wanted))
    return path


def _flat(table: pl.DataFrame | pl.LazyFrame):
    """The table unchanged if each of its cells holds one thing."""
    for name, dtype in table.collect_schema().items():
        if dtype.is_nested() or dtype == pl.Object:
            raise SourceError(f"column '{name}' holds {dtype}; write one number or text in each row")
    return table


def column_of(source: pl.DataFrame | Path, name: str, of_few: bool = False) -> pl.Series:
    """The column of that name; `of_few` says that its texts repeat a few names, and may be read as categories.

    Raises
    ------
    SourceError
        If the file is damaged.
    """
    if isinstance(source, pl.DataFrame):
        return source[name]
    try:
        if of_few and pq.read_schema(source).field(name).type in (pa.string(), pa.large_string()):
            read = pq.read_table(source, columns=[name], read_dictionary=[name], use_threads=False)
            return pl.Series(name, pl.from_arrow(read.column(0).unify_dictionaries().combine_chunks()))
        return pl.read_parquet(source, columns=[name]).to_series()
    except (pl.exceptions.ComputeError, pa.ArrowException, OSError) as error:
        raise SourceError(f"{source.name}: column '{name}' cannot be read ({error}); export it again") from None


def whole(source: Source, wanted: list[str]) -> pl.DataFrame:
    """A table with the wanted columns."""
    found = opened(source, wanted)
    return found if isinstance(found, pl.DataFrame) else pl.read_parquet(found, columns=list(dict.fromkeys(wanted)))


def _texts(path: Path, wanted: list[str]) -> pl.DataFrame:
    return read_columns(path, wanted).select(pl.all().replace("", None))
