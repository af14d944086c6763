"""M9 stated_gain: gains on the company's word, told apart; figures of others and mediators are refused."""

import pytest

from careworth.errors import CareworthError, ConfigError
from careworth.roi.stated import stated_gains
from careworth.strict import checked
from careworth.targets import NO_GAIN, Assumption, Benefit, Claim
from tests.roi.cases import TERMS, row_of

LEADS = {"name": "leads", "kind": "margin", "low": 40.0, "likely": 60.0, "high": 90.0, "source": "sales controlling"}
CLAIM = Claim(
    id="airline-9-dollars",
    text="Customers would pay 9 dollars more.",
    figure=9,
    unit="USD",
    source="Twitter and Applied Marketing Science",
    year=2016,
    interested=True,
)


def benefit(**changes) -> Benefit:
    """Leads worth 40 to 90 each, likely 60, but for the changes."""
    return checked(Benefit, LEADS | changes, "c.toml, benefits")


def test_a_stated_gain_is_a_range_of_grade_c():
    """25 leads, each (40 + 4 x 60 + 90) / 6 = 61.67 in the mean: about 1,542, and between 25 x 40 and 25 x 90."""
    gain = stated_gains(TERMS, [benefit(count=25.0, unit="leads", approved_by="Head of sales")])
    row = row_of(gain.rows, "stated_gain", "line=leads")
    assert row["value"] == pytest.approx(1_542, rel=0.02)
    assert 1_000 < row["low"] < row["high"] < 2_250
    assert (row["grade"], row["reason"]) == ("C", "stated, not measured: sales controlling; approved by Head of sales")
    assert {each.grade for each in gain.inputs} == {"C"}


def test_stated_gains_have_a_subtotal_of_their_own():
    """100 and 50 stated without a range: 150."""
    both = [benefit(name=name, low=worth, likely=worth, high=worth) for name, worth in (("two", 50.0), ("one", 100.0))]
    rows = stated_gains(TERMS, both).rows
    assert [(row["slice"], row["value"]) for row in rows] == [("line=one", 100), ("line=two", 50), ("all", 150)]


def test_nothing_stated_is_no_line():
    assert (stated_gains(TERMS, []).rows, stated_gains(TERMS, []).lines) == ([], ())


@pytest.mark.parametrize("source", ["see airline-9-dollars", "twitter and applied marketing science, 2016", "AIRLINE-9-DOLLARS"])
def test_a_figure_that_others_published_is_refused(source):
    with pytest.raises(CareworthError, match="gain 'leads': its source is the claim 'airline-9-dollars'"):
        stated_gains(TERMS, [benefit(source=source)], [CLAIM])


def test_a_source_that_only_sounds_like_a_claim_is_the_companys_own():
    assert stated_gains(TERMS, [benefit(source="our airline-9-dollars-b study")], [CLAIM]).lines


@pytest.mark.parametrize("kind", NO_GAIN)
def test_what_pays_through_something_else_is_refused_with_a_sentence(kind):
    with pytest.raises(ConfigError, match=f"kind: is no gain: .*{NO_GAIN[kind][:20]}"):
        benefit(kind=kind)


@pytest.mark.parametrize(
    "change", [{"low": 70.0}, {"high": 50.0}, {"low": -1.0}, {"count": 0.0}, {"source": " "}, {"kind": "hope"}]
)
def test_an_impossible_gain_is_refused(change):
    with pytest.raises(ConfigError):
        benefit(**change)


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        ("would_have_phoned", (0.1, 0.05, 0.2), "need low <= likely <= high"),
        ("phoned_anyway", (5.0, 10.0, 20.0), "is no share; write 8 % as 0.08"),
        ("cost_per_hour", (25.0, 30.0, 20.0), "need low <= likely <= high"),
        ("a_guess", (0.0, 0.0, 0.0), "name"),
    ],
)
def test_an_impossible_assumption_is_refused(name, numbers, says):
    low, likely, high = numbers
    with pytest.raises(ConfigError, match=says):
        checked(Assumption, {"name": name, "low": low, "likely": likely, "high": high, "source": "us"}, "c.toml")
