"""Sums by group and design effects, by hand."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats.groups import design_effect, sums_by_group


def test_sums_by_group_by_hand():
    sums = sums_by_group(["b", "a", "b", None, None], cost=[1, 2, 3, 4, 5], cases=[1] * 5)
    assert sums["cost"].tolist() == [4, 2, 4, 5]
    assert sums["cases"].tolist() == [2, 1, 1, 1]


def test_without_groups_each_case_stands_alone():
    assert sums_by_group(None, cost=[1, 2])["cost"].tolist() == [1, 2]


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(CareworthError, match="one length"):
        sums_by_group(["a", "b"], cost=[1.0])


def test_a_design_effect_by_hand():
    """Groups 2/2, 2/2, 0/2, 1/2: share 5/8; residuals 3/4, 3/4, -5/4, -1/4, squares 44/16.

    Variance 4/3 * 2.75 / 64, that of eight independent cases (5/8 * 3/8) / 8: 0.0572917 / 0.0292969 = 1.955556.
    """
    assert design_effect(np.array([2.0, 2, 0, 1]), np.full(4, 2.0)) == pytest.approx(1.955556, abs=1e-6)


def test_groups_that_are_all_like_the_whole_are_no_better_than_independent_cases():
    """Every group has one of two: the share could not vary, and the effect is held at 1."""
    assert design_effect(np.ones(6), np.full(6, 2.0)) == 1


@pytest.mark.parametrize("has_all", [True, False])
def test_without_variety_the_effect_is_the_most_it_can_be(has_all):
    """Groups of 1 and 3 tell as much as (1 + 3)^2 / (1 + 9) = 1.6 cases of the four: 4 / 1.6 = 2.5."""
    sizes = np.array([1.0, 3.0])
    assert design_effect(sizes * has_all, sizes) == 2.5


@pytest.mark.parametrize("wrong", [None, np.nan, np.inf])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(CareworthError, match="finite"):
        sums_by_group(["a", "b"], cost=[1.0, wrong])
