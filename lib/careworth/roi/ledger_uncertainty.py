"""How sure a ledger's return is, what moves it, and what to measure next (METRICS.md M9, M11, M12, C.10)."""

from typing import Any

import numpy as np

from careworth.errors import CareworthError
from careworth.roi.cash_flow_rows import Values
from careworth.roi.cash_flows import present_value
from careworth.roi.information import worth_deciding, worth_knowing
from careworth.roi.ledger_file import Ledger
from careworth.roi.ledger_finance import finance_of, period_rate, side_flows
from careworth.roi.ledger_schema import BenefitLine, LedgerLine
from careworth.roi.model import COST, GAIN, Model, amount, return_on_cost
from careworth.roi.outcomes import has_gains, middle_and_range, net_value, require_cost
from careworth.roi.risk_adjustment import Range, middle_range, risk_adjusted_return
from careworth.roi.sampling import draw_inputs, simulation_error, uncertain
from careworth.roi.sensitivity import break_even, swings, used
from careworth.roi.sobol import return_indices

#: Draws of each of the two samples that Sobol indices are made of; more tell nothing further.
MOST_CROSSED = 8_192


def draw_ledger(ledger: Ledger) -> Values:
    """Draws of every input, or their values where all are known exactly.

    Raises
    ------
    CareworthError
        If a cost comes out below zero, or all of them at nothing, in an outcome.
    """
    if not uncertain(ledger.model):
        return ledger.model.means()
    drawn = draw_inputs(ledger.model, ledger.file.draws, ledger.file.seed)
    for line in ledger.model.lines:
        if line.side == COST and (least := float(amount(line, drawn).min())) < 0:
            raise CareworthError(f"cost {line.name!r}: comes to {least:,.2f} in an outcome; give ranges that stay above 0")
    require_cost(ledger.model, drawn)
    return drawn


def lines_of(ledger: Ledger, values: Values) -> list[dict[str, Any]]:
    """One mapping for each line of the file: what it is, how well it is known, and its low, likely and high value.

    They are as stated where the line states amounts, else the 5th, 50th and 95th percentile of the draws.
    """
    return [_told(ledger, line, values) for line in ledger.lines]


def uncertainty_of(ledger: Ledger, values: Values) -> dict[str, Any] | None:
    """The distribution of the undiscounted ROI and what moves it; None where everything is known exactly."""
    model = ledger.model
    if not uncertain(model):
        return None
    roi = return_on_cost(model, values)
    ranges = [(line["side"], (line["low"], line["likely"], line["high"])) for line in lines_of(ledger, values)]
    return {
        **_middle(roi),
        "probability_positive": float((roi > 0).mean()),
        "probability_above_hurdle": float((roi > ledger.file.hurdle).mean()),
        "ratio_of_means": finance_of(ledger, values)["roi"],
        "simulation_error": simulation_error(np.median, roi),
        "net_value": _middle(net_value(model, values)),
        "net_present_value": _present(ledger, values),
        "without_assumptions": _without_assumptions(model, values),
        "risk_adjusted": risk_adjusted_return(*([each for side, each in ranges if side == of] for of in (COST, GAIN))),
        "tornado": _tornado(model),
        "sobol": _sobol(ledger),
        "value_of_information": _worth(model, values),
    }


def break_even_of(ledger: Ledger) -> list[dict[str, Any]]:
    """By input: the value at which the return is zero, the others at their means; amounts that are known are left out."""
    asked = [each for each in used(ledger.model) if each.name in ledger.file.inputs or each in uncertain(ledger.model)]
    return [
        {
            "input": each.name,
            "unit": each.unit,
            "expected": float(each.distribution.mean),
            "value": break_even(ledger.model, each),
        }
        for each in asked
    ]


def _told(ledger: Ledger, line: LedgerLine, values: Values) -> dict[str, Any]:
    parts = [each for each in ledger.model.lines if each.name in ledger.parts[line.name]]
    low, likely, high = _stated(ledger, line) if line.product is None else middle_range(amount(parts[0], values))
    is_gain = isinstance(line, BenefitLine)
    return {
        "name": line.name,
        "side": GAIN if is_gain else COST,
        "kind": line.kind if isinstance(line, BenefitLine) else None,
        "cashable": line.cashable if isinstance(line, BenefitLine) else None,
        "grade": max(map(ledger.model.grade, parts), default=line.grade or "C"),
        "source": line.source,
        "low": low,
        "likely": likely,
        "high": high,
    }


def _stated(ledger: Ledger, line: LedgerLine) -> Range:
    rate = ledger.file.rates[line.currency].value if line.currency not in (None, ledger.file.currency) else 1.0
    amounts = [each if isinstance(each, list) else [each] * 3 for each in line.amounts or []]
    low, likely, high = (rate * np.array(amounts, dtype=float).sum(axis=0)).tolist()
    return low, likely, high


def _middle(values: np.ndarray) -> dict[str, float | None]:
    found = middle_and_range(values)
    return {"median": found.value, "low": found.low, "high": found.high}


def _present(ledger: Ledger, values: Values) -> dict[str, float | None] | None:
    rate = period_rate(ledger)
    if rate is None:
        return None
    return _middle(present_value(side_flows(ledger, GAIN, values) - side_flows(ledger, COST, values), rate))


def _without_assumptions(model: Model, values: Values) -> dict[str, float | None] | None:
    measured = model.without("C")
    return _middle(return_on_cost(measured, values)) if has_gains(measured) and measured.lines != model.lines else None


def _tornado(model: Model) -> list[dict[str, Any]]:
    ends = [(name, *sorted(pair)) for name, pair in swings(model).items()]
    widest = sorted(ends, key=lambda each: (each[1] - each[2], each[0]))
    return [{"input": name, "swing": high - low, "low": low, "high": high} for name, low, high in widest]


def _sobol(ledger: Ledger) -> list[dict[str, Any]]:
    found = return_indices(ledger.model, min(ledger.file.draws, MOST_CROSSED), ledger.file.seed)
    largest = sorted(found.items(), key=lambda item: (-item[1].total, item[0]))
    return [{"inputs": list(group), "first_order": each.first, "total_order": each.total} for group, each in largest]


def _worth(model: Model, values: Values) -> dict[str, Any]:
    found = sorted(worth_knowing(model, values).items(), key=lambda item: (-item[1], item[0]))
    by_input = [{"input": name, "value": value} for name, value in found]
    return {"everything": worth_deciding(net_value(model, values)), "inputs": by_input}
