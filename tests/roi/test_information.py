"""What knowing more is worth: by hand, by a nested simulation, by the normal loss, and with inputs that move together."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.roi.distributions import Fixed, Normal
from careworth.roi.information import information_rows, worth_deciding, worth_knowing
from careworth.roi.model import Model
from careworth.roi.outcomes import net_value
from careworth.roi.sampling import draw_inputs
from tests.roi.vector import F7, made

SUM = {"c": ("cost", "spent"), "g": ("gain", "x"), "h": ("gain", "y")}


def normal_loss(mean: float, deviation: float) -> float:
    """E[max(0, N)] - max(0, mean) of a normal quantity, in closed form."""
    score = mean / deviation
    return deviation * scipy_stats.norm.pdf(score) + mean * scipy_stats.norm.cdf(score) - max(mean, 0.0)


def nested(name: str, outer: int = 400, inner: int = 4_000) -> float:
    """The same of METRICS.md F.7 by brute force: for each of many values of one input, the mean over draws of all others."""
    generator, given = np.random.default_rng(11), {each.name: each.distribution for each in F7.inputs}
    values = given[name].quantiles((np.arange(outer) + 0.5) / outer)
    means = []
    for value in values:
        others = {other: each.quantiles(generator.random(inner)) for other, each in given.items()}
        means.append(float(net_value(F7, others | {name: np.full(inner, value)}).mean()))
    return worth_deciding(np.array(means))


@pytest.mark.parametrize("name", ["incremental orders", "retained customers"])
def test_a_nested_simulation_agrees(name):
    """Each inner mean errs by about 8,000 / sqrt(4,000) = 126, which the mean over 400 of them hardly shows: 10 % and 15."""
    assert worth_knowing(F7, draw_inputs(F7))[name] == pytest.approx(nested(name), rel=0.1, abs=15)


def test_knowing_everything_by_plain_simulation():
    """E[max(0, net)] - max(0, E[net]) of 400,000 pseudo-random draws, whose standard error is about 2,000 / sqrt(400,000) = 3."""
    generator = np.random.default_rng(5)
    draws = {each.name: each.distribution.quantiles(generator.random(400_000)) for each in F7.inputs}
    net = net_value(F7, draws)
    rows = {row["slice"]: row for row in information_rows(F7, draw_inputs(F7), "EUR")}
    assert rows["all"]["value"] == pytest.approx(np.maximum(net, 0).mean() - net.mean(), abs=20)
    assert (rows["all"]["unit"], rows["all"]["n"], rows["all"]["grade"]) == ("EUR", 16_384, "B")


@pytest.mark.parametrize("spent", [10.0, 12.0, 9.0, 20.0])
def test_normal_inputs_have_the_normal_loss(spent):
    """With x ~ N(4, 3), y ~ N(6, 1): knowing x leaves N(10 - spent, 3), y N(10 - spent, 1), both the root of 10."""
    model = made({"x": Normal(4, 3), "y": Normal(6, 1), "spent": Fixed(spent)}, SUM)
    draws = draw_inputs(model)
    found = worth_knowing(model, draws)
    assert found == {
        "x": pytest.approx(normal_loss(10 - spent, 3), abs=2e-3),
        "y": pytest.approx(normal_loss(10 - spent, 1), abs=2e-3),
    }
    assert worth_deciding(net_value(model, draws)) == pytest.approx(normal_loss(10 - spent, 10**0.5), abs=5e-3)


@pytest.mark.parametrize("r", [-0.6, 0.6])
def test_an_input_tells_of_what_moves_with_it(r):
    """Of a normal pair of correlation c, E[x + y | x] is normal with the deviation 3 + c; c = 2 sin(pi r / 6)."""
    model = made({"x": Normal(4, 3), "y": Normal(6, 1), "spent": Fixed(10.0)}, SUM, tied=(("x", "y", r),))
    c = 2 * np.sin(np.pi * r / 6)
    found = worth_knowing(model, draw_inputs(model))
    assert found["x"] == pytest.approx(normal_loss(0, 3 + c), rel=0.01)
    assert found["y"] == pytest.approx(normal_loss(0, abs(1 + 3 * c)), rel=0.02)


def test_an_input_that_a_line_uses_twice():
    """E[net | x] = x^2 - 1 of a standard normal: E[max(0, x^2 - 1)] = 2 phi(1) = 0.4839, by parts over x > 1 and x < -1."""
    model = made({"x": Normal(0, 1), "spent": Fixed(1.0)}, {"c": ("cost", "spent"), "g": ("gain", "x", "x")})
    assert worth_knowing(model, draw_inputs(model)) == {"x": pytest.approx(2 * scipy_stats.norm.pdf(1), rel=0.01)}


def test_knowing_one_input_is_worth_no_more_than_knowing_all_and_never_less_than_nothing():
    rows = {row["slice"]: row["value"] for row in information_rows(F7, draw_inputs(F7), "EUR")}
    assert all(0 <= value <= rows["all"] for value in rows.values())
    assert max((value, slice) for slice, value in rows.items() if slice != "all")[1] == "input=incremental orders"


def test_where_the_decision_is_clear_or_all_is_known_nothing_is_worth_anything():
    clear = made({"x": Normal(400, 3), "y": Normal(6, 1), "spent": Fixed(10.0)}, SUM)
    known = made({"x": Fixed(4), "y": Fixed(6), "spent": Fixed(10.0)}, SUM)
    assert [row["value"] for row in information_rows(clear, draw_inputs(clear), "EUR")] == [0, 0, 0]
    assert [(row["slice"], row["value"]) for row in information_rows(known, draw_inputs(known), "EUR")] == [("all", 0)]


def test_what_the_company_assumes_is_what_might_be_measured():
    model: Model = made({"x": Normal(4, 3), "y": Normal(6, 1), "spent": Fixed(10.0)}, SUM, {"x": "C"})
    rows = {row["slice"]: row for row in information_rows(model, draw_inputs(model), "EUR")}
    assert rows["input=x"]["value"] > rows["input=y"]["value"] > 0
    assert rows["input=x"]["grade"] == "C"
