"""What a ledger's money is worth: totals, present values, ratios, internal rate and payback (METRICS.md M10)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from careworth.roi.cash_flow_rows import Values, flows_by_period
from careworth.roi.cash_flows import (
    discounted,
    falls_again,
    internal_rate,
    monthly_rate,
    payback,
    present_value,
    return_on,
    why_no_rate,
    yearly_rate,
)
from careworth.roi.ledger_file import Ledger
from careworth.roi.model import COST, GAIN, Model
from careworth.roi.sensitivity import times_used

#: What needs a discount rate.
DISCOUNTED = (
    "present_value_costs",
    "present_value_benefits",
    "net_present_value",
    "benefit_cost_ratio",
    "roi_present_value",
    "discounted_payback",
)
NO_RATE = "the ledger states no discount_rate"
NO_TIME = "all falls at the start, so no time passes"


def finance_of(ledger: Ledger, values: Values) -> dict[str, Any]:
    """Totals and financial figures of the mean flows; where one is unknown `reasons` says why.

    ROI and internal rate are ratios, the latter a year; paybacks are in the ledger's periods.
    """
    costs, gains = (side_flows(ledger, side, _expected(ledger.model, values)).mean(axis=0) for side in (COST, GAIN))
    net = gains - costs
    found = {
        "cash_flows": {"costs": costs.tolist(), "benefits": gains.tolist(), "net": net.tolist()},
        "total_costs": float(costs.sum()),
        "total_benefits": float(gains.sum()),
        "net_benefit": float(net.sum()),
        "roi": float(return_on(costs, gains)),
        **_discounted(costs, gains, period_rate(ledger)),
        "internal_rate_of_return": _internal_rate(ledger, net),
        "payback": payback(net) if ledger.periods else None,
    }
    return found | {"reasons": _reasons(ledger, net, found)}


def _expected(model: Model, values: Values) -> Values:
    """The inputs' means where they multiply to the lines' means, being independent; else the draws."""
    repeated = any(times_used(line, each.name) > 1 for line in model.lines for each in model.inputs)
    return values if model.correlations or repeated else model.means()


def side_flows(ledger: Ledger, side: str, values: Values) -> np.ndarray:
    """All costs or all gains: a row for each draw, a column for each period from time 0."""
    lines = sorted((line for line in ledger.model.lines if line.side == side), key=lambda line: line.name)
    return flows_by_period(lines, ledger.shares, values) if lines else np.zeros((1, ledger.periods + 1))


def period_rate(ledger: Ledger) -> float | None:
    """The ledger's discount rate for one of its periods; None if it states none."""
    yearly = ledger.file.discount_rate
    return yearly if yearly is None or ledger.file.period == "year" else monthly_rate(yearly)


def _discounted(costs: np.ndarray, gains: np.ndarray, rate: float | None) -> Mapping[str, float | None]:
    if rate is None:
        return dict.fromkeys(DISCOUNTED)
    cost, gain = float(present_value(costs, rate)), float(present_value(gains, rate))
    figures = (cost, gain, gain - cost, gain / cost, gain / cost - 1, payback(discounted(gains - costs, rate)))
    return dict(zip(DISCOUNTED, figures, strict=True))


def _internal_rate(ledger: Ledger, net: np.ndarray) -> float | None:
    found = internal_rate(net.tolist())
    return found if found is None or ledger.file.period == "year" else yearly_rate(found)


def _reasons(ledger: Ledger, net: np.ndarray, found: Mapping[str, Any]) -> dict[str, str]:
    rate = period_rate(ledger)
    reasons = dict.fromkeys(DISCOUNTED, NO_RATE) if rate is None else {}
    if not ledger.periods:
        return reasons | dict.fromkeys(("internal_rate_of_return", "payback"), NO_TIME)
    if why := why_no_rate(net.tolist()):
        reasons["internal_rate_of_return"] = why
    for name, flows in (("payback", net), ("discounted_payback", None if rate is None else discounted(net, rate))):
        if flows is not None and found[name] is None:
            reasons[name] = f"not reached within {ledger.periods} {ledger.file.period}s"
        elif flows is not None and falls_again(flows):
            reasons[name] = "the first time; the running sum falls below zero again later"
    return reasons
