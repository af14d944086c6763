"""The contact centre (C1-C6): real calls of two companies, and small ones by hand."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.contact_centre import contact_centre_rows, cost_per_contact_rows, resolved_row
from careworth.metrics.contact_days import customer_contacts, days_of
from careworth.results import pick, to_metric_values
from careworth.schemas import CONTACT_INTERVALS, CONTACTS, INSTANT, UNIT_COSTS

CUT = Cut(date(2024, 6, 3), date(2024, 7, 1), datetime(2024, 8, 1, tzinfo=UTC), ZoneInfo("UTC"))
NO_INTERVALS, NO_CONTACTS = pl.DataFrame(schema=CONTACT_INTERVALS.columns), pl.DataFrame(schema=CONTACTS.columns)
NO_COSTS = pl.DataFrame(schema=UNIT_COSTS.columns)


def at(day: float) -> datetime:
    """That day of June 2024, in days with fractions."""
    return datetime(2024, 6, 1, tzinfo=UTC) + timedelta(days=day - 1)


def interval(day: float, offered: int, **other) -> dict:
    """One half hour of the phone."""
    return {"channel": "phone", "queue": "care", "interval_start": at(day), "interval_seconds": 1800, "offered": offered} | other


def contact(number: str, customer: str | None, day: float, **other) -> dict:
    """One answered call of two minutes' talk, one minute's wrap-up and half a minute's wait."""
    times = {"started_at": at(day), "connected_at": at(day + 0.001), "ended_at": at(day + 0.01)}
    spent = {"talk_seconds": 120, "hold_seconds": None, "wrap_seconds": 60, "wait_seconds": 30}
    return {"contact_id": number, "channel": "phone", "customer_id": customer} | times | spent | other


def lost(number: str, customer: str | None, day: float, **other) -> dict:
    """One call that nobody took."""
    spent = dict.fromkeys(["talk_seconds", "hold_seconds", "wrap_seconds"]) | {"wait_seconds": 90}
    return contact(number, customer, day, connected_at=None, **spent) | other


def intervals_of(*rows: dict) -> pl.DataFrame:
    """These intervals."""
    return pl.DataFrame(list(rows), schema=CONTACT_INTERVALS.columns)


def contacts_of(*rows: dict) -> pl.DataFrame:
    """These contacts."""
    return pl.DataFrame(list(rows), schema=CONTACTS.columns)


def measured(intervals=NO_INTERVALS, contacts=NO_CONTACTS, costs=NO_COSTS, cut: Cut = CUT) -> pl.DataFrame:
    """The rows as a table of one campaign."""
    return to_metric_values(contact_centre_rows(intervals, contacts, costs, cut, "EUR"), "test", cut.start, cut.end)


# --- volumes by interval ---

MONDAY = interval(3.4, 10, answered=8, abandoned=2, handle_seconds=2400, wait_seconds=300)
TUESDAY = interval(4.4, 30, answered=27, abandoned=3, handle_seconds=10800, wait_seconds=1500)
MAY = interval(-9, 99, answered=0, abandoned=99, handle_seconds=0, wait_seconds=0)


def test_calls_of_the_campaign_are_counted_per_day_and_per_call():
    """By hand: 40 calls on two days; (2400 + 10800) s / 35 answered = 6.286 min; 5 of 40 gave up; 1800 s / 40 = 45 s."""
    table = measured(intervals_of(MONDAY, TUESDAY, MAY))
    names = [("C1", "offered"), ("C1", "per_day"), ("C3", "answered"), ("C3", "abandoned_share"), ("C6", "wait_seconds_mean")]
    assert [pick(table, *name)["value"] for name in names] == [40, 20, 35, 0.125, 45]
    minutes = pick(table, "C2", "handle_minutes_mean")
    assert (minutes["value"], minutes["n"], minutes["unit"]) == (pytest.approx(220 / 35), 35, "minutes")


def test_the_mean_time_has_the_interval_of_drawing_days_again():
    """By hand: ten days of 5 and ten of 7 minutes: a mean of 6, standard error 1 / sqrt(19), Student's t of 19 days 2.093."""
    days = [interval(day + 0.4, 10, answered=10, handle_seconds=3000 + 1200 * (day % 2)) for day in range(4, 24)]
    row = pick(measured(intervals_of(*days)), "C2", "handle_minutes_mean")
    assert (row["value"], (row["high"] - row["low"]) / 2) == pytest.approx((6, 2.093 / 19**0.5), rel=0.1)


