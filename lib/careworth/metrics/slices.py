"""Main metrics by network, visibility, opening and role of the account: S1, S2, S5, S6, Q1, Q2, groups of ten or more."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.durations import time_row
from careworth.metrics.quality import ANSWERED, COMPLAINTS, mark_thanks
from careworth.metrics.service import CARE, NEEDING, answer_curve, judge_responses, resolution_curve
from careworth.metrics.shares import FEWEST, share_row, slice_rows
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import Curve

GENERAL, DEDICATED = "general_brand", "dedicated_care"
ON_GENERAL = "conversations that needed a response and came to a general handle"


def with_roles(conversations: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """The conversations with the `handle_role` of their account, the latest that is stated; null where none is.

    Examples
    --------
    >>> accounts = pl.DataFrame({"account_id": ["a", "a"], "snapshot_date": [1, 2], "handle_role": ["other", "community"]})
    >>> with_roles(pl.DataFrame({"account_id": ["a", "b"]}), accounts)["handle_role"].to_list()
    ['community', None]
    """
    stated = accounts.drop_nulls("handle_role").sort("snapshot_date").unique("account_id", keep="last")
    roles = stated.select("account_id", "handle_role")
    return conversations.join(roles, on="account_id", how="left", validate="m:1", maintain_order="left")


def priority() -> pl.Expr:
    """How urgent an opening is by what it says (R172): high for angry complaints, middle for other complaints or anger, low.

    Whose it is, how many follow and what they spend make nobody more urgent.

    Examples
    --------
    >>> openings = pl.DataFrame({"opening_state": ["complaint", "question"], "opening_sentiment": ["negative", "neutral"]})
    >>> openings.select(priority()).to_series().to_list()
    ['high', 'low']
    """
    complains, angry = pl.col("opening_state") == "complaint", pl.col("opening_sentiment") == "negative"
    return (
        pl.when(complains & angry).then(pl.lit("high")).when(complains | angry).then(pl.lit("middle")).otherwise(pl.lit("low"))
    ).alias("priority")


def response_slices(conversations: pl.DataFrame, accounts: pl.DataFrame, cut: Cut, hours: float) -> list[Row]:
    """S1 by visibility and role of the account, and S2's median by these, by network and by opening; grade B."""
    facts = ["account_id", "network", "visibility", "opening_state", "started_at", "clock_at", "first_reply_at"]
    told = with_roles(conversations.select(*facts, priority()), accounts)
    judged = judge_responses(told, cut, hours)
    label = ("S1", f"within_{hours:g}h", f"mature {NEEDING}")
    shares = [row for by in ("visibility", "handle_role") for row in slice_rows(judged, "in_time", by, *label, grade="B")]
    needing = told.filter(pl.col("clock_at").is_not_null())
    return [
        *shares,
        *(
            row
            for by in ("network", "visibility", "handle_role", "opening_state", "priority")
            for row in _median_rows(needing, by, lambda part: answer_curve(part, "first_reply_at", cut.as_of), "S2", NEEDING)
        ),
    ]


def resolution_slices(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """S5's median by network and opening, and S6's share resolved by network and visibility; grade B."""
    facts = ["network", "visibility", "opening_state", "started_at", "first_resolved_at", "outcome", "outcome_at"]
    care = conversations.select(*facts, is_care()).filter("is_care")
    mature = cut.mature(care, window_hours).with_columns(resolved=pl.col("outcome") == "resolved")
    label = ("S6", "resolved", f"mature {CARE}")
    return [
        *(
            row
            for by in ("network", "opening_state")
            for row in _median_rows(care, by, lambda part: resolution_curve(part, cut), "S5", CARE)
        ),
        *(row for by in ("network", "visibility") for row in slice_rows(mature, "resolved", by, *label, grade="B")),
    ]


def thanks_slices(conversations: pl.DataFrame, accounts: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """Q1 by opening, visibility and role of the account, and Q2 by network; grade B.

    What a conversation opened with is its first turn's and no thanks change it, so Q1 of `opening_state=question` is the
    share of answered questions that ended in thanks.
    """
    answered = mark_thanks(with_roles(conversations, accounts), cut, window_hours).filter("is_answered")
    groups = ("opening_state", "visibility", "handle_role")
    thanks = [row for by in groups for row in slice_rows(answered, "thanked", by, "Q1", "rate", ANSWERED, grade="B")]
    complaints = answered.filter(pl.col("opening_state") == "complaint")
    return [*thanks, *slice_rows(complaints, "closed_in_thanks", "network", "Q2", "strict", COMPLAINTS, grade="B")]


def _median_rows(table: pl.DataFrame, by: str, curve_of: Callable[[pl.DataFrame], Curve], *label: str) -> list[Row]:
    metric_id, denominator = label
    parts = table.drop_nulls(by).partition_by(by, as_dict=True)
    shown = {key[0]: part for key, part in sorted(parts.items()) if part.height >= FEWEST}
    rows = [
        time_row(metric_id, "median", curve_of(part), 0.5, part.height, denominator, slice=f"{by}={name}")
        for name, part in shown.items()
    ]
    return rows if len(rows) > 1 else []


def general_handle_row(conversations: pl.DataFrame, turns: pl.DataFrame, accounts: pl.DataFrame, cut: Cut, hours: float) -> Row:
    """S1: of the customers who called at a general handle, the share whom a dedicated one answered within `hours`; grade B.

    Parameters
    ----------
    turns : DataFrame
        The turns of all the campaign's accounts: who answers for another account is in no conversation of that account.
    """
    label = ("S1", "general_by_dedicated")
    roles = set(accounts["handle_role"].drop_nulls())
    missing = [role for role in (GENERAL, DEDICATED) if role not in roles]
    if missing:
        why = f"no connected account has the role {' or '.join(missing)}"
        return value_row(*label, None, "share", n=0, denominator=ON_GENERAL, reason=why)
    facts = conversations.select("account_id", "thread_id", "customer_id", "started_at", "clock_at", "first_reply_at")
    called = judge_responses(with_roles(facts, accounts), cut, hours).filter(handle_role=GENERAL)
    answers = with_roles(turns.filter(author_role="agent"), accounts).filter(handle_role=DEDICATED)
    near = called.sort("clock_at").join_asof(
        answers.select("thread_id", "customer_id", "start_at", answered_at="start_at").sort("start_at"),
        left_on="clock_at",
        right_on="start_at",
        by=["thread_id", "customer_id"],
        strategy="forward",
        tolerance=timedelta(hours=hours),
        check_sortedness=False,
    )
    known = near.with_columns(helped=(pl.col("answered_at") <= cut.as_of).fill_null(False))
    return share_row(known, "helped", *label, ON_GENERAL, grade="B")
