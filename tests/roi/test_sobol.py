"""Sobol indices: Ishigami's function for ten seeds, exact indices of a small return, inputs that move together."""

import numpy as np
import pytest

from careworth.roi.distributions import Beta, Fixed, Normal
from careworth.roi.sobol import return_indices, sobol_indices, sobol_rows
from tests.roi.vector import F7, made

#: Evenly spread between -pi and pi.
EVEN = Beta(1, 1, -np.pi, np.pi)


def ishigami(values: dict[str, np.ndarray]) -> np.ndarray:
    return np.sin(values["x1"]) + 7 * np.sin(values["x2"]) ** 2 + 0.1 * values["x3"] ** 4 * np.sin(values["x1"])


@pytest.mark.parametrize("seed", range(10))
def test_ishigami(seed):
    """Ishigami and Homma (1990), a = 7, b = 0.1: exact first-order .3139, .4424, 0; total .5576, .4424, .2437."""
    found = sobol_indices(ishigami, {"x1": EVEN, "x2": EVEN, "x3": EVEN}, seed=seed)
    assert [found[name].first for name in ("x1", "x2", "x3")] == pytest.approx([0.3139, 0.4424, 0], abs=0.01)
    assert [found[name].total for name in ("x1", "x2", "x3")] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


#: A gain of x y on a cost of 10.
PRODUCT = {"c": ("cost", "spent"), "g": ("gain", "x", "y")}


def test_a_product_by_hand():
    """Of x y with x ~ N(2, 1), y ~ N(3, 2): V = 9 + 16 + 4 = 29; x alone 9 / 29, with others 13 / 29; y 16 / 29 and 20 / 29."""
    found = return_indices(made({"x": Normal(2, 1), "y": Normal(3, 2), "spent": Fixed(10)}, PRODUCT))
    assert found[("x",)] == pytest.approx((9 / 29, 13 / 29), abs=0.01)
    assert found[("y",)] == pytest.approx((16 / 29, 20 / 29), abs=0.01)


def test_inputs_that_move_together_are_judged_together():
    """Tied x and y as above, and a z beside them: x y and z share the variance; z ~ N(0, 3) has 9.

    A normal pair of correlation r has V(x y) = 29 + 2 r (2 x 3 x 2) + 4 r^2; r = 2 sin(pi .5 / 6) = .5176 gives 42.49.
    """
    inputs = {"x": Normal(2, 1), "y": Normal(3, 2), "z": Normal(0, 3), "spent": Fixed(10)}
    model = made(inputs, PRODUCT | {"h": ("gain", "z")}, tied=(("x", "y", 0.5),))
    found, r = return_indices(model), 2 * np.sin(np.pi / 12)
    both = 29 + 24 * r + 4 * r**2
    assert found[("x", "y")] == pytest.approx((both / (both + 9),) * 2, abs=0.01)
    assert found[("z",)] == pytest.approx((9 / (both + 9),) * 2, abs=0.01)
    reasons = {row["slice"]: row["reason"] for row in sobol_rows(model)}
    assert reasons == {
        "input=x": "together with 'y', with which it moves",
        "input=y": "together with 'x', with which it moves",
    } | {"input=z": None}


def test_the_rows_of_the_test_vector():
    """Alone the inputs explain not more than all of it, with others not less; the order is that of the tornado's first ones."""
    rows = sobol_rows(F7)
    first, total = (
        {row["slice"]: row["value"] for row in rows if row["variant"] == kind} for kind in ("first_order", "total_order")
    )
    assert sum(first.values()) <= 1 <= sum(total.values())
    assert all(first[name] <= total[name] + 0.01 for name in first)
    assert sorted(total, key=total.__getitem__)[-2:] == ["input=retained customers", "input=incremental orders"]
    assert {(row["metric_id"], row["unit"], row["grade"], row["n"]) for row in rows} == {("M11", "share", "B", 8_192)}


def test_where_all_is_known_nothing_explains_anything():
    model = made({"x": Fixed(2), "y": Fixed(3), "spent": Fixed(10)}, PRODUCT)
    assert (return_indices(model), sobol_rows(model)) == ({}, [])


def test_an_input_that_moves_nothing_explains_nothing():
    """What is constant has no variance to share out."""
    model = made({"x": Normal(2, 1), "y": Fixed(0), "spent": Fixed(10)}, PRODUCT)
    assert return_indices(model) == {("x",): (0.0, 0.0)}


def test_one_input_explains_all():
    found = return_indices(made({"x": Normal(2, 1), "y": Fixed(3), "spent": Fixed(10)}, PRODUCT))
    assert found[("x",)] == pytest.approx((1, 1), abs=0.01)
