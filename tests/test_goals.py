"""Goals: wishes are refused, a target is judged by the interval, and what came after the start is called post hoc."""

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from careworth.config import Campaign, Goal
from careworth.goals import goal_rows, goal_warnings, verdict
from careworth.report import render_report
from careworth.results import Row, to_metric_values, value_row
from careworth.stats import Estimate
from tests.metrics.cases import CUT, row_of
from tests.sample_values import PROVENANCE, WORKSPACE, complete

BEFORE = date(2023, 12, 1)


def goal(metric: str = "Q1.rate", target: float = 0.2, direction: str = "up", **other) -> Goal:
    """A goal that was registered a month before the campaign."""
    return Goal(**({"metric": metric, "target": target, "direction": direction, "registered_on": BEFORE} | other))


def campaign(*goals: Goal, **other) -> Campaign:
    """A campaign of January 2024 with these goals."""
    days = {"start": CUT.start, "end": CUT.end, "currency": "EUR"}
    return Campaign(id="spring", name="Spring", brand="north", goals=list(goals), **days, **other)


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


@pytest.mark.parametrize("wish", ["improve bottom-line", "increase our efficiency", "Q1", "q1.rate", "Q1.", "Q1.rate\n"])
def test_a_wish_is_no_goal(wish):
    """METRICS.md R144: the first two are the sentences that have to fail."""
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
    ("metric", "direction", "unit", "aim"),
    [
        ("V5.opening_positive", "up", "percent", 0.22),
        ("V5.opening_positive", "up", "points", 0.3),
        ("V5.opening_positive", "down", "percent", 0.18),
        ("V5.opening_positive", "down", "points", 0.1),
        ("V5.net_opening", "up", "percent", 0.22),
        ("Q5.score", "up", "points", 10.2),
        ("S2.median", "down", "percent", 0.18),
    ],
)
def test_ten_percent_more_and_ten_points_more_are_told_apart(metric, direction, unit, aim):
    """By hand, from 0.2 (METRICS.md R146): a tenth of 0.2 is 0.02, ten points of a share are 0.1, ten of a score are 10."""
    one = goal(metric, target=None, change=10, unit=unit, baseline=0.2, direction=direction)
    assert one.aim == pytest.approx(aim)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"target": None}, "give one amount"),
        ({"change": 10.0, "unit": "percent", "baseline": 0.1}, "give one amount"),
        ({"target": None, "change": 10.0, "baseline": 0.1}, "a change has a unit"),
        ({"unit": "percent"}, "a target has none"),
        ({"target": None, "change": 10.0, "unit": "points"}, "add baseline"),
        ({"target": None, "change": 0.0, "unit": "points", "baseline": 0.1}, "greater than 0"),
        ({"target": None, "change": 95.0, "unit": "points", "baseline": 0.1}, "target 1.05 is no share"),
        ({"metric": "S2.median", "target": None, "change": 5.0, "unit": "points", "baseline": 60.0}, "has no points"),
        ({"target": None, "change": 10.0, "unit": "percent", "baseline": 0.0}, "from 0 to 0 is not up"),
    ],
)
def test_an_amount_that_could_mean_two_things_is_refused(given, says):
    """METRICS.md R143, R146: amount and unit are resolved when the goal is registered."""
    with pytest.raises(ValidationError, match=says):
        goal(**given)


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


def test_a_number_has_one_goal():
    with pytest.raises(ValidationError, match="Q1.rate has more than one"):
        campaign(goal(), goal(target=0.3))


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
    one = goal(registered_on=day, baseline=0.1)
    assert row_of(judged(one, rate(0.3, 0.4, 0.5)), "Q1.rate", "value")["reason"] == says


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


# --- where it started ---


