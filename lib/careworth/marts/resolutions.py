"""When a matter was resolved, and whether it stayed so, read from the turns where no case tool says it (METRICS.md F6-F8, S5).

An agent's turn resolves when the customer thanks for it, or asks for nothing more for as long as the window, and no other
answer of the agent's comes before either. A redirect resolves nothing, nor does a question that the customer leaves open.
"""

from datetime import datetime

import polars as pl

#: Days after a resolution in which the customer's next call reopens the matter.
REOPEN_DAYS = 7


def with_resolutions(turns: pl.DataFrame, pair: str, conversation: str, as_of: datetime, window_hours: float) -> pl.DataFrame:
    """`turns` with `resolves`, `called_again_at`, `pause_seconds` and their conversation's `first_resolved_at`; order stays.

    `called_again_at` is the pair's next call after the turn, in this conversation or a later one.

    Parameters
    ----------
    turns : DataFrame
        Labelled turns in order, each pair's together, with `calls_for_answer` and `qualifies`.
    pair, conversation : str
        The columns that number pairs and conversations.
    """
    by_agent, by_customer = pl.col("author_role") == "agent", pl.col("author_role") == "customer"
    asked = by_agent & pl.col("asks").fill_null(False)
    told = turns.with_columns(
        next_at(pl.col("calls_for_answer"), pair).alias("called_again_at"),
        next_at(pl.col("calls_for_answer"), conversation).alias("_call_at"),
        next_at(pl.col("qualifies"), conversation).alias("_thanks_at"),
        next_at(by_agent, conversation).alias("_answer_at"),
        next_at(by_customer, conversation).alias("_customer_at"),
        next_at(asked, conversation, "end_at").alias("_asked_at"),
        pl.col("end_at").max().over(conversation).alias("_last_at"),
    )
    # Who is asked twice before answering pauses once: the first pause ends where the second begins.
    pause = pl.min_horizontal("_customer_at", "_asked_at", pl.lit(as_of)) - pl.col("end_at")
    judged = told.with_columns(
        (by_agent & ~pl.col("redirects").fill_null(False) & _settles(as_of, window_hours)).alias("resolves"),
        pl.when(asked).then(pause.dt.total_seconds().clip(0)).otherwise(0).alias("pause_seconds"),
    ).drop("_call_at", "_thanks_at", "_answer_at", "_customer_at", "_asked_at", "_last_at")
    return judged.with_columns(first_resolved_at=pl.col("end_at").filter(pl.col("resolves")).min().over(conversation))


def next_at(holds: pl.Expr, group: str, instant: str = "start_at") -> pl.Expr:
    """When the next row of the same `group` came for which `holds` is true; null if none does. Rows of a group stand together.

    Examples
    --------
    >>> turns = pl.DataFrame({"case": [1, 1, 2, 2], "start_at": [5, 6, 7, 8], "thanks": [False, True, False, False]})
    >>> turns.select(next_at(pl.col("thanks"), "case")).to_series().to_list()
    [6, None, None, None]
    """
    place = pl.when(holds).then(pl.int_range(pl.len())).shift(-1).backward_fill()
    return pl.when(pl.col(group).gather(place) == pl.col(group)).then(pl.col(instant).gather(place))


def calls_again_at(conversations: pl.DataFrame) -> pl.Series:
    """For each conversation when the same customer's next one, wherever it was, called for an answer; null if none did."""
    told = conversations.select("customer_id", "started_at", "clock_at").with_row_index("row").sort("customer_id", "started_at")
    called = told.with_columns(again=next_at(pl.col("clock_at").is_not_null(), "customer_id", "clock_at"))
    return called.sort("row")["again"]


def _settles(as_of: datetime, window_hours: float) -> pl.Expr:
    window = pl.duration(seconds=round(window_hours * 3600))
    call, thanks, answer = pl.col("_call_at"), pl.col("_thanks_at"), pl.col("_answer_at")
    thanked = thanks.is_not_null() & _before(thanks, call) & _before(thanks, answer)
    quiet = pl.when(call.is_null()).then(pl.col("_last_at") + window <= as_of).otherwise(call - pl.col("end_at") > window)
    left_open = pl.col("asks").fill_null(False) & pl.col("_customer_at").is_null()
    return thanked | (quiet & (answer.is_null() | _before(call, answer)) & ~left_open)


def _before(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return one.is_not_null() & (other.is_null() | (one < other))


def resolution_facts() -> list[pl.Expr]:
    """Of each conversation: when it was first and last resolved, how many turns that took, pauses, and when it was reopened."""
    resolving = pl.col("resolves")
    first = pl.col("first_resolved_at")
    until = (pl.col("end_at") <= first).fill_null(True)
    again = pl.col("called_again_at").filter(resolving).first()
    return [
        first.first(),
        pl.col("end_at").filter(resolving).max().alias("last_resolved_at"),
        (until & (pl.col("author_role") == "customer")).sum().alias("customer_turns_until"),
        (until & (pl.col("author_role") == "agent")).sum().alias("agent_turns_until"),
        pl.col("pause_seconds").filter((pl.col("end_at") < first).fill_null(True)).sum().alias("paused_seconds"),
        pl.when(again - first.first() <= pl.duration(days=REOPEN_DAYS)).then(again).alias("reopened_at"),
    ]
