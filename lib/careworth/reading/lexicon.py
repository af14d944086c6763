"""Phrases of service by what they tell: what goes wrong or right, what is asked or wanted.

Labelled texts teach the words of the brands that they come from; the phrases hold what people know of the others. They are
found by the hashes of runs of words, which a network computes anyway: no text is searched.
"""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from careworth.reading.ngrams import Chunk, Ngrams, ngram_chunks, one_spelling

PHRASES = Path(__file__).parent / "models" / "phrases.tsv"

#: Endings of a phrase that is written with a star.
ENDINGS = ("", "s", "es", "d", "ed", "ing", "er", "ly", "ment", "ful", "a", "o", "e", "en", "t")

#: Words of the longest phrase in the file.
WORDS = 3

#: Bits of a hash that a phrase is looked up by before the whole hash is compared.
BITS = 20


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
def _known() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the first bits of a hash lead (0: nowhere), the whole hashes there, and the kinds of each as bits."""
    table = phrases().with_columns(words=pl.col("phrase").str.count_matches(" ") + 1)
    bits = table["kind"].replace_strict({kind: 1 << number for number, kind in enumerate(kinds())}, return_dtype=pl.UInt32)
    together = table.with_columns(bit=bits).group_by("phrase", "words", maintain_order=True).agg(pl.col("bit").bitwise_or())
    hashes = np.concatenate([_hashes(own["phrase"], words) for (words,), own in _by_length(together)])
    flags = np.concatenate([own["bit"].to_numpy() for _, own in _by_length(together)])
    leads = np.zeros(1 << BITS, np.int32)
    # Of two phrases with the same first bits one is lost: among a million places that is one in a hundred.
    leads[_place(hashes)] = np.arange(1, len(hashes) + 1)
    return leads, np.concatenate([np.zeros(1, np.uint64), hashes]), np.concatenate([np.zeros(1, np.uint32), flags])


def _by_length(table: pl.DataFrame):
    return table.group_by("words", maintain_order=True)


def _place(hashes: np.ndarray) -> np.ndarray:
    return ((hashes ^ (hashes >> np.uint64(31))) >> np.uint64(3)) & np.uint64((1 << BITS) - 1)


def _hashes(texts: pl.Series, words: int) -> np.ndarray:
    # The run that ends at the last word: after that come only the zeros that end the message.
    return np.concatenate(
        [chunk.words[-1][chunk.word_ends - 2] for chunk in ngram_chunks(one_spelling(texts), Ngrams((), words))]
    )


def phrases_in(chunk: Chunk) -> np.ndarray:
    """A row for each message of the chunk and a column for each kind: 1 where a phrase of that kind stands in it, else 0.

    Examples
    --------
    >>> chunk = next(ngram_chunks(one_spelling(pl.Series(["it won't load, no signal", "hello"])), Ngrams((), WORDS)))
    >>> phrases_in(chunk)[:, kinds().index("gone_wrong")].tolist()
    [1.0, 0.0]
    """
    leads, known, flags = _known()
    found = np.zeros(len(chunk.words[0]), np.uint32)
    for run in chunk.words[:WORDS]:
        to = leads[_place(run)]
        some = np.flatnonzero(to)
        same = some[known[to[some]] == run[some]]
        found[same] |= flags[to[same]]
    starts = np.concatenate([[0], chunk.word_ends[:-1]])
    bits = np.bitwise_or.reduceat(found, starts)
    return ((bits[:, None] >> np.arange(len(kinds()), dtype=np.uint32)) & 1).astype(np.float32)
