"""Errors of readers, and shares corrected for them, beside published and simulated truths."""

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.misreading import Counts, confusion, corrected_share, counts_of, macro_f1

PERFECT = Counts(100, 0, 0, 100)


def test_precision_recall_and_f1_by_hand():
    """8 found, 2 wrongly, 4 missed of 106: precision 8/10, recall 8/12, F1 16/22, specificity 92/94."""
    counts = Counts(8, 2, 4, 92)
    assert [each.value for each in (counts.precision, counts.recall, counts.specificity)] == [0.8, 8 / 12, 92 / 94]
    assert counts.f1 == 16 / 22


def test_what_nobody_labelled_has_no_recall():
    assert Counts(0, 1, 0, 5).recall.value is None
    assert Counts(0, 0, 0, 5).f1 is None


def test_a_label_that_is_missing_is_not_said():
    gold, said = pl.Series(["yes", None, "yes"]), pl.Series([None, "yes", "yes"])
    assert counts_of(gold, said, "yes") == Counts(1, 1, 1, 0)


def test_confusion_has_a_place_for_labels_that_only_one_side_gives():
    table = confusion(pl.Series(["negative", "neutral"]), pl.Series(["unscored", "neutral"]))
    assert table.columns == ["people", "negative", "neutral", "unscored"]
    assert table.rows() == [("negative", 0, 0, 1), ("neutral", 0, 1, 0), ("unscored", 0, 0, 0)]


def test_macro_f1_by_hand():
    """Label a: 1 right, 1 missed, F1 2/3; label b: 2 right, 1 wrong, F1 4/5; the mean is 11/15."""
    found = macro_f1(pl.Series(["a", "a", "b", "b"]), pl.Series(["a", "b", "b", "b"]))
    assert found.value == pytest.approx(11 / 15)
    assert found.low <= found.value <= found.high


def test_macro_f1_counts_what_is_unscored_as_missed():
    assert macro_f1(pl.Series(["a", "b"]), pl.Series(["a", "unscored"])).value == 0.5


def test_a_perfect_reader_is_not_corrected():
    found = corrected_share(30, 100, PERFECT)
    assert found.value == pytest.approx(0.3)
    assert found.low < 0.3 < found.high


def test_the_published_example():
    """R's epiR, epi.prev: 23 of 150 positive at sensitivity 0.96 and specificity 0.89 are 5.1 in 100 (0 to 12)."""
    found = corrected_share(23, 150, Counts(96_000, 11_000, 4_000, 89_000))
    assert (round(found.value, 3), found.low) == (0.051, 0.0)
    assert found.high == pytest.approx(0.12, abs=0.012)


@pytest.mark.parametrize("truth", [0.05, 0.3, 0.6])
def test_the_interval_holds_the_truth_as_often_as_it_says(truth):
    """2,000 simulated studies of 400 texts and a reader measured on 150; 95 % nominal, 2 points for the simulation."""
    draw = np.random.default_rng(11)
    held = 0
    for _ in range(2_000):
        said = draw.binomial(400, truth * 0.85 + (1 - truth) * 0.1)
        hits, passes = draw.binomial(75, 0.85), draw.binomial(75, 0.9)
        found = corrected_share(said, 400, Counts(hits, 75 - passes, 75 - hits, passes))
        held += found.low <= truth <= found.high
    assert held / 2_000 > 0.93


@pytest.mark.parametrize("reader", [Counts(5, 5, 5, 5), Counts(0, 0, 0, 9), Counts(9, 0, 0, 0)])
def test_a_reader_that_says_nothing_corrects_nothing(reader):
    with pytest.raises(CareworthError, match="corrected"):
        corrected_share(30, 100, reader)
