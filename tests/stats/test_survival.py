"""Survival curves against printed digits, scipy's fitted numbers and rules of their own."""

import numpy as np
import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.stats import kaplan_meier, share_by, time_reached

# METRICS.md C.2 (F.2): minutes until an answer; a star there is False here.
GOLDEN_MINUTES = np.array([5, 8, 12, 12, 20, 35, 60, 90, 120, 240.0])
GOLDEN_ANSWERED = np.array([1, 1, 1, 0, 1, 1, 0, 1, 0, 0], bool)


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


def test_the_share_before_the_first_event_is_zero():
    assert share_by(kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED), 4).value == 0


@pytest.mark.parametrize("minutes", [[], [-1.0], [np.nan]])
def test_survival_refuses_durations_that_are_none(minutes):
    with pytest.raises(CareworthError, match="duration"):
        kaplan_meier(np.array(minutes), np.ones(len(minutes), bool))


def test_kaplan_meier_multiplies_the_chances_of_staying():
    """The definition, one distinct time after the other, with ties of events and of censored cases at the same time."""
    generator = np.random.default_rng(4)
    durations, observed = generator.integers(0, 12, 300).astype(float), generator.random(300) < 0.6
    curve, staying = kaplan_meier(durations, observed), 1.0
    for time, share in zip(curve.times, curve.share, strict=True):
        staying *= 1 - (observed & (durations == time)).sum() / (durations >= time).sum()
        assert share == pytest.approx(1 - staying)


def test_a_curve_that_all_have_passed_keeps_the_bounds_it_had():
    """Five of five answered: the log-log interval of 4/5 still holds, and nothing says that all will always be answered."""
    curve = kaplan_meier(np.arange(1.0, 6), np.ones(5, bool))
    assert curve.share[-1] == 1
    assert (curve.low[-1], curve.high[-1]) == (curve.low[-2], 1)
    assert 0 < curve.low[-1] < 0.8
    assert time_reached(curve, 0.9).high is None


def test_one_case_says_next_to_nothing():
    curve = kaplan_meier(np.array([3.0]), np.array([True]))
    assert share_by(curve, 3) == (1, 0, 1)


def test_a_share_is_read_at_its_own_time_and_a_time_at_its_own_share():
    curve = kaplan_meier(np.array([1.0, 2, 3, 4]), np.ones(4, bool))
    assert (share_by(curve, 2).value, share_by(curve, 1.99).value) == (0.5, 0.25)
    assert (time_reached(curve, 0.5).value, time_reached(curve, 0.51).value) == (2, 3)
