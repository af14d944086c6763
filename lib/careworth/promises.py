"""What a workspace promises: opening hours and speed, as its settings say them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from careworth.business_time import Calendar
from careworth.sources import Zone
from careworth.strict import Day, Strict, Text

#: Opening hours of a day: spans such as 09:00-17:30, the last up to 24:00, in order and apart.
SPAN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _rising(numbers: list[float]) -> list[float]:
    if numbers and (len(numbers) != 3 or not 0 < numbers[0] <= numbers[1] <= numbers[2]):
        raise ValueError(f"{numbers} is no range; give three numbers above zero: lowest, likely, highest")
    return numbers


Range = Annotated[list[float], AfterValidator(_rising)]

Span = Annotated[str, Field(pattern=SPAN, description="from-to on the local clock, such as 09:00-17:30 or 18:00-24:00")]


class OpeningHours(Strict):
    """Opening hours from a day on, on the clock of a zone (METRICS.md F5); a day that is not named is closed."""

    valid_from: Day = date.min
    time_zone: Zone | Literal[""] = ""
    monday: list[Span] = []
    tuesday: list[Span] = []
    wednesday: list[Span] = []
    thursday: list[Span] = []
    friday: list[Span] = []
    saturday: list[Span] = []
    sunday: list[Span] = []
    holidays: list[Day] = []

    @model_validator(mode="after")
    def _in_order(self) -> "OpeningHours":
        for day in DAYS:
            edges = [second for span in getattr(self, day) for second in _seconds(span)]
            if any(before >= after for before, after in pairwise(edges)):
                remedy = (
                    "give spans in order, none into the next; what runs past midnight is a span to 24:00 and one of the next day"
                )
                raise ValueError(f"{day} = {getattr(self, day)}: {remedy}")
        return self

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """The same for calculating; `zone` where it names none."""
        hours = {number: [_seconds(span) for span in getattr(self, day)] for number, day in enumerate(DAYS)}
        return Calendar(ZoneInfo(self.time_zone) if self.time_zone else zone, hours, frozenset(self.holidays), self.valid_from)


def _seconds(span: str) -> tuple[int, int]:
    opens, closes = ([int(part) for part in clock.split(":")] for clock in span.split("-"))
    return opens[0] * 3600 + opens[1] * 60, closes[0] * 3600 + closes[1] * 60


class Capacity(Strict):
    """What an hour of care has to manage (METRICS.md S20): the promise that is planned for, and what a conversation takes.

    `handle_minutes` and `hourly_cost` are lowest, likely and highest; nothing stands in for them where they are not stated.
    """

    share: float = Field(0.9, gt=0, lt=1, description="share of the customers who are to be taken up in time")
    within_minutes: float = Field(60, gt=0)
    certainty: float = Field(0.8, gt=0, lt=1, description="how sure that is to be kept, as a probability")
    handle_minutes: Range = []
    concurrency: float = Field(1, ge=1, description="conversations that an agent has open at a time")
    patience_minutes: float = Field(0, ge=0, description="mean time after which a customer gives up; 0: nobody does")
    hourly_cost: Range = []


@dataclass(frozen=True)
class Policy:
    """A promise of speed.

    Attributes
    ----------
    name : str
        What the rows call it.
    promise : str
        first_response, next_response (each later answer) or resolution.
    target_minutes : float
        Within so many minutes, of business time where there is a calendar.
    valid_from : date
        First day on which it holds; the next one of the same promise, network and channel ends it.
    network, channel : str
        Where it holds; empty everywhere. The policy that says more goes first.
    calendar : sequence of Calendar
        Opening hours; empty around the clock.
    pauses : bool
        Whether the clock of a resolution stops while the customer is asked; only around the clock.
    """

    name: str
    promise: str
    target_minutes: float
    valid_from: date = date.min
    network: str = ""
    channel: str = ""
    calendar: Sequence[Calendar] = field(default=())
    pauses: bool = False


class Promise(Strict):
    """A promise of speed from a day on, for a network and a channel or for all (METRICS.md S4)."""

    name: Text
    promise: Literal["first_response", "next_response", "resolution"]
    target_minutes: float = Field(gt=0)
    valid_from: Day = date.min
    network: str = ""
    channel: str = ""
    calendar: str = ""
    pauses: bool = False

    @model_validator(mode="after")
    def _pauses_around_the_clock(self) -> "Promise":
        if self.pauses and self.calendar:
            raise ValueError(f"{self.name}: a promise either pauses while the customer is asked or follows a calendar, not both")
        return self

    def policy(self, calendar: Sequence[Calendar]) -> Policy:
        """The same for calculating, with the opening hours that it names."""
        own = (self.name, self.promise, self.target_minutes, self.valid_from, self.network, self.channel)
        return Policy(*own, calendar, self.pauses)
