"""Markov attribution by linear algebra: what the chance of an outcome loses when no journey may pass a channel (M5).

A journey is taken as a walk over states, each a window of 1 to 4 touches, to an outcome or to none. Nothing is simulated, and no
walk is cut short while it could still change a number, so the numbers are exact. They describe who was there; what would have
happened without them is another question, which a lift test answers.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.chain import Chain, build_chain
from careworth.attribution.journeys import NO_CONVERSIONS, Credits, Journeys
from careworth.attribution.walks import expected_from, first_entries
from careworth.errors import ContractError, ParameterError

#: What becomes of a journey that reaches a removed channel.
REMOVALS = ("null", "reconnect")

REMEDIES = {
    "null": "Set refunds off against their orders, or credit gains and refunds apart.",
    "reconnect": "Without any one channel the chance is as high as with it: choose removal 'null'.",
}


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
    total, value = float(journeys.conversions.sum()), float(journeys.values.sum())
    lost, lost_value, reason = found.lost_probability, found.lost_value, ""
    if removal == "reconnect":
        lost, lost_value, reason = _towards(lost, total), _towards(lost_value, value), _without_credit(found)
    conversions = share_out(lost, total, f"{model}: conversions", REMEDIES[removal])
    values = share_out(lost_value, value, f"{model}: values", REMEDIES[removal])
    return Credits(model, journeys.channels, conversions, values, reason if total else NO_CONVERSIONS)


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
    expected, total = expected_from(chain.moves, chain.ends), chain.begins.sum()
    whole = chain.begins @ expected / total
    groups = [np.flatnonzero((chain.states == i).any(axis=1)) for i in range(len(channels))]
    if removal == "null":
        entries = first_entries(chain, groups)
        lost = np.array([each @ expected[group] / total for each, group in zip(entries, groups, strict=True)])
    else:
        lost = whole - np.array([_expected_without(chain, group) for group in groups])
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
    return table.with_columns(probability=pl.col("weight") / pl.col("weight").sum().over("from"))


def _move_rows(
    names: list, sources: np.ndarray | None, targets: np.ndarray | None, weights: np.ndarray, kind: str
) -> pl.DataFrame:
    schema = {"from": pl.List(pl.String), "to": pl.List(pl.String), "kind": pl.String, "weight": pl.Float64}
    ends = [[None] * len(weights) if places is None else [names[i] for i in places] for places in (sources, targets)]
    return pl.DataFrame({"from": ends[0], "to": ends[1], "kind": [kind] * len(weights), "weight": weights}, schema=schema)


def _expected_without(chain: Chain, group: np.ndarray) -> np.ndarray:
    """Chance to convert and expected value of a journey that goes on by the moves that do not lead into the group."""
    kept = np.setdiff1d(np.arange(len(chain.states)), group)
    begins, moves, ends = chain.begins[kept], chain.moves[kept][:, kept], chain.ends[kept]
    return begins @ expected_from(moves, ends) / begins.sum() if begins.any() else np.zeros(2)
