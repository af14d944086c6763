"""What surrounds the conversations: the brand's own posts, reshares, spam and other guests who chime in."""

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import pick_each, stream
from careworth.demo.world import DAY_COUNT, HANDLES, HOUR, MINUTE, SECOND

#: Messages a day: spam and reshares over all accounts, posts per handle.
SPAM_DAILY, RESHARE_DAILY, POST_DAILY = 8.0, 10.0, 1.1

SOCIAL = ("x", "facebook", "instagram")


def brand_posts(seed: int, scale: float) -> pl.DataFrame:
    """One row per marketing post, by account and instant."""
    draw = stream(seed, "brand posts")
    count = draw.poisson(POST_DAILY * scale, (len(HANDLES), DAY_COUNT))
    handle = np.repeat(list(HANDLES), count.sum(axis=1))
    day = np.concatenate([np.repeat(np.arange(DAY_COUNT), row) for row in count])
    posted = pl.DataFrame({"handle": handle, "at": _moments(draw, day)}).with_columns(
        network=pl.Series(pick_each(draw, dict.fromkeys(SOCIAL, 1.0), len(day))), role=pl.lit("brand_marketing")
    )
    # MerrowConcierge has no page on Facebook.
    moved = (
        pl.when((pl.col("handle") == world.GUIDE.name) & (pl.col("network") == "facebook"))
        .then(pl.lit("instagram"))
        .otherwise("network")
    )
    in_summer = pl.col("at").is_between(*map(world.instant, (world.SUMMER.start, world.SUMMER.end))) & (
        pl.col("handle") == world.GENERAL.name
    )
    kind = (
        pl.when(in_summer & pl.Series(draw.random(len(day)) < 0.6))
        .then(pl.lit("marketing.summer"))
        .otherwise(pl.lit("marketing"))
    )
    return posted.with_columns(network=moved, kind=kind, author=pl.concat_str("network", pl.lit(":"), "handle")).sort(
        "at", "author"
    )


def strangers(seed: int, scale: float) -> pl.DataFrame:
    """One row per spam message or reshare."""
    draw = stream(seed, "strangers")
    parts = []
    for role, kind, daily in (("spam", "spam", SPAM_DAILY), ("customer", "reshare", RESHARE_DAILY)):
        day = np.repeat(np.arange(DAY_COUNT), draw.poisson(daily * scale, DAY_COUNT))
        parts.append(pl.DataFrame({"at": _moments(draw, day)}).with_columns(role=pl.lit(role), kind=pl.lit(kind)))
    table = pl.concat(parts)
    return table.with_columns(
        network=pl.Series(pick_each(draw, {"x": 3.0, "facebook": 1.0}, table.height)),
        handle=pl.Series(pick_each(draw, {world.HELP.name: 2.0, world.GENERAL.name: 4.0, world.STAY.name: 1.0}, table.height)),
        author=pl.format("guest{}", pl.Series(draw.integers(60_000, 99_999, table.height))),
    ).sort("at", "author")


def _moments(draw: np.random.Generator, day: np.ndarray) -> np.ndarray:
    return np.array(world.day_starts())[day] + draw.integers(7 * HOUR // SECOND, 23 * HOUR // SECOND, len(day)) * SECOND


def bystanders(played: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per message of another guest in a public conversation."""
    draw = stream(seed, "bystanders")
    public = played.filter(~pl.col("is_private"))
    chosen = public.filter(pl.Series(draw.random(public.height) < 0.11))
    pause = pl.Series(draw.integers(2 * MINUTE, 20 * HOUR, chosen.height)) // SECOND * SECOND
    return chosen.select(
        "conversation",
        at=pl.col("opened") + pause,
        role=pl.lit("peer"),
        kind=pl.lit("peer"),
        author=pl.format("guest{}", pl.Series(draw.integers(60_000, 99_999, chosen.height))),
    )
