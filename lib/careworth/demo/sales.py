"""Orders, touchpoints, holdouts and the company's own monthly books."""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.contracts import require_table
from careworth.demo import world
from careworth.demo.dice import stream
from careworth.demo.experiments import EXPERIMENTS, arm_touches, arms_table, assign
from careworth.demo.journeys import CLICK_COSTS, care_touches, caused_orders, decide, identify, ordinary_people, other_touches
from careworth.schemas import CONTROL_TOTALS, IDENTITY_LINKS, ORDERS, TOUCHPOINTS

#: Orders of nobody known, beside those of known people.
ANONYMOUS_SHARE = 0.17

#: Guests who are no part of any journey here, but whom the shop could know and who have not agreed to it.
UNWILLING_SHARE = 0.12

#: The books know a little more than the orders do: telephone orders, rounding, late corrections.
BOOKS_ARE_HIGHER = 0.004


class Sales(NamedTuple):
    """The tables about sales, and what is true of them."""

    orders: pl.DataFrame
    touchpoints: pl.DataFrame
    control_totals: pl.DataFrame
    experiment_arms: pl.DataFrame
    identity_links: pl.DataFrame
    caused_by_channel: dict[str, int]
    incremental: dict[str, dict[str, float]]


def build_sales(conversations: pl.DataFrame, seed: int, scale: float) -> Sales:
    """Everything about who bought what, from the conversations and the other channels."""
    identified = identify(conversations, seed)
    people = pl.concat([assign(experiment, identified, seed, scale) for experiment in EXPERIMENTS]).unique(
        "person_key", keep="first", maintain_order=True
    )
    care = care_touches(identified)
    free = _free_journeys(care.join(people, on="person_key", how="anti", maintain_order="left"), seed, scale)
    in_arms = care.join(people, on="person_key", how="semi", maintain_order="left")
    touches = pl.concat(
        [free, in_arms, *(arm_touches(part, seed) for part in people.partition_by("experiment_id"))], how="diagonal"
    )
    buyers = decide(free, seed)
    orders = _orders(buyers, people, seed)
    return Sales(
        orders.select(ORDERS.columns.keys()),
        _touchpoints(touches),
        _control_totals(orders, seed),
        arms_table(people),
        _identity_links(identified, conversations, seed),
        caused_orders(buyers),
        {experiment.handle.campaign.id: _incremental(orders, experiment.handle.campaign) for experiment in EXPERIMENTS},
    )


def _identity_links(identified: pl.DataFrame, conversations: pl.DataFrame, seed: int) -> pl.DataFrame:
    # Of those whom the shop could know besides, some have not agreed that it joins what they wrote to what they bought.
    known = identified.select(alias_value="customer").unique(maintain_order=True)
    others = conversations.select(alias_value="customer").unique(maintain_order=True).join(known, on="alias_value", how="anti")
    unwilling = others.filter(pl.Series(stream(seed, "consent").random(others.height) < UNWILLING_SHARE))
    links = pl.concat([known.with_columns(consent=pl.lit(True)), unwilling.with_columns(consent=pl.lit(False))])
    guest = pl.col("alias_value").str.strip_prefix("guest").str.zfill(6)
    told = links.with_columns(alias_type=pl.lit("handle"), customer_id=pl.lit("p") + guest, method=pl.lit("deterministic"))
    return require_table(told, IDENTITY_LINKS, name="identity_links").sort(IDENTITY_LINKS.key)


def _free_journeys(care: pl.DataFrame, seed: int, scale: float) -> pl.DataFrame:
    of_guests = other_touches(care.select("person_key", "at"), stream(seed, "touches of guests"), 3)
    of_others = other_touches(ordinary_people(seed, scale), stream(seed, "touches of others"), 4)
    return pl.concat([care, of_guests, of_others], how="diagonal")


