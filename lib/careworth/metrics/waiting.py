"""How long customers waited beyond the first answer: next responses (S3), answers at once (S18), in business time (S2)."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from careworth.business_time import Calendar, business_seconds
from careworth.marts.periods import Cut
from careworth.metrics.durations import POINTS, nothing, time_row, time_rows
from careworth.metrics.service import NEEDING
from careworth.metrics.shares import share_row
from careworth.results import Row, share_estimate, value_row
from careworth.stats import kaplan_meier

LATER_CALLS = "later calls for an answer"

#: Minutes within which an answer counts as given at once (S18) unless the workspace says otherwise.
AT_ONCE_MINUTES = 15

#: Facebook's badge: its minutes, its share and its days.
BADGE_MINUTES, BADGE_SHARE, BADGE_DAYS = 15, 0.9, 7

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def next_response_rows(waits: pl.DataFrame, cut: Cut) -> list[Row]:
    """S3: median and 90th percentile of the waits after the first of each conversation; unanswered ones are censored."""
    later = waits.filter(~pl.col("is_first"))
    return time_rows("S3", later, "waiting_since", "answered_at", cut.as_of, LATER_CALLS)


def at_once_rows(conversations: pl.DataFrame, cut: Cut, at_once_minutes: float = AT_ONCE_MINUTES) -> list[Row]:
    """S18: share that a person answered at once, whole and by hour of the week; out of hours is shown, not dropped."""
    told = _answered_within(conversations, cut, at_once_minutes).with_columns(_hour_of_week(cut))
    label = ("S18", f"within_{at_once_minutes:g}min", NEEDING)
    hours = told.partition_by("hour_of_week", as_dict=True)
    by_hour = [share_row(hours[key], "at_once", *label, slice=f"hour={key[0]}", grade="B") for key in sorted(hours)]
    return [share_row(told, "at_once", *label, grade="B"), *by_hour, _badge(_answered_within(conversations, cut, BADGE_MINUTES))]


def _answered_within(conversations: pl.DataFrame, cut: Cut, minutes: float) -> pl.DataFrame:
    window = timedelta(minutes=minutes)
    waited = pl.col("first_reply_at") - pl.col("clock_at")
    needing = conversations.select("clock_at", "first_reply_at").filter(pl.col("clock_at") <= cut.as_of - window)
    return needing.with_columns(at_once=(waited <= window).fill_null(False))


def _hour_of_week(cut: Cut) -> pl.Expr:
    local = pl.col("clock_at").dt.convert_time_zone(cut.zone.key)
    day = (local.dt.weekday() - 1).replace_strict(dict(enumerate(WEEKDAYS)), return_dtype=pl.String)
    return pl.format("{} {}", day, local.dt.strftime("%H")).alias("hour_of_week")


def _badge(needing: pl.DataFrame) -> Row:
    # Facebook's badge looks at the last seven days: nine in ten answered, within a quarter of an hour. Here the campaign's last.
    recent = needing.filter(pl.col("clock_at") > pl.col("clock_at").max() - timedelta(days=BADGE_DAYS))
    estimate = share_estimate(int(recent["at_once"].sum()), recent.height)
    denominator = f"{NEEDING} in the last {BADGE_DAYS} days"
    says = "none" if estimate.value is None else "earned" if estimate.value >= BADGE_SHARE else "not earned"
    reason = f"no {denominator}" if estimate.value is None else f"badge {says}: it takes {BADGE_SHARE:.0%}"
    return value_row(
        "S18", "facebook_badge", estimate, "share", n=recent.height, denominator=denominator, grade="B", reason=reason
    )


def business_response_rows(conversations: pl.DataFrame, cut: Cut, calendars: Sequence[Calendar]) -> list[Row]:
    """S2 in business time: the part of the wait within opening hours; an answer out of hours to a call then took none."""
    needing = conversations.filter(pl.col("clock_at").is_not_null())
    names = [f"business_{name}" for name in POINTS]
    if not calendars:
        return [_no_calendar(name, needing.height) for name in names]
    if needing.is_empty():
        return [nothing("S2", name, NEEDING) for name in names]
    seconds = business_seconds(needing["clock_at"], needing["first_reply_at"].fill_null(cut.as_of), calendars)
    curve = kaplan_meier(np.maximum(seconds.to_numpy(), 0) / 60, needing["first_reply_at"].is_not_null().to_numpy())
    return [
        time_row("S2", f"business_{name}", curve, share, needing.height, NEEDING, unit="business minutes")
        for name, share in POINTS.items()
    ]


def _no_calendar(variant: str, n: int) -> Row:
    reason = "no opening hours: state [[calendars.NAME]] and service.calendar in workspace.toml"
    return value_row("S2", variant, None, "business minutes", n=n, denominator=NEEDING, reason=reason)
