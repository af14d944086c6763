"""Any table that somebody exports: columns are mapped by name, and every value is read as what its column must hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from careworth.schemas import INSTANT, VOCABULARY, Table
from careworth.staging.objects import Wanted
from careworth.staging.quarantine import Split, Staged, set_aside
from careworth.staging.records import Dialect, read_records

#: Decimal places of the currencies that have not two (ISO 4217).
DECIMAL_PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}

YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
ZONED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})$"


class Layout(NamedTuple):
    """How a file says what a canonical table needs.

    `columns` leads from the canonical name to the file's own; `constants` are values for columns that the file lacks;
    `values` leads, for a column, from each word of the file to ours; `time_format` and `date_format` are those of strftime,
    ISO 8601 where empty; `zone` is that of times that name none; `amounts` is minor or major, the unit of money in the file;
    `decimal_comma` is true where 1.234,50 is written.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    time_format: str = ""
    date_format: str = ""
    zone: str = ""
    amounts: str = "minor"
    decimal_comma: bool = False
    values: Mapping[str, Mapping[str, str]] = {}
    dialect: Dialect = Dialect()


def stage_generic(path: Path, schema: Table, layout: Layout) -> Staged:
    """The rows of `path` as the canonical table; read = accepted + rejected, and each rejected record keeps its reasons.

    A value that does not parse rejects its record (`<column>_unparsed`), an empty one where the table needs a value too
    (`<column>_missing`). Of records with the same key and the same values one stays; if they differ, none does.

    Raises
    ------
    SourceError
        If the file cannot be read or lacks a mapped column; its `code` says why.
    """
    own = list(dict.fromkeys(layout.columns.values()))
    records = read_records(path, Wanted(own, set(own)), layout.dialect)
    written = records.table.select("record", **{f"written {name}": text for name, text in _written(schema, layout).items()})
    typed = written.with_columns(_typed(name, dtype, layout) for name, dtype in schema.columns.items())
    once = _once(set_aside(typed, records.faults, _faults(schema)), schema)
    return Staged.of(once.accepted.select(list(schema.columns)).sort(schema.key), once.rejected, records.count)


def _written(schema: Table, layout: Layout) -> dict[str, pl.Expr]:
    def _text(name: str) -> pl.Expr:
        if name in layout.columns:
            return pl.col(layout.columns[name]).str.strip_chars().replace("", None)
        return pl.lit(layout.constants.get(name), pl.String)

    return {name: _text(name) for name in schema.columns}


def _typed(name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    text = pl.col(f"written {name}")
    if dtype == INSTANT:
        return _instant(text, layout).alias(name)
    if dtype == pl.Date():
        return text.str.to_date(layout.date_format or "%Y-%m-%d", strict=False).alias(name)
    if dtype == pl.Boolean():
        words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
        return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean).alias(name)
    if dtype == pl.String():
        return _word(text, name, layout).alias(name)
    return _number(text, name, dtype, layout).alias(name)


def _word(text: pl.Expr, name: str, layout: Layout) -> pl.Expr:
    said = text.replace_strict(layout.values[name], default=None, return_dtype=pl.String) if name in layout.values else text
    return pl.when(said.is_in(VOCABULARY[name])).then(said) if name in VOCABULARY else said


def _instant(text: pl.Expr, layout: Layout) -> pl.Expr:
    plain = text.str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00")
    zoned = pl.when(text.str.contains(ZONED)).then(plain)
    iso = pl.coalesce(
        zoned.str.to_datetime(form, time_zone="UTC", strict=False) for form in ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z")
    ).cast(INSTANT)
    if "%z" in layout.time_format:
        return text.str.to_datetime(layout.time_format, time_zone="UTC", strict=False).cast(INSTANT)
    if not layout.zone:
        return iso
    forms = [layout.time_format] if layout.time_format else ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
    source = text if layout.time_format else plain
    local = pl.coalesce(_local(source, form) for form in forms)
    # An hour that the clock skips or shows twice names no instant; it is not guessed.
    placed = local.dt.replace_time_zone(layout.zone, ambiguous="null", non_existent="null").dt.convert_time_zone("UTC")
    return pl.coalesce(iso, placed.cast(INSTANT))


def _local(text: pl.Expr, form: str) -> pl.Expr:
    has_hours = any(part in form for part in ("%H", "%I", "%T", "%R"))
    parsed = text.str.to_datetime(form, strict=False) if has_hours else text.str.to_date(form, strict=False)
    return parsed.cast(pl.Datetime("us"))


def _number(text: pl.Expr, name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    plain = (
        text.str.replace_all(r"[ .'\u00a0\u202f]", "").str.replace(",", ".", literal=True)
        if layout.decimal_comma
        else (text.str.replace_all(r"[ ,'\u00a0\u202f]", ""))
    )
    if dtype == pl.Float64():
        return pl.when(plain.str.contains(r"^[+-]?[0-9]+(?:\.[0-9]+)?$")).then(plain).cast(pl.Float64, strict=False)
    if name.endswith("_minor") and layout.amounts == "major":
        return _in_minor_units(plain)
    whole = pl.when(plain.str.contains(r"^[+-]?[0-9]+(?:\.0+)?$")).then(plain.str.replace(r"\.0+$", ""))
    return whole.cast(pl.Int64, strict=False)


def _in_minor_units(amount: pl.Expr) -> pl.Expr:
    # Digits are moved as text, so no cent is lost to a float; more decimals than the currency has do not parse.
    places = pl.col("written currency").replace_strict(DECIMAL_PLACES, default=2, return_dtype=pl.Int64)
    sign, whole = amount.str.extract(r"^([+-]?)[0-9]", 1), amount.str.extract(r"^[+-]?([0-9]+)(?:\.[0-9]+)?$", 1)
    part = amount.str.extract(r"\.([0-9]+?)0*$", 1).fill_null("").str.strip_chars_end("0")
    fits = part.str.len_bytes() <= places
    digits = pl.concat_str(sign, whole, part.str.pad_end(9, "0").str.slice(0, places))
    return pl.when(fits).then(digits).cast(pl.Int64, strict=False)


def _faults(schema: Table) -> dict[str, pl.Expr]:
    missing = {f"{name}_missing": pl.col(f"written {name}").is_null() for name in schema.required}
    unparsed = {f"{name}_unparsed": pl.col(f"written {name}").is_not_null() & pl.col(name).is_null() for name in schema.columns}
    return missing | unparsed


def _once(judged: Split, schema: Table) -> Split:
    is_repeated = pl.struct(schema.key).is_duplicated()
    values = list(schema.columns)
    differs = pl.struct(values).n_unique().over(schema.key) > 1
    again = ~pl.struct(schema.key).is_first_distinct()
    rules = {"duplicate_conflict": differs, "duplicate_exact": again & ~differs}
    repeated = set_aside(judged.accepted.filter(is_repeated), judged.rejected, rules)
    return Split(pl.concat([judged.accepted.filter(~is_repeated), repeated.accepted]), repeated.rejected)
