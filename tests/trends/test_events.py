"""What coincided with events (V7): right by hand, overlaps told apart or said not to be, worded as a coincidence."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from careworth.trends import Break, event_rows, happenings, list_windows, profile, profile_rows
from tests.simulators.linked_series import as_counts, dependent
from tests.trends.series import daily, events, table

UTC = ZoneInfo("UTC")


def windows(*rows: tuple):
    """The windows of events as `tests.trends.series.events` makes them."""
    return list_windows(events(*rows), UTC)


def noisy(days: int = 365, seed: int = 1) -> np.ndarray:
    """About 100 a day with weekdays and season, nothing going on."""
    draw = np.random.default_rng(seed)
    return as_counts(draw, dependent(draw, days, 0.3), 100, 0.1)


def test_a_window_is_the_days_in_the_zone():
    """00:00 UTC on 11 January is 19:00 on the 10th in New York; an end at midnight is the day before's."""
    (window,) = list_windows(events(("e", "outage", 10, 2)), ZoneInfo("America/New_York"))
    assert (window.first_day, window.end_day) == (date(2024, 1, 10), date(2024, 1, 13))
    (window,) = windows(("e", "outage", 10, 2))
    assert (window.first_day, window.end_day) == (date(2024, 1, 11), date(2024, 1, 13))
    (backwards,) = windows(("e", "outage", 10, -2))
    assert (backwards.end_day - backwards.first_day).days == 1


def test_observed_over_expected_by_hand():
    """Quiet days alternate around 10 with a fixed weekday pattern; three days of 30, 25 and 35 where 10 a day was expected."""
    values = np.tile([12.0, 8, 11, 9, 10, 10, 10], 20)
    values[70:73] = [30, 20, 28]
    (found,) = happenings(daily(values), windows(("e", "pr", 70, 3)), [])
    assert found.ratio.value == pytest.approx(78 / 31, rel=1e-4)


def test_a_planted_event_is_found_and_a_quiet_one_is_not():
    values = noisy()
    values[200:205] *= 2
    table_of = events(("up", "outage", 200, 5, "Outage"), ("calm", "pr", 300, 5, "Prize"))
    up, calm = event_rows(table(values), table_of, UTC, [])
    assert up["low"] < 2 < up["high"] and up["low"] > 1.4
    assert up["reason"].startswith("coincided with Outage (q = 0.0")
    assert calm["low"] < 1 < calm["high"]
    assert calm["reason"].startswith("no clear difference coincided with Prize")
    assert (up["slice"], up["n"], up["grade"], up["unit"]) == ("event=up", 5, "B", "ratio")


def test_events_that_overlap_are_told_apart():
    """By construction: the first doubles, the second does nothing; alone the second would have half of the first's days."""
    values = noisy(seed=2)
    values[200:208] *= 2
    first, second = happenings(daily(values), windows(("a", "pr", 200, 8), ("b", "pr", 204, 12)), [])
    assert first.ratio.low < 2 < first.ratio.high
    assert second.ratio.low < 1 < second.ratio.high
    assert abs(second.ratio.value - 1) < 0.2


def test_events_on_the_same_days_cannot_be_told_apart():
    found = happenings(daily(noisy()), windows(("a", "pr", 200, 5), ("b", "launch", 200, 5)), [])
    assert {each.reason for each in found} == {"it overlaps other events so far that they cannot be told apart"}


def test_what_cannot_be_known_is_said():
    outside, none = windows(("a", "pr", 900, 5)), windows()
    assert happenings(daily(noisy()), outside, [])[0].reason == "no day of it is in the series"
    assert happenings(daily(noisy()), none, []) == []
    assert "fewer than 8 weeks" in happenings(daily(noisy(60)), windows(("a", "pr", 10, 5)), [])[0].reason
    assert "below zero" in happenings(daily(noisy() - 200), windows(("a", "pr", 10, 5)), [])[0].reason
    assert "fewer than 8 weeks" in happenings(daily(np.zeros(365)), windows(("a", "pr", 10, 5)), [])[0].reason
    assert "too few stretches" in happenings(daily(noisy(90)), windows(("a", "pr", 30, 28)), [])[0].reason


