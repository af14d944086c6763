"""Money over time: discounting, ratios, internal rate and payback, by hand and against NumPy's own root finder."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.errors import CareworthError
from careworth.roi.cash_flow_rows import cash_flow_rows, monthly_shares
from careworth.roi.cash_flows import (
    benefit_cost_ratio,
    discounted,
    falls_again,
    internal_rate,
    monthly_rate,
    payback,
    present_value,
    return_on,
    sign_changes,
    why_no_rate,
    yearly_rate,
)
from careworth.roi.distributions import Fixed, Normal
from careworth.roi.model import COST, GAIN, Input, Line, Model
from careworth.roi.risk_adjustment import risk_adjusted, risk_adjusted_return, risk_adjusted_row

#: METRICS.md F.6: at 10 %.
FLOWS = [-50, 20, 25, 30]
MARCH = date(2025, 3, 1)


def line(name: str, side: str, months: tuple[float, ...] = (), start: date = MARCH, currency: str = "EUR") -> Line:
    """One line of one input that has its name."""
    return Line(name, side, "M1", "people", (name,), "as booked", currency, start, date(2025, 9, 1), months=months)


def model(*lines: Line, **amounts: float) -> Model:
    """A model whose inputs are known exactly."""
    return Model(tuple(Input(name, "EUR", Fixed(value), "A", "books") for name, value in amounts.items()), lines)


def figures(rows: list[dict]) -> dict[str, float | None]:
    """The values by variant, those of months by their slice."""
    return {row["variant"] if row["slice"] == "all" else row["slice"]: row["value"] for row in rows}


def test_capital_budgeting_to_the_printed_digits():
    """METRICS.md F.6: NPV 11.3824, IRR 21.648 %, payback 2.167 and 2.495 years, PV 61.382, BCR 1.2276, ROI 50 % and 22.76 %."""
    costs, gains = [50, 0, 0, 0], [0, 20, 25, 30]
    assert round(float(present_value(FLOWS, 0.10)), 4) == 11.3824
    assert round(internal_rate(FLOWS), 5) == 0.21648
    assert (round(payback(FLOWS), 3), round(payback(discounted(FLOWS, 0.10)), 3)) == (2.167, 2.495)
    assert round(float(present_value(gains, 0.10)), 3) == 61.382
    assert round(float(benefit_cost_ratio(costs, gains, 0.10)), 4) == 1.2276
    assert (round(float(return_on(costs, gains)), 4), round(float(return_on(costs, gains, 0.10)), 4)) == (0.5, 0.2276)


def test_the_first_flow_is_not_discounted_and_the_second_is_once():
    assert discounted([100, 110], 0.10).tolist() == pytest.approx([100, 100])


def test_each_row_of_draws_has_its_own_present_value():
    """-100 + 110/1.1 = 0 and -100 + 220/1.1 = 100."""
    assert present_value([[-100, 110], [-100, 220]], 0.10).tolist() == pytest.approx([0, 100])


def test_twelve_months_compound_to_the_year():
    assert yearly_rate(monthly_rate(0.10)) == pytest.approx(0.10)
    assert monthly_rate(0.0) == 0


def test_a_ratio_on_costs_of_nothing_is_refused():
    with pytest.raises(CareworthError, match="costs are worth 0 at a rate of 0.1"):
        benefit_cost_ratio([0, 0], [0, 5], 0.10)


@pytest.mark.parametrize(
    ("flows", "changes"),
    [([], 0), ([0, 0], 0), ([-1], 0), ([-1, 0, 2], 1), ([-100, 230, -132], 2), ([1, 0, -1], 1), ([1, 0, 1], 0)],
)
def test_changes_of_sign_pass_over_periods_without_a_flow(flows, changes):
    assert sign_changes(flows) == changes


def test_flows_with_two_rates_have_none():
    """-100 + 230/(1+r) - 132/(1+r)^2 is nought at 10 % and at 20 % (the textbook example of two rates)."""
    flows = [-100, 230, -132]
    assert [float(present_value(flows, rate)) for rate in (0.10, 0.20)] == pytest.approx([0, 0], abs=1e-9)
    assert internal_rate(flows) is None
    assert why_no_rate(flows) == "the flows change sign 2 times, so several rates may fit and none is told"


@pytest.mark.parametrize("flows", [[], [0, 0], [-5, -1], [3, 4]])
def test_flows_of_one_sign_have_no_rate(flows):
    assert internal_rate(flows) is None
    assert why_no_rate(flows) == "the flows never change sign, so no rate makes them worth nothing"


def test_a_rate_is_found_far_from_zero():
    """-1 that becomes 1e12 after one period; 100 that becomes 1, a loss of 99 %."""
    assert internal_rate([-1, 1e12]) == pytest.approx(1e12 - 1)
    assert internal_rate([-100, 1]) == pytest.approx(-0.99)
    assert why_no_rate([-100, 1]) is None


@settings(max_examples=60, deadline=None)
@given(
    spent=st.lists(st.floats(1, 1e4), min_size=1, max_size=5),
    earned=st.lists(st.floats(1, 1e4), min_size=1, max_size=30),
)
def test_at_the_internal_rate_the_flows_are_worth_nothing(spent, earned):
    flows = [-each for each in spent] + earned
    rate = internal_rate(flows)
    # Divided by what the flows are worth without signs, so that no size of rate matters.
    assert abs(present_value(flows, rate)) <= 1e-9 * present_value(np.abs(flows), rate)


@pytest.mark.parametrize(
    ("flows", "periods"),
    [
        ([-50, 20], None),
        ([-50, 20, 30], 2.0),  # back on the last day
        ([-50, 100], 0.5),
        ([5, 10], 0.0),  # nothing to be paid back
        ([0, -10, 20], 1.5),  # spent in the first period, half of the second brings it back
        ([10, -20, 30], 1 + 1 / 3),
        ([-0.4, 0.1, 0.1, 0.2], 3.0),  # a sum that is nought but for rounding is nought
        ([-200, 100, 100, -200, 200], 2.0),  # back after two, lost again, back after four
    ],
)
def test_payback_is_the_first_time_that_the_sum_is_at_zero_again(flows, periods):
    assert payback(flows) == (None if periods is None else pytest.approx(periods))


def test_a_payback_that_is_lost_again_is_told():
    assert falls_again([-200, 100, 100, -200, 200])
    assert not falls_again([-200, 100, 100, 0, 200])
    assert not falls_again([0, -10, 20])


def test_a_line_falls_into_its_months_and_one_off_lines_at_the_start():
    """Two thirds in March and a third in April; a licence at once; a line from May on two months later."""
    lines = [line("pay", COST, (2 / 3, 1 / 3)), line("licence", COST), line("later", GAIN, (0.5, 0.5), date(2025, 5, 1))]
    shares = monthly_shares(lines, MARCH)
    assert shares["pay"].tolist() == [0, 2 / 3, 1 / 3, 0, 0]
    assert shares["licence"].tolist() == [1, 0, 0, 0, 0]
    assert shares["later"].tolist() == [0, 0, 0, 0.5, 0.5]


def test_what_falls_before_the_campaign_counts_at_its_start():
    """Half in February, half in March; and what was bought the December before."""
    shares = monthly_shares([line("pay", COST, (0.5, 0.5), date(2025, 2, 1)), line("tool", COST, (), date(2024, 12, 1))], MARCH)
    assert shares["pay"].tolist() == [0.5, 0.5]
    assert shares["tool"].tolist() == [1, 0]


def test_the_months_are_worth_what_the_hand_says():
    """100 spent at the start, 60 back in each of two months, 1 % a month (12.6825 % a year): -100 + 60/1.01 + 60/1.0201."""
    campaign = model(line("tool", COST), line("saved", GAIN, (0.5, 0.5)), tool=100, saved=120)
    found = figures(cash_flow_rows(campaign, campaign.means(), MARCH, 1.01**12 - 1))
    assert found["net_present_value"] == pytest.approx(-100 + 60 / 1.01 + 60 / 1.0201)
    assert found["benefit_cost_ratio"] == pytest.approx((60 / 1.01 + 60 / 1.0201) / 100)
    assert found["roi_present_value"] == pytest.approx(found["benefit_cost_ratio"] - 1)
    assert found["payback_months"] == pytest.approx(1 + 40 / 60)
    assert found["discounted_payback_months"] == pytest.approx(1 + (100 - 60 / 1.01) / (60 / 1.0201))
    # 60x + 60x^2 = 100 at x = (sqrt(60^2 + 4*60*100) - 60) / 120, the factor of one month.
    factor = (np.sqrt(60**2 + 4 * 60 * 100) - 60) / 120
    assert found["internal_rate_of_return"] == pytest.approx((1 / factor) ** 12 - 1)
    assert [found[slice] for slice in ("at=start", "month=2025-03", "month=2025-04")] == [-100, 60, 60]


def test_months_run_over_the_year():
    campaign = model(
        line("pay", COST, (0.25,) * 4, date(2024, 11, 1)), line("saved", GAIN, (1.0,), date(2024, 11, 1)), pay=4, saved=9
    )
    found = figures(cash_flow_rows(campaign, campaign.means(), date(2024, 11, 1), 0.0))
    assert [found[f"month={month}"] for month in ("2024-11", "2024-12", "2025-01", "2025-02")] == [8, -1, -1, -1]
    assert "at=start" not in found


def test_draws_give_a_range_of_nine_in_ten_around_the_mean_flows():
    """Gains 150 +/- 10 against a cost of 100 at a rate of nought: NPV 50, from 50 - 16.4 to 50 + 16.4 (1.645 deviations)."""
    inputs = (Input("tool", "EUR", Fixed(100), "A", "books"), Input("saved", "EUR", Normal(150, 10), "B", "survey"))
    campaign = Model(inputs, (line("tool", COST), line("saved", GAIN, (1.0,))))
    shares = (np.arange(4096) + 0.5) / 4096
    draws = {each.name: each.distribution.quantiles(shares) for each in inputs}
    rows = {row["variant"]: row for row in cash_flow_rows(campaign, draws, MARCH, 0.0)}
    assert [rows["net_present_value"][name] for name in ("value", "low", "high")] == pytest.approx([50, 33.55, 66.45], abs=0.02)
    assert [rows["benefit_cost_ratio"][name] for name in ("low", "high")] == pytest.approx([1.3355, 1.6645], abs=2e-4)
    assert (rows["cash_flow"]["n"], rows["cash_flow"]["denominator"]) == (4096, "simulated outcomes")
    assert {row["grade"] for row in rows.values()} == {"B"}


def test_without_a_rate_only_what_needs_none_is_known():
    campaign = model(line("tool", COST), line("saved", GAIN, (1.0,)), tool=100, saved=150)
    rows = {row["variant"]: row for row in cash_flow_rows(campaign, campaign.means(), MARCH, None)}
    assert rows["net_present_value"]["value"] is None
    assert rows["net_present_value"]["reason"] == "no discount rate is stated"
    assert rows["payback_months"]["value"] == pytest.approx(2 / 3)


def test_a_payback_that_is_not_reached_says_within_how_long():
    campaign = model(line("tool", COST), line("saved", GAIN, (0.5, 0.5)), tool=100, saved=50)
    rows = {row["variant"]: row for row in cash_flow_rows(campaign, campaign.means(), MARCH, 0.1)}
    assert (rows["payback_months"]["value"], rows["payback_months"]["reason"]) == (None, "not reached within 2 months")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "no cost and no gain of this campaign is known"),
        ((line("tool", COST),), "no gain of this campaign is known"),
        ((line("tool", GAIN),), "no cost of this campaign is known"),
    ],
)
def test_without_a_cost_or_a_gain_nothing_is_told(lines, reason):
    campaign = model(*lines, tool=100)
    rows = cash_flow_rows(campaign, campaign.means(), MARCH, 0.1)
    assert {(row["value"], row["reason"], row["grade"]) for row in rows} == {(None, reason, "X")}


def test_costs_that_may_be_nothing_have_no_ratio():
    campaign = model(line("tool", COST), line("saved", GAIN), tool=0, saved=5)
    rows = {row["variant"]: row for row in cash_flow_rows(campaign, campaign.means(), MARCH, 0.1)}
    assert (rows["benefit_cost_ratio"]["value"], rows["net_present_value"]["value"]) == (None, 5)


def test_risk_adjustment_of_a_line():
    """METRICS.md C.10: a benefit of 80/100/105 counts as 95, a cost of 98/100/115 as 104.3."""
    assert risk_adjusted(80, 100, 105) == 95
    assert round(risk_adjusted(98, 100, 115), 1) == 104.3


def test_risk_adjusted_return_by_hand():
    """95 over 313/3, less one."""
    assert risk_adjusted_return([(98, 100, 115)], [(80, 100, 105)]) == pytest.approx(95 * 3 / 313 - 1)
    with pytest.raises(CareworthError, match="the costs come to 0"):
        risk_adjusted_return([(0, 0, 0)], [(80, 100, 105)])
    with pytest.raises(CareworthError, match="need low <= likely <= high"):
        risk_adjusted_return([(98, 100, 90)], [])


def test_the_row_takes_each_line_from_its_draws():
    """Gains drawn evenly from 0 to 300: 15, 150 and 285 at 5, 50 and 95 %, so 150; the cost is known as 100."""
    inputs = (Input("tool", "EUR", Fixed(100), "A", "books"), Input("saved", "EUR", Normal(0, 1), "C", "stated"))
    campaign = Model(inputs, (line("tool", COST), line("saved", GAIN)))
    row = risk_adjusted_row(campaign, {"tool": 100.0, "saved": np.linspace(0, 300, 3001)})
    assert (row["value"], row["grade"]) == (pytest.approx(0.5), "C")
    assert row["reason"].endswith("for comparison only")


def test_without_a_gain_there_is_no_risk_adjusted_return():
    row = risk_adjusted_row(model(line("tool", COST), tool=100), {"tool": 100.0})
    assert (row["value"], row["reason"]) == (None, "no gain of this campaign is known")
