"""Daily series with a known effect: the five worlds of issue 6, and others with other scales, noises and controls."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

WEEK = np.array([0.10, 0.05, 0.0, 0.02, 0.08, -0.15, -0.10])


class World(NamedTuple):
    """How a series comes about; every deviation is in logarithms, so 0.1 is about 10 %."""

    mean: float = 200.0
    days_before: int = 365
    days_after: int = 28
    controls: int = 5
    #: The demand that the series shares with its controls.
    demand_sd: float = 0.15
    demand_memory: float = 0.97
    yearly: float = 0.15
    #: What the series has for itself, and each control too.
    noise_sd: float = 0.06
    noise_memory: float = 0.6
    drift_sd: float = 0.0
    #: A larger size is less over-dispersed; infinity is Poisson.
    size: float = 100.0
    promo_share: float = 0.08
    promo_lift: float = 0.20
    #: 1 follows the shared demand, 0 has nothing to do with it.
    loading: float = 1.0
    heavy_tails: bool = False
    week: float = 1.0


class Drawn(NamedTuple):
    """One draw of a world, as `estimate_effect` takes it."""

    y: np.ndarray
    dates: list[date]
    start: date
    controls: np.ndarray | None
    promo: np.ndarray


#: The five worlds that issue 6 names.
FIVE = {
    "AR noise 0.6": World(),
    "strong AR 0.9": World(noise_memory=0.9),
    "random-walk drift": World(drift_sd=0.015),
    "useless controls": World(loading=0.0, yearly=0.0, demand_sd=0.10),
    "12 events a day": World(mean=12.0, size=8.0),
}

#: Worlds that the method was not made for.
OTHERS = {
    "no controls": World(controls=0),
    "one control": World(controls=1),
    "ten controls": World(controls=10, noise_sd=0.12),
    "5,000 a day": World(mean=5000.0, size=200.0),
    "three a day": World(mean=3.0, size=5.0),
    "white noise": World(noise_memory=0.0, yearly=0.0, demand_sd=0.0),
    "heavy tails": World(heavy_tails=True),
    "short: 200 before, 7 after": World(days_before=200, days_after=7),
    "200 before, 28 after": World(days_before=200),
    "long: 800 before, 90 after": World(days_before=800, days_after=90),
    "odd lengths: 311 before, 17 after": World(days_before=311, days_after=17),
    "drift, no controls": World(controls=0, drift_sd=0.01, yearly=0.0, demand_sd=0.05),
    "strong week and promotions": World(week=4.0, promo_share=0.2, promo_lift=0.6),
}


def draw(world: World, seed: int, lift: float = 0.0) -> Drawn:
    """A series of `world` whose mean is multiplied by 1 + `lift` from the start on."""
    rng = np.random.default_rng(seed)
    days = world.days_before + world.days_after
    t, weekday = np.arange(days), (np.arange(days) + seed) % 7
    promo = _promotions(rng, days, world.promo_share)
    season = world.yearly * np.sin(2 * np.pi * (t / 365.25 + rng.random()))
    demand = season + _remembering(rng, days, 1, world.demand_memory, world.demand_sd)[:, 0]
    count = 1 + world.controls
    own = _remembering(rng, days, count, world.noise_memory, world.noise_sd)
    own += np.cumsum(rng.normal(0, world.drift_sd, (days, count)), axis=0)
    own += 0.06 * rng.standard_t(3, (days, count)) if world.heavy_tails else 0.0
    shared = np.column_stack([demand] + [world.loading * rng.uniform(0.6, 1.2) * demand for _ in range(world.controls)])
    weeks = world.week * WEEK[weekday][:, None] * rng.uniform(0.7, 1.3, count)
    means = world.mean * np.exp(shared + own + weeks + world.promo_lift * promo[:, None])
    means[world.days_before :, 0] *= 1 + lift
    counts = _counts(rng, means, world.size)
    first = date(2023, 1, 2) + timedelta(seed % 7)
    dates = [first + timedelta(int(day)) for day in t]
    return Drawn(counts[:, 0], dates, dates[world.days_before], counts[:, 1:] if world.controls else None, promo)


def _remembering(rng, days: int, count: int, memory: float, sd: float) -> np.ndarray:
    shocks = rng.normal(0, sd * np.sqrt(1 - memory**2), (days + 200, count))
    return lfilter([1.0], [1.0, -memory], shocks, axis=0)[200:]


def _promotions(rng, days: int, share: float) -> np.ndarray:
    """Promotions of three days each, on about `share` of the days."""
    begins = rng.random(days) < share / 3
    return np.convolve(begins, np.ones(3))[:days].clip(0, 1)


def _counts(rng, means: np.ndarray, size: float) -> np.ndarray:
    rates = means if np.isinf(size) else rng.gamma(size, means / size)
    return rng.poisson(rates).astype(float)
