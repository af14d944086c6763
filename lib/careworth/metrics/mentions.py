"""What customers say without addressing the brand (V1), how complaints reach it (V4), and how much of it all is heard (S1)."""

import re

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.metrics.windows import during
from careworth.results import Row, value_row

UNADDRESSED = "messages of customers that address no account"
COMPLAINTS = "conversations that opened with a complaint"
NO_LISTENING = "every connected message addresses an account: what is said elsewhere takes a search or a listening export"
NO_OUTSIDE_COUNT = "how much is heard takes a count of mentions from outside; only what was collected is connected"

#: What tells whether a message addresses an account that is not stated with it.
SAID = {"message_id": pl.String, "visibility": pl.String, "text": pl.String}


def mention_rows(
    conversations: pl.DataFrame, messages: pl.DataFrame, said: pl.DataFrame, accounts: pl.DataFrame, cut: Cut, hours: float
) -> list[Row]:
    """V1: messages that address no account and the share answered within `hours`; V4: complaints that addressed the brand.

    A message addresses an account that is stated with it or named in it behind an @, and so does one that is private or
    answers another. Acted on is what an agent replied to: cases, tags and escalations made from one are not seen. Grade B.

    Parameters
    ----------
    messages : DataFrame
        Messages around the campaign's accounts, with those that state no account.
    said : DataFrame
        `message_id`, `visibility` and `text` of those at least that state no account.
    """
    written = messages.filter(pl.col("author_role") == "customer", pl.col("message_kind") != "reshare")
    alone = _unaddressed(written, said, _handles(messages, accounts))
    replies = messages.filter(pl.col("author_role") == "agent", pl.col("created_at") <= cut.as_of)
    complaints = conversations.filter(pl.col("opening_state") == "complaint").with_columns(
        addressed=~pl.col("conversation_id").is_in(alone["message_id"].implode())
    )
    return [
        *_unaddressed_rows(alone.filter(during("created_at", cut)), replies, cut, hours),
        share_row(complaints, "addressed", "V4", "complaints_addressed", COMPLAINTS, grade="B"),
        value_row("S1", "listening_coverage", None, "share", n=0, denominator="mentions", reason=NO_OUTSIDE_COUNT),
    ]


def _handles(messages: pl.DataFrame, accounts: pl.DataFrame) -> list[str]:
    answering = messages.filter(pl.col("author_role") == "agent")["account_id"]
    names = pl.concat([answering, accounts["account_id"], accounts["handle"]]).drop_nulls().str.strip_prefix("@")
    return names.filter(names != "").unique().sort().to_list()


def _unaddressed(written: pl.DataFrame, said: pl.DataFrame, handles: list[str]) -> pl.DataFrame:
    unstated = written.filter(pl.col("account_id").is_null(), pl.col("in_reply_to_id").is_null())
    public = unstated.join(said, on="message_id", validate="1:1").filter((pl.col("visibility") != "private").fill_null(True))
    named = "|".join(re.escape(name) for name in handles)
    names_one = pl.col("text").str.contains(rf"(?i)@(?:{named})(?:\W|$)").fill_null(False) if handles else pl.lit(False)
    return public.filter(~names_one)


def _unaddressed_rows(alone: pl.DataFrame, replies: pl.DataFrame, cut: Cut, hours: float) -> list[Row]:
    if alone.is_empty():
        return [
            value_row("V1", name, None, unit, n=0, denominator=UNADDRESSED, reason=NO_LISTENING)
            for name, unit in (("unaddressed", "count"), ("unaddressed_acted_on", "share"))
        ]
    first = replies.group_by(message_id="in_reply_to_id").agg(answered_at=pl.col("created_at").min())
    window = pl.duration(seconds=round(hours * 3600))
    told = alone.join(first, on="message_id", how="left", validate="m:1").with_columns(
        acted_on=(pl.col("answered_at") - pl.col("created_at") <= window).fill_null(False)
    )
    mature = told.filter(pl.col("created_at") <= pl.lit(cut.as_of) - window)
    return [
        value_row("V1", "unaddressed", alone.height, "count", n=alone.height, denominator=UNADDRESSED),
        share_row(mature, "acted_on", "V1", "unaddressed_acted_on", f"mature {UNADDRESSED}", grade="B"),
    ]
