"""The README's pictures: pages of the demo's reports, in a real Chromium.

Run by hand after a change of the report's look: `make report`, then `python tests/browser/take_picture.py`.
"""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

REPORTS = Path(__file__).parents[2] / "reports"
REPORT = "city-concierge/report.html"

#: Each picture: its page, the part at its top, width and height, and the colours of the screen.
PICTURES = {
    "example": (REPORT, "h1", 1280, 1060, "light"),
    "example-service": (REPORT, "#service", 1280, 1060, "dark"),
    "example-phone": (REPORT, "h1", 390, 844, "light"),
    "example-portfolio": ("index.html", "h1", 1280, 1060, "light"),
}


def main() -> None:
    """Write each picture into reports/."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, shown in PICTURES.items():
            take(browser, REPORTS / f"{name}.png", *shown)
        browser.close()


def take(browser: Browser, target: Path, source: str, top: str, width: int, height: int, colours: str) -> None:
    """One picture of the part of a page that begins a little above an element."""
    screen = {"width": width, "height": height}
    page = browser.new_context(offline=True, viewport=screen, color_scheme=colours).new_page()
    page.goto((REPORTS / source).as_uri())
    if source == REPORT:
        page.wait_for_selector("html[data-charts]", state="attached")
    page.locator(top).first.evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 60)")
    page.wait_for_timeout(500)
    page.screenshot(path=target)


if __name__ == "__main__":
    main()
