"""Waits: every time that a customer called for an answer until a person gave one (METRICS.md F1, F4, S3, S10)."""

from datetime import datetime

import polars as pl

from careworth.marts.conversations import BY_AGENT, CONVERSATION, place_turns
from careworth.marts.resolutions import next_at


def build_waits(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """One row per wait, as it stood at `as_of`; parameters as of `build_conversations`.

    Several calls before an answer are one wait from the first of them. A bot's turn ends none.

    Returns
    -------
    DataFrame
        `thread_id`, `customer_id`, `account_id`, `conversation_id`, `network`, `channel`, `waiting_since`, `answered_at` (null
        while nobody answered) and `is_first`, true of the conversation's first wait.
    """
    placed = place_turns(turns, as_of, private_hours, public_hours)
    conversation_id = pl.col("first_message_id").filter(pl.col("author_role") == "customer").first().over(CONVERSATION)
    told = placed.with_columns(conversation_id=conversation_id).filter(BY_AGENT | pl.col("calls_for_answer"))
    follows = (BY_AGENT.shift(1) | (pl.col(CONVERSATION) != pl.col(CONVERSATION).shift(1))).fill_null(True)
    waits = told.with_columns(answered_at=next_at(BY_AGENT, CONVERSATION), begins=~BY_AGENT & follows).filter("begins")
    return waits.select(
        "thread_id",
        "customer_id",
        "account_id",
        "conversation_id",
        "network",
        "channel",
        "answered_at",
        waiting_since="start_at",
        is_first=pl.col("start_at") == pl.col("clock_at"),
    )
