"""Texts to numbers and amounts of money; null where a text is not one for certain."""

import polars as pl

from careworth.schemas import DECIMAL_PLACES

#: Signs between thousands; in one number always groups of three.
POINT_GROUPS = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:[ ,'\u00a0\u202f][0-9]{3})+)(?:\.[0-9]+)?$"
COMMA_GROUPS = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:[ .'\u00a0\u202f][0-9]{3})+)(?:,[0-9]+)?$"
PLAIN = r"^[+-]?[0-9]+(?:\.[0-9]+)?$"

#: So many digits are what a computer makes of a decimal fraction; what they are off by is no part of the amount.
FLOAT_DIGITS, FLOAT_ERROR = 15, 1e-6


def plain_number(text: pl.Expr, decimal_comma: bool = False, is_typed: bool = False) -> pl.Expr:
    """The number as digits, with a point before decimals; null if its signs are not where they belong.

    `is_typed` is for files whose numbers are no texts, such as workbooks: these have a point, whatever texts beside them have.
    """
    if not decimal_comma:
        return pl.when(text.str.contains(POINT_GROUPS)).then(text.str.replace_all(r"[ ,'\u00a0\u202f]", ""))
    bare = text.str.replace_all(r"[ .'\u00a0\u202f]", "").str.replace(",", ".", literal=True)
    written = pl.when(text.str.contains(COMMA_GROUPS)).then(bare)
    return pl.when(text.str.contains(PLAIN)).then(text).otherwise(written) if is_typed else written


def whole_number(plain: pl.Expr) -> pl.Expr:
    """The number if it has no decimals but zeros."""
    whole = pl.when(plain.str.contains(r"^[+-]?[0-9]+(?:\.0+)?$")).then(plain.str.replace(r"\.0+$", ""))
    return whole.cast(pl.Int64, strict=False)


def in_minor_units(plain: pl.Expr, currency: pl.Expr) -> pl.Expr:
    """The amount in minor units of its currency; more decimals than that has are no amount."""
    # Digits are moved as text, so no cent is lost to a float.
    places = currency.replace_strict(DECIMAL_PLACES, default=2, return_dtype=pl.Int64)
    sign, whole = plain.str.extract(r"^([+-]?)[0-9]", 1), plain.str.extract(r"^[+-]?([0-9]+)(?:\.[0-9]+)?$", 1)
    part = plain.str.extract(r"\.([0-9]+?)0*$", 1).fill_null("").str.strip_chars_end("0")
    digits = pl.concat_str(sign, whole, part.str.pad_end(9, "0").str.slice(0, places))
    exact = pl.when(part.str.len_bytes() <= places).then(digits).cast(pl.Int64, strict=False)
    return pl.coalesce(exact, _of_a_float(plain, places))


def _of_a_float(plain: pl.Expr, places: pl.Expr) -> pl.Expr:
    # 3.3000000000000003 is what a program wrote that meant 3.30.
    exact = plain.cast(pl.Float64, strict=False) * (10**places)
    is_float = plain.str.count_matches("[0-9]") >= FLOAT_DIGITS
    return pl.when(is_float & ((exact - exact.round()).abs() < FLOAT_ERROR)).then(exact.round()).cast(pl.Int64, strict=False)
