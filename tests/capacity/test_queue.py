"""The hours that a promise takes: by hour for short ones, levelled and played for long ones, and what given hours keep."""

import numpy as np
import pytest

from careworth.capacity.erlang import answered_within
from careworth.capacity.forecast import Spread
from careworth.capacity.queue import Promise, Work, demand_hours, hours_needed, kept_by, when_open
from careworth.errors import ParameterError
from tests.simulators.arrivals import play_plan

#: Nothing strays beyond chance, and as forecasts usually stray.
CHANCE, USUAL = Spread(np.zeros(4), 0.0), Spread(np.full(4, 0.15), 0.01)
FLAT = np.full((7, 24), 20.0)
UNEVEN = np.tile(np.concatenate([np.full(8, 1.0), np.full(12, 15.0), np.full(4, 6.0)]), (7, 1))


def test_the_demand_of_an_hour():
    """By hand: 20 conversations of 6 minutes are 2 hours; two at a time 1."""
    assert demand_hours(FLAT, Work(6)).sum() == pytest.approx(336)
    assert demand_hours(FLAT, Work(6, concurrency=2)).sum() == pytest.approx(168)


def test_a_short_promise_takes_erlangs_agents_in_each_hour():
    """Published (see test_erlang.py): 200 an hour of 3 minutes take 14 agents for 80 % within 20 seconds."""
    needed = hours_needed(np.full((7, 24), 200.0), CHANCE, Promise(0.8, 20 / 60, 0.5), Work(3))
    assert np.unique(needed).tolist() == [14]


def test_places_are_shared_by_conversations_open_at_a_time():
    """The same 14 places are 5 agents with three conversations each."""
    assert hours_needed(np.full((7, 24), 200.0), CHANCE, Promise(0.8, 20 / 60, 0.5), Work(3, concurrency=3)).max() == 5


def test_more_certainty_and_a_faster_promise_take_more_hours():
    def total(within: float, certainty: float = 0.8, share: float = 0.9) -> float:
        return hours_needed(UNEVEN, USUAL, Promise(share, within, certainty), Work(6)).sum()

    assert total(15, 0.95) > total(15, 0.5)
    assert total(240, 0.95) > total(240, 0.8) > total(240, 0.5)
    assert total(5) >= total(15) >= total(45) > total(60) > total(240) > total(1440) > demand_hours(UNEVEN, Work(6)).sum()
    assert total(240, share=0.99) > total(240, share=0.8)


def test_customers_who_give_up_leave_fewer_to_serve():
    without, patient = (hours_needed(UNEVEN, CHANCE, Promise(0.5, 30), Work(6, patience_minutes=each)) for each in (None, 60))
    assert patient.sum() <= without.sum()


@pytest.mark.parametrize("within", [15, 240])
def test_the_hours_needed_keep_the_promise(within):
    promise = Promise(0.9, within, 0.8)
    for expected in (FLAT, UNEVEN):
        needed = hours_needed(expected, USUAL, promise, Work(6))
        assert kept_by(expected.ravel(), needed.ravel(), USUAL, promise, Work(6)).share >= 0.9
        fewer = kept_by(expected.ravel(), 0.7 * needed.ravel(), USUAL, promise, Work(6))
        assert fewer.share < 0.9


@pytest.mark.parametrize(("within", "spare"), [(60, 1.3), (240, 1.1), (1440, 1.1)])
def test_a_plan_played_customer_by_customer_agrees(within, spare):
    """Four weeks, 12 times: the formula's middle play and the mean of the played ones differ by less than 4 points."""
    promise, work, rng = Promise(0.9, within, 0.5), Work(12), np.random.default_rng(2)
    staffed = spare * hours_needed(UNEVEN, CHANCE, promise, work).ravel()
    shares = []
    for _ in range(12):
        counts = rng.poisson(np.tile(UNEVEN.ravel(), 4))
        arrived = np.sort(np.repeat(60.0 * np.arange(len(counts)), counts) + rng.uniform(0, 60, counts.sum()))
        waits = play_plan(arrived, rng.exponential(12, len(arrived)), np.tile(staffed, 4), steps_an_hour=20)
        counted = arrived < 60 * len(counts) - within
        shares.append((waits[counted] <= within).mean())
    assert kept_by(UNEVEN.ravel(), staffed, CHANCE, promise, work).share == pytest.approx(np.mean(shares), abs=0.04)


def test_a_short_promise_keeps_what_erlang_says():
    staffed = np.full(168, 4.0)
    kept = kept_by(FLAT.ravel(), staffed, CHANCE, Promise(0.9, 15), Work(6))
    assert kept.share == pytest.approx(float(answered_within(2, 4, 15, 6)), abs=1e-3)
    assert float(answered_within(2, 4, kept.minutes, 6)) == pytest.approx(0.9, abs=0.03)


def test_too_few_agents_leave_a_queue_that_grows():
    kept = kept_by(FLAT.ravel(), np.full(168, 1.5), CHANCE, Promise(0.9, 240), Work(6))
    assert (kept.share < 0.1, kept.minutes) == (True, np.inf)
    assert kept_by(FLAT.ravel(), np.zeros(168), CHANCE, Promise(0.9, 15), Work(6))[:3] == (0, 0, 0)


def test_who_writes_in_a_closed_hour_waits_for_the_next_open_one():
    """By hand: of 168 hours with one arrival 9:00 and 10:00 on Monday are open: 10:00 has its own, 9:00 all others."""
    opened = np.zeros((7, 24), bool)
    opened[0, 9:11] = True
    assert when_open(np.ones((7, 24)), opened).tolist() == [167, 1]
    needed = hours_needed(FLAT, CHANCE, Promise(0.9, 15), Work(6), opened)
    assert np.flatnonzero(needed).tolist() == [9, 10]


def test_nobody_who_comes_takes_no_hours():
    for within in (15, 240):
        assert not hours_needed(np.zeros((7, 24)), USUAL, Promise(0.9, within), Work(6)).any()
    assert kept_by(np.zeros(168), np.ones(168), USUAL, Promise(0.9, 15), Work(6))[:3] == (1, 1, 1)


def test_two_calls_give_the_same_hours():
    first, second = (hours_needed(UNEVEN, USUAL, Promise(0.9, 240), Work(6)) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("promise", "work", "says"),
    [
        (Promise(1.0, 15), Work(6), "share is a number between 0 and 1, found 1"),
        (Promise(0.9, 15, 0), Work(6), "certainty is a number between 0 and 1, found 0"),
        (Promise(0.9, 0), Work(6), "within_minutes is a number above 0, found 0"),
        (Promise(0.9, 15), Work(np.nan), "handle_minutes is a number above 0, found nan"),
        (Promise(0.9, 15), Work(6, concurrency=-1), "concurrency is a number above 0, found -1"),
        (Promise(0.9, 1e6), Work(6), r"a promise within 1e\+06 minutes is longer than the 4 weeks that are planned"),
    ],
)
def test_an_impossible_promise_is_refused_in_a_sentence(promise, work, says):
    with pytest.raises(ParameterError, match=says):
        hours_needed(FLAT, USUAL, promise, work)


def test_a_week_without_open_hours_is_refused():
    with pytest.raises(ParameterError, match="no hour of the week is open; name opening hours"):
        hours_needed(FLAT, USUAL, Promise(0.9, 15), Work(6), np.zeros((7, 24), bool))
