"""The contact centre as customers met it: each contact once, and its channels day by day."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.windows import local_day

#: What is known of a channel's day; null where the source does not say.
FACTS = [
    "offered",
    "answered",
    "abandoned",
    "told_answered",
    "told_abandoned",
    "handle_seconds",
    "handled",
    "hold_seconds",
    "held",
    "wait_seconds",
    "waited",
]

SECONDS = ["talk_seconds", "hold_seconds", "wrap_seconds", "wait_seconds"]


def days_of(intervals: pl.DataFrame, contacts: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per channel and local day with a record, up to the cut-off: how many contacts, and seconds spent on them.

    A channel with volumes by interval is counted by them, any other by its single contacts. `told_answered`,
    `told_abandoned`, `handled`, `held` and `waited` are the contacts of the records that state the number beside them:
    what a record does not say is no zero.
    """
    by_interval = _by_interval(intervals.filter(pl.col("interval_start") <= cut.as_of), cut)
    single = customer_contacts(contacts, cut).join(by_interval, on="channel", how="anti")
    return pl.concat([by_interval, _by_contact(single, cut)]).sort("channel", "day")


def _by_interval(intervals: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    counts = ["answered", "abandoned", "handle_seconds", "wait_seconds"]
    known = intervals.filter(pl.col("offered") >= 0).with_columns(map(_not_negative, counts))
    counted = known.with_columns(
        told_answered=_if_known("offered", "answered"),
        told_abandoned=_if_known("offered", "abandoned"),
        handle_seconds=_if_known("handle_seconds", "answered"),
        handled=_if_known("answered", "handle_seconds"),
        hold_seconds=pl.lit(None, pl.Int64),
        held=pl.lit(None, pl.Int64),
        waited=_if_known("offered", "wait_seconds"),
    )
    return _per_day(counted, "interval_start", cut)


def _not_negative(name: str) -> pl.Expr:
    # A negative count or time is a fault of the export, and as unknown as none.
    return pl.when(pl.col(name) >= 0).then(name).alias(name)


def _if_known(name: str, other: str) -> pl.Expr:
    return pl.when(pl.col(other).is_not_null()).then(name)


def customer_contacts(contacts: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """One row per contact of a customer as known at the cut-off, its transfers joined to it (METRICS.md B.6).

    `answered` is null in a channel whose records never say when a person took a contact; `is_open` holds while a contact
    that nobody has taken has no known end.
    """
    legs = _latest_records(contacts.filter(pl.col("started_at") <= cut.as_of)).with_columns(map(_not_negative, SECONDS))
    placed = legs.with_columns(contact=pl.coalesce("initial_contact_id", "contact_id"), is_taken=_is_taken(cut))
    answered = pl.col("is_taken").any(ignore_nulls=False)
    ended = (pl.col("ended_at") <= cut.as_of).fill_null(False)
    return placed.group_by("contact", maintain_order=True).agg(
        pl.col("channel", "started_at").first(),
        pl.col("customer_id").drop_nulls().first(),
        answered=answered,
        is_open=~ended.all() & ~answered,
        handle_seconds=_known_sum(pl.sum_horizontal("talk_seconds", "hold_seconds", "wrap_seconds"), _says_handling()),
        hold_seconds=_known_sum(pl.col("hold_seconds"), pl.col("hold_seconds").is_not_null()),
        wait_seconds=_known_sum(pl.col("wait_seconds"), pl.col("wait_seconds").is_not_null()),
    )


def _latest_records(contacts: pl.DataFrame) -> pl.DataFrame:
    # Records come at least once, and again when they change: the one that ends latest knows most.
    ordered = contacts.sort("ended_at", nulls_last=False, maintain_order=True)
    return ordered.unique("contact_id", keep="last", maintain_order=True).sort("started_at", "contact_id")


def _is_taken(cut: Cut) -> pl.Expr:
    connected, talk = pl.col("connected_at"), pl.col("talk_seconds")
    says = (connected.is_not_null() | talk.is_not_null()).any().over("channel")
    return pl.when(says).then((connected <= cut.as_of).fill_null(False) | (talk > 0).fill_null(False))


def _says_handling() -> pl.Expr:
    return pl.any_horizontal(pl.col("talk_seconds", "hold_seconds", "wrap_seconds").is_not_null())


def _known_sum(seconds: pl.Expr, is_known: pl.Expr) -> pl.Expr:
    return pl.when(is_known.any()).then(seconds.filter(is_known).sum())


def _by_contact(single: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    answered, is_open = pl.col("answered"), pl.col("is_open").fill_null(False)
    counted = single.with_columns(
        offered=pl.lit(1),
        answered=answered,
        abandoned=~answered & ~is_open,
        told_answered=answered.is_not_null(),
        told_abandoned=answered.is_not_null() & ~is_open,
        handle_seconds=pl.when("answered").then("handle_seconds"),
        handled=answered & pl.col("handle_seconds").is_not_null(),
        hold_seconds=pl.when("answered").then("hold_seconds"),
        held=answered & pl.col("hold_seconds").is_not_null(),
        waited=pl.col("wait_seconds").is_not_null(),
    )
    return _with_quiet_days(_per_day(counted, "started_at", cut))


def _per_day(counted: pl.DataFrame, at: str, cut: Cut) -> pl.DataFrame:
    known = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).cast(pl.Int64).alias(name) for name in FACTS]
    return counted.group_by("channel", day=local_day(at, cut)).agg(known).select("channel", "day", *FACTS)


def _with_quiet_days(days: pl.DataFrame) -> pl.DataFrame:
    """`days` with the days between a channel's first and last contact on which nobody got in touch."""
    span = pl.date_range(pl.col("day").min(), pl.col("day").max())
    every = days.group_by("channel").agg(day=span).explode("day")
    return every.join(days, on=["channel", "day"], how="left", validate="1:1").with_columns(pl.col("offered").fill_null(0))


def total(days: pl.DataFrame, name: str) -> int | None:
    """The sum of a fact over days; None when no day knows it."""
    return int(days[name].sum()) if days[name].null_count() < days.height else None
