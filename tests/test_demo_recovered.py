"""What was planted in the demo's year is found again, within what the intervals promise.

Truth: `truth.json`, written by the generator beside the sources; the notebooks never read it.
"""

import json

import polars as pl
import pytest

from careworth.results import pick

CAMPAIGNS = ["booking-outage", "city-concierge", "spring-help-line", "summer-escape"]
WITH_REVENUE = CAMPAIGNS[1:]


@pytest.fixture(scope="module")
def truths(demo) -> dict:
    """What was planted, by campaign."""
    return json.loads((demo / "sources" / "truth.json").read_text())["campaigns"]


@pytest.fixture(scope="module")
def found(demo_reports) -> dict[str, pl.DataFrame]:
    """The `metric_values` of each campaign."""
    return {name: pl.read_parquet(demo_reports / name / "metric_values.parquet") for name in CAMPAIGNS}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_true_median_wait_lies_in_the_interval(name, found, truths):
    row = pick(found[name], "S2", "median")
    assert row["low"] <= truths[name]["first_response_median_minutes"] <= row["high"]


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_thank_you_score_is_within_two_points(name, found, truths):
    row = pick(found[name], "Q1", "rate")
    assert abs(row["value"] - truths[name]["thank_you_rate"]) < 0.02
    assert row["n"] == truths[name]["answered_mature"]


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_open_cases_are_counted_as_open(name, found, truths):
    """Outcomes are read from text, and some chat is taken for a need (P12), so three points of 100 are allowed."""
    row = pick(found[name], "S6", "open")
    mature = truths[name]["care_conversations"] - truths[name]["settling_at_as_of"]
    assert row["value"] == pytest.approx(truths[name]["open_at_as_of"] / mature, abs=0.03)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_leaving_out_the_unanswered_would_have_flattered(name, found):
    values = found[name]
    assert pick(values, "S2", "median_replied_only")["value"] < pick(values, "S2", "median")["value"]


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_true_number_of_calls_spared_lies_in_the_range(name, found, truths):
    """No redirect caused a call in the demo, which the estimate cannot know: it takes off between none and all of them.

    Its range holds nine outcomes in ten, so that one of four misses now and then; 99 in 100 lie within 1.57 times as far.
    """
    row = pick(found[name], "E4", "avoided_contacts")
    low, high = (row["value"] + 1.57 * (row[end] - row["value"]) for end in ("low", "high"))
    assert low <= truths[name]["avoided_calls"] <= high


@pytest.mark.parametrize("name", WITH_REVENUE)
def test_the_true_return_lies_in_the_range(name, found, truths):
    row = pick(found[name], "M9", "roi")
    assert row["low"] <= truths[name]["roi"] <= row["high"]


@pytest.mark.parametrize("name", ["city-concierge", "summer-escape"])
def test_the_true_extra_margin_lies_in_the_range(name, found, truths):
    row = pick(found[name], "M7", "incremental_margin")
    assert row["low"] <= truths[name]["incremental_margin"] <= row["high"]


def test_where_no_revenue_is_connected_no_return_is_given(found):
    row = pick(found["booking-outage"], "M9", "roi")
    assert (row["value"], row["grade"]) == (None, "X")
    assert "no orders of Merrow Residences are connected" in row["reason"]


@pytest.mark.parametrize("name", WITH_REVENUE)
def test_credits_add_up_to_the_revenue_that_has_a_path(name, found):
    """METRICS.md F.4: every rule shares out the same total."""
    credits = found[name].filter(pl.col("metric_id") == "M5", pl.col("variant").is_in(["first", "linear", "last"]))
    totals = credits.group_by("variant").agg(pl.col("value").sum())["value"]
    assert totals.max() == pytest.approx(totals.min(), rel=1e-9)
    assert len(totals) == 3
