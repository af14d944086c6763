"""ROI as a distribution: METRICS.md F.7, the headline without assumptions, cash alone, and what is refused."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from careworth.errors import CareworthError
from careworth.roi.distributions import Fixed, Normal, Triangular
from careworth.roi.model import Model, return_on_cost
from careworth.roi.outcomes import return_rows
from careworth.roi.sampling import draw_inputs
from tests.roi.vector import F7, INPUTS, LINES, made

#: 100 spent; 90 measured and not cash, 45 assumed.
SIMPLE = {"spent": Fixed(100.0), "spared": Fixed(90.0), "assumed": Fixed(45.0)}
SIMPLE_LINES = {"cost": ("cost", "spent"), "calls": ("gain", "spared"), "own words": ("gain", "assumed")}


def rows_of(model: Model, hurdle: float = 0.0) -> dict[str, dict]:
    rows = return_rows(model, draw_inputs(model), "EUR", hurdle)
    return {row["variant"] + row["slice"].removeprefix("all"): row for row in rows}


@pytest.fixture(scope="module")
def vector() -> dict[str, dict]:
    return rows_of(F7, hurdle=0.2)


def test_the_return_of_the_test_vector(vector):
    """METRICS.md F.7: median 0.152, 5-95 % -0.21 to 0.575, P(ROI > 0) 0.746, ratio of means 0.158.

    They come of 200,000 pseudo-random draws, which leave a standard error of sqrt(.746 x .254 / 200,000) = 0.001 in the chance,
    and of sqrt(p (1 - p) / 200,000) over a density of 1.6 and of 0.2, so 0.0007 and 0.0025, in the median and the upper end; ours
    leave what they state, 0.0015 in the chance. Two million of ours come to 0.1525, 0.5739 and 0.7466.
    """
    roi = vector["roi"]
    assert roi["value"] == pytest.approx(0.152, abs=2 * (0.0007 + vector["simulation_error"]["value"]))
    assert round(roi["low"], 2) == -0.21
    assert roi["high"] == pytest.approx(0.575, abs=0.005)
    assert round(vector["ratio_of_means"]["value"], 3) == 0.158
    assert vector["probability_positive"]["value"] == pytest.approx(0.746, abs=2 * (0.001 + 0.0015))


def test_many_draws_of_the_test_vector():
    """Two million draws by this code with other seeds gave 0.1525 and 0.7466; these state an error of 0.0004 and 0.0004."""
    roi = return_on_cost(F7, draw_inputs(F7, 2**18, seed=7))
    assert np.median(roi) == pytest.approx(0.1525, abs=0.001)
    assert (roi > 0).mean() == pytest.approx(0.7466, abs=0.001)


def test_the_ratio_of_means_by_hand(vector):
    """(8,000 x .40 x .85 x 8.8333 + 600 x 18 + 120 x 63.333 x .8) / 35,333.3 - 1 = 40,906.67 / 35,333.33 - 1 = 0.15774."""
    assert vector["ratio_of_means"]["value"] == pytest.approx(40_906.6667 / 35_333.3333 - 1, abs=2e-4)


def test_frozen_distributions_of_scipy_with_pseudo_random_draws_agree(vector):
    """Another tool, other draws: 400,000 outcomes by scipy.stats; the chance is then known to 0.0007, the median to 0.0007."""
    roi = scipy_returns(400_000, 3)
    assert vector["roi"]["value"] == pytest.approx(np.median(roi), abs=0.003)
    assert vector["probability_positive"]["value"] == pytest.approx((roi > 0).mean(), abs=0.004)
    assert vector["probability_above_hurdle"]["value"] == pytest.approx((roi > 0.2).mean(), abs=0.004)


def scipy_returns(count: int, seed: int) -> np.ndarray:
    """Returns of METRICS.md F.7 by frozen distributions."""
    generator = np.random.default_rng(seed)
    triangle = {
        name: scipy_stats.triang((likely - low) / (high - low), low, high - low)
        for name, (low, likely, high) in {"call": (6, 8.5, 12), "value": (40, 60, 90), "cost": (30e3, 34e3, 42e3)}.items()
    }
    frozen = [
        scipy_stats.beta(40, 60),
        scipy_stats.beta(15, 85),
        triangle["call"],
        scipy_stats.norm(600, 250),
        scipy_stats.norm(18, 2),
        scipy_stats.norm(120, 80),
        triangle["value"],
        scipy_stats.beta(2, 8),
        triangle["cost"],
    ]
    would, again, call, orders, margin, retained, value, overlap, cost = (
        each.rvs(count, random_state=generator) for each in frozen
    )
    return (8_000 * would * (1 - again) * call + orders * margin + retained * value * (1 - overlap)) / cost - 1


def test_quantiles_rise_and_agree_with_median_and_range(vector):
    values = [vector[f"quantileq={hundredth / 100:.2f}"]["value"] for hundredth in range(1, 100)]
    assert values == sorted(values)
    assert (values[4], values[49], values[94]) == tuple(vector["roi"][part] for part in ("low", "value", "high"))


def test_the_chance_has_the_range_of_the_simulations_error_and_n_is_the_draws(vector):
    chance = vector["probability_positive"]
    assert chance["low"] < chance["value"] < chance["high"] < chance["low"] + 0.01
    assert (chance["n"], chance["denominator"], chance["unit"]) == (16_384, "simulated outcomes", "share")
    assert 0 < vector["simulation_error"]["value"] < 0.002


def test_the_net_value_is_in_the_currency(vector):
    net = vector["net_value"]
    assert net["unit"] == "EUR"
    assert net["low"] < 0 < net["value"] < net["high"]


def test_the_headline_counts_no_assumption_and_says_the_other_apart():
    """By hand: 90 - 100 over 100 is -0.10; with 45 assumed it is 0.35."""
    found = rows_of(made(SIMPLE, SIMPLE_LINES, {"assumed": "C", "spent": "A"}))
    assert (found["roi"]["value"], found["roi"]["grade"]) == (pytest.approx(-0.10), "B")
    assert (found["roi_with_assumptions"]["value"], found["roi_with_assumptions"]["grade"]) == (pytest.approx(0.35), "C")
    assert found["probability_positive"]["value"] == 0


def test_without_an_assumption_there_is_one_return():
    assert "roi_with_assumptions" not in rows_of(made(SIMPLE, SIMPLE_LINES))


def test_where_every_gain_is_assumed_the_headline_is_no_number():
    """By hand: (90 + 45 - 100) / 100 = 0.35."""
    found = rows_of(made(SIMPLE, SIMPLE_LINES, {"assumed": "C", "spared": "C"}))
    assert (found["roi"]["value"], found["roi"]["grade"]) == (None, "X")
    assert "rest on an assumption" in found["roi"]["reason"]
    assert found["roi_with_assumptions"]["value"] == pytest.approx(0.35)
    assert set(found) == {"roi", "roi_with_assumptions", "cashable"}


def test_cash_is_told_alone():
    """By hand: of 90 and 45 only 45 is cash: (45 - 100) / 100 = -0.55."""
    assert rows_of(made(SIMPLE, SIMPLE_LINES, not_cash=("calls",)))["cashable"]["value"] == pytest.approx(-0.55)
    none = rows_of(made(SIMPLE, SIMPLE_LINES, not_cash=("calls", "own words")))["cashable"]
    assert (none["value"], none["reason"]) == (None, "no measured gain is stated to be cash")


@pytest.mark.parametrize("hurdle", [-0.5, -0.1, 0.3])
def test_a_return_at_the_hurdle_is_not_above_it(hurdle):
    found = rows_of(made(SIMPLE | {"assumed": Fixed(0.0)}, SIMPLE_LINES), hurdle)
    assert found["probability_above_hurdle"]["value"] == (hurdle < -0.1)
    assert found["probability_above_hurdle"]["reason"].startswith(f"above {100 * hurdle:.0f}%")


@pytest.mark.parametrize("cost", [Fixed(0.0), Fixed(-5.0), Normal(100, 40), Triangular(-10, 50, 90)])
def test_a_programme_that_may_cost_nothing_is_refused_by_line(cost):
    with pytest.raises(CareworthError, match="0 or less; cost line 'cost' comes to"):
        rows_of(made(SIMPLE | {"spent": cost}, SIMPLE_LINES))


def test_without_a_cost_line_there_is_no_return():
    with pytest.raises(CareworthError, match="no cost line"):
        rows_of(made(SIMPLE, {"calls": ("gain", "spared")}))


def test_the_order_of_lines_and_inputs_does_not_matter():
    turned = made(dict(reversed(INPUTS.items())), dict(reversed(LINES.items())))
    assert return_rows(F7, draw_inputs(F7, 256), "EUR") == return_rows(turned, draw_inputs(turned, 256), "EUR")
