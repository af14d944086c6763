"""Two campaigns side by side: differences by their intervals, words that follow them, and what stands in the way."""

from datetime import date

import polars as pl
import pytest

from careworth.comparison import (
    Comparison,
    compare_campaigns,
    compare_values,
    comparison_chart,
    comparison_table,
    difference_sentence,
    mix_caution,
    period_caution,
    shared_caution,
)
from careworth.errors import CareworthError
from careworth.results import Row, share_estimate, to_metric_values, value_row
from careworth.stats import Estimate
from careworth.study import Study, open_study

NAMES = ("Spring", "Autumn")
OF = {"n": 100, "denominator": "conversations"}


def values(*rows: Row) -> pl.DataFrame:
    """The rows as the table of a campaign."""
    return to_metric_values(list(rows), "spring", date(2025, 3, 1), date(2025, 6, 1))


def thanked(count: int, of: int) -> Row:
    """How many of so many said thank you."""
    return value_row("Q1", "rate", share_estimate(count, of), "share", n=of, denominator="conversations", grade="B")


def waited(*estimate: float | None) -> Row:
    """A median wait with its interval, in minutes."""
    return value_row("S2", "median", Estimate(*estimate), "minutes", **OF, reason="half of them still wait")


def only(one: Row, two: Row) -> Row:
    """The one row of a comparison of two numbers."""
    return compare_values(values(one), values(two), 24.0, NAMES).row(0, named=True)


def test_a_difference_of_shares_has_newcombe_s_interval():
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 less 48/80 is 0.2, 0.0524 to 0.3339."""
    row = only(thanked(56, 70), thanked(48, 80))
    found = [row[f"difference_{name}"] for name in ("value", "low", "high")]
    assert found == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    assert row["says"] == "higher, by 5.2 – 33.4 points"
    assert row["difference_shown"] == "+20.0 points (+5.2 to +33.4 points)"
    assert (row["of"], row["grade"]) == ("70 and 80 conversations", "B")


def test_the_other_way_round_it_is_lower_by_as_much():
    assert only(thanked(48, 80), thanked(56, 70))["says"] == "lower, by 5.2 – 33.4 points"


def test_a_difference_of_times_is_found_from_their_intervals():
    """MOVER by hand: 10 - sqrt(4^2 + 4^2) = 4.34, 10 + sqrt(5^2 + 3^2) = 15.83 (Zou and Donner 2008)."""
    row = only(waited(30.0, 26.0, 35.0), waited(20.0, 17.0, 24.0))
    assert (round(row["difference_low"], 2), round(row["difference_high"], 2)) == (4.34, 15.83)
    assert row["says"] == "longer, by 4 – 16 min"


@pytest.mark.parametrize(
    ("estimate", "says"),
    [
        (Estimate(0.05, 0.01, 0.09), "higher, by 1.0 – 9.0 points"),
        (Estimate(-0.05, -0.09, -0.01), "lower, by 1.0 – 9.0 points"),
        (Estimate(0.05, 0.0, 0.1), "not clearly different"),
        (Estimate(0.05, -0.01, 0.11), "not clearly different"),
        (Estimate(0.0, 0.0, 0.0), "not clearly different"),
        (Estimate(0.05, 0.01, None), "higher, by 1.0 points or more"),
        (Estimate(-0.05, None, -0.01), "lower, by 1.0 points or more"),
        (Estimate(0.05, None, 0.09), "not clearly different"),
        (Estimate(None, None, None), "not clearly different"),
    ],
)
def test_words_follow_the_interval(estimate, says):
    assert difference_sentence(estimate, "share") == says


def test_a_number_that_one_of_them_lacks_is_not_compared_and_says_why():
    row = only(waited(30.0, 26.0, 35.0), waited(None, None, None))
    assert (row["difference_value"], row["says"]) == (None, "not comparable; Autumn: half of them still wait")


def test_a_share_of_too_few_can_not_be_read_off_its_difference():
    row = only(thanked(56, 70), thanked(4, 9))
    assert row["other_shown"] == "too few to show"
    assert {row[name] for name in row if name.startswith(("other_v", "other_l", "other_h", "difference_v"))} == {None}
    assert row["says"] == "not comparable; Autumn: too few to show"


def test_numbers_that_neither_has_are_left_out():
    assert compare_values(values(), values(), 24.0, NAMES).is_empty()


def of_networks(**counts: int) -> pl.DataFrame:
    """So many conversations of each network."""
    return pl.DataFrame(
        {"network": [name for name, count in counts.items() for _ in range(count)]}, schema={"network": pl.String}
    )


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ({"x": 80, "whatsapp": 20}, {"x": 20, "whatsapp": 80}, "(whatsapp: 20 % in Spring, 80 % in Autumn)"),
        ({"x": 5000, "whatsapp": 5000}, {"x": 4500, "whatsapp": 5500}, ""),  # clear, and too little to matter
        ({"x": 6, "whatsapp": 4}, {"x": 4, "whatsapp": 6}, ""),  # 2 in 10: chance explains it
        ({"x": 9}, {"whatsapp": 900}, ""),
        ({}, {"x": 50}, ""),
        ({"x": 50}, {"whatsapp": 50}, "(whatsapp: 0 % in Spring, 100 % in Autumn)"),
    ],
)
def test_another_mix_is_warned_of_where_chance_does_not_explain_it(own, other, said):
    found = mix_caution(of_networks(**own), of_networks(**other), "network", NAMES)
    assert said in found
    assert bool(found) == bool(said)


def test_conversations_counted_twice_are_warned_of():
    one, two = (pl.DataFrame({"conversation_id": ids}) for ids in (["a", "b", "c"], ["b", "c", "d"]))
    assert shared_caution(one, two).startswith("2 conversations are counted in both")
    assert shared_caution(one.head(1), two) == ""


@pytest.fixture(scope="module")
def study(demo) -> Study:
    """The demo's help line."""
    return open_study(str(demo), "spring-help-line")