def test_an_interval_does_not_know_how_long_customers_were_on_hold():
    row = pick(measured(intervals_of(MONDAY)), "C6", "hold_seconds_mean")
    assert (row["value"], row["grade"], "hold time" in row["reason"]) == (None, "X", True)


def test_what_an_interval_does_not_say_is_no_zero():
    """By hand: only Monday says how many it answered, 8 of its own 10; Tuesday's 30 calls are offered all the same."""
    silent = TUESDAY | dict.fromkeys(["answered", "abandoned", "handle_seconds", "wait_seconds"])
    table = measured(intervals_of(MONDAY, silent))
    answered = pick(table, "C3", "answered")
    assert (answered["value"], answered["n"], answered["reason"][:11]) == (8, 10, "30 contacts")
    assert [pick(table, *name)["value"] for name in (("C1", "offered"), ("C3", "abandoned_share"))] == [40, 0.2]
    assert [pick(table, *name)["n"] for name in (("C2", "handle_minutes_mean"), ("C6", "wait_seconds_mean"))] == [8, 10]


def test_impossible_counts_give_a_reason_and_no_share():
    """By hand: minus one answered is unknown; 12 of 10 abandoned cannot be."""
    table = measured(intervals_of(MONDAY | {"answered": -1, "abandoned": 12}))
    assert pick(table, "C3", "answered")["value"] is None
    row = pick(table, "C3", "abandoned_share")
    assert (row["value"], "cannot be" in row["reason"]) == (None, True)


def test_channels_stand_alone_and_together():
    chat = MONDAY | {"channel": "chat", "offered": 6}
    table = measured(intervals_of(MONDAY, chat))
    places = ["all", "channel=chat", "channel=phone"]
    assert [pick(table, "C1", "offered", place)["value"] for place in places] == [16, 6, 10]


def test_the_day_of_the_cut_off_is_counted_but_makes_no_average():
    """By hand: the cut-off is noon of Tuesday: its morning is among the 40, but a day's average is Monday's 10."""
    table = measured(intervals_of(MONDAY, TUESDAY, interval(4.6, 50)), cut=Cut(CUT.start, CUT.end, at(4.5), CUT.zone))
    assert [pick(table, "C1", name)["value"] for name in ("offered", "per_day")] == [40, 10]


def test_days_are_local_days():
    """23:30 UTC on 2 June is 01:30 on 3 June in Amsterdam, the campaign's first day there."""
    dutch = Cut(CUT.start, CUT.end, CUT.as_of, ZoneInfo("Europe/Amsterdam"))
    late = intervals_of(interval(2 + 23.5 / 24, 5))
    assert pick(measured(late, cut=dutch), "C1", "offered")["value"] == 5
    assert pick(measured(late), "C1", "offered")["value"] is None


def test_nothing_connected_is_no_zero():
    table = measured()
    assert table.filter(pl.col("value").is_not_null()).is_empty()
    assert (set(table["grade"]), table["reason"].null_count()) == ({"X"}, 0)


# --- single contacts ---


def test_a_transferred_call_is_one_contact():
    """By hand: a call transferred twice is taken once: 3 x (120 + 60) s = 9 min, 90 s wait; nobody was lost."""
    legs = [contact("a", "ann", 3), contact("b", None, 3.01, initial_contact_id="a")]
    table = measured(contacts=contacts_of(*legs, contact("c", None, 3.02, initial_contact_id="a")))
    assert [pick(table, *name)["value"] for name in (("C1", "offered"), ("C3", "answered"))] == [1, 1]
    assert [pick(table, "C2", "handle_minutes_mean")["value"], pick(table, "C6", "wait_seconds_mean")["value"]] == [9, 90]


def test_a_record_that_came_twice_counts_once_as_it_stood_last():
    """Amazon Connect delivers a record at least once, and again with more in it (METRICS.md B.6)."""
    first, last = contact("a", "ann", 3, ended_at=None, talk_seconds=1), contact("a", "ann", 3)
    for order in ((first, last), (last, first)):
        table = measured(contacts=contacts_of(*order))
        assert pick(table, "C1", "offered")["value"] == 1
        assert pick(table, "C2", "handle_minutes_mean")["value"] == 3


