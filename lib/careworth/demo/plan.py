"""The conversations before a word is written: who opens what, when, and how it will go."""

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import pick_by_group, pick_each, stream, waits
from careworth.demo.world import DAY, DAY_COUNT, HANDLES, HOUR, MINUTE, SECOND

#: How a conversation goes once a person answers; what comes of it stands behind each.
TRACKS = {
    "answer": 0.53,  # resolved
    "offer": 0.02,  # resolved, with an offer on top that may be declined
    "ask_answer": 0.205,  # resolved after the customer gave details
    "push_answer": 0.055,  # resolved at the second attempt
    "push_open": 0.025,  # the first answer failed, no second came: open
    "ask_silence": 0.06,  # withdrawn: the customer never came back
    "soft": 0.055,  # redirected to a private message
    "hard": 0.05,  # redirected to phone, form or e-mail
}
PRIVATE_TRACKS = TRACKS | {"soft": 0.0}
OUTCOMES = {
    "answer": "resolved",
    "offer": "resolved",
    "ask_answer": "resolved",
    "push_answer": "resolved",
    "delight": "resolved",
    "push_open": "open",
    "silent": "open",
    "ask_silence": "withdrawn",
    "soft": "redirected",
    "hard": "redirected",
}

#: The longest wait for a first answer: well below the silence that would split a public conversation.
LONGEST_WAIT_MINUTES = 4 * 24 * 60

#: Days whose news brings more of everything to the handle named, with the factor.
BUSY_DAYS = {
    ("MerrowHelp", 34): 1.8,
    ("MerrowHelp", 35): 1.6,
    ("MerrowHotels", 45): 1.5,
    ("MerrowHotels", 116): 1.6,
    ("MerrowHelp", 116): 1.5,
}


def plan_conversations(seed: int, scale: float) -> pl.DataFrame:
    """One row per planned conversation in order of its start, with everything that the messages need."""
    arrivals = pl.concat([_arrivals(seed, name, scale) for name in HANDLES]).sort("opened", "handle", maintain_order=True)
    identified = arrivals.with_columns(
        customer=pl.format("guest{}", pl.int_range(10_000, pl.len() + 10_000)),
        is_return=pl.lit(False),
        thread=pl.lit(None, pl.String),
    )
    return identified.pipe(add_course, seed, "first")


def _arrivals(seed: int, name: str, scale: float) -> pl.DataFrame:
    handle, draw = HANDLES[name], stream(seed, f"arrivals {name}")
    rates = _daily_rates(name) * scale
    usual = _openings(draw, np.repeat(np.arange(DAY_COUNT), draw.poisson(rates)))
    table = pl.DataFrame({"opened": usual, "handle": name, "state": pick_each(draw, handle.states, len(usual))})
    table = table.with_columns(topic=pl.Series(_topics(draw, handle, table["state"].to_numpy(), usual), dtype=pl.String))
    return pl.concat([table, _incident(draw, handle, rates)]) if name == world.STAY.name else table


def _daily_rates(name: str) -> np.ndarray:
    handle = HANDLES[name]
    day = np.arange(DAY_COUNT)
    phase = np.searchsorted(
        [(handle.campaign.start - world.FIRST_DAY).days, (handle.campaign.end - world.FIRST_DAY).days], day, side="right"
    )
    weekday = np.array(world.WEEKDAYS)[(day + world.FIRST_DAY.weekday()) % 7]
    season = 1 + 0.10 * np.sin(2 * np.pi * (day - 100) / 365)
    busy = np.array([BUSY_DAYS.get((name, int(each)), 1.0) for each in day])
    return np.array(handle.daily)[phase] * weekday * season * busy


