"""A ledger's file as a model: what it may say, and what is refused with the line and what to do."""

import json
from pathlib import Path

import pytest

from careworth.errors import ConfigError
from careworth.roi.cash_flow_rows import flows_by_period
from careworth.roi.distributions import Beta, Fixed, Lognormal, Normal, Triangular, pert, share_seen
from careworth.roi.ledger_file import read_ledger
from careworth.roi.model import COST, GAIN, total

#: One ledger that is right, to make others of: 100 spent at once, 60 back in each of two years.
RIGHT = """
currency = "EUR"
discount_rate = 0.1

[[costs]]
name = "tool"
amounts = [100, 0, 0]

[[benefits]]
name = "calls"
amounts = [0, 60, 60]
"""

#: A benefit that is a product of two inputs.
PRODUCT = """
currency = "EUR"

[[costs]]
name = "team"
amounts = [[90, 100, 130]]

[[benefits]]
name = "calls"
kind = "avoided_contacts"
product = ["resolved", "1 - again"]

[inputs]
resolved = {value = 200}
again = {seen = [20, 100]}
"""


def written(folder: Path, text: str, name: str = "ledger.toml") -> Path:
    """The path of a file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str, name: str = "ledger.toml") -> str:
    """What reading the text is refused with."""
    with pytest.raises(ConfigError) as error:
        read_ledger(written(folder, text, name))
    return str(error.value)


def test_amounts_fall_into_their_periods(tmp_path):
    ledger = read_ledger(written(tmp_path, RIGHT))
    means = ledger.model.means()
    flows = [
        flows_by_period([each for each in ledger.model.lines if each.side == side], ledger.shares, means) for side in (COST, GAIN)
    ]
    assert [each.tolist() for each in flows] == [[[100, 0, 0]], [[0, 60, 60]]]
    assert ledger.periods == 2
    assert ledger.parts == {"tool": ("tool",), "calls": ("calls, year 1", "calls, year 2")}


def test_a_product_is_made_of_inputs(tmp_path):
    """200 resolved, of whom 20 of 100 asked phoned again: 200 x (1 - 20.5/101) by Jeffreys' rule."""
    model = read_ledger(written(tmp_path, PRODUCT)).model
    assert float(total(model, GAIN, model.means())) == pytest.approx(200 * (1 - 20.5 / 101))
    assert {line.metric_id for line in model.lines} == {"M1", "M3"}
    assert [(each.n, each.denominator) for each in model.inputs if each.name == "again"] == [(100, "asked")]


@pytest.mark.parametrize(
    ("says", "means"),
    [
        ("value = 5", Fixed(5)),
        ("pert = [6, 8.5, 12]", pert(6, 8.5, 12)),
        ("triangular = [6, 8.5, 12]", Triangular(6, 8.5, 12)),
        ("beta = [40, 60]", Beta(40, 60)),
        ("seen = [0, 5]", share_seen(0, 5)),
        ("normal = [5, 2]", Normal(5, 2)),
        ("lognormal = [5, 2]", Lognormal(5, 2)),
        ("lognormal = [5, 0]", Fixed(5)),
    ],
)
def test_each_kind_of_range_becomes_its_distribution(tmp_path, says, means):
    model = read_ledger(written(tmp_path, PRODUCT.replace("value = 200", says))).model
    assert next(each.distribution for each in model.inputs if each.name == "resolved") == means


def test_a_stated_range_is_a_pert(tmp_path):
    ledger = read_ledger(written(tmp_path, PRODUCT))
    assert next(each.distribution for each in ledger.model.inputs if each.name == "team") == pert(90, 100, 130)


@pytest.mark.parametrize(
    ("amounts", "spread", "shares"),
    [
        ("[[90, 100, 130]]", "", [1]),  # no later period: at the start
        ("[100, 0, 0]", "", [0, 0.5, 0.5]),  # evenly on the two years
        ("[100, 0, 0]", "spread = [0.2, 0.8, 0]", [0.2, 0.8, 0]),
    ],
)
def test_a_product_falls_as_its_line_says_else_evenly_after_the_start(tmp_path, amounts, spread, shares):
    text = PRODUCT.replace("[[90, 100, 130]]", amounts).replace('"1 - again"]', f'"1 - again"]\n{spread}')
    assert read_ledger(written(tmp_path, text)).shares["calls"].tolist() == shares


