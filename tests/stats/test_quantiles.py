"""Quantiles and differences of medians against binomial probabilities, resampling and simulation."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats import median_difference, quantile_estimate


def test_the_median_s_interval_lies_between_the_exact_ones():
    """Binomial(101, 1/2): ranks 41 to 61 hold it more than 95 times in 100, ranks 42 to 60 less; scipy's own says so."""
    values = np.arange(1.0, 102)
    exact = scipy_stats.quantile_test(values, q=51, p=0.5).confidence_interval(0.95)
    _, low, high = quantile_estimate(values)
    assert (exact.low, exact.high) == (41, 61)
    assert 41 < low < 42
    assert 60 < high < 61


def test_a_bound_by_hand():
    """Ten values: P(B >= 2) = 1013/1024 for B of Binomial(10, 1/2), P(B >= 3) = 968/1024, wanted 0.975.

    The part of the way from the second to the third value is 8 a / (8 a + 2 b), a = 1013/1024 - 0.975, b = 0.975 - 968/1024
    (Hettmansperger and Sheather 1986, whose interval of a median Nyblom's is).
    """
    over, short = 1013 / 1024 - 0.975, 0.975 - 968 / 1024
    way = 8 * over / (8 * over + 2 * short)
    assert quantile_estimate(np.arange(1.0, 11)) == pytest.approx((5.5, 2 + way, 9 - way))


def test_a_low_and_a_high_quantile_mirror_each_other():
    values = np.random.default_rng(1).exponential(5, 300)
    assert quantile_estimate(-values, 0.1) == pytest.approx([-quantile_estimate(values, 0.9)[place] for place in (0, 2, 1)])


@pytest.mark.parametrize(("size", "has_bounds"), [(5, False), (6, True)])
def test_five_values_are_too_few_for_bounds_of_a_median(size, has_bounds):
    """The range of five holds the median 1 - 2/32 = 0.9375 of the time, that of six 0.96875."""
    _, low, high = quantile_estimate(np.arange(float(size)))
    assert (low is not None, high is not None) == (has_bounds, has_bounds)


def test_a_ninetieth_percentile_of_twenty_has_no_upper_bound():
    """All of 20 lie below it with probability 0.9^20 = 0.12, more than the 0.025 that may be missed."""
    _, low, high = quantile_estimate(np.arange(20.0), 0.9)
    assert low is not None
    assert high is None


def test_no_values_are_unknown_and_equal_ones_certain():
    assert quantile_estimate(np.array([])) == (None, None, None)
    assert quantile_estimate(np.full(50, 3.0)) == (3, 3, 3)


def test_values_in_groups_of_their_own_have_nearly_the_interval_of_single_ones():
    values = np.random.default_rng(2).exponential(5, 2_000)
    assert quantile_estimate(values, groups=np.arange(2_000)) == pytest.approx(quantile_estimate(values), abs=0.02)


def test_copies_of_each_value_add_nothing_to_what_is_known():
    values, groups = np.random.default_rng(3).exponential(5, 500), np.arange(500)
    copied = quantile_estimate(np.repeat(values, 5), groups=np.repeat(groups, 5))
    assert copied == pytest.approx(quantile_estimate(values), abs=0.1)
    _, low, high = quantile_estimate(np.repeat(values, 5))
    assert copied.high - copied.low > 2 * (high - low)


def test_one_group_has_no_interval():
    assert quantile_estimate(np.arange(1.0, 12), groups=["a"] * 11) == (6, None, None)


@pytest.mark.parametrize(("values", "share"), [([1.0, np.nan], 0.5), ([1.0, np.inf], 0.5), ([1.0], 0.0), ([1.0], 1.0)])
def test_quantiles_refuse_what_has_none(values, share):
    with pytest.raises(CareworthError, match="finite"):
        quantile_estimate(np.array(values), share)


def test_drawing_places_is_resampling():
    """20,000 resamples of both samples, their medians and differences; the ends of that interval are known to about 0.05."""
    generator = np.random.default_rng(4)
    a, b = generator.normal(12, 3, 101), generator.normal(10, 3, 81)
    medians = [np.median(generator.choice(values, (20_000, len(values))), axis=1) for values in (a, b)]
    low, high = np.quantile(medians[0] - medians[1], [0.025, 0.975])
    change = median_difference(a, b, resamples=20_000)
    assert change == pytest.approx((np.median(a) - np.median(b), low, high), abs=0.12)


def test_a_difference_of_medians_repeats_with_its_seed():
    values = np.random.default_rng(5).exponential(5, (2, 40))
    assert median_difference(*values, seed=1) == median_difference(*values, seed=1)
    assert median_difference(*values, seed=1) != median_difference(*values, seed=2)


def test_a_difference_of_few_values_has_no_interval_and_one_of_none_no_value():
    six = np.arange(6.0)
    assert median_difference(six, six[:5]) == (0.5, None, None)
    assert median_difference(six, six).low is not None
    assert median_difference(six, six[:0]) == (None, None, None)


def test_a_ninetieth_percentile_of_few_groups_has_no_upper_bound():
    """Twelve groups of one: 0.9 + 2.2 * sqrt(0.09 / 12) lies above 1."""
    _, low, high = quantile_estimate(np.arange(12.0), 0.9, groups=np.arange(12))
    assert low is not None
    assert high is None