def test_an_event_of_nothing_at_all_is_a_ratio_near_zero():
    values = noisy()
    values[100:103] = 0
    (found,) = happenings(daily(values), windows(("a", "outage", 100, 3)), [])
    assert 0 <= found.ratio.value < 0.01


def test_a_break_is_a_step_of_what_is_expected():
    """The level doubles at a change of platform on day 180; an event after it is held against the new level."""
    values = noisy()
    values[180:] *= 2
    after = windows(("a", "pr", 300, 5))
    (blind,), (found,) = (happenings(daily(values), after, breaks) for breaks in ([], [Break(date(2024, 6, 29), "Platform")]))
    assert found.ratio.low < 1 < found.ratio.high
    assert found.ratio.high - found.ratio.low < 0.7 * (blind.ratio.high - blind.ratio.low)


def test_what_lasts_long_is_a_level_and_no_event():
    """Volume doubles in a campaign of 90 days; the outage within it is held against the campaign's level."""
    values = noisy()
    values[180:270] *= 2
    values[220:224] *= 1.6
    campaign, outage = happenings(daily(values), windows(("c", "campaign", 180, 90), ("o", "outage", 220, 4)), [])
    assert (campaign.ratio.value, campaign.days) == (None, 90)
    assert campaign.reason == "it lasts 90 days and is fitted as a level; what lasts over 28 is no event"
    assert outage.ratio.low < 1.6 < outage.ratio.high
    assert outage.ratio.low > 1.2


def test_shares_are_weighed_by_what_they_are_shares_of():
    """By hand: 10 of 100 each quiet day; on the event 1 of 1 and 10 of 99: 11 of 100 where 10 were expected."""
    values, counted = np.full(120, 0.1), np.full(120, 100.0)
    values[60:62], counted[60:62] = [1.0, 10 / 99], [1, 99]
    (found,) = happenings(daily(values, "Q1", "rate", counted), windows(("a", "pr", 60, 2)), [])
    assert found.ratio.value == pytest.approx(1.1, rel=1e-4)


def test_the_profile_shows_the_days_around_an_event():
    values = noisy()
    values[200:203] *= 3
    other, window = windows(("a", "pr", 200, 3), ("b", "pr", 100, 3))
    found = profile(daily(values), window, [other], [])
    assert list(found.offsets[[0, -1]]) == [-7, 14]
    above = set(found.offsets[found.ratios > found.high].tolist())
    assert above == {0, 1, 2}
    rows = profile_rows(daily(values), window, [other], [])
    assert (len(rows), rows[7]["variant"], rows[7]["slice"]) == (22, "V1.conversations:day", "event=a")
    assert profile_rows(daily(values[:30]), window, [other], []) == []


def test_the_profile_is_without_the_part_of_other_events():
    """The other event triples four days, one week after the window; none of them is the window's."""
    values = noisy()
    values[207:211] *= 3
    window, other = windows(("a", "pr", 200, 3), ("b", "pr", 207, 4))
    found = profile(daily(values), window, [other], [])
    assert not (found.ratios > found.high).any()


def test_the_profile_ends_with_the_series():
    found = profile(daily(noisy()), windows(("a", "pr", 363, 5))[0], [], [])
    assert list(found.offsets) == list(range(-7, 2))


def test_no_event_is_seldom_a_coincidence():
    """Nominal 5 % of 3 x 100 windows on days that depend on each other."""
    calm = windows(("a", "pr", 60, 1), ("b", "pr", 150, 4), ("c", "pr", 355, 7))
    draw = np.random.default_rng(9)
    series = [as_counts(draw, dependent(draw, 365, 0.6), 30, 0.2) for _ in range(100)]
    found = [each.p_value < 0.05 for values in series for each in happenings(daily(values), calm, [])]
    assert np.mean(found) <= 0.085
