"""`careworth roi` on whole files: METRICS.md F.5, F.6 and F.7, what it says to people, and what it refuses."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from careworth import cli
from careworth.errors import CareworthError, ParameterError
from careworth.roi.command import plain, roi_of_file

LEDGERS = Path(__file__).parents[1] / "fixtures" / "ledgers"
WITH_RANGES = LEDGERS / "care_with_ranges.toml"

#: METRICS.md F.6: at 10 % a year.
BUDGET = 'currency = "USD"\ndiscount_rate = 0.1\ncash_flows = [-50, 20, 25, 30]\n'


def outcome(folder: Path, text: str, **given) -> dict:
    """What the command prints as JSON of a ledger with this text."""
    path = folder / "ledger.toml"
    path.write_text(text, encoding="utf-8")
    return json.loads(roi_of_file(path, as_json=True, **given))


@pytest.fixture(scope="module")
def simulated() -> dict:
    """METRICS.md F.7 with 131,072 outcomes."""
    return json.loads(roi_of_file(WITH_RANGES, as_json=True, draws=131_072))


def test_capital_budgeting_to_the_printed_digits(tmp_path):
    """METRICS.md F.6."""
    found = outcome(tmp_path, BUDGET)
    printed = {
        "net_present_value": (4, 11.3824),
        "internal_rate_of_return": (5, 0.21648),
        "payback": (3, 2.167),
        "discounted_payback": (3, 2.495),
        "present_value_benefits": (3, 61.382),
        "benefit_cost_ratio": (4, 1.2276),
        "roi": (4, 0.5),
        "roi_present_value": (4, 0.2276),
    }
    assert {name: (digits, round(found[name], digits)) for name, (digits, _) in printed.items()} == printed
    assert found["cash_flows"]["net"] == [-50, 20, 25, 30]
    assert found["uncertainty"] is None


def test_a_study_of_three_years_to_the_dollar(tmp_path, shared):
    """The published figures of ../shared/data/roi: tei_salesloft_2020."""
    case = json.loads((shared / "data" / "roi" / "roi_cases.json").read_text(encoding="utf-8"))["tei_salesloft_2020"]
    found = outcome(
        tmp_path,
        f"""
        currency = "USD"
        discount_rate = {case["discount_rate"]}
        [[costs]]
        name = "total costs"
        amounts = {case["costs"]}
        [[benefits]]
        name = "total benefits"
        amounts = {case["benefits"]}
        """,
    )
    published = case["published"]
    assert (found["total_costs"], found["total_benefits"]) == (published["total_costs"], published["total_benefits"])
    assert round(found["present_value_costs"]) == published["pv_costs"]
    assert round(found["present_value_benefits"]) == published["pv_benefits"]
    assert round(found["net_present_value"]) == published["npv"]
    assert round(100 * found["roi_present_value"]) == published["roi_pct"]


def test_the_simulated_return_to_the_printed_digits(simulated):
    """METRICS.md F.7: median 0.152, -0.21 to 0.575, P 0.746, ratio of means 0.158.

    The printed numbers come from 200,000 pseudo-random draws, whose own standard error is 0.001 in the chance, 0.0007 in
    the median and 0.001 in the range's ends: hence one unit of the last digit is left open.
    """
    known = simulated["uncertainty"]
    assert known["median"] == pytest.approx(0.152, abs=0.0015)
    assert [known["low"], known["high"]] == pytest.approx([-0.21, 0.575], abs=0.003)
    assert known["probability_positive"] == pytest.approx(0.746, abs=0.002)
    assert round(known["ratio_of_means"], 3) == 0.158
    assert known["simulation_error"] < 0.001


def test_the_tornado_is_in_the_printed_order(simulated):
    """METRICS.md F.7, the others at their means; to one unit of the last digit, since theirs took quantiles of draws."""
    tornado = simulated["uncertainty"]["tornado"]
    printed = {
        "extra orders found": 0.419,
        "customers kept": 0.377,
        "cost of a call": 0.316,
        "would have phoned": 0.273,
        "programme cost range": 0.269,
        "margin of an order": 0.112,
        "phoned anyway": 0.093,
        "worth of a customer": 0.093,
        "overlap": 0.084,
    }
    assert [each["input"] for each in tornado] == list(printed)
    assert [each["swing"] for each in tornado] == pytest.approx(list(printed.values()), abs=0.001)


def test_each_break_even_makes_the_return_nought(simulated):
    """By hand: gains at the means are 8,000 x .4 x .85 x 8.8333 + 600 x 18 + 120 x 63.3333 x .8 = 40,906.67."""
    found = {each["input"]: each["value"] for each in simulated["break_even"]}
    cost, calls, orders, kept = 106_000 / 3, 2_720 * 26.5 / 3, 10_800, 6_080
    assert found["programme cost range"] == pytest.approx(calls + orders + kept)
    assert found["extra orders found"] == pytest.approx((cost - calls - kept) / 18)
    assert found["conversations"] == pytest.approx(8_000 * (cost - orders - kept) / calls)
    assert found["worth of a customer"] is None  # 5.28 would do, and its range is from 40 to 90


def test_totals_are_those_of_the_means(simulated):
    """(30,000 + 34,000 + 42,000) / 3 spent; without time there is no payback and no rate."""
    assert simulated["total_costs"] == pytest.approx(106_000 / 3, rel=1e-12)
    assert (simulated["payback"], simulated["internal_rate_of_return"]) == (None, None)
    assert simulated["reasons"]["payback"] == "all falls at the start, so no time passes"


def test_what_explains_the_spread_and_what_to_measure_next(simulated):
    """The widest bar explains most, and the value of knowing it is highest; all together are worth more than each."""
    known = simulated["uncertainty"]
    assert known["sobol"][0]["inputs"] == ["extra orders found"]
    assert sum(each["first_order"] for each in known["sobol"]) == pytest.approx(0.97, abs=0.04)
    worth = known["value_of_information"]
    assert worth["inputs"][0]["input"] == "extra orders found"
    assert worth["everything"] > worth["inputs"][0]["value"] > 0


def test_the_seed_alone_decides_what_is_drawn(tmp_path):
    once, again, other = (
        json.loads(roi_of_file(WITH_RANGES, as_json=True, draws=1024, seed=seed))["uncertainty"]["median"] for seed in (3, 3, 4)
    )
    assert once == again != other


def test_the_order_of_lines_does_not_matter(tmp_path):
    text = WITH_RANGES.read_text(encoding="utf-8")
    head, cost, *rest = text.split("[[")
    last, inputs = rest[-1].split("[inputs]")
    turned = "[[".join([head, last, *rest[-2::-1], cost]) + "[inputs]" + inputs
    here, there = (outcome(tmp_path, each, draws=1024) for each in (text, turned))
    assert here["uncertainty"] == there["uncertainty"]


def test_months_are_discounted_by_the_months_rate(tmp_path):
    """12.6825 % a year is 1 % a month: -100 + 60/1.01 + 60/1.0201, back after 1 2/3 months."""
    text = f'currency = "EUR"\nperiod = "month"\ndiscount_rate = {1.01**12 - 1}\ncash_flows = [-100, 60, 60]\n'
    found = outcome(tmp_path, text)
    assert found["net_present_value"] == pytest.approx(-100 + 60 / 1.01 + 60 / 1.0201)
    assert found["payback"] == pytest.approx(1 + 40 / 60)
    # The rate of a month by the quadratic formula, as in test_cash_flows.
    assert found["internal_rate_of_return"] == pytest.approx((120 / ((60**2 + 4 * 60 * 100) ** 0.5 - 60)) ** 12 - 1)


def test_what_is_unknown_says_why(tmp_path):
    found = outcome(tmp_path, 'currency = "EUR"\ncash_flows = [-100, 60, -10, 20]\n')
    assert [found[name] for name in ("net_present_value", "internal_rate_of_return", "payback")] == [None] * 3
    assert found["reasons"]["net_present_value"] == "the ledger states no discount_rate"
    assert found["reasons"]["internal_rate_of_return"].startswith("the flows change sign 3 times")
    assert found["reasons"]["payback"] == "not reached within 3 years"


def test_a_payback_that_is_lost_again_says_so(tmp_path):
    found = outcome(tmp_path, 'currency = "EUR"\ncash_flows = [-100, 200, -150, 80]\n')
    assert found["payback"] == 0.5
    assert found["reasons"]["payback"] == "the first time; the running sum falls below zero again later"


RANGES = """
currency = "EUR"
hurdle = 0.5
[[costs]]
name = "tool"
amounts = [[98, 100, 115]]
[[benefits]]
name = "measured"
amounts = [[80, 100, 105]]
grade = "A"
[[benefits]]
name = "stated"
amounts = [50]
"""


def test_gains_that_rest_on_assumptions_are_told_apart(tmp_path):
    """Without the 50 that are only stated, 100 of some 102 come back."""
    known = outcome(tmp_path, RANGES, draws=1024)["uncertainty"]
    assert known["without_assumptions"]["median"] < 0 < known["median"]
    assert 0 < known["probability_above_hurdle"] < known["probability_positive"] == 1


def test_stated_ranges_are_adjusted_for_risk_as_the_studies_do(tmp_path):
    """METRICS.md C.10: 95 and 104.3 (313/3); and 50 that is known: (95 + 50) / 104.33 - 1."""
    found = outcome(tmp_path, RANGES, draws=1024)
    assert found["uncertainty"]["risk_adjusted"] == pytest.approx(145 * 3 / 313 - 1)
    assert [(line["low"], line["likely"], line["high"]) for line in found["lines"]] == [
        (98, 100, 115),
        (80, 100, 105),
        (50, 50, 50),
    ]


def test_inputs_that_move_together_widen_the_range(tmp_path):
    """Two gains of 100 +/- 20: apart the sum errs by 28, together (rank correlation 0.9) by 39; 1.645 times to each side."""
    text = """
    currency = "EUR"
    costs = [{name = "tool", amounts = [100]}]
    benefits = [{name = "one", product = ["a"]}, {name = "other", product = ["b"]}]
    inputs = {a = {normal = [100, 20]}, b = {normal = [100, 20]}}
    """
    apart = outcome(tmp_path, text, draws=4096)["uncertainty"]
    text += 'correlations = [{first = "a", second = "b", value = 0.9}]'
    together = outcome(tmp_path, text, draws=4096)["uncertainty"]
    widths = [each["high"] - each["low"] for each in (apart, together)]
    assert widths == pytest.approx([2 * 1.645 * 0.2828, 2 * 1.645 * 0.2 * (2 + 2 * 0.908) ** 0.5], rel=0.01)


def test_a_product_of_inputs_that_move_together_has_its_own_mean(tmp_path):
    """E[ab] = 100 x 100 + covariance: 20 x 20 x 2 sin(pi x 0.9 / 6), the normal correlation of a rank correlation of 0.9."""
    text = """
    currency = "EUR"
    costs = [{name = "tool", amounts = [100]}]
    benefits = [{name = "one", product = ["a", "b"]}]
    inputs = {a = {normal = [100, 20]}, b = {normal = [100, 20]}}
    correlations = [{first = "a", second = "b", value = 0.9}]
    """
    assert outcome(tmp_path, text)["total_benefits"] == pytest.approx(10_000 + 400 * 0.908, rel=1e-4)


def test_people_read_the_answer_first():
    said = roi_of_file(WITH_RANGES, draws=4096)
    first, *_ = said.splitlines()
    assert first.startswith("ROI +15% (nine in ten from -21% to +5")
    assert first.endswith("all benefits rest on assumptions (grade C).")
    assert "chance that ROI is above 0  7" in said
    assert said.splitlines()[-1].startswith("The first amount falls at the start, the others at the end of each year")


def test_people_read_why_a_figure_is_unknown(tmp_path):
    path = tmp_path / "ledger.toml"
    path.write_text('currency = "EUR"\ncash_flows = [-100, 60]\n', encoding="utf-8")
    said = roi_of_file(path)
    assert "present values  unknown  (the ledger states no discount_rate)" in said
    assert "payback  unknown  (not reached within 1 years)" in said


def test_a_cost_that_may_come_out_below_zero_is_refused(tmp_path):
    text = 'currency = "EUR"\ncosts = [{name = "tool", product = ["a"]}]\nbenefits = [{name = "one", amounts = [5]}]\n'
    with pytest.raises(CareworthError, match="ledger.toml: cost 'tool': comes to -.* in an outcome; give ranges"):
        outcome(tmp_path, text + "inputs = {a = {normal = [1, 1]}}")


def test_correlations_that_cannot_all_hold_are_refused_with_the_file(tmp_path):
    pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    text = 'currency = "EUR"\ncosts = [{name = "tool", amounts = [5]}]\nbenefits = [{name = "one", product = ["a", "b", "c"]}]\n'
    text += "inputs = {" + ", ".join(f"{name} = {{normal = [1, 1]}}" for name in "abc") + "}\n"
    text += "".join(f'[[correlations]]\nfirst = "{a}"\nsecond = "{b}"\nvalue = {value}\n' for a, b, value in pairs)
    with pytest.raises(CareworthError, match="ledger.toml: these correlations cannot all hold"):
        outcome(tmp_path, text)


@pytest.mark.parametrize(("draws", "seed"), [(0, None), (-1, None), (2**20 + 1, None), (None, -1)])
def test_impossible_draws_and_seeds_are_refused(draws, seed):
    with pytest.raises(ParameterError, match="draws; give|seed -1; give"):
        roi_of_file(WITH_RANGES, draws=draws, seed=seed)


def test_draws_are_rounded_up_to_a_power_of_two(tmp_path):
    assert [outcome(tmp_path, BUDGET, draws=count)["draws"] for count in (1, 257, 512)] == [256, 512, 512]


def test_what_is_no_number_is_null():
    assert plain({"a": [float("nan"), 1.0], "b": float("inf")}) == {"a": [None, 1.0], "b": None}


def test_a_refusal_is_one_sentence_and_exit_code_2(tmp_path, monkeypatch, capsys):
    path = tmp_path / "ledger.toml"
    path.write_text(BUDGET.replace("-50", "nan"), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["careworth", "roi", str(path), "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", "careworth: ledger.toml: cash_flows: need a number, of at most 1e+15 in size, found nan\n")
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.toml"]


def test_the_command_prints_what_the_function_returns(tmp_path):
    ended = CliRunner().invoke(cli.app, ["roi", str(WITH_RANGES), "--json", "--draws", "300", "--seed", "5"])
    assert ended.exit_code == 0
    assert json.loads(ended.output) == json.loads(roi_of_file(WITH_RANGES, as_json=True, draws=300, seed=5))


def test_one_uncertain_input_explains_all(tmp_path):
    text = RANGES.replace("[[80, 100, 105]]", "[100]")
    known = outcome(tmp_path, text, draws=256)["uncertainty"]
    assert known["sobol"] == [{"inputs": ["tool"], "first_order": 1.0, "total_order": 1.0}]
