"""Randomised designs by the lot itself: hours or days switched on and off, and regions; `holdouts` has those of persons."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import polars as pl

from careworth.effects.design import permitted_sentence, permitted_wording
from careworth.effects.randomisation import Randomised, randomisation_effect
from careworth.errors import ParameterError
from careworth.stats import Estimate

#: The normal quantile of 80 % power beside that of a two-sided test at 5 %.
POWER_QUANTILES = 1.959963984540054 + 0.8416212335729143


@dataclass(frozen=True)
class RandomisedEffect:
    """The effect with its 95 % interval, the lift over the untreated, and what to know before believing it.

    `design` falls to the lowest rung where the randomisation is broken. `units` were treated and not treated, in this order.
    """

    method: str
    design: str
    effect: float
    low: float | None
    high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    standard_error: float | None
    p_value: float | None
    units: tuple[int, int]
    diagnostics: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def sentence(self, outcome: str = "the outcome", cause: str = "the campaign", unit: str = "") -> str:
        """What may be said of the effect."""
        known, could = Estimate(self.effect, self.low, self.high), self.diagnostics.get("detectable_effect")
        return permitted_sentence(self.design, outcome, known, cause=cause, unit=unit, detectable=could, doubts=self.doubts)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON, with the permitted wording and sentence."""
        return asdict(self) | {"wording": permitted_wording(self.design), "sentence": self.sentence()}


def switchback(
    outcome: np.ndarray,
    is_on: np.ndarray,
    blocks: Sequence[Any],
    strata: Sequence[Any] | None = None,
    expected: np.ndarray | None = None,
    washout: int = 0,
) -> RandomisedEffect:
    """The effect of what was switched on and off by lot, block by block, in hours or days in order of time.

    Parameters
    ----------
    outcome, is_on : array (intervals,)
    blocks : sequence (intervals,)
        Which block an interval belongs to; one block is on or off as a whole.
    strata : sequence (intervals,), optional
        Within which blocks the lot was drawn, such as weekday and part of the day; without them it was over all blocks.
    expected : array (intervals,), optional
        What was expected before the experiment, such as a forecast; it narrows the interval.
    washout : int
        Intervals left out at the beginning of each block, so that what was before has died away.

    References
    ----------
    Bojinov, Simchi-Levi and Zhao (2023), Management Science 69, 3759-3777.
    """
    table = _intervals(outcome, is_on, blocks, strata, expected)
    kept = table.with_columns(place=pl.int_range(pl.len()).over("block")).filter(pl.col("place") >= washout)
    means = kept.group_by("block", maintain_order=True).agg(pl.col("outcome", "expected").mean(), pl.col("on", "stratum").first())
    if means.height < table["block"].n_unique():
        raise ParameterError(f"washout {washout} leaves nothing of some blocks; make it shorter than the shortest block")
    covariates = None if expected is None else means["expected"].to_numpy()
    found = randomisation_effect(means["outcome"].to_numpy(), means["on"].to_numpy(), means["stratum"].to_numpy(), covariates)
    return _drawn("switchback", found, means["outcome"].to_numpy(), means["on"].to_numpy(), {"washout": washout})


