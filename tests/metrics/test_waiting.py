"""Later waits, answers at once, waits in business time, and other tools' ways of counting."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest

from careworth.business_time import Calendar
from careworth.marts.periods import Cut
from careworth.metrics.vendors import all_inbound_row, fastest_mean, vendor_response_rows
from careworth.metrics.waiting import at_once_rows, business_response_rows, next_response_rows
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, row_of, values, waits

OFFICE = Calendar(ZoneInfo("UTC"), {weekday: [(9 * 3600, 17 * 3600)] for weekday in range(5)})


def test_later_waits_leave_the_first_out_and_keep_the_unanswered():
    """By hand: waits of 10 and 30 minutes and one still open; half were answered within 30."""
    table = waits((1, 0, 99, True), (1, 100, 110, False), (1, 200, 230, False), (1, 300, None, False))
    rows = next_response_rows(table, CUT)
    assert (values(rows)["median"], row_of(rows, "median")["n"]) == (30, 3)
    assert row_of(rows, "p90")["reason"] == "not reached"


def test_no_later_wait_is_unknown_and_not_zero():
    assert row_of(next_response_rows(waits((1, 0, 5, True)), CUT), "median")["grade"] == "X"


def test_answers_at_once_by_hour_of_the_week():
    """Monday nine o'clock: one after exactly a quarter of an hour, one a minute later; Tuesday at three: none."""
    table = conversations(answered(1, 0, 15), answered(2, 5, 16), conversation(3, DAY + 360))
    rows = at_once_rows(table, CUT)
    assert values(rows)["within_15min"] == pytest.approx(1 / 3)
    assert values(rows, "hour=Mon 09") == {"within_15min": 0.5}
    assert values(rows, "hour=Tue 15") == {"within_15min": 0.0}


def test_facebooks_badge_looks_at_the_last_seven_days():
    recent = [answered(number, 54 * DAY + number, 3) for number in range(9)] + [conversation(9, 55 * DAY)]
    badge = row_of(at_once_rows(conversations(answered(90, 0, 900), *recent), CUT), "facebook_badge")
    assert (badge["value"], badge["n"], badge["reason"]) == (0.9, 10, "badge earned: it takes 90%")


def test_a_wait_over_night_takes_only_the_hours_of_the_office():
    """From Monday 16:30 to Tuesday 09:30 by hand: half an hour on either side."""
    rows = business_response_rows(conversations(answered(1, 450, 17 * 60)), CUT, [OFFICE])
    assert values(rows)["business_median"] == 60
    assert row_of(rows, "business_median")["unit"] == "business minutes"


def test_without_opening_hours_business_time_is_unknown():
    assert "no opening hours" in row_of(business_response_rows(conversations(answered()), CUT, []), "business_p90")["reason"]


def test_facebook_averages_the_fastest_nine_in_ten():
    """METRICS.md F.10: 6.0 where the mean is 65.4 and the median 6.5."""
    assert fastest_mean(pl.Series([float(minute) for minute in range(2, 11)] + [600.0])) == 6.0
    assert fastest_mean(pl.Series([], dtype=pl.Float64)) is None


def test_other_tools_leave_the_unanswered_out():
    table = conversations(answered(1, 0, 10), answered(2, 0, 30), answered(3, 0, 200, outcome="open"), conversation(4))
    found = values(vendor_response_rows(table, CUT))
    assert (found["zendesk_median"], found["hootsuite_mean"]) == (30, 20)
    assert found["facebook_24h"] == 0.75


def test_the_rate_over_all_that_came_in_counts_what_needed_no_response():
    table = conversations(answered(1, 0, 10), conversation(2, 0, clock_at=None, last_call_at=None))
    assert all_inbound_row(table, CUT, 24)["value"] == 0.5


def test_only_old_enough_calls_are_judged_at_once():
    """METRICS.md F16: a quarter of an hour before the cut-off is old enough, a minute later is not; the call counts."""
    edge = 60 * DAY - 15
    table = conversations(conversation(1, edge), conversation(2, edge + 1), conversation(3, 0, clock_at=edge + 1))
    assert row_of(at_once_rows(table, CUT), "within_15min")["n"] == 1


def test_at_once_is_from_the_call_and_of_calls_alone():
    """By hand: begun at 0, called at 100, answered at 110; praise is not counted."""
    table = conversations(answered(1, 0, 110, clock_at=100), conversation(2, clock_at=None, last_call_at=None))
    row = row_of(at_once_rows(table, CUT), "within_15min")
    assert (row["value"], row["n"]) == (1, 1)


def test_the_hour_of_the_week_is_the_campaigns_own():
    """By hand: Monday 09:00 UTC is Monday 22:00 in Auckland's summer."""
    auckland = Cut(CUT.start, CUT.end, CUT.as_of, ZoneInfo("Pacific/Auckland"))
    assert values(at_once_rows(conversations(answered(1)), auckland), "hour=Mon 22") == {"within_15min": 1}
    assert values(at_once_rows(conversations(answered(1, 6 * DAY)), CUT), "hour=Sun 09") == {"within_15min": 1}


def test_the_badge_is_missed_below_nine_in_ten_and_seven_days_are_seven():
    """By hand: the call exactly seven days before the last is out; of the two others one was answered at once."""
    table = conversations(answered(1, 0, 3), answered(2, 7 * DAY, 3), conversation(3, 1))
    badge = row_of(at_once_rows(table, CUT), "facebook_badge")
    assert (badge["value"], badge["n"], badge["reason"]) == (0.5, 2, "badge not earned: it takes 90%")


