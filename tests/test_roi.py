"""The gate, the ledger and the range of ROI."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from careworth import roi
from careworth.errors import CareworthError
from careworth.goals import verdict
from careworth.results import pick, to_metric_values
from careworth.roi.ledger import Ledger, Line
from careworth.schemas import CONTROL_TOTALS, COSTS, EXPERIMENT_ARMS, ORDERS, UNIT_COSTS
from careworth.stats import Draws, Estimate

DRAWS = Draws(20_000, 7)
PERIOD = (datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))


def orders(*days: int, net: int = 10_000, refund: int = 0, margin: int = 4_000) -> pl.DataFrame:
    """One order of person p1, p2, ... on each of these days of March."""
    rows = [
        {
            "order_id": str(k),
            "person_key": f"p{k}",
            "ordered_at": datetime(2024, 3, day, tzinfo=UTC),
            "brand": "north",
            "net_minor": net,
            "refund_minor": refund,
            "margin_minor": margin,
            "currency": "EUR",
        }
        for k, day in enumerate(days, 1)
    ]
    return pl.DataFrame(rows, schema=ORDERS.columns)


def books(net: int) -> pl.DataFrame:
    """The company's own total for March."""
    row = {
        "brand": "north",
        "period_start": date(2024, 3, 1),
        "period_end": date(2024, 4, 1),
        "net_minor": net,
        "currency": "EUR",
    }
    return pl.DataFrame([row], schema=CONTROL_TOTALS.columns)


def costs(**lines: int | tuple[int, int, int]) -> pl.DataFrame:
    """One cost line per category, exact or as (low, amount, high)."""
    rows = []
    for category, amount in lines.items():
        low, likely, high = amount if isinstance(amount, tuple) else (None, amount, None)
        rows.append(
            {
                "cost_id": category,
                "campaign_id": "c",
                "period_start": PERIOD[0].date(),
                "period_end": PERIOD[1].date(),
                "category": category,
                "line": category,
                "amount_minor": likely,
                "low_minor": low,
                "high_minor": high,
                "currency": "EUR",
            }
        )
    return pl.DataFrame(rows, schema=COSTS.columns)


ALL_COSTS = costs(people=60_000, process=10_000, technology=30_000)


def gate(own=None, totals=None, ledger=ALL_COSTS, matched=(9, 10)) -> str | None:
    """The gate's reason, everything else being in order."""
    own = orders(1, 15, 30) if own is None else own
    totals = books(30_000) if totals is None else totals
    return roi.gate_reason(roi.check_gate(own, totals, ledger, matched, "north", PERIOD, 0.6, 0.02))


def test_the_gate_opens_when_everything_is_in_order():
    assert gate() is None


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"own": orders().clear()}, "no orders of north are connected"),
        ({"own": orders(1, 15)}, "does not cover the campaign"),
        ({"matched": (5, 10)}, "below the 60 %"),
        ({"totals": books(31_000)}, "differ by 3.2 %"),
        ({"totals": books(1).clear()}, "no control total"),
        ({"ledger": costs(people=1, technology=1)}, "costs of process are missing"),
    ],
)
def test_the_gate_closes_with_the_reason(fault, says):
    assert says in gate(**fault)


def test_a_condition_says_itself_whether_it_holds():
    """The words of its sentence decide nothing: without books there is no control total, and no 'below' or 'more than'."""
    checks = roi.check_gate(orders(1, 15, 30), books(1).clear(), ALL_COSTS, (9, 10), "north", PERIOD, 0.6, 0.02)
    passed = {row["variant"]: row["value"] for row in roi.gate_rows(checks) if row["slice"] == "passed"}
    holds = dict.fromkeys(("connected", "period_covered", "match_rate", "refunds_within_sales", "costs_complete"), 1)
    assert passed == holds | {"control_total": 0}


def test_categories_are_the_whole_cost_draw_by_draw():
    lines = costs(people=(50_000, 60_000, 80_000), process=10_000)
    parts = roi.cost_by_category(lines, DRAWS)
    assert np.allclose(sum(part.draws for part in parts.values()), roi.programme_cost(lines, DRAWS).draws)
    assert {name: part.grade for name, part in parts.items()} == {"people": "B", "process": "A"}


def test_exact_cost_lines_add_up():
    """By hand: 600 + 100 + 300 = 1,000."""
    cost = roi.programme_cost(ALL_COSTS, DRAWS)
    assert (cost.draws.min(), cost.draws.max(), cost.grade) == (1000, 1000, "A")


def test_an_estimated_cost_line_is_a_range():
    cost = roi.programme_cost(costs(people=(50_000, 60_000, 80_000)), DRAWS)
    assert 500 <= cost.draws.min() < cost.draws.max() <= 800
    assert cost.draws.mean() == pytest.approx((500 + 4 * 600 + 800) / 6, rel=0.005)


@pytest.mark.parametrize("line", [-5, (10, 5, 20), (30, 40, 35)])
def test_an_impossible_cost_line_is_refused_by_name(line):
    with pytest.raises(CareworthError, match="cost line people"):
        roi.programme_cost(costs(people=line), DRAWS)


