"""How matters were resolved: time in full and without pauses (S5), for good (S6, S9), at first contact (S7), in turns (S8)."""

from datetime import timedelta

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.marts.resolutions import REOPEN_DAYS, calls_again_at
from careworth.metrics.durations import POINTS, minutes, nothing, time_row
from careworth.metrics.service import CARE
from careworth.metrics.shares import network_rows, share_row, week_rows
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import kaplan_meier, restricted_mean, time_reached

RESOLVED = f"resolved conversations, {REOPEN_DAYS} days later"

#: Hours up to which the restricted mean looks.
HORIZON_HOURS = 72


def resolution_time_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S5 beyond the first resolution: to the last one, without the time in which the customer was asked, restricted mean.

    Open, redirected and withdrawn conversations are censored where they were left: what a resolution here would have taken.
    """
    care = conversations.filter(is_care())
    if care.is_empty():
        return [nothing("S5", name, CARE) for name in ("full_median", "paused_median", "restricted_mean")]
    full, paused = elapsed_until(care, "last_resolved_at", cut), elapsed_until(care, "first_resolved_at", cut, "paused_seconds")
    mean = restricted_mean(*elapsed_until(care, "first_resolved_at", cut), 60 * HORIZON_HOURS)
    labels = {"n": care.height, "denominator": CARE, "grade": "B", "reason": f"up to {HORIZON_HOURS} hours"}
    return [
        time_row("S5", "full_median", kaplan_meier(*full), POINTS["median"], care.height, CARE),
        time_row("S5", "paused_median", kaplan_meier(*paused), POINTS["median"], care.height, CARE),
        value_row("S5", "restricted_mean", mean, "minutes", **labels),
    ]


def elapsed_until(care: pl.DataFrame, end: str, cut: Cut, paused: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Minutes from the start of each conversation to `end`, and whether it came; others are censored where they were left."""
    until = pl.coalesce(end, "outcome_at", pl.lit(cut.as_of))
    spent = minutes(until - pl.col("started_at")) - (pl.col(paused) / 60 if paused else 0)
    resolved = (pl.col("outcome") == "resolved") if end == "last_resolved_at" else pl.lit(True)
    told = care.select(spent.clip(0).alias("minutes"), ended=pl.col(end).is_not_null() & resolved)
    return told["minutes"].to_numpy(), told["ended"].to_numpy()


def first_contact_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """S6 stayed_resolved, S7 and S9: of the matters resolved a week ago or longer, which were done with at once and stayed so.

    Grade B: the resolution is read from the turns. Calls by phone are not seen, so this is first contact on these channels.
    """
    told = _with_returns(conversations).filter(is_care())
    week_ago = pl.col("first_resolved_at") <= cut.as_of - timedelta(days=REOPEN_DAYS)
    resolved = told.filter(pl.col("first_resolved_at").is_not_null(), week_ago)
    label = ("S7", "first_contact", RESOLVED)
    shares = {
        "one_touch": ("S7", "one_touch"),
        "zendesk": ("S7", "zendesk_one_touch"),
        "first_response": ("S7", "freshdesk_first_response"),
        "reopened": ("S9", "rate"),
    }
    weeks = cut.weeks(resolved.select("started_at", "first_contact"), 24 * REOPEN_DAYS)
    return [
        share_row(resolved, "first_contact", *label, grade="B"),
        *network_rows(resolved, "first_contact", *label, grade="B"),
        *(share_row(resolved, flag, *name, RESOLVED, grade="B") for flag, name in shares.items()),
        *week_rows(weeks, "first_contact", *label, grade="B"),
        _stayed(told, cut),
    ]


def _with_returns(conversations: pl.DataFrame) -> pl.DataFrame:
    again = calls_again_at(conversations)
    soon = (pl.lit(again) - pl.col("first_resolved_at") <= pl.duration(days=REOPEN_DAYS)).fill_null(False)
    reopened = pl.col("reopened_at").is_not_null()
    facts = ["network", "started_at", "clock_at", "agent_turn_count", "first_resolved_at", "outcome"]
    return conversations.select(
        *facts,
        reopened=reopened,
        came_back=soon | reopened,
        one_touch=pl.col("agent_turns_until") == 1,
        zendesk=pl.col("agent_turn_count") < 2,
        first_response=(pl.col("agent_turns_until") == 1) & (pl.col("customer_turns_until") == 1),
    ).with_columns(first_contact=pl.col("one_touch") & ~pl.col("came_back"))


def _stayed(told: pl.DataFrame, cut: Cut) -> Row:
    mature = cut.mature(told, 24 * REOPEN_DAYS + HORIZON_HOURS)
    kept = mature.with_columns(stayed=(pl.col("outcome") == "resolved") & ~pl.col("came_back"))
    return share_row(kept, "stayed", "S6", "stayed_resolved", f"mature {CARE}", grade="B")


def turn_count_rows(conversations: pl.DataFrame) -> list[Row]:
    """S8: turns of customers, of agents and of both until the first resolution; the unresolved are censored at their turns."""
    both = pl.col("customer_turns_until") + pl.col("agent_turns_until")
    care = conversations.filter(is_care()).with_columns(total_turns_until=both)
    rows = []
    for side in ("customer", "agent", "total"):
        names = {f"{side}_turns_{name}": share for name, share in POINTS.items()}
        if care.is_empty():
            rows += [nothing("S8", name, CARE, unit="turns") for name in names]
            continue
        resolved = care["first_resolved_at"].is_not_null().to_numpy()
        curve = kaplan_meier(care[f"{side}_turns_until"].to_numpy().astype(float), resolved)
        rows += [_turns_row(name, time_reached(curve, share), care.height) for name, share in names.items()]
    return rows


def _turns_row(variant: str, estimate, n: int) -> Row:
    reason = "not reached" if estimate.value is None else None
    return value_row("S8", variant, estimate, "turns", n=n, denominator=CARE, grade="B", reason=reason)
