"""Whole numbers that name things: kept as text, never passed through a float, and each fault called by its name."""

import polars as pl

#: The largest number that an id of 64 bits can be, as text.
LARGEST = str(2**63 - 1)

#: The first whole number that a float of 64 bits may have lost digits of, 2**53, as text.
INEXACT = str(2**53)

WHOLE = r"^([0-9]+)(?:\.0+)?$"


def id_text(column: str) -> pl.Expr:
    """The digits of a whole number without leading zeros; null if the text is no positive whole number.

    Spreadsheets write `3.0` for 3; that is read as 3 where no digit can have been lost.
    """
    return pl.col(column).str.extract(WHOLE, 1).str.strip_chars_start("0").replace("", None)


def id_faults(column: str) -> dict[str, pl.Expr]:
    """For each reason code, whether the text in `column` has that fault; an empty one is only missing."""
    text, digits = pl.col(column), id_text(column)
    missing = text.is_null() | (text.str.strip_chars() == "")
    scientific = text.str.contains(r"^[0-9.]+[eE][+-]?[0-9]+$")
    has_fraction = text.str.contains(r"^[0-9]+\.[0-9]*[1-9][0-9]*$")
    through_float = text.str.contains(r"\.0+$") & _is_at_least(digits, INEXACT)
    negative = text.str.contains(r"^-[0-9]+(?:\.0+)?$") | text.str.contains(r"^0+(?:\.0+)?$")
    known = digits.is_not_null() | negative | scientific
    return {
        "id_missing": missing,
        "id_not_positive": ~missing & negative,
        "id_precision_loss": ~missing & (scientific | through_float | has_fraction),
        "id_not_integer": ~missing & ~known,
        "id_out_of_range": _is_beyond(digits) & ~through_float,
    }


def _is_beyond(digits: pl.Expr) -> pl.Expr:
    return _is_at_least(digits, LARGEST) & (digits != LARGEST)


def _is_at_least(digits: pl.Expr, bound: str) -> pl.Expr:
    length = digits.str.len_bytes()
    return (length > len(bound)) | ((length == len(bound)) & (digits >= bound))
