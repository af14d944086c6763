"""What to know about an estimate from a panel before believing it."""

from typing import Any

import numpy as np
from scipy import stats as scipy_stats

from careworth.effects.panel_inference import Fit, Spread, pre_trend_p, shifted_p
from careworth.effects.panel_methods import DID, LEAST_PERIODS_BEFORE, LEVELLED, METHODS, SYNTHETIC
from careworth.effects.panel_table import Panel

#: The pre-trend test doubts an estimate below this p-value.
DOUBTFUL = 0.05

#: With fewer controls than this the interval hangs on a handful of units.
FEW_CONTROLS = 8


def diagnose(name: str, panel: Panel, fit: Fit, placebos: np.ndarray, spread: Spread) -> dict[str, Any]:
    """What to look at before believing an effect, by name."""
    start, gaps = panel.start, np.vstack([fit.gap, placebos])
    before, after = (np.sqrt((gaps[:, part] ** 2).mean(axis=1)) for part in (slice(start), slice(start, None)))
    ratios = np.divide(after, before, out=np.full(len(gaps), np.inf), where=before > 0)
    level = float(np.abs(panel.treated[:, :start].mean()))
    quantiles = scipy_stats.t.ppf([0.975, 0.8], spread.degrees).sum() if spread.error else None
    return {
        "error_from": spread.way,
        "controls": len(panel.controls),
        "periods_before": start,
        "periods_after": len(fit.gap) - start,
        "placebos": len(placebos),
        "placebo_error": float(np.sqrt((placebos[:, start:].mean(axis=1) ** 2).mean())) if len(placebos) else None,
        "before_rmspe": float(before[0]),
        "before_rmspe_of_level": float(before[0]) / level if level else None,
        "rmspe_ratio": float(ratios[0]) if np.isfinite(ratios[0]) else None,
        "rmspe_rank": int((ratios >= ratios[0]).sum()),
        "rmspe_rank_of": len(gaps),
        "rank_p": float((ratios >= ratios[0]).mean()) if len(placebos) else None,
        "pre_trend_p": pre_trend_p(fit.gap, placebos, start, len(panel.controls)),
        "detectable_effect": float(quantiles * spread.error) if spread.error else None,
        "shifted_p": _shifted(name, panel) if name in SYNTHETIC else None,
        "effect_at_an_earlier_start": _earlier(name, panel),
        "leave_one_control_out": _without_one(name, panel, fit),
        "other_methods": {other: METHODS[other](*panel[:3]).effect(start) for other in _possible(panel) if other != name},
    }


def _shifted(name: str, panel: Panel) -> float:
    return shifted_p(panel.controls, panel.treated, panel.start, 0.0, name != LEVELLED)


def _possible(panel: Panel) -> list[str]:
    return list(METHODS) if panel.start >= LEAST_PERIODS_BEFORE else [DID]


def _earlier(name: str, panel: Panel) -> float | None:
    """What the method finds where nothing was done yet: the last periods before the start, as many as after it."""
    start = panel.start - (panel.treated.shape[1] - panel.start)
    if start < LEAST_PERIODS_BEFORE:
        return None
    fit = METHODS[name](panel.controls[:, : panel.start], panel.treated[:, : panel.start], start)
    return fit.effect(start)


def _without_one(name: str, panel: Panel, fit: Fit) -> tuple[float, float] | None:
    """The least and the largest effect if one of the controls that carry weight is left out."""
    if len(panel.controls) < 2:
        return None
    without = [np.delete(panel.controls, k, axis=0) for k in np.flatnonzero(fit.unit_weights > 1e-6)]
    effects = [METHODS[name](controls, panel.treated, panel.start).effect(panel.start) for controls in without]
    return min(effects), max(effects)


def doubts(name: str, panel: Panel, fit: Fit, seen: dict[str, Any]) -> tuple[str, ...]:
    """What speaks against believing the effect, in plain sentences."""
    trend = seen["pre_trend_p"]
    few = seen["error_from"] == "placebos in space" and seen["controls"] < FEW_CONTROLS
    found = {
        f"treated and controls moved apart already before the start (pre-trend p = {trend or 0:.3f})": trend is not None
        and trend < DOUBTFUL,
        "no mix of the controls reaches the level of the treated units; take synthetic_did": name == LEVELLED
        and fit.misses_level(panel.start),
        f"the interval rests on only {seen['controls']} controls": few,
    }
    return tuple(sentence for sentence, is_so in found.items() if is_so)
