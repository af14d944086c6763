"""S20's rows: arrivals counted on the local clock, hours needed with their range and cost, and staffed hours beside them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.capacity.arrivals import event_days, hourly_arrivals, staffed_hours
from careworth.capacity.queue import Promise
from careworth.capacity.rows import FORECAST, NEEDED, STAFFED, Plan, capacity_rows
from careworth.marts.periods import Cut
from careworth.registry import METRICS, unit_of
from careworth.results import to_metric_values
from careworth.schemas import EVENTS, INSTANT, STAFFING
from careworth.stats import Estimate

#: Monday, 1 April 2024, 12:00 in Berlin; twelve whole weeks are before it.
BERLIN = ZoneInfo("Europe/Berlin")
CUT = Cut(date(2024, 2, 1), date(2024, 5, 1), datetime(2024, 4, 1, 10, tzinfo=UTC), BERLIN)
PLAN = Plan(
    Promise(0.9, 240), Estimate(6.0, 4.0, 9.0), "as the team says", hourly_cost=Estimate(30.0, 28.0, 35.0), currency="EUR"
)


def calls(weeks: int = 12, an_hour: int = 3) -> pl.DataFrame:
    """Conversations that called for an answer from 8 to 20 o'clock of each day, so many an hour."""
    hours = [
        datetime(2024, 4, 1, hour, 30, tzinfo=BERLIN) - timedelta(days=back)
        for back in range(1, 7 * weeks + 1)
        for hour in range(8, 20)
    ]
    at = pl.Series("clock_at", [hour.astimezone(UTC) for hour in hours for _ in range(an_hour)] + [None, CUT.as_of], INSTANT)
    return at.to_frame()


def events(*spans: tuple[date, date]) -> pl.DataFrame:
    """Events from the first to the end day, on Berlin's clock."""
    rows = [
        {"event_id": str(number), "start_at": _midnight(first), "end_at": _midnight(end), "type": "outage", "name": "X"}
        for number, (first, end) in enumerate(spans)
    ]
    return pl.DataFrame(rows, schema=EVENTS.columns)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)


def staffing(*rows: tuple) -> pl.DataFrame:
    """Rows of staff, weekday, hour, hours, first day and end day."""
    names = ("staff", "weekday", "hour", "staffed_hours", "valid_from", "valid_to")
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema=STAFFING.columns)


def roster(hours: float) -> pl.DataFrame:
    """A team with so many hours in each hour from 8 to 20 of each day."""
    long_ago = date(2020, 1, 1)
    return staffing(*(("Team \u00e9", day, hour, hours, long_ago, None) for day in range(1, 8) for hour in range(8, 20)))


def told(conversations=None, happened=None, staffed=None, plan=PLAN) -> dict[str, dict]:
    """The rows by variant."""
    rows, _ = capacity_rows(
        calls() if conversations is None else conversations, happened if happened is not None else events(),
        staffed if staffed is not None else staffing(), CUT, plan,
    )  # fmt: skip
    to_metric_values(rows, "c", CUT.start, CUT.end)
    return {row["variant"]: row for row in rows}


def test_each_row_is_in_the_registry_with_its_unit():
    rows = told(staffed=roster(1))
    assert set(rows) == set(FORECAST | NEEDED | STAFFED) <= set(METRICS["S20"].variants)
    units = {name: "currency" if row["unit"] == "EUR" else row["unit"] for name, row in rows.items()}
    assert units == {name: unit_of(METRICS["S20"], name) for name in rows} == FORECAST | NEEDED | STAFFED


def test_arrivals_are_counted_by_the_local_clock_across_its_change():
    """Clocks went forward on 31 March: 8:30 in Berlin is 7:30 UTC before and 6:30 UTC after. The last day is not whole."""
    counts = hourly_arrivals(calls()["clock_at"], CUT)
    assert counts.shape == (84, 24)
    assert np.array_equal(counts, np.tile(np.where((np.arange(24) >= 8) & (np.arange(24) < 20), 3, 0), (84, 1)))


