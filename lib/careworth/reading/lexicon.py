"""Phrases of service by what they tell: what goes wrong or right, what is asked or wanted.

Labelled texts teach the words of the brands that they come from; the phrases hold what people know of the others. They are
found by the hashes of runs of words, which a network computes anyway: no text is searched.
"""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from careworth.reading.ngrams import Phrases, phrases_by_hash, phrases_of

PHRASES = Path(__file__).parent / "models" / "phrases.tsv"

#: Endings of a phrase that is written with a star.
ENDINGS = ("", "s", "es", "d", "ed", "ing", "er", "ly", "ment", "ful", "a", "o", "e", "en", "t")


@cache
def phrases() -> pl.DataFrame:
    """One row per phrase: `kind` and `phrase`, those with a star in all their endings."""
    table = pl.read_csv(PHRASES, separator="\t", quote_char=None, infer_schema=False)
    open_end = pl.col("phrase").str.ends_with("*")
    ends = pl.when(open_end).then(pl.lit(list(ENDINGS))).otherwise(pl.lit([""]))
    whole = pl.concat_str(pl.col("phrase").str.strip_suffix("*"), "ending")
    return table.with_columns(ending=ends).explode("ending").select("kind", phrase=whole).unique(maintain_order=True)


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of phrases, in the order of the columns of `phrases_in`.

    Examples
    --------
    >>> {"gone_wrong", "lovely", "want"} <= set(kinds())
    True
    """
    return tuple(phrases()["kind"].unique(maintain_order=True))


@cache
def known_phrases() -> Phrases:
    """The phrases as a network looks them up: their kinds as bits, the first kind the lowest."""
    bits = pl.col("kind").replace_strict({kind: 1 << number for number, kind in enumerate(kinds())}, return_dtype=pl.UInt32)
    table = phrases().group_by("phrase", maintain_order=True).agg(bits.bitwise_or().alias("kinds"))
    return phrases_by_hash(table["phrase"], table["kinds"].to_numpy())


def phrases_in(spelled: pl.Series) -> np.ndarray:
    """A row for each text in one spelling and a column for each kind: 1 where a phrase of that kind stands in it, else 0.

    Examples
    --------
    >>> phrases_in(pl.Series(["it won't load, no signal", "hello"]))[:, kinds().index("gone_wrong")].tolist()
    [1.0, 0.0]
    """
    return columns_of(phrases_of(spelled, known_phrases()))


def columns_of(bits: np.ndarray) -> np.ndarray:
    """Kinds as bits, as a column for each kind.

    Examples
    --------
    >>> columns_of(np.array([5], np.uint32))[0, :4].tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    return ((bits[:, None] >> np.arange(len(kinds()), dtype=np.uint32)) & 1).astype(np.float32)
