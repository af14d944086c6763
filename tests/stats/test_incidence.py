"""Cumulative incidence against brute force, a closed form and printed digits."""

import numpy as np
import pytest

from careworth.errors import CareworthError
from careworth.stats import cumulative_incidence, cumulative_incidences, kaplan_meier, share_by

# METRICS.md C.2 (F.2): minutes until an answer; a star there is False here.
GOLDEN_MINUTES = np.array([5, 8, 12, 12, 20, 35, 60, 90, 120, 240.0])
GOLDEN_ANSWERED = np.array([1, 1, 1, 0, 1, 1, 0, 1, 0, 0], bool)


def test_incidence_without_competing_events_is_kaplan_meier():
    incidence = cumulative_incidence(GOLDEN_MINUTES, GOLDEN_ANSWERED.astype(int))
    assert incidence.share == pytest.approx(kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED).share)


def test_incidence_without_competing_events_has_kaplan_meier_s_interval():
    """Two computations of one interval: ours by the delta method, scipy's by Greenwood's formula."""
    ours, theirs = (
        cumulative_incidence(GOLDEN_MINUTES, GOLDEN_ANSWERED.astype(int)),
        kaplan_meier(GOLDEN_MINUTES, GOLDEN_ANSWERED),
    )
    assert ours.low == pytest.approx(theirs.low)
    assert ours.high == pytest.approx(theirs.high)


def test_competing_events_lower_the_incidence_by_hand():
    """Of four, one redirected at 2 leaves 2 at risk: 1/4 + 2/4 * 1/2 = 1/2 by 3; 1 - Kaplan-Meier would say 5/8."""
    incidence = cumulative_incidence(np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 0]))
    assert share_by(incidence, 3).value == pytest.approx(0.5)


def tied_cases(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Durations with many ties, also between two events and open cases."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, 15, size).astype(float), generator.choice([0, 1, 2], size, p=[0.3, 0.4, 0.3])


def brute_force(durations: np.ndarray, cause: np.ndarray, of: int, until: float) -> float:
    """The definition: at each time the chance of still being there, times the chance of the event among those who are."""
    share, free = 0.0, 1.0
    for time in sorted(set(durations[durations <= until])):
        at_risk, now = (durations >= time).sum(), cause[durations == time]
        share += free * (now == of).sum() / at_risk
        free *= 1 - (now > 0).sum() / at_risk
    return share


@pytest.mark.parametrize("of", [1, 2])
def test_incidence_of_each_event_is_that_of_brute_force_with_ties(of):
    durations, cause = tied_cases(400, seed=8)
    curve = cumulative_incidences(durations, cause)[of]
    assert curve.share == pytest.approx([brute_force(durations, cause, of, time) for time in curve.times])


def test_all_events_add_up_to_the_curve_of_any_event():
    durations, cause = tied_cases(400, seed=9)
    one, two = cumulative_incidences(durations, cause).values()
    assert one.share + two.share == pytest.approx(kaplan_meier(durations, cause > 0).share)


def test_incidence_agrees_with_lifelines():
    """AalenJohansenFitter 0.30.3 of lifelines, durations 5 8 12 12 20 35 60 90 120 240, causes 1 2 1 0 2 1 0 1 0 0."""
    curve = cumulative_incidence(GOLDEN_MINUTES, np.array([1, 2, 1, 0, 2, 1, 0, 1, 0, 0]))
    assert [share_by(curve, time).value for time in (5, 12, 35, 240)] == pytest.approx([0.1, 0.2, 0.316667, 0.472222], abs=1e-6)


def test_without_open_cases_the_interval_is_that_of_a_share():
    """All seen to the end: the variance is share * (1 - share) / n, here of 40 / 100, on the log-log scale."""
    curve = cumulative_incidence(np.arange(100.0), np.where(np.arange(100) % 5 < 2, 1, 2))
    half = 1.959964 * (0.4 * 0.6 / 100) ** 0.5 / (0.6 * -np.log(0.6))
    expected = 0.4, 1 - 0.6 ** np.exp(-half), 1 - 0.6 ** np.exp(half)
    assert share_by(curve, 99) == pytest.approx(expected, abs=1e-6)


def test_the_interval_is_as_wide_as_resampling_says():
    """1,000 resamples of 300 tied cases through brute force; their spread is known to 2.2 %."""
    durations, cause = tied_cases(300, seed=10)
    picks = np.random.default_rng(1).integers(300, size=(1_000, 300))
    spread = np.std([brute_force(durations[pick], cause[pick], 1, 9) for pick in picks])
    value, low, high = share_by(cumulative_incidence(durations, cause), 9)
    assert (high - low) / (2 * 1.959964) == pytest.approx(spread, rel=0.07)
    assert value == pytest.approx(brute_force(durations, cause, 1, 9))


def test_an_event_that_never_comes_has_no_curve_among_those_that_do_and_a_flat_one_when_asked_for():
    durations, cause = np.array([1.0, 2]), np.array([2, 0])
    assert list(cumulative_incidences(durations, cause)) == [2]
    assert cumulative_incidence(durations, cause, of=1).share.tolist() == [0, 0]


def test_incidence_refuses_no_durations():
    with pytest.raises(CareworthError, match="duration"):
        cumulative_incidence(np.array([]), np.array([]))
