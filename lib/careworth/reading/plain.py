"""Plain text: what every reading rule sees instead of the message as it was typed.

Letters lose case and accents, so that *Não* and *nao* are one word and every pattern can stand in ASCII. That also
keeps Rust's regex engine on its fast path, which a Unicode word boundary beside an emoji would leave.
"""

import unicodedata

import polars as pl

#: An ASCII word boundary. In plain text it is all that is needed; see the module's docstring.
EDGE = r"(?-u:\b)"

#: The number of a row while some rows are read apart from the others.
ROW = "_row"

#: What a web address becomes.
LINK = "<link>"

ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}
QUOTES = {"’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "…": "..."}
SPACES = dict.fromkeys("\n\r\t\v\f\u00a0\u2002\u2003\u2009\u202f\u3000\0", " ")
#: Zero-width and direction marks, variation selectors, skin tones.
INVISIBLE = dict.fromkeys(map(chr, [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFE0E, 0xFEFF]), "")
SHADES = dict.fromkeys(map(chr, [0xFE0F, *range(0x1F3FB, 0x1F400)]), "")
COMBINING = dict.fromkeys(map(chr, range(0x300, 0x370)), "")


def _bare(letter: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(sign))


#: Lower-case Latin letters with accents, and the letters that only look like a sign.
ACCENTS = {letter: _bare(letter) for letter in map(chr, range(0xDF, 0x180)) if letter.islower() and _bare(letter).isascii()}
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ı": "i", "ł": "l"}

FOLDED = ENTITIES | QUOTES | SPACES | INVISIBLE | SHADES | COMBINING | ACCENTS | LETTERS


def any_of(*patterns: str) -> str:
    r"""One pattern that matches whole words of any of `patterns`.

    Examples
    --------
    >>> any_of("thx", "ty+")
    '(?-u:\\b)(?:thx|ty+)(?-u:\\b)'
    """
    return f"{EDGE}(?:{'|'.join(patterns)}){EDGE}"


def lines(text: str) -> list[str]:
    """The lines of `text` that are not empty, without the spaces around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def plain_text(column: str = "text") -> pl.Expr:
    """Lower-case ASCII-like text: no accents or entities, handles as ``@``, links as ``<link>``, single spaces.

    Null is the empty text. Emoji and other scripts stay as they are.

    Examples
    --------
    >>> said = pl.DataFrame({"text": ["@Help It&#39;s  TÓO late https://t.co/x"]})
    >>> said.select(plain_text()).item()
    "@ it's too late <link>"
    """
    text = pl.col(column).fill_null("").str.to_lowercase().str.replace_many(list(FOLDED), list(FOLDED.values()))
    text = text.str.replace_all(r"(?:https?://|www\.)[^ ]*[^ .,!?;)]", LINK)
    text = text.str.replace_all(r"(?:^|[ .,('\":]+)@[a-z0-9_]+", " @")
    return text.str.replace_all("  +", " ").str.strip_chars(" ").alias("plain")


def numbered(table: pl.DataFrame) -> pl.DataFrame:
    """`table` with its rows numbered, so that what is read of some of them finds its way back by `beside`."""
    return table.with_row_index(ROW)


def beside(table: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """`table` in its order, with the labels that were read of some of its rows; null at the others."""
    return table.with_row_index(ROW).join(labels, on=ROW, how="left", validate="1:1", maintain_order="left").drop(ROW)
