"""What two arms of a randomised holdout leave open about their difference, where few persons buy and orders are skewed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from careworth.roi.distributions import Distribution, Normal

#: Evenly spread shares at which the mean of each arm is tabled; all pairs of them make the difference.
SHARES = (np.arange(256) + 0.5) / 256


@dataclass(frozen=True)
class SkewedDifference:
    """The difference of two means of amounts of 0 or more: each is gamma distributed about what was seen.

    Parameters
    ----------
    mean : float
        The difference that was seen.
    spread : float
        Variance of an amount over its mean, in both arms together.
    sums : pair of float
        All amounts of the first and of the second arm.
    persons : pair of int
        Persons in the first and in the second arm.
    """

    mean: float
    spread: float
    sums: tuple[float, float]
    persons: tuple[int, int]

    @cached_property
    def _table(self) -> np.ndarray:
        first, second = (
            special.gammaincinv(total / self.spread + 0.5, SHARES) * self.spread / count
            for total, count in zip(self.sums, self.persons, strict=True)
        )
        apart = np.sort(np.subtract.outer(first, second), axis=None)
        return apart + self.mean - apart.mean()

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        return np.interp(shares, (np.arange(len(self._table)) + 0.5) / len(self._table), self._table)


def difference_of_arms(treated: np.ndarray, control: np.ndarray) -> Distribution:
    """The mean amount of a treated person less that of a control, as two samples leave it open.

    The variance of amounts is taken to be in proportion to their mean, as that of counts is, and the proportion from both
    arms: a small arm with few buyers knows its own spread too badly, and most so when its mean comes out low. With amounts
    below zero it is a normal distribution with the standard error of Welch.

    Parameters
    ----------
    treated, control : array of float
        The amount of each person, two or more in each arm.

    Examples
    --------
    >>> difference_of_arms(np.array([40.0, 20.0, 0.0]), np.array([15.0, 0.0, 0.0])).mean
    15.0

    References
    ----------
    Fay and Feuer (1997), Statistics in Medicine 16, 791-801, for the gamma distribution of a sum of skewed amounts.
    """
    arms = (treated, control)
    mean, squares = float(treated.mean() - control.mean()), [_squares(arm) for arm in arms]
    if min(arm.min() for arm in arms) < 0 or sum(squares) == 0:
        variances = [square / (len(arm) - 1) / len(arm) for square, arm in zip(squares, arms, strict=True)]
        return Normal(mean, sum(variances) ** 0.5)
    sums, persons = (float(treated.sum()), float(control.sum())), (len(treated), len(control))
    spread = sum(squares) / (sum(persons) - 2) / (sum(sums) / sum(persons))
    return SkewedDifference(mean, spread, sums, persons)


def _squares(amounts: np.ndarray) -> float:
    return float(((amounts - amounts.mean()) ** 2).sum())
