"""Batch runs: what is refused, what is published, what stays as it was, and what is not run again."""

import json
import os
import re
import shutil
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import nbformat
import polars as pl
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from careworth import execution, pipeline
from careworth.demo import write_demo_sources
from careworth.errors import ParameterError, RunError
from careworth.execution import complete_results, parse_parameters, prepare_notebooks, run_notebook
from careworth.pipeline import Outcome, run_campaign, run_campaigns
from tests.conftest import ROOT
from tests.test_cli import files_below
from tests.test_config import CAMPAIGN, WORKSPACE

SPRING = "spring-help-line"
PYTHON = {
    "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
    "language_info": {"name": "python"},
}
PARAMETERS = 'workspace: str = "."  # folder with workspace.toml'


@pytest.fixture
def root(tmp_path) -> Path:
    """A workspace without data: enough for notebooks that read none."""
    (tmp_path / "mine/campaigns").mkdir(parents=True)
    (tmp_path / "mine/workspace.toml").write_text(WORKSPACE)
    (tmp_path / "mine/campaigns/spring.toml").write_text(CAMPAIGN)
    return tmp_path / "mine"


@pytest.fixture
def own_notebooks(tmp_path, monkeypatch):
    """A function that writes a notebook of these cells, which the pipeline takes for one of its own."""
    monkeypatch.setattr(execution, "notebooks_folder", lambda: tmp_path)

    def write(name: str, *cells: str, tags: list[str]) -> None:
        first, *others = [new_code_cell(cell) for cell in cells]
        first.metadata["tags"] = tags
        nbformat.write(new_notebook(cells=[first, *others], metadata=PYTHON), tmp_path / f"{name}.ipynb")

    return write


@pytest.fixture
def run_cells(own_notebooks, root, tmp_path):
    """A function that runs cells as a notebook called `tiny` in the workspace without data."""

    def run(*cells: str) -> Path:
        own_notebooks("tiny", PARAMETERS, *cells, tags=["parameters"])
        return run_notebook("tiny", root, tmp_path / "reports", tmp_path / "executed")

    return run


def test_an_unknown_parameter_is_refused_with_the_known_ones_before_anything_runs(root, tmp_path):
    known = "choose from workspace, campaign, reports, lookback_days"
    with pytest.raises(ParameterError, match=f"03_attribution.ipynb: unknown parameter 'lookback'; {known}"):
        run_notebook("03_attribution", root, tmp_path / "reports", tmp_path / "executed", lookback=30)
    assert list(tmp_path.iterdir()) == [root]


def test_a_notebook_that_declares_no_parameters_is_refused(own_notebooks, root, tmp_path):
    own_notebooks("tiny", PARAMETERS, tags=[])
    with pytest.raises(ParameterError, match="tiny.ipynb: no cell is tagged 'parameters'"):
        run_notebook("tiny", root, tmp_path / "reports", tmp_path / "executed")


#: Each way to stop early as the cells behind the parameters and what the refusal says.
STOPS = {
    "exit": (["import sys; sys.exit(0)", "1"], "tiny: stopped before its end, at cell 3; look for sys.exit or a killed kernel"),
    "death": (
        ["import os; os._exit(0)"],
        "tiny: the kernel ended early (DeadKernelError); it may have run out of memory or time",
    ),
    "error": (["raise ValueError('no orders\\nat all')"], "tiny: ValueError: no orders"),
    "folder": (["import os; raise OSError(os.getcwd() + '/a/orders.csv is gone')"], "tiny: OSError: orders.csv is gone"),
}


@pytest.mark.parametrize(("cells", "says"), STOPS.values(), ids=STOPS)
def test_a_notebook_that_stops_early_is_refused_in_one_line_without_a_folder(run_cells, cells, says):
    with pytest.raises(RunError) as stopped:
        run_cells(*cells)
    assert str(stopped.value) == says


def test_an_empty_cell_counts_as_run(run_cells):
    assert run_cells("1", " \n").is_file()


def test_an_executed_notebook_forgets_where_it_ran(run_cells, tmp_path):
    assert str(tmp_path) not in run_cells("1").read_text()


#: The kernel stays busy for a moment with the last question that it is asked before it must stop.
SLOW_REPLY = """
import time
kernel = get_ipython().kernel
answer = kernel.shell_handlers["kernel_info_request"]
async def answer_slowly(*message):
    await answer(*message)
    time.sleep(0.5)
kernel.shell_handlers["kernel_info_request"] = answer_slowly
"""


