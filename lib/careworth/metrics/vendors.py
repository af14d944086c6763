"""First response and response rate as other tools count them, to reconcile with their numbers; none of them is ours.

Each leaves out what Careworth censors, so each looks better; the reasons say how.
"""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.durations import minutes
from careworth.metrics.shares import share_row
from careworth.results import Row, value_row

#: Facebook averages the fastest so many.
FASTEST = 0.9


def vendor_response_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S1 and S2 as Facebook, Zendesk and Hootsuite count them."""
    needing = conversations.select("clock_at", "first_reply_at", "outcome").drop_nulls("clock_at")
    answered = needing.filter(pl.col("first_reply_at").is_not_null()).with_columns(
        minutes(pl.col("first_reply_at") - pl.col("clock_at")).clip(0).alias("minutes")
    )
    resolved = answered.filter(outcome="resolved")
    return [
        _facebook_rate(conversations, cut),
        _row("zendesk_median", answered["minutes"].median(), answered.height, "leaves out what nobody answered yet"),
        _row("hootsuite_mean", resolved["minutes"].mean(), resolved.height, "an average, of resolved conversations only"),
        _row("facebook_fastest_90", fastest_mean(answered["minutes"]), answered.height, "an average of the fastest 90 %"),
    ]


def fastest_mean(waits: pl.Series) -> float | None:
    """Mean of the fastest nine in ten; None of none.

    Examples
    --------
    >>> fastest_mean(pl.Series([2.0, 3, 4, 5, 6, 7, 8, 9, 10, 600]))  # METRICS.md F.10
    6.0
    """
    return waits.sort().head(max(1, int(len(waits) * FASTEST))).mean()


def _row(variant: str, value: float | None, n: int, how: str) -> Row:
    reason = f"another tool's way, to reconcile: {how}" if value is not None else "nobody was answered"
    return value_row("S2", variant, value, "minutes", n=n, denominator="answered conversations", grade="B", reason=reason)


def _facebook_rate(conversations: pl.DataFrame, cut: Cut) -> Row:
    # A new message, whatever it says, that was answered within a day.
    told = cut.mature(conversations.select("started_at", "first_agent_at"), 24).with_columns(in_time=_answered_within(24))
    return share_row(told, "in_time", "S1", "facebook_24h", "mature conversations, needing a response or not", grade="B")


def _answered_within(hours: float) -> pl.Expr:
    return (pl.col("first_agent_at") - pl.col("started_at") <= timedelta(hours=hours)).fill_null(False)


def all_inbound_row(conversations: pl.DataFrame, cut: Cut, hours: float) -> Row:
    """S1 over everything that came in, whether it needed a response or not."""
    told = cut.mature(conversations.select("started_at", "first_agent_at"), hours).with_columns(in_time=_answered_within(hours))
    return share_row(told, "in_time", "S1", "of_all_inbound", "mature conversations", grade="B")
