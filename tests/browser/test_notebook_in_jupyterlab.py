"""The notebooks in a real JupyterLab in a real Chromium, as from a fresh clone: run all cells, see every chart, move a slider."""

import csv
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import polars as pl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from careworth.execution import CAMPAIGN_NOTEBOOKS, INGEST, notebooks_folder
from careworth.results import values_file
from careworth.theme import VEGA_LITE_5
from careworth.widgets import ANALYST, WHAT_IF

START_SECONDS, RUN_SECONDS = 60, 240

ROOT = Path(__file__).parents[2]

#: What lies in a working folder and is in no clone.
MADE = shutil.ignore_patterns(".*", "lake", "sources", "lab")

OPEN = """async path => {
    const app = window.jupyterapp;
    const panel = await app.commands.execute('docmanager:open', {path});
    await panel.context.ready;
    await panel.sessionContext.ready;
    app.shell.activateById(panel.id);
}"""

#: Runs all cells of the notebook in front, and tells what each of them has put out.
RUN_ALL = """async seconds => {
    const app = window.jupyterapp;
    const panel = app.shell.currentWidget;
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`not done in ${seconds} s`)), 1000 * seconds));
    await Promise.race([app.commands.execute('notebook:run-all-cells'), late]);
    return panel.content.widgets.map(cell => cell.model.type === 'code' ? cell.model.outputs.toJSON() : []);
}"""

CLOSE = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.shutdown();
    await panel.context.revert();
    panel.close();
}"""

SCROLL = "place => window.jupyterapp.shell.currentWidget.content.scrollToItem(place, 'center')"

SET_PARAMETER = """([name, line]) => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets;
    const source = cells.find(cell => cell.model.type === 'code').model.sharedModel;
    source.setSource(source.getSource().split('\\n').map(each => each.startsWith(name + ': ') ? line : each).join('\\n'));
}"""

#: Whether a canvas has been drawn on: some pixel is not transparent.
IS_DRAWN = """canvas => canvas.width > 0 && canvas.height > 0
    && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"""


class Lab(NamedTuple):
    """A JupyterLab in a page, and the folder that stands for the clone."""

    page: Page
    clone: Path

    def open(self, name: str) -> None:
        """Open a notebook, with its kernel, in front of the others."""
        self.page.evaluate(OPEN, f"notebooks/{name}.ipynb")

    def run(self, name: str) -> list[list[dict]]:
        """The outputs of each cell of a notebook, all of them run."""
        self.open(name)
        return self.page.evaluate(RUN_ALL, RUN_SECONDS)

    def cell(self, place: int) -> Locator:
        """A cell of the notebook in front, scrolled to, since JupyterLab draws only what is looked at."""
        self.page.evaluate(SCROLL, place)
        cells = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        return cells.and_(self.page.locator(f'[data-windowed-list-index="{place}"]'))

    def drawn(self, place: int) -> bool:
        """True when the chart of a cell is there to be seen."""
        canvas = self.cell(place).locator(".vega-embed canvas").first
        canvas.wait_for(timeout=1e3 * START_SECONDS)
        return canvas.evaluate(IS_DRAWN)

    def close(self) -> None:
        """Stop the kernel of the notebook in front, and close it as it is on disk."""
        self.page.evaluate(CLOSE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """What a clone has of the notebooks and the demo: no source is generated, no lake is built, no report is there."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(notebooks_folder(), folder / "notebooks", ignore=MADE)
    shutil.copytree(ROOT / "data" / "demo", folder / "data" / "demo", ignore=MADE)
    return folder


@pytest.fixture(scope="module")
def address(clone) -> Iterator[str]:
    """The address of a JupyterLab on that clone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--IdentityProvider.token=test",
        "--LabApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={clone}",
    ]
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], stderr=subprocess.DEVNULL) as server:
        wait_until_up(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/lab?token=test&reset"
        server.terminate()


def wait_until_up(address: str) -> None:
    """Return when the server answers."""
    for _ in range(START_SECONDS * 2):
        try:
            return urlopen(address).close()
        except URLError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start within {START_SECONDS} s")


@pytest.fixture(scope="module")
def lab(browser: Browser, address, clone) -> Iterator[Lab]:
    """That JupyterLab, open in one page for all tests."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(address)
    page.wait_for_function("window.jupyterapp && window.jupyterapp.restored.then(() => true)", timeout=1e3 * START_SECONDS)
    yield Lab(page, clone)
    page.close()


