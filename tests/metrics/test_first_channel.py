"""Where customers turn first, in people: by hand, with and without links, at the edges."""

import polars as pl
import pytest

from careworth.metrics.first_channel import first_channel_rows
from careworth.schemas import CONTACTS, IDENTITY_LINKS
from careworth.stats import newcombe_interval
from tests.metrics.cases import CUT, DAY, at, conversation, conversations, row_of, values


def calls(*rows: tuple, channel: str = "phone") -> pl.DataFrame:
    """Calls by customer and minute."""
    named = [
        {"contact_id": f"{channel}{place}", "channel": channel, "customer_id": who, "started_at": at(minute)}
        for place, (who, minute) in enumerate(rows)
    ]
    return pl.DataFrame(named, schema=CONTACTS.columns)


def links(**people: str) -> pl.DataFrame:
    """Links of guests to customers who consented."""
    rows = [
        {"alias_type": "handle", "alias_value": guest, "customer_id": who, "method": "deterministic", "consent": True}
        for guest, who in people.items()
    ]
    return pl.DataFrame(rows, schema=IDENTITY_LINKS.columns)


NO_LINKS = links()


def guests(count: int, minute: float = 10, first: int = 0, **other) -> list[dict]:
    """So many conversations of different customers."""
    return [conversation(number, minute, **other) for number in range(first, first + count)]


def test_first_contacts_by_hand():
    """METRICS.md R140: of 40 people 20 turned to x first, 10 to facebook and 10 to the phone."""
    table = conversations(*guests(20), *guests(10, first=20, network="facebook"))
    rows = first_channel_rows(table, calls(*((f"p{n}", 5) for n in range(10))), NO_LINKS, CUT)
    found = {row["slice"]: row["value"] for row in rows if row["variant"] == "first_channel"}
    assert found == {"channel=facebook": 0.25, "channel=phone": 0.25, "channel=x": 0.5}
    assert (values(rows)["social_share_people"], row_of(rows, "social_share_people")["n"]) == (0.75, 40)


def test_who_is_joined_counts_once_where_they_turned_first():
    """METRICS.md R013 by hand: guest0 called before writing, guest1 and guest2 after it: of 11 people ten are social."""
    told = calls(("p0", 5), ("p1", 15), ("p2", 15))
    rows = first_channel_rows(conversations(*guests(11)), told, links(guest0="p0", guest1="p1", guest2="p2"), CUT)
    whole = row_of(rows, "social_share_people")
    assert (whole["value"], whole["n"]) == (pytest.approx(10 / 11), 11)
    assert whole["reason"].startswith("8 customers of the networks are not joined")


def test_a_customer_who_comes_ten_times_is_one():
    table = conversations(*(conversation(number, 10 + number, customer_id="ann") for number in range(10)))
    assert row_of(first_channel_rows(table, calls(("p1", 5)), NO_LINKS, CUT), "social_share_people")["n"] == 2


def test_the_change_has_newcombes_interval():
    """By hand: 20 of 30 people are social in the campaign and 10 of 30 in the weeks before."""
    ago = -30 * DAY
    table = conversations(*guests(20), *guests(10, ago, first=50))
    told = calls(*((f"p{n}", 5) for n in range(10)), *((f"q{n}", ago) for n in range(20)))
    row = row_of(first_channel_rows(table, told, NO_LINKS, CUT), "social_share_people_change")
    assert (row["value"], row["low"], row["high"]) == pytest.approx((1 / 3, *newcombe_interval(20, 30, 10, 30)))
    assert "no effect" in row["reason"]


@pytest.mark.parametrize(("days", "known"), [(14, True), (13, False)])
def test_a_change_takes_two_weeks_of_baseline(days, known):
    """METRICS.md R137."""
    table = conversations(*guests(1), *guests(1, -days * DAY, first=50))
    rows = first_channel_rows(table, calls(("p1", 5), ("p2", -days * DAY)), NO_LINKS, CUT)
    assert (row_of(rows, "social_share_people_change")["value"] is not None) == known


def test_days_that_only_one_side_knows_are_left_out():
    """The calls are connected from the second day on, so what came on the first is not set against them."""
    rows = first_channel_rows(conversations(*guests(5), *guests(1, 2 * DAY, first=9)), calls(("p1", DAY)), NO_LINKS, CUT)
    whole = row_of(rows, "social_share_people")
    assert (whole["value"], whole["n"]) == (0.5, 2)
    assert row_of(rows, "social_share_people_change")["grade"] == "X"


@pytest.mark.parametrize("told", [calls(), calls((None, 5))])
def test_calls_without_customers_tell_no_people(told):
    rows = first_channel_rows(conversations(*guests(3)), told, NO_LINKS, CUT)
    assert {(row["value"], row["grade"]) for row in rows} == {(None, "X")}
    assert {row["variant"] for row in rows} == {
        "first_channel",
        "first_channel_change",
        "social_share_people",
        "social_share_people_change",
    }


def test_matters_that_called_for_no_answer_are_no_enquiries():
    """By hand: only the call is one, so none of one person is social."""
    idle = conversations(*guests(3, clock_at=None, last_call_at=None))
    row = row_of(first_channel_rows(idle, calls(("p1", 5)), NO_LINKS, CUT), "social_share_people")
    assert (row["value"], row["n"]) == (0, 1)
