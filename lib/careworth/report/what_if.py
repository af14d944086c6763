"""The return as plain values for JSON, so that a reader's browser works it out anew for other assumptions."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special
from scipy.stats import qmc

from careworth.files import write_bytes
from careworth.roi.distributions import Fixed
from careworth.roi.model import Correlation, Input, Line, Model, return_on_cost
from careworth.roi.outcomes import headline, middle_and_range
from careworth.roi.sensitivity import swings
from careworth.suppression import is_small

#: Outcomes in the reader's browser: two to the power of `BITS`.
BITS = 12
DRAWS = 2**BITS

#: An input's quantiles are handed over at so many places, evenly apart in standard deviations of a normal quantity,
#: and the shares that lie below at four times as many, since they bend more.
PLACES, REACH = 33, 4
SHARES = special.ndtr(np.linspace(-REACH, REACH, 4 * (PLACES - 1) + 1))

#: From one end of a slider to the other in about so many steps.
STEPS = 40

#: What JSON can hold, by name.
Plain = dict[str, Any]


def what_if_model(model: Model, draws: Mapping[str, np.ndarray], currency: str) -> Plain:
    """The model as plain values for JSON, numbers to six digits; whom a line counts is not in it.

    Its inputs come in the order in which they move the return (METRICS.md M11), each with its quantiles, the
    `directions` of its Sobol points and, where it is correlated, its `mix`: how much of whose points is in it.

    Parameters
    ----------
    draws : mapping
        The values of every input from which the results of the report (M9) were computed.
    """
    ends = swings(headline(model))
    widths = {each.name: abs(np.subtract(*ends.get(each.name, (0.0, 0.0)))) for each in model.inputs}
    inputs = sorted(model.inputs, key=lambda each: (-widths[each.name], each.name))
    drawn = _drawn(model, inputs)
    return {
        "currency": currency,
        "results": {"measured": _result(model.without("C"), draws), "assumed": _result(model, draws)},
        "shares": [_short(share) for share in SHARES],
        "inputs": [_input(each, widths[each.name]) | drawn.get(each.name, {}) for each in inputs],
        "lines": [_line(line, model.grade(line)) for line in sorted(model.lines, key=lambda line: line.name)],
        "correlations": [_pair(pair) for pair in model.correlations],
    }


def write_model(folder: Path, model: Plain, smallest_group: int) -> Path:
    """The file of the model in `folder`, for the page that is made there; empty where there is no return.

    It is empty too where an input rests on fewer than `smallest_group` people: their mean would be in the page.
    """
    shown = {} if is_small(model.get("inputs", []), smallest_group) else model
    return write_bytes(folder / "model.json", json.dumps(shown, indent=1, sort_keys=True).encode())


def read_model(folder: Path) -> Plain | None:
    """The model that a notebook left in `folder`; None where there is no return."""
    return json.loads((folder / "model.json").read_text(encoding="utf-8")) or None


def _line(line: Line, grade: str) -> Plain:
    return {"name": line.name, "side": line.side, "factors": list(line.factors), "grade": grade}


def _pair(pair: Correlation) -> Plain:
    return {"first": pair.first, "second": pair.second, "value": pair.value, "reason": pair.reason}


def _result(model: Model, draws: Mapping[str, np.ndarray]) -> Plain:
    roi = return_on_cost(model, draws)
    middle = middle_and_range(roi)
    result = {"median": middle.value, "low": middle.low, "high": middle.high, "chance": (roi > 0).mean()}
    return {name: _short(value) for name, value in result.items()}


def _input(each: Input, swing: float) -> Plain:
    quantiles = each.distribution.quantiles(SHARES[::4])
    low, often_low, often_high, high = each.distribution.quantiles(np.array([0.01, 0.05, 0.95, 0.99]))
    return {
        "name": each.name,
        "unit": each.unit,
        "mean": _short(each.distribution.mean),
        "low": _short(low),
        "high": _short(high),
        "often": [_short(often_low), _short(often_high)],
        # What cannot be below nothing, or more than all, is not moved there either.
        "least": 0 if quantiles[0] >= 0 else None,
        "most": 1 if each.unit == "share" and quantiles[-1] <= 1 else None,
        "grade": each.grade,
        "source": each.source,
        "n": each.n,
        "denominator": each.denominator,
        "swing": _short(swing),
        **_steps(low, high, each),
        "quantiles": [] if isinstance(each.distribution, Fixed) else [_short(value) for value in quantiles],
    }


def _drawn(model: Model, inputs: list[Input]) -> dict[str, Plain]:
    """For each input that is not known what its draws are made of."""
    free = [each.name for each in inputs if not isinstance(each.distribution, Fixed)]
    mixes = _mixes(model, free)
    return {name: {"directions": own} | mixes.get(name, {}) for name, own in zip(free, _directions(len(free)), strict=True)}


def _directions(dimensions: int) -> list[list[int]]:
    """For each dimension the numbers whose exclusive sums are the first points of a Sobol sequence, as parts of `DRAWS`."""
    if not dimensions:
        return []
    points = qmc.Sobol(dimensions, scramble=False).random(DRAWS)
    # Each point is an exclusive sum of points at powers of two.
    return (points[2 ** np.arange(BITS)] * DRAWS).astype(int).T.tolist()


def _mixes(model: Model, names: list[str]) -> dict[str, Plain]:
    pairs = [pair for pair in model.correlations if {pair.first, pair.second} <= set(names)]
    matrix, tied = np.eye(len(names)), {name for pair in pairs for name in (pair.first, pair.second)}
    for pair in pairs:
        first, second = names.index(pair.first), names.index(pair.second)
        # A normal pair of this correlation has the declared rank correlation.
        matrix[first, second] = matrix[second, first] = 2 * np.sin(np.pi * pair.value / 6)
    rows = zip(names, np.linalg.cholesky(matrix), strict=True)
    return {name: {"mix": {names[at]: _short(row[at]) for at in np.flatnonzero(row)}} for name, row in rows if name in tied}


def _short(number: float) -> float:
    return float(f"{number:.6g}")


def _steps(low: float, high: float, each: Input) -> Plain:
    """The step of the input's slider, and with how many decimals its values tell one step from the next."""
    if low == high:
        return {"step": None, "digits": 0 if low == round(low) or abs(low) >= 100 else 2}
    step = round_step((high - low) / STEPS)
    shown = 100 * step if each.unit == "share" else step
    decimals = max(0, -int(np.floor(np.log10(shown))))
    return {"step": step, "digits": max(decimals, 2) if decimals and is_money(each.unit) else decimals}


def round_step(rough: float) -> float:
    """The next step from `rough` on that is 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> round_step(0.0053), round_step(260), round_step(5)
    (0.01, 500.0, 5.0)
    """
    power = 10.0 ** np.floor(np.log10(rough))
    return _short(next(each for each in (1, 2, 5, 10) if each * power >= rough) * power)


def is_money(unit: str) -> bool:
    """Whether it is an amount in a currency, or one per something."""
    return unit.split(" ")[0].isupper()
