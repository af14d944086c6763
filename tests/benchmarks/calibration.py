"""Error and coverage of calibrated credits in three worlds of known effects: `python tests/benchmarks/calibration.py [runs]`.

Three of six channels, drawn by lot, are tested with a standard error of a tenth of their effect. The error is the mean over the
channels of how far the share of all incremental conversions is off.
"""

import sys
from time import process_time

import numpy as np

from careworth.attribution.calibration import Calibrated, LiftTest, calibrate
from careworth.attribution.journeys import Credits
from careworth.attribution.markov import markov_credits
from careworth.attribution.rules import rule_credits
from careworth.attribution.shapley import shapley_credits
from tests.simulators.journeys import CHANNELS, WORLDS, World, simulated

MODELS = {
    "linear": lambda journeys: rule_credits(journeys, "linear"),
    "markov": markov_credits,
    "shapley": shapley_credits,
}


def main(runs: int) -> None:
    """Print a line for each world and model."""
    print("error: uncalibrated, credits calibrated, with lifts; covered: tested, others, all; CPU seconds")
    for world in WORLDS:
        for model, found in measured(world, runs).items():
            errors, (tested, others, cost) = found[:3], found[3:]
            shown = [*errors, tested, others, (tested + others) / 2, cost]
            print(f"{world:11} {model:8} " + "  ".join(f"{number:.4f}" for number in shown), flush=True)


def measured(world: str, runs: int, seed: int = 3) -> dict[str, np.ndarray]:
    """By model: error uncalibrated, calibrated without journeys and with them; coverage of tested and of other channels; CPU."""
    generator, rows = np.random.default_rng(seed), {name: [] for name in MODELS}
    for _ in range(runs):
        made = simulated(world, generator)
        tests = drawn_tests(made, generator)
        for name, model in MODELS.items():
            rows[name].append(scores(model(made.journeys), tests, made))
    return {name: np.mean(found, axis=0) for name, found in rows.items()}


def drawn_tests(made: World, generator: np.random.Generator, count: int = 3, error: float = 0.1) -> list[LiftTest]:
    """Tests of so many channels, drawn by lot, with a standard error of that part of the effect."""
    chosen = np.sort(generator.permutation(len(CHANNELS))[:count])
    return [LiftTest(CHANNELS[one], *noisy(made.caused[one], error, generator)) for one in chosen]


def noisy(effect: float, error: float, generator: np.random.Generator) -> tuple[float, float]:
    """What a test finds, and its standard error."""
    return effect * (1 + error * generator.normal()), effect * error


def scores(credits: Credits, tests: list[LiftTest], made: World) -> tuple[float, ...]:
    """What `measured` averages, of one simulated world."""
    begun = process_time()
    found = calibrate(credits, tests, made.journeys)
    cost, alone = process_time() - begun, calibrate(credits, tests)
    errors = [share_error(amounts, made) for amounts in (credits.conversions, alone.incremental, found.incremental)]
    return *errors, *coverage(found, made), cost


def share_error(amounts: np.ndarray, made: World) -> float:
    """Mean absolute error of the channels' shares."""
    return float(np.abs(amounts / amounts.sum() - made.caused / made.caused.sum()).mean())


def coverage(found: Calibrated, made: World) -> tuple[float, float]:
    """Share of the intervals that hold the truth, of tested and of other channels."""
    holds = (found.low <= made.caused) & (made.caused <= found.high)
    return float(holds[found.is_tested].mean()), float(holds[~found.is_tested].mean())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
