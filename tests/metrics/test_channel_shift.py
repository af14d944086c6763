"""Whether calls became conversations (E5): a planted shift is found, and mere growth is not taken for one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.channel_shift import channel_shift_rows
from careworth.results import pick, to_metric_values
from careworth.schemas import CONTACT_INTERVALS, CONTACTS
from careworth.stats import newcombe_interval

#: Eight weeks from a Monday, after eight weeks of baseline.
CUT = Cut(date(2024, 6, 3), date(2024, 7, 29), datetime(2024, 9, 1, tzinfo=UTC), ZoneInfo("UTC"))
NO_CONTACTS = pl.DataFrame(schema=CONTACTS.columns)
CONVERSATION = {"started_at": pl.Datetime("us", "UTC"), "clock_at": pl.Datetime("us", "UTC"), "agent_turn_count": pl.Int64()}


def noon(day: int) -> datetime:
    """Noon of that day, counted from the campaign's first as 0."""
    return datetime(2024, 6, 3, 12, tzinfo=UTC) + timedelta(days=day)


def calls_of(daily: dict[int, int]) -> pl.DataFrame:
    """Calls of each day."""
    same = {"channel": "phone", "queue": "care", "interval_seconds": 86400}
    rows = [same | {"interval_start": noon(day), "offered": calls} for day, calls in daily.items()]
    return pl.DataFrame(rows, schema=CONTACT_INTERVALS.columns)


def conversations_of(daily: dict[int, int]) -> pl.DataFrame:
    """Care conversations of each day."""
    rows = [{"started_at": noon(day), "clock_at": noon(day), "agent_turn_count": 1} for day, n in daily.items() for _ in range(n)]
    return pl.DataFrame(rows, schema=CONVERSATION)


def shift(social: dict[int, int], calls: dict[int, int], cut: Cut = CUT) -> pl.DataFrame:
    """The rows as a table of one campaign."""
    rows = channel_shift_rows(conversations_of(social), calls_of(calls), NO_CONTACTS, cut)
    return to_metric_values(rows, "test", cut.start, cut.end)


def daily(before: float, after: float, seed: int) -> dict[int, int]:
    """Poisson counts of eight weeks before the campaign and eight in it."""
    draw = np.random.default_rng(seed)
    return {day: int(draw.poisson(after if day >= 0 else before)) for day in range(-56, 56)}


def test_the_social_share_and_its_change_are_of_sums():
    """By hand: 20 of 100 enquiries are social in the campaign and 10 of 100 before; Newcombe's interval of 20/100 less 10/100."""
    table = shift({-20: 10, 1: 20}, {-20: 90, 1: 80})
    share, change = pick(table, "E5", "social_share"), pick(table, "E5", "social_share_change")
    assert (share["value"], share["n"], share["grade"]) == (0.2, 100, "B")
    assert (change["value"], change["low"], change["high"]) == pytest.approx((0.1, *newcombe_interval(20, 100, 10, 100)))
    assert "no effect" in change["reason"]


def test_days_that_only_one_of_the_two_knows_are_left_out():
    """By hand: day 5 has no record of calls, day -21 lies before the first conversation."""
    table = shift({-20: 10, 1: 20, 5: 500}, {-21: 900, -20: 90, 1: 80})
    assert pick(table, "E5", "social_share")["value"] == 0.2
    assert pick(table, "E5", "social_share_change")["value"] == pytest.approx(0.1)


def test_a_baseline_reaches_back_eight_weeks_and_no_further():
    """By hand: 56 days back counts with 10 of 100, the day before that does not: 20 of 100 less 10 of 100."""
    table = shift({-57: 50, -56: 10, 1: 20}, {-57: 50, -56: 90, 1: 80})
    assert pick(table, "E5", "social_share_change")["value"] == pytest.approx(0.1)


def test_matters_that_called_for_no_answer_are_no_enquiries():
    idle = conversations_of({1: 20}).with_columns(clock_at=pl.lit(None, CONVERSATION["clock_at"]), agent_turn_count=pl.lit(0))
    everything = pl.concat([idle, conversations_of({-2: 10, 1: 20})], how="vertical_relaxed")
    rows = channel_shift_rows(everything, calls_of({-2: 90, 1: 80}), NO_CONTACTS, CUT)
    assert rows[0]["value"] == 0.2


def test_a_planted_substitution_is_recovered():
    """Planted: 60 conversations a day more and 30 calls less, that is -0.5 calls per conversation."""
    row = pick(shift(daily(40, 100, 1), daily(200, 170, 2)), "E5", "substitution")
    assert row["low"] < -0.5 < row["high"]
    assert (row["value"], row["grade"], row["n"]) == (pytest.approx(-0.5, abs=0.12), "C", 16)


def test_growth_on_top_is_no_substitution():
    """Planted: 60 conversations a day more, calls as before: the interval holds 0."""
    row = pick(shift(daily(40, 100, 3), daily(200, 200, 4)), "E5", "substitution")
    assert row["low"] < 0 < row["high"]


def test_without_a_change_of_conversations_there_is_nothing_to_compare_calls_with():
    row = pick(shift(daily(40, 40, 5), daily(200, 150, 6)), "E5", "substitution")
    assert (row["value"], row["grade"], "may be nothing" in row["reason"]) == (None, "X", True)


def test_a_line_that_rests_on_sundays_still_has_weeks():
    """Days are counted from a Monday, so the seventh of each week is the Sunday without a record."""
    calls = {day: number for day, number in daily(200, 170, 2).items() if day % 7 != 6}
    row = pick(shift(daily(40, 100, 1), calls), "E5", "substitution")
    assert (row["value"], row["n"]) == (pytest.approx(-0.5, abs=0.15), 16)


def test_two_weeks_are_too_few_to_draw_again():
    short = Cut(CUT.start, date(2024, 6, 17), CUT.as_of, CUT.zone)
    row = pick(shift(daily(40, 100, 1), daily(200, 170, 2), short), "E5", "substitution")
    assert (row["value"], "3 whole weeks" in row["reason"]) == (None, True)


@pytest.mark.parametrize(("social", "calls"), [({}, {}), ({1: 5}, {}), ({}, {1: 5}), ({1: 0}, {1: 0})])
def test_what_is_not_connected_gives_reasons_and_no_share(social, calls):
    table = shift(social, calls)
    assert (table["value"].null_count(), table["reason"].null_count()) == (3, 0)


def test_the_intervals_of_the_substitution_hold_the_truth_about_as_often_as_they_say():
    """60 planted worlds of -0.5: with eight weeks on either side the 95 % interval holds it in 51 or more (85 %)."""
    rows = [pick(shift(daily(10, 40, seed), daily(60, 45, 1000 + seed)), "E5", "substitution") for seed in range(60)]
    assert sum(row["low"] <= -0.5 <= row["high"] for row in rows) >= 51


@pytest.mark.parametrize(("day", "known"), [(-14, True), (-13, False)])
def test_a_change_takes_two_weeks_of_baseline(day, known):
    """METRICS.md R137."""
    change = pick(shift({day: 10, 1: 20}, {day: 90, 1: 80}), "E5", "social_share_change")
    assert (change["value"] is not None, "13 days before it" in change["reason"]) == (known, not known)
