"""The charts of the scorecard by their data and encodings."""

import pytest

from careworth import charts
from careworth.report.sections import BLOCKS, sections
from careworth.results import to_metric_values, value_row
from careworth.stats import Estimate
from careworth.theme import describe
from tests.metrics.cases import CUT

WORDS = {"complaint": "a complaint", "question": "a question"}


def share(metric: str, value: float, n: int = 100, **labels) -> dict:
    """A measured share with its interval."""
    metric_id, variant = metric.split(".", 1)
    estimate = Estimate(value, max(value - 0.1, -1), value + 0.1)
    return value_row(metric_id, variant, estimate, "share", n=n, denominator="cases", grade="B", **labels)


def values(*rows):
    """These rows as `metric_values`."""
    return to_metric_values(list(rows), "spring", CUT.start, CUT.end)


DRAWN = {
    "shares": lambda table: charts.shares_chart(table, "V4", WORDS, "What they come with"),
    "slices": lambda table: charts.slices_chart(table, "S12", "reason", "reason=", "Why they were moved"),
    "counts": lambda table: charts.counts_chart(table, "E2", {"tips": "gave a tip"}, "What they did"),
    "hours": charts.hours_chart,
    "backlog": charts.backlog_chart,
    "change": lambda table: charts.change_chart(table, "S6", "resolved", "What changed"),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_an_empty_table_still_makes_a_chart_with_a_description(draw):
    spec = draw(values()).to_dict()
    assert spec["width"] == "container"
    assert describe(spec) != "chart"


def data_of(draw: str, *rows) -> list[dict]:
    """The data of a chart of these rows."""
    return max(DRAWN[draw](values(*rows)).to_dict()["datasets"].values(), key=len)


def test_each_variant_stands_under_its_words():
    drawn = data_of("shares", share("V4.complaint", 0.5), share("V4.question", 0.3), share("V4.praise", 0.1))
    assert [(row["what"], row["value"]) for row in drawn] == [("a complaint", 0.5), ("a question", 0.3)]


def test_slices_stand_the_largest_first():
    drawn = data_of("slices", share("S12.reason", 0.2, slice="reason=other"), share("S12.reason", 0.7, slice="reason=privacy"))
    assert [row["slice_name"] for row in drawn] == ["privacy", "other"]


def test_an_hour_of_the_week_has_its_day_and_hour():
    (cell,) = data_of("hours", share("S18.within_15min", 0.4, slice="hour=Sun 07"))
    assert (cell["day"], cell["hour"]) == ("Sun", "07")


def test_hours_without_a_case_keep_their_place():
    spec = str(DRAWN["hours"](values(share("S18.within_15min", 0.4, slice="hour=Sun 07"))).to_dict())
    assert all(f"'{hour:02d}'" in spec for hour in range(24))


def test_the_parts_of_a_change_are_drawn_with_their_intervals():
    parts = ("resolved_change", "resolved_change_within", "resolved_change_mix")
    table = values(*(share(f"S6.{part}", -0.02, slice="by=network") for part in parts))
    spec = DRAWN["change"](table).to_dict()
    assert [row["part"] for row in max(spec["datasets"].values(), key=len)] == [
        "in all",
        "another mix of parts",
        "the parts themselves",
    ]
    assert "'x2': {'field': 'high'" in str(spec)


def test_the_blocks_list_every_number_once():
    """R030: five blocks; no number of one stands in another."""
    told = sections(
        values(share("A7.engagement_rate", 0.2), share("S9.rate", 0.1), share("Q11.any", 0.3), share("E5.social_share", 0.1))
    )
    assert [section.id for section in told] == list(BLOCKS)
    names = [line["metric"] for section in told for line in section.numbers]
    assert sorted(names) == sorted(set(names))
    assert len(names) == 4


def test_shares_of_too_few_are_listed_nowhere():
    """METRICS.md C.8."""
    assert [section.numbers for section in sections(values(share("S9.rate", 0.5, n=4)))] == [[]] * 5