@pytest.fixture(scope="module")
def compared(study) -> Comparison:
    """It beside the concierge of autumn."""
    return compare_campaigns(study, "city-concierge", 24.0, 72.0)


def test_the_demo_s_campaigns_are_not_of_the_same_period_nor_of_the_same_mix(compared):
    assert compared.names == ("Spring help line", "City concierge")
    assert [caution.split(" (")[0].split(":")[0] for caution in compared.cautions] == [
        "Not the same period",
        "Another mix of networks",
        "Another mix of openings",
    ]


def test_the_same_period_is_not_warned_of(study):
    assert period_caution(study, study) == ""


def test_both_are_counted_with_the_windows_that_are_given(study):
    number = compare_campaigns(study, "city-concierge", 4.0, 72.0).numbers["number"].to_list()
    assert "Answered within 4 h" in number
    assert len(number) == 7


def test_every_difference_is_that_of_the_two_values(compared):
    apart = compared.numbers.select(pl.col("value") - pl.col("other_value") - pl.col("difference_value"))
    assert apart.to_series().abs().max() < 1e-9


def test_the_table_says_what_to_beware_of_and_runs_nothing(compared):
    hostile = Comparison(("<img src=x onerror=alert(1)>", "<b>two</b>"), compared.numbers, ["<script>alert(1)</script>"])
    page = comparison_table(hostile).as_raw_html()
    assert "Not the same period" in comparison_table(compared).as_raw_html()
    assert not [each for each in ("<img", "<b>", "<script>") if each in page]


def test_the_chart_has_a_picture_for_each_number_with_both_campaigns_and_their_intervals(compared):
    chart = comparison_chart(compared)
    assert len(chart.concat) == 7
    panel = chart.concat[0]
    assert [layer.mark.type for layer in panel.layer] == ["rule", "point", "text"]
    assert panel.layer[0].encoding.x2.shorthand == "high:Q"
    assert panel.data["campaign"].to_list() == list(compared.names)


def test_long_times_are_drawn_in_hours_as_they_are_written():
    numbers = compare_values(values(waited(30.0, 26.0, 35.0)), values(waited(240.0, 200.0, 300.0)), 24.0, NAMES)
    chart = comparison_chart(Comparison(NAMES, numbers, []))
    assert chart.data["value"].to_list() == [0.5, 4.0]
    assert chart.concat[0].layer[1].encoding.x["title"] == "hours"


def test_where_nothing_is_known_nothing_is_drawn():
    unknown = compare_values(values(waited(None, None, None)), values(waited(None, None, None)), 24.0, NAMES)
    assert comparison_chart(Comparison(NAMES, unknown, [])).to_dict()["concat"] == []


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("spring-help-line", "other: 'spring-help-line' is the campaign itself; name another one"),
        ("city-conciege", "unknown campaign: 'city-conciege'; did you mean 'city-concierge'?"),
    ],
)
def test_a_campaign_that_can_not_be_compared_is_refused_in_a_sentence(study, other, sentence):
    with pytest.raises(CareworthError) as refused:
        compare_campaigns(study, other, 24.0, 72.0)
    assert str(refused.value) == sentence
