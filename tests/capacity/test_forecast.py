"""Forecasts of arrivals cover what comes as often as they say, beat the week before, and learn nothing from days of events."""

import numpy as np
import pytest

from careworth.capacity.backtest import _spread_before, back_test
from careworth.capacity.forecast import Errors, forecast_arrivals, interval, measure_spread, probability_upto
from careworth.capacity.profile import fit_profile, level_ahead
from careworth.errors import ParameterError
from tests.simulators.arrivals import DEMANDS, draw_arrivals

WEEK = np.arange(168).reshape(7, 24) % 5


def known_weeks(number: int) -> np.ndarray:
    """The same week so many times, as days by hours."""
    return np.tile(WEEK, (number, 1))


def test_the_same_week_again_is_forecast_again():
    """As a whole; an hour of few arrivals is drawn to its day's and hour's mean, the less the more weeks have told of it."""
    forecast = forecast_arrivals(known_weeks(8))
    assert forecast.expected.sum(axis=(1, 2)) == pytest.approx([WEEK.sum()] * 4)
    assert forecast.expected == pytest.approx(np.tile(WEEK, (4, 1, 1)), abs=0.4)
    assert forecast_arrivals(known_weeks(26)).expected == pytest.approx(np.tile(WEEK, (4, 1, 1)), abs=0.15)
    assert (forecast.spread.hours.max(), forecast.spread.level) == (0, 0)


def test_the_interval_of_chance_alone_is_poissons():
    """Poisson of mean 4: P(<=1) = 0.092, P(<=2) = 0.238, P(<=6) = 0.889, P(<=7) = 0.949; so 2 to 7 holds 80 %."""
    low, high = interval(np.array([4.0, 0.0]), np.array(0.0), 0.8)
    assert (low.tolist(), high.tolist()) == ([2, 0], [7, 0])


def test_the_probability_of_a_negative_binomial():
    """Mean 2, squared variation 1: geometric with p = 1/3, so P(0) = 1/3, P(<=1) = 1 - (2/3)^2 = 5/9."""
    upto = probability_upto(np.array([-1, 0, 1]), np.array(2.0), np.array(1.0))
    assert upto == pytest.approx([0, 1 / 3, 5 / 9])


def test_half_the_slope_of_the_straight_line_goes_on():
    """Levels 100, 110, ..., 190: the line's slope is 10, so the forecast rises by 5 a week."""
    ahead = level_ahead(
        fit_profile(np.ones((10, 7, 24)) * np.arange(100, 200, 10)[:, None, None] / 168, np.ones((10, 7), bool)), 4
    )
    assert np.diff(ahead) == pytest.approx([5, 5, 5])
    assert 190 < ahead[0] < 210


def test_the_spread_is_what_chance_does_not_explain():
    """By hand: 20 instead of 10 in one hour: ((20 - 10)^2 - 10) / 10^2 = 0.9; the day is that hour alone."""
    expected = np.zeros((2, 7, 24))
    expected[:, 0, 0] = 10
    came = 2 * expected
    errors = Errors(np.array([4, 5]), np.array([0, 0]), expected, came, came, np.ones((2, 7), bool))
    assert measure_spread(errors, 2).hours.tolist() == [0.9, 0.9]


@pytest.mark.parametrize("name", DEMANDS)
def test_hours_come_within_their_interval_as_often_as_is_said(name):
    """80 % is promised; 15 draws of 672 hours each: 73 % to 87 %. What was tried out earlier says the same."""
    demand = DEMANDS[name]
    covered, tried, better = [], [], []
    for seed in range(100, 115):
        counts, special = draw_arrivals(demand, seed)
        past, came = 7 * demand.weeks, counts[7 * demand.weeks :].reshape(4, 7, 24)
        forecast = forecast_arrivals(counts[:past], special[:past])
        below, upto = (
            probability_upto(count, forecast.expected, forecast.spread.hours[:, None, None]) for count in (came - 1, came)
        )
        part = (np.minimum(upto, 0.9) - np.maximum(below, 0.1)) / np.maximum(upto - below, 1e-12)
        covered.append(np.clip(part, 0, 1).mean())
        tested = back_test(forecast.errors)
        tried.append(tested.coverage)
        better.append(tested.error / tested.naive_error)
        assert tested.inside >= tested.coverage - 0.02
    assert 0.73 < np.mean(covered) < 0.87
    assert 0.73 < np.mean(tried) < 0.87
    assert np.mean(better) < 0.85


def test_days_of_events_teach_nothing():
    counts, special = known_weeks(10), np.zeros(70, bool)
    special[[20, 33, 34]] = True
    wild = np.where(special[:, None], 1000 * counts, counts)
    calm, kept = forecast_arrivals(counts, special), forecast_arrivals(wild, special)
    assert np.array_equal(calm.expected, kept.expected)
    assert np.array_equal(calm.high, kept.high)
    assert back_test(calm.errors).coverage == back_test(kept.errors).coverage
    assert forecast_arrivals(wild).expected.sum() > 5 * kept.expected.sum()


def test_a_forecast_is_tried_with_what_was_known_then():
    """The weeks from the tenth on are wild; what was known when it began is not touched by them."""
    wild = known_weeks(14)
    wild[70:] *= 9 * (np.arange(28)[:, None] % 3)
    calm, errors = forecast_arrivals(known_weeks(14)).errors, forecast_arrivals(wild).errors
    assert _spread_before(errors, 10).tolist() == _spread_before(calm, 10).tolist()
    assert _spread_before(errors, 13).max() > 0.1
    assert _spread_before(errors, 5).size == 0


def test_the_oldest_days_that_make_no_week_are_left_out():
    counts = known_weeks(9)
    more = np.vstack([np.full((3, 24), 999), counts])
    assert np.array_equal(forecast_arrivals(more).expected, forecast_arrivals(counts).expected)


def test_nothing_that_came_is_no_error():
    assert forecast_arrivals(np.zeros((70, 24))).expected.tolist() == np.zeros((4, 7, 24)).tolist()
    assert back_test(forecast_arrivals(np.zeros((70, 24))).errors).naive_error == 0


def test_weeks_wholly_of_events_are_no_weeks():
    special = np.zeros(70, bool)
    special[:14] = True
    assert len(forecast_arrivals(known_weeks(10), special).profile.level) == 8
    special[14:21] = True
    with pytest.raises(ParameterError, match="^7 whole weeks with ordinary days are too few for a forecast; it takes 8"):
        forecast_arrivals(known_weeks(10), special)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (np.zeros((0, 24)), "0 whole weeks"),
        (np.zeros((60, 23)), r"found one of the shape \(60, 23\)"),
        (np.zeros(60), r"found one of the shape \(60,\)"),
        (np.full((70, 24), np.nan), "whole numbers from 0 on"),
        (np.full((70, 24), -1), "whole numbers from 0 on"),
        (np.full((70, 24), 0.5), "whole numbers from 0 on"),
        (np.full((70, 24), np.inf), "whole numbers from 0 on"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(counts, says):
    with pytest.raises(ParameterError, match=says):
        forecast_arrivals(counts)


def test_each_day_is_special_or_not():
    with pytest.raises(ParameterError, match="^3 days are said to be special or not, but 70 have counts"):
        forecast_arrivals(known_weeks(10), np.zeros(3, bool))
