"""Conversations: one customer's matter with one account, as known at a cut-off (METRICS.md F3, F4, F7, F8)."""

from datetime import datetime

import polars as pl

from careworth.marts.resolutions import resolution_facts, with_resolutions
from careworth.marts.turns import PAIR

#: The columns that number pairs of a customer and an account, and their conversations, in the order of the rows. Rows of one
#: number stand together, so that what comes next in it is found without a pass over every group.
PAIR_NUMBER, CONVERSATION = "pair_number", "conversation_number"

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
    placed = place_turns(turns, as_of, private_hours, public_hours)
    told = with_resolutions(placed, PAIR_NUMBER, CONVERSATION, as_of, resolution_window_hours).with_columns(_changes_hands())
    facts = [pl.col(PAIR).first(), *_facts(), *resolution_facts(), *_side_facts()]
    rows = told.group_by(CONVERSATION, maintain_order=True).agg(facts).drop(CONVERSATION)
    return rows.with_columns(_outcome(as_of, resolution_window_hours)).with_columns(_outcome_at())


def build_clocks(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """One row per conversation with no more than when it began and who answered when: what S1 and S2 read (F3).

    Parameters and columns are those of `build_conversations`.
    """
    placed = place_turns(turns, as_of, private_hours, public_hours)
    facts = [pl.col(PAIR).first(), *_clock_facts()]
    return placed.group_by(CONVERSATION, maintain_order=True).agg(facts).drop(CONVERSATION)


def place_turns(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """The turns seen by `as_of` with their numbers, `calls_for_answer`, `clock_at` and `qualifies`; each pair's stand together.

    What the brand writes before a customer opened is no part of a conversation and left out.
    """
    seen = _together(turns.filter(pl.col("start_at") <= as_of)).with_columns(_pair_number()).with_row_index("row")
    opened = seen.with_columns(first=pl.col("row").filter(BY_CUSTOMER).min().over(PAIR_NUMBER)).filter(
        pl.col("row") >= pl.col("first")
    )
    numbered = opened.with_columns(opens=_opens(private_hours, public_hours)).with_columns(_conversation_number())
    called = numbered.with_columns(_calls_for_answer()).drop("row", "first", "opens")
    return called.with_columns(_clock_at(), thanks_qualifies([CONVERSATION]))


def _together(turns: pl.DataFrame) -> pl.DataFrame:
    """The turns, those of a pair one after the other; as they are where that holds, as it does for turns of the lake."""
    heads = turns.select(PAIR).filter(pl.struct(PAIR).rle_id().diff().fill_null(1) > 0)
    if heads.n_unique() == heads.height:
        return turns
    first = pl.col("row").first().over(PAIR)
    return turns.with_row_index("row").sort(first, maintain_order=True).drop("row")


def _pair_number() -> pl.Expr:
    return pl.struct(PAIR).rle_id().set_sorted().alias(PAIR_NUMBER)


def _opens(private_hours: float, public_hours: float) -> pl.Expr:
    """True for the turn that opens a conversation: the customer's first, and one after long silence."""
    # The turn before the first of a pair is another's, but the first opens whatever came before.
    silence = pl.col("start_at") - pl.col("end_at").shift()
    limit = pl.when(pl.col("visibility") == "private").then(pl.lit(private_hours)).otherwise(pl.lit(public_hours))
    # Only a customer opens: a late answer still belongs to the question that it answers.
    return ((pl.col("row") == pl.col("first")) | (BY_CUSTOMER & (silence.dt.total_seconds() > limit * 3600))).fill_null(False)


def _conversation_number() -> pl.Expr:
    return pl.col("opens").cast(pl.Int64).cum_sum().set_sorted().alias(CONVERSATION)


def _calls_for_answer() -> pl.Expr:
    asks = pl.col("opening_state").is_in(["complaint", "question", "request"])
    later = asks & pl.col("needs_response") & ~pl.col("says_thanks")
    return (BY_CUSTOMER & pl.when("opens").then("needs_response").otherwise(later)).fill_null(False).alias("calls_for_answer")


def _clock_at() -> pl.Expr:
    return pl.col("start_at").filter(pl.col("calls_for_answer")).min().over(CONVERSATION).alias("clock_at")


def thanks_qualifies(conversation: list[str]) -> pl.Expr:
    """True for a customer's turn that thanks after a person answered in the same conversation, by its columns (Q1)."""
    helped_at = pl.col("start_at").filter(BY_AGENT).min().over(conversation)
    after_help = pl.col("start_at") > helped_at
    return (BY_CUSTOMER & pl.col("says_thanks") & after_help).fill_null(False).alias("qualifies")


def _changes_hands() -> pl.Expr:
    """True for a turn by another named agent than the one before in the same conversation."""
    named = (BY_AGENT & pl.col("agent_id").is_not_null()).fill_null(False)
    before = pl.when(named).then(pl.int_range(pl.len())).shift(1).forward_fill()
    other = (pl.col(CONVERSATION).gather(before) == pl.col(CONVERSATION)) & (
        pl.col("agent_id").gather(before) != pl.col("agent_id")
    )
    return (named & other).fill_null(False).alias("changes_hands")


def _clock_facts() -> list[pl.Expr]:
    after_clock = pl.col("start_at") >= pl.col("clock_at")
    return [
        pl.col("network", "channel", "visibility", "clock_at").first(),
        pl.col("start_at").filter(BY_CUSTOMER).first().alias("started_at"),
        BY_AGENT.sum().alias("agent_turn_count"),
        pl.col("start_at").filter(BY_AGENT).min().alias("first_agent_at"),
        pl.col("start_at").filter(BY_AGENT & after_clock).min().alias("first_reply_at"),
        pl.col("start_at").filter(BY_BRAND & after_clock).min().alias("first_any_reply_at"),
    ]


def _facts() -> list[pl.Expr]:
    said = {name: pl.col(name).filter(BY_CUSTOMER) for name in ("first_message_id", "opening_state", "sentiment", "qualifies")}
    answered = {name: pl.col(name).filter(BY_AGENT) for name in ("end_at", "redirects", "asks")}
    return [
        *_clock_facts(),
        said["first_message_id"].first().alias("conversation_id"),
        said["opening_state"].first().alias("opening_state"),
        said["sentiment"].first().alias("opening_sentiment"),
        said["sentiment"].last().alias("closing_sentiment"),
        said["qualifies"].last().alias("closing_is_thanks"),
        pl.col("qualifies").sum().alias("thanks_count"),
        pl.col("message_count").sum(),
        BY_CUSTOMER.sum().alias("customer_turn_count"),
        answered["end_at"].last().alias("last_agent_at"),
        answered["redirects"].last().alias("last_agent_redirects"),
        answered["asks"].last().alias("last_agent_asks"),
        pl.col("start_at").filter(pl.col("calls_for_answer")).max().alias("last_call_at"),
        pl.col("end_at").max().alias("last_at"),
    ]


def _side_facts() -> list[pl.Expr]:
    """Who else took part, where the customer was sent, and how much agents wrote."""
    redirect = pl.col("redirect").is_not_null()
    away = (redirect & ~pl.col("redirect_is_soft")).fill_null(False)
    by_bot = pl.col("author_role").is_in(["bot", "auto_reply"])
    return [
        redirect.any().alias("is_redirected"),
        away.any().alias("is_redirected_away"),
        pl.col("redirect", "redirect_reason", "redirect_is_asked").drop_nulls().first(),
        pl.coalesce(pl.col("start_at").filter(sent).min() for sent in (away, redirect)).alias("redirected_at"),
        by_bot.sum().alias("bot_turn_count"),
        pl.col("start_at").filter(by_bot).min().alias("first_bot_at"),
        pl.col("agent_id").filter(BY_AGENT).drop_nulls().n_unique().alias("agent_count"),
        pl.col("agent_id").filter(BY_AGENT).drop_nulls().first(),
        pl.col("changes_hands").sum().alias("owner_change_count"),
        pl.col("character_count").filter(BY_AGENT).sum().alias("agent_character_count"),
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