def before(low: float | None, value: float | None, high: float | None) -> Row:
    """Q1 as it was in the weeks before."""
    return rate(low, value, high, n=90) | {"slice": "before", "reason": "counted as in the campaign"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "reached, without a baseline"),
        ([before(None, None, None)], "reached, without a baseline"),
        ([before(0.1, 0.15, 0.2)], "met"),
        ([before(0.15, 0.21, 0.3)], "met"),
        ([before(0.2, 0.25, 0.3)], "reached, as it was before"),
    ],
)
def test_a_goal_is_met_only_from_a_baseline_that_had_not_reached_it(rows, says):
    """METRICS.md R026. Target 0.2: a baseline is beyond it for sure only where its whole interval is."""
    assert row_of(judged(goal(), rate(0.3, 0.4, 0.5), *rows), "Q1.rate", "value")["reason"] == says


def test_a_goal_that_was_missed_was_missed_with_or_without_a_baseline():
    assert row_of(judged(goal(), rate(0.05, 0.1, 0.15)), "Q1.rate", "value")["reason"] == "not met"


def test_the_baseline_that_was_measured_keeps_interval_n_and_method():
    """METRICS.md R039."""
    row = row_of(judged(goal(), rate(0.3, 0.4, 0.5), before(0.1, 0.15, 0.2)), "Q1.rate", "baseline")
    told = [row[name] for name in ("metric_id", "value", "low", "high", "n", "grade", "reason")]
    assert told == ["E10", 0.15, 0.1, 0.2, 90, "B", "counted as in the campaign"]


def test_the_baseline_that_was_agreed_on_goes_before_the_one_that_was_measured():
    rows = judged(goal(baseline=0.1), rate(0.3, 0.4, 0.5), before(0.1, 0.15, 0.2))
    row = row_of(rows, "Q1.rate", "baseline")
    assert (row["value"], row["n"], row["grade"]) == (0.1, None, "C")
    assert "how it was measured is not known" in row["reason"]


def test_a_target_that_was_registered_as_a_change_says_so():
    """By hand: 0.2 and 10 percent of it are 0.22."""
    one = goal(target=None, change=10, unit="percent", baseline=0.2)
    row = row_of(judged(one, rate(0.3, 0.4, 0.5)), "Q1.rate", "target")
    assert (row["value"], row["reason"]) == (0.22, "registered on 2023-12-01 as 10 % of the baseline up from 0.2")


# --- what the goals lack ---

FULL = {"baseline": 0.1, "by": date(2024, 2, 1), "owner": "Head of care"}
VOLUME = value_row("V1", "care_conversations", 500, "count", n=500, denominator="conversations")


def warned(*goals: Goal, rows: tuple[Row, ...] = (rate(0.26, 0.3, 0.34), VOLUME), **other) -> list[str]:
    """What is said of these goals, with their own rows among the numbers, as in a report."""
    chosen = campaign(*goals, **other)
    numbers = measured(*rows)
    return goal_warnings(numbers.vstack(measured(*goal_rows(numbers, chosen))), chosen)


SEVERAL = ("Q1.rate", "V1.messages", "S1.ever", "S6.resolved", "V5.opening_positive", "S7.one_touch")


def test_a_goal_without_baseline_deadline_or_owner_is_told_so():
    """METRICS.md R143."""
    assert "Thank You Score: the goal has no baseline and no deadline and no owner." in warned(goal())
    assert not [line for line in warned(goal(**FULL)) if "the goal has no" in line]


def test_a_baseline_that_was_measured_is_one():
    lines = warned(goal(), rows=(rate(0.26, 0.3, 0.34), before(0.1, 0.15, 0.2)))
    assert "Thank You Score: the goal has no deadline and no owner." in lines


def test_a_goal_on_a_number_that_the_report_lacks_is_told_so():
    """METRICS.md R153: a goal without a number."""
    assert "Thank You Score: the goal has no number in this report, so it cannot be judged." in warned(goal(**FULL), rows=())


@pytest.mark.parametrize(("count", "most", "is_told"), [(5, 5, False), (6, 5, True), (3, 2, True)])
def test_more_goals_than_can_be_pursued_are_too_many(count, most, is_told):
    """METRICS.md R145: five by default."""
    lines = warned(*(goal(name) for name in SEVERAL[:count]), most_goals=most)
    assert any(line.startswith(f"{count} goals are registered; with more than {most}") for line in lines) == is_told


