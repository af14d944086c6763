"""M8: margin from customers who stayed, after the window of M7 and never in it."""

import pytest

from careworth.roi.exclusivity import check_ledger
from careworth.roi.gains import join_gains
from careworth.roi.margin import incremental_margin
from careworth.roi.model import Model
from careworth.roi.retention import retained_margin
from tests.roi.cases import AS_OF, TERMS, arms_of, day, orders_of

ARMS = arms_of(a="t", b="t", c="c", d="c")


def test_only_margin_after_the_window_and_within_the_horizon_counts():
    """Window 10, horizon 20 days: of a's orders those on day 10 and 29 count: 2 x 40 / 2 x 2 treated = 80."""
    bought = orders_of(*({"person_key": "a", "on": on} for on in (0, 9.9, 10, 29, 30)))
    gain = retained_margin(TERMS, ARMS, bought, AS_OF, 10, 20)
    assert gain.rows[0]["value"] == pytest.approx(80, abs=0.5)
    assert (gain.rows[0]["grade"], gain.lines[0].window_days) == ("A", (10.0, 30.0))


def test_margin_is_discounted_to_the_first_day_of_the_campaign():
    """40 each of both treated on day 30 at 10 % a year: 80 / 1.1 ** (30 / 365.25) = 79.38."""
    bought = orders_of({"person_key": "a", "on": 30}, {"person_key": "b", "on": 30})
    gain = retained_margin(TERMS, ARMS, bought, AS_OF, 10, 25, discount_rate=0.10)
    assert gain.rows[0]["value"] == pytest.approx(79.376, abs=0.001)


def test_what_came_after_the_cut_off_is_not_seen():
    bought = orders_of({"person_key": "a", "on": 44}, {"person_key": "b", "on": 46})
    assert retained_margin(TERMS, ARMS, bought, AS_OF, 10, 90).rows[0]["value"] == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("arms", [ARMS.clear(), arms_of(day(40), a="t", b="t", c="c", d="c"), arms_of(a="t", b="t")])
def test_without_arms_whose_window_is_over_nothing_is_known(arms):
    gain = retained_margin(TERMS, arms, orders_of({"person_key": "a", "on": 12}), AS_OF, 10, 20)
    assert (gain.lines, gain.rows[0]["value"]) == ((), None)
    assert "assigned more than 10 days ago" in gain.rows[0]["reason"]


def test_an_unknown_margin_is_no_gain():
    gain = retained_margin(TERMS, ARMS, orders_of({"person_key": "a", "on": 12, "margin_minor": None}), AS_OF, 10, 20)
    assert "revenue is no gain" in gain.rows[0]["reason"]


def test_it_falls_into_the_months_in_which_it_came():
    """From 1 March: one order in March, three in April."""
    bought = orders_of(*({"person_key": "a", "on": on} for on in (30, 31, 35, 40)))
    assert retained_margin(TERMS, ARMS, bought, AS_OF, 10, 60).lines[0].months == (0.25, 0.75)


def test_an_order_is_in_one_of_both_windows():
    """Eight orders of 40 of the treated: what M7 and M8 count together is all of them, and each person stays in both."""
    bought = orders_of(*({"person_key": who, "on": on} for who in "ab" for on in (0, 9, 10, 25)))
    both = [incremental_margin(TERMS, ARMS, bought, 10), retained_margin(TERMS, ARMS, bought, AS_OF, 10, 20)]
    assert sum(gain.rows[0]["value"] for gain in both) == pytest.approx(320)
    model = Model(*join_gains(both))
    assert {line.persons for line in check_ledger(model).lines} == {frozenset("ab")}
