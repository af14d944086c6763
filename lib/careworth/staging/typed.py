"""Texts to what a column must hold: instants, days, amounts, words; null where a text is not certain."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from careworth.schemas import DECIMAL_PLACES, INSTANT, VOCABULARY
from careworth.staging.records import Dialect

YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
ZONED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)? ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})$"

#: Microseconds of one unit of the time formats that count from 1970.
EPOCH_MICROSECONDS = {"epoch_seconds": 1_000_000, "epoch_milliseconds": 1_000, "epoch_microseconds": 1}


class Layout(NamedTuple):
    """How a file says what a canonical table needs.

    `columns` leads from the canonical name to the file's own, and "#" stands for the record's place in the file; `constants`
    are values for columns that the file lacks; `values` leads, for a column, from each word of the file to ours; `time_format`
    and `date_format` are those of strftime, or epoch_seconds and its like, ISO 8601 where empty; `zone` is that of times that
    name none; `amounts` is minor or major, the unit of money in the file; `decimal_comma` is true where 1.234,50 is written;
    `own_accounts` are the brand's own ids or names in the file; `margin_rate` is the share of net revenue that is margin;
    `empty_words` stand for nothing; the record whose column `version` is largest is the newest of those with its key.
    """

    columns: Mapping[str, str] = {}
    constants: Mapping[str, str] = {}
    time_format: str = ""
    date_format: str = ""
    zone: str = ""
    amounts: str = "minor"
    decimal_comma: bool = False
    values: Mapping[str, Mapping[str, str]] = {}
    dialect: Dialect = Dialect()
    own_accounts: Sequence[str] = ()
    margin_rate: float | None = None
    empty_words: Sequence[str] = ()
    version: str = ""


def typed(name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    """The column `written <name>` as `dtype`, called `name`; null where the text does not parse."""
    text = pl.col(f"written {name}")
    if dtype == INSTANT:
        return instant(text, layout).alias(name)
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


def instant(text: pl.Expr, layout: Layout) -> pl.Expr:
    """The instant that a text names, in UTC; null where it does not name one for certain."""
    form = layout.time_format
    if form in EPOCH_MICROSECONDS:
        whole = pl.when(text.str.contains(r"^[0-9]{1,17}$")).then(text).cast(pl.Int64, strict=False)
        return pl.from_epoch(whole * EPOCH_MICROSECONDS[form], "us").dt.replace_time_zone("UTC").cast(INSTANT)
    if "%z" in form:
        return text.str.to_datetime(form, time_zone="UTC", strict=False).cast(INSTANT)
    plain = text.str.replace(" ", "T", literal=True)
    return pl.coalesce(_zoned(text, plain), _placed(text if form else plain, layout)) if layout.zone else _zoned(text, plain)


def _zoned(text: pl.Expr, plain: pl.Expr) -> pl.Expr:
    offset = plain.str.replace(r" ?(?:Z|UTC)$", "+00:00").str.replace(r" ([+-][0-9]{2}:?[0-9]{2})$", "${1}")
    certain = pl.when(text.str.contains(ZONED)).then(offset)
    forms = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z")
    return pl.coalesce(certain.str.to_datetime(form, time_zone="UTC", strict=False) for form in forms).cast(INSTANT)


def _placed(text: pl.Expr, layout: Layout) -> pl.Expr:
    forms = [layout.time_format] if layout.time_format else ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
    placed = pl.coalesce(_begun(text, form, layout.zone) if _is_day(form) else _told(text, form, layout.zone) for form in forms)
    return placed.dt.convert_time_zone("UTC").cast(INSTANT)


def _is_day(form: str) -> bool:
    return not any(part in form for part in ("%H", "%I", "%T", "%R"))


def _told(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    # An hour that the clock skips or shows twice names no instant; it is not guessed.
    local = text.str.to_datetime(form, strict=False).cast(pl.Datetime("us"))
    return local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")


def _begun(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    # A day begins with its first instant, also where the clock skips midnight or shows it twice.
    midnight = text.str.to_date(form, strict=False).cast(pl.Datetime("us"))
    starts = (midnight + pl.duration(minutes=minutes) for minutes in (0, 30, 60))
    return pl.coalesce(start.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null") for start in starts)


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
