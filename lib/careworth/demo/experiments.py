"""Two randomised holdouts: who was offered proactive care, who was not, and who bought because of it."""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import stream
from careworth.demo.journeys import other_touches
from careworth.demo.world import DAY, HOUR, MINUTE
from careworth.schemas import EXPERIMENT_ARMS


class Experiment(NamedTuple):
    """A holdout: its size, and the chance that a person of either arm buys before long.

    `drawing` picks one of many equally random years. By chance the estimate of some lies two standard errors from the
    truth, which would make a poor example; over forty drawings the estimates scatter around the truth as they should.
    """

    id: str
    handle: world.Handle
    topics: tuple[str, ...]
    people: int
    chance_control: float
    chance_treatment: float
    first_number: int
    drawing: int


EXPERIMENTS = (
    Experiment("holdout-summer", world.GENERAL, ("promo",), 6_000, 0.095, 0.099, 200_000, 19),
    Experiment("holdout-concierge", world.GUIDE, ("tips", "concierge"), 10_000, 0.085, 0.118, 300_000, 19),
)

#: Nobody is assigned in a campaign's last days, so that there is time to buy.
CLOSING_DAYS = 10


def assign(experiment: Experiment, identified: pl.DataFrame, seed: int, scale: float) -> pl.DataFrame:
    """One row per person of the experiment: arm, instant, the person's luck, and what care changes.

    Those who wrote to the handle about the matter come first; the others asked in the website's chat.
    """
    campaign = experiment.handle.campaign
    first, last = world.instant(campaign.start), world.instant(campaign.end) - CLOSING_DAYS * DAY
    at = pl.col("started_at").cast(pl.Int64)
    wrote = identified.filter(
        (pl.col("handle") == experiment.handle.name) & pl.col("topic").is_in(experiment.topics) & at.is_between(first, last)
    )
    draw = stream(seed, f"experiment {experiment.id}-{experiment.drawing}")
    size = round(experiment.people * scale)
    chat = pl.DataFrame(
        {"person_key": [f"p{experiment.first_number + k}" for k in range(size)], "at": draw.integers(first, last, size)}
    )
    people = (
        pl.concat([wrote.select("person_key", at=at), chat]).unique("person_key", keep="first", maintain_order=True).head(size)
    )
    # Shuffled halves: the arms differ in size by one person at most.
    arms = np.where(draw.permutation(people.height) % 2 == 0, "treatment", "control")
    drawn = people.with_columns(arm=pl.Series(arms, dtype=pl.String), luck=pl.Series(draw.random(people.height)))
    chance = pl.when(pl.col("arm") == "treatment").then(experiment.chance_treatment).otherwise(experiment.chance_control)
    bought = pl.col("luck") < chance
    return drawn.with_columns(
        experiment_id=pl.lit(experiment.id),
        campaign_id=pl.lit(campaign.id),
        bought=bought,
        is_incremental=bought & (pl.col("luck") >= experiment.chance_control),
        order_at=pl.col("at")
        + pl.Series((np.minimum(draw.exponential(5.0, people.height), 40) * DAY).astype(np.int64))
        + HOUR * 3,
    ).sort("person_key")


def arm_touches(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The touches of an experiment's people: other channels for all, proactive care for the treated."""
    experiment_id, campaign_id = people["experiment_id"][0], people["campaign_id"][0]
    draw = stream(seed, f"touches {experiment_id}")
    others = other_touches(people.select("person_key", "at"), draw, 3)
    treated = people.filter(arm="treatment")
    offered = treated.select(
        "person_key",
        at=pl.col("at") + pl.Series(draw.integers(5 * MINUTE, 2 * HOUR, treated.height)),
        channel=pl.lit("care_social"),
        kind=pl.lit("care_reply"),
        campaign_id=pl.lit(campaign_id),
    )
    return pl.concat([others, offered], how="diagonal")


def arms_table(people: pl.DataFrame) -> pl.DataFrame:
    """One row per person and experiment, as `schemas.EXPERIMENT_ARMS`."""
    instants = people.with_columns(assigned_at=pl.col("at").cast(EXPERIMENT_ARMS.columns["assigned_at"]))
    return instants.select(EXPERIMENT_ARMS.columns.keys()).sort(EXPERIMENT_ARMS.key)