def test_a_kernel_that_is_done_is_stopped_without_an_interrupt(run_cells, capfd):
    run_cells(SLOW_REPLY)
    assert capfd.readouterr() == ("", "")


def test_a_failed_campaign_leaves_its_last_report_as_it_was(own_notebooks, root, tmp_path):
    own_notebooks("02_metrics", PARAMETERS, "1 / 0", tags=["parameters"])
    (tmp_path / "reports/spring").mkdir(parents=True)
    (tmp_path / "reports/spring/report.html").write_text("last night's")
    before = files_below(tmp_path / "reports")
    outcome = run_campaign(root, "spring", tmp_path / "reports", "{}", {})
    assert (outcome.status, outcome.reason) == ("failed", "02_metrics: ZeroDivisionError: division by zero")
    assert files_below(tmp_path / "reports") == before


def test_a_report_that_cannot_be_put_in_place_leaves_the_last_one_as_it_was(root, tmp_path, monkeypatch):
    """On Windows a folder cannot be renamed while somebody reads in it."""

    def refuse_new(source: Path, target: Path) -> None:
        if target.name == "spring" and source.name == "spring":
            raise PermissionError(13, "Permission denied", str(source))
        source.rename(target)

    (tmp_path / "reports/spring").mkdir(parents=True)
    (tmp_path / "reports/spring/report.html").write_text("last night's")
    monkeypatch.setattr(pipeline, "run_notebook", lambda *given: given[3].mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(pipeline, "os", SimpleNamespace(replace=refuse_new, getpid=os.getpid))
    outcome = run_campaign(root, "spring", tmp_path / "reports", "{}", {})
    assert (outcome.status, outcome.reason) == ("failed", "the report could not be written: Permission denied")
    assert [path.name for path in (tmp_path / "reports").rglob("*")] == ["spring", "report.html"]


def test_only_missing_results_are_completed(root, tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(execution, "run_notebook", lambda name, *given: ran.append(name))
    (tmp_path / "spring/notebooks").mkdir(parents=True)
    (tmp_path / "spring/notebooks/03_attribution.parquet").touch()
    assert complete_results(root, "spring", tmp_path) == ran == ["02_metrics", "04_roi", "05_changes"]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """The demo workspace with a fiftieth of its year."""
    folder = tmp_path_factory.mktemp("small") / "workspace"
    shutil.copytree(ROOT / "data/demo", folder, ignore=shutil.ignore_patterns("lake", "sources"))
    write_demo_sources(folder / "sources", scale=0.02)
    return folder


def statuses(workspace: Path, **given) -> list[str]:
    """How the run of the spring campaign ended, with its reports beside the workspace."""
    return [each.status for each in run_campaigns(workspace, [SPRING], workspace.parent / "reports", 1, **given)]


@pytest.fixture(scope="module")
def report(small) -> Path:
    """The folder of a report that was really run."""
    assert statuses(small) == ["done"]
    return small.parent / "reports" / SPRING


def test_a_run_publishes_the_report_its_table_and_the_executed_notebooks(report):
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    notebooks = {f"notebooks/{name}.ipynb" for name in execution.CAMPAIGN_NOTEBOOKS}
    assert names >= {"report.html", "metric_values.parquet", "metric_values.json", "run.json"} | notebooks
    assert {path.name for path in report.parent.iterdir()} == {SPRING, "index.html"}


def test_the_run_record_names_every_other_file(report):
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    assert set(json.loads((report / "run.json").read_text())["outputs"]) == names - {"run.json"}


def test_nothing_that_is_published_names_a_folder_of_this_machine(small, report):
    folders = [str(folder) for folder in (small.parent, ROOT, Path.home()) if folder != Path("/")]
    files = [path for path in report.parent.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [(path.name, folder) for path in files for folder in folders if folder.encode() in path.read_bytes()]


def test_the_table_is_the_same_in_parquet_and_json(report):
    rows = pl.read_parquet(report / "metric_values.parquet").rows(named=True)
    plain = [{name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows]
    assert json.loads((report / "metric_values.json").read_text()) == plain
    assert len(plain) > 100


def finished(outcome: Outcome | BaseException) -> Future:
    """What a process pool gives for a run that ended so."""
    future = Future()
    future.set_exception(outcome) if isinstance(outcome, BaseException) else future.set_result(outcome)
    return future


def test_a_killed_process_fails_its_campaign_and_not_the_batch(again, monkeypatch):
    killed = SimpleNamespace(submit=lambda *given: finished(BrokenProcessPool()))
    monkeypatch.setattr(pipeline, "ProcessPoolExecutor", lambda **given: nullcontext(killed))
    (outcome,) = run_campaigns(again, [SPRING], again.parent / "reports", jobs=1, force=True)
    assert (outcome.status, "memory" in outcome.reason) == ("failed", True)


def test_what_a_killed_run_left_is_removed_a_day_later(again):
    old, young = (again.parent / "reports" / f".{name}.1.tmp" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    statuses(again)
    assert (old.exists(), young.exists()) == (False, True)


def test_notebooks_prepared_for_a_campaign_run_where_they_stand(small, tmp_path):
    folder = prepare_notebooks(small, SPRING, tmp_path / "reports", tmp_path / "lab" / SPRING)
    notebook = nbformat.read(folder / "03_attribution.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": folder}}).execute()
    assert (tmp_path / "reports" / SPRING / "notebooks/03_attribution.parquet").is_file()
    assert len(list(folder.glob("*.ipynb"))) == 6


def test_given_parameters_are_read_by_their_declared_type():
    assert parse_parameters(["response_hours=4", "seed=11"]) == {"response_hours": 4.0, "seed": 11}


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("responce_hours=4", "unknown parameter 'responce_hours'; did you mean 'response_hours'?"),
        ("campaign=other", "unknown parameter 'campaign'; choose from"),
        ("response_hours=soon", "parameter response_hours: 'soon' is no float"),
        ("response_hours=nan", "parameter response_hours: 'nan' is no float"),
        ("seed=1.5", "parameter seed: '1.5' is no int"),
        ("seed", "parameter seed: '' is no int"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_in_a_sentence(word, sentence):
    with pytest.raises(ParameterError, match=re.escape(sentence)):
        parse_parameters([word])


def test_another_value_of_a_parameter_runs_again(again):
    (outcome,) = run_campaigns(again, [SPRING], again.parent / "reports", jobs=1, given={"response_hours": 4.0})
    assert outcome.status == "done"


@pytest.fixture
def again(small, report, tmp_path, monkeypatch) -> Path:
    """A copy of the workspace and its report in which no notebook really runs."""
    shutil.copytree(small.parent, tmp_path / "copy")
    pool = SimpleNamespace(submit=lambda run, root, name, *given: finished(Outcome(name, "done", 0.0)))
    monkeypatch.setattr(pipeline, "as_completed", list)
    monkeypatch.setattr(pipeline, "ProcessPoolExecutor", lambda **given: nullcontext(pool))
    return tmp_path / "copy" / small.name


def test_a_second_run_changes_nothing(again):
    before = files_below(again.parent / "reports" / SPRING)
    assert statuses(again) == ["unchanged"]
    assert files_below(again.parent / "reports" / SPRING) == before


def test_a_run_by_force_runs_again(again):
    assert statuses(again, force=True) == ["done"]


@pytest.mark.parametrize("name", [f"campaigns/{SPRING}.toml", "workspace.toml"])
def test_an_edited_configuration_runs_again(again, name):
    (again / name).write_text((again / name).read_text() + "\n")
    assert statuses(again) == ["done"]


def test_another_campaigns_edit_changes_nothing(again):
    (again / "campaigns/summer-escape.toml").unlink()
    assert statuses(again) == ["unchanged"]


@pytest.mark.parametrize("name", ["report.html", "metric_values.json", "run.json", "notebooks/02_metrics.ipynb"])
@pytest.mark.parametrize("content", [None, b"altered"])
def test_a_missing_or_altered_output_runs_again(again, name, content):
    path = again.parent / "reports" / SPRING / name
    path.unlink() if content is None else path.write_bytes(content)
    assert statuses(again) == ["done"]


def test_a_parameter_changes_what_one_notebook_measures(small, tmp_path):
    run_notebook("02_metrics", small, tmp_path, tmp_path / "executed", SPRING, response_hours=1.0)
    values = pl.read_parquet(tmp_path / SPRING / "notebooks/02_metrics.parquet")
    within = values.filter(pl.col("metric_id") == "S1", pl.col("variant").str.contains("^within_[0-9]+h$"))
    assert set(within["variant"]) == {"within_1h"}


def test_a_notebook_runs_in_jupyterlab_with_an_edited_parameters_cell(small, tmp_path):
    notebook = nbformat.read(execution.notebooks_folder() / "04_roi.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    cell.source = cell.source.replace("../data/demo", small.as_posix()).replace("../reports", tmp_path.as_posix())
    NotebookClient(notebook, resources={"metadata": {"path": execution.notebooks_folder()}}).execute()
    assert "M1" in set(pl.read_parquet(tmp_path / SPRING / "notebooks/04_roi.parquet")["metric_id"])
