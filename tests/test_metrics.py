"""What is measured on conversations: denominators, censoring, weeks."""

from datetime import date
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth import metrics, trends
from careworth.marts.periods import Cut
from careworth.misreading import Counts, Errors
from careworth.results import pick, to_metric_values
from tests.tables import at, conversations_of, message, turns_of  # noqa: F401

CUT = Cut(date(2024, 1, 1), date(2024, 2, 1), at(31 * 1440 - 600), ZoneInfo("UTC"))


#: A reader that finds 8 of 10 and leaves 18 of 20 alone, and one that is no better than a coin.
GOOD, COIN = Counts(8, 2, 2, 18), Counts(5, 5, 5, 5)
ERRORS = Errors({"opening_sentiment:negative": GOOD, "thanked:yes": COIN, "thanks:yes": GOOD}, is_own=False)


def waits(*minutes: float | None) -> pl.DataFrame:
    """One conversation per wait, in minutes; None was never answered."""
    messages = []
    for number, wait in enumerate(minutes, 1):
        who = {"author_id": f"guest{number}", "in_reply_to_id": None}
        messages.append(message(10 * number, "customer", 3 * number, **who))
        if wait is not None:
            messages.append(
                message(10 * number + 1, "agent", 3 * number + wait, "It is on its way.", in_reply_to_id=str(10 * number))
            )
    return conversations_of(*messages, as_of=CUT.as_of)


def values(rows) -> pl.DataFrame:
    """The rows as a table of one campaign."""
    return to_metric_values(rows, "test", CUT.start, CUT.end)


def test_an_unanswered_conversation_counts_in_the_response_rate():
    """By hand: 10 and 60 minutes in time, two days and never are not: 2 of 4."""
    row = pick(values(metrics.response_rate_rows(waits(10, 60, 2880, None), CUT, 24)), "S1", "within_24h")
    assert (row["value"], row["n"], row["denominator"]) == (0.5, 4, "mature conversations that needed a response")


def test_a_conversation_too_young_to_judge_is_left_out_of_the_rate():
    young = conversations_of(message(1, "customer", 0), as_of=at(60))
    row = pick(values(metrics.response_rate_rows(young, Cut(CUT.start, CUT.end, at(60), CUT.zone), 24)), "S1", "within_24h")
    assert (row["value"], row["n"], row["grade"]) == (None, 0, "X")


def test_the_median_wait_counts_the_unanswered():
    """By hand: 1, 2, 30, never, never: half are answered by minute 30; the answered alone would say 2."""
    table = values(metrics.first_response_rows(waits(1, 2, 30, None, None), CUT))
    assert pick(table, "S2", "median")["value"] == 30
    assert pick(table, "S2", "median_replied_only")["value"] == 2


def test_a_median_that_most_never_reach_is_not_made_up():
    row = pick(values(metrics.first_response_rows(waits(1, None, None), CUT)), "S2", "median")
    assert (row["value"], row["grade"], row["reason"]) == (None, "X", "not reached")


def test_outcome_shares_add_up_to_one():
    table = values(metrics.resolution_rows(waits(1, 2, 30, None), CUT, 72))
    shares = table.filter(metric_id="S6", slice="all")["value"]
    assert (shares.len(), shares.sum()) == (4, pytest.approx(1))


def test_the_thank_you_score_is_of_answered_conversations():
    """By hand: one thanked, one answered without thanks, one never answered: 1 of 2."""
    thanked = [message(1, "customer", 0), message(2, "agent", 5, "Done."), message(3, "customer", 8, "thank you!")]
    silent = [message(11, "customer", 0, author_id="bob", in_reply_to_id=None), message(12, "agent", 5, "Done.")]
    unanswered = [message(21, "customer", 0, author_id="eve", in_reply_to_id=None)]
    table = values(metrics.thank_you_rows(conversations_of(*thanked, *silent, *unanswered, as_of=CUT.as_of), CUT, 72, ERRORS))
    rate = pick(table, "Q1", "rate")
    assert (rate["value"], rate["n"], round(rate["low"], 3), round(rate["high"], 3)) == (0.5, 2, 0.095, 0.905)


def test_complaints_that_ended_in_thanks_have_their_own_denominators():
    """By hand: of two complaints one was answered and ended in thanks: strict 1 of 1, programme 1 of 2."""
    answered = [
        message(1, "customer", 0, "the shower is broken"),
        message(2, "agent", 5, "Fixed."),
        message(3, "customer", 8, "thank you!"),
    ]
    table = values(
        metrics.thank_you_rows(
            conversations_of(
                *answered, message(9, "customer", 1, "wifi broken", author_id="bob", in_reply_to_id=None), as_of=CUT.as_of
            ),
            CUT,
            72,
            ERRORS,
        )
    )
    assert [pick(table, "Q2", name)["n"] for name in ("strict", "programme")] == [1, 2]
    assert [pick(table, "Q2", name)["value"] for name in ("strict", "programme")] == [1.0, 0.5]


