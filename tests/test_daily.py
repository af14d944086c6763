"""The daily series of a study: what the business and care count, day by day, in the workspace's zone."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from careworth import daily
from tests.studies import study_of, table
from tests.tables import message, turns_of

DAY = 1440


def on(day: int, hour: float = 12) -> datetime:
    """An instant of January 2024, in UTC."""
    return datetime(2024, 1, day, int(hour), round(hour % 1 * 60), tzinfo=UTC)


def calls(queue: str | None, at: datetime, offered: int) -> dict:
    return {"channel": "phone", "queue": queue, "interval_start": at, "interval_seconds": 1800, "offered": offered}


def order(number: int, at: datetime, brand: str = "North", net: int = 1000, refund: int = 0, currency: str = "EUR") -> dict:
    amounts = {"net_minor": net, "refund_minor": refund, "currency": currency, "status": "paid"}
    return {"order_id": str(number), "ordered_at": at, "brand": brand} | amounts


def values(days: pl.DataFrame, series: str) -> dict[date, float]:
    return dict(days.filter(series=series).select("day", "value").iter_rows())


def test_calls_by_queue_and_together_and_a_day_without_a_record_is_zero(tmp_path):
    """By hand: 3 + 2 on the first, none on the second, 4 on the third; 23:30 UTC is the next day in Amsterdam."""
    rows = [calls("care", on(1), 3), calls("sales", on(1), 2), calls("care", on(2, 23.5), 4)]
    found = daily.outcome_days(study_of(tmp_path, contact_intervals=table("contact_intervals", *rows)))
    assert values(found, "calls") == {date(2024, 1, 1): 5, date(2024, 1, 2): 0, date(2024, 1, 3): 4}
    assert values(found, "calls:sales") == {date(2024, 1, 1): 2}
    assert values(found, "orders") == {}


def test_sales_of_the_brand_and_of_others_net_of_refunds(tmp_path):
    """By hand: 10 + 7.50 euros of two kept orders; one given back whole, one in dollars and one of another brand are apart."""
    rows = [order(1, on(1)), order(2, on(1), refund=250), order(3, on(1), refund=1000), order(4, on(1), currency="USD")]
    study = study_of(tmp_path, orders=table("orders", *rows, order(5, on(2), "South", 500)))
    found = daily.outcome_days(study)
    assert values(found, "orders") == {date(2024, 1, 1): 2}
    assert values(found, "revenue") == {date(2024, 1, 1): 17.5}
    assert values(found, "revenue:South") == {date(2024, 1, 2): 5}


def test_the_day_of_the_cut_off_is_not_over(tmp_path):
    days = [calls("care", on(day), 1) for day in (1, 2, 3)]
    study = study_of(tmp_path, of_campaign="as_of = 2024-01-03T20:00:00Z\n", contact_intervals=table("contact_intervals", *days))
    assert list(values(daily.outcome_days(study), "calls")) == [date(2024, 1, 1), date(2024, 1, 2)]


def test_cost_is_spread_over_the_days_of_its_line(tmp_path):
    """By hand: 31 euros over January are 1 a day, and 4 over its first two days 2 more."""
    line = {"campaign_id": "spring", "category": "people", "currency": "EUR", "period_start": date(2024, 1, 1)}
    rows = [
        line | {"cost_id": "1", "period_end": date(2024, 2, 1), "amount_minor": 3100},
        line | {"cost_id": "2", "period_end": date(2024, 1, 3), "amount_minor": 400},
        line | {"cost_id": "3", "period_end": date(2024, 1, 3), "amount_minor": 400, "campaign_id": "other"},
    ]
    found = daily.cost_days(study_of(tmp_path, costs=table("costs", *rows)))
    assert (found.height, found["value"].to_list()[:3]) == (31, pytest.approx([3, 3, 1]))


def test_shares_of_a_day_have_their_own_denominators(tmp_path):
    """By hand: two complaints on Monday, one answered in time and thanked for; nothing on Tuesday; praise on Wednesday."""
    spoken = [
        message(1, "customer", 0, "My parcel is lost, this is terrible!", in_reply_to_id=None),
        message(2, "agent", 30, "We have sent a new one."),
        message(3, "customer", 60, "Thank you so much!"),
        message(4, "customer", 0, "Still no refund, shame on you.", author_id="bob", in_reply_to_id=None),
        message(6, "customer", 2 * DAY, "You are the best hotel ever!", author_id="cat", in_reply_to_id=None),
    ]
    found = daily.metric_days(study_of(tmp_path, turns=turns_of(*spoken)))
    told = {(row["metric_id"], row["day"].day): (row["value"], row["n"]) for row in found.iter_rows(named=True)}
    assert told["V1", 1] == (2, 2)
    assert told["V1", 2] == (0, 0)
    assert told["V4", 1] == (1, 2)
    assert ("V4", 2) not in told
    assert told["V4", 3] == (0, 1)
    assert told["S1", 1] == (0.5, 2)
    assert told["Q1", 1] == (1, 1)


def test_what_takes_time_is_not_told_of_days_too_young(tmp_path):
    """Answers within a day are known of a Monday when its last minute is a day old: on Wednesday at midnight."""
    study = study_of(tmp_path, of_campaign="as_of = 2024-01-02T22:00:00Z\n")
    assert set(daily.metric_days(study)["metric_id"]) == {"V1", "V4", "V5"}
    later = study_of(tmp_path, of_campaign="as_of = 2024-01-03T12:00:00Z\n")
    assert "S1" in set(daily.metric_days(later)["metric_id"])
    assert "Q1" not in set(daily.metric_days(later)["metric_id"])


def test_engagement_of_a_day_is_of_the_impressions_of_its_posts(tmp_path):
    """By hand: (3 + 1 + 6) / (100 + 400) = 0.02; a post without impressions says nothing."""
    post = {"account_id": "help", "published_at": on(1), "impressions": 100, "reactions": 3, "comments": 1}
    rows = [
        post | {"post_id": "1"},
        post | {"post_id": "2", "impressions": 400, "reactions": 6, "comments": None},
        post | {"post_id": "3", "impressions": None},
    ]
    found = daily.metric_days(study_of(tmp_path, posts=table("posts", *rows))).filter(metric_id="A7")
    assert found.select("value", "n").rows() == [(pytest.approx(0.02), 500)]
