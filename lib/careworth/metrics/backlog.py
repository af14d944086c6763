"""What lay undone (S10): open conversations and their age at any instant, arrivals against completions, and the missed."""

from datetime import UTC, datetime, timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.durations import minutes
from careworth.metrics.service import NEEDING
from careworth.metrics.shares import share_row
from careworth.results import Row, value_row

OPEN = "open waits"

#: Days after which what nobody answered counts as missed.
MISSED_DAYS = 7


def waiting_at(waits: pl.DataFrame, instant: datetime) -> pl.DataFrame:
    """The waits that were open at that instant, with their age in minutes; later answers are not seen."""
    instant = instant.astimezone(UTC)
    begun = waits.filter(pl.col("waiting_since") <= instant)
    open_then = begun.filter((pl.col("answered_at") > instant).fill_null(True))
    return open_then.with_columns(minutes(instant - pl.col("waiting_since")).alias("age_minutes"))


def backlog_rows(waits: pl.DataFrame, conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S10: who still waited at the cut-off and for how long, the oldest too, waits begun less waits ended, the share missed.

    The counts are complete, so they have no interval.
    """
    undone = waiting_at(waits, cut.as_of)
    flow = waits.height - int(waits["answered_at"].is_not_null().sum())
    needing = conversations.filter(pl.col("clock_at") <= cut.as_of - timedelta(days=MISSED_DAYS))
    missed = needing.with_columns(
        missed=~(pl.col("first_reply_at") <= pl.col("clock_at") + timedelta(days=MISSED_DAYS)).fill_null(False)
    )
    return [
        value_row("S10", "open", undone.height, "count", n=undone.height, denominator=OPEN, grade="B"),
        *_ages(undone["age_minutes"]),
        value_row("S10", "net_flow", flow, "count", n=waits.height, denominator="waits begun", grade="B"),
        share_row(missed, "missed", "S10", "missed", f"{NEEDING}, {MISSED_DAYS} days later", grade="B"),
    ]


def _ages(ages: pl.Series) -> list[Row]:
    reason = None if len(ages) else f"no {OPEN}"
    return [
        value_row("S10", name, ages.quantile(share, "linear"), "minutes", n=len(ages), denominator=OPEN, grade="B", reason=reason)
        for name, share in (("age_median", 0.5), ("age_p90", 0.9), ("age_oldest", 1.0))
    ]


def backlog_series(waits: pl.DataFrame, cut: Cut) -> list[Row]:
    """S10 open at the start of each whole week: what each week began with."""
    weeks = cut.whole_weeks()
    starts = [datetime(week[0].year, week[0].month, week[0].day, tzinfo=cut.zone) for week in weeks]
    times = waits.select("waiting_since", "answered_at")
    counts = [waiting_at(times, start).height for start in starts]
    labels = {"denominator": OPEN, "slice": "week", "grade": "B"}
    return [
        value_row("S10", "open", count, "count", n=count, period=week, **labels)
        for week, count in zip(weeks, counts, strict=True)
    ]
