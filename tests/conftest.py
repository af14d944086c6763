"""What the whole suite shares, and what it says when a browser or the real data is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from careworth.batch import Outcome, Request, run_campaigns
from careworth.config import load_workspace
from careworth.demo import write_demo_sources
from tests.beacon import Beacon
from tests.hostile import SPRING, write_hostile_workspace
from tests.postgres import binaries, execute, running_server

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

REAL_BRANDS = ("AmazonHelp", "Uber_Support", "Delta")
REAL_WORKSPACE = """
name = "Public conversations of October 2017"
brand = "AmazonHelp"
time_zone = "UTC"
currency = "USD"
roi_definition = "(gains - cost) / cost"

[sources.messages]
format = "twcs"
path = "twcs.csv"
"""
REAL_CAMPAIGN = """
id = "{id}"
name = "{brand} in public"
brand = "{brand}"
start = 2017-10-01
end = 2017-12-01
currency = "USD"
accounts = ["{brand}"]
"""

NO_SHARED = "the real data in ../shared are not beside this checkout"
NO_SERVER = "no PostgreSQL server: install Debian's package postgresql"
NUMBERS = count(1)
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


@pytest.fixture(scope="session")
def demo_reports(demo, tmp_path_factory) -> Path:
    """The demo's reports, made by papermill as `make report` makes them."""
    return reports_of(demo, tmp_path_factory.mktemp("demo reports"))


@pytest.fixture(scope="session")
def real_workspace(shared, tmp_path_factory) -> Path:
    """A workspace over real public conversations with three brands as campaigns; no revenue is connected."""
    folder = tmp_path_factory.mktemp("workspaces") / "real"
    (folder / "campaigns").mkdir(parents=True)
    shutil.copy(shared / "data/twcs/twcs.csv", folder)
    (folder / "workspace.toml").write_text(REAL_WORKSPACE)
    for brand in REAL_BRANDS:
        name = brand.lower().replace("_", "-")
        (folder / "campaigns" / f"{name}.toml").write_text(REAL_CAMPAIGN.format(id=name, brand=brand))
    return folder


@pytest.fixture(scope="session")
def real_reports(real_workspace, tmp_path_factory) -> Path:
    """The reports on those three brands."""
    return reports_of(real_workspace, tmp_path_factory.mktemp("real reports"))


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The demo workspace with a fiftieth of its year."""
    folder = tmp_path_factory.mktemp("small") / "workspace"
    shutil.copytree(ROOT / "data/demo", folder, ignore=shutil.ignore_patterns("lake", "sources"))
    write_demo_sources(folder / "sources", scale=0.02)
    return folder


@pytest.fixture(scope="session")
def beacon() -> Iterator[Beacon]:
    """A server on this machine that hostile pages try to reach."""
    with Beacon() as beacon:
        yield beacon


@pytest.fixture(scope="session")
def hostile_reports(beacon, tmp_path_factory) -> Path:
    """A report and the portfolio page of a workspace whose every name and text is an attack, run as a user runs it."""
    folder = tmp_path_factory.mktemp("canary-folder")
    workspace = write_hostile_workspace(folder / "workspace", beacon.address)
    careworth = Path(sys.executable).with_name("careworth")
    command = [careworth, "run", SPRING, "--workspace", workspace, "--reports", folder / "reports"]
    subprocess.run(command, check=True, env=os.environ | {"HOME": str(folder / "canary-home"), "USER": "canary-user"})
    return folder / "reports"


def reports_of(workspace: Path, reports: Path) -> Path:
    """The folder `reports` with every campaign's report in it."""
    outcomes = [told for told in run_campaigns(Request(workspace, reports, jobs=2)) if isinstance(told, Outcome)]
    assert {outcome.status for outcome in outcomes} == {"done"}, outcomes
    return reports


def pytest_terminal_summary(terminalreporter) -> None:
    """Say loudly which tests did not run for want of a browser, why, and what would run them."""
    skipped = terminalreporter.stats.get("skipped", [])
    unseen = [report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)]
    if unseen:
        terminalreporter.section(f"NOT TESTED IN A BROWSER: {len(unseen)} tests", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_BROWSER}. Install Debian's package chromium, or Google Chrome, to run:")
        for name in unseen:
            terminalreporter.line(f"  {name}")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own; in CI its absence is a failure."""
    programs = binaries()
    if programs is None:
        missing(NO_SERVER)
    with running_server(programs) as address:
        yield address


@pytest.fixture
def postgres(server) -> str:
    """The address of a fresh database on that server."""
    name = f"shop{next(NUMBERS)}"
    execute(server, f"CREATE DATABASE {name}")
    return server.removesuffix("postgres") + name
