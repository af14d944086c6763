"""How well customers were served: response rate (S1), first response time (S2), resolution (S5, S6)."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.durations import minutes, time_row
from careworth.metrics.shares import network_rows, share_row, week_rows
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import Curve, cumulative_incidence, kaplan_meier, share_by, time_reached

NEEDING = "conversations that needed a response"
CARE = "care conversations"

#: Minutes and hours at which the report reads the answer and resolution curves.
ANSWER_MINUTES = (5, 15, 30, 60, 120, 240, 480, 1440)
RESOLUTION_HOURS = (1, 4, 12, 24, 72)

OUTCOMES = ("resolved", "redirected", "withdrawn", "open")


def response_rate_rows(conversations: pl.DataFrame, cut: Cut, hours: float) -> list[Row]:
    """S1: share of needs-response conversations that a person answered within `hours`, and ever; mature ones only."""
    mature = judge_responses(conversations.select("network", "started_at", "clock_at", "first_reply_at"), cut, hours)
    label = ("S1", f"within_{hours:g}h", f"mature {NEEDING}")
    weeks = cut.weeks(mature.select("started_at", "in_time"), hours)
    ever = share_row(mature, "ever", "S1", "ever", f"mature {NEEDING}", grade="B")
    whole = share_row(mature, "in_time", *label, grade="B")
    return [whole, ever, *network_rows(mature, "in_time", *label, grade="B"), *week_rows(weeks, "in_time", *label, grade="B")]


def response_rate_row(conversations: pl.DataFrame, cut: Cut, hours: float) -> Row:
    """S1: the share that a person answered within `hours`, whole."""
    mature = judge_responses(conversations.select("started_at", "clock_at", "first_reply_at"), cut, hours)
    return share_row(mature, "in_time", "S1", f"within_{hours:g}h", f"mature {NEEDING}", grade="B")


def judge_responses(conversations: pl.DataFrame, cut: Cut, hours: float) -> pl.DataFrame:
    """The mature conversations that needed a response: `in_time` if a person answered within `hours`, `ever` if at all."""
    waited = pl.col("first_reply_at") - pl.col("clock_at")
    needing = conversations.filter(pl.col("clock_at").is_not_null()).with_columns(
        in_time=(waited <= pl.duration(seconds=round(hours * 3600))).fill_null(False), ever=pl.col("first_reply_at").is_not_null()
    )
    # A conversation that began with praise long ago may have called for an answer only just now.
    return cut.mature(needing, hours).filter(pl.col("clock_at") <= cut.as_of - timedelta(hours=hours))


def first_response_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S2: Kaplan-Meier median and 90th percentile of the wait for a person, and the share answered by set minutes.

    Conversations without an answer at the cut-off are censored there, never dropped. `median_replied_only` is the
    number that leaves them out; it stands in the method section to show what that would do.
    """
    facts = ["started_at", "clock_at", "first_reply_at", "first_any_reply_at"]
    needing = conversations.select(facts).drop_nulls("clock_at")
    if needing.is_empty():
        return [first_response_row(needing, cut)]
    curve = answer_curve(needing, "first_reply_at", cut.as_of)
    rows = [time_row("S2", name, curve, share, needing.height, NEEDING) for name, share in (("median", 0.5), ("p90", 0.9))]
    rows.append(
        time_row("S2", "median_with_bots", answer_curve(needing, "first_any_reply_at", cut.as_of), 0.5, needing.height, NEEDING)
    )
    rows += [
        value_row(
            "S2",
            "answered_within",
            share_by(curve, m),
            "share",
            n=needing.height,
            denominator=NEEDING,
            slice=f"minutes={m}",
            grade="B",
        )
        for m in ANSWER_MINUTES
    ]
    return [*rows, _replied_only_row(needing, cut.as_of), *_weekly_medians(needing, cut)]


def first_response_row(conversations: pl.DataFrame, cut: Cut) -> Row:
    """S2: the Kaplan-Meier median of the wait for a person, whole."""
    needing = conversations.select("clock_at", "first_reply_at").drop_nulls("clock_at")
    if needing.is_empty():
        return value_row("S2", "median", None, "minutes", n=0, denominator=NEEDING, reason=f"no {NEEDING}")
    return time_row("S2", "median", answer_curve(needing, "first_reply_at", cut.as_of), 0.5, needing.height, NEEDING)


