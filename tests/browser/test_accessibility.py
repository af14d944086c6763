"""WCAG 2.2 AA in a real Chromium: axe finds nothing, and the keyboard reaches everything in the order of reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from careworth.report import render_index, render_report
from tests.browser.test_report_in_browser import Watched
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, without_revenue
from tests.test_what_if import plain_model

#: Success criteria of WCAG 2.0 to 2.2 up to AA, and what axe calls good practice: landmarks, one h1, headings in order.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

DESKTOP, PHONE, NARROW, ZOOMED = (1100, 900), (390, 844), (320, 640), (550, 450)

#: Whatever the keyboard has to reach, in the order in which it stands in the page.
REACHABLE = "a[href], button, summary, input, select, textarea, [tabindex='0']"
SHOWN = f"""() => [...document.querySelectorAll("{REACHABLE}")].filter((node) => node.checkVisibility())"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """A report with all there can be, one without a return, and the page over both, on disk."""
    folder = tmp_path_factory.mktemp("accessible")
    rows = [
        {"campaign": campaign(), "values": complete(), "failure": None, "link": "spring/report.html"},
        {"campaign": campaign("Autumn"), "values": None, "failure": "02_metrics: no rows", "link": None},
    ]
    texts = {
        "complete": render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain_model()),
        "unpaid": render_report(without_revenue(), campaign(), WORKSPACE, PROVENANCE),
        "portfolio": render_index(rows, WORKSPACE),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


def opened(browser: Browser, path: Path, size: tuple[int, int] = DESKTOP, **options) -> Page:
    """The page with all that its scripts make of it."""
    context = browser.new_context(offline=True, viewport={"width": size[0], "height": size[1]}, **options)
    watched = Watched(context.new_page())
    watched.page.goto(path.as_uri())
    if watched.page.locator("[data-chart]").count():
        watched.page.wait_for_selector("html[data-charts]", state="attached", timeout=60_000)
    return watched.page


@pytest.fixture
def complete_page(browser, pages) -> Iterator[Page]:
    """The complete report on a desktop."""
    page = opened(browser, pages["complete"])
    yield page
    page.context.close()


def open_all(page: Page) -> None:
    """Open everything that can be opened, and one explanation."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    if page.locator("button.ask").count():
        page.locator("button.ask").first.click()


