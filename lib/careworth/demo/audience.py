"""Followers, posts, clicks and the calendar of business events."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from careworth.contracts import require_table
from careworth.demo import world
from careworth.demo.dice import pick_each, stream
from careworth.demo.world import HANDLES, HOUR, MINUTE, SECOND
from careworth.schemas import ACCOUNTS, CLICKS, EVENTS, POSTS

FOLLOWERS = {"MerrowHelp": 4_100, "MerrowHotels": 38_500, "MerrowStay": 9_300, "MerrowConcierge": 1_900}
NETWORK_SHARES = {"x": 0.8, "facebook": 1.0, "instagram": 1.4, "whatsapp": 0.15}
CLICKS_PER_POST = 14.0
BOT_SHARE = 0.09

#: Type, name, start, end, campaign.
EVENT_ROWS = (
    ("holiday", "Spring holidays", (2025, 4, 26), (2025, 5, 5), None),
    ("holiday", "Summer holidays", (2025, 7, 5), (2025, 8, 31), None),
    ("holiday", "Autumn holidays", (2025, 10, 18), (2025, 10, 26), None),
    ("holiday", "Christmas and New Year", (2025, 12, 20), (2026, 1, 1), None),
    ("launch", "App version 5", (2025, 2, 4), (2025, 2, 6), None),
    ("pr", "Prize for the best city hotel of the year", (2025, 2, 15), (2025, 2, 16), None),
    ("price_change", "Summer rates published", (2025, 3, 17), (2025, 3, 18), None),
    ("handle_launch", "MerrowHelp announced on all booking mails", (2025, 3, 1), (2025, 3, 2), "spring-help-line"),
    ("promotion", "Summer Escape", (2025, 6, 1), (2025, 9, 1), "summer-escape"),
    ("outage", "Trains stand still for a day", (2025, 4, 27), (2025, 4, 28), None),
    ("platform_change", "Instagram comments open to non-followers", (2025, 7, 14), (2025, 7, 15), None),
    ("competitor", "A new hotel opens near the station in Utrecht", (2025, 11, 3), (2025, 11, 4), None),
)


def build_accounts(seed: int) -> pl.DataFrame:
    """One row per account and Monday, as `schemas.ACCOUNTS`."""
    mondays = pl.date_range(datetime(2025, 1, 6), datetime(2025, 12, 29), "1w", eager=True).cast(pl.Date)
    draw = stream(seed, "followers")
    parts = [_followers(handle, network, mondays, draw) for handle in HANDLES.values() for network in sorted(handle.networks)]
    return pl.concat(parts).select(ACCOUNTS.columns.keys()).sort(ACCOUNTS.key)


def _followers(handle: world.Handle, network: str, mondays: pl.Series, draw: np.random.Generator) -> pl.DataFrame:
    start = FOLLOWERS[handle.name] * NETWORK_SHARES[network]
    in_campaign = ((mondays >= handle.campaign.start) & (mondays < handle.campaign.end)).to_numpy()
    growth = draw.normal(0.0022, 0.001, len(mondays)) + in_campaign * 0.005
    labels = {
        "account_id": f"{network}:{handle.name}",
        "network": network,
        "handle": handle.name,
        "brand": handle.brand,
        "handle_role": handle.role,
    }
    followers = np.round(start * np.cumprod(1 + growth)).astype(np.int64)
    return pl.DataFrame({"snapshot_date": mondays, "followers": followers}).with_columns(
        **{name: pl.lit(value) for name, value in labels.items()}
    )


def build_posts(messages: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per marketing post, as `schemas.POSTS`; the post is also a message with the same id."""
    draw = stream(seed, "posts")
    posts = messages.filter(author_role="brand_marketing")
    size = posts.height
    reach = np.round(np.exp(draw.normal(8.2, 0.7, size))).astype(np.int64)
    has_link = pl.Series(draw.random(size) < 0.6)
    kinds = pick_each(draw, {"photo": 5.0, "video": 3.0, "text": 2.0, "poll": 0.6}, size)
    campaign = pl.when(pl.col("kind") == "marketing.summer").then(pl.lit(world.SUMMER.id))
    return posts.select(
        "account_id",
        post_id="message_id",
        published_at="created_at",
        campaign_id=campaign,
        content_type=pl.Series(kinds, dtype=pl.String),
        impressions=pl.Series(reach),
        reactions=pl.Series(np.round(reach * draw.uniform(0.004, 0.05, size)).astype(np.int64)),
        link_id=pl.when(has_link).then(pl.concat_str(pl.lit("link-"), "message_id")),
    ).pipe(require_table, POSTS, name="posts")


def build_clicks(posts: pl.DataFrame, touchpoints: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per click on a post's link, as `schemas.CLICKS`; bots click within seconds, people within days."""
    draw = stream(seed, "clicks")
    linked = posts.filter(pl.col("link_id").is_not_null())
    of_post = np.repeat(np.arange(linked.height), draw.poisson(CLICKS_PER_POST, linked.height))
    size = len(of_post)
    is_bot = draw.random(size) < BOT_SHARE
    delay = np.where(is_bot, draw.integers(1, 40, size) * SECOND, (draw.exponential(14.0, size) * HOUR).astype(np.int64) + MINUTE)
    known = touchpoints["person_key"].unique(maintain_order=True).to_numpy()
    is_known, person = (
        pl.Series(~is_bot & (draw.random(size) < 0.3)),
        pl.Series(known[draw.integers(0, len(known), size)], dtype=pl.String),
    )
    clicked = linked.select("link_id", "post_id", "published_at")[of_post].with_columns(
        clicked_at=(pl.col("published_at").cast(pl.Int64) + pl.Series(delay)).cast(CLICKS.columns["clicked_at"]),
        is_bot=pl.Series(is_bot),
        person_key=pl.when(is_known).then(person),
    )
    ordered = clicked.sort("clicked_at", "link_id", "is_bot", "person_key", nulls_last=True)
    return ordered.with_columns(click_id=pl.format("c{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6))).select(
        CLICKS.columns.keys()
    )


def build_events() -> pl.DataFrame:
    """One row per business event, as `schemas.EVENTS`, the planted incident among them."""
    planned = [(_local(start), _local(end), kind, name, campaign) for kind, name, start, end, campaign in EVENT_ROWS]
    incident = (world.INCIDENT_START, world.INCIDENT_END, "outage", "Booking engine of Merrow Residences fails", world.OUTAGE.id)
    ordered = sorted([*planned, incident], key=lambda row: (row[0], row[3]))
    rows = [(f"e{number:02d}", *row) for number, row in enumerate(ordered, 1)]
    return pl.DataFrame(rows, schema=EVENTS.columns, orient="row")


def _local(day: tuple[int, int, int]) -> datetime:
    return datetime(*day, tzinfo=world.ZONE).astimezone(UTC)
