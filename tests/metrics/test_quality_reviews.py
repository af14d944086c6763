"""What the company's reviewers found (Q7): weights, critical errors counted apart, and whether two of them agree."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.quality_reviews import quality_review_rows
from careworth.results import pick, to_metric_values
from careworth.schemas import QA_REVIEWS

CUT = Cut(date(2024, 6, 1), date(2024, 7, 1), datetime(2024, 8, 1, tzinfo=UTC), ZoneInfo("UTC"))
OURS = pl.DataFrame({"conversation_id": [f"c{k}" for k in range(60)], "thread_id": [f"t{k}" for k in range(60)]})


def review(conversation: str, criterion: str, score: float, reviewer: str | None = "kim", **other) -> dict:
    """One criterion of a conversation, scored in June."""
    named = {"conversation_id": conversation, "criterion": criterion, "reviewer": reviewer, "score": score}
    own = {"weight": 1.0, "is_critical": False, "reviewed_at": datetime(2024, 6, 9, tzinfo=UTC)} | named | other
    return {"review_id": "-".join(map(str, [conversation, criterion, reviewer, score, own["reviewed_at"]]))} | own


def reviewed(*rows: dict) -> dict[str, dict]:
    """The rows of Q7 by their variant."""
    table = pl.DataFrame(list(rows), schema=QA_REVIEWS.columns)
    found = to_metric_values(quality_review_rows(table, OURS, CUT), "test", CUT.start, CUT.end)
    return {name: pick(found, "Q7", name) for name in ("score", "critical_free", "agreement")}


def test_a_score_is_weighted_within_a_conversation_and_each_conversation_counts_once():
    """By hand: c1 has (3 x 1 + 1 x 0) / 4 = 0.75, c2 has 0.25: their mean is 0.5, though c1 has more criteria."""
    rows = reviewed(review("c1", "tone", 1, weight=3.0), review("c1", "facts", 0), review("t2", "tone", 0.25))
    assert (rows["score"]["value"], rows["score"]["n"]) == (0.5, 2)


def test_the_mean_score_has_an_interval_of_conversations():
    """By hand: thirty of 0 and thirty of 1: 0.5 +/- 2.001 (Student's t, 59) x 0.504 / sqrt(60) = 0.130."""
    row = reviewed(*(review(f"c{k}", "tone", k % 2) for k in range(60)))["score"]
    assert (row["value"], (row["high"] - row["low"]) / 2) == pytest.approx((0.5, 0.13), rel=0.1)


def test_a_critical_error_is_counted_apart_and_not_averaged_away():
    """By hand: c1 fails one of two critical criteria, c2 meets its own: 1 of 2; the score knows only the tone."""
    critical = {"is_critical": True}
    rows = reviewed(
        review("c1", "tone", 1),
        review("c1", "privacy", 0.5, **critical),
        review("c1", "facts", 1, **critical),
        review("c2", "privacy", 1, **critical),
    )
    assert [(rows[name]["value"], rows[name]["n"]) for name in ("score", "critical_free")] == [(1, 1), (0.5, 2)]


def test_a_weight_that_is_missing_is_one_and_of_nothing_weighs_nothing():
    """By hand: weights 1, 1 and 0: (1 + 0) / 2."""
    rows = reviewed(review("c1", "a", 1, weight=None), review("c1", "b", 0), review("c1", "c", 1, weight=0.0))
    assert rows["score"]["value"] == 0.5


def test_the_agreement_is_cohens_kappa():
    """The textbook's 50 items (Wikipedia, Cohen's kappa): 20 both yes, 15 both no, 5 and 10 apart: 0.7 - 0.5 over 0.5 = 0.4.

    The interval is that of careworth.stats.cohen_kappa, which has its own source.
    """
    judged = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    rows = [review(f"c{k}", "tone", mark, who) for k, pair in enumerate(judged) for who, mark in zip("ab", pair, strict=True)]
    row = reviewed(*rows)["agreement"]
    assert [round(row[name], 3) for name in ("value", "low", "high")] == [0.4, 0.151, 0.649]
    assert row["n"] == 50


def test_reviewers_who_always_say_yes_prove_no_agreement():
    row = reviewed(*(review(f"c{k}", "tone", 1, who) for k in range(9) for who in "ab"))["agreement"]
    assert (row["value"], row["grade"], "chance" in row["reason"]) == (None, "X", True)


def test_a_person_who_scores_twice_is_not_two_and_the_last_score_holds():
    """By hand: kim gave 0 and a week later 1."""
    again = review("c1", "tone", 1, reviewed_at=datetime(2024, 6, 16, tzinfo=UTC))
    rows = reviewed(again, review("c1", "tone", 0))
    assert (rows["score"]["value"], rows["agreement"]["n"]) == (1, 0)


def test_reviews_of_others_of_later_and_off_the_scale_are_left_out():
    """By hand: only the first counts; a score of 5 is outside 0 to 1, which is said."""
    later = review("c2", "tone", 0, reviewed_at=datetime(2024, 8, 2, tzinfo=UTC))
    rows = reviewed(review("c1", "tone", 1), later, review("other", "tone", 0), review("c3", "tone", 5.0))
    assert (rows["score"]["value"], rows["score"]["n"]) == (1, 1)
    assert rows["score"]["reason"].endswith("1 scores outside 0 to 1 are left out")


@pytest.mark.parametrize("rows", [[], [review("other", "tone", 1)]])
def test_without_reviews_there_are_reasons(rows):
    found = reviewed(*rows)
    assert [(row["value"], row["grade"], row["reason"] is None) for row in found.values()] == [(None, "X", False)] * 3


def test_one_conversation_has_a_score_and_no_interval():
    row = reviewed(review("c1", "tone", 0.5))["score"]
    assert (row["value"], row["low"], row["high"]) == (0.5, None, None)


def test_reviews_without_names_or_flags_still_score():
    rows = reviewed(review("c1", "tone", 1, None, is_critical=None, reviewed_at=None))
    assert (rows["score"]["value"], rows["critical_free"]["value"]) == (1, None)