def violations(page: Page) -> list[str]:
    """What axe finds, a line each."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["complete", "unpaid", "portfolio"])
def test_axe_finds_nothing_in_any_look(browser, pages, name, size, scheme):
    page = opened(browser, pages[name], size, color_scheme=scheme)
    assert violations(page) == []
    open_all(page)
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("reports", ["demo_reports", "real_reports"])
def test_axe_finds_nothing_in_the_reports_of_a_batch(browser, reports, request):
    """On a desktop, then darkened and narrowed to a phone without being opened again."""
    folder = request.getfixturevalue(reports)
    for path in sorted([*folder.glob("*/report.html"), *folder.glob("index.html")]):
        page = opened(browser, path)
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert (path.parent.name, found, violations(page)) == (path.parent.name, [], [])
        page.context.close()


def test_axe_does_find_what_is_wrong(complete_page):
    """So that an empty list means something: a picture without words, and pale text."""
    complete_page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=data:,>')")
    complete_page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    assert {line.split(":")[0] for line in violations(complete_page)} == {"image-alt", "color-contrast"}


def test_tab_alone_reaches_everything_in_the_order_of_the_page(complete_page):
    """What is closed is passed over; each thing that has the keyboard shows it by an outline."""
    page = complete_page
    page.evaluate("scrollTo(0, 0)")
    expected = page.evaluate(f"({SHOWN})().map((node) => (window.all ??= []).push(node) - 1)")
    step = """() => {
        const node = document.activeElement;
        return [window.all.indexOf(node), getComputedStyle(node).outlineStyle];
    }"""
    reached = []
    for _ in expected:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(step))
    assert [place for place, _ in reached] == expected
    assert {outline for _, outline in reached} <= {"solid", "auto"}
    assert len(expected) > 40


def test_the_first_tab_offers_to_skip_to_the_details(complete_page):
    complete_page.keyboard.press("Tab")
    link = complete_page.get_by_role("link", name="Skip to the details")
    box = link.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    complete_page.keyboard.press("Enter")
    assert complete_page.locator(link.get_attribute("href")).count() == 1


def test_what_has_the_keyboard_is_not_hidden_under_anything(browser, pages):
    """WCAG 2.2, 2.4.11: at least a part of it is what stands at its place; scrolling is not animated here, so nothing waits."""
    page = opened(browser, pages["complete"], reduced_motion="reduce")
    seen = """() => {
        const node = document.activeElement, {left, top, width, height} = node.getBoundingClientRect();
        const at = (share) => document.elementFromPoint(left + share * width, top + height / 2);
        return [0.1, 0.5, 0.9].some((share) => node.contains(at(share)));
    }"""
    hidden = []
    for _ in page.evaluate(f"({SHOWN})().map(() => 0)"):
        page.keyboard.press("Tab")
        if not page.evaluate(seen):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert hidden == []
    page.context.close()


@pytest.mark.parametrize("size", [NARROW, ZOOMED], ids=["320 px", "200 % zoom"])
@pytest.mark.parametrize("name", ["complete", "portfolio"])
def test_nothing_is_lost_at_320_pixels_or_twice_the_size(browser, pages, name, size):
    """WCAG 1.4.10: no scrolling in two directions but for tables; 550 by 450 is a window of 1100 by 900 at 200 per cent."""
    page = opened(browser, pages[name], size)
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    cut = """() => [...document.querySelectorAll("main p, main h1, main h2, main h3, main li, main summary, main button")]
        .filter((node) => node.checkVisibility() && !node.closest(".scroll, .spoken, #about, .controls .outcome"))
        .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 || node.scrollWidth > node.clientWidth + 2
            && getComputedStyle(node).display !== "inline" && getComputedStyle(node).overflowX !== "visible")
        .map((node) => node.outerHTML.slice(0, 120))"""
    assert page.evaluate(cut) == []
    page.context.close()


def test_what_can_be_pressed_is_24_pixels_high_or_stands_in_a_sentence(complete_page):
    """WCAG 2.5.8, which excepts links in sentences."""
    small = f"""() => ({SHOWN})().filter((node) => !node.closest(".skip, p, li, dd"))
        .filter((node) => node.getBoundingClientRect().height < 24).map((node) => node.outerHTML.slice(0, 120))"""
    assert complete_page.evaluate(small) == []


def test_each_slider_has_a_name_and_says_where_it_stands(complete_page):
    sliders = complete_page.get_by_role("slider")
    assert sliders.count() >= 2
    for slider in sliders.all():
        assert slider.evaluate("node => node.labels[0].textContent.trim()")
        assert slider.get_attribute("aria-valuetext").endswith("the analyst's value")


def test_each_chart_has_words_and_its_numbers_open_by_the_keyboard(complete_page):
    figures = complete_page.locator("figure")
    assert figures.count() == complete_page.locator("figure [role=img][aria-label]").count()
    summary = figures.last.locator("summary").first
    summary.focus()
    complete_page.keyboard.press("Enter")
    expect(figures.last.locator("table caption")).to_have_count(1)
    assert figures.last.locator("th:not([scope])").count() == 0


def test_nothing_moves_for_those_who_ask_for_stillness(browser, pages):
    page = opened(browser, pages["complete"], reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].map((node) => getComputedStyle(node)).filter((style) =>
        style.scrollBehavior === "smooth" || parseFloat(style.transitionDuration) || style.animationName !== "none").length"""
    assert page.evaluate(moving) == 0
    page.context.close()
