"""The sliders of the report in a real Chromium: they agree with Python, and nobody takes a what-if for the result."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from careworth.report import render_report
from careworth.report.what_if_draws import Outcome, analyst_draws, outcome, returns
from careworth.report.what_if_panel import input_words, sliders
from careworth.results import pick
from tests.browser.test_report_in_browser import Watched
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete
from tests.test_report import PAYLOAD
from tests.test_what_if import PRINTED, plain_model

BANNER = "What if: these are your assumptions, not the result."
DESKTOP, PHONE, SMALL_PHONE = (1000, 900), (390, 844), (360, 740)


@pytest.fixture(scope="module")
def plain() -> dict:
    """The published model as plain values."""
    return plain_model()


@pytest.fixture(scope="module")
def report(tmp_path_factory, plain) -> Path:
    """A report with that model, on disk."""
    path = tmp_path_factory.mktemp("what if") / "report.html"
    path.write_text(render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain), encoding="utf-8")
    return path


def opened(browser: Browser, report: Path, size: tuple[int, int] = DESKTOP, **options) -> Watched:
    """The report in a page of its own without any network, its charts drawn."""
    context = browser.new_context(offline=True, viewport={"width": size[0], "height": size[1]}, **options)
    return Watched(context.new_page()).open(report)


@pytest.fixture
def page(browser, report) -> Iterator[Page]:
    """The report on a desktop."""
    watched = opened(browser, report)
    yield watched.page
    assert (watched.outside, watched.complaints) == ([], [])
    watched.page.context.close()


def move(page: Page, steps: dict[str, int]) -> None:
    """Move the sliders of these names so many steps from the analyst's value."""
    for name, count in steps.items():
        slider = page.locator(f'#what-if input[name="{name}"]')
        slider.evaluate("(slider, count) => { slider.value = count; slider.dispatchEvent(new Event('input')); }", count)


def shown(page: Page) -> Outcome:
    """What the panel shows, in full digits."""
    return Outcome(**json.loads(page.locator("#what-if").get_attribute("data-outcome")))


def state(page: Page) -> str:
    """The line that says whose values these are."""
    return page.inner_text("#what-if .state")


def test_it_starts_at_the_reports_own_result(page, plain):
    assert shown(page)._asdict() == plain["results"]["measured"]
    assert (state(page), page.locator("#what-if.moved").count()) == ("These are the analyst's values.", 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_random_setting_agrees_with_python(page, plain, seed):
    """The same draws and the same arithmetic in both: all digits but the last few."""
    dice = random.Random(seed)
    chosen = dice.sample(sliders(plain), dice.randint(1, 6))
    steps = {each["name"]: dice.choice([k for k in range(-each["below"], each["above"] + 1) if k]) for each in chosen}
    counted = dice.random() < 0.5
    page.locator("#count-assumptions").set_checked(counted)
    move(page, steps)
    values = {each["name"]: each["mean"] + steps[each["name"]] * each["step"] for each in chosen}
    assert list(shown(page)) == pytest.approx(list(outcome(plain, analyst_draws(plain), values, counted)), abs=1e-9)
    for each in chosen:
        said = page.locator(".slider", has=page.locator(f'[name="{each["name"]}"]')).locator("b").inner_text()
        assert said == input_words(each, values[each["name"]])


def test_a_what_if_says_so_and_what_was_changed(page):
    headline = page.inner_text("header")
    move(page, {"would phone": 4})
    assert state(page) == BANNER
    assert page.locator("#what-if .changed li").all_inner_texts() == ["would phone: 44 % instead of 40 %"]
    assert "would lie between" in page.inner_text("#what-if .words")
    assert page.inner_text("header") == headline
    page.get_by_role("button", name="Back to the analyst's values").click()
    assert (state(page), page.locator("#what-if .changed li").count()) == ("These are the analyst's values.", 0)


def test_counting_the_company_s_assumptions_is_a_what_if_too(page, plain):
    page.get_by_label("Count the company's own assumptions too").check()
    assert (state(page), shown(page)._asdict()) == (BANNER, plain["results"]["assumed"])


def test_a_return_on_nothing_is_said_to_be_no_number(browser, plain, tmp_path):
    """A slider made far too long by hand: 80 steps of EUR 500 below EUR 35,333 the programme would cost nothing."""
    path = tmp_path / "report.html"
    page_text = render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=plain)
    path.write_text(page_text.replace('min="-', 'min="-999'), encoding="utf-8")
    watched = opened(browser, path)
    move(watched.page, {"programme": -80})
    assert watched.page.inner_text("#what-if .middle") == "No return"
    assert watched.complaints == []
    watched.page.context.close()


