"""Signs that a reader does not see and that could disguise a name: written out as their codes."""

import polars as pl

#: Controls, marks of direction, spaces of no width and halves of a sign. Joiners stay: Persian and many emoji are made with them.
UNSEEN = [
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    *(0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    *range(0xFFF9, 0xFFFC),
]

#: For `str.translate`: each of them as its code. A tab and the end of a line are left as they are.
CODES = {sign: f"[U+{sign:04X}]" for sign in UNSEEN}

#: The same for polars, whose texts hold no halves of a sign.
CODES_BY_SIGN = {chr(sign): code for sign, code in CODES.items() if not 0xD800 <= sign < 0xE000}


def written_out(value: object) -> object:
    r"""The text with what nobody would see written out as codes; anything but a text as it is.

    Examples
    --------
    >>> written_out("Spring \u202egnirps"), written_out(7)
    ('Spring [U+202E]gnirps', 7)
    """
    return value.translate(CODES) if isinstance(value, str) else value


def all_written_out(values: pl.DataFrame) -> pl.DataFrame:
    """The table with that done to each of its texts: a line separator in a name would end an expression of a chart as well."""
    return values.with_columns(pl.col(pl.String).str.replace_many(CODES_BY_SIGN))