def test_toml_yaml_and_json_say_the_same(tmp_path):
    fields = {"currency": "EUR", "cash_flows": [-100, 60, 60]}
    texts = {
        "a.toml": 'currency = "EUR"\ncash_flows = [-100, 60, 60]',
        "a.yaml": "currency: EUR\ncash_flows: [-100, 60, 60]",
        "a.json": json.dumps(fields, indent="\t"),
    }
    first, *others = [read_ledger(written(tmp_path, text, name)).file for name, text in texts.items()]
    assert [each == first for each in others] == [True, True]


def test_another_currency_is_worth_its_dated_rate(tmp_path):
    """100 USD at 0.9 EUR are 90."""
    text = RIGHT.replace('name = "tool"', 'name = "tool"\ncurrency = "USD"') + "[rates.USD]\nvalue = 0.9\ndate = 2025-03-01\n"
    model = read_ledger(written(tmp_path, text)).model
    assert float(total(model, COST, model.means())) == pytest.approx(90)
    rate = next(each for each in model.inputs if each.name == "EUR for 1 USD")
    assert (rate.grade, rate.source) == ("A", "2025-03-01")


def test_a_line_of_the_ledgers_own_dates_is_taken(tmp_path):
    dates = "\nstart = 2025-01-01\nend = 2025-07-01"
    text = RIGHT.replace('currency = "EUR"', f'currency = "EUR"{dates}').replace('name = "tool"', f'name = "tool"{dates}')
    assert {str(line.start) for line in read_ledger(written(tmp_path, text)).model.lines} == {"2025-01-01"}


