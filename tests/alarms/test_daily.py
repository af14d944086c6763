"""Daily detectors keep one joint budget and find rises in volume, negative share and age; limits agree with theory."""

import numpy as np
import pytest
from scipy.stats import nbinom, norm

from careworth.alarms.cusum import REFERENCE, budgets_of_each, chart, limit_for, limits, run_length
from careworth.alarms.daily import Watched, age_signal, share_signal, volume_signal, watch
from careworth.alarms.daily_baseline import Baseline, daily_baseline, normal_scores
from tests.simulators.daily_complaints import WEEKDAYS, Complaints, complaint_days

START, SERIES = 365, 150


def watched(days: Complaints) -> Watched:
    """All detectors together, at two false alarms a year."""
    shares = share_signal(days.negative, days.conversations)
    return watch([volume_signal(days.complaints), shares, age_signal(days.age_hours)])


def delays(alarm: np.ndarray) -> np.ndarray:
    """Days from the start to the first alarm, the first day being 1; 99 where none came."""
    after = alarm[START:]
    return np.where(after.any(axis=0), after.argmax(axis=0) + 1, 99)


def test_all_detectors_together_raise_at_most_two_false_alarms_a_year():
    """150 series of two years: 600 expected at two a year, and 650 in one of fifty draws."""
    alarm = watched(complaint_days(START + 730, SERIES, seed=1)).alarm()[START:]
    assert 0.8 <= alarm.sum() / SERIES / 2 <= 2.15


@pytest.mark.parametrize(("lift", "share"), [(2.0, 0.95), (1.5, 0.60)])
def test_a_rise_in_volume_is_found_within_a_week(lift, share):
    """The targets are 0.97 and 0.65; of 150 series two standard errors are 0.03 and 0.08."""
    days = complaint_days(START + 14, SERIES, seed=2, start=START, lift=lift)
    assert np.mean(delays(watch([volume_signal(days.complaints)]).alarm()) <= 7) >= share


def test_a_mixed_rise_is_found_in_a_fortnight():
    days = complaint_days(START + 14, SERIES, seed=3, start=START, lift=1.4, negative_lift=1.3)
    found = delays(watched(days).alarm())
    assert (np.mean(found <= 14) >= 0.80, np.median(found) <= 6) == (True, True)


def test_older_unanswered_messages_are_found():
    days = complaint_days(START + 21, SERIES, seed=4, start=START, age_lift=4.0)
    assert np.mean(delays(watch([age_signal(days.age_hours)]).alarm()) <= 7) > 0.8


@pytest.mark.parametrize("world", [{"mean": 4.0, "size": 4.0}, {"yearly_growth": 0.2}, {"carried": 0.2}, {"size": 1e6}])
def test_harder_worlds_keep_the_budget_nearly(world):
    alarm = watch([volume_signal(complaint_days(START + 365, SERIES, seed=5, **world).complaints)]).alarm()
    assert alarm[START:].mean() * 365 <= 2.8


def test_a_day_is_judged_by_nothing_after_it():
    days = complaint_days(400, 3, seed=6)
    changed = days.complaints.copy()
    changed[300:] = 500
    one, other = (watch([volume_signal(counts)]).shares[:, :300] for counts in (days.complaints, changed))
    np.testing.assert_array_equal(one, other)


def markov_run_length(limit: float, shift: float, states: int = 400) -> float:
    """Average run length of the chart by Brook and Evans' (1972) Markov chain, worked independently of the package."""
    width = 2 * limit / (2 * states - 1)
    targets = np.arange(states) * width
    steps = targets[None, :] - targets[:, None] + REFERENCE - shift
    moves = norm.cdf(steps + width / 2) - norm.cdf(steps - width / 2)
    moves[:, 0] = norm.cdf(steps[:, 0] + width / 2)
    return float(np.linalg.solve(np.eye(states) - moves, np.ones(states))[0])


@pytest.mark.parametrize(("limit", "shift"), [(3.0, 0.0), (4.0, 0.0), (5.0, 0.0), (4.0, 1.0), (4.0, 0.2)])
def test_run_lengths_agree_with_a_markov_chain(limit, shift):
    assert float(run_length(limit, shift)) == pytest.approx(markov_run_length(limit, shift), rel=0.03)


