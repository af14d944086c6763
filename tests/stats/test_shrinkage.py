"""Shrinkage towards the common mean: published values, quadrature, and the regression that it takes away."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import shrink

#: Effects and standard errors of coaching in eight schools (Rubin 1981; Gelman and others 2013, table 5.2).
SCHOOLS = [28, 8, -3, 7, -1, 1, 18, 12]
ERRORS = [15, 10, 16, 11, 9, 11, 10, 18]


def test_eight_schools_as_published():
    """Gelman and others (2013), table 5.3: medians 10 8 7 8 5 6 10 8, from 200 draws of theirs, so within two."""
    found = [each.estimate.value for each in shrink(SCHOOLS, ERRORS)]
    assert found == pytest.approx([10, 8, 7, 8, 5, 6, 10, 8], abs=2)


def test_means_and_ranges_agree_with_quadrature():
    """The same posterior by another way: conditional means over a fine, even grid of spreads, nothing drawn."""
    y, s = np.array(SCHOOLS, float), np.array(ERRORS, float)
    spreads = np.linspace(0.01, 300, 60_000)[:, None]
    weights = 1 / (s**2 + spreads**2)
    common = (weights * y).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    density = np.prod(np.sqrt(weights), axis=1) / np.sqrt(weights.sum(axis=1))
    density *= np.exp(-0.5 * (weights * (y - common) ** 2).sum(axis=1))
    middles = (y / s**2 + common / spreads**2) / (1 / s**2 + 1 / spreads**2)
    exact = (middles * density[:, None]).sum(axis=0) / density.sum()
    assert [each.estimate.value for each in shrink(SCHOOLS, ERRORS)] == pytest.approx(exact, abs=0.2)


def test_the_better_known_keeps_more_of_its_lead():
    vague, exact = (shrink([1.0, 0.0, 0.1, -0.1], [error, 0.1, 0.1, 0.1])[0].estimate.value for error in (1.0, 0.05))
    assert vague < 0.5 < exact < 1.0


def test_chances_of_being_best_add_up_and_follow_the_evidence():
    best = [each.best for each in shrink([0.5, 0.0, 0.0], [0.1, 0.1, 0.1])]
    assert sum(best) == pytest.approx(1) and best[0] > 0.9


def test_what_is_known_exactly_stays_where_it_is():
    values = [0.3, -0.2, 0.1]
    assert [each.estimate.value for each in shrink(values, [0, 0, 0])] == pytest.approx(values, abs=1e-6)


def test_equal_groups_stay_together():
    assert [each.estimate.value for each in shrink([0.2] * 4, [0.1] * 4)] == pytest.approx([0.2] * 4, abs=0.01)


@pytest.mark.parametrize("values", [[0.1, 0.2], [0.1, 0.2, float("nan")]])
def test_fewer_than_three_groups_and_no_numbers_are_refused(values):
    with pytest.raises(CareworthError, match="need 3 groups or more"):
        shrink(values, [0.1] * len(values))


def test_shrinkage_takes_away_the_regression_to_the_mean():
    """METRICS.md C.5 and F.15: 40 teams, truly 80 % give or take 3, 60 surveys; the worst five go from .701 to .776 unaided.

    What a second month finds is on average what is true. Shrunk, the worst five already stand there in the first.
    """
    generator = np.random.default_rng(15)
    first, later, shrunk = [], [], []
    for _ in range(80):
        truth = generator.normal(0.80, 0.03, 40).clip(0, 1)
        seen = generator.binomial(60, truth) / 60
        worst = np.argsort(seen, kind="stable")[:5]
        error = (seen.mean() * (1 - seen.mean()) / 60) ** 0.5
        pulled = shrink(seen.tolist(), [error] * 40)
        first.append(seen[worst].mean())
        later.append(truth[worst].mean())
        shrunk.append(np.mean([pulled[team].estimate.value for team in worst]))
    assert np.mean(first) == pytest.approx(0.701, abs=0.005)
    assert np.mean(later) == pytest.approx(0.776, abs=0.005)
    assert np.mean(shrunk) == pytest.approx(np.mean(later), abs=0.004)
