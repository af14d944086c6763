"""The Markov chain behind journeys: its states are windows of touches, its moves are counted."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import Journeys
from careworth.attribution.kernels import count_ends, count_moves, number_windows
from careworth.errors import ParameterError

#: Up to so many cells, states and moves are counted in a plain table; above it they are sorted.
TABLE_CELLS = 2**22


class Chain(NamedTuple):
    """How often journeys begin in a state, move from one to another and end in it.

    Attributes
    ----------
    states : array (states, order) of int
        The channels of each state, the oldest touch first; a shorter journey's state has -1 before them.
    moves : sparse array (states, states)
        How many journeys moved from the one to the other; staying in a state is no move, which changes no removal effect.
    begins : array (states,)
        How many journeys began there.
    ends : array (states, 3)
        How many ended there in the outcome, how many in none, and the value of those that ended there.
    """

    states: np.ndarray
    moves: sparse.csr_array
    begins: np.ndarray
    ends: np.ndarray


def build_chain(journeys: Journeys, order: int = 1, with_nulls: bool = True) -> Chain:
    """The chain of that order; without nulls, from conversions alone.

    Raises
    ------
    ParameterError
        If the order is not 1 to 4, or has more states than can be numbered.
    ContractError
        If a count or value of the journeys is impossible.
    """
    base = len(journeys.channels) + 1
    if order not in (1, 2, 3, 4):
        raise ParameterError(f"markov: the order is {order!r}. Give 1, 2, 3 or 4.")
    if base**order >= 2**62:
        raise ParameterError(
            f"markov: {base - 1:,} channels at order {order} have too many states. Lower the order or group them."
        )
    require_sound(journeys, with_nulls)
    nulls = journeys.nulls if with_nulls else np.zeros_like(journeys.nulls)
    weights = np.asarray(journeys.conversions + nulls, float)
    keys, firsts = np.empty(len(journeys.touches), np.int64), np.empty(len(weights) + 1, np.int64)
    used = number_windows(journeys.touches, journeys.starts, weights, order, base, keys, firsts)
    found, states = ranked(keys[:used], base**order)
    begins, ends = np.zeros(len(found)), np.zeros((len(found), 3))
    count_ends(states, firsts, journeys.conversions, nulls, journeys.values, begins, ends)
    channels = found[:, None] // base ** np.arange(order - 1, -1, -1) % base - 1
    return Chain(channels, _moves(states, firsts, weights, len(found)), begins, ends)


def ranked(keys: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The different keys in order, and the place of each key among them."""
    if size > TABLE_CELLS:
        return np.unique(keys, return_inverse=True)
    seen = np.zeros(size, bool)
    seen[keys] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[keys]


def _moves(states: np.ndarray, firsts: np.ndarray, weights: np.ndarray, count: int) -> sparse.csr_array:
    if count * count <= TABLE_CELLS:
        table = np.zeros((count, count))
        count_moves(states, firsts, weights, table)
        return sparse.csr_array(table)
    follows = np.ones(len(states), bool)
    follows[firsts[:-1][firsts[1:] > firsts[:-1]]] = False
    target = np.flatnonzero(follows & (states != np.roll(states, 1)))
    pairs, places = np.unique(states[target - 1] * count + states[target], return_inverse=True)
    counted = np.bincount(places, np.repeat(weights, np.diff(firsts))[target], len(pairs))
    return sparse.csr_array((counted, (pairs // count, pairs % count)), shape=(count, count))
