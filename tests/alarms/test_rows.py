"""Rows of V8: alarms by topic with what was expected, and the back-test; what is missing is said."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from careworth.alarms.rows import ALARMS, alarm_rows, alarm_table
from tests.simulators.hourly_counts import hourly_counts, hourly_means

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
SURGE = 1500


def hour(number: int) -> datetime:
    """The start of an hour."""
    return FIRST + timedelta(hours=number)


def topic_counts(topic: str, seed: int, surge: int | None = None) -> pl.DataFrame:
    """Ten weeks of hourly counts of a topic; a surge of four hours at sixty times what is usual at night."""
    counts = hourly_counts(hourly_means(10)[1], seed)
    if surge is not None:
        counts[surge : surge + 4] = 250
    return pl.DataFrame({"topic": topic, "at": [hour(number) for number in range(len(counts))], "count": counts.astype(int)})


@pytest.fixture(scope="module")
def counts() -> pl.DataFrame:
    """Two topics, of which one has a surge."""
    return pl.concat([topic_counts("delivery", 1, SURGE), topic_counts("Rückgabe", 2)])


@pytest.fixture(scope="module")
def incidents() -> pl.DataFrame:
    """The surge, labelled from an hour before it, and one that nothing shows of."""
    return pl.DataFrame(
        {
            "topic": ["delivery", None],
            "start": [hour(SURGE - 1), hour(1000)],
            "end": [hour(SURGE + 12), hour(1001)],
        }
    )


def named(rows: list[dict], variant: str, part: str = "all") -> dict:
    """The one row of a variant."""
    (row,) = [row for row in rows if (row["variant"], row["slice"]) == (variant, part)]
    return row


def test_an_alarm_says_when_what_was_seen_and_what_would_have_been_normal(counts):
    alarms, reasons = alarm_table(counts)
    row = alarms.filter(topic="delivery", at=hour(SURGE)).row(0, named=True)
    assert (row["observed"], reasons, alarms.schema) == (250, {}, pl.Schema(ALARMS))
    assert row["low"] < row["expected"] < row["high"] < 250 and row["score"] > 0.5


def test_each_topic_has_its_number_of_alarms(counts):
    rows = alarm_rows(counts)
    assert {row["slice"] for row in rows if row["variant"] == "alarms"} == {"topic=delivery", "topic=Rückgabe"}
    row = named(rows, "alarms", "topic=delivery")
    assert (row["value"] >= 1, row["n"], row["denominator"], row["grade"]) == (True, 1680, "hours", "A")


def test_the_back_test_finds_one_of_two_incidents_an_hour_late(counts, incidents):
    """Of two incidents (the unnamed one counts for both topics, so three) the surge is found an hour after its start."""
    rows = alarm_rows(counts, incidents)
    assert named(rows, "recall")["value"] == pytest.approx(1 / 3)
    assert (named(rows, "delay_hours")["value"], named(rows, "recall")["n"]) == (1.0, 3)
    assert 0 < named(rows, "precision")["value"] <= 1
    assert named(rows, "false_alarms_a_week")["value"] < 2
    assert named(rows, "recall")["low"] < named(rows, "recall")["value"] < named(rows, "recall")["high"]


def test_without_incidents_the_back_test_says_so(counts):
    row = named(alarm_rows(counts), "recall")
    assert (row["value"], row["grade"], "no incidents are labelled" in row["reason"]) == (None, "X", True)


def test_a_known_campaign_raises_the_expectation(counts):
    events = pl.DataFrame({"start": [hour(SURGE)], "end": [hour(SURGE + 4)], "lift": [60.0]})
    at_surge = (pl.col("topic") == "delivery") & pl.col("at").is_between(hour(SURGE), hour(SURGE + 3))
    assert alarm_table(counts)[0].filter(at_surge).height == 1
    assert alarm_table(counts, events)[0].filter(at_surge).height == 0


def test_without_counts_the_reason_stands_in_place_of_a_number():
    rows = alarm_rows(pl.DataFrame(schema={"topic": pl.String, "at": pl.Datetime("us", "UTC"), "count": pl.Int64}))
    assert [(row["value"], row["reason"]) for row in rows] == [(None, "no messages are counted by the hour or day")]


def test_a_topic_that_cannot_be_judged_says_why_and_stops_no_other(counts):
    odd = pl.DataFrame({"topic": ["odd"], "at": [FIRST], "count": [3]})
    rows = alarm_rows(pl.concat([counts, odd], how="vertical_relaxed"))
    assert named(rows, "alarms", "topic=odd")["reason"].startswith("fewer than two times")
    assert named(rows, "alarms", "topic=delivery")["value"] >= 1


def test_days_and_unknown_counts_are_judged_too():
    days = np.r_[np.full(120, 20.0), np.full(5, 80.0)]
    table = pl.DataFrame({"topic": "all", "at": [FIRST + timedelta(days=day) for day in range(125)], "count": days})
    table = table.with_columns(pl.when(pl.int_range(pl.len()) == 90).then(None).otherwise("count").alias("count"))
    row = named(alarm_rows(table), "alarms", "topic=all")
    assert (row["value"] >= 1, row["denominator"]) == (True, "days")
