"""Text that was read as Windows-1252 once too often: repaired where that is certain, left alone everywhere else."""

import polars as pl

#: The start of a character in UTF-8 and its continuation, as Windows-1252 shows them.
SUSPICIOUS = (
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)

#: Bytes that Windows-1252 leaves open; programs that write it pass them through.
OPEN = {chr(byte): bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def repair(text: str) -> str:
    r"""The text behind a double encoding; the same text where it is none.

    Only a text that is Windows-1252 as a whole and valid UTF-8 behind it is one: a single sign beyond that leaves it as it is.

    Examples
    --------
    >>> repair("We\u00e2\u20ac\u2122ll see"), repair("cr\u00e8me br\u00fbl\u00e9e")
    ('We’ll see', 'crème brûlée')
    """
    try:
        return b"".join(OPEN.get(sign) or sign.encode("cp1252") for sign in text).decode("utf-8")
    except UnicodeError:
        return text


def repair_texts(table: pl.DataFrame, column: str = "text") -> tuple[pl.DataFrame, int]:
    """`table` with its double-encoded texts repaired, and how many those are."""
    suspects = table.filter(pl.col(column).str.contains(SUSPICIOUS)).select(column).unique()
    repaired = suspects.with_columns(pl.col(column).map_elements(repair, return_dtype=pl.String).alias("repaired"))
    joined = table.join(repaired, on=column, how="left", validate="m:1", maintain_order="left")
    changed = joined.select((pl.col("repaired").is_not_null() & (pl.col("repaired") != pl.col(column))).sum()).item()
    return joined.with_columns(pl.coalesce("repaired", column).alias(column)).drop("repaired"), changed
