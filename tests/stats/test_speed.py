"""A million values take about a second of CPU time at most; the bounds leave room for a slow machine."""

from time import process_time

import numpy as np
import pytest

from careworth.stats import (
    cumulative_incidence,
    kaplan_meier,
    log_rank,
    mean_estimate,
    median_difference,
    quantile_estimate,
    restricted_mean_difference,
)

SIZE = 1_000_000
GENERATOR = np.random.default_rng(1)
UNTIL = GENERATOR.exponential(100, SIZE)
DURATIONS = GENERATOR.exponential(60, SIZE)
OBSERVED = DURATIONS <= UNTIL
WAITED = np.minimum(DURATIONS, UNTIL)
CUSTOMERS = GENERATOR.integers(0, SIZE // 3, SIZE)
HALVES = WAITED[::2], OBSERVED[::2], WAITED[1::2], OBSERVED[1::2]

WORK = {
    "kaplan_meier": (lambda: kaplan_meier(WAITED, OBSERVED), 1.0),
    "cumulative_incidence": (lambda: cumulative_incidence(WAITED, np.where(OBSERVED, 1 + CUSTOMERS % 2, 0)), 1.5),
    "log_rank": (lambda: log_rank(*HALVES), 1.5),
    "restricted_mean_difference": (lambda: restricted_mean_difference(*HALVES, 90), 1.0),
    "quantile_estimate": (lambda: quantile_estimate(DURATIONS), 1.0),
    "quantile_estimate, clustered": (lambda: quantile_estimate(DURATIONS, 0.9, CUSTOMERS), 1.5),
    "median_difference": (lambda: median_difference(DURATIONS[::2], DURATIONS[1::2]), 1.0),
    "mean_estimate, clustered": (lambda: mean_estimate(DURATIONS, CUSTOMERS), 1.5),
}


@pytest.mark.parametrize("name", WORK)
def test_a_million_values_take_about_a_second(name):
    work, seconds = WORK[name]
    begun = process_time()
    work()
    assert process_time() - begun < 5 * seconds  # five times the goal: this machine may be shared
