"""What a local level with a spike-and-slab regression expects of the days to come, by exact sums instead of a sampler."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp, stdtr

#: Prior of the level's steps: as if 32 of them had been seen, each 1 % of the series' standard deviation (CausalImpact).
LEVEL_STEPS, LEVEL_STEP_SD = 32.0, 0.01
#: Squared step of the level over the variance of the noise: from an all but fixed level to almost nothing but its steps.
RATIOS = np.exp(np.arange(np.log(1e-7), np.log(1e4), 0.5))
#: Variance of the noise that the first look supposes, where the prior needs one; the second takes it from the first.
FIRST_NOISE = 0.2
#: Ratios in the second, finer look.
FINE = 32
#: Posterior weight that may be left out when the quantiles are sought.
NEGLIGIBLE = 1e-4


class Problem(NamedTuple):
    """A standardised series before the start, what it is regressed on, and the days after the start that are asked about."""

    #: One value a day; nan where none was seen.
    series: np.ndarray
    #: One row a day, one column for each regressor.
    columns: np.ndarray
    #: Mean of each regressor over the days asked about.
    ahead: np.ndarray
    #: Prior precision of the coefficients, in units of the noise; its weekday part is in units of the series.
    precision: np.ndarray
    weekday_columns: int
    #: Prior probability that a regressor counts at all.
    chances: np.ndarray
    #: Prior of the noise: how many days it is worth, and their sum of squares.
    noise_days: float
    noise_squares: float
    #: Weight of each day after the start, zero where none was seen.
    weights: np.ndarray


class Mixture(NamedTuple):
    """A posterior as a weighted sum of Student distributions with the same degrees of freedom."""

    weights: np.ndarray
    places: np.ndarray
    scales: np.ndarray
    freedom: float

    @property
    def mean(self) -> float:
        """The posterior mean."""
        return float(self.weights @ self.places)

    @property
    def sd(self) -> float:
        """The posterior standard deviation."""
        variances = self.scales**2 * self.freedom / (self.freedom - 2)
        return float(np.sqrt(self.weights @ (variances + (self.places - self.mean) ** 2)))

    def below(self, value: float) -> float:
        """The posterior probability of at most `value`."""
        return min(float(self.weights @ stdtr(self.freedom, (value - self.places) / self.scales)), 1.0)

    def quantile(self, share: float) -> float:
        """The value that a `share` of the posterior lies below.

        Examples
        --------
        >>> one = Mixture(np.ones(1), np.zeros(1), np.ones(1), 10.0)
        >>> round(one.quantile(0.975), 3)
        2.228
        """
        reach = 40 * self.scales.max()
        return float(brentq(lambda value: self.below(value) - share, self.places.min() - reach, self.places.max() + reach))


class _Weighed(NamedTuple):
    """Each subset of regressors (first axis) at each ratio (second axis): its weight, and its Student distribution."""

    log_weights: np.ndarray
    places: np.ndarray
    scales: np.ndarray
    noise: np.ndarray
    freedom: float


def posterior_mean_ahead(problem: Problem) -> Mixture:
    """The posterior of the weighted mean of the days ahead, had nothing happened at the start.

    The variance of the noise and the coefficients are integrated out in closed form, the subsets of regressors by a sum over
    all of them, and the ratio of the two variances by a sum over a grid that is laid where the posterior is. There are no random
    draws, so there is nothing to converge and no seed.

    References
    ----------
    Brodersen, Gallusser, Koehler, Remy and Scott (2015), Annals of Applied Statistics 9, 247-274.
    """
    coarse = _weighed(problem, RATIOS, FIRST_NOISE)
    shares = np.exp(coarse.log_weights - logsumexp(coarse.log_weights))
    noise = float((shares * coarse.noise).sum())
    fine = _weighed(problem, _narrowed(RATIOS, shares.sum(axis=0)), noise)
    shares = np.exp(fine.log_weights - logsumexp(fine.log_weights)).ravel()
    kept = _heaviest(shares)
    return Mixture(shares[kept] / shares[kept].sum(), fine.places.ravel()[kept], fine.scales.ravel()[kept], fine.freedom)


def _narrowed(ratios: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """A finer grid over the ratios that have any weight, and one step to either side."""
    (weighty,) = np.nonzero(shares > 1e-6 * shares.max())
    ends = np.log(ratios[[max(weighty[0] - 1, 0), min(weighty[-1] + 1, len(ratios) - 1)]])
    return np.exp(np.linspace(*ends, FINE))


def _heaviest(shares: np.ndarray) -> np.ndarray:
    """Places of the heaviest shares that together leave out no more than a negligible part."""
    order = np.argsort(-shares, kind="stable")
    return order[: int(np.searchsorted(np.cumsum(shares[order]), 1 - NEGLIGIBLE)) + 1]


def _weighed(problem: Problem, ratios: np.ndarray, noise: float) -> _Weighed:
    """Every subset at every ratio; `noise` is a guess of the noise's variance, for the two priors that are not in its units."""
    kalman = _filtered(problem, ratios, 1 / noise)
    log_weights, left = _every_subset(_tables(problem, kalman, noise), problem.chances)
    days = kalman.whitened.shape[1] + problem.noise_days + LEVEL_STEPS
    prior = problem.noise_squares + LEVEL_STEPS * LEVEL_STEP_SD**2 / ratios
    squares = prior + left[..., 0, 0]
    log_weights = log_weights - (kalman.log_variance + LEVEL_STEPS * np.log(ratios) + days * np.log(squares)) / 2
    steps = np.cumsum(problem.weights[::-1])
    spread = kalman.variance + ratios * (steps @ steps) + problem.weights @ problem.weights - left[..., 1, 1]
    places = kalman.level[:, -1] - left[..., 0, 1]
    return _Weighed(log_weights, places, np.sqrt(squares / days * spread), squares / (days - 2), days)


