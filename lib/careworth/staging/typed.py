"""Texts to what a column must hold: instants, days, amounts, words; null where a text is not certain."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.schemas import INSTANT, VOCABULARY
from careworth.staging.amounts import in_minor_units, plain_number, whole_number
from careworth.staging.records import Dialect
from careworth.staging.times import day, instant

YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")


class Layout(NamedTuple):
    """How a file says what a canonical table needs.

    `columns` leads from the canonical name to the file's own, and "#" stands for the record's place in the file; `constants`
    are values for columns that the file lacks; `values` leads, for a column, from each word of the file to ours; `time_format`
    and `date_format` are those of strftime, or epoch_seconds and its like, ISO 8601 where empty; `zone` is that of times that
    name none; `amounts` is minor or major, the unit of money in the file; `decimal_comma` is true where 1.234,50 is written;
    `own_accounts` are the brand's own ids or names in the file; `margin_rate` is the share of net revenue that is margin;
    `empty_words` stand for nothing; the record whose column `version` is largest is the newest of those with its key; `place`
    is the file's, below the workspace; `is_typed` is true of files that have numbers and times beside texts.
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
    place: str = ""
    is_typed: bool = False


def typed(name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    """The column `written <name>` as `dtype`, called `name`: null where the text does not parse, a constant where there is none.

    Raises
    ------
    SourceError
        If a constant does not parse.
    """
    text = pl.col(f"written {name}")
    told = _told(text, name, dtype, layout)
    if name not in layout.constants:
        return told.alias(name)
    return pl.when(text.is_null()).then(constant(name, dtype, layout)).otherwise(told).alias(name)


def constant(name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    """The constant that the workspace gives for a column, as `dtype`; it is written as we write it, not as the file does."""
    given = layout.constants[name]
    value = pl.select(_told(pl.lit(given), name, dtype, Layout(zone=layout.zone))).item()
    if value is None:
        raise SourceError(f"constants.{name}: {given!r} cannot be read as {name}; correct it in the workspace", "E_BAD_FIELD")
    return pl.lit(value, dtype)


def _told(text: pl.Expr, name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    words = layout.values.get(name)
    said = text.replace_strict(words, default=None, return_dtype=pl.String) if words else text
    if dtype == INSTANT:
        return instant(said, layout.time_format, layout.zone, layout.is_typed)
    if dtype == pl.Date():
        return day(said, layout.date_format, layout.is_typed)
    if dtype == pl.Boolean():
        truths = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
        return said.str.to_lowercase().replace_strict(truths, default=None, return_dtype=pl.Boolean)
    return _word(said, name) if dtype == pl.String() else _number(said, name, dtype, layout)


def _word(text: pl.Expr, name: str) -> pl.Expr:
    if name == "currency":
        return text.str.to_uppercase().str.extract(r"^([A-Z]{3})$", 1)
    return pl.when(text.is_in(VOCABULARY[name])).then(text) if name in VOCABULARY else text


def _number(text: pl.Expr, name: str, dtype: pl.DataType, layout: Layout) -> pl.Expr:
    plain = plain_number(text, layout.decimal_comma, layout.is_typed)
    if dtype == pl.Float64():
        return plain.cast(pl.Float64, strict=False)
    if name.endswith("_minor") and layout.amounts == "major":
        return in_minor_units(plain, typed("currency", pl.String(), layout))
    return whole_number(plain)
