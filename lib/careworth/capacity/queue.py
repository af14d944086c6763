"""The agents that a promise needs in each hour of the week, and what promise given agents keep.

A promise of less than an hour is kept or broken within the hour: Erlang's formulas say how many agents it takes. With a longer
one the work of an hour may wait for a quieter one, so hours are levelled and the weeks are played, chance and all (METRICS.md
S20: by simulation, not by average). A customer's wait ends when an agent takes the matter up.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import gamma

from careworth.capacity.erlang import agents_needed, answered_within, served_within
from careworth.capacity.forecast import LEAST_SPREAD, Spread
from careworth.errors import ParameterError

#: From so many minutes on, work may be done in a later hour.
LONG_MINUTES = 60

#: Four weeks are played so often; the same seed gives the same hours.
PLAYS, WEEKS, SEED = 100, 4, 1


class Promise(NamedTuple):
    """To take up `share` of the customers within so many minutes; with probability `certainty` it is kept."""

    share: float
    within_minutes: float
    certainty: float = 0.8


class Work(NamedTuple):
    """What a conversation takes: minutes at an agent who has so many of them open at a time, and how long customers wait.

    `patience_minutes` is the mean time after which a customer gives up, None where nobody does; it counts in short promises.
    """

    handle_minutes: float
    concurrency: float = 1.0
    patience_minutes: float | None = None


class Kept(NamedTuple):
    """What given agents keep: the share of customers taken up in time in the middle one of the plays, and in 95 % of them.

    Within `minutes` the promised share is taken up; infinite where the queue grows without end.
    """

    share: float
    low: float
    high: float
    minutes: float


def demand_hours(expected: np.ndarray, work: Work) -> np.ndarray:
    """Hours of agents' work that the arrivals bring.

    Examples
    --------
    >>> demand_hours(np.array([30.0]), Work(handle_minutes=6, concurrency=2)).tolist()
    [1.5]
    """
    return np.asarray(expected, float) * work.handle_minutes / 60 / work.concurrency


def hours_needed(
    expected: np.ndarray, spread: Spread, promise: Promise, work: Work, is_open: np.ndarray | None = None
) -> np.ndarray:
    """Staffed hours in each hour of the week, (7, 24), that keep the promise with the stated probability.

    Parameters
    ----------
    expected : array (7, 24)
        Arrivals in each hour of an average week ahead.
    is_open : array (7, 24), optional
        False in hours without service: who writes then waits for the next open hour, from which on the promise counts.

    Raises
    ------
    ParameterError
        If promise or work say something impossible, or no hour is open.
    """
    _require_possible(promise, work)
    opened = np.ones((7, 24), bool) if is_open is None else np.asarray(is_open, bool)
    arrivals = when_open(np.asarray(expected, float), opened)
    needed = np.zeros((7, 24))
    needed[opened] = (_by_hour if promise.within_minutes < LONG_MINUTES else _levelled)(arrivals, spread, promise, work)
    return needed


def when_open(expected: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """The arrivals of the open hours in their order, those of closed hours added to the next open one."""
    hours = np.flatnonzero(opened)
    if not len(hours):
        raise ParameterError("no hour of the week is open; name opening hours, or leave them out for service around the clock")
    following = np.searchsorted(hours, np.arange(expected.size)) % len(hours)
    return np.bincount(following, expected.ravel(), minlength=len(hours))


def kept_by(arrivals: np.ndarray, staffed: np.ndarray, spread: Spread, promise: Promise, work: Work) -> Kept:
    """What so many staffed agents keep of a promise at the forecast arrivals, hour by hour of a week."""
    _require_possible(promise, work)
    plays = _play(arrivals, spread, work)
    tails = np.array([0.025, 0.5, 0.975])
    shares = np.quantile(_shares_kept(plays, staffed, promise.within_minutes), tails)
    if promise.within_minutes < LONG_MINUTES:
        levels = gamma.ppf(1 - tails, 1 / max(spread.level, LEAST_SPREAD), scale=max(spread.level, LEAST_SPREAD))
        hourly = [_share_by_hour(level * arrivals, staffed, spread, promise, work) for level in levels]
        shares = np.minimum(shares, hourly)
    low, middle, high = (float(share) for share in shares)
    minutes = max(_minutes_kept(plays, staffed, promise.share), _minutes_by_hour(arrivals, staffed, spread, promise, work))
    return Kept(middle, low, high, minutes)


def _by_hour(arrivals: np.ndarray, spread: Spread, promise: Promise, work: Work) -> np.ndarray:
    """Whole agents for the rate that an hour stays below with the stated probability."""
    varying = max(float(spread.hours.mean()), LEAST_SPREAD)
    rate = arrivals * gamma.ppf(promise.certainty, 1 / varying, scale=varying)
    places = agents_needed(
        rate * work.handle_minutes / 60,
        promise.share,
        promise.within_minutes,
        work.handle_minutes,
        work.patience_minutes,
    )
    return np.ceil(places / work.concurrency)


def _levelled(arrivals: np.ndarray, spread: Spread, promise: Promise, work: Work) -> np.ndarray:
    """The work of each hour spread over the time that it may wait, times the least factor that keeps the promise."""
    reach = min(max(round(promise.within_minutes / 60), 1), len(arrivals))
    running = np.cumsum(np.concatenate([arrivals[len(arrivals) - reach :], arrivals]))
    shape = demand_hours((running[reach:] - running[:-reach])[-len(arrivals) :] / reach, work)
    if not shape.any():
        return shape
    plays = _play(arrivals, spread, work)

    def is_kept(factor: float) -> bool:
        shares = _shares_kept(plays, factor * shape, promise.within_minutes)
        return np.quantile(shares, 1 - promise.certainty) >= promise.share

    return _least_factor(is_kept) * shape


def _least_factor(is_kept) -> float:
    # Less than the work itself leaves a queue that grows, however long the promise.
    few, many = 1.0, 1.25
    while not is_kept(many):
        few, many = many, 2 * many
    while many - few > 0.01:
        few, many = (few, (few + many) / 2) if is_kept((few + many) / 2) else ((few + many) / 2, many)
    return many


class _Plays(NamedTuple):
    """Customers of each hour of some weeks, as often as they are played, and the minutes of agents' work until each hour."""

    customers: np.ndarray
    work: np.ndarray


