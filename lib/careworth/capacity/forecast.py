"""How many customers will write in each hour of the week: level, trend and pattern of the hours, with honest intervals.

The weeks end with the last day that is known, so none of it is left over and the forecast begins on the next day. How far
reality strays is not read off the fit but off forecasts made earlier in the history, each from what was known then.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc
from scipy.stats import nbinom, t

from careworth.capacity.profile import Profile, fit_profile, level_ahead
from careworth.errors import ParameterError
from careworth.stats import Z95

#: Fewer whole weeks tell no pattern of hours (METRICS.md V6, V8); more than half a year ago is another time.
FEWEST_WEEKS, MOST_WEEKS = 8, 26

#: So many weeks are known when the first of the earlier forecasts is made.
FIRST_ORIGIN = 4

WEEKS_AHEAD = 4

#: A negative binomial that strays so little is a Poisson distribution.
LEAST_SPREAD = 1e-9


class Spread(NamedTuple):
    """How far reality strays from a forecast beyond chance, as squared coefficients of variation.

    `hours` is that of single hours, one for each week ahead; `level` that of whole weeks, whose hours stray together.
    """

    hours: np.ndarray
    level: float


class Errors(NamedTuple):
    """Forecasts made earlier: for each origin and each week ahead what was expected, what came, and what came the week before.

    `expected`, `came` and `naive` have one row per pair of an origin and a week ahead: (pairs, 7, 24). `counts` says which of
    their days are ordinary.
    """

    origin: np.ndarray
    ahead: np.ndarray
    expected: np.ndarray
    came: np.ndarray
    naive: np.ndarray
    counts: np.ndarray


class Forecast(NamedTuple):
    """Arrivals of the weeks ahead, (weeks, 7, 24): the mean and the interval in which an hour lies with `coverage`."""

    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    spread: Spread
    profile: Profile
    errors: Errors


def forecast_arrivals(
    counts: np.ndarray, is_special: np.ndarray | None = None, weeks_ahead: int = WEEKS_AHEAD, coverage: float = 0.8
) -> Forecast:
    """The arrivals of the weeks after the last day of `counts`, hour by hour, as ordinary days have them.

    Parameters
    ----------
    counts : array (days, 24)
        Arrivals by day and hour of the local clock; the oldest days that make no whole week are not used.
    is_special : array (days,), optional
        True for days of events: they teach nothing about ordinary days and are not tested against them.

    Raises
    ------
    ParameterError
        If the counts are not whole numbers from 0 on, or fewer than eight weeks have an ordinary day.
    """
    weeks, ordinary = _weeks(counts, is_special)
    profile = fit_profile(weeks, ordinary)
    errors = earlier_errors(weeks, ordinary, weeks_ahead)
    spread = measure_spread(errors, weeks_ahead)
    expected = level_ahead(profile, weeks_ahead)[:, None, None] * profile.pattern
    low, high = interval(expected, spread.hours[:, None, None], coverage)
    return Forecast(expected, low, high, spread, profile, errors)


def interval(expected: np.ndarray, spread: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers between which a count lies with `coverage`: those of a negative binomial."""
    expected, spread = np.broadcast_arrays(np.asarray(expected, float), np.maximum(spread, LEAST_SPREAD))
    size = 1 / spread
    low, high = (nbinom.ppf(tail, size, size / (size + expected)) for tail in ((1 - coverage) / 2, (1 + coverage) / 2))
    return np.maximum(low, 0), np.maximum(high, 0)