def _orders(buyers: pl.DataFrame, people: pl.DataFrame, seed: int) -> pl.DataFrame:
    draw = stream(seed, "orders")
    end = world.instant(world.END_DAY)
    of_arms = (
        people.filter("bought").select("person_key", "is_incremental", "campaign_id", at="order_at").filter(pl.col("at") < end)
    )
    known = pl.concat([buyers.select("person_key", "at"), of_arms], how="diagonal")
    count = round(known.height * ANONYMOUS_SHARE)
    unknown = pl.DataFrame({"at": draw.integers(world.instant(world.FIRST_DAY), end, count)})
    placed = (
        pl.concat([known, unknown], how="diagonal")
        .with_columns(pl.col("is_incremental").fill_null(False))
        .sort("at", "person_key")
    )
    return placed.pipe(_add_amounts, draw).with_columns(
        order_id=pl.format("o{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6)),
        ordered_at=pl.col("at").cast(ORDERS.columns["ordered_at"]),
        brand=pl.lit(world.HOTELS),
        currency=pl.lit(world.CURRENCY),
    )


def _add_amounts(placed: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = placed.height
    net = np.round(21_000 * np.exp(0.55 * draw.standard_normal(size))).astype(np.int64)
    margin = np.round(net * draw.uniform(0.24, 0.36, size)).astype(np.int64)
    chance, part = draw.random(size), draw.uniform(0.2, 0.6, size)
    refund = np.select([chance < 0.04, chance < 0.07], [net, np.round(net * part).astype(np.int64)], 0)
    status = np.select([chance < 0.04, chance < 0.07], ["cancelled", "partly_refunded"], "completed")
    return placed.with_columns(
        net_minor=pl.Series(net),
        refund_minor=pl.Series(refund),
        margin_minor=pl.Series(margin),
        status=pl.Series(status, dtype=pl.String),
    )


def _incremental(orders: pl.DataFrame, campaign: world.Campaign) -> dict[str, float]:
    inside = pl.col("at").is_between(world.instant(campaign.start), world.instant(campaign.end), closed="left")
    own = orders.filter(pl.col("is_incremental") & (pl.col("campaign_id") == campaign.id) & inside)
    kept = (pl.col("margin_minor") * (1 - pl.col("refund_minor") / pl.col("net_minor"))).sum()
    return {"orders": own.height, "margin": round(own.select(kept).item() / 100, 2)}


def _touchpoints(touches: pl.DataFrame) -> pl.DataFrame:
    cost = pl.col("channel").replace_strict(CLICK_COSTS, default=None, return_dtype=pl.Int64)
    ordered = touches.sort("at", "person_key", "channel", "kind")
    return ordered.with_columns(
        touch_id=pl.format("k{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6)),
        touched_at=pl.col("at").cast(TOUCHPOINTS.columns["touched_at"]),
        cost_minor=pl.when(pl.col("kind") == "click").then(cost),
    ).select(TOUCHPOINTS.columns.keys())


def _control_totals(orders: pl.DataFrame, seed: int) -> pl.DataFrame:
    month = pl.col("ordered_at").dt.convert_time_zone(world.ZONE.key).dt.date().dt.month_start()
    ours = (
        orders.group_by("brand", period_start=month)
        .agg(net_minor=(pl.col("net_minor") - pl.col("refund_minor")).sum())
        .sort("period_start")
    )
    draw = stream(seed, "books")
    gap = BOOKS_ARE_HIGHER + draw.uniform(-0.003, 0.003, ours.height)
    booked = ours.with_columns(net_minor=(pl.col("net_minor") * (1 + pl.Series(gap))).round().cast(pl.Int64))
    # The books hold the long-stay brand too, although its orders are not connected.
    other = booked.with_columns(
        brand=pl.lit(world.RESIDENCES),
        net_minor=(pl.col("net_minor") * pl.Series(draw.uniform(0.5, 0.7, booked.height))).round().cast(pl.Int64),
    )
    both = pl.concat([booked, other]).with_columns(
        period_end=pl.col("period_start").dt.offset_by("1mo"), currency=pl.lit(world.CURRENCY)
    )
    return both.select(CONTROL_TOTALS.columns.keys()).sort(CONTROL_TOTALS.key)
