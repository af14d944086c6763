"""Adjusted p-values against printed digits and their definitions."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import benjamini_hochberg, holm

P_VALUES = [0.001, 0.008, 0.039, 0.041, 0.20]


def test_holm_matches_the_printed_digits():
    """METRICS.md C.6: .005, .032, .117, .117, .20; statsmodels 0.15 multipletests says the same."""
    assert holm(P_VALUES) == pytest.approx([0.005, 0.032, 0.117, 0.117, 0.20])


def test_benjamini_hochberg_matches_the_printed_digits():
    """METRICS.md C.6: .005, .02, .0512, .0512, .20; statsmodels 0.15 says 0.05125 for the middle ones."""
    assert benjamini_hochberg(P_VALUES) == pytest.approx([0.005, 0.02, 0.05125, 0.05125, 0.20])


@pytest.mark.parametrize("adjusted", [holm, benjamini_hochberg])
def test_adjusted_p_values_stand_where_theirs_stood(adjusted):
    shuffled = [3, 0, 4, 2, 1]
    assert adjusted([P_VALUES[place] for place in shuffled]) == [adjusted(P_VALUES)[place] for place in shuffled]


@pytest.mark.parametrize("adjusted", [holm, benjamini_hochberg])
def test_no_test_and_one_test_need_no_adjustment(adjusted):
    assert (adjusted([]), adjusted([0.04])) == ([], [0.04])


def test_adjusted_p_values_end_at_one_and_ties_stay_ties():
    """Holm: 3 * 0.5 and 2 * 0.5 and 0.9 become 1; 2 * 0.01 holds for the tie too."""
    assert holm([0.5, 0.5, 0.9]) == [1, 1, 1]
    assert holm([0.01, 0.01]) == [0.02, 0.02]


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.1])
def test_a_p_value_that_is_none_is_refused(wrong):
    with pytest.raises(CareworthError, match="p-values"):
        holm([0.1, wrong])


def test_with_nothing_going_on_holm_finds_something_one_time_in_twenty():
    """METRICS.md C.6: 96 tests of nothing find something 99.3 times in 100 unless they are adjusted."""
    families = np.random.default_rng(1).random((1_000, 96))
    assert (families.min(axis=1) < 0.05).mean() == pytest.approx(0.993, abs=0.01)
    assert np.mean([min(holm(family)) < 0.05 for family in families]) == pytest.approx(0.05, abs=0.02)
