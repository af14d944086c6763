"""Whether a metric's days go with orders, revenue or cost, at once or some days apart (M13): an association, never a cause.

Weekdays and everything slower than half a year are taken out of both series. What is left of the outcome is regressed on the
metric of so many days before or after, its errors depending on each other as far as the outcome speaks for it; that whitens
both sides alike. The search over lags is paid for by Šidák's correction, for as many tests as the lags amount to.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
from scipy import special

from careworth.errors import ParameterError
from careworth.stats import Estimate
from careworth.trends.dependence import Regression, Slopes
from careworth.trends.seasonal import calmed, level_column, logged, residual, slow_columns, weekday_columns

#: Days in which both were seen; with fewer nothing is said.
FEWEST_DAYS = 56

#: The longest lag looked at, either way.
LONGEST_LAG = 14

#: The chance with which a correlation of the detectable size would be found, and with which one is found where there is none.
POWER, FALSE_POSITIVES = 0.8, 0.05


class Link(NamedTuple):
    """How a metric goes with an outcome: at the lag where it shows most, and at every lag.

    `lag_days` is how far the metric goes before the outcome; below zero it comes after. `correlation` is partial; its
    interval, `p_value` and `band` hold for all lags together. `worth_days` is how many independent days the plain
    correlation of the two would stand for, `detectable` the correlation that would have shown four times in five.
    """

    correlation: Estimate
    lag_days: int
    p_value: float
    days: int
    worth_days: float
    detectable: float
    lags: np.ndarray
    profile: np.ndarray
    band: float


class Side(NamedTuple):
    """One daily series of a link: as seen without outliers, and what weekday and slow drift leave of it, nan on days without."""

    calm: np.ndarray
    rest: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, series: np.ndarray, first_day: date) -> "Side":
        """Of a series with one value for each day, nan where there is none."""
        series = np.where(np.isfinite(series), series, np.nan).astype(float)
        if series.ndim != 1:
            raise ParameterError(f"a daily series has one value a day; found an array of shape {series.shape}")
        known = np.column_stack([level_column(len(series)), weekday_columns(first_day, len(series)), slow_columns(len(series))])
        calm = calmed(logged(series), known)
        return cls(calm, residual(calm, known), known)

    def varies(self) -> bool:
        """True where enough days are known and something is left of them."""
        seen = np.isfinite(self.rest)
        return bool(seen.sum() >= FEWEST_DAYS and np.std(self.rest[seen]) > 1e-9 * np.abs(self.calm[seen]).max())


class Outcome(NamedTuple):
    """An outcome made ready once for every metric that is held against it."""

    side: Side
    regression: Regression | None

    @classmethod
    def of(cls, series: np.ndarray, first_day: date) -> "Outcome":
        """Of the outcome's daily series, nan on days without."""
        side = Side.of(series, first_day)
        return cls(side, Regression.of(side.calm, side.known) if side.varies() else None)


def link(metric: np.ndarray, outcome: Outcome, first_day: date) -> Link | None:
    """How the metric goes with the outcome of the same days.

    None where fewer than 56 days have both, or where one of them never varies beyond weekday and slow drift.

    Raises
    ------
    ParameterError
        If the two have not the same number of days.
    """
    side = Side.of(metric, first_day)
    if len(side.rest) != len(outcome.side.rest):
        raise ParameterError(f"the metric has {len(side.rest)} days, the outcome {len(outcome.side.rest)}; give both the same")
    days = int((np.isfinite(side.rest) & np.isfinite(outcome.side.rest)).sum())
    if outcome.regression is None or days < FEWEST_DAYS or not side.varies():
        return None
    longest = min(LONGEST_LAG, len(side.rest) // 8)
    lags = np.arange(-longest, longest + 1)
    slopes = outcome.regression.on(shifted(np.nan_to_num(side.rest), lags))
    return _strongest(slopes, lags, days, worth_days(side.rest, outcome.side.rest))


def _strongest(slopes: Slopes, lags: np.ndarray, days: int, worth: float) -> Link:
    p_values, freedom = slopes.p_values(), slopes.freedom
    signs = np.sign((slopes.weights * slopes.coefficients).sum(axis=0))
    profile = np.nan_to_num(signs * _correlation(p_values, freedom))
    best = int(np.abs(profile).argmax())
    tests = slopes.tests(best)
    together = -np.expm1(tests * np.log1p(-np.minimum(p_values[best], 1 - 1e-16)))
    band = float(_correlation(-np.expm1(np.log1p(-FALSE_POSITIVES) / tests), freedom))
    value, reach = np.arctanh(profile[best]), np.arctanh(band)
    interval = Estimate(*(float(np.tanh(each)) for each in (value, value - reach, value + reach)))
    detectable = float(np.tanh(reach + special.ndtri(POWER) / np.sqrt(freedom)))
    return Link(interval, int(lags[best]), float(together), days, worth, detectable, lags, profile, band)


def _correlation(p_values: np.ndarray, freedom: int) -> np.ndarray:
    """The correlation, without its sign, that has this two-sided p-value."""
    t = -special.stdtrit(freedom, np.maximum(p_values, 1e-300) / 2)
    return t / np.sqrt(t**2 + freedom)


def shifted(series: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """One column for each lag, the series moved down by as many days; zero where it has nothing to say.

    Examples
    --------
    >>> shifted(np.array([1.0, 2.0, 3.0]), np.array([-1, 0, 1])).tolist()
    [[2.0, 1.0, 0.0], [3.0, 2.0, 1.0], [0.0, 3.0, 2.0]]
    """
    wide = np.pad(series, max(abs(lags)))
    start = max(abs(lags)) - lags
    return wide[start[None, :] + np.arange(len(series))[:, None]]


def worth_days(first: np.ndarray, second: np.ndarray) -> float:
    """How many independent days a plain correlation of two daily series stands for, by how long each of them lasts.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(size=(2, 400))
    >>> 300 < worth_days(noise[0], noise[1]) <= 400
    True
    >>> worth_days(*np.cumsum(noise, axis=1)) < 60
    True

    References
    ----------
    Bartlett (1935), Journal of the Royal Statistical Society 98, 536-543.
    """
    days = int((np.isfinite(first) & np.isfinite(second)).sum())
    product = _lasting(first) * _lasting(second)
    share = 1 - np.arange(1, len(product) + 1) / len(first)
    return float(days / max(1.0, 1 + 2 * (share * product).sum()))


def _lasting(series: np.ndarray) -> np.ndarray:
    """Autocorrelations up to a quarter of the days, until they first fall to zero; zero from there on."""
    rest = np.nan_to_num(series - np.nanmean(series))
    both = np.correlate(rest, rest, "full")[len(rest) :][: len(rest) // 4] / (rest @ rest)
    return both * np.logical_and.accumulate(both > 0)
