"""Holdouts: persons who were offered something by lot, beside persons who by lot were not."""

from typing import Any

import numpy as np
import polars as pl
from scipy import stats as scipy_stats

from careworth.effects.panel_inference import two_sided_p
from careworth.effects.randomisation import mismatch_p
from careworth.effects.randomised import POWER_QUANTILES, RandomisedEffect, finite_values
from careworth.errors import ParameterError
from careworth.stats import Estimate, newcombe_interval

#: A sample-ratio mismatch below this p-value breaks the experiment (Fabijan and others, 2019, KDD).
MISMATCH = 0.001


def holdout(
    treated: np.ndarray,
    control: np.ndarray,
    covariate: tuple[np.ndarray, np.ndarray] | None = None,
    planned_share: float | None = 0.5,
) -> RandomisedEffect:
    """The difference in means of persons who were treated by lot and who were not; of True and False, of the shares.

    Parameters
    ----------
    treated, control : array of float or bool
        One value per person as assigned, also of those whom the treatment did not reach.
    covariate : pair of array, optional
        The same measure of the same persons before the treatment (treated, control); it narrows the interval (CUPED).
    planned_share : float, optional
        Of persons to be treated, for the test of a sample-ratio mismatch; None leaves the test out.

    Examples
    --------
    >>> found = holdout(np.array([True] * 80 + [False] * 20), np.array([True] * 70 + [False] * 30))
    >>> [round(number, 3) for number in (found.effect, found.low, found.high)]  # METRICS.md C.1
    [0.1, -0.02, 0.217]

    References
    ----------
    Deng, Xu, Kohavi and Walker (2013), WSDM, on CUPED; Fieller (1954), JRSS B 16, 175-185, on the lift.
    """
    shares = all(np.asarray(each).dtype == bool for each in (treated, control))
    ours, theirs = finite_values(treated, "treated"), finite_values(control, "control")
    seen: dict[str, Any] = {}
    if covariate is not None:
        ours, theirs, seen["variance_removed"] = _adjusted(ours, theirs, covariate)
    effect, parts = float(ours.mean() - theirs.mean()), [float(each.var(ddof=1)) / len(each) for each in (ours, theirs)]
    quantile, error, low, high, p_value = _student(effect, parts, len(ours), len(theirs))
    if shares and covariate is None:
        low, high = newcombe_interval(int(ours.sum()), len(ours), int(theirs.sum()), len(theirs))
        p_value = _share_p(ours, theirs)
    lifts = _ratio_less_one(ours.mean(), theirs.mean(), *parts, quantile)
    return _with_lot("holdout", Estimate(effect, low, high), lifts, error, p_value, (len(ours), len(theirs)), planned_share, seen)


def holdout_ratio(
    treated: tuple[np.ndarray, np.ndarray], control: tuple[np.ndarray, np.ndarray], planned_share: float | None = 0.5
) -> RandomisedEffect:
    """The difference of two ratios of sums, such as revenue per order, when persons were drawn by lot (delta method).

    Parameters
    ----------
    treated, control : pair of array
        What is above and what is below the line, one value per person each.

    Examples
    --------
    >>> found = holdout_ratio((np.array([2.0, 4, 6, 8]), np.ones(4)), (np.array([1.0, 3, 5, 7]), np.ones(4)))
    >>> found.effect
    1.0

    References
    ----------
    Deng, Knoblich and Lu (2018), KDD, on the delta method in experiments.
    """
    (ours, our_part), (theirs, their_part) = _ratio(*treated, "treated"), _ratio(*control, "control")
    effect, counts = ours - theirs, (len(treated[0]), len(control[0]))
    quantile, error, low, high, p_value = _student(effect, [our_part, their_part], *counts)
    lifts = _ratio_less_one(ours, theirs, our_part, their_part, quantile)
    return _with_lot("holdout of ratios", Estimate(effect, low, high), lifts, error, p_value, counts, planned_share, {})


def holdout_of_arms(arms: pl.DataFrame, outcomes: pl.DataFrame, planned_share: float | None = 0.5) -> RandomisedEffect:
    """The holdout in a table `experiment_arms` of one experiment: the difference of the sums of each person's `value`.

    Parameters
    ----------
    arms : DataFrame
        `person_key` and `arm`, treatment or control.
    outcomes : DataFrame
        `person_key` and `value`, any number of rows a person; who has none counts with zero, since all were assigned.
    """
    people = arms.join(outcomes.group_by("person_key").agg(pl.col("value").sum()), on="person_key", how="left", validate="1:1")
    values = people.sort("person_key").with_columns(pl.col("value").cast(pl.Float64).fill_null(0.0))
    treated, control = (values.filter(arm=arm)["value"].to_numpy() for arm in ("treatment", "control"))
    return holdout(treated, control, planned_share=planned_share)


