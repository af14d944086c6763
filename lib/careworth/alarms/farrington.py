"""Farrington's outbreak detection for weekly counts: the classic rule of 1996 and the flexible one of 2013."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

from careworth.alarms.quasi_poisson import Fit, fit_reweighted
from careworth.errors import ParameterError

WEEKS_OF_A_YEAR = 52

#: Fewer reports than this in the last so many weeks raise no alarm.
FEW_REPORTS, RECENT_WEEKS = 5, 4


@dataclass(frozen=True)
class Farrington:
    """The options of the algorithm, named in words; the defaults are the flexible rule's advice (Noufaily 2013).

    `threshold` is 'delta' (normal after a power of 2/3), 'plugin' (negative binomial around the expectation)
    or 'quantile' (negative binomial around the expectation's own upper limit); `tail` is the one-sided error.
    """

    years: int = 5
    half_window: int = 3
    periods: int = 10
    weeks_left_out: int = 26
    outbreak_threshold: float = 2.58
    trend_p: float = 1.0
    tail: float = 0.05
    threshold: str = "plugin"


#: What R's `farrington` does by default, but for the years: a window around the same week, a two-sided tail.
CLASSIC = Farrington(periods=1, weeks_left_out=0, outbreak_threshold=1.0, trend_p=0.05, tail=0.025, threshold="classic")
THRESHOLDS = ("classic", "delta", "plugin", "quantile")


class Bound(NamedTuple):
    """What one week's count is held against; `upper` is None where too few reports came in to judge."""

    week: int
    observed: float
    expected: float
    upper: float | None
    tail: float
    is_alarm: bool


def farrington_bounds(counts: np.ndarray, weeks: range | list[int], options: Farrington | None = None) -> list[Bound]:
    """The bound of each asked week (counted from zero), from earlier weeks only.

    Matches `farringtonFlexible` and `farrington` of R's `surveillance`; weeks without a count are left out of the past.

    References
    ----------
    Farrington et al. (1996), JRSS A 159, 547-563. Noufaily et al. (2013), Statistics in Medicine 32, 1206-1222.
    """
    options = options or Farrington()
    counts = np.asarray(counts, float)
    _require_possible(counts, weeks, options)
    return [_bound(counts, week, options) for week in weeks]


def weeks_needed(options: Farrington) -> int:
    """How many weeks must lie before the first week that can be judged."""
    return options.years * WEEKS_OF_A_YEAR + options.half_window


def _require_possible(counts: np.ndarray, weeks: range | list[int], options: Farrington) -> None:
    if options.threshold not in THRESHOLDS:
        raise ParameterError(f"unknown threshold {options.threshold!r}; choose from {list(THRESHOLDS)}")
    if np.isinf(counts).any() or (counts < 0).any():
        raise ParameterError("a weekly count is negative or infinite; give counts of 0 or more, and leave unknown weeks empty")
    needed = weeks_needed(options)
    outside = [week for week in weeks if not needed <= week < len(counts)]
    if outside:
        raise ParameterError(
            f"week {outside[0]} cannot be judged: {needed} weeks must lie before it and the series has {len(counts)}; "
            f"ask for later weeks or fewer years"
        )


def _bound(counts: np.ndarray, week: int, options: Farrington) -> Bound:
    blocks = _blocks(week, len(counts), options)
    past = np.flatnonzero((blocks >= 0) & ~np.isnan(counts))
    design, now = _design(past, blocks[past], week, options)
    fit, used = _fit(design, now, counts[past], options)
    expected = float(np.exp(now[used] @ fit.coefficients))
    upper, tail = _upper(fit, now[used], expected, counts[week], options)
    enough = np.nansum(counts[week - RECENT_WEEKS + 1 : week + 1]) >= FEW_REPORTS
    observed = float(counts[week])
    return Bound(week, observed, expected, upper if enough else None, tail, bool(enough and observed > upper))


def _blocks(week: int, length: int, options: Farrington) -> np.ndarray:
    """The season block of each week that serves as the past of `week`, -1 for the others; the last is its own season."""
    blocks, half, last = np.full(length, -1), options.half_window, options.periods - 1
    if options.threshold != "classic":
        blocks[week - half : week + 1] = last
    for back in range(1, options.years + 1):
        centre = week - back * WEEKS_OF_A_YEAR
        blocks[centre - half : centre + half + 1] = last
        for number, part in enumerate(_between(centre, options)):
            blocks[part] = number
    if options.threshold != "classic":
        blocks[week - options.weeks_left_out : week + 1] = -1
    return blocks


def _between(centre: int, options: Farrington) -> list[np.ndarray]:
    """The weeks between one reference window and the next, in as many parts as there are other seasons."""
    if options.periods == 1:
        return []
    first = centre + options.half_window + 1
    return np.array_split(np.arange(first, centre + WEEKS_OF_A_YEAR - options.half_window), options.periods - 1)


def _design(past: np.ndarray, blocks: np.ndarray, week: int, options: Farrington) -> tuple[np.ndarray, np.ndarray]:
    """Intercept, week and season columns of the past, and the same columns of the week in question."""
    seasons = np.arange(1, options.periods)
    design = np.column_stack([np.ones(len(past)), past + 1.0, blocks[:, None] == seasons])
    return design, np.concatenate([[1.0, week + 1.0], seasons == options.periods - 1])


def _fit(design: np.ndarray, now: np.ndarray, counts: np.ndarray, options: Farrington) -> tuple[Fit, np.ndarray]:
    """The fit with a trend, where the trend is wanted and believable, else without; and the columns it uses."""
    everything = np.arange(design.shape[1])
    level = np.delete(everything, 1)
    fit = fit_reweighted(design, counts, options.outbreak_threshold)
    if fit.converged and _trend_holds(fit, now, counts, options):
        return fit, everything
    return fit_reweighted(design[:, level], counts, options.outbreak_threshold), level


def _trend_holds(fit: Fit, now: np.ndarray, counts: np.ndarray, options: Farrington) -> bool:
    error = np.sqrt(_dispersion(fit, options) * fit.covariance[1, 1])
    p = 2 * stats.t.sf(abs(fit.coefficients[1]) / error, fit.freedom) if error > 0 else 1.0
    return options.years >= 3 and p < options.trend_p and np.exp(now @ fit.coefficients) <= counts.max()


def _dispersion(fit: Fit, options: Farrington) -> float:
    return fit.dispersion if options.threshold == "classic" else fit.weighted_dispersion


def _upper(fit: Fit, now: np.ndarray, expected: float, observed: float, options: Farrington) -> tuple[float, float]:
    """The largest count that is still usual, and how likely a count like the observed one was."""
    phi = max(fit.dispersion, 1.0)
    scale = phi if options.threshold == "classic" else fit.weighted_dispersion
    relative_error = float(np.sqrt(max(now @ fit.covariance @ now, 0.0) * scale))
    if options.threshold in ("classic", "delta"):
        return _power_bound(expected, phi + relative_error**2 * expected, observed, options.tail)
    centre = expected * np.exp(stats.norm.isf(options.tail) * relative_error) if options.threshold == "quantile" else expected
    law = stats.nbinom(centre / (phi - 1), 1 / phi) if phi > 1 else stats.poisson(centre)
    return float(law.ppf(1 - options.tail)), float(law.sf(observed - 1))


def _power_bound(expected: float, dispersion: float, observed: float, tail: float) -> tuple[float, float]:
    error = np.sqrt(4 / 9 * expected ** (1 / 3) * dispersion)
    upper = max(expected ** (2 / 3) + stats.norm.isf(tail) * error, 0.0) ** 1.5
    return float(upper), float(stats.norm.sf(observed ** (2 / 3), expected ** (2 / 3), error))
