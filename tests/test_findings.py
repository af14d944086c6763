"""What stands above a picture: it follows the interval, and says nothing where the numbers say nothing."""

import pytest

from careworth.results import share_estimate, value_row
from careworth.stats import Estimate
from careworth.wording import findings, money_findings
from tests.sample_values import WEEKS, complete, table, without_revenue

EMPTY = table([])

OF_VALUES = [
    findings.volume_finding,
    findings.tone_finding,
    findings.shift_finding,
    findings.answered_finding,
    findings.backlog_finding,
    findings.hands_finding,
    money_findings.chance_finding,
    money_findings.ledger_finding,
    money_findings.assumed_sentence,
    money_findings.attributed_sentence,
    money_findings.role_finding,
    money_findings.step_finding,
    money_findings.lag_finding,
    money_findings.incremental_finding,
    money_findings.swing_finding,
    money_findings.change_of_mind,
    money_findings.next_measure,
]


@pytest.mark.parametrize("tell", OF_VALUES)
def test_of_nothing_nothing_is_said(tell):
    assert tell(EMPTY) == ""


def share(metric_id: str, variant: str, successes: int, trials: int, slice: str = "all") -> dict:
    """A share with its interval."""
    return value_row(metric_id, variant, share_estimate(successes, trials), "share", n=trials, slice=slice)


def test_a_tone_that_may_not_have_moved_has_not():
    """Wilson intervals of 10/100 and 12/100 overlap; of 100/1000 and 300/1000 they do not."""
    alike = table([share("V5", "opening_positive", 10, 100), share("V5", "closing_positive", 12, 100)])
    assert findings.tone_finding(alike).startswith("As many")
    apart = table([share("V5", "opening_positive", 100, 1000), share("V5", "closing_positive", 300, 1000)])
    assert findings.tone_finding(apart) == "More end on a positive tone than begin on one: 30 % against 10.0 %"
    fewer = table([share("V5", "opening_positive", 300, 1000), share("V5", "closing_positive", 100, 1000)])
    assert findings.tone_finding(fewer).startswith("Fewer")


def test_a_share_of_fewer_than_ten_is_no_finding():
    assert findings.tone_finding(table([share("V5", "opening_positive", 1, 9), share("V5", "closing_positive", 8, 9)])) == ""


def test_a_change_of_tone_names_the_larger_side():
    rows = [share("Q3", "improved", 10, 1000), share("Q3", "worsened", 400, 1000)]
    assert findings.shift_finding(table(rows)) == "More tones became worse than better: 40 % against 1.0 %"
    assert findings.shift_finding(table([share("Q3", "improved", 10, 100), share("Q3", "worsened", 11, 100)])).endswith(
        "as worse"
    )


def test_the_median_is_told_with_the_share_of_the_first_hour():
    """The sample's median is 22 minutes, and 80 % of 3,600 had an answer within 60."""
    assert findings.answered_finding(complete()) == "Half waited 22 min or less; 80 % had an answer within an hour"
    never = table([value_row("S2", "median", None, "minutes", reason="more than half unanswered")])
    assert findings.answered_finding(never) == "More than half were never answered"


def test_volume_goes_from_the_least_to_the_most():
    """The sample's weeks have 300 to 311 conversations."""
    assert findings.volume_finding(complete()) == "Between 300 and 311 care conversations a week"


@pytest.mark.parametrize(("last", "words"), [(0, "Nobody"), (1, "1 customer still"), (2, "2 customers still")])
def test_the_backlog_is_that_of_the_last_week(last, words):
    rows = [value_row("S10", "open", count, "count", slice="week", period=WEEKS[at]) for at, count in enumerate((7, last))]
    assert findings.backlog_finding(table(rows)).startswith(words)


def test_of_networks_one_is_named_only_when_it_is_clear():
    rows = {name: share("Q1", "rate", count, 100) for name, count in {"X": 10, "Facebook": 12}.items()}
    assert findings.network_finding(rows, "thanked most often") == "The networks do not clearly differ"
    assert findings.network_finding({"X": rows["X"]}, "thanked most often") == ""
    clear = rows | {"X": share("Q1", "rate", 60, 100)}
    assert findings.network_finding(clear, "thanked most often") == "X: thanked most often, 60 %"


def test_complete_counts_that_tie_have_no_first():
    tie = [{"value": 3.0, "low": None, "high": None}] * 2
    assert findings.clear_first(tie) is None


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(0.02, -0.01, 0.05), "Resolved here: no clear change"),
        (Estimate(0.04, 0.01, 0.07), "Resolved here: 4.0 points more than in the eight weeks before"),
        (Estimate(-0.04, -0.07, -0.01), "Resolved here: 4.0 points less than in the eight weeks before"),
    ],
)
def test_a_change_is_told_by_its_interval(estimate, words):
    row = value_row("S6", "resolved_change", estimate, "share", n=500, slice="by=network")
    assert findings.change_finding(table([row]), "S6", "resolved", "Resolved here") == words


