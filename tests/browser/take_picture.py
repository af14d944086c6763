"""The README's picture: the first screen of a demo report, in a real Chromium.

Run by hand after a change of the report's look: `make report`, then `python tests/browser/take_picture.py`.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
SCREEN = {"width": 1040, "height": 1000}


def main() -> None:
    """Write reports/example.png from the report of the demo's city concierge."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(offline=True, viewport=SCREEN).new_page()
        page.goto((ROOT / "reports" / "city-concierge" / "report.html").as_uri())
        page.wait_for_selector("html[data-charts]", state="attached")
        page.screenshot(path=ROOT / "reports" / "example.png")
        browser.close()


if __name__ == "__main__":
    main()
