"""M4: what shorter contacts save, only where the company says that the hours went elsewhere."""

from datetime import timedelta

import polars as pl
import pytest

from careworth.roi.productivity import handled_by_contact, handled_by_interval, productivity
from careworth.schemas import CONTACT_INTERVALS, CONTACTS
from careworth.targets import Assumption
from tests.roi.cases import CUT, TERMS, day

HOUR = Assumption(name="cost_per_hour", low=30, likely=30, high=30, source="payroll")


def handled(before: int, during: int, days: int = 20, count: int = 10) -> pl.DataFrame:
    """So many contacts on each of the days on either side of the first, of so many seconds each; one id for each day."""
    rows = [(f"k{k}", day(k) + timedelta(hours=9), count, count * (before if k < 0 else during)) for k in range(-days, days)]
    return pl.DataFrame(rows, schema=["contact_id", "at", "handled", "seconds"], orient="row")


def test_by_hand():
    """360 seconds before, 300 now: a minute less for each of 200 contacts is 200 / 60 hours at 30: 100."""
    gain = productivity(TERMS, CUT, handled(360, 300), HOUR, "redeployed")
    (row,) = gain.rows
    assert (row["value"], row["n"], row["grade"]) == (pytest.approx(100), 200, "C")
    assert gain.lines[0].contacts == {f"k{k}" for k in range(20)}


def test_longer_contacts_are_a_loss():
    assert productivity(TERMS, CUT, handled(300, 360), HOUR, "redeployed").rows[0]["value"] == pytest.approx(-100)


@pytest.mark.parametrize(("freed", "cash"), [("redeployed", False), ("cut", True)])
def test_hours_are_cash_only_where_they_were_cut(freed, cash):
    assert productivity(TERMS, CUT, handled(360, 300), HOUR, freed).lines[0].is_cashable is cash


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"freed_hours": ""}, "does not say what became of the hours"),
        ({"cost_per_hour": None}, "is not stated"),
        ({"handled": handled(360, 300, days=13)}, "fewer than 14 days"),
        ({"handled": handled(360, 300).clear()}, "fewer than 14 days"),
    ],
)
def test_what_is_not_known_has_no_line(given, says):
    usual = {"handled": handled(360, 300), "cost_per_hour": HOUR, "freed_hours": "cut"}
    gain = productivity(TERMS, CUT, **(usual | given))
    assert (gain.lines, gain.rows[0]["value"]) == ((), None)
    assert says in gain.rows[0]["reason"]


def test_days_that_differ_leave_a_range():
    """Days of 340 and 380 seconds in turn before the campaign: 360 in the mean, and no more exact than that."""
    told = handled(360, 300).with_columns(
        seconds=pl.when(pl.col("at") < day(0)).then(pl.col("seconds") + 200 * (-1) ** pl.col("at").dt.day()).otherwise("seconds")
    )
    (row,) = productivity(TERMS, CUT, told, HOUR, "cut").rows
    assert row["low"] < row["value"] < row["high"]
    # Twenty days of +-20 seconds: standard error 20 x (20/19) ** .5 / 20 ** .5 = 4.588 of 60 seconds; of 100 that is 7.65.
    assert row["high"] - row["low"] == pytest.approx(2 * 1.645 * 7.647, rel=0.02)


def test_nothing_outside_of_the_eight_weeks_and_the_campaign_counts():
    """Contacts of an hour 57 days before, after the end and after the cut-off change nothing."""
    far = pl.DataFrame(
        [(f"far{at}", day(at), 100, 360_000) for at in (-57, 31, 50)],
        schema=["contact_id", "at", "handled", "seconds"],
        orient="row",
    )
    gain = productivity(TERMS, CUT, pl.concat([handled(360, 300), far]), HOUR, "cut")
    assert gain.rows[0]["value"] == pytest.approx(100)


def test_intervals_without_a_contact_or_a_time_say_nothing():
    rows = [
        (channel, answered, seconds)
        for channel, answered, seconds in [("phone", 2, 600), ("phone", 0, 0), ("phone", 3, None), ("chat", 1, 5)]
    ]
    intervals = pl.DataFrame(
        [
            {
                "channel": channel,
                "queue": "q",
                "interval_start": day(k),
                "interval_seconds": 1800,
                "offered": 5,
                "answered": answered,
                "handle_seconds": seconds,
            }
            for k, (channel, answered, seconds) in enumerate(rows)
        ],
        schema=CONTACT_INTERVALS.columns,
    )
    assert handled_by_interval(intervals).select("handled", "seconds").rows() == [(2, 600)]


def test_a_contact_takes_its_talk_hold_and_wrap():
    """300 + 20 + 40 seconds; one without talk was not handled; a hold that is not told is none."""
    rows = [("a", 300, 20, 40), ("b", None, 20, 40), ("c", 60, None, 10), ("d", 0, 0, 0)]
    contacts = pl.DataFrame(
        [
            {
                "contact_id": name,
                "channel": "phone",
                "started_at": day(1),
                "talk_seconds": talk,
                "hold_seconds": hold,
                "wrap_seconds": wrap,
            }
            for name, talk, hold, wrap in rows
        ],
        schema=CONTACTS.columns,
    )
    assert handled_by_contact(contacts).select("contact_id", "seconds").rows() == [("a", 360), ("c", 70)]
