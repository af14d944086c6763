"""How credits move with what cannot be known: how far back a touch counts, and people who are lost or taken for two (M5)."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import Credits, Journeys
from careworth.attribution.uncertainty import Model
from careworth.errors import ParameterError

SECONDS_PER_DAY = 86_400

#: How people are lost: not seen at all; or taken for two from some touch on, as when a cookie is deleted.
LOSSES = ("drop", "split")


def window_sensitivity(journeys: Journeys, model: Model, days: Iterable[float]) -> pl.DataFrame:
    """One row per look-back window and channel: conversions, values, share of conversions, and how far the share moved.

    The share moved against the journeys as they are. A journey of which no touch is left is not credited to anyone: `matched`
    is the share of conversions that are.
    """
    whole = model(require_sound(journeys))
    settings = [(float(each), limit_window(journeys, each)) for each in days]
    return _compared("window_days", whole, settings, model, journeys)


def identity_sensitivity(
    journeys: Journeys, model: Model, losses: Iterable[float] = (0.1, 0.2, 0.5), kind: str = "split", seed: int = 1
) -> pl.DataFrame:
    """One row per share of people lost and channel: conversions, values, share of conversions, and how far the share moved.

    Parameters
    ----------
    journeys, model : Journeys and function
        What is credited, and how.
    losses : shares
        Of people, or of journeys where people are unknown.
    kind : str
        'drop': they are not seen at all. 'split': each of their journeys is cut before a touch drawn at random; what came before
        becomes the journey of someone who did not convert.
    seed : int
        Of the draws.
    """
    if kind not in LOSSES:
        raise ParameterError(f"identity loss: the kind is {kind!r}. Give one of {', '.join(LOSSES)}.")
    lose, whole = drop_people if kind == "drop" else split_people, model(require_sound(journeys))
    settings = [(float(each), lose(journeys, each, seed)) for each in losses]
    return _compared("lost_share", whole, settings, model, journeys)


def _compared(setting: str, whole: Credits, settings: list, model: Model, journeys: Journeys) -> pl.DataFrame:
    total, tables = journeys.conversions.sum(), []
    for value, changed in settings:
        credits, matched = model(changed), changed.conversions.sum()
        amounts = pl.DataFrame({"channel": list(credits.channels), "conversions": credits.conversions, "values": credits.values})
        share = credits.conversions / (matched or np.nan)
        moved = share - whole.conversions / (total or np.nan)
        columns = {"share": share, "moved": moved, "matched": np.full(len(share), matched / (total or np.nan))}
        tables.append(amounts.with_columns(**columns).select(pl.lit(value).alias(setting), pl.all()))
    if not tables:
        raise ParameterError(f"sensitivity: no {setting} to compare. Give one or more.")
    return pl.concat(tables).with_columns(pl.selectors.float().fill_nan(None))


def limit_window(journeys: Journeys, days: float) -> Journeys:
    """The journeys with only the touches at most `days` before their end; those of which nothing is left are gone."""
    if journeys.seconds is None or journeys.ended is None:
        raise ParameterError(
            "look-back window: these journeys know no times. Read them from an event log, not from a path table."
        )
    if not days > 0:
        raise ParameterError(f"look-back window: {days} days. Give a number above 0.")
    journey = np.repeat(np.arange(len(journeys.conversions)), np.diff(journeys.starts))
    kept = journeys.ended[journey] - journeys.seconds <= days * SECONDS_PER_DAY
    lengths = np.bincount(journey[kept], minlength=len(journeys.conversions))
    return _picked(journeys, np.flatnonzero(kept), lengths)


def drop_people(journeys: Journeys, share: float, seed: int = 1) -> Journeys:
    """The journeys without a share of the people, drawn at random; where people are unknown, of each row's journeys."""
    lost = _lost(journeys, share, seed)
    return journeys._replace(
        conversions=journeys.conversions * (1 - lost), nulls=journeys.nulls * (1 - lost), values=journeys.values * (1 - lost)
    )


