"""The tornado of METRICS.md F.7, and the values at which the return is zero."""

import numpy as np
import pytest

from careworth.roi.distributions import Beta, Fixed, Lognormal, Normal, Triangular, pert
from careworth.roi.model import Model, return_on_cost
from careworth.roi.sensitivity import break_even, break_even_rows, swing_rows, swings, used
from tests.roi.vector import F7, INPUTS, made

#: METRICS.md F.7, the widest first.
TORNADO = {
    "incremental orders": 0.419,
    "retained customers": 0.377,
    "unit cost": 0.316,
    "would-contact share": 0.273,
    "programme cost": 0.269,
    "margin": 0.112,
    "recontact": 0.093,
    "retention value": 0.093,
}


def rows_by_input(rows: list[dict]) -> dict[str, dict]:
    return {row["slice"].removeprefix("input="): row for row in rows}


def zero(model: Model, name: str) -> float | None:
    return break_even(model, next(each for each in model.inputs if each.name == name))


def test_the_tornado_of_the_test_vector():
    """METRICS.md F.7 to the printed digits, in their order; overlap is printed as .084, which the exact quantiles make .0835.

    Beta(2, 8) has its 5 % and 95 % at .0410 and .4291: .3881 x 120 x 63.333 / 35,333.33 = .0835.
    """
    found = rows_by_input(swing_rows(F7))
    assert [*found] == [*TORNADO, "overlap"]
    assert {name: round(found[name]["value"], 3) for name in TORNADO} == TORNADO
    assert found["overlap"]["value"] == pytest.approx((0.4291 - 0.0410) * 120 * 190 / 3 / (106_000 / 3), abs=5e-5)


def test_a_swing_tells_both_ends_and_the_direction():
    """By hand: all gains at their means 40,906.67; cost at 31,548.6 gives 0.2966 and at 39,816.6 gives 0.0274.

    Triangular quantiles: 30,000 + sqrt(.05 x 12,000 x 4,000) = 31,549.2 and 42,000 - sqrt(.05 x 12,000 x 8,000) = 39,809.1.
    """
    row = rows_by_input(swing_rows(F7))["programme cost"]
    ends = (
        40_906.6667 / (42_000 - (0.05 * 12_000 * 8_000) ** 0.5) - 1,
        40_906.6667 / (30_000 + (0.05 * 12_000 * 4_000) ** 0.5) - 1,
    )
    assert (row["low"], row["high"]) == pytest.approx(ends, abs=1e-6)
    assert (row["reason"], row["unit"], row["n"], row["denominator"]) == ("the return falls with it", "ratio", 10, "cases")
    assert rows_by_input(swing_rows(F7))["margin"]["reason"] == "the return rises with it"


def test_an_input_that_is_known_or_that_no_line_uses_has_no_swing():
    model = made(
        INPUTS | {"spare": Normal(1, 1)}, {"cost": ("cost", "programme cost"), "gain": ("gain", "resolved", "unit cost")}
    )
    assert set(swings(model)) == {"programme cost", "unit cost"}
    assert [each.name for each in used(model)] == ["programme cost", "resolved", "unit cost"]


def test_every_break_even_of_the_test_vector_makes_the_return_zero():
    """Checked by the model itself: with the value put in, the others at their means, ROI is 0."""
    found = rows_by_input(break_even_rows(F7))
    known = {name: row["value"] for name, row in found.items() if row["value"] is not None}
    assert set(found) == set(INPUTS) and set(found) - set(known) == {"retention value"}
    assert [float(return_on_cost(F7, F7.means() | {name: value})) for name, value in known.items()] == pytest.approx(
        [0] * len(known), abs=1e-12
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("programme cost", 40_906.6667),  # the sum of all gains
        ("margin", 18 - 5_573.3333 / 600),  # what is over, 40,906.67 - 35,333.33, by the orders
        ("overlap", 0.2 + 5_573.3333 / (120 * 190 / 3)),
        ("would-contact share", 0.4 - 5_573.3333 / (8_000 * 0.85 * 26.5 / 3)),
    ],
)
def test_break_even_by_hand(name, value):
    assert zero(F7, name) == pytest.approx(value, rel=1e-8)


