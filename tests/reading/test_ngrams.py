"""Hashed n-grams: none crosses a message, the chunk does not matter, any text is read in linear time."""

from time import perf_counter

import numpy as np
import polars as pl
import pytest

from careworth.reading import ngrams as module
from careworth.reading.ngrams import LONGEST_READ, Ngrams, ngram_chunks, one_spelling

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


def found(texts: list[str | None], ngrams: Ngrams) -> list[list[int]]:
    """The sorted buckets of each text."""
    buckets = [[] for _ in texts]
    for chunk in ngram_chunks(one_spelling(pl.Series(texts, dtype=pl.String)), ngrams):
        message = np.repeat(np.arange(len(chunk.starts)), chunk.sizes) + chunk.first
        for places, hashes in chunk.found:
            for row, bucket in zip(message if places is None else message[places], hashes, strict=True):
                buckets[row].append(int(bucket))
    return [sorted(each) for each in buckets]


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


@pytest.mark.parametrize("size", [1, 50, 1 << 17])
def test_the_size_of_a_chunk_changes_nothing(monkeypatch, size):
    texts = ["late again, third time", "thanks 😍", "", "ok"] * 20
    whole = found(texts, Ngrams())
    monkeypatch.setattr(module, "CHUNK_BYTES", size)
    assert found(texts, Ngrams()) == whole


def test_one_text_written_two_ways_has_the_same_ngrams():
    assert len(set(map(tuple, found(["SOOOOO late!!!! &amp; wet", "soo   late!! & wet"], Ngrams())))) == 1


def test_a_nul_is_a_blank_and_no_end_of_the_message():
    assert found(["late\0again"], Ngrams()) == found(["late again"], Ngrams())


def test_digits_are_one_class_of_one_or_more():
    one, other, longer, short = found(["wait 45 min", "wait 30 min", "wait 120 min", "wait 5 min"], Ngrams())
    assert one == other == longer != short


def test_words_are_told_apart_by_all_their_letters():
    hashes = [found([word], Ngrams(orders=(), words=1, bits=30))[0] for word in ("late", "tale", "lated", "latf")]
    assert len(set(map(tuple, hashes))) == 4


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
