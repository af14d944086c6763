"""What customers came for: care among all contact (V2), who needed a response (V3), and intents (V4)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.reading import corrected_row
from careworth.metrics.shares import network_rows, share_row, slice_rows, week_rows
from careworth.metrics.volume import is_care
from careworth.misreading import Errors
from careworth.results import Row, value_row
from careworth.stats import Estimate, poisson_interval

INTENTS = ("complaint", "question", "request", "praise", "other")
ALL = "conversations"


def demand_rows(conversations: pl.DataFrame, cut: Cut, errors: Errors, orders: int | None) -> list[Row]:
    """V2, V3 and V4: shares of conversations as read and corrected for the reader's errors, questions by network too; grade B.

    The opening state is the first turn's and is never changed by how the conversation ends.

    Parameters
    ----------
    orders : int or None
        Orders of the campaign's brand in its period; None where orders are not connected.
    """
    told = conversations.with_columns(is_care(), needs=pl.col("clock_at").is_not_null())
    need = ("V3", "rate", ALL)
    return [
        share_row(told, "is_care", "V2", "care_share", ALL, grade="B"),
        _order_rate("V2", "contact_rate", int(told["is_care"].sum()), orders),
        share_row(told, "needs", *need, grade="B"),
        *corrected_row(int(told["needs"].sum()), told.height, errors, "needs_response", *need),
        *network_rows(told, "needs", *need, grade="B"),
        *week_rows(cut.weeks(told.select("started_at", "needs")), "needs", *need, grade="B"),
        *(row for intent in INTENTS for row in _intent_rows(told, intent, errors)),
        *_question_rows(told, orders),
    ]


def _question_rows(told: pl.DataFrame, orders: int | None) -> list[Row]:
    """V4: questions by network, as counts and as shares of the network's conversations, and for every 1,000 orders."""
    asked = told.with_columns(is_question=(pl.col("opening_state") == "question").fill_null(False))
    counts = asked.group_by("network").agg(pl.col("is_question").sum()).sort("network")
    return [
        _order_rate("V4", "questions_per_1000_orders", int(asked["is_question"].sum()), orders),
        *slice_rows(asked, "is_question", "network", "V4", "question", ALL, grade="B"),
        *(
            value_row("V4", "question_count", count, "count", n=count, denominator=ALL, slice=f"network={name}", grade="B")
            for name, count in (counts.iter_rows() if counts.height > 1 else ())
        ),
    ]


def _order_rate(metric_id: str, variant: str, count: int, orders: int | None) -> Row:
    labels = {"n": orders, "denominator": "orders"}
    if not orders:
        reason = "no orders are connected" if orders is None else "no orders in the period"
        return value_row(metric_id, variant, None, "count/1,000 orders", **labels, reason=reason)
    rate = Estimate(1000 * count / orders, *poisson_interval(count, orders / 1000))
    return value_row(metric_id, variant, rate, "count/1,000 orders", **labels, grade="B")


def _intent_rows(told: pl.DataFrame, intent: str, errors: Errors) -> list[Row]:
    is_it = told.with_columns(is_it=(pl.col("opening_state") == intent).fill_null(False))
    label = ("V4", intent, ALL)
    said = int(is_it["is_it"].sum())
    return [share_row(is_it, "is_it", *label, grade="B"), *corrected_row(said, told.height, errors, f"opening_{intent}", *label)]
