"""How people come to buy: who is touched by which channel, and what each channel truly adds."""

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import pick_each, stream, waits
from careworth.demo.world import DAY, DAY_COUNT, HOUR, MINUTE

#: Chance that a person buys without any channel's doing, and what each channel adds to it:
#: p = 1 - (1 - base) x product of (1 - effect) over the channels that touched the person.
BASE_CHANCE = 0.05
EFFECTS = {
    "care_social": 0.055,
    "social_organic": 0.010,
    "social_paid": 0.020,
    "online_ads": 0.012,
    "seo": 0.030,
    "email": 0.0,
    "direct": 0.045,
    "referral": 0.040,
}

#: Channels of a first touch and of later ones; care comes from the conversations, not from here.
FIRST_TOUCH = {"social_organic": 18, "social_paid": 14, "online_ads": 17, "seo": 26, "email": 8, "direct": 9, "referral": 8}
LATER_TOUCH = {"social_organic": 9, "social_paid": 6, "online_ads": 10, "seo": 16, "email": 28, "direct": 26, "referral": 5}
CLICK_COSTS = {"social_paid": 55, "online_ads": 80, "email": 1}

PEOPLE = 52_000
IDENTIFIED_SHARE = 0.62


def identify(conversations: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The answered first conversations with Merrow Hotels whose customer is known by `person_key`."""
    own = conversations.filter((pl.col("brand") == world.HOTELS) & ~pl.col("topic").is_in(["again", "dm"]))
    known = own.filter(pl.Series(stream(seed, "identity").random(own.height) < IDENTIFIED_SHARE))
    return known.with_columns(person_key=pl.concat_str(pl.lit("p"), pl.col("customer").str.strip_prefix("guest").str.zfill(6)))


def care_touches(identified: pl.DataFrame) -> pl.DataFrame:
    """One care touch per identified conversation that a person answered."""
    campaigns = {name: handle.campaign for name, handle in world.HANDLES.items()}
    in_campaign = pl.any_horizontal(
        (pl.col("handle") == name)
        & pl.col("started_at").cast(pl.Int64).is_between(world.instant(each.start), world.instant(each.end), closed="left")
        for name, each in campaigns.items()
    )
    campaign_id = pl.col("handle").replace_strict({name: each.id for name, each in campaigns.items()})
    answered = identified.filter(pl.col("first_agent_at").is_not_null())
    return answered.select(
        "person_key",
        "conversation_id",
        at=pl.col("first_agent_at").cast(pl.Int64),
        channel=pl.lit("care_social"),
        kind=pl.lit("care_reply"),
        campaign_id=pl.when(in_campaign).then(campaign_id),
    )


def other_touches(anchors: pl.DataFrame, draw: np.random.Generator, most: int) -> pl.DataFrame:
    """Up to `most` touches of other channels for each person, in the two weeks around the person's anchor `at`."""
    count = 1 + draw.binomial(most - 1, 0.45, anchors.height)
    person = np.repeat(np.arange(anchors.height), count)
    position = np.arange(len(person)) - np.repeat(np.cumsum(count) - count, count)
    offset = np.where(position == 0, -draw.uniform(0, 6, len(person)), draw.uniform(-2, 9, len(person)))
    channel = np.where(position == 0, pick_each(draw, FIRST_TOUCH, len(person)), pick_each(draw, LATER_TOUCH, len(person)))
    at = anchors["at"].to_numpy()[person] + (offset * DAY).astype(np.int64)
    inside = np.clip(at, world.instant(world.FIRST_DAY), world.instant(world.END_DAY) - MINUTE)
    kind = np.where(draw.random(len(person)) < 0.8, "click", "view")
    return pl.DataFrame({"person_key": anchors["person_key"].to_numpy()[person], "at": inside, "channel": channel, "kind": kind})


def ordinary_people(seed: int, scale: float) -> pl.DataFrame:
    """One row per person who never wrote to care, with the anchor of the person's journey."""
    draw = stream(seed, "ordinary people")
    size = round(PEOPLE * scale)
    day = np.sort(draw.choice(DAY_COUNT, size, p=_season()))
    at = np.array(world.day_starts())[day] + draw.integers(7 * HOUR, 23 * HOUR, size)
    return pl.DataFrame({"person_key": [f"p{number:06d}" for number in range(100_000, 100_000 + size)], "at": at})


def _season() -> np.ndarray:
    weight = 1 + 0.25 * np.sin(2 * np.pi * (np.arange(DAY_COUNT) - 80) / 365)
    return weight / weight.sum()


def decide(touches: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per person who buys, with the instant of the order.

    A person buys if the person's own chance number is below the chance that the touched channels add up to.
    """
    draw = stream(seed, "decisions")
    people = chances(touches).with_columns(pl.Series("luck", draw.random(touches["person_key"].n_unique())))
    buyers = people.filter(pl.col("luck") < pl.col("chance"))
    delay = (waits(draw, np.full(buyers.height, 9.0), 1.2, 15 * 24) * HOUR).astype(np.int64)
    ordered = buyers.with_columns(at=pl.col("last_at") + pl.Series(delay))
    return ordered.filter(pl.col("at") < world.instant(world.END_DAY))


def chances(touches: pl.DataFrame) -> pl.DataFrame:
    """One row per person in order: chance of buying, channels, and the last touch."""
    misses = (1 - pl.col("channel").replace_strict(EFFECTS, return_dtype=pl.Float64)).product()
    distinct = touches.unique(["person_key", "channel"], keep="first", maintain_order=True).sort("person_key", "channel")
    combined = distinct.group_by("person_key", maintain_order=True).agg(misses=misses, channels="channel")
    last = touches.group_by("person_key").agg(last_at=pl.col("at").max())
    joined = combined.join(last, on="person_key", validate="1:1", maintain_order="left")
    return joined.with_columns(chance=1 - (1 - BASE_CHANCE) * pl.col("misses"))


def caused_orders(buyers: pl.DataFrame) -> dict[str, int]:
    """Orders by channel that would not have been placed without it; one order can hang on several channels."""
    caused = {}
    for channel, effect in EFFECTS.items():
        without = 1 - (1 - pl.col("chance")) / (1 - effect)
        lost = pl.col("channels").list.contains(channel) & (pl.col("luck") >= without)
        caused[channel] = int(buyers.select(lost.sum()).item())
    return caused
