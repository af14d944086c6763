"""Shapley attribution against published numbers, METRICS.md F.4 and the definition, all orders written out."""

import json
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from careworth.attribution.shapley import GAMES, game_values, shapley_credits, shapley_values
from careworth.errors import ContractError, ParameterError
from tests.paths import example_f4, journeys_of, paths_of, published, random_journeys


@pytest.fixture(scope="module")
def example(shared):
    return json.loads((shared / "data" / "attribution" / "shapley_worked_example.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def worked(example):
    paths, conversions, nulls = zip(*example["rows"], strict=True)
    return journeys_of([path.split(" > ") for path in paths], conversions, nulls)


def in_all_orders(channels: list[int], worth) -> dict[int, float]:
    """What each channel adds on average over all orders: the definition, nothing shared with the code tested."""
    added = dict.fromkeys(channels, 0.0)
    for order in permutations(channels):
        for place, channel in enumerate(order):
            added[channel] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
    return {channel: total / factorial(len(channels)) for channel, total in added.items()}


def outcomes_of(journeys, amounts) -> dict[frozenset, float]:
    found: dict[frozenset, float] = {}
    for path, amount in zip(paths_of(journeys), amounts, strict=True):
        found[frozenset(path)] = found.get(frozenset(path), 0.0) + float(amount)
    return found


def by_definition(journeys, game: str, amounts) -> list[float]:
    """The Shapley values of a named game by the words of `GAMES`."""
    brought, counted = outcomes_of(journeys, amounts), outcomes_of(journeys, journeys.conversions + journeys.nulls)
    everyone = list(range(len(journeys.channels)))
    rate = lambda s: brought.get(s, 0.0) / counted[s] if counted.get(s) else 0.0  # noqa: E731
    if game == "sum":
        found = in_all_orders(everyone, lambda s: sum(amount for each, amount in brought.items() if each <= s))
    elif game == "exact":
        found = in_all_orders(everyone, lambda s: brought.get(s, 0.0))
    elif game == "full_rate":
        found = in_all_orders(everyone, rate)
    else:
        found = dict.fromkeys(everyone, 0.0)
        for each, amount in brought.items():
            for channel, share in in_all_orders(sorted(each), rate).items():
                found[channel] += share / rate(each) * amount if amount else 0.0
    return [found[i] for i in everyone]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("seed", range(3))
def test_named_games_are_what_their_definition_says(game, seed):
    journeys = random_journeys(seed, channels=4)
    found = game_values(journeys, game)
    assert found[:, 0] == pytest.approx(by_definition(journeys, game, journeys.conversions), rel=1e-12, abs=1e-12)
    assert found[:, 1] == pytest.approx(by_definition(journeys, game, journeys.values), rel=1e-12, abs=1e-12)


def test_path_data_are_credited_as_published(shared):
    """path_data_reference.json: mta 0.0.9 and shapley-attribution agree to 1e-11."""
    reference = json.loads((shared / "data" / "attribution" / "path_data_reference.json").read_text(encoding="utf-8"))
    credits = shapley_credits(published(shared))
    for name, numbers in (("conversions", credits.conversions), ("value", credits.values)):
        expected = reference["shapley_sum_game"][name]
        assert dict(zip(credits.channels, numbers.tolist(), strict=True)) == pytest.approx(expected, rel=1e-12)


def test_the_example_of_the_metrics():
    """METRICS.md F.4: care 22, email 16, search 29."""
    assert shapley_credits(example_f4()).conversions == pytest.approx([22, 16, 29], rel=1e-14)


@pytest.mark.parametrize(
    ("game", "name"),
    [
        ("sum", "own: sum game v(S)=sum_{T subset S} conv(T)"),
        ("rate", "own: DP6 per-journey conv-rate game"),
        ("full_rate", "own: conv-rate game scaled"),
    ],
)
def test_the_worked_example_is_credited(worked, example, game, name):
    credits = shapley_credits(worked, game)
    assert dict(zip(credits.channels, credits.conversions.tolist(), strict=True)) == pytest.approx(
        example["results"][name], rel=1e-12
    )


@pytest.mark.parametrize(
    ("game", "name"), [("full_rate", "own: conv-rate game raw"), ("exact", "own: exact-set game v(S)=conv(S)")]
)
def test_the_worked_example_before_it_is_scaled(worked, example, game, name):
    assert game_values(worked, game)[:, 0] == pytest.approx(list(example["results"][name].values()), rel=1e-12)


@pytest.mark.parametrize("game", GAMES)
def test_credits_add_up_and_come_again_bit_by_bit(worked, game):
    first, second = shapley_credits(worked, game), shapley_credits(worked, game)
    assert (first.conversions.sum(), first.values.sum()) == pytest.approx((81, 810), rel=1e-12)
    assert first.conversions.tobytes() + first.values.tobytes() == second.conversions.tobytes() + second.values.tobytes()


def test_a_channel_that_makes_journeys_fail_is_credited_with_less_than_nothing():
    """A alone converts 1 in 2, with b 1 in 10: rates .5 and .1, b adds (0 - 0 + .1 - .5) / 2 = -.2, times 10 journeys."""
    credits = shapley_credits(journeys_of([["a"], ["a", "b"]], [5, 1], [5, 9]), "rate")
    assert credits.conversions == pytest.approx([8, -2])


@pytest.mark.parametrize("game", GAMES)
def test_zero_conversions_give_zero_credit_with_a_reason(game):
    credits = shapley_credits(journeys_of([["a"], ["a", "b"]], [0, 0], [4, 5]), game)
    assert credits.conversions.tolist() == [0.0, 0.0]
    assert credits.reason == "no journey converted, so there is nothing to credit"


@pytest.mark.parametrize("game", GAMES)
def test_no_journeys_and_one_channel(game):
    assert shapley_credits(journeys_of([], [], []), game).conversions.tolist() == []
    assert shapley_credits(journeys_of([["null"], ["null"] * 10_000], [2, 1], [0, 5]), game).conversions.tolist() == [3.0]


def test_refunds_stay_where_they_were():
    """A earns 20 alone, a and b lose 6 together: 20 - 3 and -3."""
    assert shapley_credits(journeys_of([["a"], ["a", "b"]], [1, 1], [0, 0], [20, -6])).values.tolist() == [17.0, -3.0]


def test_without_nulls_every_rate_is_one():
    """Sets a and a b, both of rate 1: of a b, a adds (1 + 1 - 0) / 2 = 1 and b (0 + 0) / 2 = 0."""
    credits = shapley_credits(journeys_of([["a"], ["a", "b"], ["b"]], [5, 4, 0], [5, 9, 7]), "rate", with_nulls=False)
    assert credits.conversions == pytest.approx([9, 0])


@pytest.mark.parametrize("game", ("rate", "full_rate", "exact"))
def test_more_than_64_channels_are_exact_too(game):
    """Ten channels that no journey touches are added to change the words that sets are held in, and nothing else."""
    journeys = random_journeys(3, channels=4)
    far = journeys._replace(channels=(*(f"x{i}" for i in range(70)), *journeys.channels), touches=journeys.touches + 70)
    if game == "rate":
        assert shapley_credits(far, game).conversions[70:] == pytest.approx(
            shapley_credits(journeys, game).conversions, rel=1e-12
        )
    else:  # Nobody touched all 74.
        with pytest.raises(ContractError, match="choose the game 'sum' or 'rate'"):
            shapley_credits(far, game)


def test_a_user_s_game_is_played_out_exactly():
    """Random worths of the 32 coalitions of five channels, against all 120 orders."""
    worths = dict(zip(range(32), np.random.default_rng(1).normal(size=32), strict=True))
    channels = tuple("vwxyz")
    found = shapley_values(channels, lambda joined: worths[sum(1 << channels.index(name) for name in joined)])
    expected = in_all_orders(list(range(5)), lambda joined: worths[sum(1 << i for i in joined)])
    assert found.values == pytest.approx([expected[i] for i in range(5)], rel=1e-12)
    assert (found.errors.tolist(), found.orders) == ([0.0] * 5, 0)


def test_a_user_s_game_shares_the_conversions():
    """Worth 3 for care, 1 for email, nothing more together: 67 conversions as 3 to 1 to 0."""
    credits = shapley_credits(example_f4(), lambda joined: 3.0 * ("care" in joined) + ("email" in joined))
    assert credits.conversions == pytest.approx([67 * 3 / 4, 67 / 4, 0])
    assert credits.values == pytest.approx([670 * 3 / 4, 670 / 4, 0])
    assert (credits.model, credits.reason) == ("shapley:own game", "")


def test_above_twenty_channels_orders_are_drawn_and_their_error_is_told():
    """Worth the square of their number: each of 25 adds 25 on average, and the errors cover that as they should."""
    channels = tuple(f"c{i}" for i in range(25))
    found = shapley_values(channels, lambda joined: float(len(joined) ** 2), orders=400)
    assert found.values.sum() == pytest.approx(625)
    assert np.abs((found.values - 25) / found.errors).max() < 4
    assert found.errors == pytest.approx(np.full(25, 2 * np.sqrt((25**2 - 1) / 12 / 400)), rel=0.15)  # 2 places + 1, uniform
    again = shapley_values(channels, lambda joined: float(len(joined) ** 2), orders=400)
    assert found.values.tobytes() == again.values.tobytes()


def test_a_drawn_credit_says_so():
    paths = [[f"c{i}"] for i in range(21)]
    credits = shapley_credits(journeys_of(paths, [1] * 21, [1] * 21), lambda joined: float(len(joined)), orders=50)
    assert credits.conversions == pytest.approx([1.0] * 21)
    assert credits.reason == "estimated from 50 drawn orders; standard error up to 0 on the game's own scale"


def test_a_game_that_is_unknown_or_infinite_is_refused():
    with pytest.raises(ParameterError, match="the game is 'average'. Give one of sum, rate, full_rate, exact"):
        shapley_credits(example_f4(), "average")
    with pytest.raises(ParameterError, match=r"the coalition \['care'\] is worth nan"):
        shapley_values(("care",), lambda joined: np.nan if joined else 0.0)
    with pytest.raises(ParameterError, match="1 orders tell nothing"):
        shapley_values(tuple(map(str, range(21))), len, orders=1)
