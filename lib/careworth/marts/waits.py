"""Waits: every time that a customer called for an answer until a person gave one (METRICS.md F1, F4, S3, S10)."""

from datetime import datetime

import polars as pl

from careworth.marts.conversations import BY_AGENT, CONVERSATION, place_turns
from careworth.marts.pairs import PAIR
from careworth.marts.resolutions import next_at

#: What a wait is read from.
WAIT_COLUMNS = [
    *PAIR,
    "conversation_id",
    "started_at",
    "network",
    "channel",
    CONVERSATION,
    "author_role",
    "start_at",
    "clock_at",
    "calls_for_answer",
]


def build_waits(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """One row per wait, as it stood at `as_of`; parameters as of `build_conversations`.

    Several calls before an answer are one wait from the first of them. A bot's turn ends none.

    Returns
    -------
    DataFrame
        `thread_id`, `customer_id`, `account_id`, `network`, `channel`, `conversation_id` and its `started_at`, `waiting_since`,
        `answered_at` (null while nobody answered) and `is_first`, true of the conversation's first wait.
    """
    return list_waits(place_turns(turns, as_of, private_hours, public_hours))


def list_waits(placed: pl.DataFrame) -> pl.DataFrame:
    """What `build_waits` gives, of turns that `place_turns` has placed."""
    told = placed.select(WAIT_COLUMNS).filter(BY_AGENT | pl.col("calls_for_answer"))
    follows = (BY_AGENT.shift(1) | (pl.col(CONVERSATION) != pl.col(CONVERSATION).shift(1))).fill_null(True)
    waits = told.with_columns(answered_at=next_at(BY_AGENT, CONVERSATION), begins=~BY_AGENT & follows).filter("begins")
    return waits.select(
        *PAIR,
        "conversation_id",
        "started_at",
        "network",
        "channel",
        "answered_at",
        waiting_since="start_at",
        is_first=pl.col("start_at") == pl.col("clock_at"),
    )
