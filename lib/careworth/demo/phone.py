"""The contact centre in half hours: what would have rung, less the calls that care made unnecessary."""

import numpy as np
import polars as pl

from careworth.demo import world
from careworth.demo.dice import stream
from careworth.demo.world import DAY_COUNT, HOUR, MINUTE
from careworth.schemas import CONTACT_INTERVALS

INTERVAL = 30 * MINUTE

#: Calls a day by queue, before care takes any away.
DAILY_CALLS = {"guest_care": 430.0, "reservations": 270.0, "residences": 95.0}
BRAND_QUEUES = {world.HOTELS: "guest_care", world.RESIDENCES: "residences"}

#: Share of a day's calls in each local hour.
CALL_HOURS = (3, 2, 1, 1, 1, 3, 8, 34, 62, 80, 88, 84, 76, 74, 76, 78, 76, 72, 66, 54, 40, 26, 12, 6)
HANDLE_SECONDS = 385.0


def build_contact_intervals(conversations: pl.DataFrame, seed: int, scale: float) -> pl.DataFrame:
    """One row per queue and half hour of the year, as `schemas.CONTACT_INTERVALS`."""
    avoided = avoided_calls(conversations, seed)
    parts = [_queue(name, avoided.filter(queue=name), stream(seed, f"calls {name}"), scale) for name in DAILY_CALLS]
    return pl.concat(parts).sort(CONTACT_INTERVALS.key)


def avoided_calls(conversations: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per call that was not made: its queue and the number of the half hour in which it would have come."""
    avoided = conversations.filter("is_avoided")
    delay = stream(seed, "avoided calls").integers(20 * MINUTE, 9 * HOUR, avoided.height)
    due = avoided.select((pl.col("started_at").cast(pl.Int64) + pl.Series(delay)).alias("due")).to_series().to_numpy()
    slot = (_within_opening_hours(due) - world.instant(world.FIRST_DAY)) // INTERVAL
    queue = avoided["brand"].replace_strict(BRAND_QUEUES)
    return pl.DataFrame({"queue": queue, "slot": np.minimum(slot, DAY_COUNT * 48 - 1)})


def _within_opening_hours(due: np.ndarray) -> np.ndarray:
    # At night people sleep on it and ring in the morning.
    starts = np.array(world.day_starts())
    hour = (due - starts[np.searchsorted(starts, due, side="right") - 1]) / HOUR
    until_morning = np.where(hour >= 22, 32 - hour, np.where(hour < 7, 8 - hour, 0.0))
    return due + (until_morning * HOUR).astype(np.int64)


def _queue(name: str, avoided: pl.DataFrame, draw: np.random.Generator, scale: float) -> pl.DataFrame:
    starts = world.instant(world.FIRST_DAY) + np.arange(DAY_COUNT * 48) * INTERVAL
    spared = np.bincount(avoided["slot"].to_numpy(), minlength=len(starts))
    # A spared call that finds nobody ringing in its half hour is taken from the next one in which somebody does.
    remaining = np.cumsum(draw.poisson(_rates(name, starts) * scale) - spared)
    offered = np.diff(np.maximum(np.maximum.accumulate(remaining), 0), prepend=0)
    abandoned = draw.binomial(offered, np.clip(0.03 + 0.004 * offered, 0.03, 0.2))
    answered = offered - abandoned
    handle = np.round(answered * HANDLE_SECONDS * draw.uniform(0.9, 1.1, len(starts))).astype(np.int64)
    wait = np.round(offered * 38 * draw.uniform(0.5, 1.6, len(starts))).astype(np.int64)
    counts = {"offered": offered, "answered": answered, "abandoned": abandoned, "handle_seconds": handle, "wait_seconds": wait}
    table = pl.DataFrame(counts | {"interval_start": starts}).with_columns(
        pl.col("interval_start").cast(CONTACT_INTERVALS.columns["interval_start"]),
        channel=pl.lit("phone"),
        queue=pl.lit(name),
        interval_seconds=pl.lit(1800, pl.Int64),
    )
    return table.select(CONTACT_INTERVALS.columns.keys())


def _rates(name: str, starts: np.ndarray) -> np.ndarray:
    day = np.searchsorted(np.array(world.day_starts()), starts, side="right") - 1
    hour = np.minimum((starts - np.array(world.day_starts())[day]) // HOUR, 23)
    share = np.array(CALL_HOURS) / sum(CALL_HOURS) / 2
    weekday = np.array(world.WEEKDAYS)[(day + world.FIRST_DAY.weekday()) % 7]
    season = 1 + 0.08 * np.sin(2 * np.pi * (day - 110) / 365)
    during = (starts >= world.microseconds(world.INCIDENT_START)) & (starts < world.microseconds(world.INCIDENT_END))
    return DAILY_CALLS[name] * share[hour] * weekday * season * np.where(during & (name == "residences"), 2.4, 1.0)
