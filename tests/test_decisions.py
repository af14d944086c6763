"""Stop, start, continue: rules fire on intervals, name their number, and are followed up."""

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from careworth.decisions import RULES, decided_rows, decision_rows, follow_through_rows
from careworth.report.parts import decided_otherwise, decisions
from careworth.results import to_metric_values, value_row
from careworth.stats import Estimate
from careworth.targets import Decided, Decisions
from tests.metrics.cases import CUT


def table(*rows) -> pl.DataFrame:
    """These rows as `metric_values`."""
    return to_metric_values(list(rows), "spring", CUT.start, CUT.end)


def number(metric: str, low: float, value: float, high: float, n: int = 100, **labels) -> dict:
    """A measured share with its interval."""
    metric_id, variant = metric.split(".", 1)
    return value_row(metric_id, variant, Estimate(value, low, high), "share", n=n, denominator="cases", **labels)


def fired(*rows) -> dict[str, str]:
    """The action of each rule that fired."""
    return {row["variant"]: row["slice"].removeprefix("action=") for row in decision_rows(table(*rows))}


@pytest.mark.parametrize(("low", "expected"), [(0.11, {"sends_away": "stop"}), (0.09, {})])
def test_a_rule_fires_only_where_the_whole_interval_is_beyond_its_line(low, expected):
    assert fired(number("S12.hard", low, 0.2, 0.3)) == expected


def test_a_decision_names_its_rule_and_its_number():
    (row,) = decision_rows(table(number("S1.ever", 0.7, 0.8, 0.9)))
    assert row["reason"] == "Answering those who get no answer at all. Rule: 95 in 100 answered (S1.ever)"
    assert (row["value"], row["n"]) == (0.8, 100)


def test_a_complete_count_is_its_own_interval():
    assert fired(value_row("Q8", "brand_requests", 1, "count", n=50)) == {"asks_for_data": "stop"}
    assert fired(value_row("Q8", "brand_requests", 0, "count", n=50)) == {}


def test_the_surely_slower_hours_are_named():
    slow = number("S18.within_15min", 0.1, 0.2, 0.4, n=30, slice="hour=Sun 22")
    few = number("S18.within_15min", 0.1, 0.2, 0.4, n=19, slice="hour=Mon 03")
    (row,) = decision_rows(table(number("S18.within_15min", 0.5, 0.6, 0.7), slow, few))
    assert row["reason"].startswith("Staffing Sun 22.")


@pytest.mark.parametrize(
    ("verdict", "action"), [("met", "continue"), ("not met", "start"), ("not yet distinguishable", "continue")]
)
def test_goals_ask_for_something(verdict, action):
    assert fired(number("E10.Q1.rate", 0.1, 0.2, 0.3, slice="value", reason=verdict)) == {"goal_Q1.rate": action}


def test_a_goal_that_was_set_after_the_start_decides_nothing():
    """METRICS.md E10: only what was registered before counts."""
    assert fired(number("E10.Q1.rate", 0.1, 0.2, 0.3, slice="value", reason="met; post hoc")) == {}


def test_what_is_not_measured_fires_nothing():
    assert fired(value_row("S1", "ever", None, "share", reason="nobody wrote")) == {}


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ((0.02, 0.05, 0.08), "surely lower"),
        ((0.1, 0.2, 0.3), "not distinguishable from then"),
        ((0.4, 0.5, 0.6), "surely higher"),
    ],
)
def test_a_decision_is_followed_up_by_its_own_number(now, says):
    before = table(*decision_rows(table(number("S12.hard", 0.11, 0.2, 0.3))))
    (row,) = follow_through_rows(before, table(number("S12.hard", *now)))
    assert says in row["reason"]
    assert row["reason"].startswith("stop: then 0.2, now")


def test_a_decision_whose_number_is_gone_says_so():
    before = table(*decision_rows(table(number("S12.hard", 0.11, 0.2, 0.3))))
    (row,) = follow_through_rows(before, table())
    assert (row["grade"], "not measured now" in row["reason"]) == ("X", True)


#: Every rule with its number, its line and the side on which it fires; the lines are those that the rule prints.
LINES = [
    ("Q8.brand_requests", 0, "above", "asks_for_data"),
    ("M9.probability_positive", 0.1, "below", "loses"),
    ("S12.hard", 0.1, "above", "sends_away"),
    ("S1.ever", 0.95, "below", "ignores"),
    ("S4.attainment", 0.8, "below", "breaks_promises"),
    ("S9.rate", 0.1, "above", "reopens"),
    ("V6.V5.opening_negative", 0, "above", "tone_worsens"),
    ("V6.S2.median", 0, "above", "gets_slower"),
    ("M9.probability_positive", 0.9, "above", "pays"),
    ("V6.Q1.rate", 0, "above", "thanks_grow"),
    ("V6.S2.median", 0, "below", "gets_faster"),
]


