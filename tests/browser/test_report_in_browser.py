"""The report in a real Chromium, opened from disk with every request refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from careworth.report import render_report
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
from tests.test_report import PAYLOAD


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """A complete report on disk."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(complete(), campaign(), WORKSPACE, PROVENANCE))
    return path


class Watched:
    """A page, what it asked of any network, and what its console said."""

    def __init__(self, page: Page):
        self.page, self.requests, self.complaints = page, [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path) -> "Watched":
        """The same, with the page loaded and every chart drawn."""
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-charts]", state="attached", timeout=20_000)
        return self

    @property
    def outside(self) -> list[str]:
        """What it asked for besides itself."""
        return [url for url in self.requests if not url.startswith(("file:", "blob:", "data:"))]


@pytest.fixture
def watched(browser) -> Iterator[Watched]:
    """A fresh page without any network."""
    context = browser.new_context(offline=True, viewport={"width": 1100, "height": 900})
    yield Watched(context.new_page())
    context.close()


def test_every_chart_is_drawn_without_a_request_or_a_complaint(watched, report):
    watched.open(report)
    page = watched.page
    assert page.locator("[data-chart]").count() == page.locator("[data-chart].drawn svg").count() >= 10
    assert (watched.outside, watched.complaints) == ([], [])


@pytest.mark.parametrize("reports", ["demo_reports", "real_reports"])
def test_every_report_of_a_batch_is_drawn_so_too(browser, reports, request):
    for path in sorted(request.getfixturevalue(reports).glob("*/report.html")):
        context = browser.new_context(offline=True)
        watched = Watched(context.new_page()).open(path)
        assert watched.page.locator("[data-chart].drawn svg").count() == watched.page.locator("[data-chart]").count() >= 5
        assert (path.parent.name, watched.outside, watched.complaints) == (path.parent.name, [], [])
        context.close()


def test_the_portfolio_page_opens_offline_and_leads_to_each_report(watched, demo_reports):
    watched.page.goto((demo_reports / "index.html").as_uri())
    links = watched.page.locator(".campaign h2 a")
    names = {links.nth(at).get_attribute("href") for at in range(links.count())}
    assert names == {path.relative_to(demo_reports).as_posix() for path in demo_reports.glob("*/report.html")}
    assert (watched.outside, watched.complaints) == ([], [])


def test_hovering_a_mark_tells_its_number_and_of_how_many(watched, report):
    page = watched.open(report).page
    bar = page.locator(".chart .mark-rect path").first
    bar.scroll_into_view_if_needed()
    bar.hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for(timeout=5_000)
    assert re.search(r"\bn\b.*\d", tooltip.inner_text(), re.S)


def test_nothing_hostile_runs(watched, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(render_report(complete(), campaign(PAYLOAD), WORKSPACE, PROVENANCE))
    page = watched.open(path).page
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert watched.outside == []


def test_a_script_pasted_into_the_page_is_refused_by_its_policy(watched, report, tmp_path):
    """The second wall: even past the escaping nothing runs."""
    path = tmp_path / "pasted.html"
    path.write_text(report.read_text().replace("<main>", f"<main>{PAYLOAD}", 1))
    page = watched.open(path).page
    assert page.evaluate("typeof window.__pwned") == "undefined"


def test_the_page_fits_a_phone(browser, report):
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = Watched(context.new_page()).open(report).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_charts_follow_a_dark_screen(browser, report):
    colours = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(offline=True, color_scheme=scheme)
        page = Watched(context.new_page()).open(report).page
        colours.add(page.locator(".chart svg text").first.evaluate("node => getComputedStyle(node).fill"))
        context.close()
    assert len(colours) == 2


def test_it_prints_with_every_chart(watched, report, tmp_path):
    page = watched.open(report).page
    page.pdf(path=tmp_path / "report.pdf", format="A4", print_background=True)
    assert (tmp_path / "report.pdf").stat().st_size > 30_000
    assert page.locator("[data-chart].drawn").count() >= 10


def test_the_answer_can_be_read_without_scripts(browser, report):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert "The middle estimate is +20 %" in page.inner_text("header")
    context.close()
