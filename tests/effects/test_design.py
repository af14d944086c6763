"""The ladder of designs: words as strong as the design allows, and none where the interval covers zero (METRICS.md C.4)."""

import pytest

from careworth.effects.design import LADDER, permitted_sentence, permitted_wording, with_unit
from careworth.errors import ParameterError
from careworth.stats import UNKNOWN, Estimate

RISE, FALL, NOTHING = Estimate(5.0, 1.0, 9.0), Estimate(-5.0, -9.0, -1.0), Estimate(1.0, -3.0, 5.0)


def test_six_rungs_in_order_with_the_words_of_the_definition():
    """METRICS.md C.4: 1 'caused', 2-4 'estimated effect, assuming', 5 'associated after adjustment', 6 'coincided with'."""
    assert [design.rung for design in LADDER.values()] == [1, 2, 3, 4, 5, 6]
    assert [design.wording for design in LADDER.values()] == [
        "caused",
        *["estimated effect, assuming"] * 3,
        "associated after adjustment",
        "coincided with",
    ]


@pytest.mark.parametrize("key", list(LADDER)[1:4])
def test_an_estimated_effect_names_what_it_assumes(key):
    assert LADDER[key].assuming
    assert permitted_sentence(key, "calls", FALL).endswith(f"assuming {LADDER[key].assuming}.")
    assert permitted_wording(key).endswith(LADDER[key].assuming)


@pytest.mark.parametrize("key", list(LADDER)[1:])
@pytest.mark.parametrize("estimate", [RISE, FALL, NOTHING, UNKNOWN])
def test_only_a_lot_may_say_caused(key, estimate):
    assert "cause" not in permitted_sentence(key, "calls", estimate, cause="the offer")


@pytest.mark.parametrize("key", list(LADDER)[4:])
def test_below_a_comparison_in_time_no_effect_is_spoken_of(key):
    assert "effect" not in permitted_sentence(key, "calls", RISE)


@pytest.mark.parametrize("key", LADDER)
def test_an_interval_over_zero_shows_nothing_and_says_what_could_have_been_seen(key):
    sentence = permitted_sentence(key, "calls", NOTHING, detectable=-4.2)
    assert sentence.startswith("No ")
    assert sentence.endswith("could have seen 4.20 or more.")
    assert "is not known" in permitted_sentence(key, "calls", NOTHING)


@pytest.mark.parametrize("estimate", [Estimate(5.0, 0.0, 9.0), Estimate(-5.0, -9.0, 0.0), Estimate(5.0, None, None)])
def test_a_bound_at_zero_or_none_at_all_shows_nothing(estimate):
    assert permitted_sentence("randomised", "calls", estimate).startswith("No effect shown")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_without_an_estimate_nothing_is_said_of_it(value):
    assert "cannot be said" in permitted_sentence("randomised", "calls", Estimate(value, 1.0, 2.0))


def test_each_doubt_is_said():
    sentence = permitted_sentence("synthetic_control", "calls", RISE, doubts=("few controls", "poor fit."))
    assert sentence.endswith(". Doubt: few controls. Doubt: poor fit.")


def test_an_unknown_design_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match="'guess'; the ladder has randomised, difference_in_differences"):
        permitted_wording("guess")


def test_numbers_keep_three_figures_and_their_sign():
    """By hand."""
    assert [with_unit(number, "") for number in (0.5, -1234.5, 99.96)] == ["+0.500", "\u22121,234", "+100.0"]
