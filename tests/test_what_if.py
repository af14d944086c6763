"""What if: the model as plain values, the draws that Python and the browser share, and what the page shows of them."""

import json
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from careworth.report import render_report, what_if_model
from careworth.report.library import script_hash
from careworth.report.what_if import BITS, DRAWS
from careworth.report.what_if_draws import analyst_draws, outcome, returns
from careworth.report.what_if_panel import input_words, panel, sliders
from careworth.roi.distributions import Beta, Fixed, Normal, Triangular, pert
from careworth.roi.model import COST, GAIN, Correlation, Input, Line, Model, return_on_cost
from careworth.roi.sampling import draw_inputs
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, without_revenue
from tests.test_report import PAYLOAD, unpacked, visible_text

#: The return is printed in whole percent and its chance in hundredths: what is shown may differ by one in the last digit.
PRINTED = 0.01

BYTES_OF_THE_PANEL = 25_000


def line(name: str, side: str, *factors: str) -> Line:
    """A line of the model below."""
    return Line(name, side, "M3", "people", factors, "invented", "EUR", date(2025, 3, 3), date(2025, 5, 26))


def uncertain(name: str, unit: str, distribution, grade: str = "B") -> Input:
    """An input of the model below."""
    return Input(name, unit, distribution, grade, "survey of spring", 212, "served customers")


#: The model of METRICS.md F.7, with one gain more that the company assumes: its ROI without that gain has the median 0.152,
#: nine outcomes in ten between -0.21 and 0.575, and is above 0 in 0.746 of all outcomes.
PUBLISHED = Model(
    (
        uncertain("would phone", "share", Beta(40, 60)),
        uncertain("again", "share", Beta(15, 85)),
        uncertain("cost of a call", "EUR per call", Triangular(6, 8.5, 12)),
        uncertain("extra orders", "orders", Normal(600, 250), "A"),
        uncertain("margin of an order", "EUR per order", Normal(18, 2), "A"),
        uncertain("customers kept", "customers", Normal(120, 80)),
        uncertain("worth of one kept", "EUR per customer", Triangular(40, 60, 90)),
        uncertain("overlap", "share", Beta(2, 8)),
        uncertain("programme", "EUR", Triangular(30_000, 34_000, 42_000)),
        uncertain("resolved", "conversations", Fixed(8_000), "A"),
        uncertain("goodwill", "EUR", pert(2_000, 6_000, 15_000), "C"),
    ),
    (
        line("programme", COST, "programme"),
        line("calls made unnecessary", GAIN, "resolved", "would phone", "1 - again", "cost of a call"),
        line("extra sales", GAIN, "extra orders", "margin of an order"),
        line("customers kept", GAIN, "customers kept", "worth of one kept", "1 - overlap"),
        line("goodwill of the press", GAIN, "goodwill"),
    ),
)


def plain_model(model: Model = PUBLISHED) -> dict:
    """The model as notebooks hand it to the page: through JSON."""
    return json.loads(json.dumps(what_if_model(model, draw_inputs(model), "EUR"), allow_nan=False))


@pytest.fixture(scope="module")
def plain() -> dict:
    """The published model as plain values."""
    return plain_model()


@pytest.fixture(scope="module")
def draws(plain) -> dict:
    """The draws of the published model."""
    return analyst_draws(plain)


def with_input(name: str, distribution) -> Model:
    """The published model with another distribution of one input."""
    inputs = tuple(replace(each, distribution=distribution) if each.name == name else each for each in PUBLISHED.inputs)
    return replace(PUBLISHED, inputs=inputs)


def named(plain: dict, name: str) -> dict:
    """The input of that name."""
    return next(each for each in plain["inputs"] if each["name"] == name)


# --- the model as plain values ---


def test_an_input_has_its_quantiles_evenly_apart_in_standard_deviations(plain):
    """Those of a normal quantity lie on a straight line: 600 less 4 times 250, and so on to 600 and 4 times 250."""
    quantiles = named(plain, "extra orders")["quantiles"]
    np.testing.assert_allclose(quantiles, 600 + 250 * np.linspace(-4, 4, 33), rtol=1e-5, atol=1e-3)
    assert named(plain, "resolved")["quantiles"] == []


def test_inputs_come_in_the_order_of_the_published_swings(plain):
    """METRICS.md F.7 prints the order of its tornado; what is known or assumed moves the headline by nothing."""
    names = [each["name"] for each in plain["inputs"] if each["swing"] > 0]
    first = ["extra orders", "customers kept", "cost of a call", "would phone", "programme", "margin of an order"]
    assert (names[:6], set(names[6:])) == (first, {"again", "worth of one kept", "overlap"})


def test_the_order_of_inputs_and_lines_does_not_matter(plain):
    assert plain_model(Model(PUBLISHED.inputs[::-1], PUBLISHED.lines[::-1])) == plain


def test_no_contact_and_no_person_is_in_it():
    counted = replace(PUBLISHED.lines[1], contacts=frozenset({"contact-77"}), persons=frozenset({"person-77"}))
    assert "-77" not in json.dumps(plain_model(replace(PUBLISHED, lines=(*PUBLISHED.lines[:1], counted, *PUBLISHED.lines[2:]))))


