"""Draws of inputs: evenly spread, the same in any order, correlated as declared, their own error told."""

from datetime import date

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.roi.distributions import Beta, Fixed, Normal, Triangular
from careworth.roi.model import Correlation, Input, Line, Model
from careworth.roi.sampling import draw_inputs, moving_together, scrambled_points, simulation_error, uncertain

INPUTS = {"a": Beta(4, 6), "b": Triangular(6, 8.5, 12), "c": Normal(600, 250), "d": Fixed(3)}


def model(*correlations: tuple[str, str, float], names: str = "abcd") -> Model:
    inputs = tuple(Input(name, "count", INPUTS[name], "B", "stated") for name in names)
    line = Line("cost", "cost", "M1", "people", tuple(names), "stated", "EUR", date(2025, 1, 1), date(2025, 4, 1))
    return Model(inputs, (line,), tuple(Correlation(first, second, value, "stated") for first, second, value in correlations))


@pytest.mark.parametrize(
    ("name", "mean", "deviation"),
    [("a", 0.4, (0.4 * 0.6 / 11) ** 0.5), ("b", 26.5 / 3, 1.2304), ("c", 600, 250)],
)
def test_draws_have_the_distributions_mean_and_deviation(name, mean, deviation):
    """Beta: a b / (n^2 (n + 1)). Triangular: (36 + 72.25 + 144 - 51 - 72 - 102) / 18 = 1.5139, its root 1.2304."""
    draws = draw_inputs(model())[name]
    assert draws.mean() == pytest.approx(mean, rel=1e-4)
    assert draws.std() == pytest.approx(deviation, rel=2e-3)


def test_an_input_that_is_known_has_its_value_in_every_outcome():
    assert set(draw_inputs(model())["d"]) == {3.0}
    assert [each.name for each in uncertain(model())] == ["a", "b", "c"]


def test_where_all_is_known_there_is_one_outcome_over_and_over():
    assert draw_inputs(model(names="d"), 256)["d"].tolist() == [3.0] * 256


def test_the_order_of_inputs_changes_nothing():
    pairs = (("a", "b", 0.5), ("c", "b", -0.3))
    forward, backward = draw_inputs(model(*pairs)), draw_inputs(model(*pairs[::-1], names="dcba"))
    assert all(np.array_equal(forward[name], backward[name]) for name in "abcd")


def test_the_same_seed_gives_the_same_draws_and_another_others():
    one, same, other = (draw_inputs(model(), 256, seed)["a"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_every_scrambling_is_evenly_spread_by_itself():
    """Of 256 points of a Sobol sequence exactly one lies in each 256th, in every dimension."""
    points = scrambled_points(4_096, 3, seed=5).reshape(16, 256, 3)
    assert np.array_equal(np.sort((points * 256).astype(int), axis=1), np.tile(np.arange(256)[None, :, None], (16, 1, 3)))
    assert points.min() > 0 and points.max() < 1


@pytest.mark.parametrize("value", [-0.9, -0.3, 0.5, 0.95])
def test_declared_rank_correlations_come_out(value):
    """Checked by Spearman's coefficient of scipy; the margins stay what they were."""
    tied, free = draw_inputs(model(("a", "c", value))), draw_inputs(model())
    assert scipy_stats.spearmanr(tied["a"], tied["c"]).statistic == pytest.approx(value, abs=0.01)
    assert scipy_stats.spearmanr(tied["a"], tied["b"]).statistic == pytest.approx(0, abs=0.02)
    assert np.quantile(tied["c"], [0.05, 0.5, 0.95]) == pytest.approx(np.quantile(free["c"], [0.05, 0.5, 0.95]), abs=5)
    assert np.array_equal(tied["b"], free["b"])


def test_correlations_that_cannot_all_hold_are_refused_by_name():
    """One goes with two and two with three, but one against three: no three quantities do so."""
    with pytest.raises(
        CareworthError, match=r"cannot all hold: 'a' with 'b' \(0.9\); 'b' with 'c' \(0.9\); 'a' with 'c' \(-0.9\)"
    ):
        draw_inputs(model(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)), 256)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("a", "x", 0.5)], "no input 'x'"),
        ([("a", "b", 1.0)], "between -1 and 1"),
        ([("a", "b", float("nan"))], "between -1 and 1"),
        ([("a", "a", 0.5)], "need two inputs"),
        ([("a", "b", 0.5), ("b", "a", 0.4)], "declared once"),
    ],
)
def test_an_impossible_correlation_is_refused(pairs, says):
    with pytest.raises(CareworthError, match=says):
        draw_inputs(model(*pairs), 256)


def test_what_is_known_exactly_moves_with_nothing():
    assert np.array_equal(draw_inputs(model(("a", "d", 0.5)), 256)["a"], draw_inputs(model(), 256)["a"])


def test_inputs_tied_by_a_chain_move_together():
    assert moving_together(model(("a", "b", 0.5), ("b", "d", 0.5))) == [("a", "b"), ("c",)]
    assert moving_together(model(("a", "b", 0.5), ("c", "b", 0.5))) == [("a", "b", "c")]


@pytest.mark.parametrize("count", [0, 128, 1_000, -256])
def test_another_number_of_draws_is_refused(count):
    with pytest.raises(CareworthError, match=f"power of two from 256 on .* found {count}"):
        draw_inputs(model(), count)


def test_the_stated_error_is_how_far_other_seeds_are_off():
    """The spread of the median over 60 seeds against the error that one simulation states: equal within their own noise.

    A standard deviation of 60 and a mean of 60 errors of 15 degrees of freedom are known to about a tenth: 30 % is three of it.
    """
    draws = [draw_inputs(model(), 1_024, seed) for seed in range(60)]
    products = [each["a"] * each["b"] * each["c"] for each in draws]
    actual = np.std([np.median(product) for product in products], ddof=1)
    stated = np.mean([simulation_error(np.median, product) for product in products])
    assert stated == pytest.approx(actual, rel=0.3)


def test_the_error_by_hand():
    """Sixteen scramblings of means 0 and 2 by turns: deviation sqrt(16 / 15), over the root of 16."""
    draws = np.repeat(np.tile([0.0, 2.0], 8), 4)
    assert simulation_error(np.mean, draws) == pytest.approx((16 / 15) ** 0.5 / 4)
