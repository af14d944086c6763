"""Links to orders, revenue and cost (M13): found where planted, at the lag planted, and not where nothing was."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from careworth.errors import ContractError, ParameterError
from careworth.trends import Outcome, link, link_rows, list_series, q_values, vanity_rows
from tests.simulators.linked_series import as_counts, dependent, linked
from tests.trends.series import MONDAY, table


def found(metric: np.ndarray, outcome: np.ndarray):
    """The link of two series from 1 January 2024 on."""
    return link(metric, Outcome.of(outcome, MONDAY), MONDAY)


def test_a_planted_link_is_found_at_its_lag_with_its_size():
    """By construction: correlation 0.3, the outcome three days after the metric; the 95 % band of 365 days is about 0.16."""
    result = found(*linked(np.random.default_rng(1), 365, 0.3, 3, (0.5, 0.5)))
    assert (result.lag_days, result.days, result.p_value < 0.01) == (3, 365, True)
    assert result.correlation.low < 0.3 < result.correlation.high
    assert 0.13 < result.band < 0.19 < result.detectable < 0.25


def test_the_other_way_round_the_metric_comes_after():
    metric, outcome = linked(np.random.default_rng(1), 365, -0.4, 3, (0.5, 0.5))
    result = found(outcome, metric)
    assert (result.lag_days, result.correlation.value < 0) == (-3, True)


@pytest.mark.parametrize("memory", [0.0, 0.95])
def test_what_does_not_go_together_is_seldom_linked(memory):
    """Nominal 5 % of 60 pairs; the plain correlation of two series that last so long is 'significant' in half of them."""
    draw = np.random.default_rng(3)
    assert sum(found(*linked(draw, 365, 0.0, 3, (memory, memory))).p_value < 0.05 for _ in range(60)) <= 8


@pytest.mark.parametrize("memories", [(0.0, 0.0), (0.95, 0.95), (0.0, 0.95)])
def test_what_goes_together_is_linked(memories):
    draw = np.random.default_rng(4)
    assert sum(found(*linked(draw, 365, 0.3, 3, memories)).p_value < 0.05 for _ in range(25)) >= 24


def test_a_season_and_weekdays_that_two_series_share_link_nothing():
    draw = np.random.default_rng(5)
    pairs = [(as_counts(draw, dependent(draw, 365, 0.5), 40), as_counts(draw, dependent(draw, 365, 0.5), 90)) for _ in range(25)]
    assert sum(found(*pair).p_value < 0.05 for pair in pairs) <= 5


def test_days_without_a_value_cost_days_and_nothing_else():
    metric, outcome = linked(np.random.default_rng(6), 365, 0.5, 3, (0.5, 0.5))
    metric[::9], outcome[::11] = np.nan, np.inf
    result = found(metric, outcome)
    assert (result.lag_days, result.days) == (3, 365 - 41 - 34 + 4)


@pytest.mark.parametrize("metric", [np.zeros(365), np.full(365, np.nan), np.arange(365) % 7])
def test_what_never_varies_beyond_weekdays_has_no_link(metric):
    assert found(metric, np.random.default_rng(7).normal(size=365)) is None
    assert found(np.random.default_rng(7).normal(size=365), metric) is None


def test_a_series_is_at_one_with_itself():
    series = dependent(np.random.default_rng(8), 120, 0.3)
    result = found(series, series)
    assert (result.lag_days, round(result.correlation.value, 3)) == (0, 1.0)


def test_other_days_are_refused_and_few_days_have_none():
    with pytest.raises(ParameterError, match="10 days, the outcome 60"):
        found(np.zeros(10), np.random.default_rng(1).normal(size=60))
    assert found(*np.random.default_rng(1).normal(size=(2, 55))) is None
    assert found(np.array([]), np.array([])) is None


def test_q_values_are_over_all_that_were_tested():
    """METRICS.md C.6: BH of .001, .008, .039, .041, .20."""
    adjusted = q_values([0.001, None, 0.008, 0.039, 0.041, 0.20])
    assert [None if each is None else round(each, 3) for each in adjusted] == [0.005, None, 0.02, 0.051, 0.051, 0.2]
    assert (q_values([]), q_values([None])) == ([], [None])


def test_every_metric_is_held_against_all_three_and_what_is_missing_is_said():
    metric, orders = linked(np.random.default_rng(1), 365, 0.4, 3, (0.5, 0.5))
    outcomes = pl.concat([table(orders, "orders", "day"), table(np.r_[orders[9:], orders[:9]] * 0 + 5, "cost", "day")])
    rows = {row["variant"]: row for row in link_rows(table(metric), outcomes)}
    assert list(rows) == [f"V1.conversations:{name}" for name in ("orders", "revenue", "cost")]
    assert rows["V1.conversations:orders"]["reason"].startswith("goes with orders 3 days later (q = 0.0")
    assert rows["V1.conversations:orders"]["reason"].endswith("an association, not an effect; a promotion may move both")
    assert rows["V1.conversations:revenue"]["reason"] == "not connected: revenue"
    assert (rows["V1.conversations:cost"]["value"], rows["V1.conversations:cost"]["n"]) == (None, 0)


def test_likes_are_not_shown_to_go_with_the_goal():
    draw = np.random.default_rng(21)
    likes, goal = dependent(draw, 200, 0.6), dependent(draw, 200, 0.6)
    (row,) = vanity_rows(table(likes, "A7", "likes"), list_series(table(goal, "Q1", "rate"))[0])
    assert (row["variant"], row["slice"], row["unit"]) == ("A7.likes:Q1.rate", "vanity", "correlation")
    assert row["reason"].startswith("not shown to go with Q1.rate (q = 0.")
    assert "would have shown four times in five" in row["reason"]


def test_series_of_other_days_meet_on_the_days_of_the_outcome():
    """The metric begins 30 days before the orders and ends 20 before them: 365 - 30 - 20 days in common."""
    metric, orders = linked(np.random.default_rng(1), 395, 0.4, 0, (0.0, 0.0))
    later = table(orders[30:], "orders", "day").with_columns(pl.col("day") + timedelta(days=30))
    row = link_rows(table(metric[:-20]), later)[0]
    assert (row["n"], "of the same day" in row["reason"]) == (345, True)


def test_weeks_and_several_series_of_one_outcome_are_refused():
    days = table(np.arange(60.0) % 5, "orders", "day")
    with pytest.raises(ContractError, match="day by day"):
        link_rows(table(range(60), period="week"), days)
    with pytest.raises(ContractError, match="several variants"):
        link_rows(table(range(60)), pl.concat([days, days.with_columns(variant=pl.lit("net"))]))
