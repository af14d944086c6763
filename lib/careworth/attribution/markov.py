"""Markov attribution by linear algebra: what the chance of an outcome loses when no journey may pass a channel (M5).

A journey is taken as a walk over states, each a window of 1 to 4 touches, to an outcome or to none. Nothing is simulated and no
walk is cut short, so the numbers are exact. They describe who was there; what would have happened without them is another
question, which a lift test answers.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.linalg import splu

from careworth.attribution.chain import Chain, build_chain
from careworth.attribution.journeys import Credits, Journeys
from careworth.errors import ContractError, ParameterError

#: What becomes of a journey that reaches a removed channel.
REMOVALS = ("null", "reconnect")

REMEDIES = {
    "null": "Set refunds off against their orders, or credit gains and refunds apart.",
    "reconnect": "Without any one channel the chance is as high as with it: choose removal 'null'.",
}

NO_CONVERSIONS = "no journey converted, so there is nothing to credit"


class Removal(NamedTuple):
    """What is expected of a journey, and what of that is lost when a channel is removed.

    Attributes
    ----------
    channels : tuple of str
        As in the journeys.
    probability, value : float
        Chance that a journey converts, and its expected value.
    lost_probability, lost_value : array (channels,)
        What each loses without the channel; divided by the whole it is the channel's removal effect.
    """

    channels: tuple[str, ...]
    probability: float
    value: float
    lost_probability: np.ndarray
    lost_value: np.ndarray


def markov_credits(journeys: Journeys, order: int = 1, with_nulls: bool = True, removal: str = "null") -> Credits:
    """Conversions and values shared in proportion to the removal effects; all zero, with the reason, if nothing converted.

    Parameters
    ----------
    journeys : Journeys
        Paths with their conversions, nulls and values.
    order : int
        How many touches make a state, 1 to 4; 1 remembers the last touch only.
    with_nulls : bool
        False leaves journeys out that did not convert: then every journey converts and only visits count.
    removal : str
        'null': a journey that reaches the removed channel ends without an outcome. 'reconnect': it goes on by the other
        moves from where it stood, in their proportions, and ends without an outcome only where there is none. Then the chance
        may rise without a channel: such a channel is credited with nothing, and `reason` names it.

    Examples
    --------
    METRICS.md F.4:

    >>> paths = [(0,), (1,), (0, 1), (1, 2), (0, 2), (2,), (0, 1, 2)]
    >>> touches, starts = np.concatenate(paths), np.cumsum([0, *map(len, paths)])
    >>> converted, not_converted = np.array([10.0, 5, 12, 6, 8, 20, 6]), np.array([90.0, 95, 48, 44, 32, 180, 14])
    >>> journeys = Journeys(("care", "email", "search"), touches, starts, converted, not_converted, converted * 50)
    >>> markov_credits(journeys).conversions.round(3).tolist()
    [17.978, 19.326, 29.696]
    """
    found = removal_effects(journeys, order, with_nulls, removal)
    model = f"markov:{order}" + ("" if removal == "null" else f":{removal}") + ("" if with_nulls else ":without nulls")
    totals = float(journeys.conversions.sum()), float(journeys.values.sum())
    parts, reason = [found.lost_probability, found.lost_value], "" if totals[0] else NO_CONVERSIONS
    if removal == "reconnect":
        reason, parts = reason or _without_credit(found), [_towards(*each) for each in zip(parts, totals, strict=True)]
    conversions, values = (
        share_out(*each, f"{model}: {what}", REMEDIES[removal]) for *each, what in zip(parts, totals, ("conversions", "values"), strict=True)
    )
    return Credits(model, journeys.channels, conversions, values, reason)


def _towards(parts: np.ndarray, total: float) -> np.ndarray:
    """The parts that have the sign of the total; zero in place of the others."""
    return np.where(parts * total > 0, parts, 0.0)


def _without_credit(found: Removal) -> str:
    named = [f"'{name}'" for name, lost in zip(found.channels, found.lost_probability, strict=True) if lost < 0]
    return f"no credit for {', '.join(named)}: without them the chance to convert is higher" if named else ""


def share_out(parts: np.ndarray, total: float, what: str, remedy: str) -> np.ndarray:
    """The total shared in proportion to the parts, which may be negative; zeros where all parts and the total are zero.

    Raises
    ------
    ContractError
        If the parts add up to nothing, or to the opposite of the total: their shares would be made up.

    Examples
    --------
    >>> share_out(np.array([1.0, 3.0]), 8.0, "values", "").tolist()
    [2.0, 6.0]
    """
    whole = float(parts.sum())
    if total == 0 and not parts.any():
        return np.zeros(len(parts))
    if total == 0 or abs(whole) <= 1e-9 * np.abs(parts).sum() or (whole > 0) != (total > 0):
        raise ContractError(f"{what} of {total} cannot be shared: the channels' parts add up to {whole}. {remedy}")
    return parts / whole * total


def removal_effects(journeys: Journeys, order: int = 1, with_nulls: bool = True, removal: str = "null") -> Removal:
    """What the journeys lose without each channel; zeros if nothing converted. Parameters as in `markov_credits`."""
    if removal not in REMOVALS:
        raise ParameterError(f"markov: removal is {removal!r}. Give one of {', '.join(REMOVALS)}.")
    chain, channels = build_chain(journeys, order, with_nulls), journeys.channels
    if not len(chain.states):
        return Removal(channels, 0.0, 0.0, np.zeros(len(channels)), np.zeros(len(channels)))
    expected = _expected(chain)
    whole = chain.begins @ expected / chain.begins.sum()
    lost_without = _lost_to_null if removal == "null" else _lost_reconnected
    lost = np.array([lost_without(chain, (chain.states == i).any(axis=1), expected) for i in range(len(channels))])
    return Removal(channels, float(whole[0]), float(whole[1]), lost[:, 0], lost[:, 1])


def transition_table(journeys: Journeys, order: int = 1, with_nulls: bool = True) -> pl.DataFrame:
    """One row per move: from (null for the start), to (null for the end), `kind` of the target, `weight`, `probability`.

    States are lists of channels, so that no name can be mistaken for the start or the end; staying in a state is no move.
    """
    chain = build_chain(journeys, order, with_nulls)
    names = [[journeys.channels[i] for i in state if i >= 0] for state in chain.states.tolist()]
    moves = chain.moves.tocoo()
    parts = [
        (None, np.arange(len(names)), chain.begins, "state"),
        (moves.row, moves.col, moves.data, "state"),
        (np.arange(len(names)), None, chain.ends[:, 0], "conversion"),
        (np.arange(len(names)), None, chain.ends[:, 1], "null"),
    ]
    table = pl.concat([_move_rows(names, *part) for part in parts]).filter(pl.col("weight") > 0)
    return table.with_columns(probability=pl.col("weight") / pl.col("weight").sum().over("from", mapping_strategy="group_to_rows"))


def _move_rows(names: list, sources: np.ndarray | None, targets: np.ndarray | None, weights: np.ndarray, kind: str) -> pl.DataFrame:
    schema = {"from": pl.List(pl.String), "to": pl.List(pl.String), "kind": pl.String, "weight": pl.Float64}
    ends = [[None] * len(weights) if places is None else [names[i] for i in places] for places in (sources, targets)]
    return pl.DataFrame({"from": ends[0], "to": ends[1], "kind": [kind] * len(weights), "weight": weights}, schema=schema)


def _solver(moves: sparse.csr_array, out: np.ndarray):
    """The factors of I - Q, where Q are the moves as shares of what leaves a state; they need no pivot but the diagonal."""
    matrix = sparse.eye_array(len(out), format="csr") - sparse.diags_array(1 / out) @ moves
    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def _expected(chain: Chain) -> np.ndarray:
    """Chance to convert and expected value, from each state on."""
    out = chain.moves.sum(axis=1) + chain.ends[:, 0] + chain.ends[:, 1]
    return _solver(chain.moves, out).solve(chain.ends[:, [0, 2]] / out[:, None])


def _lost_to_null(chain: Chain, removed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """What journeys would still have brought where they first enter a removed state: nothing is subtracted, so 0 stays 0."""
    entries, kept = chain.begins[removed].copy(), np.flatnonzero(~removed)
    if len(kept):
        rows = chain.moves[kept]
        out = rows.sum(axis=1) + chain.ends[kept, 0] + chain.ends[kept, 1]
        visits = _solver(rows[:, kept], out).solve(chain.begins[kept], "T")
        entries += (visits / out) @ rows[:, np.flatnonzero(removed)]
    return entries @ expected[removed] / chain.begins.sum()


def _lost_reconnected(chain: Chain, removed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """What is expected with all states, minus what is expected where journeys go on by the moves that remain."""
    kept, whole = np.flatnonzero(~removed), chain.begins @ expected / chain.begins.sum()
    begins = chain.begins[kept]
    if not begins.any():
        return whole
    moves = chain.moves[kept][:, kept]
    out = moves.sum(axis=1) + chain.ends[kept, 0] + chain.ends[kept, 1]
    out[out == 0] = 1.0  # A state that led to the removed channel alone leads nowhere now.
    rest = _solver(moves, out).solve(chain.ends[kept][:, [0, 2]] / out[:, None])
    return whole - begins @ rest / begins.sum()
