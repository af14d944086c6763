"""A ledger's outcome as a text for people: one sentence, then tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from careworth.roi.ledger_finance import NO_RATE

FIGURES = (
    ("total_costs", "costs in total", "money"),
    ("total_benefits", "benefits in total", "money"),
    ("net_benefit", "net benefit", "money"),
    ("roi", "ROI, not discounted", "percent"),
    ("present_value_costs", "present value of costs", "money"),
    ("present_value_benefits", "present value of benefits", "money"),
    ("net_present_value", "net present value", "money"),
    ("roi_present_value", "ROI on present values", "percent"),
    ("benefit_cost_ratio", "benefit-cost ratio", "ratio"),
    ("internal_rate_of_return", "internal rate of return, a year", "percent"),
    ("payback", "payback", "periods"),
    ("discounted_payback", "discounted payback", "periods"),
)

CHANCES = (
    ("probability_positive", "chance that ROI is above 0"),
    ("probability_above_hurdle", "chance that ROI is above the hurdle"),
    ("ratio_of_means", "ROI of mean benefits and mean costs"),
    ("risk_adjusted", "ROI, risk-adjusted (to compare only)"),
)

#: Head of the column of break-even values.
ZERO = "ROI is 0 at"

#: What a text says of timing, so that figures can be compared with those of others.
CONVENTION = "The first amount falls at the start, the others at the end of each {period}; ROI is (benefits - costs) / costs."


def text_of(found: Mapping[str, Any]) -> str:
    """The whole text; `found` is what `careworth roi --json` prints."""
    blocks = [[_sentence(found)], _lines(found), _figures(found), _sure(found), _inputs(found)]
    return "\n\n".join("\n".join(block) for block in [*blocks, [CONVENTION.format(**found)]] if block)


def _sentence(found: Mapping[str, Any]) -> str:
    known = found["uncertainty"]
    if known is None:
        return f"ROI {found['roi']:+.0%} in {found['currency']}, every amount taken as stated; {_grades(found)}."
    chance = f"{known['probability_positive']:.0%} of the simulated outcomes pay for themselves"
    nine_in_ten = f"nine in ten from {known['low']:+.0%} to {known['high']:+.0%}"
    return f"ROI {known['median']:+.0%} ({nine_in_ten}); {chance}; {_grades(found)}."


def _grades(found: Mapping[str, Any]) -> str:
    assumed = [line["grade"] == "C" for line in found["lines"] if line["side"] == "gain"]
    if not any(assumed):
        return "no benefit rests on an assumption"
    known = found["uncertainty"] and found["uncertainty"]["without_assumptions"]
    apart = f"; without them {known['median']:+.0%}" if known else ""
    return f"{'all' if all(assumed) else 'some'} benefits rest on assumptions (grade C){apart}"


def _lines(found: Mapping[str, Any]) -> list[str]:
    head = ["line", "side", "grade", "low", "likely", "high"]
    return _table(head, [[line[name] for name in ("name", *head[1:])] for line in found["lines"]])


def _figures(found: Mapping[str, Any]) -> list[str]:
    reasons = found["reasons"]
    known = [each for each in FIGURES if reasons.get(each[0]) != NO_RATE]
    lines = [_figure(words, _shown(found[name], form, found), reasons.get(name)) for name, words, form in known]
    return lines if len(known) == len(FIGURES) else [*lines, _figure("present values", "unknown", NO_RATE)]


def _figure(words: str, value: str, reason: str | None = None) -> str:
    return f"{words:>40}  {value}" + (f"  ({reason})" if reason else "")


def _shown(value: float | None, form: str, found: Mapping[str, Any]) -> str:
    if value is None:
        return "unknown"
    if form == "money":
        return f"{value:,.2f} {found['currency']}"
    if form == "periods":
        return f"{value:.2f} {found['period']}s"
    return f"{value:+.2%}" if form == "percent" else f"{value:.4f}"


def _sure(found: Mapping[str, Any]) -> list[str]:
    known = found["uncertainty"]
    if known is None:
        return []
    chances = [_figure(words, f"{known[name]:+.1%}".removeprefix("+")) for name, words in CHANCES]
    drawn = f"{found['draws']:,} draws, seed {found['seed']}: the median is known to {known['simulation_error']:.2%}"
    return [*chances, _figure("simulated", drawn)]


def _inputs(found: Mapping[str, Any]) -> list[str]:
    known, zeros = found["uncertainty"], found["break_even"]
    if known is None:
        return _table(["input", "expected", ZERO], [[each[name] for name in ("input", "expected", "value")] for each in zeros])
    zero = {each["input"]: each["value"] for each in zeros}
    worth = {each["input"]: each["value"] for each in known["value_of_information"]["inputs"]}
    share = {name: each["total_order"] for each in known["sobol"] for name in each["inputs"]}
    rows = [
        [each["input"], f"{each['low']:+.0%}", f"{each['high']:+.0%}", f"{share[each['input']]:.0%}"] for each in known["tornado"]
    ]
    head = ["input", "ROI from", "to", "share of spread", ZERO, f"worth knowing, {found['currency']}"]
    return _table(head, [[*row, zero[row[0]], worth[row[0]]] for row in rows])


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    if not rows:
        return []
    cells = [list(head), *([_cell(part) for part in row] for row in rows)]
    first, *others = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]) for row in cells]


def _cell(part: Any) -> str:
    if part is None:
        return "none"
    return f"{part:,.2f}" if isinstance(part, float) else str(part)
