"""What the processes of a run share: what they import, the threads of the machine, and one engine of Vega."""

import os
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace

import nbformat
import polars as pl
import pytest

from careworth.batch.dispatch import THREADS, Asked, _ask, _heard, _Running, _threads
from careworth.execution import CAMPAIGN_NOTEBOOKS, notebooks_folder
from careworth.report.vega import Question, answer

BARS = {"data": {"name": "rows"}, "mark": "bar", "encoding": {"x": {"field": "share", "type": "quantitative"}}}


@pytest.mark.parametrize("at_once", [1, 2, 64])
def test_campaigns_that_run_at_once_share_the_threads(at_once, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    before = dict(os.environ)
    with _threads(at_once):
        share = max(1, pl.thread_pool_size() // at_once)
        assert {os.environ[name] for name in THREADS} == {str(share)}
    assert dict(os.environ) == before


def answered(question: Question) -> tuple[_Running, object]:
    """A campaign that asks, and what the run sends back to it."""
    run, campaign = Pipe()
    running = _Running(SimpleNamespace(), run, since=1.0)
    campaign.send(Asked(question))
    assert list(_heard("spring", running)) == []
    return running, campaign.recv()


def test_a_campaign_has_its_charts_compiled_by_the_run_without_moving_its_clock():
    running, (chart,) = answered(Question([BARS]))
    assert [chart] == answer(Question([BARS]))
    assert chart["marks"][0]["type"] == "rect"
    assert running.since == 1.0


def test_a_chart_that_cannot_be_compiled_fails_its_campaign_alone():
    _, refused = answered(Question([{"mark": "no such mark"}]))
    run, campaign = Pipe()
    run.send(refused)
    with pytest.raises(ValueError, match="conversion failed"):
        _ask(campaign, Question())


def test_whatever_the_notebooks_import_is_there_before_the_first_campaign():
    lines = [line for name in CAMPAIGN_NOTEBOOKS for line in import_lines(notebooks_folder() / f"{name}.ipynb")]
    assert len(lines) > 20
    told = "before = set(sys.modules)", *lines, "print(*sorted(set(sys.modules) - before))"
    code = "\n".join(["import sys", "import careworth.batch.imports", *told])
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


def import_lines(notebook: Path) -> list[str]:
    """The lines of a notebook that import something."""
    cells = [cell for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    return [line for cell in cells for line in cell.source.splitlines() if line.startswith(("import ", "from "))]
