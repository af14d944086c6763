"""Effects by the randomisation itself: what the estimate would be under the other assignments that could have been drawn."""

from math import comb, prod
from typing import NamedTuple

import numpy as np
from scipy import stats as scipy_stats

from careworth.errors import ParameterError

#: So many assignments are drawn; the real one counts as one more.
DRAWS = 1_999

#: From fewer distinct assignments than this no p-value can fall below 5 %.
LEAST_ASSIGNMENTS = 40

#: Beyond this the number of assignments matters no more.
MOST_COUNTED = 1_000_000


class Randomised(NamedTuple):
    """A constant effect, the range of those that the randomisation does not contradict at 5 %, and the p-value of none."""

    effect: float
    low: float | None
    high: float | None
    p_value: float
    error: float
    assignments: int


def random_halves(strata: np.ndarray, seed: int) -> np.ndarray:
    """A random half of each stratum, True for treated; of an odd one, by chance the smaller or the larger half.

    Examples
    --------
    >>> random_halves(np.array(["a", "a", "b", "b"]), seed=1).reshape(2, 2).sum(axis=1).tolist()
    [1, 1]
    """
    generator, chosen = np.random.default_rng(seed), np.zeros(len(strata), bool)
    for stratum in np.unique(strata):
        members = generator.permutation(np.flatnonzero(strata == stratum))
        chosen[members[: (len(members) + generator.integers(2)) // 2]] = True
    return chosen


def matched_pairs(before: np.ndarray) -> np.ndarray:
    """The number of each unit's pair: the two largest by `before` are one, the next two another; an odd one joins the last.

    Examples
    --------
    >>> matched_pairs(np.array([10.0, 90.0, 12.0, 80.0])).tolist()
    [1, 0, 1, 0]
    """
    rank = np.argsort(np.argsort(-np.asarray(before, float), kind="stable"), kind="stable")
    return np.minimum(rank // 2, max(len(rank) // 2 - 1, 0))


def randomisation_effect(
    outcome: np.ndarray,
    assigned: np.ndarray,
    strata: np.ndarray | None = None,
    covariates: np.ndarray | None = None,
    seed: int = 1,
) -> Randomised:
    """The effect on units of which a fixed number of each stratum was drawn to be treated, all draws being as likely.

    Least squares with strata and covariates taken out. The p-value is exact whatever the covariates do; the interval inverts
    the same test and takes the effect to be alike for all units.

    Parameters
    ----------
    outcome, assigned, strata : array (units,)
        `assigned` is True where treated; without strata all units are one.
    covariates : array (units, any), optional
        Known before the treatment.

    Examples
    --------
    >>> found = randomisation_effect(np.arange(12.0) + 5 * (np.arange(12) % 2), np.arange(12) % 2 == 1, np.arange(12) // 2)
    >>> round(found.effect, 3), round(found.p_value, 2)
    (6.0, 0.03)

    References
    ----------
    Rosenbaum (2002), Statistical Science 17, 286-327; Imbens and Rubin (2015), Causal Inference, chapter 5.
    """
    outcome, assigned, strata, given = _checked(outcome, assigned, strata, covariates)
    residual = _without(outcome[:, None], strata, given)[:, 0]
    draws = np.vstack([assigned, _redrawn(assigned, strata, np.random.default_rng(seed))]).astype(float)
    cleaned = _without(draws.T, strata, given).T
    own = cleaned[0]
    if not own @ own > 1e-12 * len(own):
        raise ParameterError("strata and covariates tell exactly who was treated, so nothing is left to compare; take some out")
    effect = float(own @ residual / (own @ own))
    squares = np.maximum((cleaned**2).sum(axis=1), 1e-12)
    at_zero, per_unit = cleaned @ residual / squares, cleaned @ own / squares
    spread = float(np.std((at_zero - effect * per_unit)[1:]))
    different = _possible(assigned, strata)
    p_value = float(np.mean(np.abs(at_zero) >= abs(effect) * (1 - 1e-9)))
    if different < LEAST_ASSIGNMENTS:
        return Randomised(effect, None, None, p_value, spread, different)
    low, high = (_end(effect, at_zero, per_unit, side * max(spread, 1e-12)) for side in (-1, 1))
    return Randomised(effect, low, high, p_value, spread, different)


def _checked(
    outcome: np.ndarray, assigned: np.ndarray, strata: np.ndarray | None, covariates: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    outcome, assigned = np.asarray(outcome, float), np.asarray(assigned)
    units = len(outcome)
    strata = np.zeros(units, int) if strata is None else np.unique(np.asarray(strata).astype(str), return_inverse=True)[1]
    given = np.zeros((units, 0)) if covariates is None else np.asarray(covariates, float).reshape(units, -1)
    if len(assigned) != units or len(strata) != units:
        raise ParameterError(
            f"outcome, assignment and strata must be equally long, found {units}, {len(assigned)}, {len(strata)}"
        )
    if not set(np.unique(assigned).tolist()) <= {0, 1}:
        raise ParameterError(f"an assignment must be true or false, found {np.unique(assigned)[:5].tolist()}")
    if not (np.isfinite(outcome).all() and np.isfinite(given).all()):
        raise ParameterError("outcomes and covariates must be finite numbers; leave out units that were not measured")
    if not 0 < assigned.sum() < units:
        raise ParameterError(f"both arms need units, found {int(assigned.sum())} treated of {units}")
    return outcome, assigned.astype(bool), strata, given


def _possible(assigned: np.ndarray, strata: np.ndarray) -> int:
    """How many assignments could have been drawn, counted up to `MOST_COUNTED`."""
    sizes, treated = np.bincount(strata), np.bincount(strata, assigned).astype(int)
    return min(prod(comb(int(size), int(count)) for size, count in zip(sizes, treated, strict=True)), MOST_COUNTED)


def _without(columns: np.ndarray, strata: np.ndarray, given: np.ndarray) -> np.ndarray:
    """What is left of each column after the means of the strata and the covariates are taken out."""
    count = np.bincount(strata)
    member = np.zeros((len(strata), len(count)))
    member[np.arange(len(strata)), strata] = 1
    within = [each - (member.T @ each / count[:, None])[strata] for each in (columns, given)]
    if not given.shape[1]:
        return within[0]
    return within[0] - within[1] @ np.linalg.lstsq(within[1], within[0], rcond=None)[0]


def _redrawn(assigned: np.ndarray, strata: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Assignments drawn anew, each with as many treated in each stratum as there were."""
    # Sorting by stratum and then by chance shuffles within each stratum, for all draws at once.
    order = np.argsort(strata + generator.random((DRAWS, len(strata))), axis=1)
    drawn = np.empty((DRAWS, len(strata)), bool)
    np.put_along_axis(drawn, order, assigned[np.argsort(strata, kind="stable")][None], axis=1)
    return drawn


def _end(effect: float, at_zero: np.ndarray, per_unit: np.ndarray, step: float) -> float | None:
    """The effect at which the p-value falls below 5 %, on one side of the estimate."""

    def is_held(tried: float) -> bool:
        return np.mean(np.abs(at_zero - tried * per_unit) >= abs(effect - tried) * (1 - 1e-9)) >= 0.05

    inside, outside = 0.0, 1.0
    while is_held(effect + outside * step):
        inside, outside = outside, 2 * outside
        if outside > 1e6:
            return None
    for _ in range(30):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_held(effect + middle * step) else (inside, middle)
    return float(effect + outside * step)


def mismatch_p(treated: int, control: int, share: float = 0.5) -> float:
    """P-value of a sample-ratio mismatch: how often chance alone gives counts so far from the planned share of treated.

    Examples
    --------
    >>> round(mismatch_p(5_000, 5_050), 2), mismatch_p(5_000, 5_400) < 0.001
    (0.62, True)
    """
    if not 0 < share < 1:
        raise ParameterError(f"the planned share of treated must lie between 0 and 1, found {share}")
    count = treated + control
    if count < 1_000:
        return float(scipy_stats.binomtest(treated, count, share).pvalue) if count else 1.0
    return float(scipy_stats.chisquare([treated, control], [count * share, count * (1 - share)]).pvalue)
