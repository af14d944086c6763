"""Main metrics by groups of ten or more, and who answers what came to a general handle."""

from datetime import date

import polars as pl
import pytest

from careworth.metrics.shares import slice_rows
from careworth.metrics.slices import general_handle_row, resolution_slices, response_slices, thanks_slices, with_roles
from careworth.schemas import ACCOUNTS, INSTANT
from tests.metrics.cases import CUT, DAY, answered, at, conversation, conversations, values


def accounts(**roles: str | None) -> pl.DataFrame:
    """Accounts with these roles, a snapshot each."""
    rows = [
        {"account_id": name, "snapshot_date": date(2024, 1, 1), "network": "x", "handle_role": role}
        for name, role in roles.items()
    ]
    return pl.DataFrame(rows, schema=ACCOUNTS.columns)


NO_ACCOUNTS = accounts()


def ten(first: int, make=answered, count: int = 10, **other) -> list[dict]:
    """So many conversations of one kind, from that number on."""
    return [make(number, 0, **other) for number in range(first, first + count)]


def two_kinds(**other) -> pl.DataFrame:
    """Ten in public, all answered after ten minutes, and ten in private, of which five were answered."""
    private = {"visibility": "private"} | other
    return conversations(*ten(0), *ten(10, count=5, **private), *ten(15, conversation, 5, **private))


def test_response_by_visibility_by_hand():
    rows = response_slices(two_kinds(), NO_ACCOUNTS, CUT, 24)
    assert values(rows, "visibility=public") == {"within_24h": 1.0, "median": 10.0}
    assert values(rows, "visibility=private")["within_24h"] == 0.5


def test_an_open_wait_counts_in_the_median_of_its_group():
    """Of ten in private three waited ten minutes and seven still do: half were never reached, so it is not printed."""
    table = conversations(*ten(0), *ten(10, count=3, network="facebook"), *ten(13, conversation, 7, network="facebook"))
    assert values(response_slices(table, NO_ACCOUNTS, CUT, 24), "network=facebook") == {"median": None}


@pytest.mark.parametrize(("count", "shown"), [(9, False), (10, True)])
def test_a_group_is_told_from_ten_cases_on(count, shown):
    table = conversations(*ten(0), *ten(10, count=count, visibility="private"))
    assert bool(values(response_slices(table, NO_ACCOUNTS, CUT, 24), "visibility=public")) == shown


def test_what_is_not_stated_is_no_group():
    table = conversations(*ten(0), *ten(10, visibility=None))
    assert [row for row in response_slices(table, NO_ACCOUNTS, CUT, 24) if "visibility" in row["slice"]] == []


def test_angry_complaints_are_urgent_and_answered_no_sooner_here():
    """By hand: ten angry complaints answered after ten minutes; ten calm questions after five."""
    angry = ten(0, opening_state="complaint", opening_sentiment="negative")
    calm = ten(10, opening_state="question", opening_sentiment="neutral", first_reply_at=5)
    rows = response_slices(conversations(*angry, *calm), NO_ACCOUNTS, CUT, 24)
    assert (values(rows, "priority=high")["median"], values(rows, "priority=low")["median"]) == (10, 5)


def test_without_conversations_there_are_no_groups():
    empty = conversations()
    assert response_slices(empty, NO_ACCOUNTS, CUT, 24) == []
    assert resolution_slices(empty, CUT, 72) == []
    assert thanks_slices(empty, NO_ACCOUNTS, CUT, 72) == []


def test_dedicated_handles_beside_general_ones():
    """By hand: all ten at the help handle were answered within a day, none at the brand's own."""
    table = conversations(*ten(0), *ten(10, conversation, account_id="brand"))
    roles = accounts(help="dedicated_care", brand="general_brand")
    found = {place: values(response_slices(table, roles, CUT, 24), f"handle_role={place}") for place in roles["handle_role"]}
    assert (found["dedicated_care"]["within_24h"], found["general_brand"]["within_24h"]) == (1.0, 0.0)
    rows = thanks_slices(conversations(*ten(0, thanks_count=1), *ten(10, account_id="brand")), roles, CUT, 72)
    assert values(rows, "handle_role=dedicated_care") == {"rate": 1.0}
    assert values(rows, "handle_role=general_brand") == {"rate": 0.0}


