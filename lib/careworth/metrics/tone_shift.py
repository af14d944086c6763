"""How customers' tone moved from their first turn to their last (Q3), beside those whom nobody answered."""

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.results import Row, value_row
from careworth.stats import mean_estimate

#: The tones in order.
ORDER = {"negative": -1, "neutral": 0, "positive": 1}


def tone_shift_rows(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """Q3: shares improved, worsened and unchanged, the mean step, and the whole table of first and last tones.

    Only conversations with two scored turns of the customer or more have a shift; those who wrote once are counted as
    missing. Angry openings calm down without any help, so the same stands beside it for those whom nobody answered.
    """
    mature = cut.mature(conversations, window_hours).with_columns(
        pl.col(f"{moment}_sentiment").replace_strict(ORDER, default=None, return_dtype=pl.Int8).alias(moment)
        for moment in ("opening", "closing")
    )
    told = mature.with_columns(
        step=pl.col("closing") - pl.col("opening"),
        shifts=(pl.col("customer_turn_count") > 1) & pl.col("opening").is_not_null() & pl.col("closing").is_not_null(),
    )
    answered, ignored = told.filter(pl.col("agent_turn_count") > 0), told.filter(pl.col("agent_turn_count") == 0)
    missing = answered.with_columns(missing=~pl.col("shifts"))
    return [
        *_shift_rows(answered.filter("shifts"), "", "answered conversations with two customer turns"),
        *_shift_rows(ignored.filter("shifts"), "_unanswered", "unanswered conversations with two customer turns"),
        share_row(missing, "missing", "Q3", "missing_share", "answered conversations", grade="B"),
        *_table_rows(answered.filter("shifts")),
    ]


def _shift_rows(told: pl.DataFrame, suffix: str, denominator: str) -> list[Row]:
    moves = {"improved": pl.col("step") > 0, "worsened": pl.col("step") < 0, "unchanged": pl.col("step") == 0}
    # A group comes in another order with another number of threads, and a sum of its rows may end in another digit.
    steps = told["step"].sort().to_numpy().astype(np.float64)
    reason = None if told.height else f"no {denominator}"
    mean = mean_estimate(steps) if told.height else None
    flagged = told.with_columns(**moves)
    return [
        *(share_row(flagged, name, "Q3", f"{name}{suffix}", denominator, grade="B") for name in moves),
        value_row("Q3", f"mean_shift{suffix}", mean, "steps", n=told.height, denominator=denominator, grade="B", reason=reason),
    ]


def _table_rows(told: pl.DataFrame) -> list[Row]:
    rows = []
    for first in ORDER:
        began = told.filter(pl.col("opening_sentiment") == first)
        for last in ORDER:
            ended = began.with_columns(ended=pl.col("closing_sentiment") == last)
            label = ("Q3", "moved", f"answered conversations that began {first}")
            rows.append(share_row(ended, "ended", *label, slice=f"from={first},to={last}", grade="B"))
    return rows
