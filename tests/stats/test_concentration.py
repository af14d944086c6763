"""Concentration by hand and against closed forms."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import gini, top_share


@pytest.mark.parametrize(
    ("counts", "expected"), [([5, 5, 5], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([1, 2, 3, 4, 5], 4 / 15)]
)
def test_gini_by_hand(counts, expected):
    """Half the mean distance over the mean: of 1 and 3 the distances 0 2 2 0 have mean 1, the mean is 2, so 1 / 4.

    Of 1 to 5 the mean distance is 40 / 25 and the mean 3: 1.6 / 6.
    """
    assert gini(counts) == pytest.approx(expected)


def test_gini_is_half_the_mean_distance_over_the_mean():
    counts = np.random.default_rng(1).poisson(3, 200)
    assert gini(counts) == pytest.approx(np.abs(counts[:, None] - counts).mean() / (2 * counts.mean()))


def test_gini_of_exponential_amounts_is_one_half():
    assert gini(np.random.default_rng(2).exponential(7, 200_000)) == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize(("top", "expected"), [(0.1, 10 / 55), (0.2, 19 / 55), (0.01, 10 / 55), (0.11, 19 / 55), (1, 1)])
def test_top_share_by_hand(top, expected):
    """1 to 10 add up to 55; a tenth of ten is one holder, a hair more are two, and one holder is the least."""
    assert top_share(range(1, 11), top) == pytest.approx(expected)


def test_seven_in_a_hundred_are_seven():
    """0.07 * 100 is 7.000000000000001 in floats."""
    assert top_share(np.ones(100), 0.07) == pytest.approx(0.07)


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_nothing_held_is_held_by_nobody(counts):
    assert (gini(counts), top_share(counts)) == (None, None)


@pytest.mark.parametrize("wrong", [-1, np.nan])
def test_counts_that_are_none_are_refused(wrong):
    with pytest.raises(CareworthError, match="counts"):
        gini([1, wrong])
