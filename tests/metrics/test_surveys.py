"""What customers answered (Q4, Q5, Q6, E9): scales, silence, cut-off, and the demo's own answers counted by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.surveys import ease_rows, recommendation_rows, satisfaction_change_row, satisfaction_rows, surveys_about
from careworth.results import pick, to_metric_values
from careworth.schemas import SURVEYS
from careworth.stats import newcombe_interval

CUT = Cut(date(2024, 6, 1), date(2024, 7, 1), datetime(2024, 8, 1, tzinfo=UTC), ZoneInfo("UTC"))

BOUNDS = ("rate", "response_rate", "worst", "best")


def survey(number: int, score: float | None, scale: tuple = (1.0, 5.0), kind: str = "csat", day: float = 5, **other) -> dict:
    """One survey offered on that day of June and answered an hour later, if at all."""
    offered = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(days=day - 1)
    answered = None if score is None else offered + timedelta(hours=1)
    named = {"survey_id": f"{kind}{number}", "kind": kind, "thread_id": f"t{number}", "customer_id": "ann"}
    times = {"offered_at": offered, "responded_at": answered}
    return named | times | {"score": score, "scale_min": scale[0], "scale_max": scale[1]} | other


def surveys(scores: list, *scale: tuple, **other) -> pl.DataFrame:
    """One survey for each score."""
    return table(*(survey(number, score, *scale, **other) for number, score in enumerate(scores)))


def table(*rows: dict) -> pl.DataFrame:
    """These surveys."""
    return pl.DataFrame(list(rows), schema=SURVEYS.columns)


def values(rows: list) -> pl.DataFrame:
    """The rows as a table of one campaign."""
    return to_metric_values(rows, "test", CUT.start, CUT.end)


def rate(scores: list, scale: tuple) -> float | None:
    """The share of good answers on that scale."""
    return pick(values(satisfaction_rows(surveys(scores, scale), CUT)), "Q4", "rate")["value"]


# --- Q4 ---


def test_silence_is_no_answer_and_bounds_what_it_hides():
    """By hand: 5, 4, 3 and 1 of six offered: 2 of 4 are good; of all six between 2 / 6 and 4 / 6."""
    found = values(satisfaction_rows(surveys([5, 4, 3, 1, None, None]), CUT))
    expected = [(0.5, 4, "A"), (4 / 6, 6, "A"), (2 / 6, 6, "C"), (4 / 6, 6, "C")]
    assert [(row["value"], row["n"], row["grade"]) for row in (pick(found, "Q4", name) for name in BOUNDS)] == expected
    assert pick(found, "Q4", "worst")["reason"] == "if the 2 without an answer that can be read were all unhappy"
    # METRICS.md C.1 has Wilson for 8 of 10; 2 of 4 by the same formula is 0.150 to 0.850.
    assert [round(pick(found, "Q4", "rate")[end], 3) for end in ("low", "high")] == [0.15, 0.85]


@pytest.mark.parametrize(
    ("scale", "scores", "good"),
    [
        ((1.0, 5.0), [3, 4, 5], 2 / 3),  # the upper two of five
        ((0.0, 4.0), [2, 3, 4], 2 / 3),  # the same scale counted from 0
        ((1.0, 3.0), [1, 2, 3], 1 / 3),  # METRICS.md Q4: of 1-3 only 3
        ((0.0, 1.0), [0, 1], 1 / 2),  # the upper of two
        ((1.0, 10.0), [6, 7], 1 / 2),  # four of ten points are 40 %
        ((0.0, 100.0), [60, 61], 1 / 2),  # forty of a hundred and one
        ((1.0, 7.0), [5, 6], 1 / 2),  # two of seven are 29 %, three would be more than 40 %
    ],
)
def test_a_good_answer_is_in_the_upper_part_of_its_own_scale(scale, scores, good):
    assert rate(scores, scale) == pytest.approx(good)


@pytest.mark.parametrize("scale", [(None, 5.0), (1.0, None), (5.0, 5.0), (5.0, 1.0)])
def test_an_answer_without_its_scale_is_left_out_and_counted(scale):
    found = values(satisfaction_rows(table(survey(1, 5), survey(2, 5, scale)), CUT))
    row = pick(found, "Q4", "rate")
    assert (row["value"], row["n"], row["reason"][:9]) == (1, 1, "1 answers")
    assert [pick(found, "Q4", name)["value"] for name in ("response_rate", "worst", "best")] == [1, 0.5, 1]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_an_answer_beside_its_scale_is_left_out(score):
    assert (rate([score], (1.0, 5.0)), rate([score, 5], (1.0, 5.0))) == (None, 1)


def test_different_scales_are_each_read_on_their_own():
    mixed = table(survey(1, 4), survey(2, 4, (1.0, 10.0)), survey(3, 1, (0.0, 1.0)))
    assert pick(values(satisfaction_rows(mixed, CUT)), "Q4", "rate")["value"] == pytest.approx(2 / 3)


def test_an_answer_after_the_cut_off_is_not_known():
    early = Cut(CUT.start, CUT.end, datetime(2024, 6, 20, tzinfo=UTC), CUT.zone)
    late = survey(2, 1, responded_at=datetime(2024, 6, 21, tzinfo=UTC))
    found = values(satisfaction_rows(table(survey(1, 5), late), early))
    assert [pick(found, "Q4", name)["value"] for name in ("rate", "response_rate")] == [1, 0.5]


def test_a_survey_of_the_last_seven_days_had_no_time_to_be_answered():
    """By hand: the cut-off is the 20th: one offered at the start of the 13th counts, one an hour later does not."""
    early = Cut(CUT.start, CUT.end, datetime(2024, 6, 20, tzinfo=UTC), CUT.zone)
    found = values(satisfaction_rows(table(survey(1, 5, day=13), survey(2, None, day=13 + 1 / 24)), early))
    row = pick(found, "Q4", "response_rate")
    assert (row["value"], row["n"]) == (1, 1)


@pytest.mark.parametrize("day", [0.9, 31])
def test_a_survey_offered_outside_the_campaign_is_not_its_own(day):
    assert pick(values(satisfaction_rows(surveys([5], day=day), CUT)), "Q4", "response_rate")["value"] is None


def test_no_survey_gives_reasons_and_no_zero():
    rows = [*satisfaction_rows(table(), CUT), *recommendation_rows(table(), CUT), *ease_rows(table(), CUT)]
    found = values([*rows, satisfaction_change_row(table(), CUT)])
    assert (found["value"].null_count(), found["reason"].null_count(), set(found["grade"])) == (9, 0, {"X"})


def test_nobody_answering_is_a_response_rate_of_zero_and_no_satisfaction():
    found = values(satisfaction_rows(surveys([None, None]), CUT))
    assert [pick(found, "Q4", name)["value"] for name in BOUNDS] == [None, 0, 0, 1]
    assert pick(found, "Q4", "rate")["reason"] == "nobody answered"


def test_surveys_about_others_threads_are_left_out():
    turns = pl.DataFrame({"thread_id": ["t1", "t1", "t2"], "customer_id": ["ann", "ann", "bob"]})
    assert surveys_about(surveys([1, 2, 3]), turns)["survey_id"].to_list() == ["csat1"]


# --- Q5, Q6 ---


def test_the_net_promoter_score_is_that_of_the_catalogue():
    """METRICS.md C.1: 60 promoters, 25 passives and 15 detractors of 100 give 45 +/- 14.5 points."""
    scores = [9] * 30 + [10] * 30 + [7] * 10 + [8] * 15 + [6] * 10 + [0] * 5
    row = pick(values(recommendation_rows(surveys(scores, (0.0, 10.0), kind="nps"), CUT)), "Q5", "score")
    assert [round(number, 1) for number in (row["value"], (row["high"] - row["low"]) / 2)] == [45, 14.5]
    assert row["n"] == 100


def test_recommendation_on_another_scale_is_not_converted():
    rows = recommendation_rows(table(survey(1, 5, kind="nps"), survey(2, 9, (0.0, 10.0), kind="NPS")), CUT)
    score, response = rows
    assert (score["value"], score["n"], score["reason"][:9], response["value"]) == (100, 1, "1 answers", 1)


def test_the_ease_share_says_how_it_reads_the_scale():
    """By hand: 6 and 7 of 1-7 are the upper two points: 2 of 4."""
    rows = ease_rows(surveys([7, 6, 5, 1, None], (1.0, 7.0), kind="ces"), CUT)
    assert [(row["variant"], row["value"]) for row in rows] == [("top_share", 0.5), ("response_rate", 0.8)]
    assert "read as easy" in rows[0]["reason"]


def test_ease_by_the_channel_of_the_conversation_before():
    """METRICS.md R008 by hand: nine of ten found a post easy, five of ten a comment; of a later one nobody was asked."""
    begun = [("public_post" if number < 10 else "comment", 4) for number in range(20)] + [("dm", 6)] * 20
    conversations = pl.DataFrame(
        {"thread_id": [f"t{number % 20}" for number in range(40)], "customer_id": "ann"}
        | {"channel": [channel for channel, _ in begun]}
        | {"started_at": [datetime(2024, 6, day, tzinfo=UTC) for _, day in begun]},
        schema_overrides={"started_at": pl.Datetime("us", "UTC")},
    )
    rows = ease_rows(surveys([5] * 9 + [1] + [5, 1] * 5, kind="ces"), CUT, conversations)
    assert {row["slice"]: row["value"] for row in rows[2:]} == {"channel=comment": 0.5, "channel=public_post": 0.9}
    assert all("read as easy" in row["reason"] for row in rows[2:])


# --- E9 ---


def before_and_in(before: list, after: list, scale: tuple = (1.0, 5.0)) -> dict:
    """The change between answers of May and answers of June."""
    may = [survey(number, score, day=-20) for number, score in enumerate(before)]
    june = [survey(100 + number, score, scale) for number, score in enumerate(after)]
    return satisfaction_change_row(table(*may, *june), CUT)


def test_a_change_of_satisfaction_is_that_of_the_catalogue_and_no_effect():
    """METRICS.md C.1: 80 of 100 less 70 of 100 is 0.10, from -0.020 to 0.217."""
    row = before_and_in([5] * 70 + [1] * 30 + [None] * 100, [5] * 80 + [1] * 20)
    assert [round(row[name], 3) for name in ("value", "low", "high")] == [0.1, -0.02, 0.217]
    assert "no effect" in row["reason"]
    assert row["reason"].endswith("answered by 50 % before and 100 % in the campaign")


def test_a_change_of_scale_breaks_the_comparison():
    row = before_and_in([5], [3], (1.0, 3.0))
    assert (row["value"], row["grade"], "scale" in row["reason"]) == (None, "X", True)


@pytest.mark.parametrize(
    ("before", "after", "which"), [([], [5], "before"), ([5], [], "in the campaign"), ([None], [5], "before")]
)
def test_without_answers_on_both_sides_there_is_no_change(before, after, which):
    row = before_and_in(before, after)
    assert (row["value"], which in row["reason"]) == (None, True)


@pytest.mark.parametrize(("day", "known"), [(-13, True), (-12, False)])
def test_a_change_takes_two_weeks_of_baseline(day, known):
    """METRICS.md R137: 18 May is fourteen days before 1 June, 19 May thirteen."""
    row = satisfaction_change_row(table(survey(1, 5, day=day), survey(2, 5)), CUT)
    assert (row["value"] is not None, "13 days before it" in row["reason"]) == (known, not known)


def test_a_baseline_reaches_back_eight_weeks_and_no_further():
    """56 days before 1 June is 6 April: one good answer of that day, and a bad one of the day before, which is out."""
    row = satisfaction_change_row(table(survey(1, 5, day=-55), survey(2, 1, day=-56), survey(3, 5)), CUT)
    assert (row["value"], row["n"]) == (0, 2)


# --- the demo ---


def test_the_demos_answers_agree_with_a_count_over_its_rows(demo):
    """Counted here row by row in plain Python over the survey export of the demo."""
    every = pl.read_parquet(demo / "sources/surveys.parquet")
    cut = Cut(date(2025, 6, 1), date(2025, 9, 1), datetime(2025, 10, 1, tzinfo=UTC), ZoneInfo("UTC"))
    spans = {"now": (datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC))}
    spans["before"] = (datetime(2025, 4, 6, tzinfo=UTC), spans["now"][0])
    good, answers, offers = {}, {}, {}
    for name, (first, last) in spans.items():
        own = [each for each in every.iter_rows(named=True) if each["kind"] == "csat" and first <= each["offered_at"] < last]
        scores = [each["score"] for each in own if each["score"] is not None]
        good[name], answers[name], offers[name] = sum(score >= 4 for score in scores), len(scores), len(own)
    found = values(satisfaction_rows(every, cut))
    assert pick(found, "Q4", "rate")["value"] == pytest.approx(good["now"] / answers["now"])
    assert pick(found, "Q4", "response_rate")["value"] == pytest.approx(answers["now"] / offers["now"])
    change = satisfaction_change_row(every, cut)
    assert change["value"] == pytest.approx(good["now"] / answers["now"] - good["before"] / answers["before"])
    assert (change["low"], change["high"]) == newcombe_interval(good["now"], answers["now"], good["before"], answers["before"])
