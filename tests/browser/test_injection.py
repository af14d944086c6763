"""Hostile names and texts in a real Chromium: nothing of them runs, nothing leaves, and they are read as text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from careworth.batch.portfolio import write_index
from careworth.config import load_workspace
from careworth.report import render_report
from tests.browser.test_report_in_browser import Watched
from tests.hostile import PAYLOADS, SPRING, payloads
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete

#: Pointer events at the middle of every mark of every chart, and of everything that may explain itself.
HOVER_ALL = """() => {
  const marks = [...document.querySelectorAll("figure svg *, [title], [data-key], [aria-describedby], summary, th, td")];
  for (const mark of marks) {
    const box = mark.getBoundingClientRect();
    const at = { bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerType: "mouse" };
    for (const kind of ["pointerover", "pointermove"]) mark.dispatchEvent(new PointerEvent(kind, at));
    for (const kind of ["mouseover", "mousemove"]) mark.dispatchEvent(new MouseEvent(kind, at));
  }
  return marks.length;
}"""

#: What the tooltip holds, as HTML, after the pointer was on each mark.
TOLD_BY_MARKS = """() => [...document.querySelectorAll("figure svg path, figure svg text, figure svg line")].map((mark) => {
  const box = mark.getBoundingClientRect();
  const at = { bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerType: "mouse" };
  for (const kind of ["pointerover", "pointermove"]) mark.dispatchEvent(new PointerEvent(kind, at));
  for (const kind of ["mouseover", "mousemove"]) mark.dispatchEvent(new MouseEvent(kind, at));
  return document.querySelector("[role=tooltip]")?.innerHTML ?? "";
})"""

#: A click on everything that may be clicked, one after the other, whether or not it can be seen; links among them.
CLICK_ALL = """() => {
  const all = "a, button, summary, label, input, select, form *, [role=button], [tabindex], [onclick], figure svg a";
  const click = () => new MouseEvent("click", { bubbles: true, cancelable: true });
  return [...document.querySelectorAll(all)].map((each) => each.dispatchEvent(click())).length;
}"""

NOTE_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));
"""


class Attacked(Watched):
    """A page with a network, what it asked of it, what its policy had to refuse, and whether an attack has run."""

    def __init__(self, page: Page):
        super().__init__(page)
        self.ran = []
        page.expose_binding("pwned", lambda source: self.ran.append(source["frame"].url))
        page.add_init_script(NOTE_VIOLATIONS)
        page.on("dialog", lambda dialog: dialog.dismiss())

    def use(self) -> "Attacked":
        """The same, after everything on it was scrolled to, hovered over, clicked, and typed at."""
        self.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        self.page.wait_for_timeout(300)
        assert self.page.evaluate(HOVER_ALL) > 20
        self.page.evaluate(CLICK_ALL)
        for field in self.page.locator("input[type=text], input[type=search], textarea").all():
            field.fill(PAYLOADS["image that fails"], force=True)
        for _ in range(60):
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("ArrowRight")
        self.page.wait_for_timeout(300)
        return self

    @property
    def violations(self) -> list[str]:
        """What the page's policy had to refuse."""
        return self.page.evaluate("window.violations")


@pytest.fixture
def attacked(browser: Browser, beacon) -> Iterator[Attacked]:
    """A page in a browser that can reach the beacon, which nobody has called yet."""
    beacon.hits.clear()
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield Attacked(context.new_page())
    context.close()


@pytest.fixture(scope="session")
def portfolio(hostile_reports, beacon) -> Path:
    """The portfolio page over the hostile report and three campaigns that failed with an attack as their reason."""
    workspace = load_workspace(hostile_reports.parent / "workspace")
    failed = ("booking-outage", "city-concierge", "summer-escape")
    return write_index(workspace, hostile_reports, {each: " ".join(payloads(beacon.address)) for each in failed})


def test_an_attack_in_every_name_and_text_does_nothing_to_the_reader_of_a_report(attacked, hostile_reports, beacon):
    attacked.open(hostile_reports / SPRING / "report.html")
    assert attacked.page.locator("[data-chart] svg").count() >= 10
    attacked.use()
    assert (attacked.ran, attacked.outside, beacon.hits) == ([], [], [])
    assert (attacked.complaints, attacked.violations) == ([], [])
    assert attacked.page.url.partition("#")[0] == (hostile_reports / SPRING / "report.html").as_uri()


