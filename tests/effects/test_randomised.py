"""Randomised designs by hand, against scipy, by simulation, and with settings that are broken."""

import json
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from careworth.effects.holdouts import holdout, holdout_of_arms, holdout_ratio
from careworth.effects.randomisation import matched_pairs, mismatch_p, random_halves, randomisation_effect
from careworth.effects.randomised import geo_experiment, switchback
from careworth.errors import CareworthError
from tests.benchmarks.experiments import DESIGNS, measured
from tests.simulators.experiments import drawn_regions, spending_holdout, switched_hours

GENERATOR = np.random.default_rng(1)
OURS, THEIRS = GENERATOR.normal(11, 3, 60), GENERATOR.normal(10, 2, 50)


# --- holdouts ---


def test_means_have_welchs_interval():
    """From scipy."""
    found, reference = holdout(OURS, THEIRS), scipy_stats.ttest_ind(OURS, THEIRS, equal_var=False)
    interval = reference.confidence_interval()
    assert (found.low, found.high, found.p_value) == pytest.approx((interval.low, interval.high, reference.pvalue))


def test_shares_have_newcombes_interval_and_the_score_test():
    """80/100 less 70/100 is 0.10 [-0.020, 0.217] (METRICS.md C.1); the score test is the root of Pearson's chi-square."""
    found = holdout(np.arange(100) < 80, np.arange(100) < 70)
    assert (found.effect, found.low, found.high) == pytest.approx((0.1, -0.020, 0.217), abs=0.0005)
    assert found.p_value == pytest.approx(scipy_stats.chi2_contingency([[80, 20], [70, 30]], correction=False).pvalue)


def test_the_lift_has_fiellers_interval():
    """Its bounds are the lifts at which the difference of one mean and (1 + lift) times the other is just significant."""
    found = holdout(OURS, THEIRS)
    for lift in (found.lift_low, found.lift_high):
        error = (OURS.var(ddof=1) / 60 + (1 + lift) ** 2 * THEIRS.var(ddof=1) / 50) ** 0.5
        quantile = (found.high - found.low) / 2 / found.standard_error
        assert abs(OURS.mean() - (1 + lift) * THEIRS.mean()) == pytest.approx(quantile * error)


def test_what_was_known_before_narrows_the_interval():
    """With a correlation of 0.9 the variance falls to 1 - 0.81, in a sample of this size to within 0.05."""
    before = GENERATOR.normal(size=2_000)
    after = 0.9 * before + (1 - 0.81) ** 0.5 * GENERATOR.normal(size=2_000)
    plain = holdout(after[:1000], after[1000:])
    adjusted = holdout(after[:1000], after[1000:], (before[:1000], before[1000:]))
    assert adjusted.diagnostics["variance_removed"] == pytest.approx(0.81, abs=0.05)
    assert (adjusted.standard_error / plain.standard_error) ** 2 == pytest.approx(0.19, abs=0.05)


def test_a_covariate_that_is_constant_changes_nothing():
    assert holdout(OURS, THEIRS, (np.ones(60), np.ones(50))).effect == holdout(OURS, THEIRS).effect


def test_a_ratio_of_ones_below_the_line_is_a_mean():
    """Then the delta method is Welch's."""
    ratio, mean = holdout_ratio((OURS, np.ones(60)), (THEIRS, np.ones(50))), holdout(OURS, THEIRS)
    assert (ratio.effect, ratio.low, ratio.high) == pytest.approx((mean.effect, mean.low, mean.high))


def test_a_broken_lot_takes_the_strong_words_away():
    found = holdout(np.append(GENERATOR.normal(5, 1, 700), 5.0), GENERATOR.normal(1, 1, 500))
    assert found.design == "before_after"
    assert "coincided with" in found.sentence()
    assert "701 treated and 500 untreated are no lot" in found.sentence()
    assert "caused" in holdout(GENERATOR.normal(5, 1, 500), GENERATOR.normal(1, 1, 500)).sentence()


