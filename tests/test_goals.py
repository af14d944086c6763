"""Goals: wishes are refused, a target is judged by the interval, and what came after the start is called post hoc."""

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from careworth.config import Campaign, Goal
from careworth.goals import goal_rows, verdict
from careworth.results import Row, to_metric_values, value_row
from careworth.stats import Estimate
from tests.metrics.cases import CUT, row_of

BEFORE = date(2023, 12, 1)


def goal(metric: str = "Q1.rate", target: float = 0.2, direction: str = "up", **other) -> Goal:
    """A goal that was registered a month before the campaign."""
    return Goal(**({"metric": metric, "target": target, "direction": direction, "registered_on": BEFORE} | other))


def campaign(*goals: Goal) -> Campaign:
    """A campaign of January 2024 with these goals."""
    days = {"start": CUT.start, "end": CUT.end, "currency": "EUR"}
    return Campaign(id="spring", name="Spring", brand="north", goals=list(goals), **days)


def measured(*rows: Row) -> pl.DataFrame:
    """These rows as `metric_values`."""
    return to_metric_values(list(rows), "spring", CUT.start, CUT.end)


def rate(low: float | None, value: float | None, high: float | None, n: int = 500, unit: str = "share") -> Row:
    """Q1 as it was measured."""
    reason = None if value is not None else "no answered conversations"
    return value_row("Q1", "rate", Estimate(value, low, high), unit, n=n, denominator="answered", grade="B", reason=reason)


def judged(one: Goal, *rows: Row) -> list[Row]:
    """The rows of a single goal."""
    return goal_rows(measured(*rows), campaign(one))


# --- what can be a goal ---


@pytest.mark.parametrize("wish", ["improve the bottom line", "Q1", "q1.rate", "Q1.", "Q1.rate\n"])
def test_a_wish_is_no_goal(wish):
    with pytest.raises(ValidationError, match="is a wish and no goal|no variant"):
        goal(wish)


@pytest.mark.parametrize(("metric", "says"), [("Q99.rate", "'Q99'"), ("Q1.rat", "Q1 has no variant 'rat'; did you mean 'rate'?")])
def test_a_goal_names_a_number_that_there_is(metric, says):
    with pytest.raises(ValidationError) as refusal:
        goal(metric)
    assert says in str(refusal.value)


def test_the_hours_of_a_response_are_the_goals_own():
    """The registry writes `within_{hours}h`; any number of hours fits."""
    assert goal("S1.within_2h").metric == "S1.within_2h"


@pytest.mark.parametrize("target", [80, 1.01, -0.01])
def test_the_target_of_a_share_is_a_share(target):
    with pytest.raises(ValidationError, match="is no share; write 80 % as 0.8"):
        goal(target=target)


@pytest.mark.parametrize("target", [0, 1])
def test_none_and_all_are_shares(target):
    assert goal(target=target).target == target


def test_a_count_may_be_any_number():
    assert goal("S10.open", 50, "down").target == 50


@pytest.mark.parametrize(
    ("baseline", "direction"),
    [(0.3, "up"), (0.2, "up"), (0.1, "down"), (0.2, "down")],
)
def test_a_target_lies_beyond_its_baseline(baseline, direction):
    with pytest.raises(ValidationError, match=f"is not {direction}; check the two"):
        goal(target=0.2, baseline=baseline, direction=direction)


def test_a_campaign_is_judged_by_one_goal():
    """METRICS.md C.6: one primary figure, the rest are explored."""
    assert campaign(goal(primary=True), goal("S1.ever")).goals[0].primary
    with pytest.raises(ValidationError, match="more than one is primary"):
        campaign(goal(primary=True), goal("S1.ever", primary=True))


# --- the verdict ---


@pytest.mark.parametrize(
    ("low", "high", "direction", "says"),
    [
        (0.2, 0.3, "up", "met"),
        (0.19, 0.3, "up", "not yet distinguishable"),
        (0.1, 0.2, "up", "not yet distinguishable"),
        (0.1, 0.19, "up", "not met"),
        (0.1, 0.2, "down", "met"),
        (0.1, 0.21, "down", "not yet distinguishable"),
        (0.2, 0.3, "down", "not yet distinguishable"),
        (0.21, 0.3, "down", "not met"),
        (None, None, "up", "met"),
        (0.1, None, "up", "not yet distinguishable"),
        (None, 0.3, "down", "not yet distinguishable"),
    ],
)
def test_the_verdict_looks_at_the_interval(low, high, direction, says):
    """Target 0.2; a bound on the target itself has reached it, a missing bound is unknown, none at all is a complete count."""
    assert verdict(Estimate(0.2, low, high), 0.2, direction) == says


@pytest.mark.parametrize(("day", "says"), [(date(2023, 12, 31), "met"), (CUT.start, "met; post hoc")])
def test_a_goal_that_came_after_the_start_is_post_hoc(day, says):
    assert row_of(judged(goal(registered_on=day), rate(0.3, 0.4, 0.5)), "Q1.rate", "value")["reason"] == says


