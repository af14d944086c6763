"""What addresses nobody, what was made of it, and what a report says of listening."""

import polars as pl
import pytest

from careworth.metrics.mentions import SAID, mention_rows
from careworth.schemas import ACCOUNTS, INSTANT
from tests.metrics.cases import CUT, DAY, at, conversation, conversations, row_of

FACTS = dict.fromkeys(("message_id", "in_reply_to_id", "account_id", "author_role", "message_kind"), pl.String)


def written(number: int, text: str | None = "my box is late", minute: float = 10, role: str = "customer", **other) -> dict:
    """A public message that states no account."""
    row = {"message_id": str(number), "author_role": role, "message_kind": "original", "created_at": at(minute)}
    return row | {"in_reply_to_id": None, "account_id": None, "visibility": "public", "text": text} | other


def reply(number: int, to: int, minute: float) -> dict:
    """An agent's answer to that message."""
    return written(number, "sorry!", minute, "agent", in_reply_to_id=str(to), account_id="Parcels", message_kind="reply")


def told(*rows: dict, complaints: pl.DataFrame | None = None, hours: float = 24, handle: str | None = None) -> list:
    """The rows of these messages."""
    table = pl.DataFrame(list(rows), schema=FACTS | SAID | {"created_at": INSTANT})
    listed = pl.DataFrame([] if handle is None else [{"account_id": "1", "handle": handle}], schema=ACCOUNTS.columns)
    return mention_rows(
        conversations() if complaints is None else complaints,
        table.select(*FACTS, "created_at"),
        table.select(*SAID),
        listed,
        CUT,
        hours,
    )


def test_what_addresses_nobody_and_how_much_was_acted_on():
    """METRICS.md R096 by hand: of four two were answered, one of them a minute too late: one in four."""
    rows = told(*(written(n) for n in range(4)), reply(10, 0, 20), reply(11, 1, 11 + DAY))
    assert (row_of(rows, "unaddressed")["value"], row_of(rows, "unaddressed_acted_on")["value"]) == (4, 0.25)


@pytest.mark.parametrize(
    "other",
    [
        {"account_id": "Parcels"},
        {"text": "where is it @parcels?"},
        {"text": "where is it @Late_Parcels?"},
        {"in_reply_to_id": "0"},
        {"visibility": "private"},
        {"author_role": "peer"},
        {"message_kind": "reshare"},
        {"minute": -DAY},
    ],
)
def test_what_addresses_an_account_or_is_no_message_of_the_campaign_is_left_out(other):
    rows = told(written(0), written(1, **other), reply(10, 0, 20), handle="Late_Parcels")
    assert row_of(rows, "unaddressed")["value"] == 1


def test_a_longer_handle_is_another_account():
    """@ParcelsFans is not @Parcels; a text that is missing names nobody."""
    rows = told(written(0, "hello @ParcelsFans"), written(1, None), reply(10, 0, 20))
    assert row_of(rows, "unaddressed")["value"] == 2


def test_what_is_younger_than_the_window_is_not_judged_yet():
    """METRICS.md F16: written a day before the cut-off counts, a minute later does not."""
    late = CUT.__class__(CUT.start, CUT.end, at(2 * DAY), CUT.zone)
    rows = pl.DataFrame([written(0, minute=DAY), written(1, minute=DAY + 1)], schema=FACTS | SAID | {"created_at": INSTANT})
    found = mention_rows(conversations(), rows, rows.select(*SAID), pl.DataFrame(schema=ACCOUNTS.columns), late, 24)
    assert (row_of(found, "unaddressed")["value"], row_of(found, "unaddressed_acted_on")["n"]) == (2, 1)


def test_complaints_that_were_found_by_listening():
    """METRICS.md R090 by hand: of two complaints one named nobody; a question is no complaint."""
    table = conversations(
        conversation(0, 10, opening_state="complaint"), conversation(1, 10, opening_state="complaint"), conversation(2, 10)
    )
    rows = told(written(0), written(1, "late again @parcels"), written(2), reply(10, 0, 20), complaints=table)
    assert (row_of(rows, "complaints_addressed")["value"], row_of(rows, "complaints_addressed")["n"]) == (0.5, 2)


def test_without_listening_a_report_says_so():
    """METRICS.md R032: with one source nobody knows how much is heard."""
    rows = told()
    assert {(row["value"], row["grade"]) for row in rows} == {(None, "X")}
    assert "listening export" in row_of(rows, "unaddressed")["reason"]
    assert "count of mentions from outside" in row_of(rows, "listening_coverage")["reason"]