def test_the_mismatch_test_is_exact_where_few_and_a_chi_square_where_many():
    """From scipy: two-sided binomial of 20 in 24; and (5,400 - 5,200)^2 / 5,200 twice is 15.38 with one degree."""
    assert mismatch_p(20, 4) == pytest.approx(scipy_stats.binomtest(20, 24).pvalue)
    assert mismatch_p(5_000, 5_400) == pytest.approx(scipy_stats.chi2.sf(15.3846, 1), rel=1e-3)


def test_persons_without_an_outcome_count_with_zero():
    """By hand: (4 + 2 + 0 + 0) / 4 less (1 + 0 + 0 + 0) / 4 is 1.25."""
    keys = [f"p{number}" for number in range(8)]
    arms = pl.DataFrame({"person_key": keys, "arm": ["treatment"] * 4 + ["control"] * 4})
    outcomes = pl.DataFrame({"person_key": ["p0", "p0", "p1", "p4", "stranger"], "value": [3, 1, 2, 1, 99]})
    assert holdout_of_arms(arms, outcomes).effect == 1.25


# --- the lot itself ---


def test_the_p_value_is_the_share_of_all_assignments():
    """All 70 of eight units into halves, counted here; 1,999 draws find it to within 0.03."""
    outcome = np.array([3.0, 9.0, 4.0, 8.0, 7.0, 2.0, 6.0, 10.0])
    assigned = np.array([0, 1, 0, 1, 1, 0, 0, 1])
    gap = abs(outcome[assigned == 1].mean() - outcome[assigned == 0].mean())
    chosen = [list(each) for each in combinations(range(8), 4)]
    all_gaps = [abs(outcome[each].mean() - np.delete(outcome, each).mean()) for each in chosen]
    found = randomisation_effect(outcome, assigned)
    assert found.assignments == 70
    assert found.p_value == pytest.approx(np.mean([each >= gap - 1e-9 for each in all_gaps]), abs=0.03)


def test_the_interval_moves_with_the_effect_and_ends_where_the_p_value_does():
    outcome, assigned = GENERATOR.normal(size=30), np.arange(30) % 2 == 0
    found, moved = (randomisation_effect(outcome + added * assigned, assigned) for added in (0, 4))
    assert [moved.effect - found.effect, moved.low - found.low, moved.high - found.high] == pytest.approx([4, 4, 4])
    inside, outside = (randomisation_effect(outcome - (found.low + d) * assigned, assigned).p_value for d in (0.01, -0.01))
    assert inside >= 0.05 > outside


def test_assignments_keep_the_number_in_each_stratum():
    strata = np.repeat(["a", "b", "c"], [10, 4, 5])
    counts = [np.unique(strata[random_halves(strata, seed)], return_counts=True)[1].tolist() for seed in range(40)]
    assert {tuple(each[:2]) for each in counts} == {(5, 2)}
    assert {each[2] for each in counts} == {2, 3}


def test_pairs_are_of_like_size():
    assert matched_pairs(np.array([5.0, 100.0, 90.0, 6.0, 1.0])).tolist() == [1, 0, 0, 1, 1]


def test_three_pairs_are_too_few_for_an_interval_and_it_is_said():
    """Eight assignments: the p-value cannot fall below 2/8."""
    found = geo_experiment([100, 90, 50, 45, 20, 18], [130, 91, 66, 44, 27, 18], [1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 2, 2])
    assert found.low is None
    assert "only 8 assignments" in found.sentence()


def test_the_lift_of_regions_by_hand():
    """Each treated region grows by 1.2, each other by 1.0, so the lift is 0.2 and 0.2 x 100 + 0.2 x 10 a day are gained."""
    before, assigned = np.repeat([100.0, 10.0], 4), np.tile([True, False], 4)
    found = geo_experiment(before, before * np.where(assigned, 1.2, 1.0), assigned, np.repeat([0, 1], 4))
    assert found.effect == pytest.approx(0.2)
    assert found.diagnostics["gained_per_day"] == pytest.approx(44.0)