def test_the_latest_role_that_is_stated_counts():
    days = pl.Series([date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)])
    told = accounts(a="other", b="community", c=None).with_columns(account_id=pl.lit("help"), snapshot_date=days)
    assert with_roles(conversations(answered(1)), told)["handle_role"].to_list() == ["community"]


def test_questions_that_ended_in_thanks():
    """METRICS.md R018 by hand: of ten answered questions three thanked; who got no answer is no case; ten complaints: none."""
    table = conversations(
        *ten(0, count=3, thanks_count=1),
        *ten(3, count=7),
        *ten(10, conversation, 5),
        *ten(20, opening_state="complaint"),
    )
    rows = thanks_slices(table, NO_ACCOUNTS, CUT, 72)
    assert values(rows, "opening_state=question") == {"rate": 0.3}
    assert values(rows, "opening_state=complaint") == {"rate": 0.0}


def test_complaints_to_thanks_by_network():
    """By hand: on x two of ten answered complaints closed in thanks, on facebook all ten; questions on x are none."""
    thanked = {"opening_state": "complaint", "closing_is_thanks": True}
    unthanked = ten(2, count=8, opening_state="complaint")
    questions = ten(20, closing_is_thanks=True)
    table = conversations(*ten(0, count=2, **thanked), *unthanked, *questions, *ten(10, network="f", **thanked))
    rows = thanks_slices(table, NO_ACCOUNTS, CUT, 72)
    assert (values(rows, "network=x")["strict"], values(rows, "network=f")["strict"]) == (0.2, 1.0)


def test_time_and_share_resolved_by_group():
    """METRICS.md R090 by hand: complaints were resolved after an hour, questions after ten minutes; half in private were not."""
    table = conversations(
        *ten(0),
        *ten(10, wait=60, opening_state="complaint"),
        *ten(20, conversation, visibility="private"),
        *ten(30, visibility="private"),
    )
    rows = resolution_slices(table, CUT, 72)
    assert values(rows, "opening_state=complaint")["median"] == 60
    assert (values(rows, "visibility=public")["resolved"], values(rows, "visibility=private")["resolved"]) == (1.0, 0.5)


def test_a_group_is_counted_as_the_whole_is():
    """Each row of a table falls in one group, so the groups' cases add up to it."""
    rows = slice_rows(two_kinds().with_columns(yes=True), "yes", "visibility", "S1", "ever", "conversations")
    assert (sum(row["n"] for row in rows), [row["value"] for row in rows]) == (20, [1.0, 1.0])


def turns(*rows: tuple) -> pl.DataFrame:
    """Turns by thread number, account, role and minute."""
    named = [
        {
            "thread_id": f"thread{n}",
            "customer_id": f"guest{n}",
            "account_id": account,
            "author_role": role,
            "start_at": at(minute),
        }
        for n, account, role, minute in rows
    ]
    words = dict.fromkeys(("thread_id", "customer_id", "account_id", "author_role"), pl.String)
    return pl.DataFrame(named, schema=words | {"start_at": INSTANT})


ROLES = accounts(help="dedicated_care", brand="general_brand")


def test_who_called_at_the_general_handle_and_was_helped_by_the_dedicated_one():
    """By hand: of four one is helped in time, one a minute late, one by the brand itself, one by another role's turn."""
    table = conversations(*(conversation(number, 100, account_id="brand") for number in range(4)), conversation(9))
    told = turns(
        (0, "help", "agent", 50),
        (0, "help", "agent", 100 + DAY),
        (1, "help", "agent", 101 + DAY),
        (2, "brand", "agent", 110),
        (3, "help", "bot", 110),
    )
    row = general_handle_row(table, told, ROLES, CUT, 24)
    assert (row["value"], row["n"]) == (0.25, 4)


@pytest.mark.parametrize(
    ("roles", "missing"),
    [(NO_ACCOUNTS, "general_brand or dedicated_care"), (accounts(brand="general_brand"), "dedicated_care")],
)
def test_without_both_roles_nobody_can_be_helped_across(roles, missing):
    row = general_handle_row(conversations(conversation(1)), turns(), roles, CUT, 24)
    assert (row["value"], row["grade"], row["reason"]) == (None, "X", f"no connected account has the role {missing}")
