"""Means and slopes of series, by hand and by simulation."""

import numpy as np
import pytest

from careworth.stats import block_bootstrap_mean, theil_sen_slope


def test_the_slope_of_a_straight_line_is_its_slope():
    """By hand: 3, 5, 7, ... rises by 2 a step."""
    assert theil_sen_slope(np.arange(3, 23, 2)) == pytest.approx((2, 2, 2))


def test_seven_points_are_too_few_for_a_slope():
    assert theil_sen_slope(np.arange(7)).value is None


def test_block_bootstrap_covers_the_mean_of_a_dependent_series():
    """AR(1) with rho 0.6 and mean 10: about 95 in 100 intervals should hold it; independent days would reach 70."""
    generator, hits = np.random.default_rng(5), 0
    for _ in range(200):
        noise = generator.normal(size=140)
        for day in range(1, 140):
            noise[day] += 0.6 * noise[day - 1]
        _, low, high = block_bootstrap_mean(10 + noise, block=14, resamples=300)
        hits += low <= 10 <= high
    assert 170 <= hits <= 200


def test_of_independent_days_the_blocks_give_the_usual_interval():
    """Then 1.96 * s / sqrt(n) is the half width, and blocks of seven find it to within a fifth."""
    series = np.random.default_rng(6).normal(10, 2, 700)
    _, low, high = block_bootstrap_mean(series)
    assert high - low == pytest.approx(2 * 1.96 * series.std() / 700**0.5, rel=0.2)