def test_avoided_contacts_follow_the_chain():
    """METRICS.md F.5: 8,000 x .40 x .85 = 2,720, here with shares from large samples."""
    chain = roi.avoided_contacts(8_000, (40_000, 100_000), (15_000, 100_000), DRAWS)
    assert np.median(chain["contacts"]) == pytest.approx(2_720, rel=0.01)


def test_without_answers_no_contact_is_avoided_and_it_says_why():
    row = roi.contact_row(roi.avoided_contacts(8_000, (0, 0), (3, 10), DRAWS), 8_000)
    assert (row["value"], row["grade"]) == (None, "X")
    assert "no answered survey" in row["reason"]


def test_extra_margin_is_the_difference_of_arms_times_the_treated():
    """By hand: treated earn 40 and 40 (one half refunded: 20), control 0: (30 - 0) x 2 = 60."""
    arms = pl.DataFrame(
        [
            {"experiment_id": "e", "campaign_id": "c", "person_key": f"p{k}", "arm": arm, "assigned_at": PERIOD[0]}
            for k, arm in enumerate(["treatment", "treatment", "control", "control"], 1)
        ],
        schema=EXPERIMENT_ARMS.columns,
    )
    bought = pl.concat([orders(5), orders(6, 7, refund=5_000)[1:]])
    assert np.mean(roi.extra_margin(arms, bought, DRAWS).draws) == pytest.approx(60, abs=0.5)


def test_orders_before_a_person_was_assigned_do_not_count():
    arms = pl.DataFrame(
        [
            {
                "experiment_id": "e",
                "campaign_id": "c",
                "person_key": f"p{k}",
                "arm": arm,
                "assigned_at": datetime(2024, 3, 20, tzinfo=UTC),
            }
            for k, arm in enumerate(["treatment", "treatment", "control", "control"], 1)
        ],
        schema=EXPERIMENT_ARMS.columns,
    )
    assert np.ptp(roi.extra_margin(arms, orders(5), DRAWS).draws) == 0


def test_one_arm_alone_gives_no_extra_margin():
    arms = pl.DataFrame(
        [{"experiment_id": "e", "campaign_id": "c", "person_key": "p1", "arm": "treatment", "assigned_at": PERIOD[0]}],
        schema=EXPERIMENT_ARMS.columns,
    )
    assert roi.extra_margin(arms, orders(5), DRAWS) is None


def test_roi_by_hand():
    """Earned 125 for 100 spent: (125 - 100) / 100 = 0.25, in every draw."""
    hundred, earned = np.full(1_000, 100.0), np.full(1_000, 125.0)
    ledger = Ledger(
        Line("M1", "total", hundred, "A", 1, "cost lines", ""),
        [Line("M7", "incremental_margin", earned, "A", 1, "persons", "")],
        {},
    )
    table = to_metric_values(roi.roi_rows(ledger, "EUR"), "c", date(2024, 3, 1), date(2024, 4, 1))
    assert pick(table, "M9", "roi")["value"] == pytest.approx(0.25)
    assert pick(table, "M9", "probability_positive")["value"] == 1.0
    assert pick(table, "M9", "net_value")["value"] == pytest.approx(25)


def test_a_benefit_that_was_not_measured_has_no_line():
    ledger = roi.build_ledger(roi.programme_cost(ALL_COSTS, DRAWS), {}, None, None, 100)
    assert ledger.benefits == []


def test_the_cost_of_a_call_is_the_one_in_force_that_day():
    rows = [
        {
            "channel": "phone",
            "valid_from": date(2024, month, 1),
            "low_minor": cost,
            "likely_minor": cost,
            "high_minor": cost,
            "currency": "EUR",
            "source": "finance",
        }
        for month, cost in ((1, 700), (3, 900), (5, 1_100))
    ]
    stated = pl.DataFrame(rows, schema=UNIT_COSTS.columns)
    assert roi.call_cost(stated, date(2024, 4, 1), DRAWS)[0] == 9.0
    assert roi.call_cost(stated, date(2023, 12, 31), DRAWS) is None


def test_cost_per_resolution_by_hand():
    """1,000 for 250 resolved is 4 each."""
    rows = roi.unit_cost_rows(np.full(100, 1_000.0), "EUR", resolved=250, care=400, thanked=0, answered=300)
    assert rows[0]["value"] == 4.0
    assert rows[0]["low"] < 4.0 < rows[0]["high"]
    assert (rows[1]["value"], rows[1]["reason"]) == (None, "no thanked conversations")


@pytest.mark.parametrize(
    ("estimate", "target", "direction", "expected"),
    [
        (Estimate(0.20, 0.19, 0.21), 0.18, "up", "met"),
        (Estimate(0.20, 0.17, 0.23), 0.18, "up", "not yet distinguishable"),
        (Estimate(0.10, 0.08, 0.12), 0.18, "up", "not met"),
        (Estimate(22.0, 20.0, 24.0), 30.0, "down", "met"),
        (Estimate(22.0, 20.0, None), 30.0, "down", "not yet distinguishable"),
        (Estimate(120.0, None, None), 100.0, "up", "met"),
    ],
)
def test_a_goal_is_judged_by_the_whole_interval(estimate, target, direction, expected):
    assert verdict(estimate, target, direction) == expected
