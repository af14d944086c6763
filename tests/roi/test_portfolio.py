"""Several campaigns at once: chance verdicts stay rare, luck ranks nobody, the total counts all once."""

import numpy as np
import pytest
from scipy import stats

from careworth.results import value_row
from careworth.roi.portfolio import Return, budget, campaign_return, programme, ranking, verdicts
from careworth.stats import Estimate
from tests.sample_values import money_rows, table, without_revenue


def campaign(roi: float, error: float, is_designed: bool = True, cost: float = 100.0) -> Return:
    """A campaign whose ROI is normal with this standard error."""
    reach = 1.6448536269514722 * error
    gains, net = (1 + roi) * cost, roi * cost
    return Return(
        Estimate(roi, roi - reach, roi + reach),
        Estimate(cost, None, None),
        Estimate(gains, gains - reach * cost, gains + reach * cost),
        Estimate(net, net - reach * cost, net + reach * cost),
        float(stats.norm.cdf(roi / error)),
        20_000,
        is_designed,
    )


def named(*returns: Return) -> dict[str, Return]:
    """The campaigns as a, b, c, ..."""
    return dict(zip("abcdefghij", returns, strict=False))


def test_the_return_is_read_from_the_rows():
    """The sample: cost 54 k, saving 31 k by survey and margin 24 k by holdout, ROI -15 % to 56 %, chance .81."""
    rows = [*money_rows(), value_row("M9", "net_value", Estimate(1_000, -8_000, 30_000), "EUR", n=20_000, grade="B")]
    found = campaign_return(table(rows))
    assert (found.roi.low, found.roi.high, found.cost.value, found.gains.value) == (-0.15, 0.56, 54_000, 55_000)
    assert (found.gains.low, found.gains.high) == (28_000, 84_000)
    assert (found.chance, found.outcomes, found.is_designed) == (0.81, 20_000, False)


def test_gains_by_design_alone_are_designed():
    rows = [row for row in money_rows() if row["metric_id"] != "M3"]
    net = value_row("M9", "net_value", Estimate(1_000, -8_000, 30_000), "EUR", n=20_000, grade="B")
    assert campaign_return(table([*rows, net])).is_designed
    assumed = value_row("M4", "productivity", Estimate(9_000, 1, 2), "EUR", grade="C", reason="stated by the company")
    assert campaign_return(table([*rows, net, assumed])).gains.value == 24_000


def test_without_a_return_there_is_none():
    assert campaign_return(without_revenue()) is None
    assert campaign_return(table([])) is None


def test_verdicts_allow_for_how_many_are_looked_at():
    """By hand: chance .96 of a gain is p = .08, two-sided: alone below .1, one of three .24 (times 3, rank 1)."""
    weak = campaign(0.1, 0.1)._replace(chance=0.96)
    even = campaign(0.0, 0.1)._replace(chance=0.5)
    assert verdicts(named(weak), 0.1)["a"] == ("pays", pytest.approx(0.08))
    judged = verdicts(named(weak, even, even), 0.1)
    assert judged["a"] == ("not shown", pytest.approx(0.24))
    assert judged["b"] == ("not shown", 1.0)


def test_a_loss_is_a_verdict_too():
    assert verdicts(named(campaign(-0.5, 0.1)), 0.1)["a"].verdict == "loses"


def test_a_chance_of_nothing_is_one_outcome_at_least():
    """By hand: 20,000 outcomes without a loss leave a chance of 1 in 20,001, twice for both sides."""
    sure = campaign(0.5, 0.1)._replace(chance=1.0)
    assert verdicts(named(sure), 0.1)["a"].q == pytest.approx(2 / 20_001)


def test_no_campaigns_have_no_verdicts():
    assert (verdicts({}, 0.1), ranking({}), programme([])) == ({}, {}, None)


def test_of_ten_campaigns_that_just_earn_their_cost_few_are_called():
    """Nothing going on in any of ten, 600 times: a wrong verdict in one year of ten, where single tests give 1 - .9^10 = 65 %."""
    generator = np.random.default_rng(6)
    called = 0
    for _ in range(600):
        found = named(*(campaign(roi, 0.2) for roi in generator.normal(0, 0.2, 10)))
        called += any(each.verdict != "not shown" for each in verdicts(found, 0.1).values())
    assert called / 600 == pytest.approx(0.10, abs=0.03)


def test_the_order_follows_the_shrunk_estimate_and_not_the_luck():
    ranks = ranking(named(campaign(0.9, 0.8), campaign(0.4, 0.05), campaign(0.1, 0.05), campaign(0.2, 0.05)))
    assert max(ranks, key=lambda name: ranks[name].estimate.value) == "b"


def test_fewer_than_three_are_not_ranked():
    assert ranking(named(campaign(0.9, 0.1), campaign(0.1, 0.1))) == {}


def case(*returns: Return) -> tuple[str, list[str]]:
    """What the budget question is answered for these campaigns."""
    found = named(*returns)
    return budget(found, ranking(found))


def test_money_goes_where_the_return_is_clear_and_by_a_fit_design():
    assert case(campaign(0.9, 0.05), campaign(0.0, 0.05), campaign(-0.1, 0.05)) == ("one", ["a"])
    assert case(campaign(0.9, 0.05), campaign(0.85, 0.05), campaign(-0.1, 0.05)) == ("several", ["a", "b"])


def test_a_survey_moves_no_money():
    survey = campaign(0.9, 0.05, is_designed=False)
    assert case(survey, campaign(0.0, 0.05), campaign(-0.1, 0.05)) == ("weak", ["a"])


def test_of_losing_campaigns_the_best_is_only_the_least_bad():
    assert case(campaign(-0.02, 0.05), campaign(-0.5, 0.05), campaign(-0.6, 0.05)) == ("least bad", ["a"])


def test_without_clear_evidence_nothing_is_named():
    assert case(campaign(0.1, 0.5), campaign(0.0, 0.5), campaign(-0.1, 0.5)) == ("unclear", [])
    assert case(campaign(0.9, 0.05)) == ("few", ["a"])


def test_the_total_weighs_returns_by_their_cost():
    """By hand: 20 % of 100 and -10 % of 300 are -10 on 400, -2.5 %; ends 16.45 % of 100 and 300 to each side."""
    total = programme([campaign(0.2, 0.1), campaign(-0.1, 0.1, cost=300.0)])
    assert total.cost.value == 400
    assert total.net.value == pytest.approx(-10)
    assert total.gains.value == pytest.approx(390)
    assert total.roi == pytest.approx((-0.025, -0.025 - 0.164485, -0.025 + 0.164485), abs=1e-5)