def _play(arrivals: np.ndarray, spread: Spread, work: Work) -> _Plays:
    rng = np.random.default_rng(SEED)
    of_hours = max(float(spread.hours.mean()) - spread.level, LEAST_SPREAD)
    level = _around_one(rng, max(spread.level, LEAST_SPREAD), (PLAYS, 1))
    means = np.tile(arrivals, WEEKS) * level * _around_one(rng, of_hours, (PLAYS, WEEKS * len(arrivals)))
    customers = rng.poisson(means)
    minutes = rng.standard_gamma(customers) * work.handle_minutes / work.concurrency
    return _Plays(customers, np.cumsum(np.pad(minutes, ((0, 0), (1, 0))), axis=1))


def _around_one(rng: np.random.Generator, varying: float, shape: tuple[int, int]) -> np.ndarray:
    return rng.gamma(1 / varying, varying, shape)


def _done(plays: _Plays, staffed: np.ndarray) -> np.ndarray:
    """Minutes of work done until each hour: as much as the agents can, never more than has come."""
    able = np.concatenate([[0.0], np.cumsum(np.tile(staffed, WEEKS))]) * 60
    return able + np.minimum.accumulate(plays.work - able, axis=1)


def _shares_kept(plays: _Plays, staffed: np.ndarray, within_minutes: float) -> np.ndarray:
    """Of each play the share of customers whose turn comes in time; the last ones, whose time is not over, do not count."""
    done, half = _done(plays, staffed), (plays.work[:, 1:] + plays.work[:, :-1]) / 2
    whole, part = divmod(0.5 + within_minutes / 60, 1)
    counted = half.shape[1] - int(whole)
    if counted < 1:
        raise ParameterError(f"a promise within {within_minutes:g} minutes is longer than the {WEEKS} weeks that are planned")
    later = done[:, int(whole) : int(whole) + counted] * (1 - part)
    if part:
        later = later + done[:, int(whole) + 1 : int(whole) + 1 + counted] * part
    customers = plays.customers[:, :counted]
    in_time = later >= half[:, :counted] - 1e-9 * (1 + half[:, :counted])
    every = customers.sum(axis=1)
    return np.where(every > 0, (customers * in_time).sum(axis=1) / np.maximum(every, 1), 1.0)


