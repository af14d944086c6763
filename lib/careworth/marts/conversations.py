"""Conversations: one customer's matter with one account, as known at a cut-off (METRICS.md F3, F4, F7, F8)."""

from datetime import datetime

import polars as pl

from careworth.marts.turns import PAIR

BY_CUSTOMER = pl.col("author_role") == "customer"
BY_AGENT = pl.col("author_role") == "agent"
BY_BRAND = pl.col("author_role").is_in(["agent", "bot", "auto_reply"])


def build_conversations(
    turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float, resolution_window_hours: float
) -> pl.DataFrame:
    """One row per conversation, as it stood at `as_of`.

    Parameters
    ----------
    turns : DataFrame
        Labelled turns, in order within each thread, customer and account.
    as_of : datetime
        Data cut-off with a zone; later turns are not seen, cases without an end by then are open.
    private_hours, public_hours : float
        Silence after which the customer's next turn opens a new conversation.
    resolution_window_hours : float
        Silence after which the last answer counts as having resolved the matter.

    Returns
    -------
    DataFrame
        Times in UTC; `outcome` is resolved, redirected, withdrawn or open; `outcome_at` is null while open.
    """
    seen = turns.filter(pl.col("start_at") <= as_of)
    numbered = seen.with_columns(_conversation_number(private_hours, public_hours)).filter(pl.col("conversation_number") > 0)
    group = [*PAIR, "conversation_number"]
    placed = numbered.with_columns(_calls_for_answer()).with_columns(_clock_at(), thanks_qualifies(group))
    rows = placed.group_by([*PAIR, "conversation_number"], maintain_order=True).agg(_facts())
    return rows.with_columns(_outcome(as_of, resolution_window_hours)).with_columns(_outcome_at()).drop("conversation_number")


def _conversation_number(private_hours: float, public_hours: float) -> pl.Expr:
    silence = pl.col("start_at") - pl.col("end_at").shift().over(PAIR)
    limit = pl.when(pl.col("visibility") == "private").then(pl.lit(private_hours)).otherwise(pl.lit(public_hours))
    first_by_customer = BY_CUSTOMER & (BY_CUSTOMER.cast(pl.Int64).cum_sum().over(PAIR) == 1)
    # Only a customer opens: a late answer still belongs to the question that it answers.
    opens = first_by_customer | (BY_CUSTOMER & (silence.dt.total_seconds() > limit * 3600))
    return opens.fill_null(False).cast(pl.Int64).cum_sum().over(PAIR).alias("conversation_number")


def _calls_for_answer() -> pl.Expr:
    group = [*PAIR, "conversation_number"]
    opening = BY_CUSTOMER & (BY_CUSTOMER.cast(pl.Int64).cum_sum().over(group) == 1)
    asks = pl.col("opening_state").is_in(["complaint", "question", "request"])
    later = asks & pl.col("needs_response") & ~pl.col("says_thanks")
    return (BY_CUSTOMER & pl.when(opening).then("needs_response").otherwise(later)).fill_null(False).alias("calls_for_answer")


def _clock_at() -> pl.Expr:
    group = [*PAIR, "conversation_number"]
    return pl.col("start_at").filter(pl.col("calls_for_answer")).min().over(group).alias("clock_at")


def thanks_qualifies(conversation: list[str]) -> pl.Expr:
    """True for a customer's turn that thanks after a person answered in the same conversation, by its columns (Q1)."""
    helped_at = pl.col("start_at").filter(BY_AGENT).min().over(conversation)
    after_help = pl.col("start_at") > helped_at
    return (BY_CUSTOMER & pl.col("says_thanks") & after_help).fill_null(False).alias("qualifies")


def _facts() -> list[pl.Expr]:
    after_clock = pl.col("start_at") >= pl.col("clock_at")
    said = {
        name: pl.col(name).filter(BY_CUSTOMER)
        for name in ("first_message_id", "start_at", "opening_state", "sentiment", "qualifies")
    }
    answered = {name: pl.col(name).filter(BY_AGENT) for name in ("end_at", "redirects", "asks")}
    return [
        pl.col("network", "channel", "visibility", "clock_at").first(),
        said["first_message_id"].first().alias("conversation_id"),
        said["start_at"].first().alias("started_at"),
        said["opening_state"].first().alias("opening_state"),
        said["sentiment"].first().alias("opening_sentiment"),
        said["sentiment"].last().alias("closing_sentiment"),
        said["qualifies"].last().alias("closing_is_thanks"),
        pl.col("qualifies").sum().alias("thanks_count"),
        pl.col("message_count").sum(),
        BY_CUSTOMER.sum().alias("customer_turn_count"),
        BY_AGENT.sum().alias("agent_turn_count"),
        pl.col("start_at").filter(BY_AGENT & after_clock).min().alias("first_reply_at"),
        pl.col("start_at").filter(BY_BRAND & after_clock).min().alias("first_any_reply_at"),
        answered["end_at"].last().alias("last_agent_at"),
        answered["redirects"].last().alias("last_agent_redirects"),
        answered["asks"].last().alias("last_agent_asks"),
        pl.col("start_at").filter(pl.col("calls_for_answer")).max().alias("last_call_at"),
        pl.col("end_at").max().alias("last_at"),
    ]


def _outcome(as_of: datetime, window_hours: float) -> pl.Expr:
    waiting = pl.col("last_agent_at").is_null() | (pl.col("last_call_at") > pl.col("last_agent_at"))
    settled = pl.col("last_at") <= pl.lit(as_of) - pl.duration(seconds=round(window_hours * 3600))
    thanked = pl.col("closing_is_thanks")
    return (
        pl.when(waiting | ~(settled | thanked))
        .then(pl.lit("open"))
        .when("last_agent_redirects")
        .then(pl.lit("redirected"))
        .when(pl.col("last_agent_asks") & ~thanked & (pl.col("last_at") <= pl.col("last_agent_at")))
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("resolved"))
        .alias("outcome")
    )


def _outcome_at() -> pl.Expr:
    return pl.when(pl.col("outcome") != "open").then("last_agent_at").alias("outcome_at")


def select_campaign(
    conversations: pl.DataFrame, starts_at: datetime, ends_at: datetime, accounts: list[str], networks: list[str]
) -> pl.DataFrame:
    """The conversations of a campaign: with its accounts and networks (none named: all), started within it."""
    inside = pl.col("started_at").is_between(starts_at, ends_at, closed="left")
    named = pl.lit(True) if not accounts else pl.col("account_id").is_in(accounts)
    on_network = pl.lit(True) if not networks else pl.col("network").is_in(networks)
    return conversations.filter(inside & named & on_network)
