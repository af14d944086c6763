"""Markov attribution against published numbers, METRICS.md F.4 and an independent computation in fractions."""

import json
from collections import defaultdict
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from careworth.attribution import walks
from careworth.attribution.markov import markov_credits, removal_effects, transition_table
from careworth.errors import ContractError, ParameterError
from tests.paths import example_f4, journeys_of, paths_of, published, random_journeys

ORDERS = (1, 2, 3, 4)

#: Conversions over conversions and nulls of PathData: 19,785 / 88,387.
CHANCE = 19_785 / 88_387


@pytest.fixture(scope="module")
def path_data(shared):
    return published(shared)


@pytest.fixture(scope="module")
def reference(shared):
    return json.loads((shared / "data" / "attribution" / "path_data_reference.json").read_text(encoding="utf-8"))


def solved(matrix: list[list], right: list) -> list:
    """The solution of a system by elimination, exact if its numbers are fractions."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, row in enumerate(rows):
        rows[i] = [x / row[i] for x in row]
        for j in range(len(rows)):
            if j != i and rows[j][i]:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]


def windows(path: tuple, order: int) -> list[tuple]:
    return [path[i : i + order] for i in range(max(1, len(path) - order + 1))]


def chance_in_fractions(journeys, order: int, removed: int | None = None, reconnect: bool = False) -> tuple[Fraction, Fraction]:
    """Chance to convert and expected value by the conventions, self loops left in, nothing shared with the code tested."""
    moves, brought = defaultdict(Fraction), defaultdict(lambda: [Fraction(0), Fraction(0)])
    total = Fraction(0)
    amounts = [list(map(Fraction, each.tolist())) for each in (journeys.conversions, journeys.nulls, journeys.values)]
    for path, conversions, nulls, value in zip(paths_of(journeys), *amounts, strict=True):
        states = ["start", *windows(path, order)]
        for pair in zip(states, states[1:], strict=False):
            moves[pair] += conversions + nulls
        brought[states[-1]][0] += conversions
        brought[states[-1]][1] += value
        moves[states[-1], "null"] += nulls
        total += conversions + nulls
    gone = {state for pair in moves for state in pair if isinstance(state, tuple) and removed in state}
    states = ["start", *dict.fromkeys(pair[1] for pair in moves if pair[1] not in gone | {"null"})]
    counts = {s: [moves[s, t] for t in states] for s in states}
    out = {s: sum(weight for (a, _), weight in list(moves.items()) if a == s) + brought[s][0] for s in states}
    if reconnect:
        out = {s: out[s] - sum(moves[s, t] for t in gone) for s in states}
    shares = [[(s == t) - (counts[s][j] / out[s] if out[s] else 0) for j, t in enumerate(states)] for s in states]
    return tuple(solved(shares, [brought[s][i] / out[s] if out[s] else Fraction(0) for s in states])[0] for i in (0, 1))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", range(3))
def test_effects_are_those_of_exact_fractions(order, seed):
    journeys = random_journeys(seed, channels=3, count=12)
    found, whole = removal_effects(journeys, order), chance_in_fractions(journeys, order)
    assert (found.probability, found.value) == pytest.approx(tuple(map(float, whole)), rel=1e-13)
    without = [chance_in_fractions(journeys, order, i) for i in range(3)]
    lost = [[float(all_ - each[i]) for each in without] for i, all_ in enumerate(whole)]
    assert found.lost_probability == pytest.approx(lost[0], rel=1e-12, abs=1e-15)
    assert found.lost_value == pytest.approx(lost[1], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("order", ORDERS)
def test_reconnected_effects_are_those_of_exact_fractions(order):
    journeys = random_journeys(7, channels=3, count=12)
    found, whole = removal_effects(journeys, order, removal="reconnect"), chance_in_fractions(journeys, order)
    lost = [float(whole[0] - chance_in_fractions(journeys, order, i, reconnect=True)[0]) for i in range(3)]
    assert found.lost_probability == pytest.approx(lost, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("order", (1, 2))
def test_path_data_are_credited_as_published(path_data, reference, order):
    """path_data_reference.json, agreed with do-attribution and MAM's removal effects to 1e-12 (CONVENTIONS.md)."""
    credits, found, expected = (
        markov_credits(path_data, order),
        removal_effects(path_data, order),
        reference[f"markov_order{order}_exact"],
    )
    seen = {
        "total_conversions": credits.conversions,
        "total_conversion_value": credits.values,
        "removal_effect": found.lost_probability / found.probability,
        "removal_effect_value": found.lost_value / found.value,
    }
    for name, numbers in seen.items():
        assert dict(zip(credits.channels, numbers.tolist(), strict=True)) == pytest.approx(expected[name], rel=1e-11)


