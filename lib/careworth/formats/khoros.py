"""Conversations of Khoros Care (Conversation API v2): a response, a list of conversations or responses, or one a line.

A conversation is a ticket and holds its messages: the primary one and those after it. Whoever answered through Care is the
`respondingAgent`; what the brand posted by other means is known by `own_accounts`. The creators of tags (SYSTEM or people) are
no authors and are not read. Some networks hide the body of a message, others its id; Care's own id stands in for the second.
An author who is gone or scrubbed for the GDPR is one unknown person within the conversation, so that the conversation still
counts and nobody is recognised in the next; what Care deleted for the GDPR loses its words, and that delivery is the one kept.

Shape: developer.khoros.com/khoroscaredevdocs, Twitter and Brand Messenger conversations; a public client (com.khoros.batch).
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at

#: What Khoros calls otherwise than we do.
NETWORKS = {"twitter": "x"}


def _conversations(document: Any) -> Iterator[Any]:
    for page in document if isinstance(document, list) else [document]:
        if isinstance(page, dict) and not {"data", "displayNumber"} & page.keys():
            raise KeyError("neither a response nor a conversation")
        held = page["data"] if isinstance(page, dict) and "data" in page else page
        yield from held if isinstance(held, list) else [held]


def _messages(document: Any) -> Iterator[dict]:
    for conversation in _conversations(document):
        told = conversation if isinstance(conversation, dict) else {}
        primary, others = told.get("primaryMessage"), told.get("messages")
        token = primary.get("listeningTokenExternalId") if isinstance(primary, dict) else None
        kept = {"conversation": told.get("displayNumber"), "token": token}
        yield from (kept | {"message": each} for each in [primary, *(others if isinstance(others, list) else [])])


def _author(message: dict) -> Any:
    author = message.get("author") or {}
    # Answers from before March 2018 lack the network's id.
    return None if author.get("gdprScrubbed") else author.get("id") or author.get("lswUuid")


def _agent(holder: dict, name: str) -> Any:
    return at(holder, name, "lswUuid") or at(holder, name, "email")


def _flat_message(record: dict) -> dict:
    message = record["message"]
    is_private = message.get("isPrivate", message.get("private"))
    is_erased = bool(message.get("gdprdeleted") or at(message, "author", "gdprScrubbed"))
    told = {
        "conversation": record["conversation"],
        "id": message.get("id") or message.get("lswUuid"),
        "network": message["network"],
        "author": _author(message),
        "agent": _agent(message, "respondingAgent"),
        "token": message.get("listeningTokenExternalId") or record["token"],
        "published": message.get("publishDate") or None,
        "content": None if message.get("gdprdeleted") else message.get("postContent"),
        "quoted": "yes" if message.get("quotedDocument") else None,
        "visibility": {True: "private", False: "public"}.get(is_private),
    }
    return told | {"version": 100 * is_erased + sum(value is not None for value in told.values())}


def _flat_ticket(conversation: dict) -> dict:
    primary = conversation.get("primaryMessage") or {}
    messages = [primary, *(conversation.get("messages") or [])]
    closed = conversation.get("closeDate") if conversation.get("status") == "CLOSED" else None
    moments = [message.get("receiveDate") or message.get("publishDate") or 0 for message in messages]
    return {
        "number": conversation["displayNumber"],
        "status": conversation.get("status"),
        "priority": conversation.get("priority"),
        "agent": _agent(conversation, "assignedToAgent"),
        "customer": None if primary.get("respondingAgent") else _author(primary),
        "network": primary.get("network"),
        "created": conversation.get("createDate") or None,
        "closed": closed or None,
        "version": max([*moments, closed or 0]),
    }


_network = pl.col("network").replace(NETWORKS)
_is_agent = pl.col("agent").is_not_null() | pl.col("is_own").fill_null(False)
_unknown = pl.format("unknown in {}", "conversation")

MESSAGES = Export(
    fields=(
        *("conversation", "id", "network", "author", "agent", "token", "published", "content", "quoted", "visibility"),
        "version",
    ),
    records=_messages,
    flat=_flat_message,
    author="author",
    columns={
        "message_id": pl.col("id"),
        "network": _network,
        "channel": pl.when(pl.col("visibility") == "private")
        .then(pl.lit("dm"))
        .when(_network == "x")
        .then(pl.lit("public_post")),
        "visibility": pl.col("visibility"),
        "author_id": pl.coalesce("author", "agent", _unknown),
        "author_role": pl.when(_is_agent).then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.coalesce("token", pl.when(_is_agent).then("author")),
        "created_at": pl.col("published"),
        "text": pl.col("content"),
        "native_thread_id": pl.col("conversation"),
        "message_kind": pl.when(pl.col("quoted").is_not_null())
        .then(pl.lit("quote"))
        .when(_is_agent)
        .then(pl.lit("reply"))
        .otherwise(pl.lit("original")),
        "agent_id": pl.col("agent"),
    },
    version=pl.col("version"),
    time_format="epoch_milliseconds",
)

TICKETS = Export(
    fields=("number", "status", "priority", "agent", "customer", "network", "created", "closed", "version"),
    records=_conversations,
    flat=_flat_ticket,
    author="customer",
    columns={
        "ticket_id": pl.col("number"),
        "thread_id": pl.col("number"),
        "customer_id": pl.when(~pl.col("is_own")).then("customer"),
        "channel": _network,
        "status": pl.col("status"),
        "priority": pl.col("priority"),
        "agent_id": pl.col("agent"),
        "opened_at": pl.col("created"),
        "closed_at": pl.col("closed"),
    },
    version=pl.col("version"),
    time_format="epoch_milliseconds",
)

FORMAT = {"messages": MESSAGES, "tickets": TICKETS}
