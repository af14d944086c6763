"""Conversations: one customer's matter with one account, as known at a cut-off (METRICS.md F3, F4, F7, F8)."""

from datetime import datetime

import polars as pl

from careworth.marts.pairs import PAIR, PAIR_NUMBER
from careworth.marts.resolutions import resolution_facts, with_resolutions

#: The column that numbers conversations in the order of their rows. Rows of one number stand together, so that what comes next
#: in it is found without a pass over every group.
CONVERSATION = "conversation_number"

#: What a clock is read from.
CLOCK_COLUMNS = [
    *PAIR,
    PAIR_NUMBER,
    "author_role",
    "network",
    "channel",
    "visibility",
    "first_message_id",
    "start_at",
    "end_at",
    "opening_state",
    "needs_response",
    "says_thanks",
]

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
    return gather_conversations(placed, as_of, resolution_window_hours)


def gather_conversations(placed: pl.DataFrame, as_of: datetime, resolution_window_hours: float) -> pl.DataFrame:
    """What `build_conversations` gives, of turns that `place_turns` has placed."""
    told = with_resolutions(placed, PAIR_NUMBER, CONVERSATION, as_of, resolution_window_hours).with_columns(_changes_hands())
    facts = [pl.col(PAIR).first(), *_facts(), *resolution_facts(), *_side_facts()]
    rows = told.group_by(CONVERSATION, maintain_order=True).agg(facts).drop(CONVERSATION)
    return rows.with_columns(_outcome(as_of, resolution_window_hours)).with_columns(_outcome_at())


def build_clocks(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """One row per conversation with no more than when it began, who answered when, and thanks: what S1, S2 and Q1 read (F3).

    Parameters and columns are those of `build_conversations`.
    """
    placed = place_turns(turns.select(CLOCK_COLUMNS), as_of, private_hours, public_hours)
    facts = [pl.col(PAIR).first(), *_clock_facts()]
    return placed.group_by(CONVERSATION, maintain_order=True).agg(facts).drop(CONVERSATION)


def place_turns(turns: pl.DataFrame, as_of: datetime, private_hours: float, public_hours: float) -> pl.DataFrame:
    """The turns seen by `as_of`, each with its conversation: number, `conversation_id`, `started_at`, `clock_at`.

    Also `calls_for_answer` and `qualifies`. The turns of a pair stand together. What the brand writes before a customer opened
    is no part of a conversation and left out.
    """
    seen = turns.filter(pl.col("start_at") <= as_of).pipe(_together).with_columns(asker=_asking_pair())
    opened = seen.with_columns(opens=_opens(private_hours, public_hours)).filter(pl.col("asker") == pl.col(PAIR_NUMBER))
    numbered = opened.with_columns(*_conversation(), _calls_for_answer()).drop("asker", "opens")
    return numbered.with_columns(_clock_at(), _qualifies())


def _together(turns: pl.DataFrame) -> pl.DataFrame:
    """The turns, those of a pair one after the other; as they are where that holds, as it does for turns of the lake."""
    return turns if turns[PAIR_NUMBER].is_sorted() else turns.sort(PAIR_NUMBER, maintain_order=True)


def _asking_pair() -> pl.Expr:
    """The pair of the last customer's turn so far; another than the row's own until the pair's customer has written."""
    return pl.when(BY_CUSTOMER).then(PAIR_NUMBER).forward_fill()


def _opens(private_hours: float, public_hours: float) -> pl.Expr:
    """True for the turn that opens a conversation: the customer's first, and one after long silence."""
    is_first = (pl.col("asker").shift() != pl.col("asker")).fill_null(True)
    # The turn before the first of a pair is another's, but the first opens whatever came before.
    silence = (pl.col("start_at") - pl.col("end_at").shift()).dt.total_seconds()
    limit = pl.when(pl.col("visibility") == "private").then(private_hours * 3600).otherwise(public_hours * 3600)
    # Only a customer opens: a late answer still belongs to the question that it answers.
    return (BY_CUSTOMER & (is_first | (silence > limit))).fill_null(False)


def _conversation() -> list[pl.Expr]:
    """Of each turn its conversation's number, the message that opened it (`conversation_id`) and when (`started_at`)."""
    opened = {name: pl.when("opens").then(name).forward_fill() for name in ("first_message_id", "start_at")}
    return [
        pl.col("opens").cum_sum().set_sorted().alias(CONVERSATION),
        opened["first_message_id"].alias("conversation_id"),
        opened["start_at"].alias("started_at"),
    ]


def _calls_for_answer() -> pl.Expr:
    asks = pl.col("opening_state").is_in(["complaint", "question", "request"])
    later = asks & pl.col("needs_response") & ~pl.col("says_thanks")
    return (BY_CUSTOMER & pl.when("opens").then("needs_response").otherwise(later)).fill_null(False).alias("calls_for_answer")


def _clock_at() -> pl.Expr:
    return pl.col("start_at").filter(pl.col("calls_for_answer")).min().over(CONVERSATION).alias("clock_at")


def _qualifies() -> pl.Expr:
    """True for a customer's turn that thanks after a person answered in the same conversation (Q1)."""
    helped_at = pl.col("start_at").filter(BY_AGENT).min().over(CONVERSATION)
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
        pl.col("network", "channel", "visibility", "clock_at", "started_at").first(),
        BY_AGENT.sum().alias("agent_turn_count"),
        pl.col("start_at").filter(BY_AGENT).min().alias("first_agent_at"),
        pl.col("start_at").filter(BY_AGENT & after_clock).min().alias("first_reply_at"),
        pl.col("start_at").filter(BY_BRAND & after_clock).min().alias("first_any_reply_at"),
        pl.col("qualifies").sum().alias("thanks_count"),
    ]


def _facts() -> list[pl.Expr]:
    said = {name: pl.col(name).filter(BY_CUSTOMER) for name in ("opening_state", "sentiment", "qualifies")}
    answered = {name: pl.col(name).filter(BY_AGENT) for name in ("end_at", "redirects", "asks")}
    return [
        *_clock_facts(),
        pl.col("conversation_id").first(),
        said["opening_state"].first().alias("opening_state"),
        said["sentiment"].first().alias("opening_sentiment"),
        said["sentiment"].last().alias("closing_sentiment"),
        said["qualifies"].last().alias("closing_is_thanks"),
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
    """The conversations of a campaign, or their turns: with its accounts and networks (none named: all), started within it."""
    inside = pl.col("started_at").is_between(starts_at, ends_at, closed="left")
    named = pl.lit(True) if not accounts else pl.col("account_id").is_in(accounts)
    on_network = pl.lit(True) if not networks else pl.col("network").is_in(networks)
    return conversations.filter(inside & named & on_network)
