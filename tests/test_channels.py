"""Cost and return of each channel of a study, and the holdout that corrects the credits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careworth import attribution, channels
from careworth.study import Study
from tests.studies import study_of, table

START = datetime(2024, 2, 1, tzinfo=UTC)


def person(number: int, arm: str, bought: bool) -> tuple[dict, list[dict], list[dict]]:
    """Somebody of the experiment: the arm, the touches (care for the treated), and the order if there is one."""
    key, at = f"p{number}", START + timedelta(days=2)
    touch = {"person_key": key, "kind": "visit", "cost_minor": None}
    touches = [touch | {"touch_id": f"{key}a", "touched_at": at, "channel": "email", "cost_minor": 10}]
    if arm == "treatment":
        touches.append(touch | {"touch_id": f"{key}b", "touched_at": at + timedelta(hours=1), "channel": "care_social"})
    order = {"order_id": key, "person_key": key, "ordered_at": at + timedelta(days=1), "brand": "North", "status": "paid"}
    amounts = {"net_minor": 10_000, "refund_minor": 0, "margin_minor": 4_000, "currency": "EUR"}
    arms = {"experiment_id": "e", "campaign_id": "spring", "person_key": key, "arm": arm, "assigned_at": at - timedelta(hours=1)}
    return arms, touches, [order | amounts] if bought else []


def study(root, with_arms: bool = True) -> Study:
    """400 treated of whom 100 bought, 400 not treated of whom 60 did."""
    people = [person(n, "treatment", n < 100) for n in range(400)] + [person(n, "control", n < 460) for n in range(400, 800)]
    arms, touches, orders = ([part[k] for part in people] for k in range(3))
    line = {"cost_id": "1", "campaign_id": "spring", "period_start": date(2024, 2, 1), "period_end": date(2024, 3, 1)}
    costs = table("costs", line | {"category": "people", "amount_minor": 100_000, "currency": "EUR", "line": "agents"})
    tables = {
        "touchpoints": table("touchpoints", *sum(touches, [])),
        "orders": table("orders", *sum(orders, [])),
        "costs": costs,
    }
    return study_of(root, **(tables | ({"experiment_arms": table("experiment_arms", *arms)} if with_arms else {})))


def journeys(own: Study):
    orders = attribution.select_orders(own.table("orders"), "North", *own.period)
    return attribution.order_journeys(own.touchpoints, attribution.to_conversions(orders), "EUR", 30)


def test_the_holdout_is_a_test_of_care(tmp_path):
    """By hand: (100 / 400 - 60 / 400) x 400 = 40 orders; error 400 x sqrt(0.25 x 0.75 / 399 + 0.15 x 0.85 / 399) = 11.2."""
    (test,) = channels.lift_tests(study(tmp_path))
    assert (test.channel, test.caused) == ("care_social", pytest.approx(40))
    assert test.error == pytest.approx(11.24, abs=0.05)


def test_cost_and_return_of_each_channel(tmp_path):
    """By hand: e-mail cost 800 x 10 cents = 80 euros; care's line cost 1,000; each has half of the treated's 100 orders."""
    own = study(tmp_path)
    rows = {(row["metric_id"], row["variant"], row["slice"]): row for row in channels.channel_rows(own, journeys(own))}
    assert rows["M5", "channel_cost", "channel=email"]["value"] == pytest.approx(80)
    assert rows["M5", "channel_cost", "channel=care_social"]["value"] == pytest.approx(1000)
    assert rows["M5", "channel_roas", "channel=care_social"]["value"] == pytest.approx(50 * 100 / 1000, rel=0.02)
    caused = rows["M7", "channel_conversions", "channel=care_social"]
    assert caused["low"] < 40 < caused["high"]


def test_without_a_holdout_nothing_is_said_to_be_caused(tmp_path):
    own = study(tmp_path, with_arms=False)
    rows = channels.channel_rows(own, journeys(own))
    assert {row["metric_id"] for row in rows} == {"M5"}
    assert channels.lift_tests(own) == []


def test_without_an_order_there_are_no_returns(tmp_path):
    own = study_of(tmp_path)
    assert channels.channel_rows(own, journeys(own)) == []
