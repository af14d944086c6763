"""Regression on a series whose days depend on each other, the strength of that dependence averaged over, not guessed.

What is left of a series is taken as a lasting part, today's a fraction `memory` of yesterday's, and a part that is new each
day. The two unknowns run over a grid; each point weighs as much as the series speaks for it. So a short series, which cannot
tell a trend from a mood that lasts, gets the wide interval that it deserves. Missing days are left out, not closed up.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from careworth.stats import UNKNOWN, Estimate
from careworth.trends.compiled import filter_days

#: Sines of evenly spaced angles: what a reference prior says of an autoregression's coefficient.
_MEMORIES = np.sin((np.arange(10) + 0.5) / 10 * np.pi / 2)

#: Share of the variance that lasts; the rest is new each day, as chance in counting is.
_SHARES = np.array([0.25, 0.6, 1.0])

MEMORY = np.concatenate([[0.0], np.repeat(_MEMORIES, len(_SHARES))])
LASTING = np.concatenate([[1.0], np.tile(_SHARES, len(_MEMORIES))])

#: Weight before anything is seen: of independent days, and in parts of the shares; it decides only where weeks are few.
_INDEPENDENT, _PARTS = 0.4, np.array([1, 3, 8]) / 12
PRIOR = np.log(np.concatenate([[_INDEPENDENT], np.tile(_PARTS, len(_MEMORIES)) * (1 - _INDEPENDENT) / len(_MEMORIES)]))

#: Variation below this share of the size of the numbers is rounding.
_ROUNDING = 1e-10


class Slopes(NamedTuple):
    """What each candidate adds, by grid point and candidate: coefficient, standard error and weight.

    `new` are the candidates by grid point, day and candidate, whitened and without what was known before.
    """

    coefficients: np.ndarray
    errors: np.ndarray
    weights: np.ndarray
    new: np.ndarray
    freedom: int

    def p_values(self) -> np.ndarray:
        """Two-sided p-value of each candidate; nan where it does not vary."""
        with np.errstate(invalid="ignore", divide="ignore"):
            tails = special.stdtr(self.freedom, -np.abs(self.coefficients / self.errors))
            signs = np.sign(self.coefficients)
            below = (self.weights * np.where(signs > 0, tails, 1 - tails)).sum(axis=0)
        return 2 * np.minimum(below, 1 - below)

    def tests(self, candidate: int) -> float:
        """How many independent tests the candidates amount to, where the series speaks for the given one.

        References
        ----------
        Galwey (2009), Genetic Epidemiology 33, 559-568.
        """
        likeliest = self.new[self.weights[:, candidate].argmax()]
        likeness = np.nan_to_num(np.corrcoef(likeliest.T)) if likeliest.shape[1] > 1 else np.ones((1, 1))
        spread = np.maximum(np.linalg.eigvalsh(likeness), 0.0)
        return float(np.sqrt(spread).sum() ** 2 / spread.sum())

    def estimate(self, candidate: int = 0, tail: float = 0.025) -> Estimate:
        """The candidate's coefficient with the interval that leaves `tail` on either side; unknown if it does not vary."""
        b, error, weight = (each[:, candidate] for each in (self.coefficients, self.errors, self.weights))
        if not np.isfinite(b).all():
            return UNKNOWN
        value = float(weight @ b)
        return Estimate(value, self._quantile(b, error, weight, tail), self._quantile(b, error, weight, 1 - tail))

    def _quantile(self, b: np.ndarray, error: np.ndarray, weight: np.ndarray, share: float) -> float:
        reach = abs(float(special.stdtrit(self.freedom, min(share, 1 - share))))
        low, high = float((b - reach * error).min()), float((b + reach * error).max())
        scale = np.maximum(error, np.finfo(float).tiny)
        for _ in range(50):
            middle = (low + high) / 2
            if weight @ special.stdtr(self.freedom, (middle - b) / scale) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2


