"""Chatwoot: messages of a conversation, webhooks of messages a line each, and lists of conversations as tickets.

`messages` reads GET .../conversations/{id}/messages ({"meta", "payload"}) and the bodies that a webhook was sent. Only the latter
say which kind of inbox it was; for the former the source's constant `network` does, so give each kind of inbox a source. The
brand's account is the inbox. A contact and a user may have the same number, so people are named by kind and number. An answer
whose author was removed, or who wrote outside Chatwoot, has no sender: it is rejected unless the source's constants give an
`author_id` and `author_role` for those. A deleted message keeps its place and loses its words.
`tickets` reads GET .../conversations, its filter, or a single one; 0 stands there for a first reply that has not been.

Shape: developers.chatwoot.com and github.com/chatwoot/chatwoot: message and conversation views, `Message#webhook_data`.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed

#: Types of message, by number where the API gives them and by name in a webhook.
INCOMING, OUTGOING, ACTIVITY, TEMPLATE = ["0", "incoming"], ["1", "outgoing"], ["2", "activity"], ["3", "template"]
EVENTS = ["message_created", "message_updated"]
BOTS = ["agent_bot", "captain_assistant"]

#: What Chatwoot's channels are called elsewhere; one that is not here keeps its own word.
NETWORKS = {"webwidget": "web", "facebookpage": "facebook", "twitterprofile": "x"}
CHANNELS = {"web": "chat", "email": "email", "api": "api", "voice": "phone"}


def _with(key: str, found: Iterator[Any]) -> list:
    # Messages and conversations come in the same wrapping.
    records = list(found)
    if records and not any(isinstance(each, dict) and key in each for each in records):
        raise KeyError(key)
    return records


def _messages(document: Any) -> list:
    is_webhook = isinstance(document, dict) and "event" in document
    return [document] if is_webhook else _with("message_type", listed(document, "payload"))


def _conversations(document: Any) -> list:
    if isinstance(document, dict) and {"id", "meta"} <= document.keys():
        return [document]
    return _with("meta", listed(document.get("data", document) if isinstance(document, dict) else document, "payload"))


def _flat_message(message: dict) -> dict:
    attributes, conversation = message.get("content_attributes") or {}, message.get("conversation") or {}
    is_deleted, is_updated = bool(attributes.get("deleted")), message.get("event") == "message_updated"
    return message | {
        "content": None if is_deleted else message.get("content"),
        "version": 2 * is_deleted + is_updated,
        "conversation_id": message.get("conversation_id") or conversation.get("id"),
        "inbox_id": message.get("inbox_id") or at(message, "inbox", "id"),
        "channel_type": conversation.get("channel"),
        "post_type": at(conversation, "additional_attributes", "type"),
        "sender_id": at(message, "sender", "id"),
        "sender_type": at(message, "sender", "type"),
        "rule_id": attributes.get("automation_rule_id"),
        "campaign_id": at(message, "additional_attributes", "campaign_id"),
        "in_reply_to": attributes.get("in_reply_to"),
    }


def _flat_ticket(conversation: dict) -> dict:
    meta = conversation["meta"]
    is_bot = meta.get("assignee_type") == "AgentBot"
    return conversation | {
        "contact_id": at(meta, "sender", "id"),
        "agent_id": None if is_bot else at(meta, "assignee", "id"),
        "channel_type": meta.get("channel"),
        "changed_at": conversation.get("updated_at") or conversation.get("last_activity_at"),
    }


def _instant(name: str) -> pl.Expr:
    # Seconds from 1970 in answers of the API, ISO 8601 in webhooks; 0 where there is nothing.
    text = pl.col(name)
    seconds = pl.when(text.str.contains("^[0-9]{1,11}$")).then(text).cast(pl.Int64, strict=False)
    told = pl.coalesce(pl.from_epoch(seconds).dt.to_string("%Y-%m-%dT%H:%M:%SZ"), text)
    return pl.when(text != "0").then(told)


_type = pl.col("message_type")
_is_incoming, _is_template = _type.is_in(INCOMING), _type.is_in(TEMPLATE)
_network = pl.col("channel_type").str.strip_prefix("Channel::").str.to_lowercase().replace(NETWORKS)
_is_public = (_network == "x") & (pl.col("post_type") == "tweet")
_direct = _network.replace_strict(CHANNELS, default="dm", return_dtype=pl.String)
_is_automatic = _is_template | (_type.is_in(OUTGOING) & pl.col("sender_id").is_null() & pl.col("rule_id").is_not_null())
_sender_type = pl.coalesce("sender_type", pl.when(_is_incoming).then(pl.lit("contact")))
_role = (
    pl.when(_is_incoming)
    .then(pl.lit("customer"))
    .when(pl.col("campaign_id").is_not_null())
    .then(pl.lit("brand_marketing"))
    .when(_is_automatic)
    .then(pl.lit("auto_reply"))
    .when(_sender_type == "user")
    .then(pl.lit("agent"))
    .when(_sender_type.is_in(BOTS))
    .then(pl.lit("bot"))
)
_inbox = pl.when(_is_automatic | pl.col("campaign_id").is_not_null()).then(pl.format("inbox:{}", "inbox_id"))

MESSAGES = Export(
    fields=(
        *("id", "content", "message_type", "created_at", "private", "status", "event", "conversation_id", "inbox_id"),
        *("channel_type", "post_type", "sender_id", "sender_type", "rule_id", "campaign_id", "in_reply_to", "version"),
    ),
    needed=frozenset({"id"}),
    records=_messages,
    flat=_flat_message,
    columns={
        "message_id": pl.col("id"),
        "network": _network,
        "channel": pl.when(_is_public).then(pl.lit("public_post")).otherwise(pl.when(_network.is_not_null()).then(_direct)),
        "visibility": pl.when(_is_public).then(pl.lit("public")).otherwise(pl.lit("private")),
        "author_id": pl.coalesce(pl.format("{}:{}", _sender_type, "sender_id"), _inbox),
        "author_role": _role,
        "account_id": pl.col("inbox_id"),
        "created_at": _instant("created_at"),
        "text": pl.col("content"),
        "in_reply_to_id": pl.col("in_reply_to"),
        "native_thread_id": pl.col("conversation_id"),
        "message_kind": pl.when(_is_incoming & pl.col("in_reply_to").is_null())
        .then(pl.lit("original"))
        .otherwise(pl.lit("reply")),
        "agent_id": pl.when(_role == "agent").then("sender_id"),
    },
    excluded={
        "no_message": ~pl.col("event").is_in(EVENTS),
        "internal_note": pl.col("private") == "True",
        "state_change": _type.is_in(ACTIVITY),
        "unknown_type": ~_type.is_in([*INCOMING, *OUTGOING, *TEMPLATE]),
        "not_sent": ~_is_incoming & (pl.col("status") == "failed"),
    },
    version=pl.col("version"),
)

TICKETS = Export(
    fields=(
        *("id", "status", "priority", "created_at", "first_reply_created_at", "contact_id", "agent_id", "channel_type"),
        "changed_at",
    ),
    needed=frozenset({"id", "meta", "status", "created_at"}),
    records=_conversations,
    flat=_flat_ticket,
    columns={
        "ticket_id": pl.col("id"),
        "thread_id": pl.col("id"),
        "customer_id": pl.format("contact:{}", "contact_id"),
        "channel": pl.when(_network.is_not_null()).then(_direct),
        "status": pl.col("status"),
        "priority": pl.col("priority"),
        "agent_id": pl.col("agent_id"),
        "opened_at": _instant("created_at"),
        "first_reply_at": _instant("first_reply_created_at"),
    },
    version=pl.col("changed_at").str.extract(r"^([0-9]+)"),
)

FORMAT = {"messages": MESSAGES, "tickets": TICKETS}
