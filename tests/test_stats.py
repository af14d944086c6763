"""Intervals and survival curves against printed digits of others."""

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.stats import (
    Draws,
    block_bootstrap_mean,
    cumulative_incidence,
    kaplan_meier,
    newcombe_interval,
    nps_interval,
    poisson_interval,
    share_by,
    theil_sen_slope,
    time_reached,
    wilson_interval,
)

# METRICS.md C.2: minutes until an answer; a star there is False here.
GOLDEN_MINUTES = np.array([5, 8, 12, 12, 20, 35, 60, 90, 120, 240.0])
GOLDEN_ANSWERED = np.array([1, 1, 1, 0, 1, 1, 0, 1, 0, 0], bool)


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


def test_newcombe_interval_matches_the_printed_digits():
    """METRICS.md C.1: 80/100 against 70/100."""
    assert newcombe_interval(80, 100, 70, 100) == pytest.approx((-0.020, 0.217), abs=5e-4)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 0.123), (12, 0.207, 0.699)])
def test_poisson_interval_per_day_matches_the_printed_digits(count, low, high):
    """METRICS.md C.1: counts in 30 days."""
    assert poisson_interval(count, 30) == pytest.approx((low, high), abs=5e-4)


def test_nps_interval_matches_the_printed_digits():
    """METRICS.md C.1: 60/25/15 of 100 gives 45 plus or minus 14.5."""
    score, low, high = nps_interval(60, 25, 15)
    assert (score, high - score, score - low) == pytest.approx((45, 14.5, 14.5), abs=0.05)


def test_kaplan_meier_counts_open_cases():
    """METRICS.md C.2: median 35, P(<= 60) 0.533; replied-only would say 16 and 0.833."""
    curve = kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED)
    assert time_reached(curve, 0.5).value == 35
    assert share_by(curve, 60).value == pytest.approx(0.533, abs=5e-4)
    assert np.median(GOLDEN_MINUTES[GOLDEN_ANSWERED]) == 16


def test_kaplan_meier_agrees_with_lifelines_on_waltons(shared):
    """shared/data/survival/numbers.json, computed with lifelines: median 56, S(50) 0.6168 (0.5372 to 0.6868)."""
    waltons = pl.read_csv(shared / "data/survival/waltons.csv", schema_overrides={"T": pl.Float64, "E": pl.Float64})
    curve = kaplan_meier(waltons["T"].to_numpy(), waltons["E"].to_numpy() == 1)
    assert time_reached(curve, 0.5).value == 56
    gone = share_by(curve, 50)
    assert [1 - gone.value, 1 - gone.high, 1 - gone.low] == pytest.approx([0.61681685, 0.53723907, 0.68676523], abs=1e-7)


def test_a_median_that_is_not_reached_is_none():
    curve = kaplan_meier(np.array([1.0, 9, 9, 9]), np.array([True, False, False, False]))
    assert time_reached(curve, 0.5).value is None


def test_incidence_without_competing_events_is_kaplan_meier():
    incidence = cumulative_incidence(GOLDEN_MINUTES, GOLDEN_ANSWERED.astype(int))
    assert incidence.share == pytest.approx(kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED).share)


def test_competing_events_lower_the_incidence_by_hand():
    """Of four, one redirected at 2 leaves 2 at risk: 1/4 + 2/4 * 1/2 = 1/2 by 3; 1 - Kaplan-Meier would say 5/8."""
    incidence = cumulative_incidence(np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 0]))
    assert share_by(incidence, 3).value == pytest.approx(0.5)


def test_the_share_before_the_first_event_is_zero():
    assert share_by(kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED), 4).value == 0


@pytest.mark.parametrize("minutes", [[], [-1.0], [np.nan]])
def test_survival_refuses_durations_that_are_none(minutes):
    with pytest.raises(CareworthError, match="duration"):
        kaplan_meier(np.array(minutes), np.ones(len(minutes), bool))


def test_kaplan_meier_is_unbiased_where_resolved_only_is_not():
    """METRICS.md F.13: true median 18.83 days; resolved-only about 9.3, Kaplan-Meier about 18.8."""
    generator = np.random.default_rng(13)
    start = generator.uniform(0, 90, 36_000)
    scale = np.where(generator.random(36_000) < 0.5, 8, 60) / np.log(2)
    days = generator.exponential(scale)
    resolved = start + days <= 90
    curve = kaplan_meier(np.minimum(days, 90 - start), resolved)
    assert np.median(days[resolved]) == pytest.approx(9.26, abs=0.4)
    assert time_reached(curve, 0.5).value == pytest.approx(18.83, abs=0.8)


def test_the_slope_of_a_straight_line_is_its_slope():
    """By hand: 3, 5, 7, ... rises by 2 a step."""
    assert theil_sen_slope(np.arange(3, 23, 2)) == pytest.approx((2, 2, 2))


def test_seven_points_are_too_few_for_a_slope():
    assert theil_sen_slope(np.arange(7)).value is None


def test_block_bootstrap_covers_the_mean_of_a_dependent_series():
    """AR(1) with rho 0.6 and mean 10: about 95 in 100 intervals should hold it; independent days would reach 70."""
    generator, hits = np.random.default_rng(5), 0
    for _ in range(200):
        noise = generator.normal(size=140)
        for day in range(1, 140):
            noise[day] += 0.6 * noise[day - 1]
        _, low, high = block_bootstrap_mean(10 + noise, block=14, resamples=300)
        hits += low <= 10 <= high
    assert 170 <= hits <= 200


def test_a_stream_does_not_depend_on_what_else_is_drawn():
    alone = Draws(5, 7).pert("calls", 1, 2, 3)
    draws = Draws(5, 7)
    draws.share("other", 3, 10)
    assert draws.pert("calls", 1, 2, 3).tolist() == alone.tolist()


def test_pert_refuses_a_range_out_of_order_and_names_it():
    with pytest.raises(CareworthError, match="a call: need low <= likely <= high"):
        Draws(10, 1).pert("a call", 3, 2, 4)


def test_an_interval_never_lies_beside_its_own_share():
    for trials in range(1, 60):
        assert wilson_interval(0, trials)[0] == 0.0
        assert wilson_interval(trials, trials)[1] == 1.0