def test_a_line_of_zero_says_that_there_is_no_such_cost(tmp_path):
    text = RIGHT + '\n[[costs]]\nname = "rent"\namounts = [0, 0, 0]\n'
    assert read_ledger(written(tmp_path, text)).parts["rent"] == ()


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("[100, 0, 0]", "[-100, 0, 0]", "cost 'tool': start: -100 is below 0; write a cost as a number above 0"),
        ("[100, 0, 0]", "[0, [-5, 10, 20], 0]", "cost 'tool': year 1: [-5, 10, 20] is below 0"),
        ("[100, 0, 0]", "[0, 0, 0]", "the costs come to 0; a return needs what was spent"),
        ("[100, 0, 0]", "[nan, 0, 0]", "cost 'tool': start: need a number, of at most 1e+15 in size, found nan"),
        ("[100, 0, 0]", "[100, inf, 0]", "cost 'tool': year 1: need a number, of at most 1e+15 in size, found inf"),
        ("[100, 0, 0]", "[true, 0, 0]", "cost 'tool': start: need a number, of at most 1e+15 in size, found True"),
        ("[100, 0, 0]", "['100', 0, 0]", "cost 'tool': start: need a number, of at most 1e+15 in size, found '100'"),
        ("[0, 60, 60]", "[0, 60, [9, 6, 12]]", "benefit 'calls': year 2: need low <= likely <= high, found 9, 6, 12"),
        ("[0, 60, 60]", "[0, 60, [6, 9]]", "benefit 'calls': year 2: pert: need [low, likely, high], found [6, 9]"),
        (
            "[0, 60, 60]",
            "[0, 60]",
            "benefit 'calls' has 2 amounts by period and cost 'tool' has 3; give each one",
        ),
        ("[0, 60, 60]", "[]", "benefit 'calls': an empty list; fill it in, or take the line out"),
        ('name = "calls"', 'name = "tool"', "line 'tool' is there twice"),
        ('name = "calls"', 'name = " "', "must not be blank"),
        ("amounts = [0, 60, 60]", "", "benefit 'calls': need either amounts or a product"),
        ("discount_rate = 0.1", "discount_rate = 10", "discount_rate: Input should be less than or equal to 1"),
        ("discount_rate", "discount_rat", "unknown key: 'discount_rat'; did you mean 'discount_rate'?"),
        ('name = "tool"', 'name = "tool"\ncurrency = "USD"', "in USD, the ledger in EUR; write it in EUR, or add [rates.USD]"),
        ('name = "calls"', 'name = "calls"\nkind = "attributed"', "benefit 'calls': attributed revenue is no gain"),
        ('name = "tool"', 'name = "tool"\nstart = 2025-01-01', "cost 'tool': has dates and the ledger has none"),
        ('currency = "EUR"', 'currency = "EUR"\nstart = 2025-01-01', "start and end belong together"),
        ('name = "tool"', 'name = "tool"\nspread = [1, 0, 0]', "cost 'tool': spread belongs to a product"),
    ],
)
def test_what_cannot_be_is_refused_with_the_line_and_what_to_do(tmp_path, right, wrong, says):
    assert right in RIGHT
    said = refused(tmp_path, RIGHT.replace(right, wrong))
    assert said.startswith("ledger.toml: ")
    assert says in said


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('"1 - again"', '"1 - agian"', "benefit 'calls': no input '1 - agian'; did you mean '1 - again'?"),
        ('["resolved", "1 - again"]', '["resolved"]', "input 'again' is in no product; use it, or take it out"),
        ("seen = [20, 100]", "seen = [101, 100]", "input 'again': seen: need [how many did, how many were asked], whole numbers"),
        ("seen = [20, 100]", "seen = [0, 0]", "input 'again': seen: need"),
        ("seen = [20, 100]", "beta = [0, 1]", "input 'again': need a and b above 0, found 0, 1"),
        ("seen = [20, 100]", "normal = [1, -1]", "input 'again': need a number and a standard error of 0 or more"),
        ("seen = [20, 100]", "lognormal = [0, 1]", "input 'again': need a mean above 0"),
        ("seen = [20, 100]", "lognormal = [1, 1001]", "input 'again': lognormal: a standard deviation of 1001 times the mean"),
        ("seen = [20, 100]", "seen = [20, 100], value = 1", "input 'again': need one of value, pert"),
        ("seen = [20, 100]", 'source = "survey"', "input 'again': need one of value, pert"),
        ("seen = [20, 100]", "sean = [20, 100]", "unknown key: 'inputs.again.sean'"),
        ('"1 - again"]', '"1 - again"]\nspread = [0.5]', "benefit 'calls': spread: need shares of 0 or more that add up to 1"),
        ('"1 - again"]', '"1 - again"]\ngrade = "A"', "benefit 'calls': a product is known as well as its worst input"),
    ],
)
def test_a_product_that_cannot_be_is_refused(tmp_path, right, wrong, says):
    assert right in PRODUCT
    assert says in refused(tmp_path, PRODUCT.replace(right, wrong))


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        (
            "start = 2025-07-01\nend = 2025-08-01",
            "cost 'tool': 2025-07-01 to 2025-08-01 lies outside the ledger's 2025-01-01",
        ),
        ("end = 2025-06-01", "cost 'tool': covers 2025-01-01 to 2025-06-01, the ledger 2025-01-01 to 2025-07-01"),
    ],
)
def test_a_line_of_another_time_is_refused(tmp_path, dates, says):
    text = RIGHT.replace('currency = "EUR"', 'currency = "EUR"\nstart = 2025-01-01\nend = 2025-07-01')
    assert says in refused(tmp_path, text.replace('name = "tool"', f'name = "tool"\n{dates}'))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('currency = "EUR"\ncash_flows = [1, 2]', "cash_flows: nothing is spent; write what is spent as a number below 0"),
        ('currency = "EUR"\ncash_flows = [-1, nan]', "cash_flows: need a number, of at most 1e+15 in size, found nan"),
        (RIGHT.replace("discount", "cash_flows = [-1, 2]\ndiscount"), "cash_flows stand for all costs and benefits"),
        ('currency = "EUR"', "no [[costs]]; a return takes what was spent and what came back"),
        (RIGHT.split("[[benefits]]")[0], "no [[benefits]]"),
        ("", "is empty; fill it in"),
        ('currency = "euro"', "currency: String should match pattern"),
        ("cash_flows = [-1, 2]", "missing key 'currency'; add it"),
    ],
)
def test_a_ledger_that_says_too_little_or_too_much_is_refused(tmp_path, text, says):
    assert says in refused(tmp_path, text)


def test_a_correlation_of_what_is_not_there_is_refused(tmp_path):
    text = PRODUCT + '\n[[correlations]]\nfirst = "resolved"\nsecond = "agian"\nvalue = 0.5\n'
    assert "correlation of 'resolved' with 'agian': no input 'agian'; did you mean 'again'?" in refused(tmp_path, text)


def test_another_kind_of_file_is_refused(tmp_path):
    assert "ledger.csv is neither TOML nor YAML by its name" in refused(tmp_path, "a,b", "ledger.csv")
