"""Trend statements (V6): right by hand, gaps kept, breaks not crossed, calm where nothing goes on."""

from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.errors import ContractError
from careworth.results import value_row
from careworth.trends import Break, list_breaks, list_series, trend, trend_rows, weekly_table, year_before
from careworth.trends.calendar import split
from careworth.trends.statements import excludes_zero
from tests.simulators.linked_series import WEEKDAYS, dependent
from tests.trends.series import MONDAY, daily, events, table

UTC = ZoneInfo("UTC")


def row_of(rows, variant: str, slice: str = "all") -> dict:
    """The one row of that variant and slice."""
    (row,) = [row for row in rows if (row["variant"], row["slice"]) == (variant, slice)]
    return row


def test_a_line_with_weekdays_has_its_own_slope():
    """By construction: 0.5 a day is 3.5 a week; weekdays of any size take nothing from it; the level is 100 in the middle."""
    days = np.arange(84)
    found = trend(daily(100 + 0.5 * (days - 41.5) + 30 * (days % 7 == 6) - 30 / 7))
    assert found.per_week.value == pytest.approx(3.5, abs=1e-3)
    assert found.relative.value == pytest.approx(0.035, abs=1e-4)
    assert (found.periods, found.adjusted) == (84, ("weekday",))


def test_a_gap_between_weeks_stays_a_gap():
    """One a week over 20 weeks of which 8 are missing: closing the gap would say 12 weeks with a jump of 8."""
    weeks = [float(week) if week < 6 or week >= 14 else None for week in range(20)]
    row = row_of(trend_rows(table(weeks, period="week"), []), "V1.conversations")
    assert (round(row["value"], 3), row["n"], row["denominator"], row["unit"]) == (1.0, 12, "whole weeks", "count/week")


def test_a_week_without_a_row_is_a_gap_too():
    """As above, the rows of the 8 weeks left out."""
    weeks = table([float(week) for week in range(20)], period="week").filter(~pl.int_range(pl.len()).is_between(6, 13))
    assert row_of(trend_rows(weeks, []), "V1.conversations")["value"] == pytest.approx(1, abs=1e-3)


def test_seven_weeks_are_too_few_and_a_constant_series_has_no_trend():
    short = row_of(trend_rows(table(range(7), period="week"), []), "V1.conversations")
    assert (short["value"], short["reason"]) == (None, "7 whole weeks are too few for a trend; it takes 8")
    flat = row_of(trend_rows(table([5.0] * 8, period="week"), []), "V1.conversations")
    assert (flat["value"], flat["low"], flat["high"]) == (0, 0, 0)
    assert flat["reason"].startswith("no clear trend")


def test_no_trend_crosses_a_break():
    """By construction: flat at 10, then flat at 50 from week 10 on; across the break it would rise."""
    rows = trend_rows(table([10.0] * 10 + [50.0] * 10, period="week"), [Break(MONDAY.replace(month=3, day=11), "New query")])
    last, before = row_of(rows, "V1.conversations"), row_of(rows, "V1.conversations", "before a break")
    assert (last["value"], last["n"], before["value"], before["n"]) == (0, 10, 0, 10)
    assert "since New query on 2024-03-11" in last["reason"]
    assert last["period_start"] == MONDAY.replace(month=3, day=11)


def test_a_week_with_a_break_in_it_is_of_neither_part():
    (series,) = list_series(table(range(20), period="week"))
    parts = split(series, [Break(MONDAY.replace(month=3, day=13), "New handle")])
    assert [len(part.values) for part, _ in parts] == [10, 9]


def test_only_some_kinds_of_events_break_a_series_and_only_of_this_campaign():
    found = list_breaks(
        events(
            ("e1", "promotion", 1, 1),
            ("e2", "API change", 30, 1),
            ("e3", "handle_launch", 20, 1, "@help", "mine"),
            ("e4", "query_change", 10, 1, "words", "theirs"),
        ),
        UTC,
        "mine",
    )
    assert [each.name for each in found] == ["@help", "e2"]


def test_the_year_before_is_the_same_weeks():
    """By hand: 10 in the first year, 13 in the last eight weeks, 99 between, which no part of the comparison sees."""
    values = np.r_[np.full(60, 10.0), np.full(44, 99.0), np.full(8, 13.0)]
    assert year_before(list_series(table(values, period="week"))[0]).value == pytest.approx(3)
    assert year_before(list_series(table(values[-59:], period="week"))[0]).value is None


def test_an_incident_does_not_make_a_trend():
    values = 100 + dependent(np.random.default_rng(1), 84, 0.0)
    calm, hit = trend(daily(values)), values.copy()
    hit[-3:] += 500
    assert abs(trend(daily(hit)).per_week.value - calm.per_week.value) < 0.3


def test_periods_that_are_not_over_are_left_out():
    """8 weeks from 1 January end on 26 February."""
    weeks = table(range(9), period="week")
    assert row_of(trend_rows(weeks, [], until=MONDAY.replace(month=3, day=3)), "V1.conversations")["n"] == 8


def test_weekly_rows_become_series():
    week = (MONDAY, MONDAY.replace(day=8))
    rows = [value_row("V1", "conversations", 3, "count", n=3, slice=slice, period=week) for slice in ("week", "all")]
    assert weekly_table(rows).rows() == [("V1", "conversations", MONDAY, 3.0, 3)]
    assert trend_rows(weekly_table([]), []) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_what_is_no_number_is_a_gap(value):
    row = row_of(trend_rows(table([*range(8), value, 9], period="week"), []), "V1.conversations")
    assert (row["n"], round(row["value"], 3)) == (9, 1.0)


def test_order_does_not_matter_and_a_period_twice_is_refused():
    weeks = table([3, 1, 4, 1, 5, 9, 2, 6, 5], period="week")
    assert trend_rows(weeks.reverse(), []) == trend_rows(weeks, [])
    with pytest.raises(ContractError, match="repeat the key"):
        trend_rows(pl.concat([weeks, weeks.head(1)]), [])
    odd = weeks.with_columns(pl.col("week") + pl.duration(days=pl.int_range(pl.len()) % 2))
    with pytest.raises(ContractError, match="different days of the week"):
        trend_rows(odd, [])


def false_positives(memory: float, days: int, runs: int) -> float:
    """Share of daily series with weekdays and no trend in which one is found."""
    draw, found = np.random.default_rng(11), 0
    for _ in range(runs):
        values = 100 + 10 * dependent(draw, days, memory) + 20 * WEEKDAYS[np.arange(days) % 7]
        found += excludes_zero(trend(daily(values)).per_week)
    return found / runs


@pytest.mark.parametrize("memory", [0.0, 0.7])
def test_a_series_without_trend_seldom_has_one(memory):
    """Nominal 5 % of 200; ordinary regression finds one in 4 of 10 at memory 0.7 (tests/benchmarks/links.py)."""
    assert false_positives(memory, 120, 200) <= 0.09


def test_a_trend_is_found():
    """2 % a week over 17 weeks under memory 0.5: found nearly always."""
    draw = np.random.default_rng(12)
    series = [100 + 2 * np.arange(120) / 7 + 5 * dependent(draw, 120, 0.5) for _ in range(50)]
    assert sum(excludes_zero(trend(daily(each)).per_week) for each in series) >= 45