def test_a_call_that_nobody_took_is_abandoned_once_it_has_ended():
    """By hand: one taken, one lost, one still ringing at the cut-off: 1 of the 2 that ended."""
    table = measured(contacts=contacts_of(contact("a", "ann", 3), lost("b", "bob", 3.1), lost("c", "eve", 3.2, ended_at=None)))
    row = pick(table, "C3", "abandoned_share")
    assert (row["value"], row["n"]) == (0.5, 2)
    assert [pick(table, *name)["value"] for name in (("C1", "offered"), ("C3", "answered"))] == [3, 1]


def test_a_channel_that_never_says_who_was_taken_has_no_answered_contacts():
    mail = lost("a", "ann", 3, channel="email")
    table = measured(contacts=contacts_of(mail, mail | {"contact_id": "b"}))
    row = pick(table, "C3", "answered")
    assert (row["value"], "no connected record says" in row["reason"]) == (None, True)
    assert pick(table, "C1", "offered")["value"] == 2


def test_hold_time_is_the_mean_of_answered_contacts_that_state_it():
    """By hand: 40 and 20 seconds, one contact says nothing: 30."""
    held = [contact("a", "ann", 3, hold_seconds=40), contact("b", "bob", 4, hold_seconds=20), contact("c", "eve", 5)]
    row = pick(measured(contacts=contacts_of(*held)), "C6", "hold_seconds_mean")
    assert (row["value"], row["n"]) == (30, 2)


def test_a_quiet_day_between_contacts_is_a_day():
    """By hand: one call on the 3rd and one on the 6th: 2 calls in 4 days, none on two of them."""
    two = contacts_of(contact("a", "ann", 3), contact("b", "bob", 6))
    table = measured(contacts=two)
    assert days_of(NO_INTERVALS, two, CUT)["offered"].to_list() == [1, 0, 0, 1]
    row = pick(table, "C1", "per_day")
    assert (row["value"], row["n"]) == (0.5, 4)


def test_volumes_come_before_single_contacts_of_the_same_channel():
    days = days_of(intervals_of(MONDAY), contacts_of(contact("a", "ann", 3), contact("b", "bob", 3, channel="chat")), CUT)
    assert dict(days.select("channel", "offered").iter_rows()) == {"phone": 10, "chat": 1}


def test_times_in_the_wrong_order_break_nothing():
    """A contact that ended before it began, and negative seconds, which are unknown."""
    odd = contact("a", "ann", 5, connected_at=at(4), ended_at=at(3), talk_seconds=-5, wrap_seconds=None, wait_seconds=-1)
    table = measured(contacts=contacts_of(odd))
    assert pick(table, "C3", "answered")["value"] == 1
    assert [pick(table, *name)["value"] for name in (("C2", "handle_minutes_mean"), ("C6", "wait_seconds_mean"))] == [None, None]


# --- C5 ---


@pytest.mark.parametrize(("days_later", "resolved"), [(0, 0.5), (7, 0.5), (7.01, 1), (None, 1)])
def test_a_contact_is_resolved_when_the_customer_stays_away_for_seven_days(days_later, resolved):
    """By hand: of ann's two contacts the second is the last; within seven days it unmakes the first."""
    again = [] if days_later is None else [contact("b", "ann", 5 + days_later)]
    row = resolved_row(contacts_of(contact("a", "ann", 5), *again), CUT)
    assert (row["value"], row["grade"], row["n"]) == (resolved, "B", 1 + len(again))


def test_a_lost_call_on_another_channel_is_a_repeat_and_no_contact_to_resolve():
    row = resolved_row(contacts_of(contact("a", "ann", 5), lost("b", "ann", 6), contact("c", "ann", 6.5, channel="chat")), CUT)
    assert (row["value"], row["n"]) == (0.5, 2)


def test_a_transfer_is_no_repeat():
    row = resolved_row(contacts_of(contact("a", "ann", 5), contact("b", "ann", 5.01, initial_contact_id="a")), CUT)
    assert (row["value"], row["n"]) == (1, 1)


