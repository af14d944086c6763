"""The gate before any ROI (METRICS.md P1): revenue connected, covered, matched and reconciled, costs complete."""

from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from careworth.results import Row, share_estimate, value_row
from careworth.stats import Estimate

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
) -> list[Check]:
    """All conditions of the gate for one brand and period; later ones are left out when no revenue is connected.

    Parameters
    ----------
    matched : pair of int
        Orders that could be joined to a touch, and all orders.
    period : pair of datetime
        First instant counted and first instant no longer counted.
    """
    own = orders.filter(brand=brand)
    if own.is_empty():
        return [_yes_no("connected", 0, False, f"no orders of {brand} are connected; connect the system that records its sales")]
    connected = _yes_no("connected", own.height, True, "orders are connected")
    checks = [
        connected,
        _covered(own, period),
        _matched(*matched, match_rate_min),
        _reconciled(own, control_totals, brand, period, control_tolerance),
    ]
    return [*checks, _costs_complete(costs)]


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


def _covered(own: pl.DataFrame, period: tuple[datetime, datetime]) -> Check:
    first, last = own["ordered_at"].min(), own["ordered_at"].max()
    passed = first <= period[0] + COVERAGE_SLACK and last >= period[1] - COVERAGE_SLACK
    found = f"orders reach from {first.date()} to {last.date()}"
    return _yes_no(
        "period_covered",
        own.height,
        passed,
        found if passed else f"{found}, which does not cover the campaign; export the whole period",
    )


def _matched(matched: int, total: int, minimum: float) -> Check:
    estimate = share_estimate(matched, total)
    passed = estimate.value is not None and estimate.value >= minimum
    found = f"{matched:,} of {total:,} orders have a known touch before them"
    short = f"{found}, below the {100 * minimum:.0f} % that the gate asks for"
    return Check("match_rate", estimate, total, passed, found if passed else short)


def _reconciled(
    own: pl.DataFrame, totals: pl.DataFrame, brand: str, period: tuple[datetime, datetime], tolerance: float
) -> Check:
    start, end = period[0].date(), period[1].date()
    books = totals.filter((pl.col("brand") == brand) & (pl.col("period_start") < end) & (pl.col("period_end") > start))
    if books.is_empty():
        return Check(
            "control_total", Estimate(None, None, None), 0, False, "no control total of the company's books is connected"
        )
    first, last = books["period_start"].min(), books["period_end"].max()
    day = pl.col("ordered_at").dt.convert_time_zone(str(period[0].tzinfo)).dt.date()
    inside = own.filter((day >= first) & (day < last))
    ours, theirs = int((inside["net_minor"] - inside["refund_minor"]).sum()), int(books["net_minor"].sum())
    gap = abs(ours - theirs) / theirs if theirs else 1.0
    found = f"orders and books differ by {100 * gap:.1f} % from {first} to {last}"
    sentence = found if gap <= tolerance else f"{found}, more than {100 * tolerance:.0f} %; find the missing orders"
    return Check("control_total", Estimate(gap, None, None), inside.height, gap <= tolerance, sentence)


def _costs_complete(costs: pl.DataFrame) -> Check:
    found = costs["category"].unique().to_list()
    missing = [category for category in NEEDED_COSTS if category not in found]
    sentence = (
        f"costs of {', '.join(missing)} are missing; add their lines, or a line of zero" if missing else "cost lines are complete"
    )
    return _yes_no("costs_complete", costs.height, not missing, sentence)