def test_order_three_of_path_data_is_that_of_a_dense_solution(path_data):
    """Each removal solved anew as a dense matrix, with self loops left in: nothing of the code tested is used."""
    moves, states = defaultdict(float), {}
    brought, total = defaultdict(float), (path_data.conversions + path_data.nulls).sum()
    for path, conversions, nulls in zip(paths_of(path_data), path_data.conversions, path_data.nulls, strict=True):
        walked = ["start", *windows(path, 3)]
        for pair in zip(walked, walked[1:], strict=False):
            moves[tuple(states.setdefault(state, len(states)) for state in pair)] += conversions + nulls
        brought[states[walked[-1]]] += conversions
        moves[states[walked[-1]], -1] += nulls
    size = len(states)
    counts, ends = np.zeros((size, size + 1)), np.array([brought[i] for i in range(size)])
    for (source, target), weight in moves.items():
        counts[source, target] += weight
    out = counts.sum(axis=1) + ends
    matrix, right = np.eye(size) - counts[:, :size] / out[:, None], ends / out
    chances = []
    for removed in (None, *range(12)):
        kept = [i for state, i in states.items() if state == "start" or removed not in state]
        chances.append(np.linalg.solve(matrix[np.ix_(kept, kept)], right[kept])[kept.index(states["start"])])
    assert chances[0] == pytest.approx(CHANCE, rel=1e-13) and total == 88_387
    lost = chances[0] - np.array(chances[1:])
    assert markov_credits(path_data, 3).conversions == pytest.approx(lost / lost.sum() * 19_785, rel=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_the_chance_to_convert_is_the_share_that_did(path_data, order):
    assert removal_effects(path_data, order).probability == pytest.approx(0.223845135597, abs=5e-13)
    assert removal_effects(path_data, order).probability == pytest.approx(CHANCE, rel=1e-14)


@pytest.mark.parametrize("order", ORDERS)
def test_credits_add_up_and_come_again_bit_by_bit(path_data, order):
    first, second = markov_credits(path_data, order), markov_credits(path_data, order)
    assert first.conversions.sum() == pytest.approx(19_785, rel=1e-12)
    assert first.values.sum() == pytest.approx(path_data.values.sum(), rel=1e-12)
    assert first.conversions.tobytes() + first.values.tobytes() == second.conversions.tobytes() + second.values.tobytes()


def test_following_walks_step_by_step_gives_what_factors_give(path_data, monkeypatch):
    """3,975 states of order 4 are followed; here they are factored instead."""
    followed = markov_credits(path_data, 4)
    monkeypatch.setattr(walks, "FACTORED_STATES", 10_000)
    assert followed.conversions == pytest.approx(markov_credits(path_data, 4).conversions, rel=1e-11)
    assert followed.values == pytest.approx(markov_credits(path_data, 4).values, rel=1e-11)


def test_a_large_chain_that_is_slow_to_end_is_factored_after_all(monkeypatch):
    """Two channels in turn 2,000 times: a walk takes some 2,000 steps to end, more than the 50 that are followed here."""
    journeys = journeys_of([["a", "b"] * 1_000, ["c"]], [1, 1], [1, 1])
    factored = markov_credits(journeys)
    monkeypatch.setattr(walks, "FACTORED_STATES", 0)
    monkeypatch.setattr(walks, "STEPS", 50)
    assert markov_credits(journeys).conversions == pytest.approx(factored.conversions, rel=1e-12)


def test_the_example_of_the_metrics():
    """METRICS.md F.4: base 0.117544, effects .3614 .3885 .5970, credit 17.978 19.326 29.696."""
    journeys = example_f4()
    found = removal_effects(journeys)
    assert found.probability == pytest.approx(67 / 570, rel=1e-14)
    assert found.lost_probability / found.probability == pytest.approx([0.3614, 0.3885, 0.5970], abs=5e-5)
    assert markov_credits(journeys).conversions == pytest.approx([17.978, 19.326, 29.696], abs=5e-4)


def test_the_worked_example(shared):
    """shapley_worked_example.json, "exact markov order1"."""
    example = json.loads((shared / "data" / "attribution" / "shapley_worked_example.json").read_text(encoding="utf-8"))
    paths, conversions, nulls = zip(*example["rows"], strict=True)
    credits = markov_credits(journeys_of([path.split(" > ") for path in paths], conversions, nulls))
    expected = example["results"]["exact markov order1"]
    assert dict(zip(credits.channels, credits.conversions.tolist(), strict=True)) == pytest.approx(expected, rel=1e-12)


def test_without_nulls_a_channel_loses_the_share_of_conversions_that_visit_it():
    """A converts alone 3 times and before b once: all 4 visit a, 1 visits b, so the effects are 1 and 1/4."""
    journeys = journeys_of([["a"], ["a", "b"], ["b", "a"]], [3, 1, 0], [5, 5, 5])
    found = removal_effects(journeys, with_nulls=False)
    assert (found.probability, found.lost_probability.tolist()) == (1.0, pytest.approx([1.0, 0.25]))
    assert markov_credits(journeys, with_nulls=False).conversions == pytest.approx([3.2, 0.8])


def test_reconnected_journeys_go_on_by_the_moves_that_remain():
    """Of 10 journeys 8 go a > b, of which 4 convert, and 2 stop at a, of which 1 converts: chance 0.5.

    Without a nothing begins: 0.5 is lost. Without b all stop at a, 1 in 2 converts: nothing is lost.
    """
    found = removal_effects(journeys_of([["a", "b"], ["a"]], [4, 1], [4, 1]), removal="reconnect")
    assert found.lost_probability == pytest.approx([0.5, 0.0], abs=1e-15)


def test_a_channel_without_which_the_chance_is_higher_is_named_and_credited_with_nothing():
    """B alone converts 1 in 10, c 10 in 19: 11 in 29 with both, 10 in 19 without b."""
    credits = markov_credits(journeys_of([["b"], ["c"]], [1, 10], [9, 10]), removal="reconnect")
    assert credits.conversions.tolist() == [0.0, 11.0]
    assert credits.reason == "no credit for 'b': without them the chance to convert is higher"


def test_zero_conversions_give_zero_credit_with_a_reason():
    credits = markov_credits(journeys_of([["a"], ["a", "b"]], [0, 0], [4, 5]))
    assert (credits.conversions.tolist(), credits.values.tolist()) == ([0.0, 0.0], [0.0, 0.0])
    assert credits.reason == "no journey converted, so there is nothing to credit"


def test_no_journeys_give_no_credit():
    credits = markov_credits(journeys_of([], [], []))
    assert (credits.channels, credits.conversions.tolist()) == ((), [])


@pytest.mark.parametrize("order", ORDERS)
def test_one_channel_gets_all(order):
    credits = markov_credits(journeys_of([["a"], ["a", "a", "a"]], [3, 4], [1, 0], [30, -5]), order)
    assert (credits.conversions.tolist(), credits.values.tolist()) == ([7.0], [25.0])


@pytest.mark.parametrize("order", ORDERS)
def test_a_channel_from_which_nothing_converts_gets_exactly_nothing(order):
    credits = markov_credits(journeys_of([["a"], ["a", "b"], ["b"], ["c", "b"]], [3, 0, 0, 0], [1, 2, 3, 4]), order)
    assert credits.conversions.tolist() == [3.0, 0.0, 0.0]


def test_names_that_look_like_states_or_separators_are_only_names():
    odd = ["null", "(start)", "(conversion)", "", "a > b", "émail ☎"]
    plain = [f"c{i}" for i in range(6)]
    ways = [(0,), (1, 2), (2, 3, 4), (5, 0), (4, 4, 1)]
    credits = [
        markov_credits(journeys_of([[names[i] for i in way] for way in ways], [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]))
        for names in (odd, plain)
    ]
    assert credits[0].conversions.tolist() == credits[1].conversions.tolist()
    assert set(credits[0].channels) == set(odd)


@pytest.mark.parametrize("order", ORDERS)
def test_a_journey_of_ten_thousand_touches_is_walked_to_its_end(order):
    """1 of 2 converts that go a > b 5,000 times, none of 2 at c: chance 1 in 4, all of it lost without a or without b."""
    journeys = journeys_of([["a", "b"] * 5_000, ["c"]], [1, 0], [1, 2])
    found = removal_effects(journeys, order)
    assert found.probability == pytest.approx(0.25, rel=1e-10)
    assert found.lost_probability == pytest.approx([0.25, 0.25, 0.0], rel=1e-10)


def test_refunds_are_credited_where_they_add_up():
    """A is left with 20, b with -5: each journey has one channel, so each keeps its own."""
    credits = markov_credits(journeys_of([["a"], ["b"]], [2, 1], [3, 4], [20, -5]))
    assert credits.values == pytest.approx([20, -5])


def test_refunds_that_cancel_the_gains_are_refused():
    with pytest.raises(ContractError, match="values of 0.0 cannot be shared: .* Set refunds off"):
        markov_credits(journeys_of([["a"], ["b"]], [2, 1], [3, 4], [5, -5]))


@pytest.mark.parametrize(
    ("conversions", "nulls", "values", "found"),
    [
        ([1, np.nan], [1, 1], [1, 1], "conversions of 1 journeys: journey 1 has nan"),
        ([1, 1], [np.inf, 1], [1, 1], "nulls of 1 journeys: journey 0 has inf"),
        ([1, 1], [1, 1], [1, -np.inf], "values of 1 journeys: journey 1 has -inf"),
        ([1, -2], [1, 1], [1, 1], "journey 1 has -2.0, which is below zero"),
        ([1, 0], [1, 0], [1, 7], "journey 1 has 7.0, which belongs to no outcome"),
    ],
)
def test_impossible_amounts_are_refused(conversions, nulls, values, found):
    with pytest.raises(ContractError, match=found):
        markov_credits(journeys_of([["a"], ["b"]], conversions, nulls, values))


def test_touches_and_starts_must_fit_the_journeys():
    sound = example_f4()
    with pytest.raises(ContractError, match="journey 0 has no touch"):
        markov_credits(sound._replace(starts=np.append([0, 0], sound.starts[2:])))
    with pytest.raises(ContractError, match="outside of the 2 channels"):
        markov_credits(sound._replace(channels=sound.channels[:2]))
    with pytest.raises(ContractError, match="do not divide"):
        markov_credits(sound._replace(starts=sound.starts[:-1]))


@pytest.mark.parametrize("order", (0, 5, 1.5, None))
def test_orders_are_one_to_four(order):
    with pytest.raises(ParameterError, match="Give 1, 2, 3 or 4"):
        markov_credits(example_f4(), order)


def test_removals_are_named():
    with pytest.raises(ParameterError, match="Give one of null, reconnect"):
        markov_credits(example_f4(), removal="detour")


def test_more_states_than_numbers_are_refused():
    journeys = example_f4()._replace(channels=tuple(map(str, range(60_000))))
    with pytest.raises(ParameterError, match="60,000 channels at order 4 have too many states"):
        markov_credits(journeys, 4)


def test_transitions_of_the_example_by_hand():
    """From F.4: of 570 journeys 220 begin with care, which 60 + 20 leave for email; 50 + 40 + 200 + 20 end with search."""
    rows = {(*(each and each[0] for each in row[:2]), row[2]): row[3:] for row in transition_table(example_f4()).iter_rows()}
    assert rows[None, "care", "state"] == (220.0, pytest.approx(220 / 570))
    assert rows["care", "email", "state"] == (80.0, pytest.approx(80 / 220))
    assert rows["care", None, "conversion"] == (10.0, pytest.approx(10 / 220))
    assert rows["search", None, "null"] == (270.0, pytest.approx(270 / 310))


@pytest.mark.parametrize("order", ORDERS)
def test_transitions_from_each_state_add_up_to_one(order):
    sums = transition_table(random_journeys(1), order).group_by("from").agg(pl.col("probability").sum())["probability"]
    assert sums.to_list() == pytest.approx([1.0] * len(sums))
