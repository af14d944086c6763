"""Whether customers said thank you: the Thank You Score (Q1) and complaints that ended in thanks (Q2)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.reading import corrected_row
from careworth.metrics.shares import network_rows, share_row, week_rows
from careworth.misreading import Errors
from careworth.results import Row, value_row
from careworth.stats import Estimate, poisson_interval

ANSWERED = "answered mature conversations"
COMPLAINTS = "answered mature complaints"


def thank_you_rows(conversations: pl.DataFrame, cut: Cut, window_hours: float, errors: Errors) -> list[Row]:
    """Q1 and Q2; grade B, since a rule reads the thanks.

    Only customers' turns after a person's answer count, and only conversations whose closing window has passed.
    """
    facts = ["network", "customer_id", "opening_state", "started_at", "agent_turn_count", "thanks_count", "closing_is_thanks"]
    mature = mark_thanks(conversations.select(facts), cut, window_hours)
    answered = mature.filter("is_answered")
    return [*_score_rows(answered, cut, window_hours, errors), *_complaint_rows(mature)]


def thank_you_row(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> Row:
    """Q1: the share of answered conversations that held a thank-you, whole."""
    answered = cut.mature(conversations.select("started_at", "agent_turn_count", "thanks_count"), window_hours).filter(
        pl.col("agent_turn_count") > 0
    )
    return share_row(answered.with_columns(thanked=pl.col("thanks_count") > 0), "thanked", "Q1", "rate", ANSWERED, grade="B")


def mark_thanks(conversations: pl.DataFrame, cut: Cut, window_hours: float) -> pl.DataFrame:
    """The conversations whose closing window has passed: `is_answered` by a person, `thanked` and `closed_in_thanks` or not."""
    return cut.mature(conversations, window_hours).with_columns(
        is_answered=pl.col("agent_turn_count") > 0,
        thanked=pl.col("thanks_count") > 0,
        closed_in_thanks=pl.col("closing_is_thanks").fill_null(False),
    )


def _score_rows(answered: pl.DataFrame, cut: Cut, window_hours: float, errors: Errors) -> list[Row]:
    count = int(answered["thanks_count"].sum())
    people = answered.group_by("customer_id").agg(pl.col("thanked").any())
    label = ("Q1", "rate", ANSWERED)
    return [
        value_row(
            "Q1", "count", Estimate(count, *poisson_interval(count)), "count", n=answered.height, denominator=ANSWERED, grade="B"
        ),
        share_row(answered, "thanked", *label, grade="B"),
        *corrected_row(int(answered["thanked"].sum()), answered.height, errors, "thanked", *label),
        share_row(answered, "closed_in_thanks", "Q1", "closing_rate", ANSWERED, grade="B"),
        share_row(people, "thanked", "Q1", "thankers_share", "customers answered", grade="B"),
        *network_rows(answered, "thanked", *label, grade="B"),
        *week_rows(cut.weeks(answered.select("started_at", "thanked"), window_hours), "thanked", *label, grade="B"),
    ]


def _complaint_rows(mature: pl.DataFrame) -> list[Row]:
    complaints = mature.filter(pl.col("opening_state") == "complaint")
    answered = complaints.filter("is_answered")
    return [
        share_row(answered, "closed_in_thanks", "Q2", "strict", COMPLAINTS, grade="B"),
        share_row(answered, "thanked", "Q2", "loose", COMPLAINTS, grade="B"),
        share_row(complaints, "closed_in_thanks", "Q2", "programme", "mature complaints, answered or not", grade="B"),
    ]
