"""Restricted means and the log-rank test against lifelines, scipy's documentation and formulas worked out here."""

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.stats import log_rank, restricted_mean, restricted_mean_and_error, restricted_mean_difference
from careworth.stats.compiled import area_of_each, draw_poisson


@pytest.fixture(scope="module")
def waltons(shared) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Durations and what was observed of two groups of flies, by group."""
    table = pl.read_csv(shared / "data/survival/waltons.csv", schema_overrides={"T": pl.Float64, "E": pl.Float64})
    return {group: (part["T"].to_numpy(), part["E"].to_numpy() == 1) for (group,), part in table.group_by("group")}


@pytest.mark.parametrize(("group", "days"), [("control", 47.97787311469787), ("miR-137", 24.999999999999993)])
def test_restricted_mean_agrees_with_lifelines(waltons, group, days):
    """By lifelines 0.30.3: restricted_mean_survival_time(KaplanMeierFitter().fit(T, E), t=50)."""
    assert restricted_mean(*waltons[group], 50).value == pytest.approx(days)


def test_the_difference_of_restricted_means_is_that_of_lifelines(waltons):
    """47.9779 - 25.0000 as above; the interval lies where the two standard errors put it, give or take the bootstrap."""
    samples = waltons["control"], waltons["miR-137"]
    change = restricted_mean_difference(*samples[0], *samples[1], 50)
    error = np.hypot(*(restricted_mean_and_error(*sample, 50)[1] for sample in samples))
    assert change.value == pytest.approx(22.977873, abs=1e-6)
    assert (change.high - change.low) / (2 * 1.959964 * error) == pytest.approx(1.05, abs=0.1)


def test_without_open_cases_it_is_the_mean_of_the_shortened_durations_with_its_error():
    """Then mean and standard error are those of min(duration, horizon), but for n / (n - 1) of few events."""
    durations = np.random.default_rng(2).exponential(10, 500)
    shortened, events = np.minimum(durations, 12), (durations < 12).sum()
    value, error = restricted_mean_and_error(durations, np.ones(500, bool), 12)
    assert value == pytest.approx(shortened.mean())
    assert error == pytest.approx(shortened.std() / 500**0.5 * (events / (events - 1)) ** 0.5)


def test_an_open_case_by_hand():
    """1 at 1, 1 open at 2, 1 at 3, horizon 4: curve 1, 2/3 from 1 on, 0 from 3 on, so 1 + 2 * 2/3."""
    assert restricted_mean(np.array([1.0, 2, 3]), np.array([True, False, True]), 4).value == pytest.approx(7 / 3)


def test_it_is_unknown_where_the_curve_is():
    """Open at 3, nothing is known of 4; up to 3 it is 1 + 1/2 * 2."""
    durations, observed = np.array([1.0, 3]), np.array([True, False])
    assert restricted_mean(durations, observed, 4) == (None, None, None)
    assert restricted_mean(durations, observed, 3) == (2, None, None)
    assert restricted_mean_difference(durations, observed, durations, observed, 4) == (None, None, None)
    assert restricted_mean_difference(durations, observed, durations, observed, 3) == (0, None, None)


def test_nobody_answered_by_the_horizon_is_no_certainty():
    assert restricted_mean(np.array([9.0, 9]), np.array([True, True]), 4) == (4, None, None)


def test_an_interval_stays_between_zero_and_the_horizon():
    durations = np.array([0.1, 0.2, 9, 9, 9, 9, 9, 9])
    value, low, high = restricted_mean(durations, np.ones(8, bool), 5)
    assert 0 < low < value < high < 5


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    durations = np.random.default_rng(3).exponential(10, (2, 60))
    observed = np.ones(60, bool)
    first, again, other = (
        restricted_mean_difference(durations[0], observed, durations[1], observed, 20, resamples=100, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_many_cases_get_the_interval_that_the_bootstrap_gives_fewer():
    """4,999 a side are resampled, 5,000 drawn; the bounds differ by the noise of 1,000 draws, some 5 % of a half width."""
    durations, observed = np.random.default_rng(5).exponential(10, (2, 5_000)), np.ones(5_000, bool)
    many = restricted_mean_difference(durations[0], observed, durations[1], observed, 20)
    fewer = restricted_mean_difference(durations[0][1:], observed[1:], durations[1][1:], observed[1:], 20)
    assert fewer == pytest.approx(many, abs=0.04)


@pytest.mark.parametrize("horizon", [0, -1, np.nan])
def test_a_horizon_must_lie_ahead(horizon):
    with pytest.raises(CareworthError, match="horizon"):
        restricted_mean(np.array([1.0]), np.array([True]), horizon)


def test_log_rank_agrees_with_lifelines_on_waltons(waltons):
    """shared/data/survival/numbers.json, computed with lifelines: 122.249, p 2.04e-28."""
    statistic, p_value = log_rank(*waltons["control"], *waltons["miR-137"])
    assert statistic == pytest.approx(122.24912557, abs=1e-7)
    assert p_value == pytest.approx(2.03598322e-28, rel=1e-6)


def test_log_rank_matches_the_printed_digits_of_scipy():
    """Example of scipy.stats.logrank, after Bland and Altman (2004): z -2.73799, p 0.00618, survival in astrocytoma, glioma."""
    ended_a = [6, 13, 21, 30, 37, 38, 49, 50, 63, 79, 86, 98, 202, 219]
    open_a = [31, 47, 80, 82, 82, 149]
    ended_b = [10, 10, 12, 13, 14, 15, 16, 17, 18, 20, 24, 24, 25, 28, 30, 33, 35, 37, 40, 40, 46, 48, 76, 81, 82, 91, 112, 181]
    open_b = [34, 40, 70]
    a, b = (np.array(ended + censored, float) for ended, censored in ((ended_a, open_a), (ended_b, open_b)))
    statistic, p_value = log_rank(a, np.arange(len(a)) < len(ended_a), b, np.arange(len(b)) < len(ended_b))
    assert (statistic**0.5, p_value) == pytest.approx((2.73799, 0.00618), abs=5e-6)


def test_log_rank_of_tied_cases_is_that_of_scipy():
    generator = np.random.default_rng(6)
    a, b = generator.integers(1, 9, 80).astype(float), generator.integers(1, 12, 90).astype(float)
    seen_a, seen_b = generator.random(80) < 0.7, generator.random(90) < 0.7
    theirs = scipy_stats.logrank(*(scipy_stats.CensoredData.right_censored(*pair) for pair in ((a, ~seen_a), (b, ~seen_b))))
    assert log_rank(a, seen_a, b, seen_b) == pytest.approx((theirs.statistic**2, theirs.pvalue))


def test_log_rank_of_very_many_tied_cases_does_not_overflow():
    """Each case a thousand times over makes the statistic nearly as large: (n - d) / (n - 1) changes a little."""
    few = np.array([1.0, 2, 3, 4] * 100), np.array([2.0, 3, 4, 5] * 100)
    small, large = (log_rank(*(part for each in few for part in (np.tile(each, k), np.ones(400 * k, bool)))) for k in (1, 1_000))
    assert large.statistic == pytest.approx(1_000 * small.statistic, rel=0.01)


def test_nothing_to_compare_is_none():
    once = np.array([1.0]), np.array([False])
    assert log_rank(*once, *once) == (None, None)


def test_of_many_cases_the_interval_is_as_wide_as_the_standard_error_says():
    """With thousands of cases the logit is nearly straight over the interval: value +- 1.96 errors, to a hundredth of a width."""
    durations, observed = np.random.default_rng(7).exponential(10, 4_000), np.ones(4_000, bool)
    value, error = restricted_mean_and_error(durations, observed, 20)
    expected = value, value - 1.959964 * error, value + 1.959964 * error
    assert restricted_mean(durations, observed, 20) == pytest.approx(expected, abs=0.04 * error)


def test_resamples_are_drawn_as_numpy_draws_them():
    """Means of 0, below ten and above ten are three ways in NumPy; what comes after them is the same as well."""
    means, ours, theirs = np.array([0.0, 0.3, 1.0, 9.5, 10.0, 250.0]), np.random.default_rng(4), np.random.default_rng(4)
    drawn = np.empty((500, len(means)), np.int32)
    draw_poisson(ours, means, np.exp(-means), drawn)
    assert np.array_equal(drawn, theirs.poisson(means, drawn.shape))
    assert ours.random() == theirs.random()


def test_each_resample_has_the_area_and_error_of_its_cases():
    """Three resamples of times 1, 2, 5 and the horizon 6, against their cases one by one; in the last nobody is left after 2."""
    times, areas, errors = np.array([1.0, 2, 5, 6]), np.empty(3), np.empty(3)
    ended = np.array([[2, 1, 1, 0], [3, 0, 2, 0], [1, 2, 0, 0]], np.int32)
    censored = np.array([[0, 1, 0, 2], [1, 0, 0, 1], [0, 0, 0, 0]], np.int32)
    area_of_each(ended, censored, np.diff([0.0, *times, 6.0]), areas, errors)
    for row in range(3):
        durations = np.concatenate([np.repeat(times, ended[row]), np.repeat(times, censored[row])])
        observed = np.arange(len(durations)) < ended[row].sum()
        assert (areas[row], errors[row]) == pytest.approx(restricted_mean_and_error(durations, observed, 6))
