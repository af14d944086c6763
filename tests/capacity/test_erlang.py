"""Erlang's formulas agree with published numbers, with the chain of states solved without them, and with a queue played out."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.linalg import expm

from careworth.capacity.erlang import (
    abandoning_share,
    agents_needed,
    answered_within,
    mean_wait_minutes,
    served_within,
    waiting_share,
)
from careworth.errors import ParameterError
from tests.simulators.arrivals import play_queue


def test_the_published_case_of_fourteen_agents():
    """100 calls in 30 minutes of 3 minutes each, 14 agents, within 20 seconds.

    Two packages print the same: pyworkforce 0.1.0 (https://pypi.org/project/pyworkforce/0.1.0/: waiting probability
    0.1741319335950498, service level 0.8883500191794669) and R's ErlangC 0.1.0 (https://rdocumentation.org/packages/ErlangC:
    average speed of answer 7.83593701177724 s), both with 14 agents as the fewest for 80 %.
    """
    assert waiting_share(10, 14) == pytest.approx(0.1741319335950498, rel=1e-13)
    assert answered_within(10, 14, 20 / 60, 3) == pytest.approx(0.8883500191794669, rel=1e-13)
    assert 60 * mean_wait_minutes(10, 14, 3) == pytest.approx(7.83593701177724, rel=1e-12)
    assert agents_needed(10, 0.8, 20 / 60, 3).tolist() == [14]


@pytest.mark.parametrize(("load", "agents"), [("1/2", 1), ("19/2", 10), ("99", 100), ("497", 500), ("2", 60)])
def test_the_share_that_waits_is_the_sum_of_its_definition(load, agents):
    """By exact fractions: A^n/n! n/(n-A) over itself and the sum of A^k/k! below n."""
    a, term, below = Fraction(load), Fraction(1), Fraction(0)
    for k in range(agents):
        below, term = below + term, term * a / (k + 1)
    last = term * agents / (agents - a)
    assert waiting_share(float(a), agents) == pytest.approx(float(last / (below + last)), rel=1e-11)


def test_a_hundred_thousand_agents_are_no_trouble():
    """Against the recursion 1/B(n) = 1 + n/A 1/B(n-1), which adds positive numbers alone."""
    load, agents, inverse = 1e5, 100_300, 1.0
    for number in range(1, agents + 1):
        inverse = 1 + number / load * inverse
    blocked = 1 / inverse
    assert waiting_share(load, agents) == pytest.approx(agents * blocked / (agents - load * (1 - blocked)), rel=1e-8)


def test_with_one_agent_the_share_that_waits_is_the_load():
    """The M/M/1 queue: P(wait) = A, mean wait = A / (1 - A) handle times."""
    assert waiting_share([0.0, 0.3, 0.9], 1) == pytest.approx([0, 0.3, 0.9])
    assert mean_wait_minutes(0.5, 1, 4) == pytest.approx(4)


def test_more_work_than_agents_waits_for_ever():
    assert waiting_share([3, 3, 4], [3, 0, 3]).tolist() == [1, 1, 1]
    assert answered_within([3, 3], [3, 2], 10, 5).tolist() == [0, 0]
    assert np.isinf(mean_wait_minutes(3, 3, 5))
    assert answered_within(0, 0, 10, 5) == 1


def chain(load: float, agents: int, handle: float, patience: float, minutes: float) -> tuple[float, float]:
    """Share served within `minutes` and share that gives up, by the states of the queue and the exponential of its rates."""
    number = np.arange(1, 4000)
    away = np.minimum(number, agents) / handle + np.maximum(number - agents, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / handle) - np.log(away))])
    states = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    gives_up = (states * np.maximum(np.arange(4000) - agents, 0)).sum() / patience / (load / handle)
    ahead = int(np.flatnonzero(states > 1e-14).max()) - agents + 1
    rates = np.zeros((ahead + 2, ahead + 2))
    for place in range(ahead):
        leaves = agents / handle + place / patience
        rates[place, place - 1 if place else ahead] += leaves
        rates[place, ahead + 1] += 1 / patience
        rates[place, place] -= leaves + 1 / patience
    served = expm(rates * minutes)[:ahead, ahead]
    return states[:agents].sum() + (states[agents : agents + ahead] * served).sum(), gives_up


@pytest.mark.parametrize(
    ("load", "agents", "handle", "patience", "minutes"),
    [(48, 50, 1, 2, 0.2), (10, 8, 3, 5, 1), (3, 3, 5, 2, 0.5), (10, 14, 3, 50, 0.33), (0.3, 1, 10, 30, 20)],
)
def test_with_patience_the_formula_solves_the_chain(load, agents, handle, patience, minutes):
    served, gives_up = chain(load, agents, handle, patience, minutes)
    assert served_within(load, agents, minutes, handle, patience) == pytest.approx(served, abs=1e-11)
    assert abandoning_share(load, agents, handle, patience) == pytest.approx(gives_up, abs=1e-11)


def test_endless_patience_is_erlang_c():
    assert served_within(10, 14, 20 / 60, 3, 1e7) == pytest.approx(0.8883500191794669, abs=1e-6)


def test_patience_holds_at_the_extremes():
    """With far too few agents the share served is agents over load; with far too many everybody is."""
    assert 1 - abandoning_share(1000, 10, 3, 30) == pytest.approx(0.01, abs=1e-9)
    assert served_within(10, 1000, 0.1, 3, 1e6) == pytest.approx(1)
    assert served_within(5, 3, 0, 3, 1e6) == pytest.approx(0, abs=1e-4)
    assert (served_within(0, 3, 1, 3, 5), served_within(2, 0, 1, 3, 5)) == (1, 0)


@pytest.mark.parametrize("patience", [None, 10.0])
def test_a_queue_played_out_agrees(patience):
    """60,000 customers; 5 standard errors of waits that hang together in runs of about 100."""
    rng, load, agents, handle, minutes = np.random.default_rng(5), 6.0, 7, 4.0, 2.0
    arrived = np.cumsum(rng.exponential(handle / load, 60_000))
    patient = None if patience is None else rng.exponential(patience, 60_000)
    waits, served = play_queue(arrived, agents, rng.exponential(handle, 60_000), patient)
    expected = answered_within(load, agents, minutes, handle)
    if patience is not None:
        expected = served_within(load, agents, minutes, handle, patience)
        assert (~served).mean() == pytest.approx(abandoning_share(load, agents, handle, patience), abs=0.01)
    assert (served & (waits <= minutes)).mean() == pytest.approx(float(expected), abs=0.03)


@pytest.mark.parametrize("patience", [None, 20.0])
def test_one_agent_fewer_would_not_do(patience):
    loads = np.array([0.01, 0.9, 1.0, 7.3, 55.0, 400.0])
    agents = agents_needed(loads, 0.9, 10, 6, patience)
    kept = answered_within if patience is None else np.vectorize(lambda *given: served_within(*given, patience))
    assert (kept(loads, agents, 10, 6) >= 0.9).all()
    assert (kept(loads, agents - 1, 10, 6) < 0.9).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: waiting_share(-1, 3), "the load is a number from 0 on, found -1"),
        (lambda: waiting_share(1, np.nan), "the number of agents is a number from 0 on, found nan"),
        (lambda: agents_needed([np.inf], 0.9, 10, 5), "the load is a number from 0 on, found inf"),
        (lambda: agents_needed([1], 1.0, 10, 5), "a promise is for a share between 0 and 1, found 1"),
        (lambda: answered_within(1, 2, 10, 0), "handle_minutes is a number above 0, found 0"),
        (lambda: served_within(1, 2, 10, 5, -3), "patience_minutes is a number above 0, found -3"),
    ],
)
def test_the_impossible_is_refused_in_a_sentence(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
