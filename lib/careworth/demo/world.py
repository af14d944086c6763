"""The demo's world: two brands of a fictional hotel company, four handles, four campaigns, one year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

ZONE = ZoneInfo("Europe/Amsterdam")
CURRENCY = "EUR"
HOTELS = "Merrow Hotels"
RESIDENCES = "Merrow Residences"

FIRST_DAY = date(2025, 1, 1)
END_DAY = date(2026, 1, 1)
DAY_COUNT = (END_DAY - FIRST_DAY).days

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True)
class Campaign:
    """A campaign's id, first day, first day no longer counted, and the instant at which it is looked at."""

    id: str
    start: date
    end: date
    as_of: datetime


@dataclass(frozen=True)
class Handle:
    """One brand account on several networks, and how its customers and its people behave.

    `daily` is conversations a day before, during and after the campaign; `minutes` is the median wait for a person in
    the day, before and from the campaign on; the other numbers are shares between 0 and 1.
    """

    name: str
    brand: str
    role: str
    campaign: Campaign
    networks: dict[str, float]
    daily: tuple[float, float, float]
    states: dict[str, float]
    topics: dict[str, dict[str, float]]
    unanswered: float
    minutes: tuple[float, float]
    thanks: float
    would_phone: float
    recontact: float


SPRING = Campaign("spring-help-line", date(2025, 3, 1), date(2025, 6, 1), datetime(2025, 6, 15, 22, tzinfo=UTC))
SUMMER = Campaign("summer-escape", date(2025, 6, 1), date(2025, 9, 1), datetime(2025, 9, 15, 22, tzinfo=UTC))
OUTAGE = Campaign("booking-outage", date(2025, 9, 15), date(2025, 10, 20), datetime(2025, 11, 2, 23, tzinfo=UTC))
CONCIERGE = Campaign("city-concierge", date(2025, 9, 1), date(2025, 12, 1), datetime(2025, 12, 2, 17, tzinfo=UTC))
CAMPAIGNS = (SPRING, SUMMER, OUTAGE, CONCIERGE)

#: The planted incident: complaints of MerrowStay come at `INCIDENT_FACTOR` times their rate, all about failed bookings.
INCIDENT_START = datetime(2025, 9, 23, 5, tzinfo=UTC)
INCIDENT_END = datetime(2025, 9, 27, 17, tzinfo=UTC)
INCIDENT_FACTOR = 8.0

_HELP_COMPLAINTS = {
    "wifi": 2,
    "room": 3,
    "noise": 2,
    "breakfast": 2,
    "refund": 4,
    "charge": 3,
    "checkin": 2,
    "points": 2,
    "app": 3,
    "staff": 1,
}
_STAY_COMPLAINTS = {"booking": 2, "repair": 5, "charge": 2, "wifi": 2, "refund": 2, "noise": 1, "staff": 1}
_HELP_QUESTIONS = {"checkin": 3, "checkout": 3, "facilities": 3, "points": 2, "booking": 4}

HELP = Handle(
    "MerrowHelp",
    HOTELS,
    "dedicated_care",
    SPRING,
    networks={"x": 0.38, "whatsapp": 0.27, "facebook": 0.22, "instagram": 0.13},
    daily=(11, 46, 20),
    states={"complaint": 0.46, "question": 0.33, "request": 0.17, "praise": 0.04},
    topics={"complaint": _HELP_COMPLAINTS, "question": _HELP_QUESTIONS, "request": {"general": 1}},
    unanswered=0.06,
    minutes=(70, 24),
    thanks=0.27,
    would_phone=0.55,
    recontact=0.13,
)
GENERAL = Handle(
    "MerrowHotels",
    HOTELS,
    "general_brand",
    SUMMER,
    networks={"x": 0.27, "facebook": 0.33, "instagram": 0.40},
    daily=(12, 31, 13),
    states={"complaint": 0.22, "question": 0.46, "request": 0.12, "praise": 0.20},
    topics={"complaint": _HELP_COMPLAINTS, "question": _HELP_QUESTIONS | {"tips": 2}, "request": {"general": 1}},
    unanswered=0.17,
    minutes=(150, 110),
    thanks=0.22,
    would_phone=0.22,
    recontact=0.12,
)
STAY = Handle(
    "MerrowStay",
    RESIDENCES,
    "general_brand",
    OUTAGE,
    networks={"x": 0.35, "facebook": 0.30, "instagram": 0.15, "whatsapp": 0.20},
    daily=(13, 14, 13),
    states={"complaint": 0.44, "question": 0.31, "request": 0.18, "praise": 0.07},
    topics={"complaint": _STAY_COMPLAINTS, "question": {"longstay": 3, "booking": 2}, "request": {"repair": 3, "general": 1}},
    unanswered=0.13,
    minutes=(120, 160),
    thanks=0.21,
    would_phone=0.42,
    recontact=0.22,
)
GUIDE = Handle(
    "MerrowConcierge",
    HOTELS,
    "other",
    CONCIERGE,
    networks={"whatsapp": 0.55, "instagram": 0.30, "x": 0.15},
    daily=(5, 23, 15),
    states={"complaint": 0.07, "question": 0.38, "request": 0.49, "praise": 0.06},
    topics={
        "complaint": {"room": 1, "breakfast": 1, "staff": 1},
        "question": {"tips": 4, "facilities": 1},
        "request": {"concierge": 6, "general": 1},
    },
    unanswered=0.05,
    minutes=(45, 17),
    thanks=0.265,
    would_phone=0.24,
    recontact=0.10,
)
HANDLES = {handle.name: handle for handle in (HELP, GENERAL, STAY, GUIDE)}

#: Topics of MerrowHotels' questions while the summer offer runs.
SUMMER_QUESTIONS = {"promo": 14, "booking": 3, "tips": 2, "facilities": 2, "checkin": 1}

#: Share of the year's conversations that begin in each local hour.
HOURS = (5, 3, 2, 1, 1, 2, 5, 12, 20, 26, 28, 27, 26, 25, 25, 26, 28, 30, 32, 33, 34, 30, 20, 11)
WEEKDAYS = (1.12, 1.05, 1.0, 1.0, 1.05, 0.92, 0.86)
LANGUAGES = {"en": 88, "nl": 3.2, "de": 2.6, "es": 2.2, "fr": 1.8, "it": 1.2, "pt": 1.0}


def handle_parameter(field: str, names: pl.Expr) -> pl.Expr:
    """The value that each handle has in `field`, by the handle's name."""
    return names.replace_strict({name: getattr(handle, field) for name, handle in HANDLES.items()}, return_dtype=pl.Float64)


def instant(day: date) -> int:
    """The first instant of a local day, in microseconds UTC."""
    return round(datetime.combine(day, time(), ZONE).timestamp()) * SECOND


def day_starts() -> list[int]:
    """The first instant of each local day of the year, in microseconds UTC."""
    days = pl.date_range(FIRST_DAY, END_DAY, closed="left", eager=True)
    return [instant(day) for day in days]


def microseconds(moment: datetime) -> int:
    """An instant as whole microseconds UTC."""
    return round(moment.timestamp()) * SECOND
