"""Conversations of a Page or an Instagram account from Meta's Graph API, with their messages inside: `conversations` edge.

One response, a list of them, or one a line; or single conversations likewise. Ids of people hold for one page only. The edge
cannot be asked for a period, so the same messages come again with every call; they count once. Further pages of one
conversation's messages do not say whose they are: such messages are left out, counted as `no_conversation`; ask for
`messages.limit(...)` high enough, or put them into their conversation's `messages.data`.

Shape: developers.facebook.com, Graph API reference, Page conversations edge and Message; public clients' recorded answers.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at


def _messages(document: Any) -> Iterator[dict]:
    for page in document if isinstance(document, list) else [document]:
        for conversation in [page] if "messages" in page else page["data"]:
            told = conversation if isinstance(conversation, dict) else {}
            yield from ({"conversation": told.get("id"), "message": message} for message in _inside(conversation))


def _inside(conversation: Any) -> list:
    if not isinstance(conversation, dict):
        return [conversation]
    if "messages" not in conversation:
        return [{"lone": conversation}]
    held = conversation["messages"]
    return held["data"] if isinstance(held, dict) and isinstance(held.get("data"), list) else [held]


def _flat(record: dict) -> dict:
    message = record["message"]
    if "lone" in message:
        return {"kind": "no_conversation" if "created_time" in message["lone"] else "no_messages"}
    recipients = at(message, "to", "data") or []
    return {
        "conversation": record["conversation"],
        "id": message["id"],
        "created_time": message.get("created_time"),
        "from": at(message, "from", "id"),
        "to": recipients[0]["id"] if len(recipients) == 1 else None,
        "message": message.get("message"),
    }


MESSAGES = Export(
    fields=("conversation", "id", "created_time", "from", "to", "message", "kind"),
    records=_messages,
    flat=_flat,
    author="from",
    columns={
        "message_id": pl.col("id"),
        "channel": pl.lit("dm"),
        "visibility": pl.lit("private"),
        "author_id": pl.col("from"),
        "author_role": pl.when("is_own").then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.when("is_own").then("from").otherwise("to"),
        "created_at": pl.col("created_time"),
        "text": pl.col("message"),
        "native_thread_id": pl.col("conversation"),
        "message_kind": pl.lit("original"),
    },
    excluded={kind: pl.col("kind") == kind for kind in ("no_messages", "no_conversation")},
)

FORMAT = {"messages": MESSAGES}
