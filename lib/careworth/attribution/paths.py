"""What part each channel played on the way to an order: roles (M6) and rule-based credit (M5).

Credit says who was there, not what would have been lost without them: it is shown, never added to gains.
"""

from datetime import datetime

import numpy as np
import polars as pl

from careworth.contracts import require_conserved
from careworth.results import Row, share_estimate, value_row
from careworth.schemas import minor_units
from careworth.stats import Estimate

ROLES = ("initiate", "assist", "complete")

#: Position of a touch in its path: 1 is the first, `length` the last.
POSITION, LENGTH = pl.col("position"), pl.col("length")

#: Share of one conversion that a touch gets under each rule.
RULES = {
    "first": (POSITION == 1).cast(pl.Float64),
    "last": (POSITION == LENGTH).cast(pl.Float64),
    "linear": 1 / LENGTH,
}

NOT_CAUSE = "attributed, not incremental"


def select_orders(orders: pl.DataFrame, brand: str, starts_at: datetime, ends_at: datetime) -> pl.DataFrame:
    """The orders of the brand inside the period."""
    return orders.filter((pl.col("brand") == brand) & pl.col("ordered_at").is_between(starts_at, ends_at, closed="left"))


def to_conversions(orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order: who, when, and its revenue net of refunds, in minor units; a refund on its own is no conversion."""
    value = pl.col("net_minor") - pl.col("refund_minor")
    is_refund = (pl.col("net_minor") == 0) & (pl.col("refund_minor") > 0)
    return orders.filter(~is_refund).select("person_key", conversion_id="order_id", converted_at="ordered_at", value_minor=value)


def build_paths(touchpoints: pl.DataFrame, conversions: pl.DataFrame, lookback_days: float) -> pl.DataFrame:
    """One row per touch and conversion that it came before, at most `lookback_days` before; in order of time."""
    lookback = pl.duration(seconds=round(lookback_days * 86_400))
    joined = conversions.drop_nulls("person_key").join(touchpoints, on="person_key")
    seen = joined.filter(pl.col("touched_at").is_between(pl.col("converted_at") - lookback, pl.col("converted_at")))
    ordered = seen.sort("conversion_id", "touched_at", "touch_id")
    position = pl.int_range(1, pl.len() + 1).over("conversion_id")
    columns = ["conversion_id", "person_key", "channel", "value_minor"]
    return ordered.select(*columns, position=position, length=pl.len().over("conversion_id"))


def match_share(paths: pl.DataFrame, conversions: pl.DataFrame) -> tuple[int, int]:
    """How many conversions have a path, and how many there are."""
    return paths["conversion_id"].n_unique(), conversions.height


def credit_touches(paths: pl.DataFrame, rule: str) -> pl.DataFrame:
    """One row per touch with its `credit`, a share of its conversion; each conversion's credits add up to one."""
    return paths.with_columns(credit=RULES[rule]).pipe(require_conserved)


def count_roles(paths: pl.DataFrame) -> pl.DataFrame:
    """One row per channel: in how many paths it takes part, initiates, assists and completes.

    A path of one touch is initiated and completed by it; assisting means standing strictly between.
    """
    roles = {"initiate": POSITION == 1, "assist": (POSITION > 1) & (POSITION < LENGTH), "complete": POSITION == LENGTH}
    return (
        paths.group_by("channel")
        .agg(
            pl.col("conversion_id").n_unique().alias("path_count"),
            *[pl.col("conversion_id").filter(where).n_unique().alias(role) for role, where in roles.items()],
        )
        .sort("channel")
    )


def role_rows(paths: pl.DataFrame) -> list[Row]:
    """M6: of the converting paths that a channel is part of, the share that it initiates, assists and completes."""
    return [
        value_row(
            "M6",
            role,
            share_estimate(row[role], row["path_count"]),
            "share",
            n=row["path_count"],
            denominator="converting paths with the channel",
            slice=f"channel={row['channel']}",
            grade="B",
            reason=NOT_CAUSE,
        )
        for row in count_roles(paths).iter_rows(named=True)
        for role in ROLES
    ]


def credit_rows(paths: pl.DataFrame, currency: str, resamples: int = 500, seed: int = 1) -> list[Row]:
    """M5: revenue and conversions credited to each channel under each rule, with a bootstrap over persons."""
    if paths.is_empty():
        return []
    rows = []
    for rule in RULES:
        credited = credit_touches(paths, rule)
        count = credited["conversion_id"].n_unique()
        labels = {"n": count, "denominator": "converting paths", "grade": "B", "reason": NOT_CAUSE}
        for variant, amount, unit in (
            (rule, pl.col("credit") * pl.col("value_minor") / minor_units(currency), currency),
            (f"{rule}_conversions", pl.col("credit"), "count"),
        ):
            totals = _channel_totals(credited.with_columns(amount=amount), resamples, seed)
            rows += [value_row("M5", variant, total, unit, slice=f"channel={name}", **labels) for name, total in totals.items()]
    return rows


def _channel_totals(credited: pl.DataFrame, resamples: int, seed: int) -> dict[str, Estimate]:
    wide = credited.pivot("channel", index="person_key", values="amount", aggregate_function="sum", sort_columns=True)
    per_person = wide.sort("person_key").drop("person_key").fill_null(0.0)
    amounts = per_person.to_numpy()
    weights = np.random.default_rng(seed).poisson(1.0, (resamples, len(amounts)))
    low, high = np.quantile(weights @ amounts, [0.025, 0.975], axis=0)
    totals = amounts.sum(axis=0)
    return {name: Estimate(*map(float, bounds)) for name, *bounds in zip(per_person.columns, totals, low, high, strict=True)}
