"""Complete reports on real public conversations: everything but a return, since no revenue is connected."""

import re
from pathlib import Path

import polars as pl
import pytest

from careworth.results import pick
from tests.test_report import unpacked, visible_text

BRANDS = {"amazonhelp": "AmazonHelp", "delta": "Delta", "uber-support": "Uber_Support"}
NAMES = list(BRANDS)


@pytest.fixture(scope="module")
def values(real_reports) -> dict[str, pl.DataFrame]:
    """The `metric_values` of each brand."""
    return {name: pl.read_parquet(real_reports / name / "metric_values.parquet") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_report_says_why_a_return_cannot_be_measured(name, real_reports):
    text = visible_text((real_reports / name / "report.html").read_text(encoding="utf-8"))
    assert "We cannot say." in text
    assert "no orders of" in text
    assert "What can be said:" in text


@pytest.mark.parametrize("name", NAMES)
def test_service_tone_and_thanks_are_all_there(name, values):
    known = values[name].filter(pl.col("value").is_not_null(), pl.col("slice") == "all")["metric_id"].unique().to_list()
    assert {"V1", "V5", "S1", "S2", "S6", "Q1", "F12"} <= set(known)
    assert pick(values[name], "S5", "median")["reason"] in (None, "not reached")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_about_money_is_made_up(name, values):
    money = values[name].filter(pl.col("metric_id").str.contains("^M") | (pl.col("variant") == "avoided_contacts"))
    assert money.filter(pl.col("value").is_not_null()).height == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_unit_grade_and_where_it_is_a_share_its_denominator(name, values):
    known = values[name].filter(pl.col("value").is_not_null())
    assert known.select(pl.col("unit", "grade").is_not_null().all()).row(0) == (True, True)
    # What counts everybody there is, and what a volume could show, are no estimates from a sample.
    complete = pl.col("variant").is_in(["active_share", "top_percent_share"]) | (pl.col("slice") == "detectable")
    shares = known.filter(unit="share").filter(~complete)
    assert shares.filter(pl.any_horizontal(pl.col("low", "high", "n", "denominator").is_null())).height == 0
    assert shares.filter((pl.col("low") > pl.col("value")) | (pl.col("high") < pl.col("value"))).height == 0


def everything_in(folder: Path) -> str:
    """The text of every file that a reader of the report gets, its packed charts unpacked."""
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".html", ".json", ".ipynb")]
    return "".join([*texts, unpacked((folder / "report.html").read_text(encoding="utf-8"), "charts")])


@pytest.mark.parametrize(("name", "brand"), list(BRANDS.items()))
def test_no_message_handle_or_place_of_this_machine_gets_out(name, brand, real_reports, shared):
    rows = pl.read_csv(shared / "data/twcs/twcs.csv", infer_schema=False)
    texts = rows.filter(pl.col("text").str.len_chars() > 30)["text"].str.slice(0, 30).unique().to_list()
    shown = everything_in(real_reports / name)
    assert brand in shown
    assert [text for text in texts if text in shown] == []
    assert not re.search(r"@\d{5}", shown)
    assert [place for place in (real_reports.parent, shared, Path.home()) if f"{place}/" in shown] == []
