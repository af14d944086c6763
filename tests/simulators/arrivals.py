"""Arrivals by hour whose forecast is known to be hard or easy, and a queue played customer by customer."""

import heapq
from typing import NamedTuple

import numpy as np


class Demand(NamedTuple):
    """How arrivals come about; deviations are in logarithms, so 0.1 is about 10 %."""

    a_week: float = 600.0
    weeks: int = 16
    trend: float = 0.0
    #: What changes from week to week for good, and for the week alone.
    drift_sd: float = 0.0
    week_sd: float = 0.0
    day_sd: float = 0.0
    hour_sd: float = 0.0
    #: How far each hour of the week goes its own way.
    own_sd: float = 0.2
    special_days: int = 0
    special_lift: float = 1.0


#: Worlds of demand by name.
DEMANDS = {
    "chance alone": Demand(),
    "quiet: 60 a week": Demand(a_week=60.0),
    "busy and uneven": Demand(a_week=6000.0, day_sd=0.15, hour_sd=0.2),
    "drift": Demand(drift_sd=0.08, day_sd=0.1, hour_sd=0.2),
    "trend of 2 % a week": Demand(trend=0.02, day_sd=0.1),
    "nine weeks": Demand(weeks=9, day_sd=0.1, hour_sd=0.2),
    "half a year": Demand(weeks=26, drift_sd=0.04, day_sd=0.2, hour_sd=0.3),
    "events": Demand(day_sd=0.1, special_days=8, special_lift=3.0),
}


def draw_arrivals(demand: Demand, seed: int, weeks_ahead: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Counts by day and hour of the history and the weeks ahead, and which days are special."""
    rng = np.random.default_rng(seed)
    weeks = demand.weeks + weeks_ahead
    level = np.exp(np.cumsum(rng.normal(demand.trend, demand.drift_sd, weeks)) + rng.normal(0, demand.week_sd, weeks))
    day = level.repeat(7) * np.exp(rng.normal(0, demand.day_sd, 7 * weeks))
    mean = demand.a_week * day[:, None] * np.tile(_week_pattern(rng, demand.own_sd), (weeks, 1))
    mean *= np.exp(rng.normal(0, demand.hour_sd, mean.shape))
    special = np.zeros(7 * weeks, bool)
    special[rng.choice(7 * demand.weeks, demand.special_days, replace=False)] = True
    return rng.poisson(mean * np.where(special, demand.special_lift, 1.0)[:, None]), special


def _week_pattern(rng: np.random.Generator, own_sd: float) -> np.ndarray:
    hours = 0.15 + np.exp(-0.5 * ((np.arange(24) - rng.uniform(10, 20)) / 4.0) ** 2)
    days = np.array([1.1, 1.05, 1.0, 1.0, 1.1, 0.8, 0.7])
    pattern = days[:, None] * hours * np.exp(rng.normal(0, own_sd, (7, 24)))
    return pattern / pattern.sum()


def play_queue(
    arrivals: np.ndarray, agents: int, handle: np.ndarray, patience: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Minutes that each customer waited, in turn, for one of the agents, and who was served; times in minutes, in order."""
    free = [0.0] * agents
    waits, served = np.empty(len(arrivals)), np.ones(len(arrivals), bool)
    for number, arrived in enumerate(arrivals):
        wait = max(free[0] - arrived, 0.0)
        if patience is not None and wait > patience[number]:
            waits[number], served[number] = patience[number], False
            continue
        waits[number] = wait
        heapq.heapreplace(free, arrived + wait + handle[number])
    return waits, served


def play_plan(arrivals: np.ndarray, handle: np.ndarray, staffed: np.ndarray, steps_an_hour: int = 60) -> np.ndarray:
    """Minutes until each customer's turn, where the agents of an hour share its work minute by minute, the oldest first.

    A step's work is as many minutes as there are agents; what is left of them goes to the next customer in line.
    """
    capacity = np.repeat(staffed, steps_an_hour) * 60 / steps_an_hour
    waits, line, number = np.full(len(arrivals), np.inf), [], 0
    for step, minutes in enumerate(capacity):
        now = step * 60 / steps_an_hour
        while number < len(arrivals) and arrivals[number] <= now:
            line.append([number, handle[number]])
            number += 1
        while line and minutes > 0:
            first = line[0]
            if np.isinf(waits[first[0]]):
                waits[first[0]] = now - arrivals[first[0]]
            done = min(minutes, first[1])
            minutes, first[1] = minutes - done, first[1] - done
            if first[1] <= 0:
                line.pop(0)
    return waits