def _share_by_hour(arrivals: np.ndarray, staffed: np.ndarray, spread: Spread, promise: Promise, work: Work) -> float:
    """The share of customers taken up in time within their hour; agents who stay for part of it count for that part."""
    varying = max(float(spread.hours.mean()), LEAST_SPREAD)
    rates = arrivals * gamma.ppf((np.arange(9)[:, None] + 0.5) / 9, 1 / varying, scale=varying)
    load, places = rates * work.handle_minutes / 60, staffed * work.concurrency
    least = np.floor(places)
    few, many = (_kept_places(load, np.broadcast_to(each, load.shape), promise, work) for each in (least, least + 1))
    share = few + (places - least) * (many - few)
    return float((rates * share).sum() / max(rates.sum(), 1e-12)) if rates.any() else 1.0


def _kept_places(load: np.ndarray, places: np.ndarray, promise: Promise, work: Work) -> np.ndarray:
    if work.patience_minutes is None:
        return answered_within(load, places, promise.within_minutes, work.handle_minutes)
    pairs = zip(load.ravel(), places.ravel(), strict=True)
    kept = [served_within(*pair, promise.within_minutes, work.handle_minutes, work.patience_minutes) for pair in pairs]
    return np.array(kept).reshape(load.shape)


def _minutes_kept(plays: _Plays, staffed: np.ndarray, share: float) -> float:
    """Within so many minutes that share of the customers of all plays has its turn; later than the end is infinite."""
    done, hours = _done(plays, staffed), np.arange(plays.work.shape[1])
    half = (plays.work[:, 1:] + plays.work[:, :-1]) / 2
    ends = np.array([np.interp(turn, line, hours, right=np.inf) for turn, line in zip(half, done, strict=True)])
    waits, customers = np.maximum(ends - hours[:-1] - 0.5, 0.0).ravel(), plays.customers.ravel()
    if not customers.any():
        return 0.0
    order = np.argsort(waits, kind="stable")
    reached = np.searchsorted(np.cumsum(customers[order]), share * customers.sum())
    return round(float(60 * waits[order][min(reached, len(waits) - 1)]), 6)


def _minutes_by_hour(arrivals: np.ndarray, staffed: np.ndarray, spread: Spread, promise: Promise, work: Work) -> float:
    """The same where the wait is over within its hour; an hour where it is not."""
    few, many = 0.0, float(LONG_MINUTES)
    while many - few > 0.25:
        middle = (few + many) / 2
        kept = _share_by_hour(arrivals, staffed, spread, promise._replace(within_minutes=middle), work) >= promise.share
        few, many = (few, middle) if kept else (middle, many)
    return many if many < LONG_MINUTES else 0.0


def _require_possible(promise: Promise, work: Work) -> None:
    for name, value in (("share", promise.share), ("certainty", promise.certainty)):
        if not 0 < value < 1:
            raise ParameterError(f"the promise's {name} is a number between 0 and 1, found {value}")
    given = {"within_minutes": promise.within_minutes, "handle_minutes": work.handle_minutes, "concurrency": work.concurrency}
    for name, value in given.items():
        if not (np.isfinite(value) and value > 0):
            raise ParameterError(f"{name} is a number above 0, found {value}")