def test_the_keyboard_moves_it_and_the_spoken_line_follows(page):
    slider = page.get_by_label("would phone")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert (slider.get_attribute("aria-valuetext"), state(page)) == ("41 %", BANNER)
    expect(page.locator("#what-if p.spoken")).to_contain_text(BANNER)
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "40 %, the analyst's value"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "programme"


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL_PHONE], ids=["desktop", "phone", "small phone"])
def test_nothing_jumps_when_a_slider_moves_and_the_page_fits(browser, report, size):
    page = opened(browser, report, size).page
    ends = "parts => parts.map((part) => part.offsetTop + part.offsetHeight)"
    places = page.locator("#what-if .slider, #what-if .outcome")
    before = places.evaluate_all(ends)
    move(page, {"would phone": 4, "programme": -3})
    assert places.evaluate_all(ends) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_banner_can_be_read_in_both_schemes(browser, report, scheme):
    """Contrast of text on its ground by WCAG 2.2: at least 4.5."""
    page = opened(browser, report, color_scheme=scheme).page
    move(page, {"would phone": 4})
    style = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    light, dark = sorted(map(luminance, page.locator("#what-if .state").evaluate(style)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    page.context.close()


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as rgb(0, 0, 0)."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_on_paper_a_what_if_keeps_its_banner_and_the_analyst_s_values_take_no_room(page):
    page.emulate_media(media="print")
    assert not page.locator("#what-if").is_visible()
    move(page, {"would phone": 4})
    assert page.locator("#what-if .state").is_visible()
    assert not page.locator("#what-if input[type=range]").first.is_visible()


def test_without_scripts_it_says_so_and_shows_the_analyst_s_values(browser, report):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert "The sliders need JavaScript" in page.inner_text("#what-if")
    assert page.locator("#what-if table tr", has_text="would phone").is_visible()
    assert not page.locator("#what-if .controls").is_visible()
    context.close()


def test_hostile_names_run_nothing_when_they_are_moved(browser, tmp_path):
    model = json.loads(json.dumps(plain_model()).replace("would phone", json.dumps(PAYLOAD)[1:-1]))
    path = tmp_path / "report.html"
    path.write_text(render_report(complete(), campaign(), WORKSPACE, PROVENANCE, model=model), encoding="utf-8")
    page = opened(browser, path).page
    move(page, {PAYLOAD: 4})
    assert PAYLOAD in page.inner_text("#what-if .changed")
    assert page.evaluate("typeof window.__pwned") == "undefined"
    page.context.close()


def test_the_demo_s_panels_start_at_the_return_of_their_page(browser, demo_reports):
    """The same result to six digits, and the browser's own draws within what is printed of it."""
    paths = [path for path in sorted(demo_reports.glob("*/model.json")) if json.loads(path.read_text())]
    assert len(paths) == 3
    for path in paths:
        plain, values = json.loads(path.read_text()), pl.read_parquet(path.parent / "metric_values.parquet")
        roi, chance = pick(values, "M9", "roi"), pick(values, "M9", "probability_positive")
        watched = opened(browser, path.parent / "report.html")
        assert list(shown(watched.page)) == pytest.approx([roi["value"], roi["low"], roi["high"], chance["value"]], rel=1e-5)
        drawn = returns(plain, analyst_draws(plain), {})
        assert [pl.Series(drawn).median(), (drawn > 0).mean()] == pytest.approx([roi["value"], chance["value"]], abs=PRINTED)
        move(watched.page, {sliders(plain)[0]["name"]: 1})
        assert (state(watched.page), watched.outside, watched.complaints) == (BANNER, [], [])
        watched.page.context.close()
