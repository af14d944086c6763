"""Journeys of persons among six channels whose true incremental conversions are known, in three kinds of world."""

from typing import NamedTuple

import numpy as np

from careworth.attribution.journeys import Journeys

CHANNELS = ("search_paid", "social_paid", "care_social", "email", "display", "referral")

#: Random: who is reached hangs on nothing. Confounded: who wants to buy meets some channels more often, and buys more often.
#: Synergy: some pairs of channels do more together than each alone.
WORLDS = ("random", "confounded", "synergy")


class World(NamedTuple):
    """Journeys, and how many conversions fewer there would be in expectation without each channel."""

    journeys: Journeys
    caused: np.ndarray


def simulated(world: str, generator: np.random.Generator, people: int = 20_000) -> World:
    """A world with channels of random reach and strength; persons whom no channel reached are not seen."""
    count = len(CHANNELS)
    intent = generator.normal(0, 1, people)
    pull = generator.uniform(0, 1, count) * (world == "confounded")
    rates = generator.uniform(0.15, 0.6, count) * np.exp(np.outer(intent, pull) - pull**2 / 2)
    strengths = generator.gamma(4, 0.5 / 4, count)
    together = np.triu(generator.gamma(2, 0.5 / 2, (count, count)) * (generator.random((count, count)) < 0.3), 1)
    touched = generator.poisson(rates)
    seen = touched.sum(axis=1) > 0
    touched, intent = touched[seen], intent[seen] * (world == "confounded")
    chances = _chances(touched > 0, intent, strengths, together * (world == "synergy"))
    caused = [
        (chances - _chances(_without(touched, one) > 0, intent, strengths, together * (world == "synergy"))).sum()
        for one in range(count)
    ]
    return World(_journeys(touched, generator.random(len(chances)) < chances, generator), np.array(caused))


def _chances(reached: np.ndarray, intent: np.ndarray, strengths: np.ndarray, together: np.ndarray) -> np.ndarray:
    pairs = ((reached @ together) * reached).sum(axis=1)
    return 1 / (1 + np.exp(3.5 - 0.7 * intent - reached @ strengths - pairs))


def _without(touched: np.ndarray, channel: int) -> np.ndarray:
    left = touched.copy()
    left[:, channel] = 0
    return left


def _journeys(touched: np.ndarray, converted: np.ndarray, generator: np.random.Generator) -> Journeys:
    people, channels = np.nonzero(touched)
    times = touched[people, channels]
    person, channel = np.repeat(people, times), np.repeat(channels, times)
    order = np.lexsort([generator.random(len(person)), person])
    starts = np.concatenate([[0], np.cumsum(touched.sum(axis=1))])
    converted = converted.astype(float)
    return Journeys(CHANNELS, channel[order], starts, converted, 1 - converted, 50 * converted)
