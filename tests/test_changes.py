"""What changed, as a study's notebook tells it: effects of the campaign, trends, events, links, and the hours ahead."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from careworth import changes
from careworth.errors import ConfigError
from careworth.results import Row
from careworth.study import Study
from tests.studies import study_of, table

FIRST, START, END = date(2023, 2, 5), date(2024, 2, 4), date(2024, 3, 3)

LIFT = "contacts_lift"

AFTER = datetime(2025, 1, 1, tzinfo=UTC)

ASKED = """
[[outcomes]]
series = "calls:care"
controls = ["calls:sales"]
"""


def interval(queue: str, day: date, offered: float) -> dict:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return {"channel": "phone", "queue": queue, "interval_start": at, "interval_seconds": 1800, "offered": round(offered)}


def calls(lift: float, seed: int = 1) -> pl.DataFrame:
    """A year and four weeks of two queues that share their mood; from START on `care` has so much more."""
    draw = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=number) for number in range((END - FIRST).days)]
    mood = np.cumsum(draw.normal(0, 0.01, len(days)))
    rows = []
    for number, day in enumerate(days):
        rate = 500 * np.exp(mood[number]) * (0.7 if day.weekday() > 4 else 1)
        rows.append(interval("care", day, draw.poisson(rate * (1 + lift * (day >= START)))))
        rows.append(interval("sales", day, draw.poisson(rate)))
    return table("contact_intervals", *rows)


def study_with(root, lift: float, of_campaign: str = ASKED, **tables: pl.DataFrame) -> Study:
    return study_of(root, str(START), str(END), "", of_campaign, contact_intervals=calls(lift), **tables)


def pick(rows: list[Row], variant: str) -> Row:
    return next(row for row in rows if row["variant"] == variant)


def test_a_planted_lift_lies_in_its_interval_and_is_shown(tmp_path):
    """30 % were planted; 500 calls a day and a control of the same mood show it clearly."""
    rows = changes.effect_rows(study_with(tmp_path, 0.3))
    lift = pick(rows, "contacts_lift")
    assert 0 < lift["low"] < 0.3 < lift["high"]
    assert (lift["metric_id"], lift["slice"], lift["grade"], lift["n"]) == ("E4", "series=calls:care", "B", 28)
    assert lift["reason"].startswith("Estimated effect of the campaign on calls of care")
    assert "assuming the controls are untouched" in lift["reason"]
    total, daily = pick(rows, "contacts_total"), pick(rows, "contacts_per_day")
    assert total["value"] == pytest.approx(28 * daily["value"])


def test_where_nothing_was_planted_nothing_is_claimed(tmp_path):
    lift = pick(changes.effect_rows(study_with(tmp_path, 0.0)), "contacts_lift")
    assert lift["low"] < 0 < lift["high"]
    assert lift["reason"].startswith("No effect shown of the campaign on calls of care")
    assert "could have seen" in lift["reason"]


def test_observed_and_expected_are_told_by_week_from_the_start(tmp_path):
    """Eight weeks before and four of the campaign; the mean of the expected days differs from the observed by the effect."""
    rows = changes.effect_rows(study_with(tmp_path, 0.3))
    observed, expected = ([row for row in rows if row["variant"] == f"contacts_{name}"] for name in ("observed", "expected"))
    assert len(observed) == len(expected) == 12
    assert all(due["low"] < due["value"] < due["high"] for due in expected[8:])
    assert {due["low"] for due in expected[:8]} == {None}
    assert observed[0]["period_start"] == START - timedelta(weeks=8)
    gap = np.mean([seen["value"] - due["value"] for seen, due in zip(observed[8:], expected[8:], strict=True)])
    assert gap == pytest.approx(pick(rows, "contacts_per_day")["value"])


def test_without_a_comparison_the_words_and_the_grade_are_weaker(tmp_path):
    rows = changes.effect_rows(study_with(tmp_path, 0.3, of_campaign=""))
    lift = pick(rows, "contacts_lift")
    assert (lift["slice"], lift["grade"]) == ("series=calls", "C")
    assert "assuming nothing else changed" in lift["reason"]


def test_a_series_that_is_not_there_is_named_with_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match=r"outcomes: no series .*calls:cara.*calls:care"):
        changes.effect_rows(study_with(tmp_path, 0, of_campaign='[[outcomes]]\nseries = "calls:cara"\n'))


def test_a_series_is_no_control_of_its_own(tmp_path):
    with pytest.raises(ConfigError, match="cannot be its own control"):
        study_with(tmp_path, 0, of_campaign='[[outcomes]]\nseries = "calls"\ncontrols = ["calls"]\n')


def test_too_short_a_series_is_unknown_with_the_reason(tmp_path):
    few = calls(0).filter(pl.col("interval_start") >= datetime(2024, 1, 31, tzinfo=UTC))
    study = study_of(tmp_path, str(START), str(END), "", "", contact_intervals=few)
    (row,) = changes.effect_rows(study)
    assert (row["value"], row["grade"], row["slice"]) == (None, "X", "series=calls")
    assert "4 days lie before the start" in row["reason"]


def test_without_series_of_the_business_there_are_no_rows(tmp_path):
    assert changes.effect_rows(study_of(tmp_path)) == []


def test_another_promotion_is_a_doubt_and_the_campaigns_own_is_none(tmp_path):
    """A promotion of others in the campaign's weeks leaves nothing to tell its effect from the campaign's."""
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (START, END))
    event = {"event_id": "1", "type": "promotion", "name": "Sale", "start_at": begins, "end_at": ends}
    said = [
        pick(changes.effect_rows(study_with(tmp_path / name, 0.3, events=table("events", event | {"campaign_id": name}))), LIFT)[
            "reason"
        ]
        for name in ("spring", "sale")
    ]
    assert ["promotions ran only after the start" in reason for reason in said] == [False, True]


def test_trends_are_of_the_weekly_rows(tmp_path):
    """By hand: a share that rises by one point a week over ten whole weeks."""
    study = study_with(tmp_path, 0)
    week = [date(2023, 11, 6) + timedelta(weeks=number) for number in range(10)]
    shares = {"metric_id": "Q1", "variant": "rate", "slice": "week", "n": 100, "period_start": week}
    values = pl.DataFrame(shares | {"value": [0.2 + 0.01 * number for number in range(10)]})
    rows = changes.trend_rows(study, values)
    assert pick(rows, "Q1.rate")["value"] == pytest.approx(0.01)


def test_events_and_links_name_every_pair_once(tmp_path):
    """One event against each series; from midnight UTC to the next it lies on two days in Amsterdam."""
    event = {"event_id": "1", "type": "outage", "name": "Outage", "start_at": datetime(2023, 6, 1, tzinfo=UTC)}
    study = study_with(tmp_path, 0, events=table("events", event | {"end_at": datetime(2023, 6, 2, tzinfo=UTC)}))
    events = changes.event_rows(study)
    assert len({row["variant"] for row in events}) == len(events)
    calls_row = pick(events, "calls.all")
    assert (calls_row["slice"], calls_row["n"]) == ("event=1", 2)
    assert "no clear difference coincided with Outage" in calls_row["reason"]
    assert (
        changes.event_rows(
            study_with(tmp_path / "later", 0, events=table("events", event | {"start_at": AFTER, "end_at": AFTER}))
        )
        == []
    )
    links = changes.link_rows(study)
    assert {row["reason"] for row in links if row["variant"].endswith(":orders")} == {"not connected: orders"}
