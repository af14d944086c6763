"""Intervals of shares against printed digits and formulas worked out here."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import Estimate, clustered_share, difference, newcombe_interval, nps_interval, wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0, 0.278), (8, 10, 0.490, 0.943), (10, 10, 0.7225, 1), (80, 100, 0.711, 0.867)],
)
def test_wilson_interval_matches_the_printed_digits(successes, trials, low, high):
    """METRICS.md C.1; its 0.723 for 10 of 10 is 10 / (10 + 1.96^2) = 0.7225."""
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_interval_refuses_impossible_counts(successes, trials):
    with pytest.raises(CareworthError, match="successes"):
        wilson_interval(successes, trials)


def test_an_interval_never_lies_beside_its_own_share():
    for trials in range(1, 60):
        assert wilson_interval(0, trials)[0] == 0.0
        assert wilson_interval(trials, trials)[1] == 1.0


def test_newcombe_interval_matches_the_printed_digits():
    """METRICS.md C.1: 80/100 against 70/100."""
    assert newcombe_interval(80, 100, 70, 100) == pytest.approx((-0.020, 0.217), abs=5e-4)


@pytest.mark.parametrize(
    ("a", "of_a", "b", "of_b", "low", "high"),
    [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 10, 0.6075, 1.0)],
)
def test_newcombe_interval_matches_newcombe_s_own_table(a, of_a, b, of_b, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    assert newcombe_interval(a, of_a, b, of_b) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_interval_refuses_a_sample_of_none():
    with pytest.raises(CareworthError, match="trials"):
        newcombe_interval(1, 2, 0, 0)


def test_nps_interval_matches_the_printed_digits():
    """METRICS.md C.1: 60/25/15 of 100 gives 45 plus or minus 14.5."""
    score, low, high = nps_interval(60, 25, 15)
    assert (score, high - score, score - low) == pytest.approx((45, 14.5, 14.5), abs=0.05)


def test_a_difference_is_unknown_where_a_side_is_and_one_sided_where_a_bound_is():
    """By hand: 5 - 3 with 5 in (4, 7) and 3 in (?, 4): below sqrt(1 + 1), above needs the bound that is missing."""
    assert difference(Estimate(None, None, None), Estimate(1, 0, 2)) == (None, None, None)
    value, low, high = difference(Estimate(5, 4, 7), Estimate(3, None, 4))
    assert (value, low, high) == (2, pytest.approx(2 - 2**0.5), None)


def test_cases_that_stand_alone_have_nearly_wilson_s_interval():
    """With as many groups as cases the design effect is n / (n - 1) and the t-quantile nearly 1.96."""
    share = clustered_share(np.arange(2_000) < 600, np.arange(2_000))
    assert share == pytest.approx((0.3, *wilson_interval(600, 2_000)), abs=2e-4)


def test_copies_of_each_case_add_nothing_to_what_is_known():
    once, groups = np.arange(200) % 5 == 0, np.arange(200)
    alone, copied = clustered_share(once, groups), clustered_share(np.repeat(once, 4), np.repeat(groups, 4))
    assert copied == pytest.approx(alone)
    assert copied.high - copied.low > 1.9 * np.subtract(*wilson_interval(160, 800)[::-1])


def test_cases_without_a_group_stand_alone():
    successes = [True, False, True, False, True, True]
    assert clustered_share(successes, ["a", "a", None, None, "b", "b"]) == clustered_share(successes, list("aacdbb"))


@pytest.mark.parametrize("successes", [True, False])
def test_without_variety_each_group_counts_as_one_case(successes):
    """Wilson at n = 4 groups with t(3) = 3.1824 for 1.96: the inner bound is z2 / (n + z2) from the share."""
    share = clustered_share([successes] * 12, np.repeat(np.arange(4), 3))
    inner = 3.18244630528371**2 / (4 + 3.18244630528371**2)
    assert share == pytest.approx((1, 1 - inner, 1) if successes else (0, 0, inner))


def test_one_group_has_no_interval_and_no_case_no_share():
    assert clustered_share([True, False], ["a", "a"]) == (0.5, None, None)
    assert clustered_share([], []) == (None, None, None)


def test_a_success_that_is_unknown_is_refused_and_not_taken_for_a_failure():
    with pytest.raises(CareworthError, match="without a value"):
        clustered_share([True, None], ["a", "b"])
