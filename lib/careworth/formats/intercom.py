"""Intercom conversations: answers of GET /conversations/{id}, or of a list or search of them, one document or one a line.

Only a retrieved conversation holds its parts (500 at most); a listed one has its first message alone. A part is a message where
it is a comment or where somebody wrote while closing, opening or assigning; notes are read by colleagues only. Who wrote is
told by `author.type`; campaigns and automatic messages go out in the name of an admin who did not write them, which
`delivered_as` tells. The `time_to_*` statistics leave out the hours when the office is closed and are not read: the `*_at` are.
Intercom does not name the brand's account; the source's constant `account_id` does.

Shape: developers.intercom.com, REST API 2.x, Conversation, Conversation part, Conversation statistics; Intercom-OpenAPI.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed
from careworth.formats.html import body_to_text

ROLES = {"user": "customer", "lead": "customer", "contact": "customer", "bot": "bot", "admin": "agent", "team": "agent"}

#: Ways in which a conversation begins without a person writing, and who does.
UNWRITTEN = {"campaigns_initiated": "brand_marketing", "automated": "brand_marketing", "operator_initiated": "bot"}

#: Where `source.type` says that a conversation takes place; other words are kept.
NETWORKS = {"conversation": "web", "push": "web", "twitter": "x", "phone_call": "phone", "phone_switch": "phone"}
CHANNELS = {"conversation": "chat", "push": "chat", "facebook": "dm", "instagram": "dm", "twitter": "dm", "whatsapp": "dm"}

#: The status that each part type leads to; those with `assign` in their name tell of a new assignee.
STATUSES = {"open": "open", "close": "closed", "snoozed": "snoozed", "unsnoozed": "open", "timer_unsnooze": "open"}
REOPENING = {"note_and_reopen": "open", "assign_and_reopen": "open", "assign_and_unsnooze": "open"}
COMMENTS = ["comment", "quick_reply"]
NOTES = ["note", "note_and_reopen"]
SLA = {"hit": "true", "missed": "false"}

TIMES = ("first_admin_reply_at", "last_close_at", "count_reopens")


def _conversations(document: Any) -> Iterator[Any]:
    is_one = isinstance(document, dict) and document.get("type") == "conversation"
    return iter([document]) if is_one else listed(document, "conversations")


def _flat_ticket(conversation: dict) -> dict:
    contacts = [*listed(conversation.get("contacts") or [], "contacts")]
    told = {name: at(conversation, "statistics", name) for name in TIMES}
    told |= {"contact": contacts[0]["id"] if contacts else None, "sla": at(conversation, "sla_applied", "sla_status")}
    return conversation | told | _place(conversation)


def _place(conversation: dict) -> dict:
    return {"place": at(conversation, "source", "type"), "delivered_as": at(conversation, "source", "delivered_as")}


def _parts(document: Any) -> Iterator[Any]:
    for conversation in _conversations(document):
        if not isinstance(conversation, dict):
            yield conversation
            continue
        kept = {name: conversation.get(name) for name in ("id", "created_at", "updated_at", "source")}
        first = [{"part_type": "source"}] if conversation.get("source") else []
        yield from ({"conversation": kept, "part": part} for part in [*first, *_inside(conversation.get("conversation_parts"))])


def _inside(held: Any) -> list:
    parts = held.get("conversation_parts") if isinstance(held, dict) else held
    return parts if isinstance(parts, list) else [parts] if parts else []


def _flat_part(record: dict) -> dict:
    conversation, part = record["conversation"], record["part"]
    if part["part_type"] == "source":
        first = {name: conversation[name] for name in ("created_at", "updated_at")}
        part = conversation["source"] | first | {"id": f"source-{conversation['id']}", "part_type": "source"}
    told = {"conversation": conversation["id"], "body": body_to_text(part.get("body"))} | _place(conversation)
    return part | told | _who("author", part.get("author")) | _who("assignee", part.get("assigned_to"))


def _who(name: str, person: Any) -> dict:
    return {f"{name}_type": at(person, "type"), f"{name}_id": at(person, "id")}


_kind = pl.col("part_type")
_is_source = _kind == "source"
_is_assignment = _kind.str.contains("assign", literal=True)
_is_known = _is_assignment | _kind.is_in([*STATUSES, *REOPENING, *COMMENTS, *NOTES, "source"])
_is_written = _kind.is_in([*COMMENTS, "source"]) | pl.col("body").str.contains(r"\S")
_network = pl.col("place").replace(NETWORKS)
_status = _kind.replace_strict(STATUSES | REOPENING, default=None, return_dtype=pl.String)
_change = (
    pl.when(_is_source)
    .then(pl.lit("captured"))
    .when(_status.is_not_null())
    .then(pl.lit("status_change"))
    .when(pl.col("assignee_type") == "nobody_admin")
    .then(pl.lit("unassigned"))
    .otherwise(pl.lit("assigned"))
)
_began = pl.when(_is_source).then(pl.col("delivered_as").replace_strict(UNWRITTEN, default=None, return_dtype=pl.String))
_person = pl.col("author_type").replace_strict(ROLES, default=None, return_dtype=pl.String)
_role = pl.when(_person == "customer").then(_person).otherwise(pl.coalesce(_began, _person))

PART = ("id", "conversation", "part_type", "created_at", "updated_at", "author_type", "author_id", "place")

MESSAGES = Export(
    fields=(*PART, "body", "delivered_as"),
    needed=frozenset({"id", "part_type", "created_at"}),
    records=_parts,
    flat=_flat_part,
    columns={
        "message_id": pl.col("id"),
        "network": _network,
        "channel": pl.col("place").replace(CHANNELS),
        "visibility": pl.lit("private"),
        "author_id": pl.col("author_id"),
        "author_role": _role,
        "created_at": pl.col("created_at"),
        "text": pl.col("body"),
        "native_thread_id": pl.col("conversation"),
        "message_kind": pl.when(_is_source).then(pl.lit("original")).otherwise(pl.lit("reply")),
        "agent_id": pl.when(_role == "agent").then("author_id"),
    },
    excluded={
        "internal_note": _kind.is_in(NOTES),
        "obscured": (pl.col("place") == "twitter") & pl.col("author_id").is_null() & _is_written,
        "unknown_type": ~_is_known.fill_null(False),
        "state_change": ~_is_written.fill_null(False),
    },
    version=pl.col("updated_at"),
    time_format="epoch_seconds",
)

TICKET_EVENTS = Export(
    fields=(*PART, "assignee_type", "assignee_id"),
    needed=frozenset({"id", "part_type", "created_at"}),
    records=_parts,
    flat=_flat_part,
    columns={
        "event_id": pl.col("id"),
        "ticket_id": pl.col("conversation"),
        "happened_at": pl.col("created_at"),
        "type": _change,
        "actor_id": pl.col("author_id"),
        "to_value": pl.coalesce(_status, "assignee_id"),
    },
    excluded={
        "message": _kind.is_in(COMMENTS),
        "internal_note": _kind == "note",
        "unknown_type": ~_is_known.fill_null(False),
    },
    version=pl.col("updated_at"),
    time_format="epoch_seconds",
)

TICKETS = Export(
    fields=("id", "created_at", "updated_at", "state", "priority", "admin_assignee_id", "contact", "place", "sla", *TIMES),
    needed=frozenset({"id", "created_at", "state"}),
    records=_conversations,
    flat=_flat_ticket,
    columns={
        "ticket_id": pl.col("id"),
        "thread_id": pl.col("id"),
        "customer_id": pl.col("contact"),
        "channel": pl.col("place").replace(CHANNELS),
        "status": pl.col("state"),
        "priority": pl.col("priority"),
        "agent_id": pl.col("admin_assignee_id"),
        "opened_at": pl.col("created_at"),
        "first_reply_at": pl.col("first_admin_reply_at"),
        "closed_at": pl.when(pl.col("state") == "closed").then("last_close_at"),
        "reopen_count": pl.col("count_reopens"),
        "made_sla": pl.col("sla").replace_strict(SLA, default=None, return_dtype=pl.String),
    },
    version=pl.col("updated_at"),
    time_format="epoch_seconds",
)

FORMAT = {"messages": MESSAGES, "ticket_events": TICKET_EVENTS, "tickets": TICKETS}
