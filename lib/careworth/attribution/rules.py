"""Credit by rule (M5): each conversion shared among the touches of its journey by where and when they stand in it.

Credit says who was there, not what would have been lost without them: it is shown, never added to gains.
"""

import math
from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import NO_CONVERSIONS, Credits, Journeys
from careworth.attribution.rule_kernels import (
    add_up,
    place_last_but,
    share_by_age,
    share_by_channel,
    share_by_place,
    share_equally_among_touches,
)
from careworth.errors import ParameterError

#: What a visit without a referrer is called, unless told.
DIRECT = ("direct", "(direct)")

DAY = 86_400


class Settings(NamedTuple):
    """What some of the rules ask.

    Attributes
    ----------
    direct : collection of str, optional
        The channels that `last_non_direct` passes over; None is those called direct or (direct), however they are capitalised.
    position : tuple of three float
        Shares of the first touch, of those between together, and of the last. In a journey of two touches the first and the last
        share in proportion to theirs, or equally where both are 0; a single touch has all.
    half_life_days : float
        So much later, a touch weighs twice as much under `time_decay`.
    """

    direct: Collection[str] | None = None
    position: tuple[float, float, float] = (0.4, 0.2, 0.4)
    half_life_days: float = 7.0


#: What the rules ask where nobody says otherwise.
USUAL = Settings()


def rule_credits(journeys: Journeys, rule: str, settings: Settings = USUAL) -> Credits:
    """Conversions and values that a rule of `RULES` credits each channel with; they add up to those of all journeys.

    Raises
    ------
    ParameterError
        If there is no such rule, a setting is out of range, or the rule needs times that the journeys do not have.
    ContractError
        If a count or value of the journeys is impossible.

    Examples
    --------
    >>> journeys = Journeys(("care", "email"), np.array([0, 1, 1]), np.array([0, 3]), np.ones(1), np.zeros(1), np.array([90.0]))
    >>> rule_credits(journeys, "linear").values.round(6).tolist()
    [30.0, 60.0]
    """
    require_sound(journeys)
    amounts = np.asarray(journeys.conversions, float), np.asarray(journeys.values, float)
    shares = _shares(journeys, rule, settings, (amounts[0] != 0) | (amounts[1] != 0))
    totals = add_up(journeys.touches, journeys.starts, shares, *amounts, len(journeys.channels))
    return Credits(rule, journeys.channels, totals[:, 0], totals[:, 1], "" if amounts[0].any() else NO_CONVERSIONS)


def touch_credit(journeys: Journeys, rule: str, settings: Settings = USUAL) -> np.ndarray:
    """Each touch's share, 0-1, of a conversion of its journey; those of one journey add up to one.

    Examples
    --------
    >>> journeys = Journeys(("care", "email"), np.array([0, 1, 1]), np.array([0, 3]), np.ones(1), np.zeros(1), np.ones(1))
    >>> touch_credit(journeys, "position").tolist()
    [0.4, 0.2, 0.4]
    """
    return _shares(journeys, rule, settings, np.ones(len(journeys.starts) - 1, bool))


def _shares(journeys: Journeys, rule: str, settings: Settings, chosen: np.ndarray) -> np.ndarray:
    """The shares of the touches of the chosen journeys; zero in the others."""
    if rule not in RULES:
        raise ParameterError(f"there is no rule '{rule}'; the rules are {', '.join(RULES)}")
    shares = np.zeros(len(journeys.touches))
    RULES[rule](journeys, settings, chosen, shares)
    return shares


def person_credits(journeys: Journeys, rule: str, settings: Settings = USUAL) -> pl.DataFrame:
    """One row per person and channel credited: `person`, `channel`, `conversions`, `value`; they add up to `rule_credits`."""
    if journeys.people is None:
        raise ParameterError("these journeys do not say whose they are; only an event log knows its people")
    shares = touch_credit(require_sound(journeys), rule, settings)
    lengths = np.diff(journeys.starts)
    each = {"person": journeys.people, "conversions": journeys.conversions, "value": journeys.values}
    table = pl.DataFrame({"channel": journeys.touches} | {name: np.repeat(part, lengths) for name, part in each.items()})
    credited = table.with_columns(pl.col("conversions", "value") * shares).filter(
        (pl.col("conversions") != 0) | (pl.col("value") != 0)
    )
    summed = credited.group_by("person", "channel").agg(pl.col("conversions", "value").sum()).sort("person", "channel")
    person = summed["person"] if journeys.persons is None else journeys.persons.gather(summed["person"])
    channel = pl.Series(journeys.channels, dtype=pl.String).gather(summed["channel"])
    return summed.with_columns(person.alias("person"), channel.alias("channel")).select(
        "person", "channel", "conversions", "value"
    )


def _first(journeys: Journeys, _: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    shares[journeys.starts[:-1][chosen]] = 1.0


def _last(journeys: Journeys, _: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    shares[journeys.starts[1:][chosen] - 1] = 1.0


def _last_non_direct(journeys: Journeys, settings: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    direct = settings.direct
    if direct is None:
        direct = [name for name in journeys.channels if name.strip().casefold() in DIRECT]
    unknown = sorted(set(direct) - set(journeys.channels))
    if unknown:
        found = ", ".join(map(repr, journeys.channels))
        raise ParameterError(f"no channel is called {', '.join(map(repr, unknown))}; name direct visits as one of {found}")
    passed_over = np.array([name in direct for name in journeys.channels], bool)
    place_last_but(journeys.touches, journeys.starts, chosen, passed_over, shares)


def _linear(journeys: Journeys, _: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    share_equally_among_touches(journeys.starts, chosen, shares)


def _position(journeys: Journeys, settings: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    share_by_place(journeys.starts, chosen, *_shares_of_position(settings.position), shares)


def _shares_of_position(position: tuple[float, float, float]) -> tuple[float, float, float]:
    if len(position) != 3 or not all(0 <= part <= 1 for part in position) or abs(sum(position) - 1) > 1e-9:
        raise ParameterError(f"position has the shares {position}; give three that add up to 1, such as 0.4, 0.2, 0.4")
    return tuple(map(float, position))


def _time_decay(journeys: Journeys, settings: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    if journeys.seconds is None:
        raise ParameterError("time_decay needs the time of each touch, which a path table does not have; give an event log")
    if not 0 < settings.half_life_days < math.inf:
        raise ParameterError(f"the half-life of time_decay is {settings.half_life_days} days; give a number above 0, such as 7")
    share_by_age(journeys.starts, chosen, journeys.seconds, settings.half_life_days * DAY, shares)


def _shapley(journeys: Journeys, _: Settings, chosen: np.ndarray, shares: np.ndarray) -> None:
    """The sum game's credit by touch: that of a channel is the same whichever of its touches are counted, so they share it."""
    share_by_channel(journeys.touches, journeys.starts, chosen, len(journeys.channels), shares)


#: What fills in each touch's share of a conversion, by rule; `shapley` is the sum game, whose credit can be told by touch.
RULES: dict[str, Callable[[Journeys, Settings, np.ndarray, np.ndarray], None]] = {
    "first": _first,
    "last": _last,
    "last_non_direct": _last_non_direct,
    "linear": _linear,
    "position": _position,
    "time_decay": _time_decay,
    "shapley": _shapley,
}
