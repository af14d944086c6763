"""The records of a source file as a table of texts, whatever the file's format; those that cannot be split stand apart."""

from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.staging.delimited import WHOLE, Split, read_header, text_of
from careworth.staging.objects import Wanted, as_text, read_array, read_lines
from careworth.staging.opening import PARQUET, open_source

#: Records that are turned into a table at a time: enough to be quick, few enough to stay small.
BATCH = 50_000

FAULTS = {"record": pl.Int64(), "reasons": pl.List(pl.String()), "raw": pl.Binary()}
NAMED = {".parquet": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json"}


class Dialect(NamedTuple):
    """How a text file is written: what stands between its fields, and its encoding where no mark says so."""

    delimiter: str = ","
    encoding: str = "utf-8"


class Records(NamedTuple):
    """`table` has `record` (1 is the first) and the wanted columns as texts; `faults` has record, reasons, raw."""

    table: pl.DataFrame
    faults: pl.DataFrame

    @property
    def count(self) -> int:
        """All records of the file."""
        return self.table.height + self.faults.height


def read_records(path: Path, wanted: Wanted, dialect: Dialect = Dialect()) -> Records:  # noqa: B008
    """The records of a CSV, JSON or Parquet file, packed by gzip or zip or not; no type is guessed.

    Raises
    ------
    SourceError
        If the file as a whole cannot be read as what it says it is; its `code` says why.
    """
    with open_source(path) as stream:
        kind = _kind(stream, path)
        if kind == "parquet":
            return _from_parquet(stream, wanted, path.name)
        source = _source(stream, kind, path.name, dialect)
        return _gathered(_splits(source, kind, wanted, path.name, dialect), wanted.columns)


def read_raw(path: Path, numbers: set[int], dialect: Dialect) -> dict[int, bytes]:
    """The raw text of the records with these numbers, read a second time so that nobody has to hold all of them."""
    if not numbers:
        return {}
    with open_source(path) as stream:
        kind = _kind(stream, path)
        source = None if kind == "parquet" else _source(stream, kind, path.name, dialect)
        splits = () if source is None else _raw_splits(source, kind, path.name, dialect)
        return {each.record: each.raw.encode("utf-8", "surrogateescape") for each in splits if each.record in numbers}


def _raw_splits(source: Any, kind: str, name: str, dialect: Dialect) -> Iterator[Split]:
    return (
        read_header(source, name, dialect.delimiter)[1]
        if kind == "csv"
        else _splits(source, kind, Wanted([], set()), name, dialect)
    )


def _kind(stream: BinaryIO, path: Path) -> str:
    start = stream.read(64)
    stream.seek(0)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = "parquet" if start.startswith(PARQUET) else "json" if text[:1] in (b"{", b"[") else "csv"
    if NAMED.get(path.suffix.lower(), kind) != kind:
        raise SourceError(f"{path.name}: is not what its name says but looks like {kind}; export it again", "E_FORMAT")
    return "array" if text[:1] == b"[" else kind


def _source(stream: BinaryIO, kind: str, name: str, dialect: Dialect) -> BinaryIO | TextIOWrapper:
    # The caller holds it until the stream is closed: a text that goes first would close the stream with a warning.
    return stream if kind == "array" else text_of(stream, name, dialect.encoding)


def _splits(source: Any, kind: str, wanted: Wanted, name: str, dialect: Dialect) -> Iterator[Split]:
    if kind == "array":
        return read_array(source, wanted, name)
    if kind == "json":
        return read_lines(source, wanted)
    header, splits = read_header(source, name, dialect.delimiter)
    places = _places([field.strip().lower() for field in header], wanted.columns, name)
    return (_placed(split, places, header) for split in splits)


def _places(header: list[str], columns: list[str], name: str) -> list[int]:
    wanted = [column.strip().lower() for column in columns]
    missing = [column for column, name in zip(columns, wanted, strict=True) if name not in header]
    if missing:
        raise SourceError(
            f"{name}: no column {', '.join(map(repr, missing))}; the first line must name the columns, with commas between",
            "E_MISSING_COLUMN",
        )
    if len(set(header)) != len(header):
        raise SourceError(f"{name}: a column's name stands twice in the header; rename one", "E_DUPLICATE_COLUMN")
    return [header.index(name) for name in wanted]


def _placed(split: Split, places: list[int], header: list[str]) -> Split:
    if split.fields is None:
        return split
    if split.fields == header:
        return split._replace(fields=None, reasons=["repeated_header"])
    fields = itemgetter(*places)(split.fields) if len(places) > 1 else [split.fields[places[0]]]
    return Split(split.record, fields, WHOLE, split.raw)


def _gathered(splits: Iterable[Split], columns: list[str]) -> Records:
    tables, faults, splits = [_as_table([], columns)], [], iter(splits)
    while batch := list(islice(splits, BATCH)):
        tables.append(_as_table([split for split in batch if split.fields is not None], columns))
        faults += [split for split in batch if split.fields is None]
    rows = [(fault.record, fault.reasons, fault.raw.encode("utf-8", "surrogateescape")) for fault in faults]
    return Records(pl.concat(tables), pl.DataFrame(rows, schema=FAULTS, orient="row"))


def _as_table(batch: list[Split], columns: list[str]) -> pl.DataFrame:
    fields = list(zip(*(split.fields for split in batch), strict=True)) or [[] for _ in columns]
    numbers = pl.Series("record", [split.record for split in batch], pl.Int64)
    return pl.DataFrame([numbers, *(pl.Series(name, column, pl.String) for name, column in zip(columns, fields, strict=True))])


def _from_parquet(stream: BinaryIO, wanted: Wanted, name: str) -> Records:
    table = _read_parquet(stream, name)
    missing = sorted(wanted.required - set(table.columns))
    if missing:
        raise SourceError(f"{name}: no column {', '.join(map(repr, missing))}", "E_MISSING_COLUMN")
    texts = [
        _texts(table[column]) if column in table.columns else pl.Series([None] * table.height, dtype=pl.String)
        for column in wanted.columns
    ]
    numbers = pl.Series("record", range(1, table.height + 1), pl.Int64)
    whole = pl.DataFrame([numbers, *(text.alias(column) for text, column in zip(texts, wanted.columns, strict=True))])
    return Records(whole, pl.DataFrame(schema=FAULTS))


def _texts(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String or values.dtype.is_integer():
        return values.cast(pl.String)
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.to_string("iso:strict")
    return pl.Series(values.name, [as_text(value) for value in values], pl.String)


def _read_parquet(stream: BinaryIO, name: str) -> pl.DataFrame:
    # Polars checks no page checksum, so a flipped bit would come back as other text; Arrow checks those that are there.
    from pyarrow import ArrowException, parquet

    try:
        return pl.from_arrow(parquet.read_table(stream, page_checksum_verification=True))
    except (ArrowException, OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{name}: is no whole Parquet file ({type(error).__name__}); export it again", "E_CORRUPT") from None
