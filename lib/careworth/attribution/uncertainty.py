"""How sure a credit is: a bootstrap over people, or over journeys where people are unknown, for every model (M5).

The intervals tell how far another sample of the same people would move the credit, and nothing about cause.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import sparse

from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import Credits, Journeys
from careworth.attribution.markov import markov_credits
from careworth.attribution.resamples import Drawn, draw_resamples
from careworth.attribution.rules import rule_credits, touch_credit
from careworth.attribution.shapley import shapley_credits
from careworth.errors import ParameterError

Model = Callable[[Journeys], Credits]


class Bootstrap(NamedTuple):
    """The credits, and those of as many resamples: arrays (replicates, channels) of conversions and values."""

    credits: Credits
    conversions: np.ndarray
    values: np.ndarray


def bootstrap(journeys: Journeys, model: Model = markov_credits, replicates: int = 1_000, seed: int = 1) -> Bootstrap:
    """The model's credits with those of `replicates` resamples of the people, or of the journeys where people are unknown.

    Each person, or each of the journeys that a row counts, weighs a Poisson number of times, one on average; then weights are
    scaled to as many people or journeys as there were. Of a row that counts many conversions only their mean value is known, so
    that what their values differ by is not in the interval. `model` is a function such as `markov_credits`, with options by
    `functools.partial`; order 1 of Markov is solved for many resamples at once.

    Raises
    ------
    ParameterError
        If fewer than 2 replicates are asked for.
    ContractError
        If a count or value of the journeys is impossible.
    """
    return bootstrap_each(journeys, [model], replicates, seed)[0]


def bootstrap_each(journeys: Journeys, models: Sequence[Model], replicates: int = 1_000, seed: int = 1) -> list[Bootstrap]:
    """What `bootstrap` gives of each model, all of them from the same resamples."""
    if replicates < 2:
        raise ParameterError(f"bootstrap: {replicates} replicates give no interval. Ask for 1,000, or for 2 at least.")
    credits = [model(require_sound(journeys)) for model in models]
    solvers = [_at_once(model, journeys) or partial(_in_turn, model, journeys) for model in models]
    blocks = [[solver(drawn) for solver in solvers] for drawn in draw_resamples(journeys, replicates, seed)]
    drawn = [map(np.concatenate, zip(*parts, strict=True)) for parts in zip(*blocks, strict=True)]
    return [Bootstrap(own, *amounts) for own, amounts in zip(credits, drawn, strict=True)]


def credit_intervals(resampled: Bootstrap, level: float = 0.95) -> pl.DataFrame:
    """One row per channel: conversions, values and the share of conversions, each with its `_low` and `_high`.

    A share is null where nothing converted; bounds are percentiles of the resamples.
    """
    if not 0 < level < 1:
        raise ParameterError(f"bootstrap: the level is {level}. Give a share between 0 and 1, such as 0.95.")
    credits, columns = resampled.credits, {"channel": list(resampled.credits.channels)}
    shares = _shares(resampled.conversions)
    seen = {
        "conversions": (credits.conversions, resampled.conversions),
        "values": (credits.values, resampled.values),
        "share": (_shares(credits.conversions[None])[0], shares[np.isfinite(shares).all(axis=1)]),
    }
    for name, (value, draws) in seen.items():
        bounds = _bounds(draws, level) if len(draws) else np.full((2, len(value)), np.nan)
        columns |= {name: value, f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def _bounds(draws: np.ndarray, level: float) -> np.ndarray:
    """The quantiles between which as much of the next draw falls: without bias also where there are few draws."""
    return np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0, method="weibull")


def _shares(credits: np.ndarray) -> np.ndarray:
    totals = credits.sum(axis=1, keepdims=True)
    return np.divide(credits, totals, out=np.full_like(credits, np.nan), where=totals != 0)


def rank_stability(resampled: Bootstrap) -> pl.DataFrame:
    """One row per channel and rank by conversions: in what share of resamples it has that rank, and `is_rank` as credited.

    Of equal channels the one named first in the journeys ranks first.

    Examples
    --------
    >>> credits = Credits("last", ("care", "email"), np.array([5.0, 4.0]), np.zeros(2))
    >>> draws = np.array([[5.0, 4.0], [6.0, 3.0], [4.0, 5.0], [7.0, 2.0]])
    >>> rank_stability(Bootstrap(credits, draws, draws * 0)).filter(pl.col("rank") == 1).rows()
    [('care', 1, 0.75, True), ('email', 1, 0.25, False)]
    """
    count, channels = len(resampled.credits.channels), resampled.credits.channels
    ranks, ranked = _ranks(resampled.conversions), _ranks(resampled.credits.conversions[None])[0]
    chances = (ranks[:, :, None] == np.arange(count)).mean(axis=0)
    return pl.DataFrame(
        {
            "channel": np.repeat(np.array(channels, dtype=object), count).tolist(),
            "rank": np.tile(np.arange(1, count + 1), count),
            "probability": chances.ravel(),
            "is_rank": (ranked[:, None] == np.arange(count)).ravel(),
        },
        schema_overrides={"channel": pl.String},
    )


def _ranks(credits: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(-credits, axis=1, kind="stable"), axis=1, kind="stable")


def _in_turn(model: Model, journeys: Journeys, drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
    """Conversions and values that the model credits, one resample after the other."""
    amounts = (drawn(name, np.arange(len(journeys.conversions))).T.copy() for name in ("conversions", "nulls", "values"))
    credited = [model(journeys._replace(conversions=c, nulls=n, values=v)) for c, n, v in zip(*amounts, strict=True)]
    return np.array([each.conversions for each in credited]), np.array([each.values for each in credited])


def _at_once(model: Model, journeys: Journeys) -> Callable | None:
    """What solves many resamples together, if the model is a rule or one of two that are like it; else None.

    The two are the Shapley value of the sum game, and Markov of order 1 with removal to null.
    """
    options = model.keywords if isinstance(model, partial) and not model.args else {}
    function = model.func if isinstance(model, partial) and not model.args else model
    if not len(journeys.touches):
        return None
    if function is shapley_credits and options.get("game", "sum") == "sum":
        function, options = rule_credits, {"rule": "shapley"}
    if function is rule_credits:
        return partial(_by_shares, *_shares_of(journeys, touch_credit(journeys, **options)))
    plain = options.get("order", 1) == 1 and options.get("removal", "null") == "null"
    if function is markov_credits and plain:
        return partial(_first_order, len(journeys.channels), _incidence(journeys), options.get("with_nulls", True))
    return None


def _paid(journeys: Journeys) -> np.ndarray:
    """The journeys that have something to be credited."""
    return np.flatnonzero((journeys.conversions != 0) | (journeys.values != 0))


def _shares_of(journeys: Journeys, shares: np.ndarray) -> tuple[np.ndarray, sparse.csr_array]:
    """The journeys that have something to be credited and, in columns, the share of each that a channel is credited with."""
    count, size, paid = len(journeys.conversions), len(journeys.channels), _paid(journeys)
    journey = np.repeat(np.arange(count), np.diff(journeys.starts))
    return paid, sparse.csr_array((shares, (journeys.touches.astype(np.int64), journey)), shape=(size, count))[:, paid]


def _by_shares(paid: np.ndarray, shares: sparse.csr_array, drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
    """A rule's credits for each resample: it shares out each journey alike, however often that is drawn."""
    return (shares @ drawn("conversions", paid)).T, (shares @ drawn("values", paid)).T


