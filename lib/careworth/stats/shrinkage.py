"""Estimates of several groups drawn towards their common mean, so that the luck of the extreme ones does not rank them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from careworth.errors import CareworthError
from careworth.stats.estimates import Estimate

#: With fewer groups nothing is known of how much groups differ.
FEWEST_GROUPS = 3

#: Spreads between groups that are tried, in units of the scale of the estimates: close together near none, and far beyond all.
SPREADS = 1e-3 + 20 * np.linspace(0, 1, 301) ** 3

DRAWS = 20_000


class Shrunken(NamedTuple):
    """A group's estimate with its 5-95 % range, and in what share of all cases it is the best of the groups."""

    estimate: Estimate
    best: float


def shrink(values: Sequence[float], errors: Sequence[float], seed: int = 7) -> list[Shrunken]:
    """Each group's estimate drawn towards the mean of all, the more the less it is known and the less groups differ.

    Groups are normal around a mean that they share, and each estimate is normal around its group. How much groups differ is
    averaged over by its restricted likelihood: one best guess of it is often nothing at all where groups are few, and would
    make them all alike.

    Parameters
    ----------
    values, errors : sequences of float
        One estimate and one standard error, 0 or more, for each of three groups or more.

    Raises
    ------
    CareworthError
        If there are fewer groups, or a number is not finite.

    Examples
    --------
    >>> pulled = shrink([0.9, 0.1, 0.0, 0.2], [0.5, 0.1, 0.1, 0.1])
    >>> 0.1 < pulled[0].estimate.value < 0.5  # the high one is hardly known, so most of its lead is luck
    True

    References
    ----------
    Gelman and others (2013), Bayesian Data Analysis, section 5.4.
    """
    found, noise = np.asarray(values, float), np.asarray(errors, float)
    known = np.isfinite(found).all() and np.isfinite(noise).all() and (noise >= 0).all()
    if len(found) < FEWEST_GROUPS or found.shape != noise.shape or not known:
        raise CareworthError(f"need {FEWEST_GROUPS} groups or more, each with a number and an error, got {values}, {errors}")
    draws = _draws(found, noise, np.random.default_rng(seed))
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    best = np.bincount(draws.argmax(axis=1), minlength=len(found)) / DRAWS
    estimates = map(Estimate, draws.mean(axis=0).tolist(), low.tolist(), high.tolist())
    return [Shrunken(estimate, share) for estimate, share in zip(estimates, best.tolist(), strict=True)]


def _draws(values: np.ndarray, errors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draws (draws, groups) of what the groups are."""
    spreads = SPREADS * max(values.std(), errors.max(), 1e-12)
    weights = 1 / (errors**2 + spreads[:, None] ** 2)
    totals = weights.sum(axis=1)
    means = weights @ values / totals
    fit = (weights * (values - means[:, None]) ** 2).sum(axis=1)
    logs = 0.5 * (np.log(weights).sum(axis=1) - np.log(totals) - fit)
    chances = np.exp(logs - logs.max()) * np.gradient(spreads)
    cells = generator.choice(len(spreads), DRAWS, p=chances / chances.sum())
    common = means[cells] + generator.normal(size=DRAWS) / np.sqrt(totals[cells])
    kept = (spreads[:, None] ** 2 * weights)[cells]
    middles = common[:, None] + kept * (values - common[:, None])
    return middles + np.sqrt(kept) * errors * generator.normal(size=middles.shape)
