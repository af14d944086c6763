"""What a number answers when it is asked, and what a chart says to those who do not see it."""

import json
import re
from datetime import date

import polars as pl
import pytest

from careworth.readable import as_count
from careworth.registry import METRICS, sentence_of
from careworth.report import render_report
from careworth.report.explanations import asked_asides, asked_in, asking, glossary, number_sentences, rule_row, told
from careworth.results import share_estimate, value_row
from careworth.schemas import METRIC_VALUES
from careworth.wording import chance_sentence, return_sentence
from careworth.wording.alternatives import alternative_text, span_words
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, money_rows, table
from tests.test_report import unpacked

NOTHING = pl.DataFrame(schema=METRIC_VALUES.columns)
THANKED = value_row("Q1", "rate", share_estimate(590, 3_212), "share", n=3_212, denominator="answered conversations", grade="B")


@pytest.fixture(scope="module")
def page() -> str:
    """The report of a complete campaign."""
    return render_report(complete(), campaign(), WORKSPACE, PROVENANCE)


def asked_names(text: str) -> list[str]:
    """The metric and variant of each number that can be asked in a text."""
    return re.findall(r'data-key="([^"]*)"', text)


def test_a_number_tells_its_interval_its_cases_and_its_grade():
    """590 of 3,212 is 18.4 %; Wilson's interval of it is 17.1 to 19.7 %."""
    attributes = told(THANKED)
    assert 'data-interval="95 % interval 17.1 – 19.7 %"' in attributes
    assert f'data-of="{as_count(3_212)} answered conversations" data-grade="B"' in attributes


def test_a_complete_count_has_no_interval_to_tell():
    assert "data-interval" not in told(value_row("F12", "read", 9_000, "count"))


def test_a_share_of_too_few_hides_its_interval():
    assert "data-interval" not in told(value_row("Q1", "rate", share_estimate(3, 7), "share", n=7, denominator="conversations"))


def test_hostile_words_stay_words():
    hostile = THANKED | {"denominator": '"><script>alert(1)</script>'}
    assert "<script" not in told(hostile)
    assert asked_in("<b>none", [hostile]) == "&lt;b&gt;none"


def test_only_the_whole_number_is_marked():
    """18.4 % stands neither in 118.4 % nor in 18.40 %, and a number below nil is another one."""
    for text in ("118.4 %", "-18.4 %", "\u221218.4 %", "18.40 %"):
        assert asked_names(asked_in(text, [THANKED])) == []
    assert asked_in("at 18.4 %, then 18.4 %", [THANKED]).count("<span") == 1


def test_a_row_without_a_number_marks_nothing():
    unknown = value_row("Q1", "rate", None, "share", reason="no conversation was answered")
    assert asked_in("18.4 % of 7", [unknown]) == "18.4 % of 7"


def test_two_numbers_at_one_place_are_asked_once():
    assert asked_names(asked_in("18.4 %", [THANKED, THANKED | {"variant": "closing_rate"}])) == ["Q1.rate"]


def test_the_numbers_of_the_answer_can_be_asked():
    values = complete()
    ask = asking(values)
    assert asked_names(ask(return_sentence(values), "M9.roi", "M1.total")) == ["M9.roi", "M1.total"]
    assert asked_names(ask(chance_sentence(values), "M9.probability_positive")) == ["M9.probability_positive"]


def test_a_loss_is_told_without_its_sign_and_asked_all_the_same():
    """The whole range from -60 to -20 % lies below nil: it lost 40 %."""
    values = table(money_rows(-0.6, -0.2))
    assert asked_names(asking(values)(return_sentence(values), "M9.roi")) == ["M9.roi"]


def test_a_name_that_the_table_does_not_have_asks_nothing():
    assert asking(NOTHING)("18.4 %", "Q1.rate", "M6.assist channel=seo", "") == "18.4 %"
    assert asked_asides(NOTHING) == []


def test_a_decision_is_explained_by_the_number_that_its_rule_looked_at():
    row = {"metric_id": "P8", "variant": "measure_next", "reason": "Measuring. Rule: the largest (M11.swing, input=price (net))"}
    assert rule_row(row) | {"reason": ""} == {"metric_id": "M11", "variant": "swing", "reason": ""}
    assert rule_row(row | {"reason": None})["metric_id"] == "P8"


def test_the_glossary_explains_what_the_table_has_and_nothing_else():
    values = table([THANKED, value_row("S2", "median", None, "minutes", reason="nobody was answered")])
    assert list(glossary(values)) == ["S2", "Q1"] == [key for key in METRICS if key in ("Q1", "S2")]
    assert number_sentences(values) == {"Q1.rate": sentence_of(METRICS["Q1"], "rate")}
    assert (glossary(NOTHING), number_sentences(NOTHING)) == ({}, {})


