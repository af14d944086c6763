"""Regression on days that depend on each other: the same as exact algebra, whatever is missing."""

import numpy as np
import pytest

from careworth.trends.dependence import LASTING, MEMORY, PRIOR, Regression, independent
from tests.simulators.linked_series import dependent


def exact(series: np.ndarray, columns: np.ndarray, memory: float, lasting: float) -> tuple[float, float, float]:
    """Last coefficient, its error and the restricted log-likelihood by generalised least squares with a dense covariance."""
    seen = np.isfinite(series)
    apart = np.abs(np.subtract.outer(np.flatnonzero(seen), np.flatnonzero(seen)))
    covariance = lasting * np.power(memory, apart, where=(apart > 0) | (memory > 0), out=np.ones(apart.shape)) + (1 - lasting) * (
        apart == 0
    )
    inverse, x, y = np.linalg.inv(covariance), columns[seen], series[seen]
    information = x.T @ inverse @ x
    fit = np.linalg.solve(information, x.T @ inverse @ y)
    left, freedom = (y - x @ fit) @ inverse @ (y - x @ fit), len(y) - x.shape[1]
    likelihood = -(np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1] + freedom * np.log(left)) / 2
    return fit[-1], np.sqrt(left / freedom * np.linalg.inv(information)[-1, -1]), likelihood


@pytest.mark.parametrize("missing", [[], [0, 17, 18, 19, 39]])
def test_each_point_of_the_grid_is_generalised_least_squares(missing):
    series = 5 + dependent(np.random.default_rng(2), 40, 0.6)
    series[missing] = np.nan
    line, level = np.linspace(-1, 1, 40)[:, None], np.ones((40, 1))
    slopes = Regression.of(series, level).on(line)
    points = [exact(series, np.hstack([level, line]), *pair) for pair in zip(MEMORY, LASTING, strict=True)]
    fits, errors, likelihoods = (np.array(each) for each in zip(*points, strict=True))
    weights = np.exp(likelihoods + PRIOR - (likelihoods + PRIOR).max())
    np.testing.assert_allclose(slopes.coefficients[:, 0], fits, rtol=1e-6)
    np.testing.assert_allclose(slopes.errors[:, 0], errors, rtol=1e-6)
    np.testing.assert_allclose(slopes.weights[:, 0], weights / weights.sum(), rtol=1e-5, atol=1e-9)


def test_the_interval_leaves_out_zero_exactly_where_the_p_value_is_small():
    """The bound at which the p-value is 5 % is the end of the 95 % interval: shift the series until it touches zero."""
    series, line = dependent(np.random.default_rng(5), 60, 0.3), np.linspace(-1, 1, 60)
    low = Regression.of(series, np.ones((60, 1))).on(line[:, None]).estimate().low
    moved = Regression.of(series - low * line, np.ones((60, 1))).on(line[:, None])
    assert moved.p_values()[0] == pytest.approx(0.05, abs=1e-6)


def test_a_candidate_that_does_not_vary_adds_nothing_known():
    slopes = Regression.of(np.arange(20.0) % 3, np.ones((20, 1))).on(np.ones((20, 1)))
    assert slopes.estimate().value is None
    assert np.isnan(slopes.p_values()[0])


def test_columns_that_others_make_up_are_left_out():
    ones = np.ones((5, 1))
    assert independent(np.hstack([ones, 3 * ones, np.eye(5)[:, :1]]), np.ones(5, bool)).shape == (5, 2)


def test_lags_of_what_lasts_are_fewer_tests_than_lags_of_noise():
    draw = np.random.default_rng(3)
    lasting, noise = dependent(draw, 300, 0.95), dependent(draw, 300, 0.0)
    regression = Regression.of(draw.normal(size=300), np.ones((300, 1)))
    lags = [np.column_stack([np.roll(each, lag) for lag in range(10)]) for each in (lasting, noise)]
    assert regression.on(lags[0]).tests(0) < 6 < 9 < regression.on(lags[1]).tests(0) <= 10
