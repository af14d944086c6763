"""Shapley attribution with named games: what each channel adds, averaged over all orders in which channels could join (M5).

The answer depends on what a coalition of channels is said to be worth, so the game is always named. Like every attribution it
describes who was there, and not what would have happened without them.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from careworth.attribution.chain import ranked
from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import NO_CONVERSIONS, Credits, Journeys
from careworth.attribution.kernels import mark_channels, play_each, share_equally
from careworth.attribution.markov import share_out
from careworth.errors import ParameterError

#: What a coalition S is worth. sum: conversions of journeys that touched no channel outside S. rate: for each journey, the share
#: of journeys with exactly the channels S that converted, among the channels of that journey. full_rate: the same among all
#: channels at once. exact: conversions of journeys that touched exactly S, among all channels at once.
GAMES = ("sum", "rate", "full_rate", "exact")

REMEDY = "All channels together are worth nothing in this game, or less: choose the game 'sum' or 'rate'."

#: A user's own game is played out in full up to so many channels; above it, orders are drawn.
EXACT_CHANNELS = 20

Worth = Callable[[frozenset[str]], float]


class Shapley(NamedTuple):
    """The Shapley value of each channel, and its standard error where orders were drawn (zero where nothing was)."""

    channels: tuple[str, ...]
    values: np.ndarray
    errors: np.ndarray
    orders: int = 0


class Sets(NamedTuple):
    """The different sets of channels that journeys touched, as rows of bits, with what came of the journeys of each."""

    bits: np.ndarray
    sizes: np.ndarray
    counts: np.ndarray
    outcomes: np.ndarray


def shapley_credits(
    journeys: Journeys, game: str | Worth = "sum", with_nulls: bool = True, orders: int = 2_000, seed: int = 1
) -> Credits:
    """Conversions and values shared by the Shapley value of the game; exact for every named game and number of channels.

    Parameters
    ----------
    journeys : Journeys
        Paths with their conversions, nulls and values.
    game : str or function
        One of `GAMES`; or what a set of channel names is worth, in any unit.
    with_nulls : bool
        False leaves journeys out that did not convert, which makes every rate one.
    orders, seed : int
        How many orders are drawn, and from which seed, for a function of more than 20 channels.

    The games 'sum' and 'rate' add up to the conversions by themselves. What the others give is scaled to do so, and refused
    where that has no meaning. A channel that stands mostly in journeys that fail can be credited with less than nothing.

    Examples
    --------
    METRICS.md F.4:

    >>> paths = [(0,), (1,), (0, 1), (1, 2), (0, 2), (2,), (0, 1, 2)]
    >>> touches, starts = np.concatenate(paths), np.cumsum([0, *map(len, paths)])
    >>> converted, not_converted = np.array([10.0, 5, 12, 6, 8, 20, 6]), np.array([90.0, 95, 48, 44, 32, 180, 14])
    >>> journeys = Journeys(("care", "email", "search"), touches, starts, converted, not_converted, converted * 50)
    >>> shapley_credits(journeys).conversions.round(9).tolist()
    [22.0, 16.0, 29.0]
    """
    require_sound(journeys, with_nulls)
    totals, reason = (float(journeys.conversions.sum()), float(journeys.values.sum())), ""
    if callable(game):
        found = shapley_values(journeys.channels, game, orders, seed)
        model, parts = "shapley:own game", np.stack([found.values, found.values], axis=1)
        reason = _drawn(found)
    else:
        model = "shapley" if game == "sum" else f"shapley:{game}"
        parts = game_values(journeys, game, with_nulls)
    if game not in ("sum", "rate"):
        named = zip(parts.T, totals, ("conversions", "values"), strict=True)
        shared = [share_out(part, total, f"{model}: {what}", REMEDY) if total else part * 0 for part, total, what in named]
        parts = np.stack(shared, axis=1)
    return Credits(model, journeys.channels, *parts.T.copy(), reason if totals[0] else NO_CONVERSIONS)


def _drawn(found: Shapley) -> str:
    if not found.orders:
        return ""
    return f"estimated from {found.orders:,} drawn orders; standard error up to {found.errors.max():.3g} on the game's own scale"


def game_values(journeys: Journeys, game: str = "sum", with_nulls: bool = True) -> np.ndarray:
    """The Shapley values of a named game before anything is scaled: a row for each channel; for conversions and for values."""
    if game not in GAMES:
        raise ParameterError(
            f"shapley: the game is {game!r}. Give one of {', '.join(GAMES)}, or a function of a set of channels."
        )
    outcomes, count = np.stack([journeys.conversions, journeys.values], axis=1).astype(float), len(journeys.channels)
    if game == "sum" or not count:
        return share_equally(journeys.touches, journeys.starts, outcomes, count)
    sets, totals = touched_sets(journeys, with_nulls), np.zeros((count, 2))
    worth = sets.outcomes if game == "exact" else sets.outcomes / sets.counts[:, None]
    if game == "rate":
        scale = np.where(sets.outcomes != 0, sets.counts[:, None], 0.0)
    else:
        sets, worth, scale = _with_everyone(sets, worth, count)
    play_each(sets.bits, sets.sizes, worth, scale, totals)
    return totals


def touched_sets(journeys: Journeys, with_nulls: bool = True) -> Sets:
    """The different sets of channels that counted journeys touched, in a fixed order."""
    counted = journeys.conversions + journeys.nulls if with_nulls else journeys.conversions
    bits = np.zeros((len(counted), max(1, -(-len(journeys.channels) // 64))), np.uint64)
    mark_channels(journeys.touches, journeys.starts, bits)
    used = np.flatnonzero(counted > 0)
    found, places = _different(bits[used], len(journeys.channels))
    amounts = [np.bincount(places, each[used], len(found)) for each in (counted, journeys.conversions, journeys.values)]
    return Sets(found, np.bitwise_count(found).sum(axis=1, dtype=np.int64), amounts[0], np.stack(amounts[1:], axis=1))


def _different(bits: np.ndarray, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """The different rows in order, and the place of each row among them."""
    if channels > 62:
        return np.unique(bits, axis=0, return_inverse=True)
    found, places = ranked(bits[:, 0].astype(np.int64), 1 << channels)
    return found.astype(np.uint64)[:, None], places


def _with_everyone(sets: Sets, worth: np.ndarray, count: int) -> tuple[Sets, np.ndarray, np.ndarray]:
    """The sets with, last, the set of all channels, whose game alone is played."""
    everyone = np.zeros((1, sets.bits.shape[1]), np.uint64)
    mark_channels(np.arange(count), np.array([0, count]), everyone)
    scale = np.zeros((len(sets.bits) + 1, 2))
    scale[-1] = 1.0
    known = (sets.bits == everyone).all(axis=1)
    everyone_s = np.where(known[:, None], worth, 0.0).sum(axis=0)
    bits, sizes = np.vstack([sets.bits, everyone]), np.append(sets.sizes, count)
    return Sets(bits, sizes, sets.counts, sets.outcomes), np.vstack([np.where(known[:, None], 0.0, worth), everyone_s]), scale


def shapley_values(channels: tuple[str, ...], worth: Worth, orders: int = 2_000, seed: int = 1) -> Shapley:
    """The Shapley values of a user's own game: exact up to 20 channels, else averaged over drawn orders with their error.

    They add up to what all channels are worth together minus what none is worth, drawn or not.

    Raises
    ------
    ParameterError
        If a coalition is worth no finite number, or fewer than two orders are drawn.

    Examples
    --------
    >>> found = shapley_values(("care", "email"), lambda joined: 10.0 * ("care" in joined) + 4.0 * (len(joined) == 2))
    >>> found.values.tolist(), found.errors.tolist()
    ([12.0, 2.0], [0.0, 0.0])
    """
    if len(channels) <= EXACT_CHANNELS:
        return Shapley(channels, _played_out(channels, worth), np.zeros(len(channels)))
    if orders < 2:
        raise ParameterError(f"shapley: {orders} orders tell nothing of their own error. Draw 2 or more.")
    drawn = _orders(channels, worth, orders, np.random.default_rng(seed))
    return Shapley(channels, drawn.mean(axis=0), drawn.std(axis=0, ddof=1) / orders**0.5, orders)


def _finite(worth: Worth, joined: frozenset[str]) -> float:
    value = float(worth(joined))
    if not np.isfinite(value):
        raise ParameterError(f"shapley: the coalition {sorted(joined)} is worth {value}. Give every coalition a finite worth.")
    return value


def _played_out(channels: tuple[str, ...], worth: Worth) -> np.ndarray:
    count = len(channels)
    coalitions = np.arange(1 << count)
    joined = (frozenset(name for i, name in enumerate(channels) if each >> i & 1) for each in range(1 << count))
    worths = np.fromiter((_finite(worth, each) for each in joined), float, 1 << count)
    sizes = np.bitwise_count(coalitions)
    chance = np.cumprod([1 / max(count, 1), *[s / (count - s) for s in range(1, count)]])
    values = np.zeros(count)
    for i in range(count):
        without = coalitions[coalitions >> i & 1 == 0]
        values[i] = chance[sizes[without]] @ (worths[without | 1 << i] - worths[without])
    return values


def _orders(channels: tuple[str, ...], worth: Worth, orders: int, generator: np.random.Generator) -> np.ndarray:
    """What each channel adds when it joins, by drawn order."""
    added, nobody = np.empty((orders, len(channels))), _finite(worth, frozenset())
    for row in range(orders):
        before, joined = nobody, frozenset()
        for i in generator.permutation(len(channels)):
            joined = joined | {channels[i]}
            after = _finite(worth, joined)
            added[row, i], before = after - before, after
    return added
