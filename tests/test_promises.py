"""Promises of speed and opening hours, as workspace.toml states them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.business_time import business_seconds
from careworth.config import load_workspace
from careworth.errors import ConfigError
from careworth.promises import Policy
from tests.test_config import WORKSPACE

OFFICE = """
[[calendars.office]]
monday = ["09:00-12:00", "13:15-17:30"]
sunday = ["22:00-24:00"]
holidays = [2024-01-08]
"""
PROMISE = """
[[sla]]
name = "fast"
promise = "first_response"
target_minutes = 60
"""


@pytest.fixture
def workspace(tmp_path):
    """Reads a workspace with these lines added."""

    def read(*lines: str):
        (tmp_path / "workspace.toml").write_text(WORKSPACE + "".join(lines))
        return load_workspace(tmp_path)

    return read


def policies(settings) -> list[Policy]:
    """The promises of a workspace, as a study makes them."""
    return [each.policy(settings.calendar(each.calendar)) for each in settings.sla]


def test_the_hours_of_a_calendar_are_seconds_of_the_day(workspace):
    """By hand: 9 * 3600 = 32,400, 12 * 3600 = 43,200, 13.25 * 3600 = 47,700, 17.5 * 3600 = 63,000, 22 * 3600 = 79,200."""
    (office,) = workspace(OFFICE).calendar("office")
    assert office.hours[0] == [(32_400, 43_200), (47_700, 63_000)]
    assert (office.hours[6], office.hours[1]) == ([(79_200, 86_400)], [])
    assert (office.zone.key, office.valid_from) == ("Europe/Amsterdam", date.min)


def test_a_holiday_of_the_settings_is_closed(workspace):
    """By hand: Monday 1 January has 3 + 4.25 hours, Monday the 8th is a holiday; between them two hours of Sunday night."""
    starts = pl.Series([datetime(2024, 1, 1, tzinfo=UTC)])
    ends = pl.Series([datetime(2024, 1, 8, 22, tzinfo=UTC)])
    assert business_seconds(starts, ends, workspace(OFFICE).calendar("office")).item() == 9.25 * 3600


def test_a_calendar_may_hang_in_a_zone_of_its_own(workspace):
    (office,) = workspace(OFFICE, 'time_zone = "Asia/Tokyo"\n').calendar("office")
    assert office.zone == ZoneInfo("Asia/Tokyo")


def test_a_calendar_has_successive_states(workspace):
    later = '[[calendars.office]]\nvalid_from = 2024-07-01\nmonday = ["10:00-12:00"]\n'
    assert [each.valid_from for each in workspace(OFFICE, later).calendar("office")] == [date.min, date(2024, 7, 1)]


def test_no_name_is_no_calendar(workspace):
    assert workspace(OFFICE).calendar("") == []


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ('monday = ["17:00-09:00"]', "give spans in order"),
        ('monday = ["09:00-09:00"]', "give spans in order"),
        ('monday = ["13:00-17:00", "09:00-12:00"]', "give spans in order"),
        ('monday = ["09:00-13:00", "12:00-17:00"]', "none into the next"),
        ('monday = ["9:00-17:00"]', "monday"),
        ('monday = ["09:00-24:30"]', "monday"),
        ('monday = ["24:00-24:00"]', "monday"),
        ('monday = ["09:00-25:00"]', "monday"),
        ('monday = ["22:00-02:00"]', "a span to 24:00 and one of the next day"),
        ('mondays = ["09:00-17:00"]', "did you mean 'calendars.office.monday'?"),
        ('time_zone = "Amsterdam"', "is not an IANA time zone"),
    ],
)
def test_impossible_hours_are_refused(workspace, hours, says):
    with pytest.raises(ConfigError) as refusal:
        workspace(f"[[calendars.office]]\n{hours}\n")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_promise_keeps_what_it_says(workspace):
    more = 'network = "x"\nchannel = "dm"\ncalendar = "office"\nvalid_from = 2024-07-01\n'
    (policy,) = policies(workspace(PROMISE, more, OFFICE))
    assert (policy.name, policy.promise, policy.target_minutes) == ("fast", "first_response", 60)
    assert (policy.network, policy.channel, policy.valid_from) == ("x", "dm", date(2024, 7, 1))
    assert (len(policy.calendar), policy.pauses) == (1, False)


def test_a_promise_says_little_unless_told(workspace):
    (policy,) = policies(workspace(PROMISE))
    assert (policy.network, policy.channel, policy.calendar, policy.valid_from) == ("", "", [], date.min)


def test_a_resolution_may_pause(workspace):
    (policy,) = policies(workspace(PROMISE.replace("first_response", "resolution"), "pauses = true\n"))
    assert policy.pauses


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("60", "0", "target_minutes"),
        ("60", "-5", "target_minutes"),
        ("60", "nan", "target_minutes"),
        ("60", "inf", "target_minutes"),
        ('"first_response"', '"first_respons"', "promise"),
        ('"fast"', '" "', "must not be blank"),
        ("60", '60\ncalendar = "ofice"', "calendar 'ofice'; did you mean 'office'?"),
        ("60", '60\ncalendar = "office"\npauses = true', "not both"),
    ],
)
def test_an_impossible_promise_is_refused(workspace, old, new, says):
    with pytest.raises(ConfigError) as refusal:
        workspace(PROMISE.replace(old, new), OFFICE)
    assert says in str(refusal.value)


def test_the_calendar_of_the_service_must_be_known(workspace):
    with pytest.raises(ConfigError, match="calendar 'ofice'; did you mean 'office'"):
        workspace(OFFICE, '[service]\ncalendar = "ofice"\n')
