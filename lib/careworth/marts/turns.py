"""Turns: what one side says in one go (METRICS.md F2), and what it says with it."""

import polars as pl

from careworth import phrases
from careworth.sentiment import score_texts

#: Messages of one side closer together than this are one turn.
TURN_GAP_MINUTES = 10

PAIR = ["thread_id", "customer_id", "account_id"]


def build_turns(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row per turn, in order within each thread, customer and account."""
    gap = pl.col("created_at").diff().over(PAIR)
    role = pl.col("author_role")
    starts = (role != role.shift().over(PAIR)).fill_null(True) | (gap > pl.duration(minutes=TURN_GAP_MINUTES)).fill_null(True)
    numbered = pairs.with_columns(turn=starts.cast(pl.Int64).cum_sum().over(PAIR))
    return numbered.group_by([*PAIR, "turn"], maintain_order=True).agg(
        pl.col("author_role", "network", "channel", "visibility", "agent_id", "lang").first(),
        first_message_id=pl.col("message_id").first(),
        message_count=pl.len(),
        text=pl.col("text").fill_null("").str.join("\n"),
        start_at=pl.col("created_at").first(),
        end_at=pl.col("created_at").last(),
    )


def label_turns(turns: pl.DataFrame) -> pl.DataFrame:
    """`turns` with what each says, and without its text; labels of the other side's kind are null."""
    read = turns.with_columns(phrases.plain_text()).with_columns(
        phrases.says_thanks(),
        phrases.asks(),
        redirects=phrases.redirects_softly() | phrases.redirects_hard(),
        language=_language(),
    )
    customer = read.filter(pl.col("author_role") == "customer").pipe(score_texts, text="plain")
    stated = customer.with_columns(phrases.opening_state()).with_columns(phrases.needs_response())
    other = read.filter(pl.col("author_role") != "customer")
    labelled = pl.concat([stated, other], how="diagonal").drop("text", "plain")
    return labelled.sort([*PAIR, "turn"])


def _language() -> pl.Expr:
    stated = pl.col("lang").str.to_lowercase().str.slice(0, 2)
    return pl.coalesce(stated, phrases.language())