def test_nor_to_the_reader_of_the_portfolio_page(attacked, portfolio, beacon):
    attacked.page.goto(portfolio.as_uri())
    assert attacked.page.locator(".failed").count() >= 3
    attacked.use()
    assert (attacked.ran, attacked.outside, beacon.hits) == ([], [], [])
    assert (attacked.complaints, attacked.violations) == ([], [])


def test_what_hovering_a_mark_shows_is_text_alone(attacked, hostile_reports):
    page = attacked.open(hostile_reports / SPRING / "report.html").page
    told = page.evaluate(TOLD_BY_MARKS)
    assert [each for each in told if "pwned()" in each]
    assert [each for each in told if "127.0.0.1" in each]
    assert {name for each in told for name in re.findall(r"<(\w+)", each)} <= {"table", "tbody", "tr", "td", "th"}


@pytest.mark.parametrize("page_name", ["report", "portfolio"])
def test_every_attack_is_read_as_it_was_written(attacked, hostile_reports, portfolio, beacon, page_name):
    """Signs that nobody sees are written out; the sixteen others stand as they are, in the campaign's name."""
    path = hostile_reports / SPRING / "report.html" if page_name == "report" else portfolio
    attacked.page.goto(path.as_uri())
    text = re.sub(r"\s+", " ", attacked.page.evaluate("document.querySelector('main').textContent"))
    shown = [re.sub(r"[\u200b\u202e\u2066\u2069\u202c\ufeff\u00ad\u2028]", _code, each) for each in payloads(beacon.address)]
    assert [each for each in shown if each not in text] == []
    assert not re.search(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", attacked.page.content())


def test_a_word_longer_than_a_line_does_not_widen_the_page_on_a_phone(browser, hostile_reports, portfolio):
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    widths = []
    for path in (hostile_reports / SPRING / "report.html", portfolio):
        page = context.new_page()
        page.goto(path.as_uri())
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
    context.close()
    assert widths == [390, 390]


def _code(found: re.Match) -> str:
    return f"[U+{ord(found[0]):04X}]"


# --- the second wall: payloads past all escaping ---


@pytest.fixture(scope="module")
def report() -> str:
    """A complete report."""
    return render_report(complete(), campaign(), WORKSPACE, PROVENANCE)


@pytest.mark.parametrize("place", ["<main>", "</main>", "</figure>", "</head>"])
def test_pasted_raw_into_the_page_no_attack_runs_and_nothing_is_fetched(attacked, report, beacon, tmp_path, place):
    raw = " ".join(each for name, each in zip(PAYLOADS, payloads(beacon.address), strict=True) if name != "refresh")
    assert place in report
    path = tmp_path / "pasted.html"
    path.write_text(report.replace(place, f"{place}{raw}" if place.startswith("<m") else f"{raw}{place}", 1))
    attacked.page.goto(path.as_uri())
    attacked.page.wait_for_timeout(500)
    attacked.page.evaluate(CLICK_ALL)
    attacked.page.wait_for_timeout(500)
    assert (attacked.ran, beacon.hits) == ([], [])
    assert len(attacked.violations) >= 5


def test_what_the_policy_cannot_stop_is_a_refresh_so_escaping_is_the_first_wall(attacked, report, beacon, tmp_path):
    """A policy inside a page does not govern where the page is sent, be it by a refresh or by a link that a reader follows.

    This also shows that the beacon notices a caller.
    """
    path = tmp_path / "refreshed.html"
    path.write_text(report.replace("<main>", "<main>" + PAYLOADS["refresh"].replace("BEACON", beacon.address), 1))
    attacked.page.goto(path.as_uri())
    attacked.page.wait_for_timeout(1_500)
    assert "/refresh" in beacon.hits


def test_without_the_policy_the_same_attacks_do_run(attacked, report, beacon, tmp_path):
    """So that the tests above cannot pass for want of a working attack."""
    raw = " ".join(each for name, each in zip(PAYLOADS, payloads(beacon.address), strict=True) if name != "refresh")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", report)
    path = tmp_path / "bare.html"
    path.write_text(bare.replace("<main>", f"<main>{raw}", 1))
    attacked.page.goto(path.as_uri())
    attacked.page.wait_for_timeout(500)
    assert attacked.ran
    assert {"/img", "/css", "/poster"} <= set(beacon.hits)
