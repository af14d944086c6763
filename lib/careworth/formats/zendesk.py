"""Zendesk Support: incremental exports of tickets, and of ticket events with their comments.

`tickets` reads GET /api/v2/incremental/tickets.json (or /cursor.json, or the full JSON export, one ticket a line);
`include=metric_sets` adds the first reply, the solution and the reopens, which are empty until they have happened.
`ticket_events` and `messages` read /api/v2/incremental/ticket_events.json; messages need `include=comment_events` there.
A page may be a file, or a line of one. Zendesk writes who wrote a comment, not on whose side: the agents' user ids are the
source's `own_accounts`. Everyone else is a customer, but for Zendesk itself (user -1) and its triggers and automations.
The brand's account is the source's constant `account_id`. Internal notes answer no customer and are left out. A deleted ticket
stays, as deleted, so that it takes the place of what was delivered before. First replies are told to the minute.

Shape: developer.zendesk.com, "Incremental Exports", "Ticket Metrics" and "Via types"; Airbyte and Singer source-zendesk fixtures.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export, at, listed
from careworth.formats.html import html_to_text

#: Who acts where no person does.
SYSTEM = "-1"

#: Names of `via.channel`, which may be a number or a word, of the action or of the ticket that it makes.
NAMES = {
    "web": "0 web_form",
    "email": "4 mail",
    "api": "5 web_service",
    "rule": "8",
    "chat": "29 native_messaging messaging",
    "twitter": "30",
    "twitter_dm": "26",
    "facebook": "38 facebook_post",
    "facebook_message": "41",
}
VIA = {word: name for name, words in NAMES.items() for word in words.split()}
CHANNELS = dict.fromkeys(["twitter", "facebook"], "public_post") | dict.fromkeys(
    ["twitter_dm", "facebook_message", "whatsapp", "instagram_dm"], "dm"
)
NETWORKS = {"twitter": "x", "twitter_dm": "x", "facebook_message": "facebook", "instagram_dm": "instagram", "chat": "web"}
PRIVATE = ["direct_message", "message"]

#: What a change is called, by the field that changed; the first that a child event has is the change it tells of.
CHANGES = {"status": "status_change", "assignee_id": "assigned", "group_id": "group_change", "priority": "priority_change"}

PARENT = ("ticket_id", "timestamp", "updater_id", "via")
METRICS = ("reopens", "solved_at", "status_updated_at")
TICKET = ("id", "created_at", "updated_at", "generated_timestamp", "status", "priority", "requester_id", "assignee_id")


def _tickets(document: Any) -> Iterator[Any]:
    is_one = isinstance(document, dict) and "requester_id" in document
    return iter([document]) if is_one else listed(document, "tickets")


def _flat_ticket(ticket: dict) -> dict:
    metrics = ticket.get("metric_set")
    told = {name: ticket[name] for name in TICKET if name in ticket} | {name: at(metrics, name) for name in METRICS}
    waits = {f"reply_{unit}": at(metrics, f"reply_time_in_{unit}", "calendar") for unit in ("seconds", "minutes")}
    return told | waits | _via(ticket.get("via"))


def _via(via: Any) -> dict:
    # A word in what tells of a change, an object in a ticket or a comment.
    if not isinstance(via, dict):
        return {"via_channel": via, "via_rel": None}
    return {"via_channel": via.get("channel"), "via_rel": at(via, "source", "rel")}


def _child_events(document: Any) -> Iterator[Any]:
    for event in listed(document, "ticket_events"):
        children = event.get("child_events") if isinstance(event, dict) else None
        if not isinstance(children, list):
            yield event
            continue
        is_new = any(isinstance(child, dict) and child.get("event_type") == "Create" for child in children)
        parent = {name: event.get(name) for name in PARENT}
        yield from (parent | {"is_new": is_new, "child": child} for child in children)


def _flat_change(event: dict) -> dict:
    child = event["child"]
    kind = child["event_type"]
    field = next((name for name in CHANGES if name in child), None) if kind == "Change" else "status"
    told = {"kind": kind, "field": field, "to": child.get(field), "from": child.get("previous_value")}
    return event | {"id": child["id"]} | told


def _flat_comment(event: dict) -> dict:
    child = event["child"]
    text = next((child[name] for name in ("plain_body", "body") if child.get(name)), None)
    html = child.get("html_body")
    told = {"id": child["id"], "kind": child["event_type"], "author_id": child.get("author_id"), "public": child.get("public")}
    return event | told | {"text": text or (html_to_text(html) if html else None)} | _via(child.get("via") or event["via"])


def _first_reply() -> pl.Expr:
    # Calendar time only: business time leaves out the nights. A measure that is no number is handed on, to be rejected.
    seconds, minutes = pl.col("reply_seconds"), pl.col("reply_minutes")
    replied_at = _instant("created_at") + pl.duration(seconds=pl.coalesce(_whole(seconds), 60 * _whole(minutes)))
    return pl.coalesce(replied_at.dt.to_string("iso:strict"), seconds, minutes)


def _whole(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains("^[0-9]{1,9}$")).then(text).cast(pl.Int64, strict=False)


def _instant(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False).dt.replace_time_zone("UTC")


def _via_word() -> pl.Expr:
    return pl.col("via_channel").str.to_lowercase().str.replace_all(" ", "_").replace(VIA)


def _channel() -> pl.Expr:
    return pl.when(pl.col("via_rel").is_in(PRIVATE)).then(pl.lit("dm")).otherwise(_via_word().replace(CHANNELS))


def _role() -> pl.Expr:
    by_itself = (_via_word() == "rule") | (pl.col("author_id") == SYSTEM)
    person = pl.when("is_own").then(pl.lit("agent")).when(~pl.col("is_own")).then(pl.lit("customer"))
    return pl.when(by_itself).then(pl.lit("auto_reply")).otherwise(person)


def _change() -> pl.Expr:
    is_unassigned = (pl.col("field") == "assignee_id") & pl.col("to").is_null()
    changed = pl.when(is_unassigned).then(pl.lit("unassigned")).otherwise(pl.col("field").replace(CHANGES))
    return pl.when(pl.col("kind") == "Create").then(pl.lit("captured")).otherwise(changed)


#: Statuses in which the answer stands; a ticket that was opened again is not resolved, though it was once.
IS_SOLVED = pl.col("status").is_in(["solved", "closed"])
IS_UNKNOWN = ~pl.col("kind").is_in(["Create", "Change", "Comment"]).fill_null(False)
NEWEST = pl.coalesce(pl.col("generated_timestamp").cast(pl.Int64, strict=False), _instant("updated_at").dt.epoch("s"))

TICKETS = Export(
    fields=(*TICKET, *METRICS, "reply_seconds", "reply_minutes", "via_channel", "via_rel"),
    needed=frozenset({"id", "created_at", "status", "requester_id"}),
    records=_tickets,
    flat=_flat_ticket,
    columns={
        "ticket_id": pl.col("id"),
        "thread_id": pl.col("id"),
        "customer_id": pl.col("requester_id"),
        "channel": _channel(),
        "status": pl.col("status"),
        "priority": pl.col("priority"),
        "agent_id": pl.col("assignee_id"),
        "opened_at": pl.col("created_at"),
        "first_reply_at": _first_reply(),
        "resolved_at": pl.when(IS_SOLVED).then("solved_at"),
        "closed_at": pl.when(pl.col("status") == "closed").then("status_updated_at"),
        "reopen_count": pl.col("reopens"),
    },
    version=NEWEST,
)

TICKET_EVENTS = Export(
    fields=("id", "ticket_id", "timestamp", "updater_id", "kind", "field", "to", "from"),
    needed=frozenset({"id", "ticket_id", "timestamp", "kind"}),
    records=_child_events,
    flat=_flat_change,
    columns={
        "event_id": pl.col("id"),
        "ticket_id": pl.col("ticket_id"),
        "happened_at": pl.col("timestamp"),
        "type": _change(),
        "actor_id": pl.col("updater_id"),
        "from_value": pl.col("from"),
        "to_value": pl.col("to"),
    },
    excluded={
        "message": pl.col("kind") == "Comment",
        "unknown_type": IS_UNKNOWN,
        "no_state_change": (pl.col("kind") == "Change") & pl.col("field").is_null(),
    },
    time_format="epoch_seconds",
)

MESSAGES = Export(
    fields=("id", "ticket_id", "timestamp", "kind", "author_id", "public", "text", "is_new", "via_channel", "via_rel"),
    needed=frozenset({"id", "ticket_id", "timestamp", "kind"}),
    records=_child_events,
    flat=_flat_comment,
    author="author_id",
    columns={
        "message_id": pl.col("id"),
        "network": _via_word().replace(NETWORKS),
        "channel": _channel(),
        "visibility": pl.when(_channel() == "public_post").then(pl.lit("public")).otherwise(pl.lit("private")),
        "author_id": pl.col("author_id"),
        "author_role": _role(),
        "created_at": pl.col("timestamp"),
        "text": pl.col("text"),
        "native_thread_id": pl.col("ticket_id"),
        "message_kind": pl.when(pl.col("is_new") == "True").then(pl.lit("original")).otherwise(pl.lit("reply")),
        "agent_id": pl.when(_role() == "agent").then("author_id"),
    },
    excluded={
        "state_change": pl.col("kind").is_in(["Create", "Change"]),
        "unknown_type": IS_UNKNOWN,
        "internal_note": pl.col("public") == "False",
    },
    time_format="epoch_seconds",
)

FORMAT = {"tickets": TICKETS, "ticket_events": TICKET_EVENTS, "messages": MESSAGES}
