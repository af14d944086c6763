"""The return when an assumption is another one: in Python what the reader's browser computes, draw by draw."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from careworth.report.what_if import BITS, DRAWS, PLACES, Plain
from careworth.roi.model import COST, GAIN, REST

MIDDLE = PLACES // 2

Draws = dict[str, np.ndarray]


class Outcome(NamedTuple):
    """The return as shown: its middle, the ends of nine outcomes in ten, and the share that earned more than they cost."""

    median: float
    low: float
    high: float
    chance: float


def analyst_draws(plain: Plain) -> Draws:
    """`DRAWS` values of each input as the analyst has it."""
    free = [each for each in plain["inputs"] if each["quantiles"]]
    own = {each["name"]: _places(each["directions"], plain["shares"]) for each in free}
    places = {each["name"]: _together(own, each.get("mix", {each["name"]: 1.0})) for each in free}
    drawn = {each["name"]: np.interp(places[each["name"]], np.arange(PLACES), each["quantiles"]) for each in free}
    return {each["name"]: drawn.get(each["name"], np.full(DRAWS, each["mean"])) for each in plain["inputs"]}


def _places(directions: list[int], shares: list[float]) -> np.ndarray:
    digits = np.arange(DRAWS)[:, None] >> np.arange(BITS) & 1
    points = np.bitwise_xor.reduce(np.where(digits, directions, 0), axis=1)
    return np.interp((points + 0.5) / DRAWS, shares, np.linspace(0, PLACES - 1, len(shares)))


def _together(places: Draws, mix: Mapping[str, float]) -> np.ndarray:
    # Places lie evenly in standard deviations, so a sum of them is a sum of normal scores.
    moved = sum((weight * (places[name] - MIDDLE) for name, weight in mix.items()), np.zeros(DRAWS))
    return np.clip(MIDDLE + moved, 0, PLACES - 1)


def returns(plain: Plain, draws: Draws, chosen: Mapping[str, float], with_assumptions: bool = False) -> np.ndarray:
    """ROI per draw when the mean of each input in `chosen` is moved to that value, its spread kept; nan where nothing is spent.

    Parameters
    ----------
    with_assumptions : bool
        Whether the gains of grade C count, which are the company's own assumptions.
    """
    values = {each["name"]: _moved(each, draws[each["name"]], chosen) for each in plain["inputs"]}
    sums = {COST: np.zeros(DRAWS), GAIN: np.zeros(DRAWS)}
    for line in plain["lines"]:
        if line["side"] == COST or with_assumptions or line["grade"] != "C":
            sums[line["side"]] += _amount(line["factors"], values)
    is_spent = sums[COST] > 0
    return np.where(is_spent, sums[GAIN] / np.where(is_spent, sums[COST], 1) - 1, np.nan)


def _moved(each: Plain, drawn: np.ndarray, chosen: Mapping[str, float]) -> np.ndarray:
    if each["name"] not in chosen:
        return drawn
    return np.clip(drawn + (chosen[each["name"]] - each["mean"]), each["least"], each["most"])


def _amount(factors: list[str], values: Draws) -> np.ndarray:
    return np.prod([1 - values[name.removeprefix(REST)] if name.startswith(REST) else values[name] for name in factors], axis=0)


def outcome(plain: Plain, draws: Draws, chosen: Mapping[str, float], with_assumptions: bool = False) -> Outcome | None:
    """The report's own result, moved as far as the draws move; None when a draw would cost nothing.

    With nothing chosen it is the report's result itself, to the last digit: the draws tell only what a choice changes.
    """
    told = Outcome(**plain["results"]["assumed" if with_assumptions else "measured"])
    before, after = (_summary(returns(plain, draws, each, with_assumptions)) for each in ({}, chosen))
    moved = Outcome(*(now + (then - old) for now, then, old in zip(told, after, before, strict=True)))
    return None if np.isnan(moved.median) else moved._replace(chance=min(max(moved.chance, 0.0), 1.0))


def _summary(roi: np.ndarray) -> Outcome:
    low, median, high = np.quantile(roi, [0.05, 0.5, 0.95])
    return Outcome(float(median), float(low), float(high), float((roi > 0).mean()))
