"""Sentences follow the interval, and numbers are read as a person would say them."""

from datetime import date

import pytest

from careworth import wording
from careworth.readable import too_few
from careworth.results import to_metric_values, value_row
from careworth.stats import Estimate
from careworth.wording import (
    answer_tone,
    answer_word,
    care_sentence,
    chance_sentence,
    return_sentence,
    role_sentence,
    trend_sentence,
    trend_tone,
)
from tests.sample_values import complete, journey_rows, money_rows, service_rows, table, without_revenue


@pytest.mark.parametrize(
    ("low", "high", "word", "tone"), [(0.1, 0.5, "Yes.", "good"), (-0.5, -0.1, "No.", "bad"), (-0.15, 0.56, "Probably.", "good")]
)
def test_the_answer_follows_the_range(low, high, word, tone):
    values = table(money_rows(low, high))
    assert (answer_word(values), answer_tone(values)) == (word, tone)


def test_the_return_is_given_with_its_cost_and_range():
    """A range that spans break-even names no return, only its middle; one beyond it does."""
    uncertain = "The middle estimate is +20 % on the EUR 54 k it cost; nine outcomes in ten lie between −15 % and +56 %."
    assert return_sentence(complete()) == uncertain
    assert return_sentence(table(money_rows(0.1, 0.5))).startswith("It returned +30 % on the EUR 54 k it cost; nine outcomes")


def test_a_loss_is_called_a_loss():
    assert return_sentence(table(money_rows(-0.5, -0.1))).startswith("It lost 30 % of the EUR 54 k it cost")


def test_without_revenue_the_reason_stands_where_the_number_would():
    values = without_revenue()
    assert (answer_word(values), answer_tone(values)) == ("We cannot say.", "open")
    assert "not measurable here: no orders of Test hotels" in return_sentence(values)
    assert chance_sentence(values) == ""


def test_the_chance_is_said_in_hundredths():
    assert chance_sentence(complete()) == "There is a 81 in 100 chance that it earned more than it cost."
    assert "practically every outcome" in chance_sentence(table(money_rows(0.2, 0.5)))


def test_what_can_be_said_without_money_is_said():
    """By hand: 3,400 of 3,600 is 94 %; 590 of 3,212 is 18.4 %."""
    sentence = care_sentence(table(service_rows()))
    assert "94 % (95 % interval 94 – 95 %) of those who needed an answer" in sentence
    assert "no longer than 22 min (95 % interval 20 – 24 min)" in sentence
    assert "18.4 % (95 % interval 17.1 – 19.7 %) of those answered said thank you" in sentence


def test_the_strongest_role_comes_first_when_its_interval_is_clear():
    sentence = role_sentence(table(journey_rows()))
    assert sentence.startswith("Social care mostly assists in journeys. Of the 100 journeys")
    assert "assists in 63 % (95 % interval 53 – 72 %)" in sentence


def test_two_roles_whose_intervals_overlap_name_no_winner():
    rows = [row for row in journey_rows() if row["slice"] == "channel=care_social"]
    close = [row | dict(zip(("value", "low", "high"), (0.5, 0.4, 0.6), strict=True)) for row in rows]
    assert role_sentence(table(close)).startswith("Of the 100 journeys")


def trend(value, low, high, unit="share/week"):
    """A trend row."""
    return {"value": value, "low": low, "high": high, "unit": unit, "reason": None}


@pytest.mark.parametrize(
    ("row", "sentence", "tone"),
    [
        (trend(0.003, 0.001, 0.005), "rising 0.3 points a week", "better"),
        (trend(-0.003, -0.005, -0.001), "falling 0.3 points a week", "worse"),
        (trend(0.003, -0.001, 0.005), "no clear trend", "flat"),
        (trend(None, None, None), "too short for a trend", "flat"),
        (None, "no trend known", "flat"),
    ],
)
def test_a_trend_is_named_only_when_its_interval_is_clear_of_zero(row, sentence, tone):
    assert (trend_sentence(row), trend_tone(row, "up")) == (sentence, tone)


def test_a_falling_wait_is_better():
    assert trend_tone(trend(-1, -2, -0.5, "minutes/week"), "down") == "better"


def test_shares_of_fewer_than_ten_are_hidden():
    assert [too_few({"unit": "share", "n": n}) for n in (9, 10, None)] == [True, False, False]


def test_a_caveat_says_how_often_reading_errs_and_where_that_was_measured():
    rows = [
        value_row("P12", "thanks:sensitivity", Estimate(0.9, 0.6, 0.98), "share", n=10, reason="unvalidated here"),
        value_row("P12", "thanks:specificity", Estimate(0.99, 0.97, 1.0), "share", n=236, reason="unvalidated here"),
    ]
    said = wording.thanks_caveat(to_metric_values(rows, "c", date(2024, 1, 1), date(2024, 2, 1)))
    assert "Unvalidated here: measured on public conversations, of 10 turns that thank it found 90 %" in said
    own = [row | {"reason": None} for row in rows]
    assert "Measured on labelled texts of this workspace" in wording.thanks_caveat(
        to_metric_values(own, "c", date(2024, 1, 1), date(2024, 2, 1))
    )


def test_what_nobody_measured_is_said_to_be_unvalidated():
    none = to_metric_values([], "c", date(2024, 1, 1), date(2024, 2, 1))
    assert "was not measured: unvalidated here" in wording.tone_caveat(none)
