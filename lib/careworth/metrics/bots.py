"""What the bot did (S19): how often it stepped in, held the matter, and how long people took to step in after it."""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.marts.resolutions import calls_again_at
from careworth.metrics.durations import curve_until, nothing, time_row
from careworth.metrics.service import CARE
from careworth.metrics.shares import share_row
from careworth.metrics.volume import is_care
from careworth.results import Row

STARTED = "conversations that a bot answered"

#: Hours without any new call after which a matter that only a bot answered counts as contained.
QUIET_HOURS = 72


def bot_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S19: uptake, containment, the share handed to a person and the wait for one after the bot.

    Contained is what no person answered and after which the customer called no more for 72 hours, here or anew. Who gave up
    looks the same, so grade B.
    """
    again = pl.lit(calls_again_at(conversations))
    facts = ["started_at", "clock_at", "first_reply_at", "first_bot_at", "last_agent_at", "last_call_at", "agent_turn_count"]
    told = conversations.select(
        *facts,
        has_bot=pl.col("bot_turn_count") > 0,
        came_back=(again - pl.col("last_at") <= timedelta(hours=QUIET_HOURS)).fill_null(False),
    ).with_columns(called_after=(pl.col("last_call_at") > pl.col("first_bot_at")).fill_null(False))
    contained = (pl.col("agent_turn_count") == 0) & ~pl.col("came_back") & ~pl.col("called_after")
    care = told.filter(is_care() | pl.col("has_bot"))
    handed_over = (pl.col("last_agent_at") >= pl.col("first_bot_at")).fill_null(False)
    mature = cut.mature(care.filter("has_bot"), QUIET_HOURS).with_columns(contained=contained, handed_over=handed_over)
    handed = care.filter("has_bot", pl.col("clock_at").is_not_null())
    return [
        share_row(care, "has_bot", "S19", "uptake", f"{CARE}, a bot's included", grade="B"),
        share_row(mature, "contained", "S19", "containment", f"mature {STARTED}", grade="B"),
        share_row(mature, "handed_over", "S19", "handoff_rate", f"mature {STARTED}", grade="B"),
        _handoff(handed, cut),
    ]


def _handoff(handed: pl.DataFrame, cut: Cut) -> Row:
    denominator = f"{STARTED} and that needed a response"
    if handed.is_empty():
        return nothing("S19", "handoff_median", denominator)
    curve = curve_until(handed, "first_bot_at", "first_reply_at", cut.as_of)
    return time_row("S19", "handoff_median", curve, 0.5, handed.height, denominator)
