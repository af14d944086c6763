"""Coverage, false positives and CPU time of the randomised designs: `python tests/benchmarks/experiments.py [runs]`."""

import sys
from collections.abc import Callable
from time import process_time

import numpy as np

from careworth.effects.holdouts import holdout, holdout_ratio
from careworth.effects.randomised import RandomisedEffect, geo_experiment, switchback
from tests.simulators.experiments import drawn_regions, ratio_holdout, shares_holdout, spending_holdout, switched_hours

Run = Callable[[np.random.Generator, float], RandomisedEffect]


def _spending(generator: np.random.Generator, effect: float, people: int = 1_000, is_adjusted: bool = False) -> RandomisedEffect:
    treated, control, was_treated, was_control = spending_holdout(generator, people, effect)
    return holdout(treated, control, (was_treated, was_control) if is_adjusted else None)


#: Each design: a run of it and the true effects that are tried; the first is zero.
DESIGNS: dict[str, tuple[Run, tuple[float, ...]]] = {
    "holdout, spending of 1,000": (_spending, (0.0, 2.0)),
    "holdout, spending, CUPED": (lambda g, effect: _spending(g, effect, is_adjusted=True), (0.0, 2.0)),
    "holdout, share 5 % of 2 x 400": (lambda g, effect: holdout(*shares_holdout(g, 400, 0.05, effect)), (0.0, 0.03)),
    "holdout, ratio of 2 x 150": (lambda g, effect: holdout_ratio(*ratio_holdout(g, 150, effect)), (0.0, 2.0)),
    "switchback, 14 days": (lambda g, effect: switchback(**switched_hours(g, 14, effect)), (0.0, 6.0)),
    "geo experiment, 20 regions": (lambda g, effect: geo_experiment(**drawn_regions(g, 20, effect)), (0.0, 0.1)),
    "geo experiment, 12 regions": (lambda g, effect: geo_experiment(**drawn_regions(g, 12, effect)), (0.0, 0.1)),
}


def main(runs: int) -> None:
    """Print a line for each design and effect."""
    print(f"{'design':32} effect  covers  shown  RMSE     half     CPU ms")
    for name, (_, effects) in DESIGNS.items():
        for effect in effects:
            covers, shown, rmse, half, cost = measured(name, effect, runs)
            print(f"{name:32} {effect:<7} {covers:.3f}   {shown:.3f}  {rmse:<8.4f} {half:<8.4f} {cost:.1f}", flush=True)


def measured(name: str, effect: float, runs: int, seed: int = 3) -> tuple[float, float, float, float, float]:
    """Coverage, share in which an effect is shown, error, half width, and milliseconds of a run."""
    generator, (run, _), rows, begun = np.random.default_rng(seed), DESIGNS[name], [], process_time()
    for _ in range(runs):
        found = run(generator, effect)
        covers, shown = found.low <= effect <= found.high, not found.low <= 0 <= found.high
        rows.append((covers, shown, (found.effect - effect) ** 2, (found.high - found.low) / 2))
    covers, shown, squares, half = np.mean(rows, axis=0)
    return covers, shown, squares**0.5, half, 1e3 * (process_time() - begun) / runs


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
