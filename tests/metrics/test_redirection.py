"""Redirects by kind, target and reason, in-channel resolution, arrivals with bounds."""

import polars as pl
import pytest

from careworth.marts.periods import Cut
from careworth.metrics.redirection import completion_rows, in_channel_rows, redirect_rows
from careworth.misreading import Errors
from careworth.schemas import CONTACTS
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, row_of, values

NO_ERRORS = Errors({}, is_own=False)


def moved(number: int, target: str = "phone", reason: str = "privacy", away: bool = True, **other) -> dict:
    """A conversation that was sent to another channel after ten minutes."""
    own = {"is_redirected": True, "is_redirected_away": away, "redirect": target, "redirect_reason": reason, "redirected_at": 10}
    return conversation(number, 0, **({"agent_turn_count": 1, "outcome": "redirected"} | own | other))


def test_shares_of_redirects_by_hand():
    """Of four answered conversations one was sent to the phone and one to a direct message, which one had asked for."""
    table = conversations(moved(1), moved(2, "dm", away=False, redirect_is_asked=True), answered(3), answered(4), conversation(5))
    rows = redirect_rows(table, CUT, 72, NO_ERRORS)
    found = values(rows)
    assert (found["rate"], found["hard"], found["soft"], found["asked_share"]) == (0.5, 0.25, 0.25, 0.5)
    assert values(rows, "target=phone") == {"target": 0.5}
    assert values(rows, "reason=privacy") == {"reason": 1.0}


def test_only_the_answered_can_be_redirected():
    rows = redirect_rows(conversations(conversation(1)), CUT, 72, NO_ERRORS)
    assert row_of(rows, "rate")["grade"] == "X"


def test_in_channel_resolution_and_its_complement():
    """Seed 4: raised and resolved on the same channel. Of four: one resolved here, one in a direct message, one sent away."""
    in_private = answered(2, is_redirected=True)
    found = values(in_channel_rows(conversations(answered(1), in_private, moved(3), conversation(4)), CUT, 72))
    assert (found["rate"], found["strict"], found["conversocial_deflection"], found["out_deflection"]) == (0.5, 0.25, 0.5, 0.5)


def calls(*rows: tuple) -> pl.DataFrame:
    """Calls by customer and minute."""
    named = [
        {"contact_id": str(number), "channel": "phone", "customer_id": who, "started_at": at(minute)}
        for number, (who, minute) in enumerate(rows)
    ]
    return pl.DataFrame(named, schema=CONTACTS.columns)


PEOPLE = pl.DataFrame({"alias_value": ["guest1", "guest2"], "customer_id": ["c1", "c2"]})


def test_arrivals_have_bounds_for_those_who_are_not_joined():
    """By hand: of three sent away one called within three days, one after four, and of one nobody knows."""
    table = conversations(moved(1), moved(2), moved(3))
    rows = completion_rows(table, calls(("c1", 60), ("c2", 10 + 73 * 60)), PEOPLE, CUT)
    found = values(rows)
    assert (found["completed"], found["worst"], found["best"]) == (0.5, 1 / 3, 2 / 3)


def test_a_call_before_the_redirect_is_no_arrival():
    rows = completion_rows(conversations(moved(1)), calls(("c1", 5)), PEOPLE, CUT)
    assert values(rows)["completed"] == 0


def test_an_alias_of_two_customers_is_joined_to_neither():
    two = pl.DataFrame({"alias_value": ["guest1", "guest1"], "customer_id": ["c1", "c9"]})
    found = values(completion_rows(conversations(moved(1)), calls(("c1", 60)), two, CUT))
    assert (found["completed"], found["worst"], found["best"]) == (None, 0, 1)


def test_without_contacts_arrivals_are_unknown():
    rows = completion_rows(conversations(moved(1)), None, PEOPLE, CUT)
    assert {row["grade"] for row in rows} == {"X"}


#: 72 hours before the cut-off, in minutes.
EDGE = 57 * DAY


def test_a_redirect_is_judged_when_its_window_has_passed():
    """METRICS.md F16: what began 72 hours before the cut-off counts, what began a minute later does not; nor the weeks of it."""
    rows = redirect_rows(conversations(moved(1), moved(2) | {"started_at": at(EDGE)}, answered(3, EDGE + 1)), CUT, 72, NO_ERRORS)
    assert (row_of(rows, "rate")["n"], values(rows)["rate"]) == (2, 1)
    early = Cut(CUT.start, CUT.end, at(28 * DAY), CUT.zone)
    assert len([row for row in redirect_rows(conversations(moved(1)), early, 72, NO_ERRORS) if row["slice"] == "week"]) == 3


