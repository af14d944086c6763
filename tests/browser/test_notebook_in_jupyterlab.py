"""A notebook in a real JupyterLab in a real Chromium: change a parameter, run all cells, see charts and results."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import polars as pl
import pytest
from playwright.sync_api import Browser, Page

from careworth.execution import notebooks_folder

START_SECONDS, RUN_SECONDS = 60, 180


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Path:
    """A folder with a copy of the notebooks, so that nothing here saves over ours."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(notebooks_folder(), folder, ignore=shutil.ignore_patterns(".*"))
    return folder


@pytest.fixture(scope="module")
def lab(opened) -> Iterator[str]:
    """The address of a JupyterLab on those notebooks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--IdentityProvider.token=test",
        f"--ServerApp.root_dir={opened}",
    ]
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], stderr=subprocess.DEVNULL) as server:
        wait_until_up(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token=test&reset"
        server.terminate()


def wait_until_up(address: str) -> None:
    """Return when the server answers."""
    for _ in range(START_SECONDS * 2):
        try:
            return urlopen(address).close()
        except URLError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start within {START_SECONDS} s")


def set_parameter(page: Page, name: str, value: str) -> None:
    """Type over the line of a parameter in the first code cell, which is the tagged one."""
    page.locator(".jp-CodeCell .cm-content").first.locator(".cm-line", has_text=f"{name}: ").click()
    for key in ("Home", "Shift+End"):
        page.keyboard.press(key)
    page.keyboard.type(f"{name} = {value}")


def test_a_changed_parameter_runs_to_the_end_and_draws_charts(browser: Browser, lab, demo, demo_reports, tmp_path):
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(lab.format("02_metrics.ipynb"))
    page.locator(".jp-CodeCell .cm-line", has_text="workspace: ").wait_for(timeout=1e3 * START_SECONDS)
    for name, value in {"workspace": demo, "campaign": "summer-escape", "reports": tmp_path}.items():
        set_parameter(page, name, f'"{value}"')
    set_parameter(page, "response_hours", "4.0")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    result = tmp_path / "summer-escape" / "02_metrics.parquet"
    page.locator(".jp-OutputArea-output", has_text=result.name).wait_for(timeout=1e3 * RUN_SECONDS)
    page.get_by_role("heading", name="Issues and sentiment").scroll_into_view_if_needed()
    page.locator(".vega-embed canvas").first.wait_for(timeout=1e3 * START_SECONDS)
    assert "within_4h" in pl.read_parquet(result)["variant"].to_list()
    page.close()