class _Filtered(NamedTuple):
    """Each ratio's innovations of every column and of the series (last), scaled to one variance, and where they end."""

    whitened: np.ndarray
    log_variance: np.ndarray
    level: np.ndarray
    variance: np.ndarray


def _filtered(problem: Problem, ratios: np.ndarray, start_variance: float) -> _Filtered:
    """The Kalman filter of a local level, for all ratios and columns at once; it starts at the first value seen."""
    together = np.column_stack([problem.columns, problem.series])
    seen = ~np.isnan(problem.series)
    level = np.zeros((len(ratios), together.shape[1]))
    level[:, -1] = problem.series[seen][0]
    variance = np.full(len(ratios), start_variance)
    errors, scales = [], []
    for day, is_seen in enumerate(seen):
        variance = variance + (ratios if day else 0.0)
        if is_seen:
            error, scale = together[day] - level, variance + 1
            variance = variance / scale
            level = level + variance[:, None] * error
            errors.append(error)
            scales.append(scale)
    scales = np.array(scales)
    whitened = (np.array(errors) / np.sqrt(scales)[..., None]).transpose(1, 0, 2)
    return _Filtered(whitened, np.log(scales).sum(axis=0), level, variance)


def _tables(problem: Problem, kalman: _Filtered, noise: float) -> np.ndarray:
    """For each ratio the normal equations, bordered by the series and by what is asked; the prior precision alone comes last."""
    count, size = len(problem.chances), len(problem.chances) + 2
    precision = problem.precision.copy()
    precision[: problem.weekday_columns] *= noise
    tables = np.zeros((len(kalman.level) + 1, size, size))
    tables[:, :count, :count] = precision
    tables[:-1, :-1, :-1] += kalman.whitened.transpose(0, 2, 1) @ kalman.whitened
    asked = problem.ahead - kalman.level[:, :-1]
    tables[:-1, -1, :count] = tables[:-1, :count, -1] = asked
    return tables


def _every_subset(tables: np.ndarray, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log weight of each subset at each ratio, and what is left of its table when its regressors have been eliminated."""
    tables, log_weights = tables[None], np.zeros((1, len(tables) - 1))
    for chance in chances:
        pivots, rest = tables[..., :1, :1], tables[..., 1:, 1:]
        log_pivots = np.log(pivots[..., 0, 0])
        counted = rest - tables[..., 1:, :1] * tables[..., :1, 1:] / pivots
        counted_weights = log_weights + (log_pivots[:, -1:] - log_pivots[:, :-1]) / 2
        if chance < 1:
            counted = np.concatenate([counted, rest])
            counted_weights = np.concatenate([counted_weights + np.log(chance), log_weights + np.log1p(-chance)])
        tables, log_weights = counted, counted_weights
    return log_weights, tables[:, :-1]
