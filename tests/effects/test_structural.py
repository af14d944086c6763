"""The Bayesian structural model: as R's CausalImpact, as a plain computation of the same posterior, and never a crash."""

import itertools
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careworth.effects.local_level import Mixture
from careworth.effects.structural import StructuralEffect, structural_effect
from careworth.errors import ParameterError
from tests.simulators.plain_series import drifting, remembering
from tests.simulators.r_draws import r_normals

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "causalimpact_r.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["arma", "comparison", "google"])
def test_the_published_cases_agree_with_r(shared, name):
    """Within 0.2 posterior standard deviations of the R summaries, which are rounded, and with 5 % of their deviation."""
    case = REFERENCE["published"][name]
    table = pl.read_csv(shared / f"data/causal/causalimpact/{name}_data.csv").select(pl.selectors.numeric()).to_numpy()
    found = structural_effect(table[:, 0], table[:, 1:], case["first"])
    assert len(table) - case["first"] == case["days"]
    assert table[case["first"] :, 0].sum() == pytest.approx(case["actual"], abs=0.6)
    assert abs(found.effect - case["effect"]) < 0.2 * case["sd"]
    assert found.sd == pytest.approx(case["sd"], rel=0.05)
    assert abs(found.low - case["low"]) < 0.2 * case["sd"]
    assert abs(found.high - case["high"]) < 0.2 * case["sd"]


@pytest.mark.parametrize("name", ["basic", "covariates", "strong_effect", "no_effect", "seasonal"])
def test_longer_runs_of_r_agree_still_better(name):
    """5,000 draws in R leave an error of some hundredths of a standard deviation in the mean and some percent in the width."""
    case = REFERENCE["drawn"][name]
    found = structural_effect(
        *drawn(**{key: case[key] for key in ("seed", "gain", "noise", "controls", "days", "first", "weekly")})
    )
    assert abs(found.effect - case["effect"]) < 0.04 * found.sd
    assert found.high - found.low == pytest.approx(case["high"] - case["low"], rel=0.03)


def drawn(seed: int, gain: float, noise: float, controls: int, days: int, first: int, weekly: bool) -> tuple:
    """The series of generate_r_reference.R: noise around 1, a gain from `first` on, each control with a smaller share."""
    y = 1 + noise * r_normals(seed, days)
    y[first:] += gain
    y += np.resize((np.arange(1, 8) - 4) * 0.8, days) if weekly else 0
    x = np.array([r_normals(seed + j, days) for j in range(1, controls + 1)]).reshape(controls, days).T
    return y + x @ (0.5 / np.arange(1, controls + 1)), x, first, np.arange(days) % 7 if weekly else None


