"""Draws: a stream of its own for each quantity."""

import pytest

from careworth.errors import CareworthError
from careworth.stats import Draws


def test_a_stream_does_not_depend_on_what_else_is_drawn():
    alone = Draws(5, 7).pert("calls", 1, 2, 3)
    draws = Draws(5, 7)
    draws.share("other", 3, 10)
    assert draws.pert("calls", 1, 2, 3).tolist() == alone.tolist()


def test_pert_refuses_a_range_out_of_order_and_names_it():
    with pytest.raises(CareworthError, match="a call: need low <= likely <= high"):
        Draws(10, 1).pert("a call", 3, 2, 4)


def test_two_quantities_have_streams_of_their_own():
    draws = Draws(5, 7)
    assert draws.pert("calls", 1, 2, 3).tolist() != draws.pert("orders", 1, 2, 3).tolist()
