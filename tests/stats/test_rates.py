"""Rates against printed digits and the definition of an exact interval."""

import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats import poisson_interval


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 0.123), (12, 0.207, 0.699)])
def test_poisson_interval_per_day_matches_the_printed_digits(count, low, high):
    """METRICS.md C.1: counts in 30 days."""
    assert poisson_interval(count, 30) == pytest.approx((low, high), abs=5e-4)


def test_each_poisson_bound_leaves_one_in_forty_outside():
    """The definition (Garwood): at the low bound 12 or more have probability 0.025, at the high one 12 or fewer."""
    low, high = poisson_interval(12)
    assert scipy_stats.poisson.sf(11, low) == pytest.approx(0.025)
    assert scipy_stats.poisson.cdf(12, high) == pytest.approx(0.025)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1), (1, 0)])
def test_poisson_interval_refuses_what_cannot_be(count, exposure):
    with pytest.raises(CareworthError, match="exposure"):
        poisson_interval(count, exposure)
