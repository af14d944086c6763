"""Hashed n-grams of whole columns of text: of the bytes of each message, and of its words.

A column becomes one array of bytes, and one compiled loop reads it: no message is a Python object of its own.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import sparse

from careworth.compiling import compiled

#: What is read of a message; the rest of a longer one is left out.
LONGEST_READ = 10_000

#: Longest run of words, for n-grams and for phrases; longest n-gram of bytes; most bits of a bucket's number.
LONGEST_RUN, LONGEST_NGRAM, MOST_BITS = 3, 8, 24

#: Messages read at a time, so that little more than the answers is ever in memory.
CHUNK = 1 << 16

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

    @property
    def is_possible(self) -> bool:
        """True where the lengths are those of n-grams, each once, and a bucket is a number of at most `MOST_BITS` bits."""
        lengths = (*self.orders, self.words, self.bits)
        whole = all(type(number) is int for number in lengths) and len(set(self.orders)) == len(self.orders)
        return (
            whole
            and all(1 <= order <= LONGEST_NGRAM for order in self.orders)
            and 0 <= self.words <= LONGEST_RUN
            and 1 <= self.bits <= MOST_BITS
        )

    @property
    def plan(self) -> "Plan":
        """The same as the compiled loops take it."""
        return Plan(np.array(sorted(self.orders), np.int64), self.words, self.bits)


class Plan(NamedTuple):
    """`Ngrams` for the compiled loops."""

    orders: np.ndarray
    words: int
    bits: int


class Phrases(NamedTuple):
    """Runs of words to look for.

    Attributes
    ----------
    leads : numpy.ndarray
        At the place that a hash leads to, or the next free one, the number of its phrase; 0 where there is none.
    hashes, kinds : numpy.ndarray
        Whole hash of each phrase, and its kinds as bits; number 0 is no phrase.
    """

    leads: np.ndarray
    hashes: np.ndarray
    kinds: np.ndarray


#: No phrases.
NONE = Phrases(np.zeros(1, np.int32), np.zeros(1, np.uint64), np.zeros(1, np.uint32))

#: For each phrase so many places, a power of 2: the more, the fewer lead to the same.
ROOM = 4


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


def counts_of(spelled: pl.Series, ngrams: Ngrams) -> tuple[sparse.csr_array, np.ndarray]:
    """How often each text has each bucket, a row for each text in one spelling; and the bytes that were read of each.

    Examples
    --------
    >>> counts, sizes = counts_of(pl.Series(["ab", ""]), Ngrams(orders=(2,), words=0, bits=8))
    >>> counts.sum(axis=1).tolist(), sizes.tolist()  # blanks before and after are read too, two as one
    ([3.0, 0.0], [4, 1])
    """
    data, ends = _bytes_of(spelled)
    buckets, stops, sizes = _collected(data, ends, ngrams.plan, NONE)
    counts = sparse.csr_array((np.ones(len(buckets), np.float32), buckets, stops), shape=(len(spelled), 1 << ngrams.bits))
    counts.sum_duplicates()
    return counts, sizes


def sums_of(
    spelled: pl.Series, ngrams: Ngrams, table: np.ndarray, phrases: Phrases = NONE
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sum of the rows of `table` (int8) over each text's n-grams, the bytes of each text, and its phrases' kinds as bits."""
    data, ends = _bytes_of(spelled)
    return _summed(data, ends, ngrams.plan, table, phrases)


def phrases_of(spelled: pl.Series, phrases: Phrases) -> np.ndarray:
    """The kinds, as bits, of the phrases in each text."""
    none = Ngrams(orders=(), words=LONGEST_RUN, bits=1)
    return sums_of(spelled, none, np.zeros((2, 0), np.int8), phrases)[2]


def phrases_by_hash(phrases: pl.Series, kinds: np.ndarray) -> Phrases:
    """Phrases of up to `LONGEST_RUN` words, each once, as `sums_of` looks for them; `kinds` are those of each as bits."""
    data, ends = _bytes_of(one_spelling(phrases))
    hashes = np.append(np.uint64(0), _hashed(data, ends))
    found = Phrases(np.zeros(ROOM << len(phrases).bit_length(), np.int32), hashes, np.append(np.uint32(0), kinds))
    _placed(found)
    return found


def _bytes_of(texts: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    array = texts.to_frame("text").select(pl.format(" {} ", "text")).to_series().to_arrow()
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data or b"", np.uint8), ends


#: Each byte as it is read: digits as one class, all white space as a blank, other control signs as they are.
READ_AS = np.arange(256, dtype=np.uint8)
READ_AS[ord("0") : ord("9") + 1] = ord("0")
READ_AS[[0, 9, 10, 11, 12, 13]] = ord(" ")

#: Bytes that belong to words: letters, digits, the apostrophe, and whatever is not ASCII.
IN_WORD = np.zeros(256, np.bool_)
IN_WORD[[ord("'"), *range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1), *range(128, 256)]] = True

#: Odd numbers that spread bits well: the golden ratio's, and two primes of xxHash.
SPREAD32, STEP32, STEP64 = np.uint32(2654435769), np.uint32(2246822519), np.uint64(11400714785074694791)

#: The hash of the start of a text, and of its end: no word's.
BOUNDARY = np.uint64(0x9E3779B97F4A7C15)


@compiled
def _squeeze(data: np.ndarray, start: int, end: int, text: np.ndarray) -> int:
    # Blanks in a row become one; a letter or sign of ASCII three times or more becomes two.
    size, last, before = 0, 0, 0
    for place in range(start, end):
        sign = READ_AS[data[place]]
        again = sign == last and (sign == 32 or (sign == before and 32 < sign < 128))
        before, last = last, sign
        if not again:
            text[size] = sign
            size += 1
    return size