def test_the_most_goals_are_five_unless_the_file_says_otherwise():
    assert campaign().most_goals == 5


@pytest.mark.parametrize(("target", "is_told"), [(0.18, True), (0.19, False)])
def test_a_way_that_this_volume_can_not_show_is_told(target, is_told):
    """0.084 for 500 and 500 at 0.3 (see above); from 0.1, 0.18 is nearer and 0.19 farther."""
    lines = warned(goal(**FULL, target=target))
    assert any("is shorter than this volume can show" in line for line in lines) == is_told


def test_a_number_that_stood_there_before_shows_no_change():
    lines = warned(goal(), rows=(rate(0.26, 0.3, 0.34), before(0.21, 0.25, 0.3)))
    assert "Thank You Score: it stood at 0.25 before, so to reach 0.2 shows no change." in lines


def test_headlines_without_a_goal_are_named():
    """METRICS.md R153: numbers without a goal; a headline that was not measured is not missed."""
    wait = value_row("S2", "median", Estimate(20.0, 18.0, 22.0), "minutes", n=500, denominator="needing", grade="B")
    lost = value_row("S1", "ever", None, "share", reason="nobody wrote")
    told = "Headline numbers without a goal, to be read as they are: First response time."
    assert told in warned(goal(**FULL), rows=(rate(0.26, 0.3, 0.34), wait, lost))
    assert not [line for line in warned(goal(**FULL)) if line.startswith("Headline")]


@pytest.mark.parametrize(
    ("metrics", "lacking"),
    [
        (["Q1.rate"], ["customer-service"]),
        (["S1.ever"], ["social"]),
        (["M9.roi"], ["customer-service", "social"]),
        (["S1.ever", "V5.opening_positive"], []),
        (["E4.avoided_contacts", "A2.active_share"], []),
    ],
)
def test_a_set_of_goals_has_a_service_number_and_a_social_one(metrics, lacking):
    """METRICS.md R154."""
    lines = [line for line in warned(*(goal(name) for name in metrics)) if line.startswith("None of the goals")]
    assert [line.split(" metric")[0].removeprefix("None of the goals is on a ") for line in lines] == lacking


def test_a_campaign_without_a_goal_is_told_so():
    assert warned() == ["No goal is registered, so nothing here can be said to be met or missed."]


def test_the_report_shows_how_it_was_to_be_reached_and_what_the_goals_lack():
    """METRICS.md R148: strategy, owner, staffing and channels as the campaign's file has them."""
    told = {"strategy": "Answer <b>all</b>.", "owner": "Head of care", "staffing": "Six agents.", "accounts": ["x:north"]}
    page = render_report(complete(), campaign(goal(), **told), WORKSPACE, PROVENANCE)
    for words in ("Answer &lt;b&gt;all&lt;/b&gt;.", "Head of care", "Six agents.", "x:north"):
        assert f"<bdi>{words}</bdi>" in page
    assert "Thank You Score: the goal has no number in this report" in page


def test_a_plan_that_nobody_wrote_has_no_heading():
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE)
    assert "How was it to be reached?" not in page
    assert "No goal is registered" in page


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


@pytest.mark.parametrize(
    ("estimate", "target", "direction", "expected"),
    [
        (Estimate(0.20, 0.19, 0.21), 0.18, "up", "met"),
        (Estimate(0.20, 0.17, 0.23), 0.18, "up", "not yet distinguishable"),
        (Estimate(0.10, 0.08, 0.12), 0.18, "up", "not met"),
        (Estimate(22.0, 20.0, 24.0), 30.0, "down", "met"),
        (Estimate(22.0, 20.0, None), 30.0, "down", "not yet distinguishable"),
        (Estimate(120.0, None, None), 100.0, "up", "met"),
    ],
)
def test_a_goal_is_judged_by_the_whole_interval(estimate, target, direction, expected):
    assert verdict(estimate, target, direction) == expected
