"""The effect on treated units of a panel, such as regions, brands or shops, by what the untreated ones did.

Four methods, each with the same inference. All treated units start at once; staggered starts are refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from scipy import stats as scipy_stats

from careworth.effects.design import permitted_sentence, permitted_wording
from careworth.effects.panel_diagnostics import diagnose, doubts
from careworth.effects.panel_inference import (
    LEAST_UNITS_EACH,
    OUT_OF_REACH,
    SHIFTS,
    Fit,
    Spread,
    clustered_spread,
    jackknife_spread,
    placebo_of,
    placebo_sets,
    placebo_spread,
    shifted_interval,
    shifted_p,
    two_sided_p,
)
from careworth.effects.panel_methods import DID, LEAST_PERIODS_BEFORE, LEVELLED, METHODS, SDID, method_name
from careworth.effects.panel_table import Panel, read_panel
from careworth.errors import ParameterError
from careworth.stats import Estimate


@dataclass(frozen=True)
class PanelEffect:
    """The effect on each treated unit and period, its 95 % interval, and what to know before believing it.

    `total` is over all treated units and periods; `lift` is the effect over what was expected, a ratio. A bound is None where
    the panel gives no measure of error. `design` is a rung of `careworth.effects.design.LADDER`.
    """

    method: str
    design: str
    effect: float
    low: float | None
    high: float | None
    total: float
    total_low: float | None
    total_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    standard_error: float | None
    p_value: float | None
    expected: tuple[float, ...]
    observed: tuple[float, ...]
    times: tuple[str, ...]
    unit_weights: dict[str, float]
    diagnostics: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def wording(self) -> str:
        """The strongest words that the design allows."""
        return permitted_wording(self.design)

    def sentence(self, outcome: str = "the outcome", cause: str = "the campaign", unit: str = "") -> str:
        """What may be said of the effect."""
        known, could = Estimate(self.effect, self.low, self.high), self.diagnostics.get("detectable_effect")
        return permitted_sentence(self.design, outcome, known, cause=cause, unit=unit, detectable=could, doubts=self.doubts)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON, with the permitted wording and sentence."""
        return asdict(self) | {"wording": self.wording(), "sentence": self.sentence()}


def panel_effect(
    table: pl.DataFrame,
    unit: str,
    date: str,
    value: str,
    treated: str | Sequence[str] | Mapping[str, Any],
    start: Any = None,
    method: str = "synthetic_did",
) -> PanelEffect:
    """The effect on the treated units of a long table, one row per unit and time, in any order.

    Parameters
    ----------
    treated, start
        As `read_panel` takes them: names, and the first treated time.
    method : str
        One of `METHODS`, or a short name of it in `ALIASES`.

    Raises
    ------
    ParameterError, SourceError
        Saying what was found and what to do.

    Examples
    --------
    Two shops moved alike; from 2022 on the second has 5 more.

    >>> rows = [(shop, year, base + year - 2000 + 5 * (shop == "b" and year >= 2022))
    ...         for shop, base in [("a", 10), ("b", 30), ("c", 20)] for year in range(2015, 2025)]
    >>> found = panel_effect(pl.DataFrame(rows, ["shop", "year", "y"], orient="row"), "shop", "year", "y", "b", 2022, "did")
    >>> round(found.effect, 6), round(found.total, 6)
    (5.0, 15.0)
    """
    return estimate_panel(read_panel(table, unit, date, value, treated, start), method)


def estimate_panel(panel: Panel, method: str = "synthetic_did") -> PanelEffect:
    """The effect on the treated units of a panel whose values are all finite."""
    name = method_name(method)
    if name != DID and panel.start < LEAST_PERIODS_BEFORE:
        raise ParameterError(
            f"{name} needs {LEAST_PERIODS_BEFORE} periods before the start, found {panel.start}; take {DID} or more history"
        )
    controls, treated, start = panel.controls, panel.treated, panel.start
    fit = METHODS[name](controls, treated, start)
    sets = placebo_sets(len(controls), len(treated))
    gaps = [METHODS[name](*placebo_of(controls, each), start).gap for each in sets]
    placebos = np.array(gaps).reshape(len(sets), controls.shape[1])
    spread = _spread(name, panel, fit, placebos)
    effect, observed = fit.effect(start), treated.mean(axis=0)
    low, high, p_value = _interval(name, panel, fit, spread)
    seen = diagnose(name, panel, fit, placebos, spread)
    return PanelEffect(
        name,
        "difference_in_differences" if name == DID else "synthetic_control",
        effect,
        low,
        high,
        *(None if each is None else each * treated[:, start:].size for each in (effect, low, high)),
        *_lifts(float(observed[start:].mean()), effect, low, high),
        spread.error,
        p_value,
        tuple((observed - fit.gap).tolist()),
        tuple(observed.tolist()),
        panel.times,
        _named_weights(panel, fit),
        seen,
        doubts(name, panel, fit, seen),
    )


def _spread(name: str, panel: Panel, fit: Fit, placebos: np.ndarray) -> Spread:
    """The measure of error that suits the method and the number of units."""
    controls, treated = panel.controls, panel.treated
    if name == DID and min(len(controls), len(treated)) >= LEAST_UNITS_EACH:
        return clustered_spread(controls, treated, panel.start)
    if not len(placebos) and name in (DID, SDID):
        return jackknife_spread(controls, treated, panel.start, fit)
    if name == LEVELLED and fit.misses_level(panel.start):
        return Spread(None, 0, OUT_OF_REACH)
    return placebo_spread(METHODS[name], controls, treated, panel.start, placebos, name != LEVELLED)


def _interval(name: str, panel: Panel, fit: Fit, spread: Spread) -> tuple[float | None, float | None, float | None]:
    """Low, high and p-value: by Student's t, or by shifts in time where that alone is possible."""
    effect = fit.effect(panel.start)
    if spread.error:
        half = float(scipy_stats.t.ppf(0.975, spread.degrees)) * spread.error
        return effect - half, effect + half, two_sided_p(effect / spread.error, spread.degrees)
    if spread.way != SHIFTS:
        return None, None, None
    is_level_free = name != LEVELLED
    p_of = partial(shifted_p, panel.controls, panel.treated, panel.start, is_level_free=is_level_free)
    scale = float(fit.gap[: panel.start].std())
    return (*(shifted_interval(p_of, effect, scale) if scale > 0 else (None, None)), p_of(0.0))


def _lifts(observed: float, *effects: float | None) -> list[float | None]:
    """Each effect over what would then have been expected; None where nothing would have been."""
    return [None if each is None or observed - each <= 0 else each / (observed - each) for each in effects]


def _named_weights(panel: Panel, fit: Fit) -> dict[str, float]:
    """The controls that carry weight, heaviest first."""
    order = np.argsort(-fit.unit_weights, kind="stable")
    return {panel.control_names[k]: float(fit.unit_weights[k]) for k in order if fit.unit_weights[k] > 1e-6}
