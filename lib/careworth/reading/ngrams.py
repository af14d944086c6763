"""Hashed n-grams of whole columns of text: of the bytes of each message, and of its words.

A column becomes one array of bytes; each n-gram is a rolling hash over it, and none reaches into the next message,
since as many zero bytes follow every message as the longest n-gram has. Nothing here loops over messages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import polars as pl

#: What is read of a message; the rest of a longer one is left out.
LONGEST_READ = 10_000

#: Bytes hashed at a time: small enough to stay in a processor's cache, large enough that steps between chunks cost little.
CHUNK_BYTES = 1 << 18

#: Signs that no keyboard makes, for what says nothing by itself: a link, a handle.
LINK, HANDLE = "\x01", "\x02"

#: Written one way, whatever the keyboard or the export made of it.
ONE_SIGN = {
    "\0": " ",
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&nbsp;": " ",
    "’": "'",
    "‘": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "\ufe0f": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\u00a0": " ",
}


@dataclass(frozen=True)
class Ngrams:
    """Which n-grams of a text are read, and into how many buckets they are hashed.

    Attributes
    ----------
    orders : tuple of int
        Lengths of the n-grams of bytes.
    words : int
        Longest run of words: 0 none, 1 words, 2 also pairs, 3 also threes; the start and the end count as words.
    bits : int
        The n-grams fall into 2 ** bits buckets.
    """

    orders: tuple[int, ...] = (1, 2, 3, 4)
    words: int = 2
    bits: int = 18


@dataclass(frozen=True)
class Chunk:
    """The buckets of the n-grams of some messages in a row.

    Attributes
    ----------
    first : int
        Number of the first message.
    starts : numpy.ndarray
        Where each message begins in the chunk's bytes.
    sizes : numpy.ndarray
        Bytes of each message, its marks of start and end included.
    byte_count : int
        Bytes of the chunk.
    found : list of (numpy.ndarray or None, numpy.ndarray)
        Places, None for every byte, and the bucket of the n-gram that begins there.
    words : list of numpy.ndarray
        Whole hashes of the runs of one word, two, and so on that end at each word; the zeros that end a message are a word.
    word_ends : numpy.ndarray
        How many of these words there are up to the end of each message.
    """

    first: int
    starts: np.ndarray
    sizes: np.ndarray
    byte_count: int
    found: list[tuple[np.ndarray | None, np.ndarray]] = field(repr=False)
    words: list[np.ndarray] = field(repr=False)
    word_ends: np.ndarray = field(repr=False)


def one_spelling(texts: pl.Series) -> pl.Series:
    r"""`texts` in lower case, with one sign for each handle and link, entities decoded and quotes straightened.

    Examples
    --------
    >>> one_spelling(pl.Series(["GREAT &amp; fast, @Shop! https://t.co/x"])).to_list()
    ['great & fast, \x02! \x01']
    """
    text = pl.Series("text", texts, dtype=pl.String).to_frame().lazy()
    plain = (
        pl.col("text")
        .fill_null("")
        .str.head(LONGEST_READ)
        .str.to_lowercase()
        .str.replace_many(list(ONE_SIGN), list(ONE_SIGN.values()))
        .str.replace_all(r"https?://\S+|www\.\S+", LINK)
        .str.replace_all(r"@\w+", HANDLE)
    )
    return text.select(plain).collect().to_series()


def ngram_chunks(spelled: pl.Series, ngrams: Ngrams) -> Iterator[Chunk]:
    """The hashed n-grams of texts in one spelling, some thousand messages at a time."""
    data, offsets = _bytes_of(spelled, max((*ngrams.orders, 1)))
    first = 0
    while first < len(offsets) - 1:
        last = max(int(np.searchsorted(offsets, offsets[first] + CHUNK_BYTES, side="right")) - 1, first + 1)
        yield _hashed(first, data[offsets[first] : offsets[last]], offsets[first : last + 1] - offsets[first], ngrams)
        first = last


def _bytes_of(texts: pl.Series, longest: int) -> tuple[np.ndarray, np.ndarray]:
    padded = texts.to_frame("text").select(pl.concat_str(pl.lit(" "), pl.col("text"), pl.lit(" " + "\0" * longest))).to_series()
    array = padded.to_arrow()
    _, offsets, data = array.buffers()
    places = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return _squeezed(np.frombuffer(data, np.uint8)[places[0] : places[-1]], places - places[0])


#: Each byte as it is read: digits as one class, all white space as a blank, other control signs as they are.
READ_AS = np.arange(256, dtype=np.uint8)
READ_AS[ord("0") : ord("9") + 1] = ord("0")
READ_AS[[9, 10, 11, 12, 13]] = ord(" ")


def _squeezed(data: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Blanks in a row become one; a letter or sign of ASCII three times or more becomes two.
    data = READ_AS[data]
    again = data[1:] == data[:-1]
    drop = np.zeros(len(data), bool)
    drop[1:] = again & (data[1:] == 32)
    drop[2:] |= again[1:] & again[:-1] & (data[2:] > 32) & (data[2:] < 128)
    kept_before = np.concatenate([[0], np.cumsum(~drop)])
    return data[~drop], kept_before[offsets]


def _hashed(first: int, data: np.ndarray, offsets: np.ndarray, ngrams: Ngrams) -> Chunk:
    found = [(None, buckets) for buckets in _byte_ngrams(data, ngrams)]
    places, ends, words = _word_runs(data, offsets, ngrams)
    found += [(places, _buckets64(run, ngrams.bits)) for run in words]
    return Chunk(first, offsets[:-1], np.diff(offsets), len(data), found, words, ends)


#: Odd numbers that spread bits well: the golden ratio's, and two primes of xxHash.
SPREAD32, STEP32, STEP64 = np.uint32(2654435769), np.uint32(2246822519), np.uint64(11400714785074694791)


def _byte_ngrams(data: np.ndarray, ngrams: Ngrams) -> Iterator[np.ndarray]:
    longest = max(ngrams.orders, default=0)
    letters = np.concatenate([data, np.zeros(longest, np.uint8)]).astype(np.uint32) + np.uint32(1)
    rolling = np.zeros(len(data), np.uint32)
    shift = np.uint32(32 - ngrams.bits)
    # What begins in the zeros after a message would reach into the next one.
    between = np.flatnonzero(data == 0)
    for order in range(1, longest + 1):
        rolling = (rolling + letters[order - 1 : order - 1 + len(data)]) * STEP32
        if order in ngrams.orders:
            buckets = ((rolling ^ (rolling >> np.uint32(15))) * SPREAD32 >> shift).astype(np.int32)
            buckets[between] = 0
            yield buckets


#: Bytes that belong to words: letters, digits, the apostrophe, whatever is not ASCII, and the zeros that end a message.
IN_WORD = np.zeros(256, bool)
IN_WORD[[0, ord("'"), *range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1), *range(128, 256)]] = True


def _word_runs(data: np.ndarray, offsets: np.ndarray, ngrams: Ngrams) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    if not ngrams.words:
        return np.zeros(0, np.intp), np.zeros(len(offsets) - 1, np.intp), []
    inside = np.concatenate([[False], IN_WORD[data], [False]])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, stops = edges[::2], edges[1::2]
    ends = np.searchsorted(starts, offsets[1:])
    runs = [_span_hashes(data, starts, stops)]
    for _ in range(1, ngrams.words):
        before = runs[-1].copy()
        # The last word is the zeros that end each message. They stand before the first word of the next, and of the first
        # one; nothing that stood before them does.
        before[ends - 1] = runs[0][ends - 1]
        runs.append(np.concatenate([before[-1:], before[:-1]]) * STEP64 + runs[0])
    return starts, ends, runs


def _span_hashes(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    powers, inverses = _powers(1 << len(data).bit_length())
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[: len(data)], out=sums[1:])
    return (sums[ends] - sums[starts]) * inverses[starts]


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    # An odd number has an inverse modulo 2**64: it shifts a word's sum back to where every word begins.
    inverse = np.uint64(pow(int(STEP64), -1, 1 << 64))
    return tuple(np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(count - 1, step)])) for step in (STEP64, inverse))


def _buckets64(hashes: np.ndarray, bits: int) -> np.ndarray:
    mixed = (hashes ^ (hashes >> np.uint64(29))) * STEP64
    return (mixed >> np.uint64(64 - bits)).astype(np.int32)
