"""The NAB rules by hand, and the back-test's shares."""

import numpy as np
import pytest

from careworth.alarms.backtest import back_test
from careworth.alarms.scoring import Labelled, best_threshold, leave_one_out, probation, recall_at, score_series, score_together

#: A window of rows 2000 to 2099 in 4000 rows; 600 rows of probation.
WINDOW = [(2000, 2099)]


def alarms_at(*rows: int) -> Labelled:
    """A series that scores 1 at the rows and 0 elsewhere."""
    scores = np.zeros(4000)
    scores[list(rows)] = 1.0
    return Labelled(scores, WINDOW)


def sigmoid(position: float) -> float:
    """The published scaled sigmoid, written again."""
    return 2 / (1 + np.exp(5 * position)) - 1


def test_probation_is_15_percent_and_of_5000_rows_at_most():
    assert (probation(4000), probation(16_000)) == (600, 750)


def test_no_alarm_is_0_and_the_first_row_of_the_window_100():
    assert score_series(alarms_at(), 0.5).normalised() == 0
    assert score_series(alarms_at(2000), 0.5).normalised() == pytest.approx(100)


def test_an_alarm_in_the_middle_earns_the_sigmoid():
    """Row 2050 of 2000-2099 lies at -(2099 - 2050 + 1) / 100 = -0.5; points relative to those at -1."""
    assert score_series(alarms_at(2050), 0.5).points == pytest.approx(sigmoid(-0.5) / sigmoid(-1))


def test_the_best_alarm_of_a_window_counts_once():
    assert score_series(alarms_at(2010, 2050, 2090), 0.5).points == score_series(alarms_at(2010), 0.5).points


def test_false_alarms_cost_more_the_farther_they_are_behind_a_window():
    """Before any window 0.11; 33 rows behind its end 0.11 at position 33 / 99; a missed window costs 1."""
    assert score_series(alarms_at(1000), 0.5).points == pytest.approx(-1.11)
    assert score_series(alarms_at(2132), 0.5).points == pytest.approx(-1 + 0.11 * sigmoid(33 / 99))
    assert score_series(alarms_at(2099 + 400), 0.5).points == pytest.approx(-1.11)


def test_rows_of_probation_cost_nothing():
    assert score_series(alarms_at(599), 0.5).points == -1


def test_the_best_threshold_is_found_and_comes_from_the_others():
    scores = np.zeros(4000)
    scores[[1000, 2001]] = 0.6, 0.9
    one = Labelled(scores, WINDOW)
    assert best_threshold([one]) == 0.9
    results = leave_one_out({"one": one, "other": alarms_at(2050)})
    assert (results["one"].found, results["other"].found) == (0, 1)


def test_results_add_up_and_recall_is_the_best_within_the_allowance():
    both = [alarms_at(2050), Labelled(np.where(np.arange(4000) == 1000, 0.7, 0.0), WINDOW)]
    together = score_together(both, 0.5)
    assert (together.windows, together.found, together.false_alarms) == (2, 1, 1)
    assert recall_at(both, 0) == 0.5


def test_without_scores_nothing_is_found():
    assert score_series(Labelled(np.full(4000, np.nan), WINDOW), best_threshold([Labelled(np.zeros(10), [])])).found == 0


def test_back_test_by_hand():
    """Three alarms, two of them in the first incident; the second incident is missed; two quiet weeks."""
    week, hour = 7 * 86_400.0, 3600.0
    incidents = [(0.0, 10 * hour), (20 * hour, 30 * hour)]
    test = back_test(np.array([2 * hour, 5 * hour, 100 * hour]), incidents, 0.0, 2 * week + 20 * hour)
    assert (test.alarms, test.incidents, test.found) == (3, 2, 1)
    assert (test.precision.value, test.recall.value, test.delay_hours.value) == (pytest.approx(2 / 3), 0.5, 2.0)
    # One false alarm in two weeks; Garwood's interval of a count of one is 0.0253 to 5.5716.
    assert test.false_alarms_a_week == pytest.approx((0.5, 0.0253 / 2, 5.5716 / 2), abs=1e-4)


def test_back_test_without_alarms_or_incidents_knows_nothing():
    test = back_test(np.zeros(0), [], 0.0, 7 * 86_400.0)
    assert (test.precision.value, test.recall.value, test.delay_hours.value) == (None, None, None)
    assert test.false_alarms_a_week.value == 0