@pytest.mark.parametrize(("metric", "line", "side", "name"), LINES)
def test_every_rule_has_its_line_and_its_side(metric, line, side, name):
    """The whole interval is 0.001 beyond the line; where its nearer bound is the line itself, nothing is sure."""
    step = 0.001 if side == "above" else -0.001
    beyond = sorted([line + step, line + 5 * step, line + 9 * step])
    touching = sorted([line, line + 5 * step, line + 9 * step])
    assert list(fired(number(metric, *beyond))) == [name]
    assert fired(number(metric, *touching)) == {}


def test_the_rules_are_those():
    assert [(rule.name, rule.evidence) for rule in RULES] == [(name, metric) for metric, _, _, name in LINES]


def hour(name: str, share: float, high: float, n: int = 30) -> dict:
    """Answers at once in one hour of the week."""
    return number("S18.within_15min", 0.0, share, high, n=n, slice=f"hour={name}")


WHOLE = number("S18.within_15min", 0.5, 0.6, 0.7)


def test_the_three_slowest_hours_are_named_slowest_first():
    hours = [hour("Mon 01", 0.4, 0.45), hour("Mon 02", 0.1, 0.45), hour("Mon 03", 0.3, 0.45), hour("Mon 04", 0.2, 0.45)]
    (row,) = decision_rows(table(WHOLE, *hours))
    assert row["reason"].startswith("Staffing Mon 02, Mon 04, Mon 03.")
    assert row["value"] == 0.1


@pytest.mark.parametrize(("high", "n", "count"), [(0.49, 20, 1), (0.49, 19, 0), (0.5, 20, 0)])
def test_an_hour_is_surely_slower_only_below_the_whole_interval(high, n, count):
    assert len(decision_rows(table(WHOLE, hour("Mon 01", 0.2, high, n)))) == count


def test_without_an_interval_of_the_whole_no_hour_is_slower():
    bare = value_row("S18", "within_15min", 0.6, "share", n=100, denominator="cases")
    assert fired(bare, hour("Mon 01", 0.2, 0.4)) == {}


def swing(name: str, value: float | None) -> dict:
    """How far one input moves the return."""
    return value_row("M11", "swing", value, "ratio", n=100, denominator="draws", slice=f"input={name}", reason="no draws")


def test_the_input_that_moves_most_is_to_be_measured():
    (row,) = decision_rows(table(swing("unit_cost", 0.3), swing("orders", 0.4), swing("margin", None)))
    assert row["reason"].startswith("Measuring the orders better.")
    assert fired(swing("margin", None)) == {}


def test_a_slow_hour_is_followed_up_by_its_own_number():
    """The hour stayed as it was; beside the whole campaign it would seem to have risen."""
    report = table(WHOLE, hour("Sun 22", 0.2, 0.4))
    (row,) = follow_through_rows(table(*decision_rows(report)), report)
    assert (row["value"], "not distinguishable from then" in row["reason"]) == (0.2, True)


def test_an_input_is_followed_up_by_its_own_swing():
    before = table(*decision_rows(table(swing("orders", 0.4))))
    (row,) = follow_through_rows(before, table(swing("orders", 0.1), swing("margin", 0.3)))
    assert (row["value"], "no interval to compare by" in row["reason"]) == (0.1, True)


def test_what_was_followed_up_once_is_no_decision():
    since = follow_through_rows(
        table(*decision_rows(table(number("S12.hard", 0.11, 0.2, 0.3)))), table(number("S12.hard", 0.1, 0.2, 0.3))
    )
    assert follow_through_rows(table(*since), table(number("S12.hard", 0.1, 0.2, 0.3))) == []


@pytest.mark.parametrize(("now", "says"), [((0.25, 0.4, 0.5), "not distinguishable"), ((0.05, 0.1, 0.15), "not distinguishable")])
def test_only_intervals_apart_have_moved(now, says):
    """Then 0.2, from 0.11 to 0.3: bounds within that interval are no movement, whichever side of the value they lie."""
    before = table(*decision_rows(table(number("S12.hard", 0.11, 0.2, 0.3))))
    (row,) = follow_through_rows(before, table(number("S12.hard", *now)))
    assert says in row["reason"]


def test_a_goal_without_a_number_asks_for_nothing():
    assert fired(value_row("E10", "Q1.rate", None, "share", slice="value", reason="met")) == {}


# --- lines that a workspace sets ---


