"""Conversations and waits as rows with defaults, for tests of what is measured on them."""

from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from careworth.marts.periods import Cut
from careworth.results import Row
from careworth.schemas import INSTANT
from tests.tables import at

DAY = 1440

#: January 2024, seen a month later.
CUT = Cut(date(2024, 1, 1), date(2024, 2, 1), at(60 * DAY), ZoneInfo("UTC"))

INSTANTS = (
    "started_at",
    "clock_at",
    "first_agent_at",
    "last_agent_at",
    "first_reply_at",
    "first_any_reply_at",
    "first_bot_at",
    "first_resolved_at",
    "last_resolved_at",
    "reopened_at",
    "redirected_at",
    "last_call_at",
    "last_at",
    "outcome_at",
)
COUNTS = (
    "customer_turn_count",
    "agent_turn_count",
    "bot_turn_count",
    "customer_turns_until",
    "agent_turns_until",
    "paused_seconds",
    "agent_count",
    "owner_change_count",
    "agent_character_count",
    "thanks_count",
)
FLAGS = ("is_redirected", "is_redirected_away", "redirect_is_asked", "closing_is_thanks")
WORDS = (
    "conversation_id",
    "account_id",
    "customer_id",
    "thread_id",
    "network",
    "channel",
    "visibility",
    "outcome",
    "opening_state",
    "redirect",
    "redirect_reason",
)
WORDS += ("opening_sentiment", "closing_sentiment")
SCHEMA = dict.fromkeys(INSTANTS, INSTANT) | dict.fromkeys(COUNTS, pl.Int64) | dict.fromkeys(FLAGS, pl.Boolean)
SCHEMA |= dict.fromkeys(WORDS, pl.String)


def conversation(number: int = 1, minutes: float = 0, **other) -> dict:
    """A conversation that called for an answer at that minute and has none yet; instants are given as minutes too."""
    row = dict.fromkeys(INSTANTS) | dict.fromkeys(COUNTS, 0) | dict.fromkeys(FLAGS, False) | dict.fromkeys(WORDS)
    row |= {"conversation_id": str(number), "account_id": "help", "customer_id": f"guest{number}", "network": "x"}
    row |= {"thread_id": f"thread{number}", "visibility": "public"}
    row |= {
        "channel": "public_post",
        "outcome": "open",
        "customer_turn_count": 1,
        "customer_turns_until": 1,
        "opening_state": "question",
    }
    row |= {"started_at": minutes, "clock_at": minutes, "last_call_at": minutes, "last_at": minutes} | other
    return row | {name: at(row[name]) for name in INSTANTS if row[name] is not None}


def answered(number: int = 1, minutes: float = 0, wait: float = 10, **other) -> dict:
    """A conversation that a person answered after `wait` minutes, which resolved it."""
    end = minutes + wait
    own = {
        "first_agent_at": end,
        "last_agent_at": end,
        "first_reply_at": end,
        "first_resolved_at": end,
        "last_resolved_at": end,
        "last_at": end,
        "outcome_at": end,
    }
    own |= {"first_any_reply_at": end, "outcome": "resolved", "agent_turn_count": 1, "agent_turns_until": 1, "agent_count": 1}
    return conversation(number, minutes, **(own | other))


def conversations(*rows: dict) -> pl.DataFrame:
    """The rows as the table that `build_conversations` gives, as far as metrics read it."""
    return pl.DataFrame(list(rows), schema=SCHEMA)


def waits(*rows: tuple) -> pl.DataFrame:
    """Waits of conversations: number of the conversation, minute since when, minute until when or None, whether the first."""
    table = [
        {
            "conversation_id": str(number),
            "account_id": "help",
            "network": "x",
            "channel": "public_post",
            "waiting_since": at(since),
            "answered_at": None if until is None else at(until),
            "is_first": first,
        }
        for number, since, until, first in rows
    ]
    schema = {
        "conversation_id": pl.String,
        "account_id": pl.String,
        "network": pl.String,
        "channel": pl.String,
        "waiting_since": INSTANT,
    }
    return pl.DataFrame(table, schema=schema | {"answered_at": INSTANT, "is_first": pl.Boolean})


def values(rows: list[Row], slice: str = "all") -> dict[str, float | None]:
    """The value of each variant of the rows with that slice."""
    return {row["variant"]: row["value"] for row in rows if row["slice"] == slice}


def row_of(rows: list[Row], variant: str, slice: str = "all") -> Row:
    """The only row of that variant and slice."""
    (found,) = [row for row in rows if row["variant"] == variant and row["slice"] == slice]
    return found