def test_a_baseline_that_may_be_off_needs_a_higher_limit():
    needed = [limit_for(2 / 365, error) for error in (0.0, 0.1, 0.2)]
    assert needed == sorted(needed) and needed[2] > needed[0]
    assert limits(2 / 365, np.array([0.1, np.nan]))[0] == pytest.approx(needed[1])


def test_an_alarm_starts_the_sum_again():
    """With reference 0.5: 2.5 - 0.5 = 2, then 4 reaches the limit, then again from zero: 2."""
    share, alarm = chart(np.array([2.5, 2.5, 2.5, np.nan]), np.full(4, 4.0))
    assert share.tolist() == [0.5, 1.0, 0.5, 0.5] and alarm.tolist() == [False, True, False, False]


def test_charts_that_share_a_budget_spend_less_each_and_more_in_sum():
    """Charts that never alarm on the same day could spend the sum; those that partly coincide can each spend more."""
    alone, shared = budgets_of_each(((1.0,),), (1.0,), 0.005), budgets_of_each(((1.0, 0.0), (0.0, 1.0)), (1.0, 1.0), 0.005)
    assert alone == (0.005,)
    assert 0.0024 < shared[0] == shared[1] < 0.005


def test_normal_scores_of_counts_are_the_mid_p_of_a_negative_binomial():
    baseline = Baseline(np.array([12.0]), np.array([0.2]), np.array([0.0]))
    law = nbinom(5, 5 / 17)
    expected = norm.isf(law.sf(17) + law.pmf(17) / 2)
    assert normal_scores(np.array([17.0]), baseline) == pytest.approx(expected)
    assert np.isfinite(normal_scores(np.array([0.0]), baseline)).all()


def test_level_weekdays_and_spread_are_learned():
    days = complaint_days(730, 40, seed=7, mean=30, size=10)
    baseline = daily_baseline(days.complaints)
    usual = 30 * (WEEKDAYS / WEEKDAYS.mean())[np.arange(723, 730) % 7]
    assert baseline.mean[723:].mean(axis=1) == pytest.approx(usual, rel=0.05)
    assert baseline.dispersion[729].mean() == pytest.approx(0.1, abs=0.02)


def test_a_known_campaign_raises_the_expectation():
    counts = np.full(200, 20.0)
    lifts = np.where(np.arange(200) >= 190, 3.0, 1.0)
    lifted = counts * lifts
    assert watch([volume_signal(lifted)]).alarm()[190:].any()
    assert not watch([volume_signal(lifted, lifts=lifts)]).alarm()[190:].any()


@pytest.mark.parametrize("counts", [np.zeros(200), np.full(200, 9.0), np.full(200, np.nan), np.ones(1)])
def test_dull_series_raise_no_alarm(counts):
    quiet = watch([volume_signal(counts), share_signal(counts, counts), age_signal(counts)])
    assert not quiet.alarm().any()
    assert np.isfinite(quiet.score()).all()


def test_days_without_conversations_have_no_share():
    signal = share_signal(np.array([1.0] * 70 + [0.0]), np.array([4.0] * 70 + [0.0]))
    assert np.isnan(signal.observed[70]) and signal.expected[70] == pytest.approx(0.25)


def test_the_last_week_is_not_yet_part_of_what_is_expected():
    """A change on day 100 first shows in the expectation of day 107."""
    days = complaint_days(120, 1, seed=8)
    signals = [volume_signal(days.complaints), share_signal(days.negative, days.conversations), age_signal(days.age_hours)]
    for part in (days.complaints, days.negative, days.age_hours):
        part[100] = 0
    changed = [volume_signal(days.complaints), share_signal(days.negative, days.conversations), age_signal(days.age_hours)]
    for before, after in zip(signals, changed, strict=True):
        different = np.flatnonzero((before.expected != after.expected).any(axis=1) & ~np.isnan(before.expected).all(axis=1))
        assert different[0] == 107