def test_who_asked_for_the_channel_is_a_share_of_the_moved_and_unknown_is_no():
    table = conversations(moved(1, redirect_is_asked=True), moved(2, redirect_is_asked=None), answered(3))
    row = row_of(redirect_rows(table, CUT, 72, NO_ERRORS), "asked_share")
    assert (row["value"], row["n"]) == (0.5, 2)


def test_targets_and_reasons_are_shares_of_the_moved():
    """By hand: of two moved one to the phone for privacy, one to nobody knows where for lack of hands; the answered are none."""
    rows = redirect_rows(conversations(moved(1), moved(2, None, "capacity"), answered(3, redirect="web")), CUT, 72, NO_ERRORS)
    assert values(rows, "target=phone") == {"target": 0.5}
    assert (values(rows, "reason=privacy"), values(rows, "reason=capacity")) == ({"reason": 0.5}, {"reason": 0.5})
    assert values(rows, "target=web") == {}


def test_redirects_by_network():
    rows = redirect_rows(conversations(moved(1), answered(2, network="y")), CUT, 72, NO_ERRORS)
    assert (values(rows, "network=x"), values(rows, "network=y")) == ({"rate": 1}, {"rate": 0})


def test_in_channel_is_of_those_who_needed_a_response_and_are_old_enough():
    praise = answered(2, clock_at=None, last_call_at=None)
    rows = in_channel_rows(conversations(answered(1), praise, answered(3, EDGE + 1)), CUT, 72)
    assert (values(rows)["rate"], row_of(rows, "rate")["n"]) == (1, 1)


def test_the_complement_is_that_of_the_first_and_not_of_the_strict():
    found = values(in_channel_rows(conversations(answered(1), answered(2, is_redirected=True)), CUT, 72))
    assert (found["rate"], found["strict"], found["conversocial_deflection"], found["out_deflection"]) == (1, 0.5, 0, 0)


def test_only_those_sent_away_are_expected_elsewhere():
    rows = completion_rows(conversations(moved(1), moved(2, "dm", away=False)), calls(("c1", 60)), PEOPLE, CUT)
    assert (values(rows)["worst"], row_of(rows, "worst")["n"]) == (1, 1)


@pytest.mark.parametrize(("minute", "n"), [(EDGE, 1), (EDGE + 1, 0)])
def test_who_was_sent_away_just_now_is_not_expected_yet(minute, n):
    """However long ago the conversation began: METRICS.md F16 for the window that runs from the redirect."""
    late = moved(1) | {"redirected_at": at(minute)}
    assert row_of(completion_rows(conversations(late), calls(("c9", 60)), PEOPLE, CUT), "worst")["n"] == n


@pytest.mark.parametrize(("minute", "arrived"), [(10, 1), (9, 0), (10 + 72 * 60, 1), (11 + 72 * 60, 0)])
def test_arrivals_count_from_the_redirect_for_72_hours(minute, arrived):
    assert values(completion_rows(conversations(moved(1)), calls(("c1", minute)), PEOPLE, CUT))["completed"] == arrived


def test_a_call_of_nobody_known_is_nobodys_arrival():
    rows = completion_rows(conversations(moved(3)), calls((None, 60)), PEOPLE, CUT)
    found = values(rows)
    assert (found["completed"], found["worst"], found["best"]) == (None, 0, 1)


def test_everyone_sent_away_twice_has_both_counted():
    """By hand: one person, two redirects a week apart, one call after each."""
    again = moved(2, customer_id="guest1") | {"redirected_at": at(7 * DAY)}
    rows = completion_rows(conversations(moved(1), again), calls(("c1", 60), ("c1", 7 * DAY + 5)), PEOPLE, CUT)
    assert (values(rows)["completed"], row_of(rows, "completed")["n"]) == (1, 2)


def test_in_channel_resolution_by_channel():
    """METRICS.md R008 by hand: all ten comments were resolved there, of ten posts five were sent away; nine messages are few."""
    comments = [answered(number, channel="comment") for number in range(10)]
    posts = [answered(number) if number < 15 else moved(number) for number in range(10, 20)]
    few = [answered(number, channel="dm") for number in range(20, 29)]
    rows = in_channel_rows(conversations(*comments, *posts, *few), CUT, 72)
    found = {row["slice"]: row["value"] for row in rows if "channel=" in row["slice"]}
    assert found == {"channel=comment": 1.0, "channel=public_post": 0.5}