def test_no_badge_without_a_call():
    badge = row_of(at_once_rows(conversations(), CUT), "facebook_badge")
    assert (badge["value"], badge["n"], "no conversations that needed a response" in badge["reason"]) == (None, 0, True)


def test_business_time_counts_the_unanswered_until_the_cut_off():
    """By hand: one answered after 60 minutes of Monday, one never: half within an hour, and nine in ten not at all."""
    rows = business_response_rows(conversations(answered(1, 0, 60), conversation(2)), CUT, [OFFICE])
    assert (values(rows)["business_median"], row_of(rows, "business_p90")["reason"]) == (60, "not reached")
    assert row_of(rows, "business_median")["n"] == 2


def test_one_who_waits_less_than_others_needed_is_not_taken_for_answered():
    """By hand: open for 30 minutes of Monday at the cut-off, the other answered after 60: only that one was at risk then."""
    seen = Cut(CUT.start, CUT.end, at(70), CUT.zone)
    rows = business_response_rows(conversations(answered(1, 0, 60), conversation(2, 40)), seen, [OFFICE])
    assert values(rows)["business_p90"] == 60


def test_business_time_of_what_needed_no_answer_is_none():
    praise = answered(2, clock_at=None, first_reply_at=None)
    assert row_of(business_response_rows(conversations(answered(1), praise), CUT, [OFFICE]), "business_median")["n"] == 1
    rows = business_response_rows(conversations(praise), CUT, [OFFICE])
    assert {(row["value"], row["n"], row["grade"]) for row in rows} == {(None, 0, "X")}


def test_a_cut_off_before_the_call_is_no_time_and_no_error():
    early = Cut(CUT.start, CUT.end, at(30), CUT.zone)
    rows = business_response_rows(conversations(conversation(1, 60)), early, [OFFICE])
    assert {row["value"] for row in rows} == {None}


def test_an_open_wait_is_as_old_as_the_cut_off_makes_it():
    """By hand: at minute 70 one was answered after 60, one is open for 30; only the first was at risk at 60."""
    seen = Cut(CUT.start, CUT.end, at(70), CUT.zone)
    assert values(next_response_rows(waits((1, 0, 60, False), (2, 40, None, False)), seen)) == {"median": 60, "p90": 60}


def test_seconds_count_and_clocks_that_went_wrong_count_as_at_once():
    """By hand: waits of 90 seconds, and of an answer a minute before its call."""
    assert values(next_response_rows(waits((1, 0, 1.5, False)), CUT))["median"] == 1.5
    assert values(next_response_rows(waits((1, 0, -1, False)), CUT))["median"] == 0


def test_curves_are_read_at_a_half_and_nine_tenths():
    """By hand: of 20 waits of 1 to 20 minutes half are over by 10, nine in ten by 18."""
    found = values(next_response_rows(waits(*((number, 0, number, False) for number in range(1, 21))), CUT))
    assert found == {"median": 10, "p90": 18}


def test_other_tools_look_at_the_answered_only():
    """By hand: an answer before its call took 0 minutes, two others 20 and 70: median 20, mean of the two resolved 35."""
    odd = answered(1, 0, 10, clock_at=15)
    table = conversations(odd, answered(2, 0, 20, outcome="open"), answered(3, 0, 70), conversation(4, clock_at=None))
    found = values(vendor_response_rows(table, CUT))
    assert (found["zendesk_median"], found["hootsuite_mean"], found["facebook_fastest_90"]) == (20, 35, 10)


def test_the_fastest_nine_in_ten_of_a_few():
    """By hand: of one that one; of two the faster; whatever their order."""
    assert fastest_mean(pl.Series([5.0])) == 5
    assert fastest_mean(pl.Series([9.0, 5.0])) == 5


def test_nobody_was_answered():
    found = vendor_response_rows(conversations(conversation(1)), CUT)
    assert {row["value"] for row in found if row["metric_id"] == "S2"} == {None}
    assert all(row["reason"] == "nobody was answered" for row in found if row["metric_id"] == "S2")


@pytest.mark.parametrize(("wait", "value"), [(DAY, 1), (DAY + 1, 0)])
def test_a_day_is_24_hours_from_the_first_message(wait, value):
    """Facebook counts from the new message; the call came an hour later, within a day of the answer."""
    table = conversations(answered(1, 0, wait, clock_at=60))
    assert values(vendor_response_rows(table, CUT))["facebook_24h"] == value
    assert all_inbound_row(table, CUT, 24)["value"] == value


def test_praise_that_was_answered_was_answered():
    """By hand: it called for no answer and got one after five minutes; what is too young is left out."""
    praise = {"clock_at": None, "last_call_at": None, "first_reply_at": None}
    table = conversations(answered(1, 0, 5, **praise), conversation(2, 59.5 * DAY))
    assert values(vendor_response_rows(table, CUT))["facebook_24h"] == 1
    assert all_inbound_row(table, CUT, 24)["value"] == 1
    assert all_inbound_row(table, CUT, 6)["n"] == 2


def test_what_counts_as_at_once_is_a_setting_and_the_badge_is_facebooks():
    """METRICS.md R089 by hand: of two answered after 10 and 20 minutes one came within 15 and both within 30."""
    rows = at_once_rows(conversations(answered(1, 0, 10), answered(2, 0, 20)), CUT, 30)
    assert (values(rows)["within_30min"], values(rows)["facebook_badge"]) == (1.0, 0.5)
    assert "within_15min" not in values(rows)


def test_a_setting_of_half_minutes_names_its_row():
    assert values(at_once_rows(conversations(answered(1, 0, 2)), CUT, 2.5))["within_2.5min"] == 1.0
