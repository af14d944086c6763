"""Conversations in a download of one's information from Facebook or Instagram: `messages/inbox/<thread>/message_1.json` and on.

The texts are UTF-8 that was read as Latin-1; that is undone where it is certain. Messages have no ids, so theirs are made of
what they are: thread, millisecond, sender and words. People have names only, so a customer is one person within a thread and
another in the next. A download tells words of its own as if somebody had written them: that somebody reacted (left out) or
sent an attachment (kept, without those words); the first is also known in other languages where the reaction itself is there.

Shape: public parsers of these downloads (participants, sender_name, timestamp_ms, thread_path) and sorashi.github.io.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from careworth.formats.export import Export

REACTION = re.compile(r"\s*(?:Reacted \S+ to your message|Liked a message)\s*")
MEMBERSHIP = {"Subscribe", "Unsubscribe"}


def repaired(text: str | None) -> str | None:
    r"""The text behind UTF-8 that was read as Latin-1; the same text where it is none.

    Examples
    --------
    >>> repaired("Zo\u00c3\u00ab \u00f0\u009f\u0098\u0080"), repaired("Zo\u00eb"), repaired("\u4f60\u597d")
    ('Zoë 😀', 'Zoë', '你好')
    """
    try:
        return None if text is None else text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _messages(document: dict) -> Iterator[dict]:
    # The folder is called by the customer's name and an id; the id is enough, and stays when the thread is archived.
    messages, thread = document["messages"], re.split("[/_]", document["thread_path"])[-1]
    people = [repaired(person["name"]) for person in document["participants"]]
    seen, reactions = Counter(), _reactions(messages)
    for message in messages:
        key = _key(message)
        seen[key] += 1
        reacted = sorted(reactions[_moment(message)]) if isinstance(message, dict) else []
        yield {"thread": thread, "people": people, "again": seen[key] - 1, "reacted": reacted, "message": message}


def _key(message: Any) -> str:
    told = message if isinstance(message, dict) else {}
    return json.dumps([told.get(name) for name in ("timestamp_ms", "sender_name", "content")])


def _moment(message: dict) -> tuple[str, str]:
    # A reaction says its second only.
    return str(message.get("sender_name")), str(message.get("timestamp_ms"))[:-3]


def _reactions(messages: list) -> dict[tuple[str, str], set[str]]:
    found = defaultdict(set)
    for message in messages:
        told = message.get("reactions") if isinstance(message, dict) else None
        for each in told if isinstance(told, list) else []:
            if isinstance(each, dict):
                found[str(each.get("actor")), str(each.get("timestamp"))].add(str(each.get("reaction")))
    return found


def _flat(record: dict) -> dict:
    message, thread, people = record["message"], record["thread"], record["people"]
    sender, text = repaired(message.get("sender_name")), repaired(message.get("content"))
    told = [thread, message.get("timestamp_ms"), sender, text, record["again"]]
    others = [name for name in people if name != sender]
    return {
        "id": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32],
        "thread": thread,
        "sender": sender,
        "timestamp_ms": message.get("timestamp_ms"),
        "content": None if text in ("You sent an attachment.", f"{sender} sent an attachment.") else text,
        "other": others[0] if len(people) == 2 and len(others) == 1 else None,
        "kind": _kind(message, record["reacted"]),
    }


def _kind(message: dict, reacted: list[str]) -> str | None:
    words = message.get("content") or ""
    if message.get("is_unsent"):
        return "unsent"
    if "call_duration" in message or message.get("type") == "Call":
        return "call"
    if message.get("type") in MEMBERSHIP:
        return "membership"
    is_reaction = REACTION.fullmatch(repaired(words)) or any(reaction and reaction in words for reaction in reacted)
    return "reaction" if is_reaction else None


MESSAGES = Export(
    fields=("id", "thread", "sender", "timestamp_ms", "content", "other", "kind"),
    records=_messages,
    flat=_flat,
    author="sender",
    columns={
        "message_id": pl.col("id"),
        "channel": pl.lit("dm"),
        "visibility": pl.lit("private"),
        "author_id": pl.when("is_own").then("sender").otherwise(pl.format("{}/{}", "thread", "sender")),
        "author_role": pl.when("is_own").then(pl.lit("agent")).otherwise(pl.lit("customer")),
        "account_id": pl.when("is_own").then("sender").otherwise("other"),
        "created_at": pl.col("timestamp_ms"),
        "text": pl.col("content"),
        "native_thread_id": pl.col("thread"),
        "message_kind": pl.lit("original"),
    },
    excluded={kind: pl.col("kind") == kind for kind in ("unsent", "call", "membership", "reaction")},
    time_format="epoch_milliseconds",
)

FORMAT = {"messages": MESSAGES}
