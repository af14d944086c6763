"""The baseline of a campaign: the same numbers, counted in the same way, of the eight weeks before it (METRICS.md R039)."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.baseline import baseline_rows
from careworth.metrics.service import response_rate_rows
from careworth.misreading import Errors
from careworth.reading.errors import measured_errors
from careworth.results import Row
from tests.metrics.cases import CUT, DAY, answered, conversation, conversations, row_of

ERRORS = Errors(measured_errors("care"), is_own=False)


def of_two_messages(*rows: dict) -> pl.DataFrame:
    """These conversations, of two messages each."""
    return conversations(*rows).with_columns(message_count=pl.lit(2))


#: A conversation that a person answered, and one that nobody did, ten days before the campaign.
BEFORE = of_two_messages(answered(1, -10 * DAY, wait=30), conversation(2, -10 * DAY))


def rows_of(before: pl.DataFrame = BEFORE, cut: Cut = CUT) -> list[Row]:
    """The baseline with a day for an answer and three for a resolution."""
    return baseline_rows(before, cut, 24, 72, ERRORS)


def test_a_baseline_has_value_interval_n_period_and_method():
    """By hand: one of two answered is 0.5; ten days before 1 January 2024 is 22 December 2023, and none came earlier."""
    row = row_of(rows_of(), "within_24h", "before")
    assert (row["metric_id"], row["value"], row["n"], row["grade"]) == ("S1", 0.5, 2, "B")
    assert (row["period_start"], row["period_end"]) == (date(2023, 12, 22), date(2024, 1, 1))
    assert row["low"] < 0.5 < row["high"]
    says = "counted as in the campaign, of December, the campaign of January: a difference of season is not taken out"
    assert row["reason"] == says


def test_it_reaches_back_to_the_first_conversation():
    """By hand: 56 days before 1 January 2024 is 6 November 2023."""
    rows = rows_of(of_two_messages(answered(1, -56 * DAY), answered(2, -DAY)))
    assert {row["period_start"] for row in rows} == {date(2023, 11, 6)}


def test_a_count_of_other_weeks_is_no_baseline():
    """By hand: two conversations in the ten days from 22 December on are 0.2 a day; their number is left out."""
    rows = rows_of()
    assert "count" not in {row["unit"] for row in rows}
    assert row_of(rows, "care_per_day", "before")["value"] == pytest.approx(0.2)


def test_it_is_counted_as_in_the_campaign():
    """The same function on the same conversations, as if those weeks had been the campaign."""
    as_campaign = replace(CUT, start=CUT.start - timedelta(days=56), end=CUT.start)
    expected = row_of(response_rate_rows(BEFORE, as_campaign, 24), "within_24h")
    found = row_of(rows_of(), "within_24h", "before")
    assert [found[name] for name in ("value", "low", "high", "n")] == [expected[name] for name in ("value", "low", "high", "n")]


def test_only_the_whole_is_told():
    assert {row["slice"] for row in rows_of()} == {"before"}
    assert {"V1", "V5", "S1", "S2", "S5", "S6", "Q1", "Q2"} == {row["metric_id"] for row in rows_of()}


def test_weeks_without_a_conversation_are_no_baseline_of_zero():
    rows = rows_of(of_two_messages())
    assert {(row["value"], row["low"], row["high"], row["grade"]) for row in rows} == {(None, None, None, "X")}
    assert {row["reason"] for row in rows} == {"no conversation in the eight weeks before the campaign is connected"}


@pytest.mark.parametrize(("wait", "expected"), [(1440, 1.0), (1441, 0.0)])
def test_an_answer_on_the_last_minute_is_in_time(wait, expected):
    rows = rows_of(of_two_messages(answered(1, -10 * DAY, wait=wait)))
    assert row_of(rows, "within_24h", "before")["value"] == expected
