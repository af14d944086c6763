"""Randomised experiments whose true effect is known: skewed spending, hours with carry-over, regions of uneven size."""

import numpy as np

from careworth.effects.randomisation import matched_pairs, random_halves


def spending_holdout(generator: np.random.Generator, people: int, effect: float) -> tuple[np.ndarray, ...]:
    """Spending of treated and of control persons, and their spending before; one in three spends, heavily skewed."""
    taste = generator.gamma(1.0, 1.0, people)
    before, after = (generator.poisson(taste) * generator.lognormal(2.0, 0.6, people) for _ in range(2))
    treated = generator.permutation(people) < people // 2
    return after[treated] + effect, after[~treated], before[treated], before[~treated]


def shares_holdout(generator: np.random.Generator, people: int, share: float, effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Who bought among treated and control persons."""
    return generator.random(people) < share + effect, generator.random(people) < share


def ratio_holdout(generator: np.random.Generator, people: int, effect: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Revenue and orders of each person in both arms; revenue of an order is 20 and the effect, persons differ."""
    arms = []
    for added in (effect, 0.0):
        orders = 1 + generator.poisson(1.0, people)
        arms.append((orders * (20 + added + generator.normal(0, 5, people)), orders.astype(float)))
    return arms


def switched_hours(generator: np.random.Generator, days: int, effect: float, block: int = 4, washout: int = 1) -> dict:
    """Hourly calls with a daily course, AR noise and an effect that takes an hour to come and go; blocks drawn by lot."""
    hours = np.arange(24 * days)
    course = 100 + 40 * np.sin(2 * np.pi * hours / 24)
    blocks = hours // block
    strata = np.arange(24 * days // block) % (24 // block)
    is_on = random_halves(strata, int(generator.integers(2**31)))[blocks]
    noise = generator.normal(0, 8, len(hours))
    for hour in range(1, len(hours)):
        noise[hour] += 0.5 * noise[hour - 1]
    lagged = np.concatenate([[False], is_on[:-1]])
    outcome = course + noise + effect * np.where(is_on == lagged, is_on, 0.5)
    return {
        "outcome": outcome,
        "is_on": is_on,
        "blocks": blocks,
        "strata": strata[blocks],
        "expected": course,
        "washout": washout,
    }


def drawn_regions(generator: np.random.Generator, regions: int, lift: float) -> dict:
    """Means of regions of lognormal size before and during, half of each matched pair treated."""
    before = 200 * np.exp(generator.normal(0, 1, regions))
    pairs = matched_pairs(before)
    assigned = random_halves(pairs, int(generator.integers(2**31)))
    growth = np.exp(0.03 + generator.normal(0, 0.05, regions))
    return {"before": before, "during": before * growth * (1 + lift * assigned), "assigned": assigned, "pairs": pairs}
