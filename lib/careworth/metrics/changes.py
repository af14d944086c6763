"""What changed since the eight weeks before the campaign, and how much of it is only another mix (C.3, C.5)."""

from datetime import timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.durations import minutes
from careworth.metrics.mix import change_rows
from careworth.metrics.service import CARE, NEEDING
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import restricted_mean_difference

#: Hours up to which waits are averaged.
HORIZON_HOURS = 24

#: What a share is taken apart by.
GROUPS = ("network", "opening_state")

ANSWERED = "answered care conversations"


def changes_rows(before: pl.DataFrame, after: pl.DataFrame, cut: Cut, response_hours: float, window_hours: float) -> list[Row]:
    """S1, S6 and Q1: the change of each share against the baseline, within the groups and by their mix; S2: of the mean wait.

    A change is described, not explained: before and after is no evidence that the campaign did it (METRICS.md C.4).
    """
    hours = max(response_hours, window_hours)
    periods = [cut.mature(period, hours).with_columns(_flags(response_hours)) for period in (before, after)]
    shares = [
        ("answered", pl.col("clock_at").is_not_null(), ("S1", f"within_{response_hours:g}h", NEEDING)),
        ("resolved", is_care(), ("S6", "resolved", CARE)),
        ("thanked", pl.col("agent_turn_count") > 0, ("Q1", "rate", ANSWERED)),
    ]
    rows = [
        row
        for flag, fits, label in shares
        for by in GROUPS
        for row in change_rows(*(period.filter(fits) for period in periods), flag, by, *label)
    ]
    return [*rows, _wait_row(before, after, cut)]


def _wait_row(before: pl.DataFrame, after: pl.DataFrame, cut: Cut) -> Row:
    # A difference of medians says nothing where one is not reached; the mean wait up to a horizon is always known.
    waits = [_waits(period.filter(pl.col("clock_at").is_not_null()), cut) for period in (before, after)]
    n = sum(len(minutes) for minutes, _ in waits)
    labels = {"n": n, "denominator": f"{NEEDING}, two periods", "slice": "by=none", "grade": "B"}
    if not all(len(minutes) for minutes, _ in waits):
        reason = f"no {NEEDING} in one of the two periods"
        return value_row("S2", "restricted_mean_change", None, "minutes", **labels, reason=reason)
    change = restricted_mean_difference(*waits[1], *waits[0], 60 * HORIZON_HOURS)
    return value_row("S2", "restricted_mean_change", change, "minutes", **labels, reason=f"waits up to {HORIZON_HOURS} hours")


def _waits(needing: pl.DataFrame, cut: Cut) -> tuple[np.ndarray, np.ndarray]:
    waited = minutes(pl.col("first_reply_at").fill_null(cut.as_of) - pl.col("clock_at")).clip(0)
    told = needing.select(waited.alias("minutes"), answered=pl.col("first_reply_at").is_not_null())
    return told["minutes"].to_numpy(), told["answered"].to_numpy()


def _flags(response_hours: float) -> list[pl.Expr]:
    waited = pl.col("first_reply_at") - pl.col("clock_at")
    return [
        (waited <= timedelta(hours=response_hours)).fill_null(False).alias("answered"),
        (pl.col("outcome") == "resolved").alias("resolved"),
        (pl.col("thanks_count") > 0).alias("thanked"),
    ]
