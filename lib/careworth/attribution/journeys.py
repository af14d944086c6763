"""Journeys as arrays: the touches of all of them one after the other, and what came of each journey."""

from typing import NamedTuple

import numpy as np
import polars as pl

#: What credits of journeys without an outcome say.
NO_CONVERSIONS = "no journey converted, so there is nothing to credit"


class Intake(NamedTuple):
    """What became of the rows of an event log on the way to journeys.

    Attributes
    ----------
    events, outcomes : int
        Rows that were given, and how many of them are outcomes.
    nameless_events, nameless_outcomes : int
        Those without a person: nothing connects them, so they are in no journey.
    repeated, merged, too_old : int
        Rows dropped as repeats; touches merged into a session; touches before the look-back window.
    pathless : int
        Outcomes of known people that no touch came before: no channel can be credited with them.
    """

    events: int
    outcomes: int
    nameless_events: int = 0
    nameless_outcomes: int = 0
    repeated: int = 0
    merged: int = 0
    too_old: int = 0
    pathless: int = 0

    @property
    def match_share(self) -> float | None:
        """Identity match rate, 0-1: the share of the rows whose person is known; None where there are no rows."""
        return 1 - self.nameless_events / self.events if self.events else None


class Journeys(NamedTuple):
    """Touches of journeys that lie one after the other, and how often and to what value each journey ended in an outcome.

    Attributes
    ----------
    channels : tuple of str
        Names of the channels, by the number that a touch bears; in the order of their first appearance.
    touches : array (touches,) of int
        The channel of each touch, in order of time within its journey.
    starts : array (journeys + 1,) of int
        Where each journey begins; the last is where the last one ends. A journey has one touch or more.
    conversions, nulls : array (journeys,) of float
        How many times the journey ended in the outcome, and how many times in none; a path table holds many of one path.
    values : array (journeys,) of float
        Value of its outcomes together.
    seconds : array (touches,) of int, optional
        Instants of the touches; a path table knows none.
    ended : array (journeys,) of int, optional
        The instant of the outcome, or of the last touch where there was none.
    people : array (journeys,) of int, optional
        The person of each journey, for resampling by person.
    persons : Series, optional
        Ids of the people by the number that `people` gives; None where `people` holds the ids themselves.
    intake : Intake, optional
        What became of the rows of an event log.
    """

    channels: tuple[str, ...]
    touches: np.ndarray
    starts: np.ndarray
    conversions: np.ndarray
    nulls: np.ndarray
    values: np.ndarray
    seconds: np.ndarray | None = None
    ended: np.ndarray | None = None
    people: np.ndarray | None = None
    persons: pl.Series | None = None
    intake: Intake | None = None


class Credits(NamedTuple):
    """What a model credits each channel with: conversions and value, which add up to those of all journeys.

    `reason` says why all are zero, or how they were estimated where they are not exact; empty otherwise.
    """

    model: str
    channels: tuple[str, ...]
    conversions: np.ndarray
    values: np.ndarray
    reason: str = ""