def _openings(draw: np.random.Generator, days: np.ndarray) -> np.ndarray:
    hour_share = np.array(world.HOURS) / sum(world.HOURS)
    hours = draw.choice(24, len(days), p=hour_share)
    within = draw.integers(0, HOUR // SECOND, len(days)) * SECOND
    return np.array(world.day_starts())[days] + hours * HOUR + within


def _topics(draw: np.random.Generator, handle: world.Handle, states: np.ndarray, opened: np.ndarray) -> np.ndarray:
    topics = pick_by_group(draw, handle.topics, states)
    summer = (
        (handle is world.GENERAL) & (opened >= world.instant(world.SUMMER.start)) & (opened < world.instant(world.SUMMER.end))
    )
    asked = summer & (states == "question")
    topics[asked] = pick_each(draw, world.SUMMER_QUESTIONS, int(asked.sum()))
    return topics


def _incident(draw: np.random.Generator, handle: world.Handle, rates: np.ndarray) -> pl.DataFrame:
    # The usual complaints stay; the incident adds seven times as many, so that together they are eight times.
    extra_rates = rates * handle.states["complaint"] * (world.INCIDENT_FACTOR - 1)
    opened = _openings(draw, np.repeat(np.arange(DAY_COUNT), draw.poisson(extra_rates)))
    inside = opened[(opened >= world.microseconds(world.INCIDENT_START)) & (opened < world.microseconds(world.INCIDENT_END))]
    return pl.DataFrame({"opened": inside}).with_columns(
        handle=pl.lit(handle.name), state=pl.lit("complaint"), topic=pl.lit("booking")
    )


def add_course(arrivals: pl.DataFrame, seed: int, wave: str) -> pl.DataFrame:
    """`arrivals` with network, language, how it is answered, how it ends and what the customer would have done."""
    drawn = arrivals.pipe(_add_place, stream(seed, f"place {wave}")).pipe(_add_track, stream(seed, f"track {wave}"))
    timed = drawn.pipe(_add_waits, stream(seed, f"waits {wave}")).pipe(_add_latent, stream(seed, f"latent {wave}"))
    return timed.with_columns(outcome=pl.col("track").replace_strict(OUTCOMES), needs_response=pl.col("state") != "praise")


def _add_place(table: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = table.height
    networks = {name: handle.networks for name, handle in HANDLES.items()}
    chance = draw.random(size)
    if "network" not in table.columns:
        drawn = pl.Series("network", pick_by_group(draw, networks, table["handle"].to_numpy()))
        private = pl.col("network").replace_strict({"x": 0.22, "facebook": 0.35, "instagram": 0.5, "whatsapp": 1.0})
        table = table.with_columns(drawn).with_columns(is_private=pl.Series(chance) < private)
    if "language" not in table.columns:
        table = table.with_columns(language=pl.Series(pick_each(draw, world.LANGUAGES, size), dtype=pl.String))
    return table.with_columns(
        part_count=1 + (pl.Series(draw.random(size) < 0.13) & (pl.col("state") != "praise")).cast(pl.Int64),
        is_quote=pl.Series(draw.random(size) < 0.03),
    )


def _add_track(table: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    size = table.height
    privacy = np.where(table["is_private"].to_numpy(), "private", "public")
    track = pick_by_group(draw, {"public": TRACKS, "private": PRIVATE_TRACKS}, privacy)
    in_crisis = (pl.col("handle") == world.STAY.name) & pl.col("opened").is_between(
        *map(world.microseconds, (world.INCIDENT_START, world.INCIDENT_END))
    )
    unanswered = world.handle_parameter("unanswered", pl.col("handle")) + in_crisis * 0.12 + (pl.col("state") == "praise") * 0.35
    return (
        table.with_columns(chance=pl.Series(draw.random(size)), track=pl.Series(track))
        .with_columns(
            track=pl.when(pl.col("chance") < unanswered)
            .then(pl.lit("silent"))
            .when(pl.col("state") == "praise")
            .then(pl.lit("delight"))
            .otherwise("track")
        )
        .drop("chance")
    )


def _add_waits(table: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    opened, size = table["opened"].to_numpy(), table.height
    medians = np.empty(size)
    for name, handle in HANDLES.items():
        own = table["handle"].to_numpy() == name
        medians[own] = np.where(opened[own] < world.instant(handle.campaign.start), *handle.minutes)
    at_day = waits(draw, medians, 1.0, LONGEST_WAIT_MINUTES)
    first = np.minimum(at_day + _night_minutes(opened, draw.random(size)), LONGEST_WAIT_MINUTES)
    machine = np.where(table["is_private"].to_numpy(), 0.42, 0.10) > draw.random(size)
    kind = np.where(machine, np.where(draw.random(size) < 0.55, "bot", "auto"), "")
    return table.with_columns(
        wait=pl.Series(np.maximum(first, 1.5) * MINUTE).cast(pl.Int64),
        machine=pl.Series(kind),
        agent=pl.Series(draw.integers(1, 41, size)),
    )


def _night_minutes(opened: np.ndarray, chance: np.ndarray) -> np.ndarray:
    # From eleven at night to seven in the morning only one in seven cases meets the night desk.
    starts = np.array(world.day_starts())
    minute = (opened - starts[np.searchsorted(starts, opened, side="right") - 1]) / MINUTE
    until_seven = np.where(minute >= 23 * 60, 31 * 60 - minute, np.maximum(7 * 60 - minute, 0))
    return np.where(chance < 1 / 7, 0.0, until_seven)


def _add_latent(table: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    more_likely = pl.col("state").replace_strict({"complaint": 1.15, "question": 0.9, "request": 0.9, "praise": 0.0})
    would_phone = world.handle_parameter("would_phone", pl.col("handle")) * more_likely
    recontact = world.handle_parameter("recontact", pl.col("handle"))
    size = table.height
    chances = table.with_columns(phone=pl.Series(draw.random(size)), again=pl.Series(draw.random(size)))
    return chances.with_columns(would_phone=pl.col("phone") < would_phone, recontacts=pl.col("again") < recontact).drop(
        "phone", "again"
    )


def plan_returns(first: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Later conversations of the same customers: days later in the same private thread, or where a redirect sent them.

    `first` has `ended`, the instant of the last message of each conversation.
    """
    draw = stream(seed, "returns")
    chance, size = draw.random(first.height), first.height
    days_later = (draw.uniform(2, 21, size) * DAY).astype(np.int64)
    minutes_later = (draw.uniform(4, 90, size) * MINUTE).astype(np.int64)
    state = pick_each(draw, {"complaint": 0.4, "question": 0.4, "request": 0.2}, size)
    follows = (pl.col("track") == "soft") & (pl.col("chance") < 0.4)
    returns = ~follows & (pl.col("chance") > 0.88) & (pl.col("track") != "silent")
    drawn = first.with_columns(
        chance=pl.Series(chance), days=pl.Series(days_later), minutes=pl.Series(minutes_later), back=pl.Series(state)
    )
    picked = drawn.filter(follows | returns).with_columns(
        opened=pl.col("ended") + pl.when(follows).then("minutes").otherwise("days"),
        state=pl.when(follows).then(pl.lit("request")).otherwise("back"),
        topic=pl.when(follows).then(pl.lit("dm")).otherwise(pl.lit("again")),
        thread=pl.when(pl.col("is_private")).then("thread"),
        is_private=pl.col("is_private") | follows,
        is_return=pl.lit(True),
    )
    kept = picked.filter(pl.col("opened") < world.instant(world.END_DAY))
    columns = ["opened", "handle", "state", "topic", "customer", "is_return", "thread", "network", "is_private", "language"]
    return kept.select(columns).sort("opened", "customer").pipe(add_course, seed, "returns")
