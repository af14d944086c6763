"""Where the brand sent its customers (S12), what was resolved where it began (S13), and whether the move worked (S14)."""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.reading import corrected_row
from careworth.metrics.service import CARE
from careworth.metrics.shares import network_rows, share_row, slice_rows, week_rows
from careworth.metrics.volume import is_care
from careworth.misreading import Errors
from careworth.results import Row, share_estimate, value_row

ANSWERED = "answered care conversations"
REDIRECTED = "redirected conversations"

#: Hours in which a customer who was sent elsewhere is expected there.
ARRIVAL_HOURS = 72


def redirect_rows(conversations: pl.DataFrame, cut: Cut, window_hours: float, errors: Errors) -> list[Row]:
    """S12: share of answered conversations in which the brand offered another channel: hard, soft, by target and by reason.

    Soft is a direct message on the same network. Grade B: a rule reads the redirect; where the customer asked for another
    channel first is told apart.
    """
    mature = cut.mature(conversations.filter(is_care(), pl.col("agent_turn_count") > 0), window_hours)
    told = mature.with_columns(soft=pl.col("is_redirected") & ~pl.col("is_redirected_away"))
    moved = told.filter("is_redirected").with_columns(pl.col("redirect_is_asked").fill_null(False))
    label = ("S12", "rate", ANSWERED)
    return [
        share_row(told, "is_redirected", *label, grade="B"),
        *corrected_row(int(told["is_redirected"].sum()), told.height, errors, "redirect", *label),
        share_row(told, "is_redirected_away", "S12", "hard", ANSWERED, grade="B"),
        share_row(told, "soft", "S12", "soft", ANSWERED, grade="B"),
        share_row(moved, "redirect_is_asked", "S12", "asked_share", REDIRECTED, grade="B"),
        *_by(moved, "redirect", "target"),
        *_by(moved, "redirect_reason", "reason"),
        *network_rows(told, "is_redirected", *label, grade="B"),
        *week_rows(cut.weeks(told.select("started_at", "is_redirected"), window_hours), "is_redirected", *label, grade="B"),
    ]


def _by(moved: pl.DataFrame, column: str, name: str) -> list[Row]:
    kinds = moved[column].drop_nulls().unique().sort().to_list()
    flags = {kind: moved.with_columns(is_it=(pl.col(column) == kind).fill_null(False)) for kind in kinds}
    return [
        share_row(table, "is_it", "S12", name, REDIRECTED, slice=f"{name}={kind}", grade="B") for kind, table in flags.items()
    ]


def in_channel_rows(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> list[Row]:
    """S13: share of the conversations needing a response that was resolved without leaving the network, or the conversation.

    Whole, and by the channel in which they began. Its complement is what Conversocial calls deflection, and E4 the deflection
    out of the channel.
    """
    needing = cut.mature(conversations.filter(pl.col("clock_at").is_not_null()), window_hours)
    resolved = pl.col("outcome") == "resolved"
    told = needing.with_columns(
        here=resolved & ~pl.col("is_redirected_away"), strictly=resolved & ~pl.col("is_redirected")
    ).with_columns(left=~pl.col("here"))
    denominator = f"mature {CARE} that needed a response"
    return [
        share_row(told, "here", "S13", "rate", denominator, grade="B"),
        *slice_rows(told, "here", "channel", "S13", "rate", denominator, grade="B"),
        share_row(told, "strictly", "S13", "strict", denominator, grade="B"),
        share_row(told, "left", "S12", "conversocial_deflection", denominator, grade="B"),
        share_row(told, "left", "E4", "out_deflection", denominator, grade="B"),
    ]


def completion_rows(
    conversations: pl.DataFrame, contacts: pl.DataFrame | None, people: pl.DataFrame | None, cut: Cut
) -> list[Row]:
    """S14: share of those sent away who arrived at the contact centre within 72 hours, with bounds for those not joined.

    Parameters
    ----------
    contacts, people : DataFrame or None
        The tables `contacts`, and `alias_value` with `customer_id` of those who may be joined (P7).
    """
    in_time = pl.col("redirected_at") <= cut.as_of - timedelta(hours=ARRIVAL_HOURS)
    moved = conversations.filter("is_redirected_away", in_time)
    if contacts is None or contacts.is_empty() or people is None:
        reason = "no contacts joined to customers: connect contacts and identity_links"
        return [
            value_row("S14", name, None, "share", n=moved.height, denominator=REDIRECTED, reason=reason)
            for name in ("completed", "worst", "best")
        ]
    told = _arrivals(moved, contacts, people)
    joined, n = told.filter(pl.col("known")), told.height
    arrived, unknown = int(joined["arrived"].sum()), n - joined.height
    bounds = {"worst": arrived, "best": arrived + unknown}
    why = f"of {unknown} not joined, {{}} counted as arrived"
    return [
        share_row(joined, "arrived", "S14", "completed", f"{REDIRECTED} joined to a customer", grade="B"),
        *(
            value_row(
                "S14",
                name,
                share_estimate(count, n),
                "share",
                n=n,
                denominator=REDIRECTED,
                grade="B",
                reason=why.format("none" if name == "worst" else "all"),
            )
            for name, count in bounds.items()
        ),
    ]


def _arrivals(moved: pl.DataFrame, contacts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    known = people.select(customer_id="alias_value", person="customer_id").unique("customer_id", keep="none")
    calls = contacts.select(person="customer_id", started_at="started_at").drop_nulls().sort("started_at")
    joined = moved.select("customer_id", "redirected_at").join(known, on="customer_id", how="left", validate="m:1")
    near = joined.sort("redirected_at").join_asof(
        calls,
        left_on="redirected_at",
        right_on="started_at",
        by="person",
        strategy="forward",
        tolerance=timedelta(hours=ARRIVAL_HOURS),
        check_sortedness=False,
        coalesce=False,
    )
    return near.with_columns(known=pl.col("person").is_not_null(), arrived=pl.col("started_at").is_not_null())
