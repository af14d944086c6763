"""ROI as a distribution: its middle and range, the chance that it is above 0, and the net value (METRICS.md M9, C.10)."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy import special

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.roi.model import COST, GAIN, Model, amount, return_on_cost, total
from careworth.roi.sampling import SCRAMBLINGS, simulation_error
from careworth.stats import Estimate

DRAWS = "simulated outcomes"

NOTHING_MEASURED = "no gain was measured: a return needs one that does not rest on an assumption"

#: Standard errors to each side that hold nine in ten, where the error is known from so many scramblings.
NINE_IN_TEN = float(special.stdtrit(SCRAMBLINGS - 1, 0.95))


def return_rows(model: Model, draws: Mapping[str, np.ndarray], currency: str, hurdle: float = 0.0) -> list[Row]:
    """M9 of the gains that do not rest on an assumption, then with all gains, and of cash alone.

    Parameters
    ----------
    draws : mapping
        Values of every input, as `draw_inputs` gives them.
    hurdle : float
        The return that the company asks for, as a ratio.

    Raises
    ------
    CareworthError
        If the programme cost is zero or less in an outcome.
    """
    require_cost(model, draws)
    measured = model.without("C")
    rows = _headline_rows(measured, draws, currency, hurdle) if has_gains(measured) else [_nothing_measured("roi")]
    if measured.lines != model.lines:
        rows.append(_range_row("roi_with_assumptions", model, draws))
    return [*rows, _cashable_row(measured, draws)]


def has_gains(model: Model) -> bool:
    """Whether the model has a gain at all."""
    return any(line.side == GAIN for line in model.lines)


def headline(model: Model) -> Model:
    """The model without gains that rest on an assumption; the whole where there are no others."""
    measured = model.without("C")
    return measured if has_gains(measured) else model


def worst_grade(model: Model) -> str:
    """The grade of the line that is known least."""
    return max(map(model.grade, model.lines), default="A")


def net_value(model: Model, values: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """Gains less cost, for the given values of the inputs."""
    return total(model, GAIN, values) - total(model, COST, values)


def middle_and_range(values: np.ndarray) -> Estimate:
    """Median of the outcomes with the range from the 5th to the 95th percentile."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return Estimate(float(middle), float(low), float(high))


def require_cost(model: Model, draws: Mapping[str, np.ndarray]) -> None:
    """Refuse a programme that costs nothing in an outcome: a return on nothing is no number.

    Raises
    ------
    CareworthError
        It names the cost line that comes to least.
    """
    costs = {line.name: float(np.min(amount(line, draws))) for line in model.lines if line.side == COST}
    if not costs:
        raise CareworthError("no cost line: a return needs what the programme cost")
    if np.min(total(model, COST, draws)) <= 0:
        least = min(costs, key=costs.__getitem__)
        raise CareworthError(f"programme cost of 0 or less; cost line {least!r} comes to {costs[least]:,.2f} at the least")


def _headline_rows(model: Model, draws: Mapping[str, np.ndarray], currency: str, hurdle: float) -> list[Row]:
    roi, labels = return_on_cost(model, draws), _labels(model, draws)
    gains, cost = total(model, GAIN, draws), total(model, COST, draws)
    quantiles = np.quantile(roi, np.arange(1, 100) / 100)
    return [
        _range_row("roi", model, draws),
        _chance_row("probability_positive", roi > 0, "range: simulation error", labels),
        _chance_row("probability_above_hurdle", roi > hurdle, f"above {hurdle:.0%}; range: simulation error", labels),
        value_row("M9", "net_value", middle_and_range(gains - cost), currency, **labels),
        value_row("M9", "ratio_of_means", float(gains.mean() / cost.mean() - 1), "ratio", **labels),
        value_row("M9", "simulation_error", simulation_error(np.median, roi), "ratio", **labels),
        *[
            value_row("M9", "quantile", float(value), "ratio", slice=f"q={hundredth / 100:.2f}", **labels)
            for hundredth, value in enumerate(quantiles, 1)
        ],
    ]


def _labels(model: Model, draws: Mapping[str, np.ndarray]) -> dict:
    return {"n": outcomes(draws), "denominator": DRAWS, "grade": worst_grade(model)}


def outcomes(draws: Mapping[str, np.ndarray]) -> int:
    """How many outcomes were drawn."""
    return len(next(iter(draws.values())))


def _range_row(variant: str, model: Model, draws: Mapping[str, np.ndarray]) -> Row:
    return value_row("M9", variant, middle_and_range(return_on_cost(model, draws)), "ratio", **_labels(model, draws))


def _chance_row(variant: str, holds: np.ndarray, reason: str, labels: dict) -> Row:
    share, half = float(holds.mean()), NINE_IN_TEN * simulation_error(np.mean, holds)
    chance = Estimate(share, max(share - half, 0.0), min(share + half, 1.0))
    return value_row("M9", variant, chance, "share", reason=reason, **labels)


def _cashable_row(measured: Model, draws: Mapping[str, np.ndarray]) -> Row:
    in_cash = replace(measured, lines=tuple(line for line in measured.lines if line.side == COST or line.is_cashable))
    if not has_gains(measured):
        return _nothing_measured("cashable")
    if not has_gains(in_cash):
        return value_row("M9", "cashable", None, "ratio", reason="no measured gain is stated to be cash")
    return _range_row("cashable", in_cash, draws)


def _nothing_measured(variant: str) -> Row:
    return value_row("M9", variant, None, "ratio", reason=NOTHING_MEASURED)