@compiled
def _byte_ngrams(text: np.ndarray, size: int, plan: Plan, rolling: np.ndarray, found: np.ndarray) -> int:
    count, read, shift = 0, 0, np.uint32(32 - plan.bits)
    rolling[:size] = 0
    for order in plan.orders:
        starts = max(size - order + 1, 0)
        while read < order:
            for start in range(starts):
                # Numba widens the sums of small numbers; the hash stays one of 32 bits.
                rolling[start] = np.uint32((rolling[start] + text[start + read] + np.uint32(1)) * STEP32)
            read += 1
        for start in range(starts):
            mixed = np.uint32(rolling[start] ^ (rolling[start] >> np.uint32(15)))
            found[count + start] = np.uint32(mixed * SPREAD32) >> shift
        count += starts
    return count


@compiled
def _word(text: np.ndarray, place: int, size: int) -> tuple[np.uint64, int]:
    # The next word's hash and where it ends; the hash of the end where no word comes.
    while place < size and not IN_WORD[text[place]]:
        place += 1
    if place == size:
        return BOUNDARY, size
    word = np.uint64(0)
    while place < size and IN_WORD[text[place]]:
        word = (word + np.uint64(text[place]) + np.uint64(1)) * STEP64
        place += 1
    return word, place


@compiled
def _kinds_of(run: np.uint64, phrases: Phrases) -> np.uint32:
    number = phrases.leads[_place(run, phrases)]
    return phrases.kinds[number]


@compiled
def _place(run: np.uint64, phrases: Phrases) -> int:
    # Where the phrase of this hash stands, or the free place where it would.
    last = len(phrases.leads) - 1
    place = np.int64((run ^ (run >> np.uint64(31))) >> np.uint64(3)) & last
    while phrases.leads[place] and phrases.hashes[phrases.leads[place]] != run:
        place = (place + 1) & last
    return place


@compiled
def _placed(phrases: Phrases) -> None:
    for number in range(1, len(phrases.hashes)):
        place = _place(phrases.hashes[number], phrases)
        first = phrases.leads[place]
        # Two phrases that are spelled alike once their letters are squeezed are one.
        if first:
            phrases.kinds[first] |= phrases.kinds[number]
        else:
            phrases.leads[place] = number


@compiled
def _word_ngrams(
    text: np.ndarray, size: int, plan: Plan, phrases: Phrases, found: np.ndarray, count: int
) -> tuple[int, np.uint32]:
    kinds, shift = np.uint32(0), np.uint64(64 - plan.bits)
    # The runs of one word and of two that end at the word before.
    one, two = BOUNDARY, BOUNDARY
    words, place = 0, 0
    while True:
        word, place = _word(text, place, size)
        words += 1
        pair, three = one * STEP64 + word, two * STEP64 + word
        for length, run in enumerate((word, pair, three)):
            # A run of `length` words before this one, or fewer and the start.
            if length > words or length >= plan.words:
                break
            kinds |= _kinds_of(run, phrases)
            found[count] = ((run ^ (run >> np.uint64(29))) * STEP64) >> shift
            count += 1
        if word == BOUNDARY and place == size:
            return count, kinds
        one, two = word, pair


@compiled
def _collected(data: np.ndarray, ends: np.ndarray, plan: Plan, none: Phrases) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    room = (len(plan.orders) + plan.words) * (ends[-1] + len(ends)) + 1
    buckets, stops = np.zeros(room, np.int32), np.zeros(len(ends), np.int64)
    sizes, text = np.zeros(len(ends) - 1, np.int64), np.zeros(_longest(ends), np.uint8)
    rolling = np.zeros(len(text), np.uint32)
    for row in range(len(ends) - 1):
        sizes[row] = _squeeze(data, ends[row], ends[row + 1], text)
        own = buckets[stops[row] :]
        count = _byte_ngrams(text, sizes[row], plan, rolling, own)
        count, _ = _word_ngrams(text, sizes[row], plan, none, own, count)
        stops[row + 1] = stops[row] + count
    return buckets[: stops[-1]], stops, sizes


@compiled
def _summed(
    data: np.ndarray, ends: np.ndarray, plan: Plan, table: np.ndarray, phrases: Phrases
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sums = np.zeros((len(ends) - 1, table.shape[1]), np.int32)
    kinds, sizes = np.zeros(len(ends) - 1, np.uint32), np.zeros(len(ends) - 1, np.int64)
    text, rolling = np.zeros(_longest(ends), np.uint8), np.zeros(_longest(ends), np.uint32)
    found = np.zeros((len(plan.orders) + plan.words) * (len(text) + 1), np.int32)
    for row in range(len(ends) - 1):
        sizes[row] = _squeeze(data, ends[row], ends[row + 1], text)
        count = _byte_ngrams(text, sizes[row], plan, rolling, found)
        count, kinds[row] = _word_ngrams(text, sizes[row], plan, phrases, found, count)
        own = sums[row]
        for bucket in found[:count]:
            weights = table[bucket]
            for unit in range(len(own)):
                own[unit] += weights[unit]
    return sums, sizes, kinds


@compiled
def _hashed(data: np.ndarray, ends: np.ndarray) -> np.ndarray:
    runs, text = np.zeros(len(ends) - 1, np.uint64), np.zeros(_longest(ends), np.uint8)
    for row in range(len(runs)):
        size = _squeeze(data, ends[row], ends[row + 1], text)
        word, place = _word(text, 0, size)
        while word != BOUNDARY or place != size:
            runs[row] = runs[row] * STEP64 + word
            word, place = _word(text, place, size)
    return runs


@compiled
def _longest(ends: np.ndarray) -> int:
    return max(1, (ends[1:] - ends[:-1]).max()) if len(ends) > 1 else 1
