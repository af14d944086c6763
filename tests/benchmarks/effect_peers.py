"""How often usual methods claim an effect where nothing happened, beside ours: `python -m tests.benchmarks.effect_peers`.

Nominal 5 %. First F.14 of METRICS.md, 60 days against 60 of noise with a memory, and series whose level drifts; then the five
worlds of issue 6, with weekdays, promotions and five controls. The peers: Student's test of the days after against as many
before; an ordinary regression on all days with Newey-West errors of 7 lags; and the local level with spike-and-slab regression
of CausalImpact. `rmse` is that of the lift.

python -m tests.benchmarks.effect_peers 1000     # replicates per world; 300 take about a minute of CPU
"""

import argparse
from collections.abc import Callable, Iterable
from time import process_time

import numpy as np
from scipy import stats

from careworth.effects.series import estimate_effect
from careworth.effects.structural import structural_effect
from tests.simulators.daily_series import FIVE, Drawn, World, draw
from tests.simulators.plain_series import drifting, remembering

#: Whether an effect is claimed, and the lift that is found.
Verdict = tuple[bool, float]


def main() -> None:
    """Print a line per world and method."""
    parser = argparse.ArgumentParser()
    parser.add_argument("replicates", type=int, nargs="?", default=300)
    replicates = parser.parse_args().replicates
    for memory in (0.0, 0.3, 0.5, 0.7, 0.9):
        report(f"60 + 60 days, memory {memory}", PLAIN, remembering(replicates, 120, memory, seed=14))
    for step in (0.01, 0.03, 0.1, 0.3):
        report(f"60 + 60 days, steps {step} of the noise", PLAIN, drifting(replicates, 120, step, seed=14))
    for name, world in FIVE.items():
        report(name, IN_A_WORLD, draws(world, replicates))


def report(world: str, methods: dict[str, Callable], cases: Iterable) -> None:
    """Print each method's share of false alarms with its standard error, the rmse of its lift and its CPU time."""
    cases = list(cases)
    for name, method in methods.items():
        began = process_time()
        verdicts = [method(case) for case in cases]
        milliseconds = 1000 * (process_time() - began) / len(cases)
        rate, lifts = np.mean([claimed for claimed, _ in verdicts]), np.array([lift for _, lift in verdicts])
        error, rmse = np.sqrt(rate * (1 - rate) / len(cases)), np.sqrt(np.mean(lifts**2))
        print(f"{world:38} {name:12} {rate:6.1%} ± {error:.1%}  rmse {rmse:.3f}  {milliseconds:6.2f} ms", flush=True)


def draws(world: World, replicates: int) -> Iterable[Drawn]:
    """Series of `world` in which nothing happens."""
    return (draw(world, seed) for seed in range(replicates))


def student(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether Student's test with equal variances claims a difference."""
    return bool(stats.ttest_ind(before, after).pvalue < 0.05)


def newey_west(y: np.ndarray, design: np.ndarray, lags: int = 7) -> tuple[float, float]:
    """The last coefficient of an ordinary regression and its p-value with Newey-West errors, by the normal distribution.

    References
    ----------
    Newey and West (1987), Econometrica 55, 703-708.
    """
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y
    scores = design * (y - design @ coefficients)[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        shifted = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (shifted + shifted.T)
    error = np.sqrt((inverse @ meat @ inverse)[-1, -1])
    return float(coefficients[-1]), float(2 * stats.norm.sf(abs(coefficients[-1]) / error))


def steps_at(start: int, days: int) -> np.ndarray:
    """A column of ones, and one of ones from the start on."""
    return np.column_stack([np.ones(days), np.arange(days) >= start])


def plain_student(y: np.ndarray) -> Verdict:
    """Student's test of the last 60 days."""
    return student(y[:60], y[60:]), float(y[60:].mean() - y[:60].mean())


def plain_newey_west(y: np.ndarray) -> Verdict:
    """A regression on the step after 60 days."""
    step, p = newey_west(y, steps_at(60, len(y)))
    return p < 0.05, step


def plain_structural(y: np.ndarray) -> Verdict:
    """The structural model without controls; what it finds is no ratio here, since the series are around zero."""
    found = structural_effect(y, None, 60)
    return found.low > 0 or found.high < 0, found.effect


def world_student(case: Drawn) -> Verdict:
    """Student's test of the days after against as many before, blind to promotions and controls."""
    start = case.dates.index(case.start)
    before, after = case.y[2 * start - len(case.y) : start], case.y[start:]
    return student(before, after), float(after.mean() / before.mean() - 1)


def world_newey_west(case: Drawn) -> Verdict:
    """A regression of logarithms on trend, weekday, promotions, controls and the step at the start."""
    start, days = case.dates.index(case.start), len(case.y)
    weekly = np.eye(7)[weekdays_of(case)][:, 1:]
    known = np.column_stack([np.arange(days) / days, weekly, case.promo, np.log(case.controls + 0.5)])
    step, p = newey_west(np.log(case.y + 0.5), np.column_stack([known, steps_at(start, days)]))
    return p < 0.05, float(np.expm1(step))


def world_structural(case: Drawn) -> Verdict:
    """The structural model, with promotions as one more control."""
    controls = np.column_stack([case.controls, case.promo])
    found = structural_effect(case.y, controls, case.dates.index(case.start), weekdays_of(case))
    return found.low > 0 or found.high < 0, found.effect / found.expected


def world_default(case: Drawn) -> Verdict:
    """Our default."""
    found = estimate_effect(case.y, case.dates, case.start, case.controls, case.promo)
    return found.low > 0 or found.high < 0, found.lift


def weekdays_of(case: Drawn) -> np.ndarray:
    """Each day's weekday, Monday 0."""
    return np.array([day.weekday() for day in case.dates])


PLAIN = {"Student": plain_student, "Newey-West": plain_newey_west, "structural": plain_structural}
IN_A_WORLD = {
    "Student": world_student,
    "Newey-West": world_newey_west,
    "structural": world_structural,
    "default": world_default,
}

if __name__ == "__main__":
    main()