def test_its_results_are_those_of_the_same_draws(plain):
    """Computed here from the draws, as M9 is; near the published median and chance, whose draws were others."""
    roi = return_on_cost(PUBLISHED.without("C"), draw_inputs(PUBLISHED))
    told = plain["results"]["measured"]
    assert told == {
        name: float(f"{value:.6g}")
        for name, value in zip(told, [*np.quantile(roi, [0.5, 0.05, 0.95]), (roi > 0).mean()], strict=True)
    }
    assert (told["median"], told["chance"]) == pytest.approx((0.152, 0.746), abs=0.005)


# --- the draws ---


def test_the_points_are_the_first_of_a_sobol_sequence(plain):
    """SciPy's own unscrambled points, as a set: ten inputs are uncertain."""
    free = [each for each in plain["inputs"] if each["quantiles"]]
    digits = np.arange(DRAWS)[:, None, None] >> np.arange(BITS) & 1
    points = np.bitwise_xor.reduce(np.where(digits, np.array([each["directions"] for each in free]), 0), axis=2)
    expected = qmc.Sobol(10, scramble=False).random(DRAWS) * DRAWS
    assert sorted(map(tuple, points.tolist())) == sorted(map(tuple, expected.astype(int).tolist()))


def test_the_draws_of_an_input_follow_its_distribution(draws):
    """Shares of draws below the quantiles of Beta(40, 60) and of a triangle by SciPy: evenly spread draws miss them by one."""
    for name, known in {"would phone": stats.beta(40, 60), "cost of a call": stats.triang(2.5 / 6, 6, 6)}.items():
        for share in (0.05, 0.5, 0.95):
            assert (draws[name] < known.ppf(share)).mean() == pytest.approx(share, abs=2 / DRAWS)


def test_they_give_the_published_return_within_what_is_printed(plain, draws):
    """METRICS.md F.7: median 0.152, -0.21 to 0.575, above 0 in 0.746."""
    roi = returns(plain, draws, {})
    assert [*np.quantile(roi, [0.5, 0.05, 0.95]), (roi > 0).mean()] == pytest.approx([0.152, -0.21, 0.575, 0.746], abs=PRINTED)


@pytest.mark.parametrize(
    ("name", "value", "moved"),
    [
        ("would phone", 0.5, Beta(40, 60, 0.1, 1.1)),
        ("programme", 38_000, Triangular(30_000 + 8_000 / 3, 34_000 + 8_000 / 3, 42_000 + 8_000 / 3)),
        ("customers kept", -20, Normal(-20, 80)),
    ],
)
def test_a_moved_assumption_gives_what_the_moved_distribution_gives(plain, draws, name, value, moved):
    """An independent computation: the model with that distribution, by scrambled draws."""
    changed = with_input(name, moved).without("C")
    roi = return_on_cost(changed, draw_inputs(changed))
    expected = [*np.quantile(roi, [0.5, 0.05, 0.95]), (roi > 0).mean()]
    assert list(outcome(plain, draws, {name: value})) == pytest.approx(expected, abs=PRINTED)


def test_with_nothing_moved_it_is_the_reports_own_result(plain, draws):
    assert outcome(plain, draws, {})._asdict() == plain["results"]["measured"]
    assert outcome(plain, draws, {}, with_assumptions=True)._asdict() == plain["results"]["assumed"]


def test_gains_that_the_company_assumes_count_only_when_asked(plain, draws):
    """Goodwill is EUR 6,833 on average, on EUR 35,333: a good 0.19 more."""
    gained = returns(plain, draws, {}, with_assumptions=True) - returns(plain, draws, {})
    assert gained.mean() == pytest.approx(6_833 / 35_333, abs=0.005)


def test_correlated_inputs_move_together_as_declared():
    """Rank correlations of the draws by SciPy; the rank correlation of others stays nothing."""
    pairs = (Correlation("extra orders", "customers kept", 0.6, "both"), Correlation("programme", "customers kept", -0.3, "x"))
    model = replace(PUBLISHED, correlations=pairs)
    plain = plain_model(model)
    drawn = analyst_draws(plain)
    ranked = [stats.spearmanr(drawn[pair.first], drawn[pair.second]).statistic for pair in pairs]
    assert ranked == pytest.approx([0.6, -0.3], abs=0.02)
    assert stats.spearmanr(drawn["would phone"], drawn["customers kept"]).statistic == pytest.approx(0, abs=0.02)
    roi, expected = returns(plain, drawn, {}), plain["results"]["measured"]
    assert (np.median(roi), (roi > 0).mean()) == pytest.approx((expected["median"], expected["chance"]), abs=PRINTED)


def test_a_correlation_with_what_is_known_moves_nothing():
    model = replace(PUBLISHED, correlations=(Correlation("resolved", "programme", 0.5, "volume"),))
    assert [each for each in plain_model(model)["inputs"] if "mix" in each] == []