def _adjusted(
    ours: np.ndarray, theirs: np.ndarray, covariate: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, float]:
    """Both arms with what the covariate foretold taken out, and the share of the variance that this removed."""
    given = [finite_values(each, "covariate") for each in covariate]
    if [len(each) for each in given] != [len(ours), len(theirs)]:
        raise ParameterError(
            f"the covariate has {[len(each) for each in given]} persons and the outcome {[len(ours), len(theirs)]}"
        )
    inside = [each - each.mean() for each in given]
    square = sum(float(each @ each) for each in inside)
    slope = sum(float(x @ y) for x, y in zip(inside, (ours, theirs), strict=True)) / square if square > 0 else 0.0
    middle = np.concatenate(given).mean()
    new = [y - slope * (x - middle) for x, y in zip(given, (ours, theirs), strict=True)]
    was, left = (sum(float(each.var()) * len(each) for each in arms) for arms in ((ours, theirs), new))
    return new[0], new[1], 1 - left / was if was else 0.0


def _student(effect: float, parts: list[float], *counts: int) -> tuple[float, float, float | None, float | None, float | None]:
    """Welch's quantile, standard error, low, high and p-value; the last three None where nothing varies."""
    error = sum(parts) ** 0.5
    if not error > 0:
        return float(scipy_stats.t.ppf(0.975, sum(counts) - 2)), 0.0, None, None, None
    degrees = error**4 / sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
    quantile = float(scipy_stats.t.ppf(0.975, degrees))
    return quantile, error, effect - quantile * error, effect + quantile * error, two_sided_p(effect / error, degrees)


def _share_p(ours: np.ndarray, theirs: np.ndarray) -> float | None:
    """P-value of equal shares by the score test."""
    pooled = float(np.concatenate([ours, theirs]).mean())
    error = (pooled * (1 - pooled) * (1 / len(ours) + 1 / len(theirs))) ** 0.5
    return float(2 * scipy_stats.norm.sf(abs(ours.mean() - theirs.mean()) / error)) if error else None


def _ratio(above: np.ndarray, below: np.ndarray, name: str) -> tuple[float, float]:
    """A ratio of sums and its variance."""
    top, bottom = finite_values(above, name), finite_values(below, name)
    if len(top) != len(bottom) or not bottom.sum() > 0:
        raise ParameterError(f"{name} needs as many values below as above the line, with a sum above zero below it")
    ratio = float(top.sum() / bottom.sum())
    return ratio, float((top - ratio * bottom).var(ddof=1) / len(top) / bottom.mean() ** 2)


def _ratio_less_one(ours: float, theirs: float, our_part: float, their_part: float, quantile: float) -> list[float | None]:
    """The lift and its interval by Fieller's theorem; None where the untreated may be at zero."""
    if not theirs > 0:
        return [None, None, None]
    lift, g = ours / theirs - 1, quantile**2 * their_part / theirs**2
    if g >= 1:
        return [lift, None, None]
    ratio = ours / theirs
    half = quantile / theirs * np.sqrt(max((1 - g) * our_part + ratio**2 * their_part, 0.0))
    return [float(lift), float((ratio - half) / (1 - g) - 1), float((ratio + half) / (1 - g) - 1)]


def _with_lot(
    method: str,
    estimate: Estimate,
    lifts: list[float | None],
    error: float,
    p_value: float | None,
    counts: tuple[int, int],
    planned_share: float | None,
    seen: dict[str, Any],
) -> RandomisedEffect:
    """The effect with the test of whether the lot was kept; where it was not, only the weakest words are left."""
    mismatch = None if planned_share is None else mismatch_p(*counts, planned_share)
    is_broken = mismatch is not None and mismatch < MISMATCH
    found = f"{counts[0]} treated and {counts[1]} untreated are no lot with {planned_share or 0:.0%} to be treated"
    doubts = (f"{found} (p = {mismatch:.1e}); find out who is missing",) if is_broken else ()
    seen = {"mismatch_p": mismatch, "detectable_effect": POWER_QUANTILES * error if error else None} | seen
    design = "before_after" if is_broken else "randomised"
    return RandomisedEffect(method, design, *estimate, *lifts, error or None, p_value, counts, seen, doubts)
