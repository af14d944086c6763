"""How often the bootstrap's 95 % intervals hold the credit of the whole population, and what 1,000 replicates cost.

    POLARS_MAX_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m tests.benchmarks.attribution_intervals

A population of journeys along random walks is credited as a whole; then samples of it are credited with intervals, and the share
of intervals that hold the population's credit is counted. The second table needs ../shared beside the checkout.
"""

import time
from functools import partial
from pathlib import Path

import numpy as np

from careworth.attribution.journeys import Journeys
from careworth.attribution.markov import markov_credits
from careworth.attribution.rules import rule_credits
from careworth.attribution.shapley import shapley_credits
from careworth.attribution.uncertainty import Model, bootstrap, credit_intervals
from tests.paths import journeys_of, published

MODELS = {
    "linear": partial(rule_credits, rule="linear"),
    "markov:1": markov_credits,
    "markov:2": partial(markov_credits, order=2),
    "markov:3": partial(markov_credits, order=3),
    "shapley": shapley_credits,
    "shapley:rate": partial(shapley_credits, game="rate"),
}


def population(seed: int, channels: int = 5, paths: int = 400) -> Journeys:
    """Walks among channels that end and convert at rates of their own; conversions and nulls are shares that add up to one."""
    generator = np.random.default_rng(seed)
    starts, moves = generator.dirichlet(np.ones(channels) * 2), generator.dirichlet(np.ones(channels) * 0.7, channels)
    stops, converts = generator.uniform(0.2, 0.5, channels), generator.uniform(0.05, 0.5, channels)
    walks = []
    for _ in range(paths):
        walk = [generator.choice(channels, p=starts)]
        while generator.random() > stops[walk[-1]] and len(walk) < 30:
            walk.append(generator.choice(channels, p=moves[walk[-1]]))
        walks.append(walk)
    share = generator.dirichlet(np.ones(paths) * 0.5)
    rate = converts[[walk[-1] for walk in walks]]
    return journeys_of([[f"c{i}" for i in walk] for walk in walks], share * rate, share * (1 - rate))


def coverage(whole: Journeys, size: int, model: Model, samples: int, replicates: int, seed: int = 1) -> np.ndarray:
    """The share of samples whose interval holds the population's credit: an array (conversions and share, channels)."""
    generator, count = np.random.default_rng(seed), len(whole.conversions)
    chances = np.concatenate([whole.conversions, whole.nulls])
    truth, held = model(whole).conversions, np.zeros((2, len(whole.channels)))
    for sample in range(samples):
        drawn = generator.multinomial(size, chances / chances.sum()).astype(float)
        journeys = whole._replace(conversions=drawn[:count], nulls=drawn[count:], values=drawn[:count] * 10)
        table = credit_intervals(bootstrap(journeys, model, replicates, sample))
        for row, (name, true) in enumerate((("conversions", truth * size), ("share", truth / truth.sum()))):
            low, high = (table[f"{name}_{bound}"].to_numpy() for bound in ("low", "high"))
            held[row] += (low <= true) & (true <= high)
    return held / samples


def cost(journeys: Journeys) -> float:
    """CPU seconds of 1,000 replicates of Markov order 1."""
    bootstrap(journeys, replicates=2)
    begin = time.process_time()
    bootstrap(journeys, replicates=1_000)
    return time.process_time() - begin


def main() -> None:
    """Print both tables."""
    print(f"{'model':14}{'journeys':>9}{'of conversions':>16}{'of share':>10}   200 samples, 200 replicates, mean of 5 channels")
    for name, model in MODELS.items():
        for size in (1_000, 5_000):
            of_conversions, of_share = coverage(population(3), size, model, 200, 200).mean(axis=1)
            print(f"{name:14}{size:9,}{of_conversions:16.3f}{of_share:10.3f}", flush=True)
    shared = Path(__file__).parents[3] / "shared"
    if shared.is_dir():
        print(f"1,000 replicates of markov:1 on path_data.csv: {cost(published(shared)):.2f} s CPU")


if __name__ == "__main__":
    main()