@dataclass(frozen=True)
class Whitener:
    """Takes the dependence out of columns that stand on the days of one series, at every point of the grid at once."""

    gains: np.ndarray
    scales: np.ndarray
    log_spread: np.ndarray

    def __call__(self, columns: np.ndarray) -> np.ndarray:
        """The columns by grid point, day and column; days on which nothing was observed are zero."""
        white = np.empty((len(columns), len(MEMORY), columns.shape[1]))
        filter_days(np.ascontiguousarray(columns, float), self.gains, self.scales, MEMORY, white)
        return white.transpose(1, 0, 2)


@lru_cache(maxsize=16)
def whitener(observed: tuple[bool, ...]) -> Whitener:
    """The filter of the days on which something was observed (Kalman's, of the two parts)."""
    gains, scales = np.zeros((2, len(observed), len(MEMORY)))
    unsure, log_spread = LASTING.copy(), np.zeros(len(MEMORY))
    for day, is_seen in enumerate(observed):
        if is_seen:
            spread = unsure + 1 - LASTING
            gains[day], scales[day] = unsure / spread, spread**-0.5
            log_spread += np.log(spread)
        unsure = MEMORY**2 * unsure * (1 - gains[day]) + LASTING * (1 - MEMORY**2)
    return Whitener(gains, scales, log_spread)


@dataclass(frozen=True)
class Regression:
    """A series whose known ups and downs are taken out, ready to be asked what else it goes with."""

    whiten: Whitener
    basis: np.ndarray
    rest: np.ndarray
    log_weight: np.ndarray
    freedom: int
    is_exact: bool

    @classmethod
    def of(cls, series: np.ndarray, known: np.ndarray) -> "Regression":
        """Of a series with nan on missing days, and the columns of what is known to move it, its level among them."""
        observed = np.isfinite(series)
        known = independent(known, observed)
        whiten = whitener(tuple(observed.tolist()))
        white = whiten(np.column_stack([known, np.where(observed, series, 0.0)]))
        basis, upper = np.linalg.qr(white[..., :-1])
        rest = _without(basis, white[..., -1:])
        log_size = np.log(np.abs(np.diagonal(upper, axis1=1, axis2=2))).sum(axis=1)
        size = np.square(white[..., -1]).sum(axis=1)
        is_exact = bool((np.square(rest[..., 0]).sum(axis=1) <= _ROUNDING * size).all())
        return cls(whiten, basis, rest, -whiten.log_spread / 2 - log_size, int(observed.sum()) - known.shape[1], is_exact)

    def on(self, candidates: np.ndarray) -> Slopes:
        """What each candidate column adds, taken one at a time."""
        white = self.whiten(candidates)
        new = _without(self.basis, white)
        size, along = np.square(new).sum(axis=1), (new * self.rest).sum(axis=1)
        varies = size > _ROUNDING * np.square(white).sum(axis=1)
        freedom, total = self.freedom - 1, np.square(self.rest).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            coefficients = np.where(varies, along / size, np.nan)
            left = np.maximum(total - along**2 / size, _ROUNDING * total + np.finfo(float).tiny)
            errors = np.sqrt(left / freedom / size)
            log_weight = PRIOR[:, None] + self.log_weight[:, None] - np.log(size) / 2 - freedom / 2 * np.log(left)
        weights = np.exp(log_weight - log_weight.max(axis=0))
        return Slopes(coefficients, errors, weights / weights.sum(axis=0), new, freedom)


def _without(basis: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return columns - basis @ (basis.transpose(0, 2, 1) @ columns)


def independent(columns: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """The columns, in their order, without those that the others make up on the observed days.

    Examples
    --------
    >>> ones, sundays = np.ones(4), np.array([0.0, 1.0, 0.0, 0.0])
    >>> independent(np.column_stack([ones, 2 * ones, sundays]), np.array([True, True, True, False])).shape
    (4, 2)
    """
    sizes = np.linalg.norm(columns[observed], axis=0)
    scaled = columns[observed] / np.where(sizes > 0, sizes, 1.0)
    kept: list[int] = []
    for number in range(columns.shape[1]):
        trial = [*kept, number]
        if np.linalg.matrix_rank(scaled[:, trial], tol=1e-6) == len(trial):
            kept = trial
    return columns[:, kept]
