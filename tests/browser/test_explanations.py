"""Asking a number in a real Chromium: by mouse, by keyboard and by finger, without a word of the sentence being covered."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Locator, Page

from careworth.registry import METRICS
from careworth.report import render_report
from tests.browser.test_report_in_browser import Watched
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
from tests.test_report import PAYLOAD

DESKTOP, PHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}

ACTIVE = "document.activeElement"


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """A complete report on disk."""
    path = tmp_path_factory.mktemp("asked") / "report.html"
    path.write_text(render_report(complete(), campaign(), WORKSPACE, PROVENANCE))
    return path


def opened(browser: Browser, report: Path, **options) -> Watched:
    """The report in a page of its own, its charts and tables there."""
    return Watched(browser.new_context(offline=True, **options).new_page()).open(report)


@pytest.fixture
def page(browser, report) -> Iterator[Page]:
    """The report on a desktop."""
    watched = opened(browser, report, viewport=DESKTOP)
    yield watched.page
    assert (watched.outside, watched.complaints) == ([], [])
    watched.page.context.close()


def number(page: Page, key: str) -> Locator:
    """The first button of that metric and variant."""
    return page.locator(f'[data-key="{key}"] button.ask').first


def test_a_click_tells_all_there_is_to_know(page):
    """The sample's Thank You Score: 590 of 3,212, Wilson 17.1 to 19.7 %."""
    number(page, "Q1.rate").click()
    said = page.locator("#about").inner_text()
    metric = METRICS["Q1"]
    expected = ["Q1 Thank You Score: 18.4 %", "95 % interval 17.1 – 19.7 %", "212 answered mature conversations", metric.meaning]
    expected += [metric.variants["rate"], metric.formula, "B, measured by a proxy or a rule", metric.sources[0]]
    assert [words for words in expected if words not in said] == []


def test_a_second_click_closes_and_another_number_takes_over(page):
    first, second = number(page, "Q1.rate"), number(page, "S2.median")
    first.click()
    first.click()
    assert not page.locator("#about").is_visible()
    first.click()
    second.click()
    assert page.locator("#about p").inner_text().startswith("S2 ")
    assert [each.get_attribute("aria-expanded") for each in (first, second)] == ["false", "true"]
    page.mouse.click(5, 5)
    assert not page.locator("#about").is_visible()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_asks_and_escape_gives_the_number_back(page, key):
    asked = number(page, "S2.median")
    asked.focus()
    page.keyboard.press(key)
    assert page.evaluate(f"{ACTIVE}.id") == "about"
    assert asked.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.locator("#about").is_visible()
    assert asked.evaluate(f"node => node === {ACTIVE}")
    assert asked.get_attribute("aria-expanded") == "false"


def test_tab_goes_through_the_explanation_and_on_behind_its_number(page):
    asked, following = number(page, "Q1.rate"), number(page, "S2.median")
    asked.focus()
    page.keyboard.press("Enter")
    for name in ("A", "BUTTON"):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{ACTIVE}.closest('#about') && {ACTIVE}.tagName") == name
    page.keyboard.press("Tab")
    assert following.evaluate(f"node => node === {ACTIVE}")
    assert not page.locator("#about").is_visible()
    asked.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert asked.evaluate(f"node => node === {ACTIVE}")


def test_its_link_leads_to_the_glossary_and_opens_it(page):
    number(page, "S2.median").click()
    page.get_by_role("link", name="In the glossary").click()
    entry = page.locator("#about-S2")
    assert entry.is_visible()
    assert page.url.endswith("#about-S2")
    page.wait_for_function(f"{ACTIVE}.id === 'about-S2'")


def test_a_number_in_a_table_takes_what_stands_beside_it(page):
    page.locator("#service summary", has_text="Every number").click()
    row = page.locator("#service details[open] tr", has_text="How it ended, redirected")
    row.locator("button.ask").click()
    said = page.locator("#about").inner_text()
    assert row.locator("td").nth(3).inner_text() in said
    assert "redirected" in page.locator("#service details[open] tr", has=page.locator("[aria-expanded=true]")).inner_text()
    assert METRICS["S6"].meaning in said


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_covers_nothing_of_what_is_read_and_stays_in_the_window(browser, report, size):
    page = opened(browser, report, viewport=size, has_touch=size is PHONE).page
    for key in ("M9.roi", "Q1.rate", "M2.cost_per_resolution"):
        asked = number(page, key)
        asked.scroll_into_view_if_needed()
        (asked.tap if size is PHONE else asked.click)()
        box, read = page.locator("#about").bounding_box(), asked.locator("xpath=ancestor::*[self::p or self::article][last()]")
        seen = read.bounding_box()
        assert box["y"] >= seen["y"] + seen["height"] or box["y"] + box["height"] <= seen["y"], key
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], key
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.keyboard.press("Escape")
    page.context.close()


def test_without_scripts_a_number_is_plain_text(browser, report):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("button.ask").count() == 0
    assert page.locator('.tile [data-key="Q1.rate"], .tile[data-key="Q1.rate"]').first.inner_text() == "18.4 %"
    assert not page.locator("#about").is_visible()
    context.close()


def test_hostile_words_are_shown_and_not_run(browser, tmp_path):
    path = tmp_path / "report.html"
    values = complete().with_columns(pl.col("denominator").fill_null("").add(PAYLOAD))
    path.write_text(render_report(values, campaign(), WORKSPACE, PROVENANCE))
    watched = opened(browser, path, viewport=DESKTOP)
    number(watched.page, "Q1.rate").click()
    assert PAYLOAD in watched.page.locator("#about").inner_text()
    assert watched.page.evaluate("typeof window.__pwned") == "undefined"
    watched.page.context.close()