def test_only_whole_weeks_make_a_series():
    """January 2024 begins on a Monday; its fifth week ends in February; 72 hours before 31 January the fourth is not over."""
    assert [week[0].day for week in CUT.whole_weeks()] == [1, 8, 15, 22]
    assert [week[0].day for week in CUT.whole_weeks(hours=72)] == [1, 8, 15]
    assert [week[0].day for week in Cut(date(2024, 1, 3), date(2024, 1, 21), CUT.as_of, CUT.zone).whole_weeks()] == [8]


def test_a_trend_needs_eight_whole_weeks():
    rows = metrics.volume_rows(waits(1), CUT)
    trend = pick(values(trends.trend_rows(trends.weekly_table(rows), [])), "V6", "V1.care_conversations")
    assert (trend["value"], trend["n"]) == (None, 4)
    assert "too few" in trend["reason"]


def test_text_in_another_language_leaves_the_denominator_of_sentiment():
    table = values(
        metrics.sentiment_rows(conversations_of(message(1, "customer", 0, "まだ届きません、返金してください")), CUT, ERRORS)
    )
    assert pick(table, "V5", "scored_share")["value"] == 0
    assert pick(table, "V5", "opening_negative")["value"] is None


def test_a_share_stands_beside_the_same_corrected_for_the_readers_errors():
    """By hand: 3 of 4 are read as negative; sensitivity 0.8, specificity 0.9: (0.75 + 0.9 - 1) / 0.7 = 0.929."""
    openings = ["the shower is broken, awful", "worst stay ever", "so rude, never again", "thank you, lovely stay!"]
    said = [message(10 * n, "customer", n, text, author_id=f"g{n}", in_reply_to_id=None) for n, text in enumerate(openings, 1)]
    table = values(metrics.sentiment_rows(conversations_of(*said), CUT, ERRORS))
    assert pick(table, "V5", "opening_negative")["value"] == 0.75
    row = pick(table, "V5", "opening_negative_corrected")
    assert (round(row["value"], 3), row["grade"], row["reason"][:16]) == (0.929, "C", "unvalidated here")
    assert pick(table, "V5", "opening_positive_corrected") is None  # nobody measured that


def test_errors_of_elsewhere_that_cannot_hold_here_correct_nothing():
    """By hand: with specificity 0.9 and none negative, one in ten would be read as negative; none is."""
    said = [
        message(10 * n, "customer", n, "thank you, lovely stay!", author_id=f"g{n}", in_reply_to_id=None) for n in range(1, 5)
    ]
    conversations = conversations_of(*said)
    row = pick(values(metrics.sentiment_rows(conversations, CUT, ERRORS)), "V5", "opening_negative_corrected")
    assert (row["value"], row["grade"], "do not fit here" in row["reason"]) == (None, "X", True)
    own = Errors(ERRORS.counts, is_own=True)
    assert pick(values(metrics.sentiment_rows(conversations, CUT, own)), "V5", "opening_negative_corrected")["value"] == 0


def test_a_share_read_by_a_coin_is_not_corrected():
    thanked = [message(1, "customer", 0), message(2, "agent", 5, "Done."), message(3, "customer", 8, "thank you!")]
    table = values(metrics.thank_you_rows(conversations_of(*thanked, as_of=CUT.as_of), CUT, 72, ERRORS))
    row = pick(table, "Q1", "rate_corrected")
    assert (row["value"], row["grade"]) == (None, "X")
    assert "hardly better than a coin" in row["reason"]


def test_the_errors_of_reading_are_rows_with_their_own_n():
    table = values(metrics.error_rows(ERRORS))
    found = pick(table, "P12", "opening_negative:sensitivity")
    assert (found["value"], found["n"], found["reason"]) == (0.8, 10, "unvalidated here: measured on public conversations")
    own = values(metrics.error_rows(Errors(ERRORS.counts, is_own=True)))
    assert pick(own, "P12", "thanks:specificity")["reason"] is None


def test_no_conversation_gives_reasons_not_zeros():
    none = waits(1).clear()
    rows = (
        metrics.first_response_rows(none, CUT)
        + metrics.resolution_rows(none, CUT, 72)
        + metrics.thank_you_rows(none, CUT, 72, ERRORS)
    )
    shares = values(rows).filter(pl.col("unit") != "count")
    assert shares["value"].null_count() == shares.height
    assert shares["reason"].null_count() == 0


def test_every_message_record_is_in_the_funnel_once():
    rows = values(metrics.funnel_rows({"read": 10, "accepted": 9, "rejected:bad_time": 1, "excluded:spam": 2}, waits(1)))
    counts = dict(rows.select("variant", "value").iter_rows())
    assert counts["read"] == counts["accepted"] + counts["rejected:bad_time"]
    assert counts["in_campaign"] == 2