def test_the_value_keeps_its_interval_its_n_and_its_grade():
    row = row_of(judged(goal(), rate(0.3, 0.4, 0.5)), "Q1.rate", "value")
    assert [row[name] for name in ("value", "low", "high", "n", "denominator", "grade", "unit")] == [
        0.4,
        0.3,
        0.5,
        500,
        "answered",
        "B",
        "share",
    ]


def test_the_target_says_when_it_was_registered():
    one = goal(primary=True, by=date(2024, 2, 1))
    row = row_of(judged(one, rate(0.3, 0.4, 0.5)), "Q1.rate", "target")
    assert (row["value"], row["reason"]) == (0.2, "registered on 2023-12-01; primary; by 2024-02-01")


def test_what_was_not_measured_is_neither_met_nor_missed():
    (absent,) = judged(goal())
    (unknown,) = judged(goal(), rate(None, None, None, n=0))
    assert (absent["value"], absent["grade"], absent["reason"]) == (None, "X", "not measured in this report")
    assert (unknown["value"], unknown["grade"], unknown["reason"]) == (None, "X", "no answered conversations")


def test_the_number_of_a_slice_is_not_that_of_the_whole():
    """Only a row for all of the campaign answers a goal."""
    (row,) = judged(goal(), rate(0.3, 0.4, 0.5) | {"slice": "network=x"})
    assert row["reason"] == "not measured in this report"


# --- how far, and what could be seen ---


def test_attainment_is_the_part_of_the_way_from_the_baseline():
    """By hand: from 0.1 to 0.5; 0.2 is a quarter of the way, its bounds 0.1 and 0.3 none and half of it."""
    row = row_of(judged(goal(target=0.5, baseline=0.1), rate(0.1, 0.2, 0.3)), "Q1.rate", "attainment")
    assert (row["value"], row["low"], row["high"], row["n"]) == (pytest.approx(0.25), 0, pytest.approx(0.5), 500)


def test_the_way_down_has_its_bounds_in_order():
    """By hand: from 0.5 down to 0.1; 0.4 is a quarter of the way, 0.5 none, 0.3 half of it."""
    row = row_of(judged(goal(target=0.1, baseline=0.5, direction="down"), rate(0.3, 0.4, 0.5)), "Q1.rate", "attainment")
    assert (row["value"], row["low"], row["high"]) == (pytest.approx(0.25), 0, pytest.approx(0.5))


def test_a_way_back_is_less_than_none():
    """By hand: from 0.2 to 0.4, measured 0.1: minus a half; without bounds there are none."""
    row = row_of(judged(goal(target=0.4, baseline=0.2), rate(None, 0.1, None)), "Q1.rate", "attainment")
    assert (row["value"], row["low"], row["high"]) == (pytest.approx(-0.5), None, None)


def test_without_a_baseline_there_is_no_way():
    """METRICS.md C.12, rule 4: no improvement without a baseline."""
    assert "attainment" not in {row["slice"] for row in judged(goal(), rate(0.3, 0.4, 0.5))}


def test_a_share_comes_with_the_smallest_change_that_its_volume_shows():
    """0.084 for 500 and 500 at 0.3: Fleiss, Levin and Paik, as the doctest of `detectable_change` has it."""
    row = row_of(judged(goal(), rate(0.26, 0.3, 0.34)), "Q1.rate", "detectable")
    assert (round(row["value"], 3), row["n"], row["unit"], row["grade"]) == (0.084, 500, "share", "B")
    assert "four of five" in row["reason"]


def test_three_cases_show_no_change_at_all():
    row = row_of(judged(goal(), rate(0.1, 0.5, 0.9, n=3)), "Q1.rate", "detectable")
    assert (row["value"], row["grade"], row["reason"]) == (None, "X", "too few cases to show any change")


def test_minutes_have_no_detectable_share():
    wait = value_row("S2", "median", Estimate(20.0, 18.0, 22.0), "minutes", n=500, denominator="needing", grade="B")
    assert {row["slice"] for row in judged(goal("S2.median", 30, "down"), wait)} == {"value", "target"}


def test_no_goal_no_row():
    assert goal_rows(measured(rate(0.3, 0.4, 0.5)), campaign()) == []


def test_a_way_may_begin_at_nothing():
    """By hand: from 0 to 0.4, measured 0.1: a quarter."""
    row = row_of(judged(goal(target=0.4, baseline=0.0), rate(0.05, 0.1, 0.2)), "Q1.rate", "attainment")
    assert row["value"] == pytest.approx(0.25)


def test_a_share_of_nobody_knows_how_many_has_nothing_to_detect():
    assert {row["slice"] for row in judged(goal(), rate(0.26, 0.3, 0.34, n=None))} == {"value", "target"}


@pytest.mark.parametrize(
    ("value", "low", "high", "direction"), [(0.15, 0.1, None, "up"), (0.25, None, 0.3, "up"), (0.25, 0.1, None, "down")]
)
def test_a_bound_that_was_not_reached_is_not_the_value(value, low, high, direction):
    assert verdict(Estimate(value, low, high), 0.2, direction) == "not yet distinguishable"
