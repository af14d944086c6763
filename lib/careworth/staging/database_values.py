"""Values of databases as exact texts, and the tables made of them; what no text can stand for refuses its query."""

import json
import math
import re
from collections.abc import Callable, Container
from decimal import Decimal
from typing import Any

import polars as pl

from careworth.errors import SourceError
from careworth.staging.objects import as_text

BATCH_ROWS = 50_000

#: A time as PostgreSQL (DateStyle ISO, TimeZone UTC) and DuckDB write it; what has no end or no four-digit year is none.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?)?")


class _Unreadable(Exception):
    """A value that no text can stand for; says what it is and what to do."""


def as_table(cursor: Any, where: str, moments: Container[str] = ()) -> pl.DataFrame:
    """All rows that a cursor has to give, every column as text; those named in `moments` are times as the server writes them.

    Raises
    ------
    SourceError
        E_QUERY without columns, E_DUPLICATE_COLUMN, or E_VALUE where a value cannot be told as text.
    """
    names = [column[0] for column in cursor.description or []]
    if not names:
        raise SourceError(f"{where}: returns no columns; it must be one SELECT that only reads", "E_QUERY")
    repeated = sorted({column for column in names if names.count(column) > 1})
    if repeated:
        raise SourceError(f"{where}: returns several columns named {repeated}; name each by its own AS", "E_DUPLICATE_COLUMN")
    schema = dict.fromkeys(names, pl.String)
    conversions = {column: _moment_text if column in moments else _text for column in names}
    batches = iter(lambda: cursor.fetchmany(BATCH_ROWS), [])
    return pl.concat([pl.DataFrame(schema=schema), *(_batch(rows, conversions, where) for rows in batches)])


def _batch(rows: list[tuple], conversions: dict[str, Callable[[Any], str | None]], where: str) -> pl.DataFrame:
    columns = zip(conversions.items(), zip(*rows, strict=True), strict=True)
    texts = {name: _column(values, conversion, f"{where}, column {name!r}") for (name, conversion), values in columns}
    return pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))


def _column(values: tuple, conversion: Callable[[Any], str | None], where: str) -> list[str | None]:
    try:
        return [conversion(value) for value in values]
    except _Unreadable as error:
        raise SourceError(f"{where}: holds {error}", "E_VALUE") from None


def _text(value: Any) -> str | None:
    return TEXTS[type(value)](value)


def _json(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    is_number = isinstance(value, bool | int | float | Decimal) and math.isfinite(value)
    return _text(value) if is_number else json.dumps(_text(value), ensure_ascii=False)


def _moment_text(moment: str | None) -> str | None:
    if moment is None:
        return None
    parts = MOMENT.fullmatch(moment)
    if parts is None:
        raise _Unreadable("an infinite time, or one outside the years 1 to 9999; leave it out, or make it null, in the query")
    day, clock, zone = parts.groups()
    return day if clock is None else f"{day}T{clock}{zone and '+00:00' or ''}"


def _refuse_bytes(_: bytes) -> None:
    raise _Unreadable("binary values; leave it out, or write it as hexadecimal text, in the query")


#: Every type that a driver hands over, and how it becomes text.
TEXTS: dict[type, Callable[[Any], str | None]] = {
    type(None): lambda _: None,
    str: str,
    bool: lambda truth: "true" if truth else "false",
    int: str,
    float: as_text,
    Decimal: lambda number: format(number, "f"),
    list: _json,
    bytes: _refuse_bytes,
}
