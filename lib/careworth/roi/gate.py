"""The gate before any ROI (METRICS.md P1): revenue connected, covered, matched, sound and reconciled, costs complete."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import polars as pl

from careworth.results import Row, share_estimate, value_row
from careworth.roi.months import months_without
from careworth.stats import UNKNOWN, Estimate

#: Days at either end of the campaign that may pass without an order before the export counts as too short.
COVERAGE_SLACK = timedelta(days=3)

#: A programme is paid for in people, process and technology; a ledger without one of them is not complete.
NEEDED_COSTS = ("people", "process", "technology")


class Check(NamedTuple):
    """One condition of the gate: what was measured, whether that is enough, and what to do when it is not."""

    name: str
    estimate: Estimate
    n: int
    passed: bool
    sentence: str


def check_gate(
    orders: pl.DataFrame,
    control_totals: pl.DataFrame,
    costs: pl.DataFrame,
    matched: tuple[int, int],
    brand: str,
    period: tuple[datetime, datetime],
    match_rate_min: float,
    control_tolerance: float,
    currency: str = "",
    definition: str = "",
) -> list[Check]:
    """All conditions of the gate for one brand and period; later ones are left out when no revenue is connected.

    Parameters
    ----------
    matched : pair of int
        Orders that could be joined to a touch, and all orders.
    period : pair of datetime
        First instant counted and first instant no longer counted.
    currency : str
        What the campaign counts in; the currency of the orders is not checked when it is left out.
    definition : str
        What the company itself calls return on investment, which the gate states; left out when it is empty.
    """
    own = orders.filter(brand=brand)
    if own.is_empty():
        return [_yes_no("connected", 0, False, f"no orders of {brand} are connected; connect the system that records its sales")]
    inside = own.filter(pl.col("ordered_at").is_between(*period, closed="left"))
    return [
        *([_yes_no("defined", 0, True, f"return on investment is what the company wrote: {definition}")] if definition else []),
        _yes_no("connected", own.height, True, "orders are connected"),
        _covered(own, brand, period),
        _matched(*matched, match_rate_min),
        *([_in_currency(inside, currency)] if currency else []),
        _refunds_possible(inside),
        _reconciled(own, control_totals, brand, period, control_tolerance),
        _costs_complete(costs),
    ]


def gate_reason(checks: list[Check]) -> str | None:
    """Why ROI cannot be measured, or None when every condition holds."""
    failed = [check.sentence for check in checks if not check.passed]
    return "; ".join(failed) or None


def gate_rows(checks: list[Check]) -> list[Row]:
    """P1: one row per condition with its number and its sentence, and one with slice `passed` that says 1 or 0."""
    units = {"match_rate": "share", "control_total": "share"}
    rows = []
    for check in checks:
        labels = {"n": check.n, "denominator": "orders" if check.n else "records", "reason": check.sentence}
        rows.append(value_row("P1", check.name, check.estimate, units.get(check.name, "yes/no"), **labels))
        rows.append(value_row("P1", check.name, float(check.passed), "yes/no", slice="passed", **labels))
    return rows


def _yes_no(name: str, n: int, passed: bool, sentence: str) -> Check:
    return Check(name, Estimate(float(passed), None, None), n, passed, sentence)


def _covered(own: pl.DataFrame, brand: str, period: tuple[datetime, datetime]) -> Check:
    first, last = own["ordered_at"].min(), own["ordered_at"].max()
    reaches = first <= period[0] + COVERAGE_SLACK and last >= period[1] - COVERAGE_SLACK
    days = own.select(first=_local_day(period), last=_local_day(period) + timedelta(days=1))
    start, end = _days_of(period)
    missing = months_without(days, start + COVERAGE_SLACK, end - COVERAGE_SLACK) if reaches else []
    found = f"orders reach from {first.date()} to {last.date()}"
    sentence = found if reaches else f"{found}, which does not cover the campaign; export the whole period"
    gap = f"no order of {brand} in {_months(missing)}; export the whole period"
    return _yes_no("period_covered", own.height, reaches and not missing, gap if missing else sentence)


def _local_day(period: tuple[datetime, datetime]) -> pl.Expr:
    """The day of an order on the clock of the period's zone."""
    return pl.col("ordered_at").dt.convert_time_zone(str(period[0].tzinfo)).dt.date()


