"""A campaign's money by month, and what it is worth today: M10 of a return's model (METRICS.md M10)."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from careworth.results import Row, value_row
from careworth.roi.cash_flows import (
    benefit_cost_ratio,
    discounted,
    falls_again,
    internal_rate,
    monthly_rate,
    payback,
    present_value,
    why_no_rate,
    yearly_rate,
)
from careworth.roi.model import COST, GAIN, Line, Model, amount
from careworth.stats import UNKNOWN, Estimate

Values = Mapping[str, np.ndarray | float]

#: What every row of M10 says of its timing.
CONVENTION = "a month's costs and gains at its end, what is one-off at the start"
DRAWS = "simulated outcomes"
LINES = "lines of costs and gains"

#: M10 that sets gains against costs; the cash flow itself is there without either.
FIGURES = (
    "net_present_value",
    "benefit_cost_ratio",
    "roi_present_value",
    "internal_rate_of_return",
    "payback_months",
    "discounted_payback_months",
)
UNITS = {
    "benefit_cost_ratio": "gains/cost",
    "payback_months": "months",
    "discounted_payback_months": "months",
}


def cash_flow_rows(model: Model, values: Values, start: date, discount_rate: float | None) -> list[Row]:
    """M10: the net flow of each month, net present value, ratios, internal rate and payback.

    Each value is that of the mean flows; the range holds nine in ten of the draws where `values` are draws.

    Parameters
    ----------
    values : mapping
        The inputs of the model: arrays of draws, or their means.
    start : date
        First day of the campaign; what falls before it counts at time 0.
    discount_rate : float, optional
        A year, as a ratio: 0.1 is 10 %. Without it what needs one is unknown.
    """
    currency = next((line.currency for line in model.lines), "currency")
    if reason := _nothing_to_compare(model):
        return [value_row("M10", name, None, _unit(name, currency), reason=reason) for name in FIGURES]
    shares = monthly_shares(model.lines, start)
    costs, gains = (flows_by_period(_of(model, side), shares, values) for side in (COST, GAIN))
    labels = _labels(model, costs)
    figures = [_figure_row(name, known, why, currency, labels) for name, (known, why) in _figures(costs, gains, discount_rate)]
    return [*figures, *_month_rows(gains - costs, start, currency, labels)]


def monthly_shares(lines: Sequence[Line], start: date) -> dict[str, np.ndarray]:
    """The share of each line, by its name, at time 0 and at the end of each month from `start` on."""
    late = {line.name: 12 * (line.start.year - start.year) + line.start.month - start.month for line in lines}
    length = 1 + max([0, *(late[line.name] + len(line.months) for line in lines)])
    shares = {line.name: np.zeros(length) for line in lines}
    for line in lines:
        months = line.months or (1.0,)
        first = late[line.name] + bool(line.months)
        np.add.at(shares[line.name], np.maximum(0, first + np.arange(len(months))), months)
    return shares


def flows_by_period(lines: Sequence[Line], shares: Mapping[str, np.ndarray], values: Values) -> np.ndarray:
    """What the lines come to together, a row for each draw (one row for means), a column for each period from time 0."""
    amounts = np.broadcast_arrays(*(np.atleast_1d(amount(line, values)) for line in lines))
    return np.column_stack(amounts) @ np.array([shares[line.name] for line in lines])


def _of(model: Model, side: str) -> list[Line]:
    return sorted((line for line in model.lines if line.side == side), key=lambda line: line.name)


def _nothing_to_compare(model: Model) -> str | None:
    missing = [words for side, words in ((COST, "cost"), (GAIN, "gain")) if not _of(model, side)]
    return f"no {' and no '.join(missing)} of this campaign is known" if missing else None


def _unit(name: str, currency: str) -> str:
    return currency if name == "net_present_value" else UNITS.get(name, "ratio")


def _labels(model: Model, flows: np.ndarray) -> dict[str, object]:
    grade = max(model.grade(line) for line in model.lines)
    is_drawn = len(flows) > 1
    return {"n": len(flows) if is_drawn else len(model.lines), "denominator": DRAWS if is_drawn else LINES, "grade": grade}


def _figures(costs: np.ndarray, gains: np.ndarray, yearly: float | None) -> list[tuple[str, tuple[Estimate, str]]]:
    net = (gains - costs).mean(axis=0)
    known = {"internal_rate_of_return": _internal(net), "payback_months": _paid_back(net, CONVENTION)}
    if yearly is None:
        worth = dict.fromkeys(FIGURES, (UNKNOWN, "no discount rate is stated"))
    else:
        worth = _worth(costs, gains, monthly_rate(yearly), f"{CONVENTION}; {yearly:.3g} a year")
    return [(name, (worth | known)[name]) for name in FIGURES]


def _worth(costs: np.ndarray, gains: np.ndarray, rate: float, words: str) -> dict[str, tuple[Estimate, str]]:
    net = discounted((gains - costs).mean(axis=0), rate)
    found = {
        "net_present_value": (_ranged(float(net.sum()), present_value(gains - costs, rate)), words),
        "discounted_payback_months": _paid_back(net, words),
    }
    if (present_value(costs, rate) <= 0).any():
        return found | dict.fromkeys(("benefit_cost_ratio", "roi_present_value"), (UNKNOWN, "costs may come to nothing"))
    ratios = benefit_cost_ratio(costs, gains, rate)
    of_means = float(benefit_cost_ratio(costs.mean(axis=0), gains.mean(axis=0), rate))
    return found | {
        "benefit_cost_ratio": (_ranged(of_means, ratios), words),
        "roi_present_value": (_ranged(of_means - 1, ratios - 1), words),
    }


def _ranged(mean: float, draws: np.ndarray) -> Estimate:
    if len(draws) == 1 or np.ptp(draws) == 0:
        return Estimate(mean, None, None)
    low, high = np.quantile(draws, [0.05, 0.95])
    return Estimate(mean, float(low), float(high))


def _internal(net: np.ndarray) -> tuple[Estimate, str]:
    monthly = internal_rate(net.tolist())
    if monthly is None:
        return UNKNOWN, why_no_rate(net.tolist()) or ""
    return Estimate(yearly_rate(monthly), None, None), f"of the mean flows, a year; {CONVENTION}"


def _paid_back(net: np.ndarray, words: str) -> tuple[Estimate, str]:
    months = payback(net)
    if months is None:
        return UNKNOWN, f"not reached within {len(net) - 1} months"
    lost = "; the running sum falls below zero again later" if falls_again(net) else ""
    return Estimate(months, None, None), f"of the mean flows; {words}{lost}"


def _figure_row(name: str, known: Estimate, why: str, currency: str, labels: dict) -> Row:
    return value_row("M10", name, known, _unit(name, currency), reason=why, **labels)


def _month_rows(net: np.ndarray, start: date, currency: str, labels: dict) -> list[Row]:
    slices = ["at=start", *(f"month={_month(start, later)}" for later in range(net.shape[1] - 1))]
    return [
        value_row("M10", "cash_flow", _ranged(float(flows.mean()), flows), currency, slice=slice, reason=CONVENTION, **labels)
        for slice, flows in zip(slices, net.T, strict=True)
        if slice != "at=start" or flows.any()
    ]


def _month(start: date, later: int) -> str:
    months = start.year * 12 + start.month - 1 + later
    return f"{months // 12}-{months % 12 + 1:02d}"
