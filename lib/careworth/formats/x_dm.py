"""Direct messages in responses of the X API v2 (`dm_events`): one response, a list of them, or one a line.

A conversation of two is named by their ids with a hyphen between them, so it says who is written to; a group has one number.
Who joins or leaves is an event too, but no message.

Shape: docs.x.com, X API v2 direct messages lookup, DM event object and the pattern of `dm_conversation_id`.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export
from careworth.formats.x_api import pages, several


def _events(document: Any) -> Iterator[Any]:
    return (event for page in pages(document) for event in several(page.get("data")))


def _other_of_two(conversation: str, sender: str) -> pl.Expr:
    # Null where the sender is neither, or the conversation is a group's.
    one, two = (pl.col(conversation).str.extract(r"^([0-9]+)-([0-9]+)$", number) for number in (1, 2))
    return pl.when(one == pl.col(sender)).then(two).when(two == pl.col(sender)).then(one)


MESSAGES = Export(
    fields=("id", "event_type", "text", "sender_id", "dm_conversation_id", "created_at"),
    needed=frozenset({"id", "event_type"}),
    records=_events,
    author="sender_id",
    columns={
        "message_id": pl.col("id"),
        "network": pl.lit("x"),
        "channel": pl.lit("dm"),
        "visibility": pl.lit("private"),
        "author_id": pl.col("sender_id"),
        "author_role": pl.when("is_own").then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.when("is_own").then("sender_id").otherwise(_other_of_two("dm_conversation_id", "sender_id")),
        "created_at": pl.col("created_at"),
        "text": pl.col("text"),
        "native_thread_id": pl.col("dm_conversation_id"),
        "message_kind": pl.lit("original"),
    },
    excluded={
        "not_a_message": pl.col("event_type").is_in(["ParticipantsJoin", "ParticipantsLeave"]),
        "unknown_type": pl.col("event_type").ne_missing("MessageCreate"),
    },
)

FORMAT = {"messages": MESSAGES}
