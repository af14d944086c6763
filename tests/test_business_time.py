"""Business time: worked intervals, and a count of every minute across changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.business_time import Calendar, business_seconds

NINE_TO_FIVE = {weekday: [(9 * 3600, 17 * 3600)] for weekday in range(5)}
NEW_YORK = Calendar(ZoneInfo("America/New_York"), NINE_TO_FIVE)


def business_minutes(start: datetime, end: datetime, *calendars: Calendar) -> float:
    """Open minutes of one interval."""
    return business_seconds(pl.Series([start]), pl.Series([end]), calendars or (NEW_YORK,)).item() / 60


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2024 by New York's clock."""
    return datetime(2024, 3, day, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "calendar_minutes", "minutes"),
    [
        (local(8, 16, 30), local(11, 9, 30), 3_840, 60),  # Friday to Monday over the clock change
        (local(8, 18), local(9, 11), 1_020, 0),  # Friday evening to Saturday
        (local(4, 10), local(6, 10), 2_880, 960),  # Monday to Wednesday
    ],
)
def test_worked_intervals(start, end, calendar_minutes, minutes):
    """METRICS.md F.1."""
    assert (end - start).total_seconds() / 60 == calendar_minutes
    assert business_minutes(start, end) == minutes


def test_the_day_of_the_clock_change_is_an_hour_short():
    """METRICS.md F.1: local midnight to midnight on 2024-03-10 is 1,380 minutes; subtracting wall clocks says 1,440."""
    always = Calendar(ZoneInfo("America/New_York"), {weekday: [(0, 86_400)] for weekday in range(7)})
    assert business_minutes(local(10, 0), local(11, 0), always) == 1_380


#: Hours that lie in the hour that a clock change skips or repeats, weekend nights, and none on Mondays.
ODD_HOURS = {2: [(0, 3 * 3600)], 3: [(9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600)], 4: [(9 * 3600, 86_400)]}
ODD_HOURS |= {5: [(0, 2 * 3600 + 1800), (22 * 3600, 86_400)], 6: [(90 * 60, 9_000)]}


def states(zone: str) -> list[Calendar]:
    """Odd hours with holidays, and other hours from the last Wednesday of March on."""
    first = Calendar(ZoneInfo(zone), ODD_HOURS, frozenset([date(2024, 3, 14), date(2018, 11, 2)]))
    return [first, Calendar(ZoneInfo(zone), NINE_TO_FIVE, valid_from=date(2024, 3, 27))]


def is_open(instant: datetime, calendars: list[Calendar]) -> bool:
    """Whether a minute is within the hours, by its own wall clock."""
    wall = instant.astimezone(calendars[0].zone)
    second = wall.hour * 3600 + wall.minute * 60
    calendar = [each for each in calendars if each.valid_from <= wall.date()][-1]
    return any(opens <= second < closes for opens, closes in calendar.spans(wall.date()))


# Half an hour of summer time on Lord Howe; summer time kept through winter but in Ramadan in Casablanca.
ZONES = ["America/New_York", "Europe/Amsterdam", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"]
MONTHS, DAYS = [(2024, 3), (2018, 10)], 40


@pytest.mark.parametrize("zone", ZONES)
def test_every_interval_agrees_with_a_count_of_its_minutes(zone):
    """10,000 intervals in all (5 zones, 2 stretches of 40 days, 1,000 each), across clock changes; every minute looked at."""
    random, calendars = np.random.default_rng(20_240_310), states(zone)
    for year, month in MONTHS:
        begin = datetime(year, month, 1, tzinfo=UTC)
        opened = [is_open(begin + timedelta(minutes=minute), calendars) for minute in range(DAYS * 1440)]
        counted = np.concatenate([[0], np.cumsum(opened)])
        starts, ends = np.sort(random.integers(0, len(opened), (2, 1_000)), axis=0)
        instants = [pl.Series(begin.timestamp() * 1e6 + each * 60e6).cast(pl.Datetime("us", "UTC")) for each in (starts, ends)]
        minutes = business_seconds(*instants, calendars) / 60
        assert (minutes.to_numpy() == counted[ends] - counted[starts]).all()


def test_an_interval_without_an_end_is_unknown_and_an_inverted_one_negative():
    starts = pl.Series([local(4, 10), local(4, 11), None])
    ends = pl.Series([None, local(4, 10), local(4, 10)], dtype=starts.dtype)
    assert business_seconds(starts, ends, [NEW_YORK]).to_list() == [None, -3600.0, None]


def test_a_calendar_that_never_opens_has_no_time():
    never = Calendar(ZoneInfo("UTC"), {})
    assert business_minutes(local(4, 10), local(20, 10), never) == 0


def test_no_interval_at_all():
    empty = pl.Series([], dtype=pl.Datetime("us", "UTC"))
    assert business_seconds(empty, empty, [NEW_YORK]).len() == 0


def test_a_holiday_is_closed():
    """METRICS.md F5, by hand: Monday to Wednesday at ten is 16 open hours, 8 without Tuesday's."""
    closed = Calendar(NEW_YORK.zone, NINE_TO_FIVE, frozenset([date(2024, 3, 5)]))
    assert business_minutes(local(4, 10), local(6, 10), closed) == 480


def test_states_of_a_calendar_may_come_in_any_order():
    """By hand: eight hours of Tuesday by the first hours, one of Wednesday by those from then on."""
    later = Calendar(NEW_YORK.zone, {2: [(9 * 3600, 10 * 3600)]}, valid_from=date(2024, 3, 6))
    for states_of_one in ((NEW_YORK, later), (later, NEW_YORK)):
        assert business_minutes(local(5, 0), local(7, 0), *states_of_one) == 540


def test_opening_and_closing_are_instants_of_the_hours():
    """By hand: from nine sharp to five sharp, and not a minute beyond either."""
    assert business_minutes(local(4, 9), local(4, 17)) == 480
    assert business_minutes(local(4, 8), local(4, 9)) == business_minutes(local(4, 17), local(4, 18)) == 0