def test_alarms_are_counted_by_day():
    days = [("all", WEEKS[0]), ("booking", WEEKS[0]), ("all", WEEKS[1]), ("question", WEEKS[2])]
    rows = [value_row("V8", "alarm", 1.0, "count", slice=f"topic={topic}", period=day) for topic, day in days]
    assert findings.alarm_finding(table(rows)) == "Alarms were raised on 2 days"
    assert findings.alarm_finding(EMPTY) == "No day raised an alarm"


def test_a_trend_follows_its_interval():
    flat = table([value_row("V6", "Q1.rate", Estimate(0.003, -0.001, 0.005), "share/week", n=12)])
    assert findings.trend_finding(flat, "Q1.rate", "Thank-yous") == "Thank-yous: no clear trend"
    assert findings.trend_finding(complete(), "Q1.rate", "Thank-yous") == "Thank-yous: rising 0.3 points a week"


@pytest.mark.parametrize(
    ("chance", "words"), [(0.81, "81 in 100 outcomes are a gain, 19 a loss"), (1.0, "Practically every outcome is a gain")]
)
def test_losses_and_gains_stand_in_one_sentence(chance, words):
    assert money_findings.chance_finding(table([value_row("M9", "probability_positive", chance, "share")])) == words


def test_assumed_gains_are_told_apart():
    row = value_row("M9", "gains", Estimate(3_000, 2_000, 4_000), "EUR", grade="C", slice="basis=assumed")
    assert money_findings.assumed_sentence(table([row])) == (
        "Hatched gains are assumed: EUR 3 000 (90 % range EUR 2 000 – 4 000) in all, and not in the answer above."
    )


def test_attributed_revenue_is_called_no_gain():
    """The sample credits social care by equal shares with 63 thousand, from 57 to 69."""
    told = money_findings.attributed_sentence(complete())
    assert told.startswith("Attribution credits social care with EUR 63 k (95 % interval EUR 57 – 69 k) of revenue")
    assert "no gain here" in told


def test_models_that_disagree_are_given_as_a_range():
    """First, linear and last credit care with 9, 63 and 28 thousand in the sample."""
    models = ("first", "linear", "last")
    assert money_findings.credit_finding(complete(), models) == (
        "Depending on the model, social care is credited with EUR 9 000 to EUR 63 k"
    )
    assert money_findings.credit_finding(complete(), ("linear",)) == ""


def test_the_part_of_care_is_named_when_it_is_clear():
    """63 of 100 paths are assisted, 28 closed: the intervals do not meet."""
    assert money_findings.role_finding(complete()) == "Social care mostly assists in journeys"


def test_half_of_the_ways_are_counted_from_the_day_of_the_order():
    """By hand: 0.2 + 0.2 are less than half, with 0.2 more they are not: day 2."""
    rows = [value_row("M6", "path_days", 0.2, "share", n=100, slice=f"days={day}") for day in (0, 1, 2, 3, "4+")]
    assert money_findings.lag_finding(table(rows)) == "Half of the ways to an order took 2 days or less"


def swing(name: str, width: float, low: float, high: float) -> dict:
    """How far an input moves the return."""
    return value_row("M11", "swing", Estimate(width, low, high), "ratio", slice=f"input={name}")


def test_what_would_change_the_answer_is_the_widest_swing():
    rows = [swing("wage", 0.1, 0.0, 0.1), swing("margin", 0.5, -0.2, 0.3)]
    even = value_row("M12", "break_even", 1.7, "EUR", slice="input=margin")
    told = money_findings.change_of_mind(table([*rows, even]))
    assert told.startswith("“margin”: as it is low or high, the return lies between −20 % and +30 %.")
    assert told.endswith("Nothing is won or lost at EUR 1.70.")
    assert "No value" in money_findings.change_of_mind(table(rows))
    assert money_findings.swing_finding(table(rows)) == "The return hangs most on “margin”"


@pytest.mark.parametrize(("worth", "words"), [(275.0, "“margin”: to know it"), (0.0, "No input, however well measured")])
def test_what_to_measure_next_is_what_is_worth_knowing(worth, words):
    row = value_row("M11", "value_of_information", worth, "EUR", slice="input=margin")
    assert money_findings.next_measure(table([row])).startswith(words)


def test_without_revenue_no_sentence_of_money_is_made():
    told = [money_findings.chance_finding, money_findings.ledger_finding, money_findings.swing_finding]
    assert [tell(without_revenue()) for tell in told] == ["", "", ""]


def test_few_cases_are_no_reason_to_name_a_network():
    values = table([share("Q1", "rate", 8, 9, "network=x"), share("Q1", "rate", 1, 100, "network=facebook")])
    assert list(findings.sliced_rows(values, "Q1", "rate", "network=")) == ["facebook"]