def _days_of(period: tuple[datetime, datetime]) -> tuple[date, date]:
    return period[0].date(), period[1].date()


def _months(firsts: list[date]) -> str:
    return ", ".join(f"{first:%B %Y}" for first in firsts)


def _matched(matched: int, total: int, minimum: float) -> Check:
    estimate = share_estimate(matched, total)
    passed = estimate.value is not None and estimate.value >= minimum
    found = f"{matched:,} of {total:,} orders have a known touch before them"
    wanted = "connect touchpoints that name persons as the orders do"
    short = f"{found}, below the {100 * minimum:.0f} % that the gate asks for; {wanted}"
    return Check("match_rate", estimate, total, passed, found if passed else short)


def _in_currency(inside: pl.DataFrame, currency: str) -> Check:
    foreign = inside.filter(pl.col("currency") != currency)
    found = f"{foreign.height:,} orders are not in {currency}, {_first_ids(foreign)}; convert them before they are connected"
    sentence = found if foreign.height else f"all orders are in {currency}"
    return _yes_no("one_currency", inside.height, foreign.is_empty(), sentence)


def _refunds_possible(inside: pl.DataFrame) -> Check:
    wrong = inside.filter((pl.col("refund_minor") > pl.col("net_minor")) | (pl.col("refund_minor") < 0))
    found = f"{wrong.height:,} orders were refunded more than they brought, {_first_ids(wrong)}; correct their refunds"
    sentence = found if wrong.height else "no order was refunded more than it brought"
    return _yes_no("refunds_within_sales", inside.height, wrong.is_empty(), sentence)


def _first_ids(orders: pl.DataFrame) -> str:
    return f"such as {', '.join(orders['order_id'].sort().head(3))}"


def _reconciled(
    own: pl.DataFrame, totals: pl.DataFrame, brand: str, period: tuple[datetime, datetime], tolerance: float
) -> Check:
    start, end = _days_of(period)
    books = totals.filter((pl.col("brand") == brand) & (pl.col("period_start") < end) & (pl.col("period_end") > start))
    if books.is_empty():
        return _not_reconciled("no control total of the company's books is connected; connect control_totals")
    spans = books.select(first="period_start", last="period_end")
    if missing := months_without(spans, start, end):
        return _not_reconciled(f"no control total for {_months(missing)}; add what the books show")
    first, last = books["period_start"].min(), books["period_end"].max()
    inside = own.filter((_local_day(period) >= first) & (_local_day(period) < last))
    currencies = sorted({*books["currency"], *inside["currency"]})
    if len(currencies) > 1:
        return _not_reconciled(f"orders and books are in {' and '.join(currencies)}; give both in one currency")
    ours, theirs = int((inside["net_minor"] - inside["refund_minor"]).sum()), int(books["net_minor"].sum())
    gap = abs((ours - theirs) / theirs) if theirs else 1.0
    found = f"orders and books differ by {100 * gap:.1f} % from {first} to {last}"
    sentence = found if gap <= tolerance else f"{found}, more than {100 * tolerance:.0f} %; find the missing orders"
    return Check("control_total", Estimate(gap, None, None), inside.height, gap <= tolerance, sentence)


def _not_reconciled(sentence: str) -> Check:
    return Check("control_total", UNKNOWN, 0, False, sentence)


def _costs_complete(costs: pl.DataFrame) -> Check:
    found = costs["category"].unique().to_list()
    missing = [category for category in NEEDED_COSTS if category not in found]
    sentence = (
        f"costs of {', '.join(missing)} are missing; add their lines, or a line of zero" if missing else "cost lines are complete"
    )
    return _yes_no("costs_complete", costs.height, not missing, sentence)