def geo_experiment(
    before: np.ndarray, during: np.ndarray, assigned: np.ndarray, pairs: Sequence[Any] | None = None
) -> RandomisedEffect:
    """The lift in regions drawn by lot: each region's growth from before to during, compared by the lot.

    Growth is compared on the log scale, so that large and small regions count alike and the lift is one ratio for all. The
    `effect` is that lift, as a ratio.

    Parameters
    ----------
    before, during : array (regions,)
        Mean per day before and during the experiment, above zero.
    assigned : array (regions,)
        True where treated.
    pairs : sequence, optional
        The pair, or larger stratum, within which the lot was drawn.
    """
    before, during = finite_values(before, "before"), finite_values(during, "during")
    if min(before.min(), during.min()) <= 0:
        raise ParameterError("each region needs values above zero before and during; join regions or leave empty ones out")
    if len(before) != len(during):
        raise ParameterError(f"before has {len(before)} regions and during {len(during)}; give each region once in both")
    strata = None if pairs is None else np.asarray(pairs)
    level = np.log(before)[:, None] if pairs is None else None
    found = randomisation_effect(np.log(during / before), assigned, strata, level)
    on = np.asarray(assigned, bool)
    lift, low, high = (None if each is None else float(np.expm1(each)) for each in found[:3])
    seen = {
        "assignments": found.assignments,
        "detectable_effect": float(np.expm1(POWER_QUANTILES * found.error)),
        "gained_per_day": float((during[on] * (1 - 1 / (1 + lift))).sum()),
    }
    counts = int(on.sum()), int((~on).sum())
    return RandomisedEffect(
        "geo experiment", "randomised", lift, low, high, lift, low, high, found.error, found.p_value, counts, seen, _few(found)
    )


def _intervals(
    outcome: np.ndarray, is_on: np.ndarray, blocks: Sequence[Any], strata: Sequence[Any] | None, expected: np.ndarray | None
) -> pl.DataFrame:
    """One row per interval in its order; refused if a block is on and off, or in two strata."""
    values = finite_values(outcome, "outcome")
    size, on = len(values), np.asarray(is_on)
    others = {"is_on": on, "blocks": blocks, "strata": strata, "expected": expected}
    for name, each in others.items():
        if each is not None and len(each) != size:
            raise ParameterError(f"outcome has {size} intervals and {name} has {len(each)}; give one for each interval")
    if not set(np.unique(on).tolist()) <= {0, 1}:
        raise ParameterError(f"is_on must be true or false, found {np.unique(on)[:5].tolist()}")
    table = pl.DataFrame(
        {
            "outcome": values,
            "on": on.astype(bool),
            "block": [str(each) for each in blocks],
            "stratum": ["all"] * size if strata is None else [str(each) for each in strata],
            "expected": np.zeros(size) if expected is None else finite_values(expected, "expected"),
        }
    )
    mixed = table.group_by("block").agg(pl.col("on", "stratum").n_unique()).filter((pl.col("on") > 1) | (pl.col("stratum") > 1))
    if mixed.height:
        name = mixed["block"].min()
        raise ParameterError(f"{mixed.height} blocks are both on and off or in several strata, such as '{name}'; split them")
    return table


def finite_values(values: np.ndarray, name: str) -> np.ndarray:
    """The values as numbers; refused if there are fewer than two or one of them is missing."""
    try:
        numbers = np.asarray(values, float)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} holds values that are no numbers") from None
    if numbers.ndim != 1 or len(numbers) < 2:
        raise ParameterError(f"{name} needs at least two values in one row, found an array of shape {numbers.shape}")
    if not np.isfinite(numbers).all():
        place = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise ParameterError(f"{name} has {numbers[place]} at place {place + 1}; fill it in or leave it out in all arrays")
    return numbers


def _drawn(method: str, found: Randomised, means: np.ndarray, on: np.ndarray, seen: dict[str, Any]) -> RandomisedEffect:
    """A randomised effect with its lift over the level that the blocks would have without it."""
    share = float(on.mean())
    lifts = [None if each is None else _lift(each, float(means.mean()) - share * each) for each in found[:3]]
    counts = int(on.sum()), int((~on).sum())
    seen = {"assignments": found.assignments, "detectable_effect": POWER_QUANTILES * found.error} | seen
    return RandomisedEffect(method, "randomised", *found[:3], *lifts, found.error, found.p_value, counts, seen, _few(found))


def _lift(effect: float, level: float) -> float | None:
    return effect / level if level > 0 else None


def _few(found: Randomised) -> tuple[str, ...]:
    if found.low is not None:
        return ()
    return (f"only {found.assignments} assignments could have been drawn, too few for an interval",)