def split_people(journeys: Journeys, share: float, seed: int = 1) -> Journeys:
    """The journeys where a share of the people, drawn at random, is taken for two: before and after a touch drawn at random.

    Where people are unknown, that share of each row's journeys is cut at one such touch.
    """
    lengths = np.diff(journeys.starts)
    lost = np.where(lengths > 1, _lost(journeys, share, seed), 0.0)
    before = np.random.default_rng([seed, 2]).integers(1, np.maximum(lengths, 2))
    begins, cuts, ends = journeys.starts[:-1], journeys.starts[:-1] + np.minimum(before, lengths), journeys.starts[1:]
    counted = lost * (journeys.conversions + journeys.nulls)
    nothing = np.zeros(len(lost))
    parts = [
        (begins, ends, *((1 - lost) * each for each in (journeys.conversions, journeys.nulls, journeys.values))),
        (begins, cuts, nothing, counted, nothing),
        (cuts, ends, *(lost * each for each in (journeys.conversions, journeys.nulls, journeys.values))),
    ]
    return _joined(journeys, [_cut(part) for part in parts])


def _lost(journeys: Journeys, share: float, seed: int) -> np.ndarray:
    """By journey: 1 if its person is lost, else 0; where people are unknown, the share of its count that is."""
    if not 0 <= share <= 1:
        raise ParameterError(f"identity loss: {share} of people. Give a share from 0 to 1.")
    if journeys.people is None:
        return np.full(len(journeys.conversions), float(share))
    people, person = np.unique(journeys.people, return_inverse=True)
    lost = np.zeros(len(people))
    lost[np.random.default_rng([seed, 1]).permutation(len(people))[: round(share * len(people))]] = 1.0
    return lost[person]


def _cut(part: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """The pieces that have touches and weight: where each begins and ends, its journey, conversions, nulls and values."""
    begins, ends, *amounts = part
    used = np.flatnonzero((ends > begins) & ((amounts[0] > 0) | (amounts[1] > 0)))
    return begins[used], ends[used], used, *(each[used] for each in amounts)


def _joined(journeys: Journeys, pieces: list[tuple[np.ndarray, ...]]) -> Journeys:
    """The pieces as journeys, in the order of those that they were cut from; the second piece of each is a new person's."""
    begins, ends, source, conversions, nulls, values = (np.concatenate(each) for each in zip(*pieces, strict=True))
    is_new = np.repeat(np.arange(len(pieces)) == 1, [len(piece[0]) for piece in pieces])
    order = np.argsort(source, kind="stable")
    lengths = (ends - begins)[order]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    touch = np.arange(starts[-1]) - np.repeat(starts[:-1] - begins[order], lengths)
    seconds = None if journeys.seconds is None else journeys.seconds[touch]
    ended = None if journeys.ended is None else journeys.ended[source][order]
    if seconds is not None and ended is not None:
        ended = np.where(is_new[order], seconds[starts[1:] - 1], ended)
    people = journeys.people
    if people is not None:
        _, person = np.unique(people, return_inverse=True)
        people = (person[source] + is_new * (person.max(initial=0) + 1))[order]
    amounts = (each[order] for each in (conversions, nulls, values))
    return Journeys(journeys.channels, journeys.touches[touch], starts, *amounts, seconds, ended, people)


def _picked(journeys: Journeys, touches: np.ndarray, lengths: np.ndarray) -> Journeys:
    """The journeys with only these touches, of which each journey has so many."""
    left = np.flatnonzero(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths[left])])
    amounts = (each[left] for each in (journeys.conversions, journeys.nulls, journeys.values, journeys.ended))
    conversions, nulls, values, ended = amounts
    people = None if journeys.people is None else journeys.people[left]
    seconds = journeys.seconds[touches]
    return Journeys(journeys.channels, journeys.touches[touches], starts, conversions, nulls, values, seconds, ended, people)
