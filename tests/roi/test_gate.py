"""The gate to ROI: each condition by itself, what it says, and what would open it."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from careworth.roi.gate import Check, check_gate, gate_reason, gate_rows
from tests.studies import table

PERIOD = (datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
DAYS = ((3, 2), (4, 15), (5, 30))


def order(order_id: str, month: int = 3, day: int = 15, **other: object) -> dict:
    """An order of 100 euros of the brand North, none of it paid back."""
    usual = {"brand": "north", "net_minor": 10_000, "refund_minor": 0, "currency": "EUR"}
    return usual | {"order_id": order_id, "ordered_at": datetime(2025, month, day, tzinfo=UTC)} | other


def book(month: int, net: int = 10_000, **other: object) -> dict:
    """What the books show for a month."""
    span = {"period_start": date(2025, month, 1), "period_end": date(2025, month + 1, 1)}
    return {"brand": "north", "net_minor": net, "currency": "EUR"} | span | other


def costs(*categories: str) -> pl.DataFrame:
    """A cost line of each category."""
    usual = {"campaign_id": "c", "period_start": PERIOD[0].date(), "period_end": PERIOD[1].date(), "currency": "EUR"}
    return table("costs", *(usual | {"cost_id": name, "category": name, "amount_minor": 1} for name in categories))


SALES = [order(f"o{month}", month, day) for month, day in DAYS]
BOOKS = [book(month) for month, _ in DAYS]
COSTS = costs("people", "process", "technology")


def checks(sales=SALES, books=BOOKS, ledger=COSTS, matched=(9, 10), currency="EUR", definition="Gains less cost.") -> list[Check]:
    """The gate, everything else being in order."""
    orders, totals = table("orders", *sales), table("control_totals", *books)
    return check_gate(orders, totals, ledger, matched, "north", PERIOD, 0.6, 0.02, currency, definition)


def test_the_gate_opens_when_everything_is_in_order():
    found = checks()
    assert (gate_reason(found), [check.name for check in found]) == (
        None,
        ["defined", "connected", "period_covered", "match_rate", "one_currency", "refunds_within_sales", "control_total"]
        + ["costs_complete"],
    )


def test_the_gate_states_the_companys_own_definition():
    """METRICS.md R190: a run without it is refused already, by `Workspace`."""
    rows = [row for row in gate_rows(checks()) if row["variant"] == "defined"]
    assert {row["reason"] for row in rows} == {"return on investment is what the company wrote: Gains less cost."}
    assert {row["value"] for row in rows} == {1.0}
    assert "defined" not in {check.name for check in checks(definition="")}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"sales": []}, "no orders of north are connected; connect the system that records its sales"),
        (
            {"sales": SALES[:2], "books": [*BOOKS[:2], book(5, 0)]},
            "orders reach from 2025-03-02 to 2025-04-15, which does not cover the campaign; export the whole period",
        ),
        (
            {"sales": [SALES[0], SALES[2]], "books": [book(3), book(4, 0), book(5)]},
            "no order of north in April 2025; export the whole period",
        ),
        (
            {"matched": (5, 10)},
            "5 of 10 orders have a known touch before them, below the 60 % that the gate asks for; "
            "connect touchpoints that name persons as the orders do",
        ),
        ({"books": []}, "no control total of the company's books is connected; connect control_totals"),
        ({"books": [BOOKS[0], BOOKS[2]]}, "no control total for April 2025; add what the books show"),
        ({"books": [*BOOKS[:2], book(5, currency="USD")]}, "orders and books are in EUR and USD; give both in one currency"),
        (
            {"books": [*BOOKS[:2], book(5, 20_000)]},
            "orders and books differ by 25.0 % from 2025-03-01 to 2025-06-01, more than 2 %; find the missing orders",
        ),
        ({"ledger": costs("people", "media")}, "costs of process, technology are missing; add their lines, or a line of zero"),
    ],
)
def test_the_gate_closes_with_the_reason_and_what_would_open_it(fault, says):
    assert gate_reason(checks(**fault)) == says


def test_refunds_above_sales_close_the_gate_and_the_first_three_are_named():
    """Issue 8, bad input: four orders are paid back a cent more than they brought, one exactly what it brought."""
    wrong = [order(f"w{k}", refund_minor=10_001) for k in range(4)]
    right = order("r", refund_minor=10_000)
    found = checks([*SALES, *wrong[::-1], right], [book(3, 9_996), *BOOKS[1:]])
    assert gate_reason(found) == "4 orders were refunded more than they brought, such as w0, w1, w2; correct their refunds"


def test_a_refund_below_zero_is_no_refund():
    found = checks([*SALES, order("w", refund_minor=-1)], [book(3, 20_001), *BOOKS[1:]])
    assert gate_reason(found) == "1 orders were refunded more than they brought, such as w; correct their refunds"


def test_orders_in_another_currency_close_the_gate():
    """The campaign counts in euros; the books of that month are in both, so those two cannot be compared either."""
    found = checks([*SALES, order("d", currency="USD")])
    failed = {check.name: check.sentence for check in found if not check.passed}
    assert failed["one_currency"] == "1 orders are not in EUR, such as d; convert them before they are connected"
    assert set(failed) == {"one_currency", "control_total"}
    assert "one_currency" not in {check.name for check in checks(currency="")}


def test_orders_outside_of_the_campaign_are_not_judged():
    """The first instant counts and the end does not."""
    wrong = {"refund_minor": 20_000, "net_minor": 10_000}
    late, early = order("late", 6, 1, **wrong), order("early", 2, 28, **wrong)
    assert gate_reason(checks([*SALES, late, early])) is None
    first = order("first", 3, 1, **wrong)
    assert "such as first" in gate_reason(checks([*SALES, first], [book(3, 0), *BOOKS[1:]]))


def test_a_month_that_the_campaign_hardly_touches_needs_no_order():
    """From 30 March on: two days of March may pass without an order, as at either end (`COVERAGE_SLACK`)."""
    late = (PERIOD[0] + timedelta(days=29), PERIOD[1])
    own = table("orders", *[order("a", 4, 1), order("b", 5, 30)])
    (covered,) = [
        check
        for check in check_gate(own, table("control_totals"), COSTS, (9, 10), "north", late, 0.6, 0.02)
        if check.name == "period_covered"
    ]
    assert covered.passed


def test_books_below_zero_do_not_open_the_gate():
    """More was paid back than sold: 30,000 against -30,000 differ by 200 %."""
    failed = gate_reason(checks(books=[book(3, -10_000), book(4, -10_000), book(5, -10_000)]))
    assert failed.startswith("orders and books differ by 200.0 %")


def test_every_condition_has_its_number_and_whether_it_holds():
    rows = gate_rows(checks(matched=(5, 10)))
    passed = {row["variant"]: row["value"] for row in rows if row["slice"] == "passed"}
    assert [name for name, value in passed.items() if value != 1] == ["match_rate"]
    (rate,) = [row for row in rows if row["variant"] == "match_rate" and row["slice"] == "all"]
    assert (rate["value"], rate["n"], rate["unit"]) == (0.5, 10, "share")
