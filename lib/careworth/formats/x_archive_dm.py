"""Direct messages in an account's own archive of X: `data/direct-messages.js`, `direct-messages-group.js` and further parts.

Only the conversations of the archive's owner are in it. A message names its recipient where two write to each other; in a
group it names none. Who joins or leaves, or names the group, is an entry too, but no message.

Shape: public readers of the archive (dmConversation, messageCreate), and X help on "How to download your X archive".
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed

#: Entries of a conversation that say nothing.
SILENT = ["joinConversation", "participantsJoin", "participantsLeave", "conversationNameUpdate"]


def _entries(document: Any) -> Iterator[dict]:
    for each in listed(document):
        conversation = each["dmConversation"]
        told = conversation["conversationId"]
        yield from ({"conversationId": told, "entry": entry} for entry in listed(conversation["messages"]))


def _flat(record: dict) -> dict:
    (kind,) = record["entry"]
    entry = record["entry"][kind]
    told = {name: at(entry, name) for name in ("id", "senderId", "recipientId", "createdAt", "text")}
    return told | {"conversationId": record["conversationId"], "kind": kind}


MESSAGES = Export(
    fields=("conversationId", "kind", "id", "senderId", "recipientId", "createdAt", "text"),
    records=_entries,
    flat=_flat,
    author="senderId",
    columns={
        "message_id": pl.col("id"),
        "network": pl.lit("x"),
        "channel": pl.lit("dm"),
        "visibility": pl.lit("private"),
        "author_id": pl.col("senderId"),
        "author_role": pl.when("is_own").then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.when("is_own").then("senderId").otherwise("recipientId"),
        "created_at": pl.col("createdAt"),
        "text": pl.col("text"),
        "native_thread_id": pl.col("conversationId"),
        "message_kind": pl.lit("original"),
    },
    excluded={"not_a_message": pl.col("kind").is_in(SILENT), "unknown_type": pl.col("kind") != "messageCreate"},
)

FORMAT = {"messages": MESSAGES}
