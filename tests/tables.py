"""Small tables with names, for tests of conversations and what is measured on them."""

from datetime import UTC, datetime, timedelta

import polars as pl

from careworth.marts.conversations import build_conversations
from careworth.marts.threads import assign_threads, pair_messages
from careworth.marts.turns import build_turns, label_turns
from careworth.schemas import MESSAGES

MONDAY = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """That many minutes after nine o'clock on a Monday."""
    return MONDAY + timedelta(minutes=minutes)


def message(number: int, role: str, minutes: float, text: str = "where is my refund?", **other) -> dict:
    """One message of a public thread between customer `ann` and account `help`, answering the one before."""
    return {
        "message_id": str(number),
        "network": "x",
        "channel": "public_post",
        "visibility": "public",
        "author_id": "ann" if role == "customer" else "help",
        "author_role": role,
        "account_id": "help",
        "created_at": at(minutes),
        "text": text,
        "in_reply_to_id": str(number - 1) if number > 1 else None,
        "message_kind": "reply" if number > 1 else "original",
    } | other


def turns_of(*messages: dict) -> pl.DataFrame:
    """The labelled turns of these messages."""
    table = pl.DataFrame(list(messages), schema=MESSAGES.columns)
    return label_turns(build_turns(pair_messages(assign_threads(table))))


def conversations_of(*messages: dict, as_of: datetime | None = None, hours: float = 120) -> pl.DataFrame:
    """The conversations of these messages, a month later unless another cut-off is given."""
    return build_conversations(turns_of(*messages), as_of or at(30 * 1440), hours, hours, 72)
