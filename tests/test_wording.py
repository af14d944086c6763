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
    return_asides,
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
    estimated = return_sentence(table(money_rows(0.1, 0.5)))
    assert estimated.startswith("It is estimated to have returned +30 % on the EUR 54 k it cost; nine outcomes")


def test_a_loss_is_called_a_loss():
    assert return_sentence(table(money_rows(-0.5, -0.1))).startswith("It is estimated to have lost 30 % of the EUR 54 k it cost")


@pytest.mark.parametrize(("low", "said"), [(0.1, "It returned +30 % on the"), (-0.5, "It lost 10 % of the")])
def test_only_what_was_measured_is_called_returned(low, said):
    """The sample's saving is of grade B; with the holdout's margin alone, of grade A, the stronger word stands."""
    high = 0.5 if low > 0 else 0.3
    rows = [row for row in money_rows(low, high) if row["metric_id"] != "M3"]
    clear = [row | ({"high": -0.05} if (row["variant"], low) == ("roi", -0.5) else {}) for row in rows]
    assert return_sentence(table(clear)).startswith(said)


def money(**numbers: Estimate | None) -> list[dict]:
    """Rows of M9 beside those of the sample."""
    labels = {"n": 20_000, "denominator": "simulated outcomes", "grade": "C"}
    return [
        value_row("M9", name, known, "ratio", reason="none is stated to be cash", **labels) for name, known in numbers.items()
    ]


def asked(hurdle: str, chance: float) -> list[dict]:
    """The row of the chance of a return above what the company asks for."""
    estimate = Estimate(chance, chance, chance)
    reason = f"above {hurdle}; range: simulation error"
    return [value_row("M9", "probability_above_hurdle", estimate, "share", n=20_000, grade="B", reason=reason)]


@pytest.mark.parametrize(
    ("low", "high", "hurdle", "chance", "word"),
    [
        (0.1, 0.5, "5%", 0.99, "Yes."),
        (0.1, 0.5, "60%", 0.0, "No."),
        (0.1, 0.5, "20%", 0.8, "Probably."),
        (0.1, 0.5, "30%", 0.5, "Too close to call."),
        (0.1, 0.5, "45%", 0.1, "Probably not."),
        (0.1, 0.5, "12.5%", 0.9, "Probably."),
        (0.1, 0.5, "0%", 0.99, "Yes."),
    ],
)
def test_the_answer_is_measured_by_what_the_company_asks_for(low, high, hurdle, chance, word):
    assert answer_word(table(money_rows(low, high), asked(hurdle, chance))) == word


def test_a_return_below_the_hurdle_says_so():
    values = table(money_rows(0.1, 0.5), asked("60%", 0.02))
    assert "it cost, less than the +60 % that is asked for; nine outcomes" in return_sentence(values)
    assert chance_sentence(values).endswith("That it returned more than the +60 % asked for holds in 2 of 100 outcomes.")


def test_assumptions_stand_in_a_sentence_of_their_own():
    values = table(money_rows(), money(roi_with_assumptions=Estimate(0.45, 0.02, 0.9)))
    said = "With the company's own assumptions counted: +45 % (90 % range +2 – +90 %). Nothing measured shows those gains."
    assert return_asides(values) == [said]
    assert "45" not in return_sentence(values) + answer_word(values)


def test_assumptions_that_change_nothing_are_not_told():
    same = (0.56 + -0.15) / 2
    assert return_asides(table(money_rows(), money(roi_with_assumptions=Estimate(same, -0.15, 0.56)))) == []


def test_with_assumptions_alone_there_is_no_return_but_the_aside_stands():
    rows = money(roi=None, roi_with_assumptions=Estimate(0.45, 0.02, 0.9))
    values = table([row for row in money_rows() if row["metric_id"] not in ("M9", "M3", "M7")], rows)
    assert answer_word(values) == "We cannot say."
    assert return_asides(values)[0].startswith("With the company's own assumptions counted: +45 %")


def test_what_would_be_cash_is_told_apart():
    cash = money(cashable=Estimate(-0.12, -0.4, 0.2))
    assert return_asides(table(money_rows(), cash)) == [
        "Of this, what would be cash alone comes to −12 % (90 % range −40 – +20 %) on the cost."
    ]
    none = return_asides(table(money_rows(), money(cashable=None)))
    assert none == ["Of this, nothing would be cash: none is stated to be cash."]


def test_attribution_as_cause_is_told_as_what_nobody_has_shown():
    values = table(money_rows(), money(attributed_if_causal=Estimate(1.2, 0.8, 1.5)))
    said = "If every attributed sale were caused by care, which nobody has shown, the return would be +120 %"
    assert return_asides(values) == [f"{said} (90 % range +80 – +150 %)."]


def flows(worth: Estimate, months: float | None, rate: str, reason: str = "of the mean flows") -> list[dict]:
    """Rows of M10."""
    return [
        value_row("M10", "net_present_value", worth, "EUR", n=20_000, grade="B", reason=f"at its end; {rate} a year"),
        value_row("M10", "payback_months", months, "months", n=20_000, grade="B", reason=reason),
    ]


def test_value_in_time_is_told_with_its_rate_and_payback():
    values = table(money_rows(), flows(Estimate(2_900, -1_200, 7_000), 2.1, "0.08"))
    assert return_asides(values) == [
        "In money of its start, at 8.0 % a year, it is worth EUR 2 900 (90 % range −EUR 1 200 – EUR 7 000) net of its cost.",
        "On average the cost had come back after 2.1 months.",
    ]


@pytest.mark.parametrize(
    ("months", "reason", "said"),
    [
        (None, "not reached within 3 months", "On average the cost had not come back: not reached within 3 months."),
        (0, "of the mean flows", "On average gains kept up with the cost from the start."),
        (
            2,
            "of the mean flows; the running sum falls below zero again later",
            "On average the cost had come back after 2 months, and was spent again later.",
        ),
    ],
)
def test_payback_that_never_comes_or_does_not_last_is_said_so(months, reason, said):
    """Without a discount rate the present value is the net value, which stands elsewhere."""
    assert return_asides(table(money_rows(), flows(Estimate(2_900, None, None), months, "0", reason))) == [said]


def test_without_revenue_the_reason_stands_where_the_number_would():
    values = without_revenue()
    assert (answer_word(values), answer_tone(values)) == ("We cannot say.", "open")
    assert "not measurable here: no orders of Test hotels" in return_sentence(values)
    assert chance_sentence(values) == ""


def test_the_chance_is_said_in_hundredths():
    assert chance_sentence(complete()) == "There is an 81 in 100 chance that it earned more than it cost."
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
