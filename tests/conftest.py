"""What the whole suite shares, and what it says when a browser or the real data is missing."""

import os
import shutil
from pathlib import Path

import pytest

from careworth.config import load_workspace

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

NO_SHARED = "the real data in ../shared are not beside this checkout"
NO_BROWSER = f"no browser: none of {', '.join(BROWSERS)} is on the PATH"


def missing(what: str) -> None:
    """Skip the test, since `what` is missing; in CI, where everything is promised, fail instead."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true promises it", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and prototypes beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        missing(NO_SHARED)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing(NO_BROWSER)
    return path


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """A copy of the demo workspace, its sources generated once for all tests."""
    from careworth.demo import write_demo_sources

    folder = tmp_path_factory.mktemp("workspaces") / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder, ignore=shutil.ignore_patterns("lake", "sources"))
    write_demo_sources(folder / "sources", load_workspace(folder).demo_seed)
    return folder


def pytest_terminal_summary(terminalreporter) -> None:
    """Say loudly which tests did not run for want of a browser, why, and what would run them."""
    skipped = terminalreporter.stats.get("skipped", [])
    unseen = [report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)]
    if unseen:
        terminalreporter.section(f"NOT TESTED IN A BROWSER: {len(unseen)} tests", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_BROWSER}. Install Debian's package chromium, or Google Chrome, to run:")
        for name in unseen:
            terminalreporter.line(f"  {name}")