def test_a_contact_of_the_last_seven_days_is_too_young_to_judge():
    """By hand: the cut-off is the 20th; the 13th is judged, a moment later is not."""
    early = Cut(CUT.start, CUT.end, at(20), CUT.zone)
    assert resolved_row(contacts_of(contact("a", "ann", 13), contact("b", "bob", 13.01)), early)["n"] == 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no single contacts are connected"),
        ([contact("a", None, 5)], "names its customer"),
        ([lost("a", "ann", 5)], "no answered"),
    ],
)
def test_who_came_back_is_unknown_without_contacts_of_known_customers(rows, why):
    row = resolved_row(contacts_of(*rows), CUT)
    assert (row["value"], row["grade"], why in row["reason"]) == (None, "X", True)


# --- C4 ---


def stated(channel: str, since: date, *minor: int, currency: str = "EUR") -> dict:
    """What a contact costs from a day on."""
    names = ["low_minor", "likely_minor", "high_minor"]
    return dict(zip(names, minor, strict=True)) | {
        "channel": channel,
        "valid_from": since,
        "currency": currency,
        "source": "study",
    }


def costs(*rows: dict) -> pl.DataFrame:
    """The cost rows of these statements."""
    table = pl.DataFrame(list(rows), schema=UNIT_COSTS.columns)
    return to_metric_values(cost_per_contact_rows(table, CUT, "EUR"), "test", CUT.start, CUT.end)


def test_a_call_costs_what_was_stated_last_before_the_campaign():
    old, new = stated("phone", date(2023, 1, 1), 1, 2, 3), stated("phone", date(2024, 6, 3), 680, 950, 1300)
    row = pick(costs(old, new, stated("phone", date(2024, 6, 4), 7, 8, 9)), "C4", "cost_per_call")
    assert (row["value"], row["low"], row["high"], row["unit"], row["grade"]) == (9.5, 6.8, 13, "EUR", "C")
    assert "study" in row["reason"]


def test_a_currency_without_cents_is_not_divided():
    row = pick(costs(stated("phone", date(2024, 1, 1), 700, 900, 1200, currency="JPY")), "C4", "cost_per_call")
    assert (row["value"], row["unit"]) == (900, "JPY")


def test_a_cost_out_of_order_or_of_another_channel_is_no_cost_of_a_call():
    table = costs(stated("phone", date(2024, 1, 1), 900, 700, 1200), stated("email", date(2024, 1, 1), 1, 2, 3))
    assert pick(table, "C4", "cost_per_call")["value"] is None
    assert pick(table, "C4", "cost_per_call", "channel=email")["value"] == 0.02
    assert pick(costs(stated("email", date(2024, 1, 1), 1, 2, 3)), "C4", "cost_per_call")["reason"][:7] == "no cost"


# --- real calls ---


def test_calls_of_a_bank_agree_with_a_count_line_by_line(shared):
    """27,716 intervals of five minutes in 164 weekdays (shared/data/README.md); April 2003 counted here without polars."""
    path = shared / "data/contact_centre/bank_calls_5min.csv"
    daily = defaultdict(int)
    with path.open(encoding="utf-8-sig") as lines:
        for line in csv.DictReader(lines):
            daily[line["DateTime"][:10]] += int(float(line["Calls"]))
    april = {day: calls for day, calls in daily.items() if day.startswith("2003-04")}
    zone = "America/New_York"
    instant = pl.col("DateTime").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.replace_time_zone(zone)
    table = pl.read_csv(path).select(
        channel=pl.lit("phone"),
        queue=pl.lit("bank"),
        interval_start=instant.dt.convert_time_zone("UTC").cast(INSTANT),
        interval_seconds=pl.lit(300, pl.Int64),
        offered=pl.col("Calls").cast(pl.Int64),
        **{name: pl.lit(None, pl.Int64) for name in ("answered", "abandoned", "handle_seconds", "wait_seconds")},
    )
    cut = Cut(date(2003, 4, 1), date(2003, 5, 1), datetime(2004, 1, 1, tzinfo=UTC), ZoneInfo(zone))
    found = measured(table, cut=cut)
    assert pick(found, "C1", "offered")["value"] == sum(april.values())
    per_day = pick(found, "C1", "per_day")
    assert (per_day["n"], per_day["value"]) == (len(april), pytest.approx(np.mean(list(april.values()))))
    assert per_day["low"] < per_day["value"] < per_day["high"]