@pytest.mark.parametrize(
    ("metric", "values", "usual", "line"),
    [
        ("S12.hard", (0.21, 0.25, 0.29), "sends_away", {"sends_away": 0.3}),
        ("S1.ever", (0.81, 0.85, 0.89), "ignores", {"ignores": 0.8}),
        ("S4.attainment", (0.51, 0.6, 0.69), "breaks_promises", {"breaks_promises": 0.5}),
        ("S9.rate", (0.21, 0.25, 0.29), "reopens", {"reopens": 0.3}),
        ("M9.probability_positive", (0.01, 0.05, 0.09), "loses", {"loses": 0.01}),
        ("M9.probability_positive", (0.91, 0.92, 0.93), "pays", {"pays": 0.95}),
        ("Q8.brand_requests", (1.0, 2.0, 3.0), "asks_for_data", {"left_out": ["asks_for_data"]}),
    ],
)
def test_a_workspace_may_draw_another_line_or_leave_a_rule_out(metric, values, usual, line):
    """METRICS.md R163: beyond the usual line, and not beyond the workspace's."""
    rows = table(number(metric, *values))
    assert [row["variant"] for row in decision_rows(rows)] == [usual]
    assert decision_rows(rows, Decisions(**line)) == []


def test_the_line_that_is_printed_is_the_one_in_force():
    (row,) = decision_rows(table(number("S12.hard", 0.31, 0.35, 0.4)), Decisions(sends_away=0.275))
    assert row["reason"] == "Sending customers to other channels. Rule: at most 27.5 in 100 (S12.hard)"


def test_how_many_cases_and_hours_is_a_setting():
    hours = [hour("Mon 01", 0.1, 0.3, n=15), hour("Mon 02", 0.2, 0.3, n=15)]
    assert decision_rows(table(WHOLE, *hours)) == []
    (row,) = decision_rows(table(WHOLE, *hours), Decisions(fewest_cases=15, slowest_hours=1))
    assert row["reason"].startswith("Staffing Mon 01.")


def test_a_rule_that_there_is_not_is_refused():
    with pytest.raises(ValidationError):
        Decisions(left_out=["send_away"])


# --- what people decided ---

SENT_AWAY = number("S12.hard", 0.11, 0.2, 0.3)


def decided(
    rule: str = "sends_away", decision: str = "Keep the phone for billing.", on: date = date(2024, 2, 9), by: str = "Ann"
):
    """What somebody decided."""
    return Decided(rule=rule, decision=decision, on=on, by=by)


def test_a_decision_of_people_stands_beside_the_recommendation():
    """METRICS.md R161: human decision and date, with the number that the rule fired on."""
    recommended = decision_rows(table(SENT_AWAY))
    (row,) = decided_rows(recommended, [decided()])
    assert (row["slice"], row["variant"], row["value"], row["n"]) == ("decided", "sends_away", 0.2, 100)
    assert row["reason"] == "decided on 2024-02-09 by Ann: Keep the phone for billing"
    (shown,) = decisions(table(*recommended, row))
    assert (shown.word, shown.decided) == ("Stop", "decided on 2024-02-09 by Ann: Keep the phone for billing")


def test_of_two_decisions_on_one_line_the_last_holds():
    first, last = decided(on=date(2024, 3, 1), decision="Stop it.", by=""), decided()
    (row,) = decided_rows(decision_rows(table(SENT_AWAY)), [first, last])
    assert row["reason"] == "decided on 2024-03-01: Stop it"


def test_a_decision_that_no_rule_recommends_has_no_number():
    (row,) = decided_rows([], [decided("pays")])
    assert (row["value"], row["grade"]) == (None, "X")
    assert row["reason"].endswith("; no rule recommends it in this report")
    assert decided_otherwise(table(row)) == [f"pays: {row['reason']}"]


def test_a_decision_on_a_goal_is_shown_apart():
    recommended = decision_rows(table(number("E10.Q1.rate", 0.1, 0.2, 0.3, slice="value", reason="not met")))
    rows = table(*recommended, *decided_rows(recommended, [decided("goal_Q1.rate")]))
    assert decisions(rows) == []
    assert decided_otherwise(rows) == ["goal Q1.rate: decided on 2024-02-09 by Ann: Keep the phone for billing"]


@pytest.mark.parametrize("rule", ["send_away", "goal_better", "goal_Q1.rat"])
def test_a_decision_names_a_line_that_there_can_be(rule):
    with pytest.raises(ValidationError):
        decided(rule)


@pytest.mark.parametrize(
    ("told", "says"),
    [([], "; no decision was written down"), ([decided()], "; decided on 2024-02-09 by Ann: Keep the phone for billing")],
)
def test_the_next_report_says_what_was_decided_and_how_it_went(told, says):
    recommended = decision_rows(table(SENT_AWAY))
    previous = table(*recommended, *decided_rows(recommended, told))
    (row,) = follow_through_rows(previous, table(number("S12.hard", 0.02, 0.05, 0.08)))
    assert row["reason"] == f"stop: then 0.2, now 0.05: surely lower (S12.hard){says}"