def probability_upto(count: np.ndarray, expected: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """The probability of at most so many arrivals where so many are expected."""
    size = 1 / np.maximum(spread, LEAST_SPREAD)
    inside = betainc(size, np.maximum(count, 0) + 1, size / (size + expected))
    return np.where(count < 0, 0.0, inside)


def earlier_errors(weeks: np.ndarray, ordinary: np.ndarray, weeks_ahead: int = WEEKS_AHEAD) -> Errors:
    """What would have been forecast from each earlier week on, beside what came and beside the last week known then."""
    pairs = [
        (origin, ahead, expected, weeks[origin + ahead], weeks[origin - 1], ordinary[origin + ahead])
        for origin in range(FIRST_ORIGIN, len(weeks))
        if ordinary[:origin].any(axis=1).sum() >= FIRST_ORIGIN
        for ahead, expected in enumerate(_expected(weeks[:origin], ordinary[:origin], min(weeks_ahead, len(weeks) - origin)))
    ]
    return Errors(*(np.array(part) for part in zip(*pairs, strict=True)))


def measure_spread(errors: Errors, weeks_ahead: int = WEEKS_AHEAD) -> Spread:
    """How far earlier forecasts were off beyond chance; the further ahead, the further off, never the other way round.

    Few weeks say little of how far a level strays: it is widened as Student's t is against the normal distribution.
    """
    hours, origins = _strays(errors.expected, errors.came, errors)
    days = errors.counts[:, :, None]
    total = (errors.expected * days).sum(axis=(1, 2)), (errors.came * days).sum(axis=(1, 2))
    level, _ = _strays(*(each[:, None, None] for each in total), errors)
    few = (t.ppf(0.975, max(origins[0] - 1, 1)) / Z95) ** 2
    return Spread(_rising(hours, origins, weeks_ahead), float(few * np.average(level, weights=origins)))


def _expected(weeks: np.ndarray, ordinary: np.ndarray, weeks_ahead: int) -> np.ndarray:
    profile = fit_profile(weeks, ordinary)
    return level_ahead(profile, weeks_ahead)[:, None, None] * profile.pattern


def _strays(expected: np.ndarray, came: np.ndarray, errors: Errors) -> tuple[np.ndarray, np.ndarray]:
    """For each week ahead the squared coefficient of variation beyond Poisson, and from how many origins it is known."""
    use = errors.counts[:, :, None] if expected.shape[1] > 1 else 1.0
    beyond = (use * ((came - expected) ** 2 - expected)).sum(axis=(1, 2))
    scale = (use * expected**2).sum(axis=(1, 2))
    aheads = range(int(errors.ahead.max()) + 1)
    origins = np.array([(errors.ahead == ahead).sum() for ahead in aheads])
    sums = np.array([[part[errors.ahead == ahead].sum() for ahead in aheads] for part in (beyond, scale)])
    return np.maximum(sums[0] / np.maximum(sums[1], 1e-12), 0.0), origins


def _rising(spread: np.ndarray, origins: np.ndarray, weeks_ahead: int) -> np.ndarray:
    ahead = np.arange(len(spread))
    slope, start = np.polyfit(ahead, spread, 1, w=np.sqrt(origins)) if len(spread) > 1 else (0.0, spread[0])
    if slope < 0 or start < 0:
        slope, start = 0.0, np.average(spread, weights=origins)
    return start + slope * np.arange(weeks_ahead)


def _weeks(counts: np.ndarray, is_special: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    counts = np.asarray(counts, float)
    if counts.ndim != 2 or counts.shape[1] != 24:
        raise ParameterError(f"arrivals are a table of days by 24 hours, found one of the shape {counts.shape}")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ParameterError("arrivals are whole numbers from 0 on; found others, count conversations hour by hour")
    special = np.zeros(len(counts), bool) if is_special is None else np.asarray(is_special, bool)
    if len(special) != len(counts):
        raise ParameterError(f"{len(special)} days are said to be special or not, but {len(counts)} have counts")
    number = min(len(counts) // 7, MOST_WEEKS)
    weeks, ordinary = counts[len(counts) - 7 * number :].reshape(-1, 7, 24), ~special[len(counts) - 7 * number :].reshape(-1, 7)
    if (known := int(ordinary.any(axis=1).sum())) < FEWEST_WEEKS:
        raise ParameterError(f"{known} whole weeks with ordinary days are too few for a forecast; it takes {FEWEST_WEEKS}")
    return weeks, ordinary