def test_where_no_possible_value_breaks_even_the_row_says_so():
    """By hand: what is over would need a retention value of 63.33 - 5,573.33 / 96 = 5.28, below the stated 40."""
    row = rows_by_input(break_even_rows(F7))["retention value"]
    assert (row["value"], row["grade"]) == (None, "X")
    assert row["reason"] == "no value from 40 to 90 makes the return zero, others at their means; expected: 63.3333"


def test_a_row_of_break_even_has_the_inputs_unit_and_what_is_expected():
    row = rows_by_input(break_even_rows(F7))["recontact"]
    assert (row["metric_id"], row["variant"], row["unit"], row["reason"]) == ("M12", "break_even", "share", "expected: 0.15")


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (Fixed(80.0), 50.0),
        (Normal(80, 10), 50.0),
        (Lognormal(80, 10), 50.0),
        (Triangular(60, 80, 90), None),
        (pert(50, 80, 90), 50.0),
        (Beta(8, 2, 49, 100), 50.0),
        (Beta(8, 2), None),
    ],
)
def test_the_possible_range_is_that_of_the_distribution(distribution, expected):
    """A gain of 2 x the input on a cost of 100: zero at 50, a value at the end of a range included."""
    model = made(
        {"x": distribution, "two": Fixed(2.0), "spent": Fixed(100.0)}, {"c": ("cost", "spent"), "g": ("gain", "two", "x")}
    )
    assert zero(model, "x") == (expected if expected is None else pytest.approx(expected))


def test_an_input_that_enters_a_line_twice_has_the_zero_nearest_to_its_mean():
    """By hand: 100 x (1 - x) = 16 has the zeros .2 and .8; a Beta(3, 7) has its mean at .3, a Beta(7, 3) at .7."""
    lines = {"c": ("cost", "spent"), "g": ("gain", "most", "x", "1 - x")}
    near = {a: zero(made({"x": Beta(a, 10 - a), "most": Fixed(100.0), "spent": Fixed(16.0)}, lines), "x") for a in (3, 7)}
    assert near == {3: pytest.approx(0.2), 7: pytest.approx(0.8)}


def test_a_volume_of_cost_and_gains_alike_has_no_break_even_at_nothing():
    """Gains and costs are both so much for each contact: no volume makes a loss a gain, and none at all is no return."""
    lines = {"c": ("cost", "volume", "cost of one"), "g": ("gain", "volume", "gain of one")}
    model = made({"volume": Fixed(500.0), "cost of one": Fixed(3.0), "gain of one": Fixed(5.0)}, lines)
    assert zero(model, "volume") is None


def test_an_input_that_moves_nothing_has_no_break_even():
    model = made(
        {"x": Normal(5, 1), "none": Fixed(0.0), "spent": Fixed(3.0)}, {"c": ("cost", "spent"), "g": ("gain", "none", "x")}
    )
    assert zero(model, "x") is None
    assert rows_by_input(swing_rows(model))["x"]["reason"] == "it moves nothing"


def test_assumptions_move_no_headline_that_does_without_them():
    inputs = {"spent": Fixed(100.0), "spared": Normal(90, 10), "assumed": Normal(45, 10)}
    lines = {"cost": ("cost", "spent"), "calls": ("gain", "spared"), "own words": ("gain", "assumed")}
    some, all_assumed = ({"assumed": "C"}, {"assumed": "C", "spared": "C"})
    assert set(rows_by_input(swing_rows(made(inputs, lines, some)))) == {"spared"}
    rows = rows_by_input(swing_rows(made(inputs, lines, all_assumed)))
    assert {name: row["grade"] for name, row in rows.items()} == {"spared": "C", "assumed": "C"}


def test_without_lines_nothing_moves():
    empty = made({"x": Normal(0, 1)}, {})
    assert (swing_rows(empty), break_even_rows(empty)) == ([], [])


def test_swings_do_not_depend_on_the_draws_of_a_seed():
    assert swings(F7) == swings(F7)
    assert np.isfinite([end for pair in swings(F7).values() for end in pair]).all()