def test_a_metric_outside_the_registry_is_passed_over():
    values = table([THANKED]).with_columns(metric_id=pl.lit("Z9"))
    assert (glossary(values), number_sentences(values)) == ({}, {})


def test_each_text_stands_once_in_the_page_however_often_its_number_does(page):
    texts = page + unpacked(page, "charts") + unpacked(page, "sentences")
    metric = METRICS["Q1"]
    assert len(asked_names(page)) > len(set(name.split(".")[0] for name in asked_names(page)))
    assert [texts.count(json.dumps(each)[1:-1]) for each in (metric.formula, metric.meaning, metric.variants["rate"])] == [
        1,
        1,
        1,
    ]
    assert json.loads(unpacked(page, "sentences")) == number_sentences(complete())


def test_every_number_that_can_be_asked_has_its_entry_and_its_grade(page):
    content = json.loads(unpacked(page, "charts"))
    names = {*asked_names(page), *(key for each in content["tables"] for key in each["keys"])}
    assert {name.split(".")[0] for name in names} <= {entry["id"] for entry in content["glossary"]}
    assert set(re.findall(r'data-grade="(\w)"', page)) <= set(re.findall(r'id="grade-(\w)"', page))


def test_the_headlines_and_the_answer_can_be_asked(page):
    tiles = re.findall(r'<p class="value" data-key="([^"]+)"', page)
    assert tiles == ["Q1.rate", "S2.median", "S1.within_24h", "S6.resolved", "M2.cost_per_resolution"]
    assert asked_names(page.split("</header>")[0]) == ["M9.roi", "M1.total", "M9.probability_positive"]


# --- charts in words ---


def networks(**shares: float) -> list[dict]:
    """A share by network."""
    return [value_row("S1", "ever", share, "share", slice=f"network={name}") for name, share in shares.items()]


def test_numbers_side_by_side_are_told_by_the_least_and_the_most():
    rows = networks(x=0.5, facebook=0.2, instagram=0.9)
    assert span_words(rows) == "From 20 % (network facebook) to 90 % (network instagram)"
    assert span_words(networks(x=0.5)) == "Response rate, ever answered: 50 % (network x)"
    assert span_words([]) == ""


def test_a_number_of_the_whole_campaign_is_no_part_of_its_slices():
    whole = value_row("S1", "ever", 0.99, "share")
    assert "99" not in span_words([whole, *networks(x=0.5, facebook=0.2)])


def test_of_a_mixture_of_numbers_the_largest_of_each_is_told():
    others = [row | {"variant": "within_24h"} for row in networks(x=0.1, facebook=0.3)]
    assert span_words([*networks(x=0.5, facebook=0.2), *others]) == (
        "Largest of each: Response rate, ever answered: 50 % (network x); Response rate, within 24 h: 30 % (network facebook)"
    )


def test_variants_of_one_metric_are_told_by_their_words_if_there_is_nothing_else():
    rows = [value_row("V4", name, share, "share") for name, share in {"complaint": 0.6, "praise": 0.1}.items()]
    assert span_words(rows) == "From 10.0 % (praise) to 60 % (complaint)"
    beside = [value_row("P12", "rate", 0.9, "share"), value_row("P12", "recall", 0.9, "share")]
    assert span_words([*rows, *beside]) == "Why customers write, complaint: 60 %; Why customers write, praise: 10.0 %"


def test_days_are_told_by_the_first_and_the_last():
    days = [(date(2025, 3, day), date(2025, 3, day + 1)) for day in (3, 4, 5)]
    rows = [
        value_row("V8", "seen", count, "count", slice="topic=all", period=day) for count, day in zip((4, 9, 2), days, strict=True)
    ]
    assert span_words(rows[::-1]) == "4 on 3 March 2025, 2 on 5 March 2025; between 2 and 9"


def test_a_number_that_is_not_known_is_not_compared():
    unknown = value_row("S1", "ever", None, "share", slice="network=y", reason="nobody wrote")
    assert span_words([*networks(x=0.5), unknown]) == span_words(networks(x=0.5))


def test_the_return_is_told_by_its_middle_and_its_range():
    """The middle of -15 % and +56 % is +20 % (20.5, rounded to even)."""
    assert span_words(money_rows()) == "The middle is +20 %, 90 % range −15 – +56 %"


def test_a_chart_says_its_finding_first():
    rows = networks(x=0.5, facebook=0.2)
    assert alternative_text("X is best.", "", rows).startswith("X is best. From")
    assert alternative_text("X is best", "By network", []) == "X is best. By network."


def test_every_chart_of_a_page_says_more_than_its_topic(page):
    said = re.findall(r'role="img" aria-label="([^"]+)"', page)
    assert len(said) == page.count("data-chart=") >= 10
    assert "81 in 100 outcomes are a gain, 19 a loss. The return. The middle is +20 %" in said[0]
    assert all(re.search(r"\d", each) for each in said)