def test_a_share_is_moved_no_further_than_to_all(plain, draws):
    """All would phone: the shifted upper quantiles end at 1, so that gains of 8,000 calls are the most there are."""
    least = {"would phone": 1.0}
    most = returns(plain, draws | {"would phone": np.ones(DRAWS)}, {})
    assert (returns(plain, draws, least) <= most + 1e-12).all()


def test_a_return_on_nothing_is_no_number(plain, draws):
    assert outcome(plain, draws, {"programme": 0.0}) is None


# --- what is shown ---


def test_there_is_a_slider_for_each_of_the_six_that_move_the_return_most(plain):
    assert [each["name"] for each in sliders(plain)] == [each["name"] for each in plain["inputs"]][:6]


def test_a_slider_runs_in_round_steps_over_98_in_100(plain):
    """Of Normal(600, 250): 2.326 deviations to each side, 18 to 1,182; in steps of 50 that is eleven to each side."""
    (slider,) = [each for each in sliders(plain) if each["name"] == "extra orders"]
    assert [slider[name] for name in ("step", "below", "above", "mark")] == [50, 11, 11, 0.5]
    assert [slider[name] for name in ("first", "value", "last")] == ["50 orders", "600 orders", "1 150 orders"]


@pytest.mark.parametrize("known", [Beta(40, 60), Beta(4_000, 6_000)], ids=["wide", "narrow"])
def test_two_steps_of_a_slider_never_read_the_same(known):
    for slider in sliders(plain_model(with_input("would phone", known))):
        steps = range(-slider["below"], slider["above"] + 1)
        shown = [input_words(slider, slider["mean"] + step * slider["step"]) for step in steps]
        assert len(set(shown)) == len(shown) > 10


def test_nothing_uncertain_and_nothing_measured_give_no_panel():
    known = Model((uncertain("programme", "EUR", Fixed(100)), uncertain("sales", "EUR", Fixed(120))), ())
    lines = (line("programme", COST, "programme"), line("sales", GAIN, "sales"))
    assert panel(plain_model(replace(known, lines=lines))) is None
    only_assumed = replace(PUBLISHED, lines=(PUBLISHED.lines[0], PUBLISHED.lines[4]))
    assert panel(plain_model(only_assumed)) is None
    assert panel(None) is None


@pytest.fixture(scope="module")
def page(plain) -> str:
    """The report with the published model."""
    return render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain)


def test_the_page_allows_the_script_that_moves_the_model_and_no_other(page):
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    allowed = re.search(r"script-src ([^;]*);", page)[1].split()
    assert {script_hash(script) for script in [*scripts, unpacked(page, "library")]} == set(allowed)
    assert [script for script in scripts if 'getElementById("what-if")' in script] != []


def test_the_panel_adds_little_to_the_page(page):
    without = render_report(complete(), campaign(), WORKSPACE, PROVENANCE)
    assert 0 < len(page.encode()) - len(without.encode()) <= BYTES_OF_THE_PANEL
    assert 'id="what-if"' not in without


def test_every_assumption_is_in_the_page_as_text(page):
    """600 orders, nine in ten within 1.645 times 250 of it: 189 to 1,011; and where that comes from."""
    assert "600 orders 189 orders to 1 011 orders 212 served customers A survey of spring" in visible_text(page)
    assert "8 000 conversations known" in visible_text(page)


def test_the_company_s_own_assumptions_wait_for_a_tick(page):
    assert "Count the company's own assumptions too: goodwill of the press" in visible_text(page).replace("&#39;", "'")
    assert 'type="checkbox" id="count-assumptions"' in page
    plain = plain_model(replace(PUBLISHED, lines=PUBLISHED.lines[:4]))
    assert 'type="checkbox"' not in render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain)


def test_without_a_return_there_is_nothing_to_move(plain):
    assert 'id="what-if"' not in render_report(without_revenue(), campaign(), WORKSPACE, PROVENANCE, model=plain)


def test_hostile_names_are_shown_and_not_run():
    renamed = {each.name: replace(each, name=each.name + PAYLOAD, source=PAYLOAD, unit=PAYLOAD) for each in PUBLISHED.inputs}
    lines = [replace(each, factors=tuple(name + PAYLOAD for name in each.factors)) for each in PUBLISHED.lines]
    plain = plain_model(Model(tuple(renamed.values()), tuple(replace(each, name=each.name + PAYLOAD) for each in lines)))
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain)
    assert "<img" not in page
    plain_page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain_model())
    assert page.count("<script") == plain_page.count("<script")


def test_a_name_that_is_read_from_right_to_left_is_shown_as_codes():
    model = with_input("overlap", Beta(2, 8))
    turned = replace(model, inputs=tuple(replace(each, source="\u202egnirps") for each in model.inputs))
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain_model(turned))
    assert "\u202e" not in page
    assert "[U+202E]gnirps" in page


def test_values_alone_decide_what_the_headline_says(page):
    """The panel's model has a median of 0.152; the table of this page says +20 %, and so does its first sentence."""
    assert "The middle estimate is +20 %" in visible_text(page)
