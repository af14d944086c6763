"""How often a change is claimed where there is none: F.14 of METRICS.md, which is why the default is neither of these."""

import numpy as np
import pytest

from tests.benchmarks.effect_peers import newey_west, plain_newey_west, plain_student, steps_at
from tests.simulators.plain_series import drifting, remembering


@pytest.mark.parametrize(
    ("memory", "by_student", "by_newey_west"),
    [(0.0, 0.044, 0.068), (0.3, 0.170, 0.110), (0.5, 0.239, 0.106), (0.7, 0.425, 0.176)],
)
def test_false_alarms_of_before_and_after_are_those_of_f14(memory, by_student, by_newey_west):
    """1,500 repeats here and there; four standard errors of their difference are 0.030 at 0.044 and 0.072 at 0.425."""
    series = remembering(1500, 120, memory, seed=1)
    for method, published in ((plain_student, by_student), (plain_newey_west, by_newey_west)):
        rate = np.mean([method(y)[0] for y in series])
        assert rate == pytest.approx(published, abs=4 * np.sqrt(2 * published * (1 - published) / 1500))


def test_newey_west_without_lags_is_whites_error_by_hand():
    """Before 1, 3 and after 2, 6: the means are 2 and 4, the step 2, what each day adds to its error 1/2, -1/2, -1, 1.

    Squared and added 2.5, so z = 2 / 1.5811 = 1.2649 and p = 0.2059.
    """
    step, p = newey_west(np.array([1.0, 3.0, 2.0, 6.0]), steps_at(2, 4), lags=0)
    assert step == pytest.approx(2.0)
    assert p == pytest.approx(0.2059, abs=5e-5)


def test_one_lag_of_newey_west_by_hand():
    """The neighbours' products are -1/4, 1/2, -1; twice their sum with weight 1/2 is -0.75 and leaves 1.75 of 2.5.

    z = 2 / 1.3229 = 1.5119 and p = 0.1306.
    """
    _, p = newey_west(np.array([1.0, 3.0, 2.0, 6.0]), steps_at(2, 4), lags=1)
    assert p == pytest.approx(0.1306, abs=5e-5)


def test_the_simulated_series_have_the_memory_and_the_steps_they_say():
    """Sample autocorrelation at lag 1 of an AR(1) is its memory; half the variance of a difference is step² / 2 + 1."""
    series = remembering(400, 500, 0.7, seed=2)
    assert np.mean(series[:, 1:] * series[:, :-1]) == pytest.approx(0.7, abs=0.02)
    assert np.var(series[:, 0]) == pytest.approx(1.0, abs=0.3)
    assert np.var(np.diff(drifting(400, 500, 1.0, seed=2))) / 2 == pytest.approx(1.5, rel=0.03)