def test_the_washout_takes_the_hours_after_a_switch_out():
    """The effect of 6 needs an hour to come and to go: with that hour it looks smaller."""
    hours = switched_hours(np.random.default_rng(2), 60, 6.0)
    with_washout, without = switchback(**hours), switchback(**hours | {"washout": 0})
    assert with_washout.effect == pytest.approx(6.0, abs=2)
    assert without.effect < with_washout.effect


# --- by simulation ---

#: So many runs of each, so that the whole takes some seconds; tests/benchmarks/experiments.py prints more.
RUNS = 120


@pytest.mark.parametrize("name", [name for name in DESIGNS if "12 regions" not in name])
def test_intervals_hold_the_truth_and_nothing_is_shown_where_nothing_is(name):
    """Right 95 times in 100: of 120, at least 0.87 hold the truth and at most 0.13 show an effect of zero (four errors)."""
    covers, shown, *_ = measured(name, 0.0, RUNS)
    assert covers >= 0.87
    assert shown <= 0.13


def test_an_effect_of_regions_is_found_and_held():
    covers, shown, *_ = measured("geo experiment, 20 regions", 0.1, 60)
    assert covers >= 0.85
    assert shown >= 0.8


# --- broken settings ---

HOURS = switched_hours(np.random.default_rng(3), 14, 0.0)
REGIONS = drawn_regions(np.random.default_rng(3), 10, 0.0)

BROKEN = {
    "nobody": (lambda: holdout(np.array([]), THEIRS), "treated needs at least two values"),
    "missing": (lambda: holdout(OURS, np.array([1.0, np.nan])), "control has nan at place 2"),
    "texts": (lambda: holdout(OURS, np.array(["a", "b"])), "control holds values that are no numbers"),
    "covariate too short": (lambda: holdout(OURS, THEIRS, (OURS[:5], THEIRS)), "the covariate has [5, 50] persons"),
    "share": (lambda: holdout(OURS, THEIRS, planned_share=1.5), "must lie between 0 and 1, found 1.5"),
    "nothing below": (lambda: holdout_ratio((OURS, 0 * OURS), (THEIRS, THEIRS)), "sum above zero below it"),
    "lengths": (lambda: switchback(**HOURS | {"is_on": HOURS["is_on"][:5]}), "outcome has 336 intervals and is_on has 5"),
    "mixed block": (lambda: switchback(**HOURS | {"blocks": HOURS["blocks"] // 2}), "both on and off"),
    "long washout": (lambda: switchback(**HOURS | {"washout": 9}), "washout 9 leaves nothing"),
    "never on": (lambda: switchback(**HOURS | {"is_on": 0 * HOURS["is_on"]}), "both arms need units, found 0 treated"),
    "neither": (lambda: switchback(**HOURS | {"is_on": HOURS["is_on"] * 2}), "is_on must be true or false"),
    "zero region": (lambda: geo_experiment(**REGIONS | {"before": np.zeros(10)}), "above zero"),
    "short": (lambda: geo_experiment(**REGIONS | {"during": np.ones(4)}), "before has 10 regions and during 4"),
    "told by strata": (lambda: geo_experiment(**REGIONS | {"pairs": REGIONS["assigned"]}), "tell exactly who was treated"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_settings_are_refused_with_what_was_found(case):
    run, message = BROKEN[case]
    with pytest.raises(CareworthError) as caught:
        run()
    assert message in str(caught.value)


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_where_all_are_alike_nothing_is_shown(value):
    flat = np.full(336, value)
    found = [holdout(flat, flat), holdout(flat > 9, flat > 9), switchback(**HOURS | {"outcome": flat, "expected": None})]
    for each in found:
        assert each.effect == pytest.approx(0)
        assert "No effect shown" in each.sentence()
        json.dumps(each.as_dict(), allow_nan=False)


def test_two_runs_give_the_same():
    treated, control, *_ = spending_holdout(np.random.default_rng(5), 200, 0.0)
    assert holdout(treated, control) == holdout(treated, control)
    assert switchback(**HOURS) == switchback(**HOURS)
