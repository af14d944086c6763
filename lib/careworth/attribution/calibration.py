"""Credits corrected by lift tests: what all channels caused, told from experiments with some of them (M5 beside M7).

What is corrected is the ratio of caused to credited conversions. It is learned from the tested channels and handed on to the
others with more uncertainty. With the journeys at hand, lifts are corrected in place of the credits themselves: their ratios
differ least between channels, and each credit counts by how well the tests agree with it (Bayesian model averaging).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.journeys import Credits, Journeys
from careworth.attribution.lifts import lift_credits
from careworth.attribution.shrinkage import Fit, Found, shrink
from careworth.contracts import require_columns
from careworth.errors import ParameterError
from careworth.stats import Z95

#: Draws of what the channels caused, of which those that are possible are kept.
DRAWS = 4_000

#: An error is at least this part, and at most that much, of all conversions; beyond it is a slip of the pen.
MOST_CERTAIN = 1e9


class LiftTest(NamedTuple):
    """An experiment with one channel: the conversions that it caused in the period of the credits, with their standard error.

    With `is_share` both are shares of all conversions, 0-1.
    """

    channel: str
    caused: float
    error: float
    is_share: bool = False


class Calibrated(NamedTuple):
    """What channels are credited with beside what they caused, by the tests.

    Attributes
    ----------
    channels : tuple of str
    credited : array
        Conversions by the credit that was given.
    incremental, low, high : array
        Conversions that there would not have been without the channel, with a 95 % interval.
    factor : array
        Credited over incremental, above 1 where the credit says too much; not a number where nothing is incremental.
    is_tested : array of bool
    draws : array (draws, channels)
        Possible incremental conversions, whose mean is `incremental`; for what is computed from them, such as a return.
    weights : dict
        The credits that were corrected, and how far each counts; together 1.
    reason : str
        What to know of the numbers.
    """

    channels: tuple[str, ...]
    credited: np.ndarray
    incremental: np.ndarray
    low: np.ndarray
    high: np.ndarray
    factor: np.ndarray
    is_tested: np.ndarray
    draws: np.ndarray
    weights: dict[str, float]
    reason: str


def calibrate(credits: Credits, tests: Sequence[LiftTest], journeys: Journeys | None = None, seed: int = 1) -> Calibrated:
    """Credited and incremental conversions of every channel, by tests of some of them.

    A channel whose test lies below zero with its whole interval keeps what the test found; any other is not negative. All
    together cause no more than there were conversions, but where tested channels caused more than their part of them: channels
    that work together can each be needed for the same conversion.

    Parameters
    ----------
    credits : Credits
        Of any model, without negative conversions.
    journeys : Journeys, optional
        Those of the credits. Give them where they tell of people who did not convert: the answer is then much surer.

    Raises
    ------
    ParameterError
        If there is no test, one is of an unknown channel, is no number, or finds more than all conversions.

    Examples
    --------
    Search was tested and caused 20 of its 60 conversions; what this says of the others is less sure.

    >>> credits = Credits("linear", ("search", "email"), np.array([60.0, 40.0]), np.array([600.0, 400.0]))
    >>> found = calibrate(credits, [LiftTest("search", 20.0, 2.0)])
    >>> found.incremental.round().tolist(), (found.high - found.low).round(-1).tolist(), found.factor.round().tolist()
    ([20.0, 17.0], [10.0, 50.0], [3.0, 2.0])
    """
    tested = _tested(credits, tests)
    models = [credits, *(lift_credits(_require_same(credits, journeys)) if journeys is not None else [])]
    bases = [np.where(credits.conversions > 0, model.conversions, 0.0) for model in models]
    draws, weights = _posterior(bases, tested, np.random.default_rng(seed))
    is_tested = np.isin(np.arange(len(credits.channels)), tested.channels)
    named = {model.model: weight for model, weight in zip(models, weights, strict=True)}
    return _summary(credits, draws, is_tested, named, len(tests))


def read_tests(table: pl.DataFrame) -> list[LiftTest]:
    """The tests in a table of `channel`, `standard_error` and either `incremental` or `incremental_share` (of all conversions).

    Examples
    --------
    >>> read_tests(pl.DataFrame({"channel": ["email"], "incremental_share": [0.2], "standard_error": [0.05]}))
    [LiftTest(channel='email', caused=0.2, error=0.05, is_share=True)]
    """
    is_share = "incremental_share" in table.columns
    caused = "incremental_share" if is_share else "incremental"
    chosen = require_columns(table, "channel", caused, "standard_error", name="lift tests")
    rows = chosen.select("channel", pl.col(caused, "standard_error").cast(pl.Float64).fill_null(np.nan)).rows()
    return [LiftTest(*row, is_share) for row in rows]


def _tested(credits: Credits, tests: Sequence[LiftTest]) -> Found:
    """The tests in conversions, several of one channel pooled, after a check of each."""
    total = float(credits.conversions.sum())
    _require_credits(credits, total)
    pooled: dict[int, tuple[float, float]] = {}
    for test in tests:
        _require_sane(test, credits, total)
        scale, one = total if test.is_share else 1.0, credits.channels.index(test.channel)
        weighted, precision = pooled.get(one, (0.0, 0.0))
        more = (test.error * scale) ** -2
        pooled[one] = weighted + more * test.caused * scale, precision + more
    if not pooled:
        raise ParameterError("no lift test is given; without one nothing says how much of a credit is caused. Give one or more.")
    sums, precisions = np.array(list(pooled.values())).T
    return Found(np.array(list(pooled)), sums / precisions, precisions**-0.5)


def _require_credits(credits: Credits, total: float) -> None:
    wrong = [name for name, credit in zip(credits.channels, credits.conversions, strict=True) if not 0 <= credit < np.inf]
    if wrong:
        raise ParameterError(f"{credits.model}: channels {wrong} have a negative or no credit. Calibrate another model or game.")
    if not total > 0:
        raise ParameterError(f"{credits.model}: no conversion is credited, so tests have nothing to correct. Check the outcome.")


def _require_sane(test: LiftTest, credits: Credits, total: float) -> None:
    if test.channel not in credits.channels:
        raise ParameterError(f"a lift test is of channel {test.channel!r}; choose from {sorted(credits.channels)}")
    whole = 1.0 if test.is_share else total
    if not (np.isfinite(test.caused) and whole / MOST_CERTAIN <= test.error <= whole * MOST_CERTAIN):
        raise ParameterError(
            f"the lift test of {test.channel!r} found {test.caused} with standard error {test.error}; need numbers, and an error "
            f"above zero that is a billionth to a billion times all conversions"
        )
    if test.caused - Z95 * test.error > whole:
        raise ParameterError(
            f"the lift test of {test.channel!r} found {test.caused} caused, which is more than all conversions ({total:g}). Give "
            f"tests and journeys of the same people and period."
        )


def _require_same(credits: Credits, journeys: Journeys) -> Journeys:
    ours, theirs = float(credits.conversions.sum()), float(journeys.conversions.sum())
    if journeys.channels != credits.channels:
        named = f"channels {journeys.channels}, the credits {credits.channels}"
    elif not np.isclose(ours, theirs, rtol=1e-6):
        named = f"{theirs:g} conversions, the credits {ours:g}"
    else:
        return journeys
    raise ParameterError(f"the journeys have {named}. Give the journeys that were credited.")


def _posterior(bases: list[np.ndarray], tested: Found, generator: np.random.Generator) -> tuple[np.ndarray, list[float]]:
    """Possible draws of what the channels caused, of all credits together, and the part of each by its evidence."""
    apart = (tested.caused + Z95 * tested.errors <= 0) | (bases[0][tested.channels] == 0)
    common, alone = (Found(*(part[chosen] for part in tested)) for chosen in (~apart, apart))
    fits = [shrink(base, common, DRAWS, generator) for base in bases]
    weights, parts = _weights(fits), []
    for fit, base, weight in zip(fits, bases, weights, strict=True):
        draws = fit.draws[: round(weight * DRAWS)]
        draws[:, alone.channels] = generator.normal(alone.caused, alone.errors, (len(draws), len(alone.channels)))
        parts.append(draws[_is_possible(draws, base, tested)])
    return np.concatenate(parts), weights


def _weights(fits: list[Fit]) -> list[float]:
    evidence = np.array([fit.evidence for fit in fits])
    chances = np.exp(evidence - evidence.max())
    return (chances / chances.sum()).tolist()


def _is_possible(draws: np.ndarray, credited: np.ndarray, tested: Found) -> np.ndarray:
    """Whether a draw's sum is no more than there was, or than that times what tested channels caused over their credit."""
    total = credited.sum()
    excess = draws[:, tested.channels].sum(axis=1) / max(credited[tested.channels].sum(), 1e-9 * total)
    return draws.sum(axis=1) <= (1 + 1e-9) * total * np.maximum(excess, 1.0)


def _summary(credits: Credits, draws: np.ndarray, is_tested: np.ndarray, weights: dict[str, float], tests: int) -> Calibrated:
    incremental = draws.mean(axis=0)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    factor = np.divide(credits.conversions, incremental, out=np.full(len(incremental), np.nan), where=incremental > 0)
    reason = _reason(tests, len(weights) > 1, incremental.sum() > credits.conversions.sum())
    return Calibrated(credits.channels, credits.conversions, incremental, low, high, factor, is_tested, draws, weights, reason)


def _reason(tests: int, has_lifts: bool, is_over: bool) -> str:
    parts = [f"credits corrected by {tests} lift test{'s' if tests > 1 else ''}"]
    parts += [] if has_lifts else ["without journeys that did not convert, so the other channels rest on the credit alone"]
    parts += ["channels work together, so what each caused overlaps and adds up to more than there was"] if is_over else []
    return "; ".join(parts)
