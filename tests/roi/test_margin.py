"""M7: margin on sales that would not have happened, and what attributed revenue would mean if it were caused."""

from datetime import date

import numpy as np
import pytest

from careworth.roi.attributed import attributed_if_causal
from careworth.roi.distributions import Fixed
from careworth.roi.gains import Change
from careworth.roi.margin import NO_DESIGN, incremental_margin, margin_share
from careworth.roi.model import Input, Line, Model
from tests.roi.cases import TERMS, arms_of, day, orders_of

ARMS = arms_of(a="t", b="t", c="c", d="c")
NOBODY = arms_of()


def test_the_difference_of_arms_times_the_treated():
    """Treated earn 40 and, half of it refunded, 20; control nothing: (30 - 0) x 2 = 60."""
    bought = orders_of({"person_key": "a", "on": 5}, {"person_key": "b", "on": 6, "refund_minor": 5_000})
    gain = incremental_margin(TERMS, ARMS, bought, 30)
    assert (gain.rows[0]["value"], gain.rows[0]["grade"], gain.rows[0]["n"]) == (pytest.approx(60, abs=0.1), "A", 4)
    assert (gain.lines[0].persons, gain.lines[0].window_days) == ({"a", "b"}, (0.0, 30.0))
    # Variance of 40 and 20 is 200, over 2 persons 100: a standard error of 10 a person.
    assert gain.inputs[1].distribution.error == pytest.approx(10)


def test_only_orders_within_the_window_of_each_person_count():
    """Of a's orders those on day 0 and day 29.9 count, the day before and day 30 do not: 2 x 40 / 2 treated x 2 = 80."""
    bought = orders_of(*({"person_key": "a", "on": on} for on in (-1, 0, 29.9, 30)))
    assert incremental_margin(TERMS, ARMS, bought, 30).rows[0]["value"] == pytest.approx(80, abs=0.5)


def test_what_the_control_arm_earns_more_is_a_loss():
    bought = orders_of({"person_key": "c", "on": 5}, {"person_key": "d", "on": 5})
    assert incremental_margin(TERMS, ARMS, bought, 30).rows[0]["value"] == -80


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"margin_minor": None}, "1 orders are without a margin, and revenue is no gain, such as o0"),
        ({"refund_minor": 10_001}, "1 orders are refunded for more than they sold for, such as o0"),
        ({"currency": "USD"}, "1 orders are not in EUR, such as o0"),
    ],
)
def test_orders_whose_margin_is_not_known_give_no_gain(order, says):
    gain = incremental_margin(TERMS, ARMS, orders_of({"person_key": "a", "on": 5} | order), 30)
    assert (gain.lines, gain.rows[0]["value"], gain.rows[0]["reason"]) == ((), None, says)


@pytest.mark.parametrize("arms", [NOBODY, arms_of(a="t", b="t", c="c"), arms_of(a="t", b="t", c="no arm", d="no arm")])
def test_without_two_arms_and_a_series_what_was_caused_is_not_known(arms):
    gain = incremental_margin(TERMS, arms, orders_of({"person_key": "a", "on": 5}), 30)
    assert (gain.lines, gain.rows[0]["reason"]) == ((), NO_DESIGN)


def test_no_order_is_said():
    assert incremental_margin(TERMS, ARMS, orders_of(), 30).rows[0]["reason"] == "no order is connected"


def test_without_a_holdout_the_change_of_revenue_counts_as_far_as_it_is_margin():
    """Orders of 100 and 300 with margins of 40 and 120: 0.4 of a change of 1,000 is 400."""
    bought = orders_of({"on": 1}, {"on": 2, "net_minor": 30_000, "margin_minor": 12_000})
    gain = incremental_margin(TERMS, NOBODY, bought, 30, Change(1_000, 100, "time series with a comparison"))
    row = gain.rows[0]
    assert (row["value"], row["grade"], row["reason"]) == (pytest.approx(400, abs=1), "B", "time series with a comparison")
    assert row["high"] - row["low"] == pytest.approx(2 * 1.645 * 40, rel=0.02)


def test_a_holdout_goes_before_a_series():
    bought = orders_of({"person_key": "a", "on": 5})
    assert incremental_margin(TERMS, ARMS, bought, 30, Change(1_000, 1, "series")).lines[0].method == "randomised holdout"


def test_the_share_of_margin_takes_refunds_off_both():
    """Margin 40 + 20 over sales 100 + 50: 0.4."""
    assert margin_share(orders_of({"on": 1}, {"on": 2, "refund_minor": 5_000})).distribution.mean == pytest.approx(0.4)
    assert margin_share(orders_of({"on": 1})) is None
    assert margin_share(orders_of({"on": 1, "margin_minor": None}, {"on": 2})) is None
    assert margin_share(orders_of(*2 * [{"on": 1, "refund_minor": 10_000}])) is None


def model_of(**gains: tuple[str, str, float]) -> Model:
    """A cost of 100 and these gains: metric, mechanism, amount."""
    inputs = [Input(name, "EUR", Fixed(value), "A", "") for name, (_, _, value) in gains.items()]
    lines = [Line(name, "gain", *kind, (name,), "", *TERMS) for name, (*kind, _) in gains.items()]
    cost = Line("cost", "cost", "M1", "people", ("cost",), "", *TERMS)
    return Model((Input("cost", "EUR", Fixed(100), "A", ""), *inputs), (cost, *lines))


SHARE = Input("share", "share", Fixed(0.4), "A", "orders")


def test_attributed_revenue_is_told_apart_and_stands_in_for_what_was_caused():
    """50 of calls + .4 x 300 attributed - 100 of cost, over 100: 0.7; the 30 of the holdout are not counted beside it."""
    model = model_of(calls=("M3", "avoided_contacts", 50.0), sales=("M7", "incremental_margin", 30.0))
    draws = {"cost": np.full(4, 100.0), "calls": np.full(4, 50.0), "sales": np.full(4, 30.0)}
    row = attributed_if_causal(model, draws, 300.0, SHARE, "linear")
    assert (row["value"], row["grade"]) == (pytest.approx(0.7), "C")
    assert row["reason"] == "as if every sale that the rule 'linear' credits were caused by care, which nobody has shown"


def test_without_a_margin_attributed_revenue_says_nothing():
    row = attributed_if_causal(model_of(), {"cost": np.full(4, 100.0)}, 300.0, None, "linear")
    assert (row["value"], row["reason"]) == (None, "the margin on attributed revenue is not known")


def test_terms_spread_a_gain_over_its_months():
    """From 15 January to 1 March: 31 days to 15 February and 14 after it."""
    assert TERMS.months == (1.0,)
    assert TERMS._replace(start=date(2025, 1, 15), end=date(2025, 3, 1)).months == (31 / 45, 14 / 45)


def test_a_holdout_does_not_depend_on_the_order_of_rows():
    bought = orders_of(*({"person_key": who, "on": on, "margin_minor": 1_234 + 7 * on} for who in "abcd" for on in range(5)))
    one, other = (incremental_margin(TERMS, ARMS[::step], bought[::step], 30) for step in (1, -1))
    assert (one.inputs, one.rows) == (other.inputs, other.rows)
    assert day(0) == ARMS["assigned_at"][0]
