"""The page: self-contained, escaped, the same every time, and nothing in it that is not in the table."""

import base64
import gzip
import hashlib
import re

import polars as pl
import pytest

from careworth.report import render_index, render_report
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, service_rows, table, without_revenue

PAYLOAD = "</script><script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>"


@pytest.fixture(scope="module")
def page() -> str:
    """The report of a complete campaign."""
    return render_report(complete(), campaign(), WORKSPACE, PROVENANCE)


def unpacked(page: str, name: str) -> str:
    """The text of a packed script element."""
    return gzip.decompress(base64.b64decode(re.search(f'id="{name}">([^<]*)<', page)[1])).decode()


def visible_text(page: str) -> str:
    """What a reader sees, without charts."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_page_allows_exactly_its_own_scripts(page):
    allowed = re.findall(r"'sha256-([^']+)'", page)
    boot, *others = re.findall(r"<script>(.*?)</script>", page, re.S)
    scripts = [boot, unpacked(page, "library"), *others]
    assert allowed == [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page


def test_the_page_names_no_address_on_any_network(page):
    assert re.findall(r' (?:src|href|action)="(?!#)[^"]*"', page) == []


def test_the_same_table_gives_the_same_bytes(page):
    assert render_report(complete(), campaign(), WORKSPACE, PROVENANCE) == page


def test_the_answer_comes_first(page):
    text = visible_text(page)
    assert text.index("The middle estimate is +20 % on the EUR 54 k it cost") < text.index("How good is the care?")


def test_a_hostile_name_is_shown_and_not_run():
    page = render_report(complete(), campaign(PAYLOAD), WORKSPACE, PROVENANCE)
    assert "<img" not in page
    assert page.count("<script") == render_report(complete(), campaign(), WORKSPACE, PROVENANCE).count("<script")
    assert "window.__pwned=1" in page


def test_a_hostile_name_cannot_leave_the_header_of_a_printed_page():
    """CSS Syntax 3, 4.3.7: six digits are a whole escape, and the space that would follow is an escape itself."""
    page = render_report(complete(), campaign('Spring "} a'), WORKSPACE, PROVENANCE)
    assert '@top-left { content: "Spring\\000020\\000022\\00007d\\000020a"; }' in page


def test_direction_controls_in_a_name_are_shown_as_codes():
    page = render_report(complete(), campaign("Spring \u202egnirps"), WORKSPACE, PROVENANCE)
    assert "\u202e" not in visible_text(page).split("Did ")[1]
    assert "[U+202E]" in page


def test_hostile_text_in_the_table_cannot_leave_the_charts():
    values = complete().with_columns(pl.col("denominator").fill_null("").add(PAYLOAD))
    page = render_report(values, campaign(), WORKSPACE, PROVENANCE)
    assert "<img" not in page
    assert "</script" not in unpacked(page, "charts")


def test_without_revenue_there_is_no_return_anywhere():
    page = render_report(without_revenue(), campaign(), WORKSPACE, PROVENANCE)
    assert "We cannot say." in page
    assert "no orders of Test hotels are connected" in page
    assert not re.search(r"[+−]\d+ %", visible_text(page))


def test_a_share_of_fewer_than_ten_is_not_printed():
    few = pl.when(pl.col("metric_id") == "Q1").then(7).otherwise(pl.col("n")).alias("n")
    page = render_report(table(service_rows()).with_columns(few), campaign(), WORKSPACE, PROVENANCE)
    assert "too few to show" in page
    assert "18.4 %" not in page


def test_every_big_number_is_in_the_table(page):
    """The five tiles show 590/3,212, 22 min, 3,400/3,600, 2,100/3,600 and EUR 4.10 of the sample."""
    assert re.findall(r'<p class="value"[^>]*>([^<]+)</p>', page) == ["18.4 %", "22 min", "94 %", "58 %", "EUR 4.10"]


def test_every_tile_has_interval_grade_and_denominator(page):
    tiles = re.findall(r'<article class="tile">(.*?)</article>', page, re.S)
    assert len(tiles) == 5
    for tile in tiles:
        assert re.search(r"(95 % interval|90 % range) .+ – .+", tile)
        assert re.search(r"of [\d\xa0 ]+ .*grade [AB]", tile)


def test_the_portfolio_page_names_a_failure_and_links_the_rest():
    rows = [
        {"campaign": campaign(), "values": complete(), "failure": None, "link": "spring/report.html"},
        {"campaign": campaign("Autumn"), "values": None, "failure": "02_metrics: no rows", "link": None},
    ]
    page = render_index(rows, WORKSPACE)
    assert 'href="spring/report.html"' in page
    assert "The last run failed: 02_metrics: no rows" in page
    assert "script-src 'none'" in page
