"""Whether promises of speed were kept (S4): each wait against the policy that held when it began."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from careworth.business_time import business_seconds
from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.promises import Policy
from careworth.results import Row, value_row

#: What a policy can promise.
PROMISES = ("first_response", "next_response", "resolution")

DECIDED = "promises kept or broken"


def sla_rows(conversations: pl.DataFrame, waits: pl.DataFrame, policies: Sequence[Policy], cut: Cut) -> list[Row]:
    """S4: share of promises kept, whole and by policy, and as Zendesk counts it.

    What is still open within its target is not counted, what is open past it is broken. Zendesk takes what was resolved
    without an answer for answered.
    """
    if not policies:
        reason = "no promises of speed: state [[sla]] in workspace.toml"
        return [
            value_row("S4", name, None, "share", n=0, denominator=DECIDED, reason=reason)
            for name in ("attainment", "zendesk_attainment")
        ]
    judged = pl.concat([_judged(promised(conversations, waits, promise), policies, cut) for promise in PROMISES])
    decided = judged.filter(pl.col("kept").is_not_null())
    zendesk = judged.with_columns(kept=pl.when("is_resolved").then(pl.col("kept") | ~pl.col("is_ended")).otherwise("kept"))
    names = decided["policy"].unique().sort().to_list()
    return [
        share_row(decided, "kept", "S4", "attainment", DECIDED, grade="B"),
        *(
            share_row(decided.filter(policy=name), "kept", "S4", "attainment", DECIDED, slice=f"policy={name}", grade="B")
            for name in names
        ),
        share_row(zendesk.drop_nulls("kept"), "kept", "S4", "zendesk_attainment", DECIDED, grade="B"),
    ]


def promised(conversations: pl.DataFrame, waits: pl.DataFrame, promise: str) -> pl.DataFrame:
    """One row per case of a promise: since when it ran, when it was kept (null while open), and how long it paused."""
    # A message to two accounts opens a conversation with each.
    key = ["conversation_id", "account_id"]
    resolved = conversations.select(*key, is_resolved=pl.col("outcome") == "resolved")
    if promise == "resolution":
        care = conversations.filter(pl.col("clock_at").is_not_null())
        own = care.select(*key, "network", "channel", "paused_seconds", since="clock_at", until="first_resolved_at")
    else:
        own = waits.filter(pl.col("is_first") == (promise == "first_response")).select(
            *key,
            "network",
            "channel",
            paused_seconds=pl.lit(0, pl.Int64),
            since="waiting_since",
            until="answered_at",
        )
    return own.join(resolved, on=key, how="left", validate="m:1").with_columns(promise=pl.lit(promise))


def _judged(cases: pl.DataFrame, policies: Sequence[Policy], cut: Cut) -> pl.DataFrame:
    parts = []
    left = cases
    for policy in sorted(policies, key=lambda each: (bool(each.network) + bool(each.channel), each.valid_from), reverse=True):
        fits = _holds(policy, cut)
        parts.append(_kept(left.filter(fits), policy, cut.as_of))
        left = left.filter(~fits)
    return pl.concat(parts)


def _holds(policy: Policy, cut: Cut) -> pl.Expr:
    day = pl.col("since").dt.convert_time_zone(cut.zone.key).dt.date()
    place = [pl.col(name) == value for name, value in (("network", policy.network), ("channel", policy.channel)) if value]
    return pl.all_horizontal(pl.col("promise") == policy.promise, day >= policy.valid_from, *place).fill_null(False)


def _kept(cases: pl.DataFrame, policy: Policy, as_of: datetime) -> pl.DataFrame:
    until = cases["until"].fill_null(as_of)
    spent = _elapsed(cases["since"], until, policy) / 60
    paused = cases["paused_seconds"] / 60 if policy.pauses else 0.0
    told = cases.with_columns((spent - paused).alias("minutes"), pl.col("until").is_not_null().alias("is_ended"))
    within = pl.col("minutes") <= policy.target_minutes
    kept = pl.when(pl.col("is_ended") | ~within).then(pl.col("is_ended") & within)
    return told.select("is_resolved", "is_ended", kept.alias("kept"), pl.lit(policy.name).alias("policy"))


def _elapsed(since: pl.Series, until: pl.Series, policy: Policy) -> pl.Series:
    if policy.calendar:
        return business_seconds(since, until, policy.calendar)
    return ((until - since).dt.total_microseconds() / 1e6).cast(pl.Float64)