def test_no_more_than_half_a_year_is_read():
    assert hourly_arrivals(calls(weeks=40)["clock_at"], CUT).shape == (182, 24)


def test_a_steady_week_is_forecast_and_its_work_planned():
    """By hand: 3 x 12 x 7 = 252 arrivals a week; 6 minutes each are 25.2 hours; EUR 30 for each hour needed."""
    rows = told()
    assert rows["arrivals_per_week"]["value"] == pytest.approx(252)
    assert [rows["arrivals_per_week"][name] for name in ("n", "grade")] == [12, "B"]
    needed = rows["hours_needed"]
    assert 25.2 < needed["value"] < 40
    assert needed["low"] < needed["value"] < needed["high"]
    assert needed["reason"].startswith(
        "90 % taken up within 240 minutes, kept with probability 80 %; 6 minutes (4 to 9) for each"
    )
    assert (needed["grade"], needed["n"], needed["denominator"]) == ("C", 168, "hours of the week ahead")
    assert rows["occupancy_needed"]["value"] == pytest.approx(25.2 / needed["value"])
    cost = rows["cost_per_week"]
    assert [cost[name] for name in ("value", "low", "high")] == pytest.approx(
        [30 * needed["value"], 28 * needed["low"], 35 * needed["high"]]
    )


def test_staffed_hours_stand_beside_the_demand():
    """By hand: 0.5 hours in 84 hours are 42 a week against 25.2 of work: 60 % (40 % at 4 minutes, 90 % at 9)."""
    rows = told(staffed=roster(0.5))
    assert rows["hours_staffed"]["value"] == 42
    assert [rows["occupancy"][name] for name in ("value", "low", "high")] == pytest.approx([0.6, 0.4, 0.9], rel=0.02)
    assert rows["promise_kept"]["value"] > 0.95
    assert 0 < rows["sustained"]["value"] < 240


def test_more_work_than_hours_sustains_nothing():
    rows = told(staffed=roster(0.2))
    assert rows["occupancy"]["value"] == pytest.approx(1.5)
    assert rows["promise_kept"]["value"] < 0.5
    assert rows["sustained"]["value"] is None
    assert rows["sustained"]["reason"] == "the queue grows: 17 staffed hours against 25 hours of work"


def test_nothing_is_made_up_where_nothing_is_stated():
    rows = told(plan=Plan(Promise(0.9, 240)))
    assert {name: rows[name]["value"] for name in NEEDED | STAFFED} == dict.fromkeys(NEEDED | STAFFED)
    assert rows["hours_needed"]["reason"] == "no handle time is stated, so that arrivals are no hours of work"
    assert rows["hours_staffed"]["reason"] == "no staffed hours are connected"
    assert rows["arrivals_per_week"]["value"] is not None
    assert told(staffed=roster(0.5), plan=Plan(Promise(0.9, 240)))["hours_staffed"]["value"] == 42
    assert told(staffed=roster(0))["occupancy"]["reason"] == "no hour of the week is staffed"
    assert told(plan=PLAN._replace(hourly_cost=Estimate(None, None, None)))["cost_per_week"]["reason"].startswith("no cost")


@pytest.mark.parametrize("conversations", [calls(0), calls(7), calls(12, an_hour=0), calls(0).clear()])
def test_too_little_history_is_said(conversations):
    rows = told(conversations)
    assert set(rows) == set(FORECAST | NEEDED | STAFFED)
    assert {row["value"] for row in rows.values()} == {None}
    assert "too few for a forecast; it takes 8 weeks of ordinary days" in rows["hours_needed"]["reason"]


def test_days_of_events_are_kept_apart():
    """4 to 6 March are events; from 1 January to 1 March is longer than four weeks and no event."""
    happened = events((date(2024, 3, 4), date(2024, 3, 7)), (date(2024, 1, 1), date(2024, 3, 1)))
    special = event_days(happened, CUT, 84)
    assert [date(2024, 1, 8) + timedelta(days=int(day)) for day in np.flatnonzero(special)] == [
        date(2024, 3, day) for day in (4, 5, 6)
    ]
    busy = pl.concat([calls(), pl.DataFrame({"clock_at": [_midnight(date(2024, 3, 5))] * 5000}, schema={"clock_at": INSTANT})])
    assert told(busy, happened)["arrivals_per_week"]["value"] == pytest.approx(252)


