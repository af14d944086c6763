"""The records of a source file as a table of texts, whatever the file's format; those that cannot be split stand apart."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.staging.delimited import WHOLE, Split, read_header, text_of
from careworth.staging.objects import (
    OTHER_SHAPE,
    SCRIPT_PREFIX,
    Shape,
    Wanted,
    as_text,
    raw_of,
    read_array,
    read_documents,
    read_lines,
    values_of,
)
from careworth.staging.opening import OLE, PARQUET, ZIP, open_source
from careworth.staging.spreadsheets import read_sheet

#: Records that are turned into a table at a time: enough to be quick, few enough to stay small.
BATCH = 50_000

#: More rows than these are believed only of a file that has as many bytes.
MANY_ROWS = 1_000_000

#: More broken records than these, and than whole ones, are no damage but another format.
MANY_FAULTS = 200_000

#: Types whose values become texts without looking at each of them; the others are looked at.
PLAIN_TYPES = {pl.String, pl.Boolean, pl.Date, pl.Float32, pl.Float64}

FAULTS = {"record": pl.Int64(), "reasons": pl.List(pl.String()), "raw": pl.Binary()}
NAMED = {".parquet": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".js": "json"}


class Dialect(NamedTuple):
    """How a file is written: what stands between its fields, its encoding where no mark says so, the sheet of a workbook."""

    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = ""


class Records(NamedTuple):
    """`table` has `record` (1 is the first) and the wanted columns as texts; `faults` has record, reasons, raw.

    `is_typed` is true of a file that has numbers and times beside texts, which a CSV file has not.
    """

    table: pl.DataFrame
    faults: pl.DataFrame
    is_typed: bool = False

    @property
    def count(self) -> int:
        """All records of the file."""
        return self.table.height + self.faults.height


class _Opened(NamedTuple):
    # A source that is open, what kind of file it is, and how it is to be read. Who holds it holds the text until the stream is
    # closed: a text that goes first would close the stream with a warning.
    stream: BinaryIO | TextIOWrapper
    kind: str
    name: str
    dialect: Dialect
    shape: Shape


def read_records(path: Path, wanted: Wanted, dialect: Dialect = Dialect(), shape: Shape = Shape()) -> Records:  # noqa: B008
    """The records of a CSV, JSON, Excel or Parquet file, packed by gzip or zip or not; no type is guessed.

    Raises
    ------
    SourceError
        If the file as a whole cannot be read as what it says it is; its `code` says why.
    """
    with open_source(path) as stream:
        opened = _opened(stream, path, dialect, shape)
        if opened.kind == "parquet" and shape.flat is None:
            return _from_parquet(stream, wanted, path.name)._replace(is_typed=True)
        return _gathered(_splits(opened, wanted), wanted, path.name)._replace(is_typed=opened.kind != "csv")


def read_raw(path: Path, numbers: set[int], dialect: Dialect, shape: Shape = Shape()) -> dict[int, bytes]:  # noqa: B008
    """The raw text of the records with these numbers, read a second time so that nobody has to hold all of them."""
    if not numbers:
        return {}
    with open_source(path) as stream:
        opened = _opened(stream, path, dialect, shape)
        header = _header(opened)
        splits = header[1] if header else _splits(opened, Wanted([], set()))
        return {each.record: _raw_bytes(each) for each in splits if each.record in numbers}


def _raw_bytes(split: Split) -> bytes:
    raw = split.raw if isinstance(split.raw, str) else split.raw()
    return raw.encode("utf-8", "surrogateescape")


def read_names(path: Path, dialect: Dialect) -> list[str]:
    """The names of the columns of a CSV, Excel or Parquet file, as it writes them; none for JSON, whose records may differ."""
    with open_source(path) as stream:
        opened = _opened(stream, path, dialect, Shape())
        if opened.kind == "parquet":
            return parquet_names(stream, path.name)
        header = _header(opened)
        return [field.strip() for field in header[0]] if header else []


def _opened(stream: BinaryIO, path: Path, dialect: Dialect, shape: Shape) -> _Opened:
    kind = _kind(stream, path, shape)
    source = text_of(stream, path.name, dialect.encoding) if kind in ("csv", "json") else stream
    return _Opened(source, kind, path.name, dialect, shape)


def _kind(stream: BinaryIO, path: Path, shape: Shape) -> str:
    start = stream.read(64)
    stream.seek(0)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_json = text[:1] in (b"{", b"[") or SCRIPT_PREFIX.match(text.decode("latin-1"))
    kind = "parquet" if start.startswith(PARQUET) else "sheet" if start.startswith((ZIP, OLE)) else "json" if is_json else "csv"
    if NAMED.get(path.suffix.lower(), kind) != kind:
        raise SourceError(f"{path.name}: is not what its name says but looks like {kind}; export it again", "E_FORMAT")
    if kind != "json":
        return kind
    return "document" if shape.records else "array" if text[:1] == b"[" else "json"


def _header(opened: _Opened) -> tuple[list[str], Iterator[Split]] | None:
    if opened.kind == "csv":
        return read_header(opened.stream, opened.name, opened.dialect.delimiter)
    return read_sheet(opened.stream, opened.name, opened.dialect.sheet) if opened.kind == "sheet" else None


def _splits(opened: _Opened, wanted: Wanted) -> Iterator[Split]:
    stream, kind, name, _, shape = opened
    if kind == "parquet":
        return _from_rows(read_parquet(stream, name, None if shape.flat else wanted.columns), wanted, shape)
    if kind == "document":
        return read_documents(stream, wanted, name, shape)
    if kind == "array":
        return read_array(stream, wanted, name, shape)
    if kind == "json":
        return read_lines(stream, wanted, shape)
    header, splits = _header(opened)
    places = _places([field.strip().lower() for field in header], wanted, name)
    return (_placed(split, places, header) for split in splits)


def _places(header: list[str], wanted: Wanted, name: str) -> list[int | None]:
    named = {column: column.strip().lower() for column in wanted.columns}
    missing = [column for column, place in named.items() if place not in header and column not in wanted.optional]
    if missing:
        raise SourceError(
            f"{name}: no column {', '.join(map(repr, missing))}; the first line must name the columns, with commas between",
            "E_MISSING_COLUMN",
        )
    named_twice = [field for field in header if field and header.count(field) > 1]
    if named_twice:
        raise SourceError(f"{name}: a column's name stands twice in the header; rename one", "E_DUPLICATE_COLUMN")
    return [header.index(place) if place in header else None for place in named.values()]


def _placed(split: Split, places: list[int | None], header: list[str]) -> Split:
    if split.fields is None:
        return split
    if split.fields == header:
        return split._replace(fields=None, reasons=["repeated_header"])
    if None in places or len(places) < 2:
        fields = [None if place is None else split.fields[place] for place in places]
    else:
        fields = itemgetter(*places)(split.fields)
    return Split(split.record, fields, WHOLE, split.raw)


def _gathered(splits: Iterable[Split], wanted: Wanted, name: str) -> Records:
    tables, faults, splits = [_as_table([], wanted)], [pl.DataFrame(schema=FAULTS)], iter(splits)
    read = lost = 0
    while batch := list(islice(splits, BATCH)):
        tables.append(_as_table([split for split in batch if split.fields is not None], wanted))
        broken = [(split.record, split.reasons, _raw_bytes(split)) for split in batch if split.fields is None]
        faults.append(pl.DataFrame(broken, schema=FAULTS, orient="row"))
        read, lost = read + len(batch), lost + len(broken)
        if lost > MANY_FAULTS and lost > read / 2:
            found = f"{name}: {lost:,} of the first {read:,} records cannot be split"
            raise SourceError(f"{found}; it is of another format, or has another delimiter", "E_FORMAT")
    return Records(pl.concat(tables), pl.concat(faults))


def _as_table(batch: list[Split], wanted: Wanted) -> pl.DataFrame:
    fields = list(zip(*(split.fields for split in batch), strict=True)) or [[] for _ in wanted.columns]
    numbers = pl.Series("record", [split.record for split in batch], pl.Int64)
    named = zip(wanted.columns, fields, strict=True)
    return pl.DataFrame([numbers, *(pl.Series(wanted.prefix + name, column, pl.String) for name, column in named)])


def _from_parquet(stream: BinaryIO, wanted: Wanted, name: str) -> Records:
    table = read_parquet(stream, name, wanted.columns)
    missing = [column for column in wanted.columns if column not in table.columns and column not in wanted.optional]
    if missing:
        raise SourceError(f"{name}: no column {', '.join(map(repr, missing))}", "E_MISSING_COLUMN")
    if not all(map(_is_plain, table.dtypes)):
        return _gathered(_from_rows(table, wanted, Shape()), wanted, name)
    texts = [
        _texts(table[column]) if column in table.columns else pl.Series([None] * table.height, dtype=pl.String)
        for column in wanted.columns
    ]
    numbers = pl.Series("record", range(1, table.height + 1), pl.Int64)
    named = zip(texts, wanted.columns, strict=True)
    whole = pl.DataFrame([numbers, *(text.alias(wanted.prefix + column) for text, column in named)])
    return Records(whole, pl.DataFrame(schema=FAULTS))


def _is_plain(dtype: pl.DataType) -> bool:
    return dtype in PLAIN_TYPES or dtype.is_integer() or isinstance(dtype, pl.Datetime)


def _texts(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.Datetime | pl.Date):
        return values.dt.to_string("iso:strict")
    if values.dtype == pl.Float64:
        return pl.Series(values.name, [as_text(value) for value in values], pl.String)
    return values.cast(pl.String)


def _from_rows(table: pl.DataFrame, wanted: Wanted, shape: Shape) -> Iterator[Split]:
    for number, row in enumerate(table.iter_rows(named=True), 1):
        try:
            fields, faults = values_of(shape.flat(row) if shape.flat else row, wanted)
        except OTHER_SHAPE:
            fields, faults = None, ["unexpected_shape"]
        yield Split(number, fields, faults, lambda row=row: raw_of(row))


def read_parquet(stream: BinaryIO, name: str, columns: list[str] | None = None) -> pl.DataFrame:
    """The table of a Parquet file, or those of `columns` that it has; instants in UTC.

    Raises
    ------
    SourceError
        E_CORRUPT if it is not whole, E_TOO_LARGE if it is far larger than it looks.
    """
    # Polars checks no page checksum, so a flipped bit would come back as other text; Arrow checks those that are there.
    with _damage_told(name):
        from pyarrow import parquet

        file = parquet.ParquetFile(stream, page_checksum_verification=True)
        if file.metadata.num_rows > max(MANY_ROWS, stream.seek(0, 2)):
            raise SourceError(f"{name}: has more rows than bytes; export it again, or split it", "E_TOO_LARGE")
        known = None if columns is None else [column for column in dict.fromkeys(columns) if column in file.schema_arrow.names]
        return pl.from_arrow(_in_utc(file.read(known)))


def parquet_names(stream: BinaryIO, name: str) -> list[str]:
    """The names of the columns of a Parquet file."""
    with _damage_told(name):
        from pyarrow import parquet

        return parquet.ParquetFile(stream).schema_arrow.names


def _in_utc(table):
    # Polars knows zones by their names, not by an offset such as +05:30; the instants are the same.
    from pyarrow import timestamp, types

    for place, field in enumerate(table.schema):
        if types.is_timestamp(field.type) and field.type.tz is not None:
            table = table.set_column(place, field.name, table[place].cast(timestamp(field.type.unit, "UTC")))
    return table


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    try:
        yield
    except SourceError:
        raise
    except BaseException as error:
        # A panic of Polars is no Exception, and its type cannot be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise SourceError(f"{name}: is no whole Parquet file ({type(error).__name__}); export it again", "E_CORRUPT") from None
