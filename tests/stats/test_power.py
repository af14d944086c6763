"""Detectable changes against tables, statsmodels and simulation."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.stats import detectable_change, detectable_mean_change


def power(change: float, before: float, n_before: int, n_after: int) -> float:
    """The textbook's power of the two-sided test of two shares, its far tail left out (Fleiss 2003, 4.2)."""
    after = before + change
    pooled = (n_before * before + n_after * after) / (n_before + n_after)
    if_equal = (pooled * (1 - pooled) * (1 / n_before + 1 / n_after)) ** 0.5
    error = (before * (1 - before) / n_before + after * (1 - after) / n_after) ** 0.5
    return scipy_stats.norm.sf((1.959964 * if_equal - change) / error)


@pytest.mark.parametrize(("n_before", "n_after", "share"), [(500, 500, 0.3), (100, 900, 0.1), (50, 60, 0.5), (200, 100, 0.0)])
def test_the_detectable_change_is_seen_four_times_in_five(n_before, n_after, share):
    change = detectable_change(n_before, n_after, share)
    assert power(change, share, n_before, n_after) == pytest.approx(0.8, abs=1e-5)


def test_statsmodels_gives_a_slightly_smaller_change_slightly_less_power():
    """power_proportions_2indep(0.0836, 0.3, 500) of statsmodels 0.15: 0.79676; 0.8 takes 0.08395."""
    assert power(0.0836, 0.3, 500, 500) == pytest.approx(0.79676, abs=1e-4)
    assert detectable_change(500, 500, 0.3) == pytest.approx(0.08395, abs=1e-5)


def test_a_simulated_change_of_that_size_is_found_four_times_in_five():
    change, generator = detectable_change(400, 300, 0.2), np.random.default_rng(1)
    before, after = generator.binomial(400, 0.2, 20_000) / 400, generator.binomial(300, 0.2 + change, 20_000) / 300
    pooled = (400 * before + 300 * after) / 700
    found = abs(after - before) > 1.959964 * (pooled * (1 - pooled) * (1 / 400 + 1 / 300)) ** 0.5
    assert found.mean() == pytest.approx(0.8, abs=0.015)


def test_a_share_and_its_opposite_have_the_same_detectable_change():
    assert detectable_change(80, 90, 0.3) == pytest.approx(detectable_change(80, 90, 0.7))


def test_too_few_cases_could_have_seen_nothing():
    assert detectable_change(3, 3, 0.5) is None
    assert detectable_change(0, 100, 0.5) is None
    assert detectable_mean_change(1, 100, 5.0) is None


@pytest.mark.parametrize(("n_before", "n_after", "expected"), [(64, 64, 0.49907), (20, 40, 0.78024), (26, 26, 0.8)])
def test_a_detectable_mean_change_is_that_of_the_tables(n_before, n_after, expected):
    """TTestIndPower().solve_power of statsmodels 0.15, in standard deviations; 26 on each side for 0.8 is Cohen's table 2.4.1."""
    assert detectable_mean_change(n_before, n_after, 10.0) == pytest.approx(10 * expected, rel=0.01)


def test_more_power_takes_a_larger_change_and_a_looser_level_a_smaller():
    usual = detectable_change(200, 200, 0.3)
    assert detectable_change(200, 200, 0.3, power=0.9) > usual > detectable_change(200, 200, 0.3, level=0.1)
