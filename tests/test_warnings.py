"""Early warnings and the hours ahead, as a study's notebook tells them."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from careworth import changes
from careworth.alarms.cusum import budgets_of_each, limit_for
from careworth.alarms.evidence import evidence_for_budget
from careworth.changes.warnings import work_out_limits
from careworth.results import Row
from careworth.study import Study
from tests.studies import study_of, table
from tests.tables import turns_of

FIRST, START, END = date(2024, 1, 1), date(2024, 5, 6), date(2024, 6, 3)
OUTAGE = datetime(2024, 5, 13, 8, tzinfo=UTC)


def complaints(lift: float = 1.0, outage: float = 1.0, a_day: float = 20, seed: int = 3) -> pl.DataFrame:
    """Turns of customers who complain, `lift` times as many in the campaign and `outage` times on five days of it."""
    draw = np.random.default_rng(seed)
    spoken = []
    for number in range((END - FIRST).days):
        day = FIRST + timedelta(days=number)
        rate = a_day * (lift if day >= START else 1) * (outage if OUTAGE.date() <= day < OUTAGE.date() + timedelta(days=5) else 1)
        for minute in sorted(draw.integers(8 * 60, 22 * 60, draw.poisson(rate)).tolist()):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
            spoken.append(said(len(spoken), at))
    return turns_of(*spoken)


def said(number: int, at: datetime) -> dict:
    name = str(number)
    fixed = {"network": "x", "channel": "public_post", "visibility": "public", "author_role": "customer", "account_id": "help"}
    text = "My parcel is lost and nobody cares, this is terrible!"
    return fixed | {"message_id": name, "author_id": f"c{name}", "created_at": at, "text": text, "message_kind": "original"}


def watched(root, turns: pl.DataFrame, of_campaign: str = "", **tables: pl.DataFrame) -> list[Row]:
    return changes.warning_rows(study(root, turns, of_campaign, **tables))


def study(root, turns: pl.DataFrame, of_campaign: str = "", settings: str = "", **tables: pl.DataFrame) -> Study:
    as_of = f"as_of = {END}T12:00:00Z\n"
    return study_of(root, str(START), str(END), settings, as_of + of_campaign, turns=turns, **tables)


def days(rows: list[Row], variant: str) -> list[date]:
    return [row["period_start"] for row in rows if row["variant"] == variant and "complain" in row["slice"]]


def test_an_outage_is_told_on_its_first_day_with_what_would_have_been_normal(tmp_path):
    """Twenty complaints a day became a hundred on 13 May."""
    event = {"event_id": "1", "type": "outage", "name": "Outage", "start_at": OUTAGE, "end_at": OUTAGE + timedelta(days=5)}
    rows = watched(tmp_path, complaints(outage=5), events=table("events", event))
    assert days(rows, "alarm")[0] == days(rows, "watched")[0] == OUTAGE.date()
    first = next(row for row in rows if row["variant"] == "alarm" and row["slice"] == "topic=complaint by the day")
    assert first["value"] > 60
    assert first["reason"].endswith("would have been normal")
    tested = {row["variant"]: row for row in rows if row["slice"] == "tested=complaint by the day"}
    assert tested["recall"]["value"] == 1
    assert tested["delay_hours"]["value"] < 24


def test_quiet_months_raise_no_more_than_the_budget(tmp_path):
    """Five months of chance alone: at most two a year are planned for."""
    rows = watched(tmp_path, complaints())
    together = next(row for row in rows if row["slice"].endswith("together") and row["variant"] == "alarms")
    assert together["value"] <= 1
    assert "about 2 a year" in together["reason"]


def test_what_the_campaign_was_expected_to_bring_raises_no_alarm(tmp_path):
    """Twice as many complaints from the first day on: an alarm unless the plan said so."""
    twice = complaints(lift=2)
    assert days(watched(tmp_path / "untold", twice), "alarm")
    assert days(watched(tmp_path / "told", twice, "volume_lift = 2\n"), "alarm") == []


def test_each_day_of_the_campaign_stands_beside_its_usual_range(tmp_path):
    seen = [row for row in watched(tmp_path, complaints()) if row["variant"] == "seen"]
    assert [row["period_start"] for row in seen] == [START + timedelta(days=number) for number in range(28)]
    inside = [row["low"] <= row["value"] <= row["high"] for row in seen]
    assert sum(inside) >= 24


def test_before_the_first_conversation_there_is_nothing_to_watch(tmp_path):
    early = study_of(tmp_path, str(START), str(END), "", "as_of = 2023-12-01T12:00:00Z\n", turns=complaints())
    (row,) = changes.warning_rows(early)
    assert (row["value"], row["grade"]) == (None, "X")


CAPACITY = """[capacity]
handle_minutes = [4, 6, 9]
hourly_cost = [20, 25, 30]
"""


def test_without_a_handle_time_there_are_arrivals_and_no_hours(tmp_path):
    silent = {row["variant"]: row for row in changes.capacity(study(tmp_path, complaints()))}
    assert (silent["hours_needed"]["value"], silent["hours_needed"]["grade"]) == (None, "X")
    assert "handle time" in silent["hours_needed"]["reason"]
    assert silent["arrivals_per_week"]["value"] == pytest.approx(140, rel=0.1)


def test_stated_minutes_and_cost_make_hours_and_money(tmp_path):
    """Twenty a day at six minutes are 14 hours of work a week, and what the promise takes on top; an hour costs 25."""
    rows = changes.capacity(study(tmp_path, complaints(), settings=CAPACITY))
    first = {row["variant"]: row for row in rows if row["slice"] == "all"}
    assert first["hours_needed"]["value"] > 14
    assert first["cost_per_week"]["value"] == pytest.approx(25 * first["hours_needed"]["value"])
    by_hour = [row for row in rows if row["variant"] == "needed_per_hour"]
    assert len(by_hour) == 168
    assert sum(row["value"] for row in by_hour) == pytest.approx(first["hours_needed"]["value"])
    assert {row["slice"] for row in by_hour} >= {"hour=Mon 00", "hour=Sun 23"}


def test_limits_that_were_worked_out_before_are_those_of_every_study(tmp_path):
    """Otherwise each campaign's process would work them out again."""
    work_out_limits()
    before = [each.cache_info().misses for each in (limit_for, budgets_of_each, evidence_for_budget)]
    assert watched(tmp_path, complaints())
    assert [each.cache_info().misses for each in (limit_for, budgets_of_each, evidence_for_budget)] == before