def answer_curve(needing: pl.DataFrame, reply: str, as_of: datetime) -> Curve:
    """Kaplan-Meier curve of the minutes until `reply`; whoever has none by the cut-off still waits."""
    replied = pl.col(reply).is_not_null()
    waited = needing.select(minutes=minutes(pl.col(reply).fill_null(as_of) - pl.col("clock_at")), replied=replied)
    return kaplan_meier(waited["minutes"].to_numpy(), waited["replied"].to_numpy())


def _replied_only_row(needing: pl.DataFrame, as_of: datetime) -> Row:
    replied = needing.filter(pl.col("first_reply_at").is_not_null())
    denominator, why = "answered conversations", "leaves out unanswered ones; for contrast only"
    if replied.is_empty():
        return value_row("S2", "median_replied_only", None, "minutes", n=0, denominator=denominator, reason="nobody was answered")
    estimate = time_reached(answer_curve(replied, "first_reply_at", as_of), 0.5)
    labels = {"n": replied.height, "denominator": denominator, "grade": "B", "reason": why}
    return value_row("S2", "median_replied_only", estimate, "minutes", **labels)


def _weekly_medians(needing: pl.DataFrame, cut: Cut) -> list[Row]:
    return [
        time_row(
            "S2", "median", answer_curve(part, "first_reply_at", cut.as_of), 0.5, part.height, NEEDING, slice="week", period=week
        )
        for week, part in cut.weeks(needing.select("started_at", "clock_at", "first_reply_at")).items()
        if part.height
    ]


def resolution_rows(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """S5 and S6: time to the first resolution and how conversations ended; grade B, since the ending is inferred from turns.

    Redirected and withdrawn conversations compete with a resolution (Aalen-Johansen); open ones are censored.
    """
    facts = ["started_at", "first_resolved_at", "outcome", "outcome_at"]
    care = conversations.select(*facts, is_care()).filter("is_care")
    if care.is_empty():
        return [value_row("S6", "resolved", None, "share", n=0, denominator=CARE, reason=f"no {CARE}")]
    return [*_resolution_times(care, cut), *_outcome_rows(care, cut, window_hours)]


def resolution_curve(care: pl.DataFrame, cut: Cut) -> Curve:
    """Aalen-Johansen curve of the minutes until the first resolution; redirected and withdrawn conversations compete."""
    # To the first resolution: a matter that was reopened later had been resolved all the same.
    ended = pl.col("outcome").replace_strict({"resolved": 1, "redirected": 2, "withdrawn": 2, "open": 0}, return_dtype=pl.Int8)
    cause = pl.when(pl.col("first_resolved_at").is_not_null()).then(pl.lit(1, pl.Int8)).otherwise(ended)
    until = pl.coalesce("first_resolved_at", "outcome_at", pl.lit(cut.as_of))
    waited = care.select(minutes=minutes(until - pl.col("started_at")), cause=cause)
    return cumulative_incidence(np.maximum(waited["minutes"].to_numpy(), 0.0), waited["cause"].to_numpy())


def _resolution_times(care: pl.DataFrame, cut: Cut) -> list[Row]:
    curve = resolution_curve(care, cut)
    rows = [time_row("S5", name, curve, share, care.height, CARE) for name, share in (("median", 0.5), ("p90", 0.9))]
    return rows + [
        value_row(
            "S5",
            "resolved_within",
            share_by(curve, 60 * h),
            "share",
            n=care.height,
            denominator=CARE,
            slice=f"hours={h}",
            grade="B",
        )
        for h in RESOLUTION_HOURS
    ]


def _outcome_rows(care: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    mature = cut.mature(care, window_hours).with_columns([(pl.col("outcome") == name).alias(name) for name in OUTCOMES])
    weeks = cut.weeks(mature.select("started_at", "resolved"), window_hours)
    rows = [share_row(mature, name, "S6", name, f"mature {CARE}", grade="B") for name in OUTCOMES]
    return rows + week_rows(weeks, "resolved", "S6", "resolved", f"mature {CARE}", grade="B")


def boundary_rows(by_hours: dict[float, pl.DataFrame], cut: Cut, hours: float) -> list[Row]:
    """S1 and S2 once more for each conversation boundary in hours: how much the answer hangs on that choice (F3)."""
    rows = []
    for boundary, conversations in by_hours.items():
        chosen = (response_rate_row(conversations, cut, hours), first_response_row(conversations, cut))
        rows += [row | {"slice": f"boundary_hours={boundary:g}"} for row in chosen]
    return rows
