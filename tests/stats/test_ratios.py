"""Ratios of sums and means against hand arithmetic and the rules that intervals keep."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats import mean_estimate, ratio_of_sums
from careworth.stats.ratios import MOST_GROUPS


def test_a_ratio_of_sums_is_no_mean_of_ratios():
    """METRICS.md C.1: 1/2 and 90/100 are 91/102 pooled; the mean of the ratios is 0.70."""
    assert ratio_of_sums([1, 90], [2, 100]).value == pytest.approx(91 / 102)


def test_nothing_to_divide_by_is_unknown():
    assert ratio_of_sums([1, 2], [0, 0]) == (None, None, None)
    assert ratio_of_sums([], []) == (None, None, None)
    assert mean_estimate([]) == (None, None, None)


def test_four_groups_are_too_few_for_an_interval():
    assert mean_estimate([1, 2, 3, 4]) == (2.5, None, None)
    assert mean_estimate([1, 2, 3, 4, 5]).low is not None
    assert mean_estimate([1, 2, 3, 4, 5], groups=list("aabcd")).low is None


def test_of_symmetric_amounts_it_is_student_s_interval():
    """Student's mean +- t * s / sqrt(n) is exact for normal amounts, and the bootstrap-t comes to it within its noise."""
    values = np.random.default_rng(1).normal(50, 10, 80)
    low, high = scipy_stats.t.interval(0.95, 79, values.mean(), values.std(ddof=1) / 80**0.5)
    assert mean_estimate(values, resamples=20_000) == pytest.approx((values.mean(), low, high), abs=0.2)


def test_of_skewed_amounts_it_reaches_further_up():
    value, low, high = mean_estimate(np.random.default_rng(2).lognormal(3, 1.2, 60))
    assert high - value > 1.3 * (value - low)


def test_copies_in_a_group_add_nothing_to_what_is_known():
    values = np.random.default_rng(3).exponential(5, 100)
    copied = mean_estimate(np.repeat(values, 4), groups=np.repeat(np.arange(100), 4))
    assert copied == pytest.approx(mean_estimate(values))


def test_pooling_many_groups_leaves_the_interval_as_wide():
    """Student's interval of 20,000 amounts; pooled into `MOST_GROUPS` the spread is known to 1 / sqrt(2 * 2,000) = 1.6 %."""
    values = np.random.default_rng(4).exponential(5, 10 * MOST_GROUPS)
    _, low, high = mean_estimate(values)
    half = 1.96 * values.std() / len(values) ** 0.5
    assert high - low == pytest.approx(2 * half, rel=0.08)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.15 * half)


def test_an_amount_without_a_loss_has_no_bound_below_zero_and_one_with_losses_may():
    generator = np.random.default_rng(5)
    rare = np.where(np.arange(30) < 2, 100.0, 0.0)
    assert mean_estimate(rare).low >= 0
    assert mean_estimate(generator.normal(0, 5, 30)).low < 0


def test_equal_amounts_have_an_interval_of_no_width():
    assert mean_estimate([0.1] * 10) == pytest.approx((0.1, 0.1, 0.1))
    assert ratio_of_sums(np.arange(1.0, 9) * 3, np.arange(1.0, 9)) == (3, 3, 3)


def test_a_ratio_repeats_with_its_seed():
    values = np.random.default_rng(6).exponential(5, 40)
    assert mean_estimate(values, seed=1) == mean_estimate(values, seed=1)
    assert mean_estimate(values, seed=1) != mean_estimate(values, seed=2)


def test_an_amount_that_is_unknown_is_refused():
    with pytest.raises(CareworthError, match="without a value"):
        ratio_of_sums([1, np.nan], [1, 1])