def test_an_event_of_an_instant_and_one_before_the_history():
    instant = _midnight(date(2024, 3, 4))
    happened = events((date(2024, 3, 4), date(2024, 3, 4)), (date(2023, 12, 1), date(2023, 12, 3))).with_columns(
        end_at=pl.when(pl.col("event_id") == "0").then(pl.lit(instant)).otherwise("end_at")
    )
    assert np.flatnonzero(event_days(happened, CUT, 84)).tolist() == [56]


def test_hours_staffed_are_those_of_the_day_and_impossible_ones_are_left_out():
    """By hand: two teams on Monday at 9 make 3.5; on the end day one of them is gone."""
    table = staffing(
        ("a", 1, 9, 2.0, date(2024, 1, 1), date(2024, 4, 2)),
        ("b", 1, 9, 1.5, date(2024, 1, 1), None),
        ("b", 0, 9, 5.0, date(2024, 1, 1), None),
        ("b", 8, 9, 5.0, date(2024, 1, 1), None),
        ("b", 1, 24, 5.0, date(2024, 1, 1), None),
        ("b", 2, 9, -5.0, date(2024, 1, 1), None),
        ("b", 3, 9, float("nan"), date(2024, 1, 1), None),
        ("b", 4, 9, 1.0, date(2024, 6, 1), None),
    )
    before = staffed_hours(table, date(2024, 4, 1))
    assert (before[0, 9], before.sum()) == (3.5, 3.5)
    assert staffed_hours(table, date(2024, 4, 2)).sum() == 1.5
    assert staffed_hours(table, date(2023, 1, 1)) is None
    assert staffed_hours(staffing(), date(2024, 4, 1)) is None


def test_the_staffing_table_knows_teams_with_lead_role_hours_skills_and_time():
    """METRICS.md R149: who leads the team, roles, hours, skills, valid from and to."""
    assert {"staff", "lead", "role", "skills", "staffed_hours", "valid_from", "valid_to"} <= set(STAFFING.columns)


def test_the_chart_has_each_hour_of_the_week_from_monday_on():
    _, week = capacity_rows(calls(), events(), roster(0.5), CUT, PLAN)
    assert week.select("weekday", "hour").rows() == [(day, hour) for day in range(1, 8) for hour in range(24)]
    noon, night = week.row(12, named=True), week.row(3, named=True)
    assert noon["arrivals"] == pytest.approx(3, rel=0.05)
    assert noon["arrivals_low"] <= noon["arrivals"] <= noon["arrivals_high"]
    assert noon["needed_low"] <= noon["needed_hours"] <= noon["needed_high"]
    assert (noon["staffed_hours"], night["staffed_hours"], night["arrivals"]) == (0.5, 0, 0)


def test_a_week_that_begins_in_its_middle_is_turned_to_monday():
    """Seen on a Thursday; arrivals on Mondays alone, at 8 o'clock."""
    cut = Cut(CUT.start, CUT.end, datetime(2024, 3, 28, 10, tzinfo=UTC), BERLIN)
    mondays = [datetime(2024, 3, 25, 8, tzinfo=BERLIN) - timedelta(weeks=back) for back in range(11)]
    sparse = pl.DataFrame({"clock_at": [at.astimezone(UTC) for at in mondays for _ in range(40)]}, schema={"clock_at": INSTANT})
    _, week = capacity_rows(sparse, events(), staffing(), cut, PLAN)
    assert week.sort("arrivals", descending=True).select("weekday", "hour").row(0) == (1, 8)
    assert week.filter(weekday=1)["arrivals"].sum() == pytest.approx(week["arrivals"].sum())


def test_without_a_forecast_the_chart_has_no_rows():
    _, week = capacity_rows(calls(2), events(), staffing(), CUT, PLAN)
    assert (week.height, week.columns[:3]) == (0, ["weekday", "hour", "arrivals"])