def test_daily_calls_agree_with_a_count_line_by_line(shared):
    """1,155 days, 2013-2016, day-month-year (shared/data/README.md); the year 2014 counted here without polars."""
    path = shared / "data/contact_centre/calls_daily.csv"
    lines = [line.split(";") for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]]
    calls = [int(number) for day, number, _ in lines if day.endswith("-2014")]
    rows = [
        interval(1, int(number)) | {"interval_start": datetime.strptime(day, "%d-%m-%Y").replace(tzinfo=UTC)}
        for day, number, _ in lines
    ]
    cut = Cut(date(2014, 1, 1), date(2015, 1, 1), datetime(2017, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    found = measured(intervals_of(*rows), cut=cut)
    assert pick(found, "C1", "offered")["value"] == sum(calls)
    assert (pick(found, "C1", "per_day")["n"], pick(found, "C1", "per_day")["value"]) == (
        len(calls),
        pytest.approx(np.mean(calls)),
    )


def test_contacts_are_joined_as_a_loop_over_them_joins_them():
    """300 random legs of 120 calls, in no order, joined here by plain dictionaries."""
    draw = np.random.default_rng(2)
    legs = []
    for number in range(300):
        call = int(draw.integers(120))
        make = contact if draw.random() < 0.7 else lost
        legs.append(make(f"leg{number}", f"c{call % 40}", 3 + 20 * draw.random(), initial_contact_id=f"call{call}"))
    calls = defaultdict(list)
    for leg in legs:
        calls[leg["initial_contact_id"]].append(leg)
    expected = {
        name: (any(leg["connected_at"] for leg in own), sum(leg["wait_seconds"] for leg in own)) for name, own in calls.items()
    }
    found = customer_contacts(contacts_of(*legs), CUT)
    assert {
        name: (answered, wait) for name, answered, wait in found.select("contact", "answered", "wait_seconds").iter_rows()
    } == expected


def test_single_contacts_have_a_distribution():
    """METRICS.md R100 and R104 by hand: handle times of 1 to 11 minutes, so 6 in the middle and 10 for nine in ten.

    Waits are 10 to 110 seconds, holds as long as the minutes in seconds; a call that nobody took has a wait and nothing else.
    """
    spent = [{"talk_seconds": 50 * n, "hold_seconds": n, "wrap_seconds": 9 * n, "wait_seconds": 10 * n} for n in range(1, 12)]
    table = measured(contacts=contacts_of(*(contact(str(n), None, 5, **each) for n, each in enumerate(spent))))
    points = ("handle_minutes_median", "handle_minutes_p90", "wait_seconds_p90", "hold_seconds_p90")
    rows = [pick(table, metric_id, name) for metric_id, name in zip(("C2", "C2", "C6", "C6"), points, strict=True)]
    assert [row["value"] for row in rows] == pytest.approx([6, 10, 100, 10])
    assert {row["n"] for row in rows} == {11}
    assert rows[0]["low"] < 6 < rows[0]["high"]


def test_a_lost_call_waited_and_was_not_handled():
    table = measured(contacts=contacts_of(contact("1", None, 5), lost("2", None, 5)))
    assert (pick(table, "C6", "wait_seconds_p90")["n"], pick(table, "C2", "handle_minutes_p90")["n"]) == (2, 1)


def test_volumes_by_interval_have_no_distribution():
    table = measured(intervals_of(interval(5, 10, answered=9, handle_seconds=900, wait_seconds=50)))
    row = pick(table, "C2", "handle_minutes_median")
    assert (row["value"], row["grade"], "only sums" in row["reason"]) == (None, "X", True)


def test_channels_are_told_apart_from_ten_contacts_on():
    chats = [contact(f"c{n}", None, 5, channel="chat") for n in range(9)]
    table = measured(contacts=contacts_of(*(contact(str(n), None, 5) for n in range(10)), *chats))
    places = table.filter(metric_id="C2", variant="handle_minutes_p90")["slice"].to_list()
    assert sorted(places) == ["all", "channel=phone"]
