"""Hashed n-grams: none crosses a message, sums are those of the counts, any text is read in linear time."""

from time import perf_counter

import numpy as np
import polars as pl
import pytest

from careworth.reading.ngrams import (
    BOUNDARY,
    LONGEST_READ,
    SPREAD32,
    STEP32,
    STEP64,
    Ngrams,
    counts_of,
    one_spelling,
    sums_of,
)

HOSTILE = {
    "empty": "",
    "nothing": None,
    "NUL": "a\0b\0",
    "blanks": " \t\r\n ",
    "replacement": "\ufffd\ufffd ok",
    "right to left": "\u202eشكرا جزيلا\u202c",
    "zero width": "th\u200ban\u200dks",
    "combining": "e" + "\u0301" * 5_000,
    "pictures": "😡😡😡",
    "no language": "]}{;;;=#~",
}


def found(texts: list[str | None], ngrams: Ngrams) -> list[dict[int, float]]:
    """How often each text has each bucket."""
    counts, _ = counts_of(one_spelling(pl.Series(texts, dtype=pl.String)), ngrams)
    return [{int(bucket): float(times) for bucket, times in zip(row.indices, row.data, strict=True)} for row in counts]


def test_no_ngram_reaches_into_the_next_message():
    texts = ["late again", "thanks!", "", "why?", "late"]
    assert found(texts, Ngrams()) == [found([text], Ngrams())[0] for text in texts]


@pytest.mark.parametrize("words", [2, 3])
def test_runs_of_words_stay_within_their_message(words):
    ngrams = Ngrams(orders=(), words=words)
    first, second = found(["late again", "again late"], ngrams)
    assert second == found(["again late"], ngrams)[0]
    assert second == found(["x y z", "again late"], ngrams)[1]
    assert first != second


def test_ngrams_by_hand():
    """Hashes as the module describes them, in plain Python without bounds."""
    text, bits = b" ab ", 12
    by_hand: dict[int, float] = {}
    for start in range(len(text) - 1):
        rolling = 0
        for sign in text[start : start + 2]:
            rolling = (rolling + sign + 1) * int(STEP32) % 2**32
        bucket = (rolling ^ rolling >> 15) * int(SPREAD32) % 2**32 >> 32 - bits
        by_hand[bucket] = by_hand.get(bucket, 0.0) + 1
    word = 0
    for sign in b"ab":
        word = (word + sign + 1) * int(STEP64) % 2**64
    for run in (word, int(BOUNDARY)):
        bucket = (run ^ run >> 29) * int(STEP64) % 2**64 >> 64 - bits
        by_hand[bucket] = by_hand.get(bucket, 0.0) + 1
    assert found(["ab"], Ngrams(orders=(2,), words=1, bits=bits)) == [by_hand]


def test_sums_are_counts_times_the_table():
    texts = pl.Series(["late again, third time", "thanks 😍", "", "ok ok ok"])
    table = np.random.default_rng(1).integers(-31, 32, (1 << 10, 5)).astype(np.int8)
    ngrams = Ngrams((3, 4), 3, 10)
    counts, sizes = counts_of(texts, ngrams)
    sums, read, _ = sums_of(texts, ngrams, table)
    assert (sums == counts @ table.astype(np.float32)).all()
    assert (read == sizes).all()


def test_one_text_written_two_ways_has_the_same_ngrams():
    assert len(set(map(str, found(["SOOOOO late!!!! &amp; wet", "soo   late!! & wet"], Ngrams())))) == 1


def test_a_nul_is_a_blank_and_no_end_of_the_message():
    assert found(["late\0again"], Ngrams()) == found(["late again"], Ngrams())


def test_digits_are_one_class_of_one_or_more():
    one, other, longer, short = found(["wait 45 min", "wait 30 min", "wait 120 min", "wait 5 min"], Ngrams())
    assert one == other == longer != short


def test_words_are_told_apart_by_all_their_letters():
    hashes = [found([word], Ngrams(orders=(), words=1, bits=30))[0] for word in ("late", "tale", "lated", "latf")]
    assert len(set(map(str, hashes))) == 4


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_is_read(text):
    assert len(found(["before", text, "after"], Ngrams())) == 3


def test_handles_and_links_become_signs():
    assert one_spelling(pl.Series(["@Shop see www.shop.com/x now"])).item() == "\x02 see \x01 now"


def test_time_grows_with_the_number_of_texts_and_not_with_a_texts_square():
    short, long = (seconds("no refund! " * times) for times in (90, 900_000))
    assert long < short + 2.0  # 10 MB, of which LONGEST_READ is read
    assert LONGEST_READ == 10_000


def seconds(text: str) -> float:
    """Seconds to read the text."""
    start = perf_counter()
    found([text], Ngrams())
    return perf_counter() - start
