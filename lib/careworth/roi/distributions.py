"""How an uncertain quantity is distributed: what experts state as a range, and what a sample leaves open."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy import special

from careworth.errors import CareworthError

#: Shares at which the quantiles of a slow distribution are tabled, close together where its tails are.
GRID = special.ndtr(np.linspace(-6, 6, 4097))


class Distribution(Protocol):
    """An uncertain quantity: `mean`, and the quantile at each share between 0 and 1."""

    @property
    def mean(self) -> float:
        """What it comes to on average."""
        ...

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        ...


@dataclass(frozen=True)
class Fixed:
    """A quantity that is known."""

    value: float

    def __post_init__(self):
        _require(np.isfinite(self.value), f"need a number, found {self.value}")

    @property
    def mean(self) -> float:
        """What it comes to on average."""
        return self.value

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        return np.full(shares.shape, float(self.value))


@dataclass(frozen=True)
class Beta:
    """A share, as a sample of `a` that did and `b` that did not leaves it open; `least` and `most` stretch it.

    Examples
    --------
    >>> Beta(40, 60).mean
    0.4
    """

    a: float
    b: float
    least: float = 0.0
    most: float = 1.0

    def __post_init__(self):
        known = all(map(np.isfinite, (self.a, self.b, self.least, self.most)))
        _require(known and self.a > 0 and self.b > 0, f"need a and b above 0, found {self.a}, {self.b}")

    @property
    def mean(self) -> float:
        """What it comes to on average."""
        return self.least + (self.most - self.least) * self.a / (self.a + self.b)

    @cached_property
    def _table(self) -> np.ndarray:
        return self.least + (self.most - self.least) * special.betaincinv(self.a, self.b, GRID)

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        return np.interp(shares, GRID, self._table)


def share_seen(yes: int, asked: int) -> Beta:
    """The share of all of whom `yes` of `asked` said so, by Jeffreys' rule."""
    return Beta(yes + 0.5, asked - yes + 0.5)


def pert(low: float, likely: float, high: float) -> Beta | Fixed:
    """An expert's range: the lowest, the likely and the highest, the likely weighing four times.

    Raises
    ------
    CareworthError
        If a number is not finite or they are out of order.

    Examples
    --------
    >>> round(pert(6.0, 8.5, 12.0).mean, 2)  # (6 + 4 * 8.5 + 12) / 6
    8.67
    """
    _require_order(low, likely, high)
    if low == high:
        return Fixed(likely)
    width = high - low
    return Beta(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, low, high)


@dataclass(frozen=True)
class Triangular:
    """An expert's range whose density falls in straight lines from the likely value to both ends.

    Examples
    --------
    >>> Triangular(80, 100, 105).mean
    95.0
    """

    low: float
    likely: float
    high: float

    def __post_init__(self):
        _require_order(self.low, self.likely, self.high)

    @property
    def mean(self) -> float:
        """What it comes to on average."""
        return (self.low + self.likely + self.high) / 3

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        width = self.high - self.low
        if width == 0:
            return np.full(shares.shape, float(self.likely))
        rising = self.low + np.sqrt(shares * width * (self.likely - self.low))
        falling = self.high - np.sqrt((1 - shares) * width * (self.high - self.likely))
        return np.where(shares * width < self.likely - self.low, rising, falling)


@dataclass(frozen=True)
class Normal:
    """A mean that is known with a standard error."""

    mean: float
    error: float

    def __post_init__(self):
        known = np.isfinite(self.mean) and np.isfinite(self.error)
        _require(known and self.error >= 0, f"need a number and a standard error of 0 or more, found {self.mean}, {self.error}")

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        return self.mean + self.error * special.ndtri(shares)


@dataclass(frozen=True)
class Lognormal:
    """A quantity above zero that errs by factors: its mean and its standard deviation."""

    mean: float
    deviation: float

    def __post_init__(self):
        known = np.isfinite(self.mean) and np.isfinite(self.deviation)
        _require(known and self.mean > 0 and self.deviation >= 0, f"need a mean above 0, found {self.mean}, {self.deviation}")

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which it lies in each of these shares of all cases."""
        spread = np.sqrt(np.log1p((self.deviation / self.mean) ** 2))
        return self.mean * np.exp(spread * special.ndtri(shares) - spread**2 / 2)


def _require_order(low: float, likely: float, high: float) -> None:
    ordered = all(map(np.isfinite, (low, likely, high))) and low <= likely <= high
    _require(ordered, f"need low <= likely <= high, found {low}, {likely}, {high}")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise CareworthError(sentence)