def test_the_posterior_is_that_of_the_model_written_out():
    """Dense covariances on a grid of both deviations, all subsets of intercept and four controls, two days without a value."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 4))
    y = x @ [1.0, 0.4, 0.0, 0.0] + rng.normal(size=40)
    y[[7, 33]] = np.nan
    mean, sd, low = written_out(y, x, 30)
    found = structural_effect(y, x, 30)
    assert found.expected == pytest.approx(mean, abs=0.02 * sd)
    assert found.sd == pytest.approx(sd, rel=0.01)
    assert found.expected_low == pytest.approx(low, abs=0.03 * sd)


def written_out(y: np.ndarray, x: np.ndarray, first: int) -> tuple[float, float, float]:
    """Mean, deviation and 2.5 % quantile of the expected mean, from normal distributions alone, weighted over a grid."""
    before, centre, scale = y[:first], np.nanmean(y[:first]), np.nanstd(y[:first], ddof=1)
    z = (y - centre) / scale
    x = np.column_stack([np.ones(len(y)), (x - x[:first].mean(axis=0)) / x[:first].std(axis=0, ddof=1)])
    information = x.T @ x / len(y)
    slab = 0.01 * (0.5 * np.diag(np.diag(information)) + 0.5 * information)
    seen = np.flatnonzero(~np.isnan(before))
    asked = np.zeros(len(y))
    asked[first:] = ~np.isnan(y[first:]) / (~np.isnan(y[first:])).sum()
    days = np.arange(len(y))
    walk = np.minimum.outer(days, days)
    noises, steps = np.exp(np.linspace(-2.4, 1.0, 26)), np.exp(np.linspace(-1.3, 1.3, 14)) * 1e-4
    logs, places, variances = [], [], []
    for noise, step, subset in itertools.product(noises, steps, itertools.product([False, True], repeat=x.shape[1])):
        cover = noise * np.eye(len(y)) + step * walk + 1.0
        count = np.array(subset)
        if count.any():
            cover = cover + noise * x[:, count] @ np.linalg.solve(slab[np.ix_(count, count)], x[:, count].T)
        known, rest = cover[np.ix_(seen, seen)], z[seen] - z[seen[0]]
        weights = np.linalg.solve(known, cover[seen] @ asked)
        log_likelihood = -0.5 * (np.linalg.slogdet(known)[1] + rest @ np.linalg.solve(known, rest))
        log_prior = -25 * np.log(noise) - 50 * 0.2 / 2 / noise - 16 * np.log(step) - 16e-4 / step
        log_prior += np.log(np.where(count, 0.6, 0.4)).sum()
        logs.append(log_likelihood + log_prior)
        places.append(z[seen[0]] + weights @ rest)
        variances.append(asked @ cover @ asked - weights @ cover[seen] @ asked)
    shares = np.exp(np.array(logs) - max(logs))
    normal = Mixture(shares / shares.sum(), np.array(places), np.sqrt(variances), 1e6)
    return centre + scale * normal.mean, scale * normal.sd, centre + scale * normal.quantile(0.025)


def test_the_interval_belongs_to_the_expectation_and_the_tail_to_the_interval():
    """A two-sided 95 % interval without zero is a tail below 2.5 %; the lift is the effect over the expectation."""
    rng = np.random.default_rng(2)
    x = rng.normal(100, 5, (100, 1))
    found = structural_effect(x[:, 0] + rng.normal(size=100) + 2.0 * (np.arange(100) >= 70), x, 70)
    actual = found.expected + found.effect
    assert found.low == pytest.approx(actual - found.expected_high)
    assert found.high == pytest.approx(actual - found.expected_low)
    assert found.lift == pytest.approx(found.effect / found.expected)
    assert found.lift_low == pytest.approx(found.low / found.expected_high)
    assert found.low > 0 and found.p < 0.025


def test_units_do_not_matter():
    y, x, first, _ = drawn(42, 3.0, 1.0, 2, 100, 70, False)
    plain, scaled = structural_effect(y, x, first), structural_effect(1000 * y + 5e4, 1e-6 * x - 3, first)
    assert scaled.effect == pytest.approx(1000 * plain.effect, rel=1e-6)
    assert scaled.p == pytest.approx(plain.p, rel=1e-5)


def test_no_lift_is_given_where_the_expectation_may_be_zero():
    found = structural_effect(remembering(1, 100, 0.0, seed=3)[0], None, 70)
    assert (found.lift, found.lift_low, found.lift_high) == (None, None, None)


def test_constant_controls_change_nothing():
    y, x, first, _ = drawn(42, 3.0, 1.0, 2, 100, 70, False)
    assert structural_effect(y, np.column_stack([x, np.full(100, 7.0)]), first) == structural_effect(y, x, first)


def test_a_control_identical_to_the_series_leaves_no_effect():
    y = drawn(42, 3.0, 1.0, 0, 100, 70, False)[0]
    found = structural_effect(y, np.column_stack([y, y]), 70)
    assert abs(found.effect) < 0.02 and found.low < 0 < found.high


def test_of_many_controls_the_closest_are_kept():
    """The two that make up the series are the last of forty."""
    x = remembering(40, 130, 0.0, seed=8).T
    y = x[:, 38] + x[:, 39] + 0.1 * remembering(1, 130, 0.0, seed=9)[0]
    assert structural_effect(y, x, 100).sd < 1.2 * structural_effect(y, x[:, 38:], 100).sd


def test_a_weekday_pattern_narrows_the_interval():
    """Deviations of 2 between weekdays over noise of 0.3 widen a model that knows no weekdays."""
    y, x, first, weekdays = drawn(7, 3.0, 0.3, 0, 112, 84, True)
    assert structural_effect(y, x, first, weekdays).sd < 0.5 * structural_effect(y, x, first).sd


def test_two_runs_are_the_same_to_the_last_digit():
    case = drawn(7, 3.0, 0.3, 0, 112, 84, True)
    assert structural_effect(*case) == structural_effect(*case)


NOISE = remembering(1, 100, 0.0, seed=1)[0]


@pytest.mark.parametrize(
    ("y", "controls", "first", "says"),
    [
        (np.array([]), None, 0, "place 0 of 0 days"),
        (NOISE, None, 0, "days before and after"),
        (NOISE, None, 100, "place 100 of 100"),
        (NOISE, None, -1, "place -1 of 100"),
        (NOISE, None, 9, "only 9 days with a value before"),
        (np.where(np.arange(100) < 61, np.nan, NOISE), None, 70, "only 9 days"),
        (np.where(np.arange(100) < 70, NOISE, np.nan), None, 70, "no day from the start on"),
        (np.where(np.arange(100) < 70, 4.0, NOISE), None, 70, "the series is 4 on every day before"),
        (np.where(np.arange(100) == 3, np.inf, NOISE), None, 70, "the series is inf at place 3"),
        (np.where(np.arange(100) == 3, -1e200, NOISE), None, 70, "the series is -1e.200 at place 3"),
        (NOISE, np.where(np.arange(100) == 80, np.nan, NOISE)[:, None], 70, "control 1 is nan at place 80"),
        (NOISE, np.ones((99, 1)), 70, "one row of controls for each of the 100 days"),
        (NOISE, np.ones(100), 70, "one row of controls"),
        (np.ones((100, 2)), None, 70, "need one series"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(y, controls, first, says):
    with pytest.raises(ParameterError, match=says):
        structural_effect(y, controls, first)


def test_weekdays_of_other_days_are_refused():
    with pytest.raises(ParameterError, match="weekday of each of the 100 days, got 7"):
        structural_effect(NOISE, None, 70, np.arange(7))


def test_ten_days_before_and_one_after_are_enough():
    found = structural_effect(NOISE[:11], None, 10)
    assert found.low < found.effect < found.high


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_false_alarms_are_rare_without_a_memory_and_frequent_with_one(memory):
    """Nominal 5 %. A long run of tests/benchmarks/effect_peers.py gives what the bounds are set around."""
    series = remembering(200, 120, memory, seed=4)
    rate = np.mean([excludes_zero(structural_effect(y, None, 60)) for y in series])
    assert (0.01 <= rate <= 0.10) if memory == 0 else rate > 0.10


def test_a_drifting_level_makes_it_too_sure():
    """Steps a tenth of the noise; the prior expects a hundredth."""
    rate = np.mean([excludes_zero(structural_effect(y, None, 365)) for y in drifting(100, 393, 0.1, seed=6)])
    assert rate > 0.07


def excludes_zero(found: StructuralEffect) -> bool:
    """Whether the interval claims an effect."""
    return found.low > 0 or found.high < 0
