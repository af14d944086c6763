"""Charts by their data and encodings."""

import polars as pl
import pytest

from careworth import charts
from careworth.charts.service import share_bars
from careworth.theme import PALETTE, describe
from tests.sample_values import complete, table

ALL = [
    charts.answer_curve_chart,
    charts.credit_chart,
    charts.ledger_chart,
    charts.outcome_chart,
    charts.quality_chart,
    charts.return_chart,
    charts.roles_chart,
    charts.sentiment_chart,
    charts.swing_chart,
    charts.thank_you_chart,
    charts.volume_chart,
    charts.waiting_chart,
]


def data_of(spec: dict) -> list[dict]:
    """The largest dataset of a chart."""
    return max(spec["datasets"].values(), key=len)


@pytest.mark.parametrize("chart", ALL)
def test_every_chart_has_a_description_and_loads_nothing(chart):
    spec = chart(complete()).to_dict()
    assert describe(spec) != "chart"
    assert "url" not in str(spec).replace(spec["$schema"], "")


@pytest.mark.parametrize("chart", ALL)
def test_an_empty_table_still_makes_a_chart(chart):
    assert chart(table([])).to_dict()["width"] == "container"


@pytest.mark.parametrize(
    "chart", [charts.outcome_chart, charts.roles_chart, charts.credit_chart, charts.ledger_chart, charts.quality_chart]
)
def test_intervals_are_drawn(chart):
    spec = str(chart(complete()).to_dict())
    assert "'field': 'low'" in spec
    assert "'x2': {'field': 'high'" in spec


def test_fifty_dots_show_the_return_and_losses_have_their_colour():
    """The quantiles run evenly from -0.25 to 0.66, so 0.25 / 0.91 of the fifty, that is 14, are losses."""
    dots = next(rows for rows in charts.return_chart(complete()).to_dict()["datasets"].values() if len(rows) == 50)
    assert sum(dot["is_loss"] for dot in dots) == 14


def test_no_column_of_dots_holds_both_losses_and_gains():
    dots = next(rows for rows in charts.return_chart(complete()).to_dict()["datasets"].values() if len(rows) == 50)
    losses = {dot["column"] for dot in dots if dot["is_loss"]}
    assert not losses & {dot["column"] for dot in dots if not dot["is_loss"]}


def test_costs_stand_to_the_left_of_zero():
    rows = data_of(charts.ledger_chart(complete()).to_dict())
    assert {row["side"]: row["value"] > 0 for row in rows} == {"benefit": True, "cost": False}


def test_credits_say_that_they_are_not_incremental():
    assert "not incremental" in str(charts.credit_chart(complete()).to_dict())


def test_every_colour_of_a_chart_is_in_the_palette():
    import re

    for chart in ALL:
        assert set(re.findall(r"#[0-9a-fA-F]{6}", str(chart(complete()).to_dict()))) <= set(PALETTE.values())


def test_a_chart_is_the_same_every_time():
    assert [chart(complete()).to_json() for chart in ALL] == [chart(complete()).to_json() for chart in ALL]


@pytest.mark.parametrize(("shares", "shown"), [((0.008, 0.0075), ".1%"), ((0.67, 0.07), ".0%")])
def test_small_shares_are_labelled_with_a_digit_more(shares, shown):
    """Three bars of 0.8, 0.8 and 0.7 % must not all be called 1 %."""
    rows = pl.DataFrame({"network": ["X", "Facebook"], "value": shares, "low": None, "high": None}).cast(
        {"low": pl.Float64, "high": pl.Float64}
    )
    told = share_bars(rows, "network", ["X", "Facebook"], "by network").to_dict()
    assert shown in [layer["encoding"].get("text", {}).get("format") for layer in told["layer"]]