def charts_in(outputs: list[list[dict]]) -> list[int]:
    """The places of the cells that put out a chart."""
    return [place for place, each in enumerate(outputs) if any(VEGA_LITE_5 in one.get("data", {}) for one in each)]


#: How many charts each notebook has on the demo.
CHARTS = {"01_ingest": 1, "02_metrics": 7, "03_attribution": 5, "04_roi": 1, "05_changes": 3, "06_report": 0}


@pytest.mark.parametrize("name", [INGEST, *CAMPAIGN_NOTEBOOKS])
def test_a_notebook_of_a_fresh_clone_runs_to_its_end_and_every_chart_is_seen(lab, name):
    outputs = lab.run(name)
    faults = [one for each in outputs for one in each if one["output_type"] == "error" or one.get("name") == "stderr"]
    assert faults == []
    charts = charts_in(outputs)
    assert len(charts) == CHARTS[name]
    assert {place: lab.drawn(place) for place in charts} == dict.fromkeys(charts, True)
    lab.close()


def set_parameter(page: Page, name: str, value: object) -> None:
    """Give a parameter another value in the first code cell, which is the tagged one."""
    page.evaluate(SET_PARAMETER, [name, f"{name} = {value!r}"])


def place_of(outputs: list[list[dict]], words: str) -> int:
    """The place of the first cell whose output says the words."""
    return next(place for place, each in enumerate(outputs) if words in str(each))


def test_the_sliders_move_and_are_put_back(lab):
    outputs = lab.run("04_roi")
    cell = lab.cell(place_of(outputs, "application/vnd.jupyter.widget-view+json"))
    words, handle = cell.locator(".widget-html", has_text="The middle estimate"), cell.locator(".noUi-handle").first
    expect(words).to_contain_text(ANALYST)
    before = words.inner_text()
    handle.focus()
    handle.press("ArrowRight")
    expect(words).to_contain_text(WHAT_IF)
    expect(words).to_contain_text("instead of")
    cell.get_by_role("button", name="Back to the analyst's values").click()
    expect(words).to_contain_text(ANALYST)
    assert words.inner_text() == before
    lab.close()


def test_changed_parameters_count_compare_and_label(lab):
    """Typed in the parameters' cell: other hours, a second campaign, a file of labels, of which one turn is answered."""
    lab.open("02_metrics")
    for name, value in {"response_hours": 4.0, "other": "city-concierge", "labels": "labels.csv"}.items():
        set_parameter(lab.page, name, value)
    outputs = lab.run("02_metrics")
    assert len(charts_in(outputs)) == CHARTS["02_metrics"] + 1
    table = lab.cell(place_of(outputs, "Not the same period: Spring help line ran 1 March"))
    expect(table).to_contain_text("Answered within 4 h")
    assert lab.drawn(place_of(outputs, "The main numbers of Spring help line and City concierge side by side"))
    results = values_file(lab.clone / "reports" / "spring-help-line", "02_metrics")
    assert "within_4h" in pl.read_parquet(results)["variant"].to_list()
    cell = lab.cell(place_of(outputs, "0 of 200 turns in labels.csv are labelled"))
    cell.get_by_role("button", name="Begin labelling").click()
    cell.get_by_role("button", name="negative").or_(cell.get_by_role("button", name="no")).first.click()
    cell.get_by_role("button", name="Keep, and next").click()
    expect(cell).to_contain_text("1 of 200 turns in labels.csv are labelled, this is number 2")
    with (lab.clone / "data/demo/labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [place for place, row in enumerate(rows) if "negative" in row.values() or "no" in row.values()] == [0]
    lab.close()


def test_a_wrong_parameter_is_refused_in_one_sentence(lab):
    lab.open("02_metrics")
    set_parameter(lab.page, "campaign", "spring-help-lime")
    errors = [one for each in lab.run("02_metrics") for one in each if one["output_type"] == "error"]
    assert [one["traceback"] for one in errors] == [
        ["ConfigError: unknown campaign: 'spring-help-lime'; did you mean 'spring-help-line'?"]
    ]
    lab.close()
