"""Whether the forecast would have kept its word: earlier forecasts against what came, each with what was known then."""

from typing import NamedTuple

import numpy as np

from careworth.capacity.forecast import FIRST_ORIGIN, Errors, measure_spread, probability_upto


class Backtest(NamedTuple):
    """How earlier forecasts did.

    `inside` is the share of hours within their interval; in quiet hours it is more than was promised, since counts are whole.
    `coverage` divides a count at the edge as chance would, so that it is the promised share if the intervals are right.
    `by_forecast` is the same for each of the forecasts that it rests on, and `origins` the week in which each was made.
    `error` and `naive_error` are root mean squares of an hour, of the forecast and of the last week known then.
    """

    inside: float | None
    coverage: float | None
    error: float
    naive_error: float
    forecasts: int
    by_forecast: np.ndarray
    origins: np.ndarray


def back_test(errors: Errors, coverage: float = 0.8) -> Backtest:
    """Coverage and error of the earlier forecasts; no coverage where too few came before to say how far they stray."""
    use = np.broadcast_to(errors.counts[:, :, None], errors.came.shape)
    error, naive = (_root_mean_square((part - errors.came)[use]) for part in (errors.expected, errors.naive))
    spreads = {int(origin): _spread_before(errors, int(origin)) for origin in np.unique(errors.origin)}
    judged = [pair for pair, origin in enumerate(errors.origin) if len(spreads[int(origin)])]
    if not judged:
        return Backtest(None, None, error, naive, len(errors.origin), np.zeros(0), np.zeros(0))
    spread = np.array([spreads[int(errors.origin[pair])][errors.ahead[pair]] for pair in judged])[:, None, None]
    hours = use[judged]
    inside, exact = _covered(errors.expected[judged], errors.came[judged], spread, coverage)
    whole = float(inside[hours].mean()), float(exact[hours].mean())
    each = np.array([part[kept].mean() if kept.any() else np.nan for part, kept in zip(exact, hours, strict=True)])
    return Backtest(*whole, error, naive, len(errors.origin), each, errors.origin[judged])


def _spread_before(errors: Errors, origin: int) -> np.ndarray:
    """How far forecasts strayed as far as it was known at `origin`; nothing where too few weeks had been forecast by then."""
    known = errors.origin + errors.ahead < origin
    if known.sum() < FIRST_ORIGIN:
        return np.array([])
    return measure_spread(Errors(*(part[known] for part in errors)), int(errors.ahead.max()) + 1).hours


def _covered(expected: np.ndarray, came: np.ndarray, spread: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
    """For each hour whether its count lies inside, and how much of its probability does (Czado and others, 2009)."""
    below, upto = (probability_upto(count, expected, spread) for count in (came - 1, came))
    first, last = (1 - coverage) / 2, (1 + coverage) / 2
    part = (np.minimum(upto, last) - np.maximum(below, first)) / np.maximum(upto - below, 1e-12)
    return (upto >= first) & (below < last), np.clip(part, 0.0, 1.0)


def _root_mean_square(off: np.ndarray) -> float:
    return float(np.sqrt(np.mean(off**2)))