class _Incidence(NamedTuple):
    """By journey, in columns: how often it makes each move, which channel it begins with and which it ends with.

    `paid` are the journeys that have something to be credited.
    """

    moves: sparse.csr_array
    firsts: sparse.csr_array
    lasts: sparse.csr_array
    paid: np.ndarray


def _incidence(journeys: Journeys) -> _Incidence:
    count, size = len(journeys.conversions), len(journeys.channels)
    touches, starts = journeys.touches.astype(np.int64), journeys.starts
    journey = np.repeat(np.arange(count), np.diff(starts))
    move = np.flatnonzero((journey[1:] == journey[:-1]) & (touches[1:] != touches[:-1]))
    rows, columns = touches[move] * size + touches[move + 1], journey[move]
    moves = sparse.csr_array((np.ones(len(move)), (rows, columns)), shape=(size * size, count))
    ends = [
        sparse.csr_array((np.ones(count), (touches[place], np.arange(count))), shape=(size, count))
        for place in (starts[:-1], starts[1:] - 1)
    ]
    return _Incidence(moves, *ends, _paid(journeys))


def _first_order(size: int, incidence: _Incidence, with_nulls: bool, drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
    """Markov's credits of order 1 for each resample: the chance to reach a channel, times what is expected from there on."""
    moves, firsts, lasts, paid = incidence
    outcomes = [drawn(name, paid) for name in ("conversions", "values")]
    weights = drawn("nulls" if with_nulls else "conversions", np.arange(moves.shape[1]))
    if with_nulls:
        weights[paid] += outcomes[0]
    counted = (moves @ weights).T.reshape(-1, size, size)
    ended = np.stack([(lasts[:, paid] @ each).T for each in outcomes], axis=2)
    out = counted.sum(axis=2) + (lasts @ weights).T
    out[out == 0] = 1.0  # A channel that was not drawn is never reached.
    visits = np.linalg.inv(np.eye(size) - counted / out[:, :, None])
    reached = np.einsum("rs,rsc->rc", (firsts @ weights).T, visits) / np.diagonal(visits, axis1=1, axis2=2)
    lost = reached[:, :, None] * (visits @ (ended / out[:, :, None]))
    credited = [_shared(lost[:, :, i], each.sum(axis=0)) for i, each in enumerate(outcomes)]
    return credited[0], credited[1]


def _shared(parts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    whole = parts.sum(axis=1)
    return parts * np.divide(totals, whole, out=np.zeros(len(whole)), where=whole != 0)[:, None]
