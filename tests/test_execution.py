"""One notebook: what is refused, when it counts as run, and what it leaves."""

import re
from pathlib import Path

import nbformat
import polars as pl
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from careworth import execution
from careworth.errors import ParameterError, RunError
from careworth.execution import complete_results, parse_parameters, prepare_notebooks, run_notebook
from tests.conftest import ROOT
from tests.test_config import CAMPAIGN, WORKSPACE

SPRING = "spring-help-line"
NOTEBOOKS = ROOT / "notebooks"
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
        return run_notebook(tmp_path / "tiny.ipynb", root, tmp_path / "reports", tmp_path / "executed")

    return run


def test_an_unknown_parameter_is_refused_with_the_known_ones_before_anything_runs(root, tmp_path):
    known = "choose from workspace, campaign, reports, lookback_days"
    with pytest.raises(ParameterError, match=f"03_attribution.ipynb: unknown parameter 'lookback'; {known}"):
        run_notebook(NOTEBOOKS / "03_attribution.ipynb", root, tmp_path / "reports", tmp_path / "executed", lookback=30)
    assert list(tmp_path.iterdir()) == [root]


def test_a_notebook_that_declares_no_parameters_is_refused(own_notebooks, root, tmp_path):
    own_notebooks("tiny", PARAMETERS, tags=[])
    with pytest.raises(ParameterError, match="tiny.ipynb: no cell is tagged 'parameters'"):
        run_notebook(tmp_path / "tiny.ipynb", root, tmp_path / "reports", tmp_path / "executed")


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


def test_a_widget_leaves_the_same_notebook_each_time(run_cells):
    """Its number is drawn by chance, and without its kernel nobody could move it."""
    executed = [nbformat.read(run_cells("import ipywidgets", "ipywidgets.IntSlider(value=3)"), 4) for _ in range(2)]
    (told,), (again,) = (notebook.cells[-1].outputs for notebook in executed)
    assert told == again
    assert told["data"] == {"text/plain": "IntSlider(value=3)"}
    assert "widgets" not in executed[0].metadata


def test_a_kernel_that_is_done_is_stopped_without_an_interrupt(run_cells, capfd):
    run_cells(SLOW_REPLY)
    assert capfd.readouterr() == ("", "")


def test_only_missing_results_are_completed(root, tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(execution, "run_notebook", lambda source, *given: ran.append(source.stem))
    (tmp_path / "spring/notebooks").mkdir(parents=True)
    (tmp_path / "spring/notebooks/03_attribution.parquet").touch()
    assert complete_results(root, "spring", tmp_path) == ran == ["02_metrics", "04_roi", "05_changes"]


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


def test_a_parameter_changes_what_one_notebook_measures(small, tmp_path):
    run_notebook(NOTEBOOKS / "02_metrics.ipynb", small, tmp_path, tmp_path / "executed", SPRING, response_hours=1.0)
    values = pl.read_parquet(tmp_path / SPRING / "notebooks/02_metrics.parquet")
    within = values.filter(pl.col("metric_id") == "S1", pl.col("variant").str.contains("^within_[0-9]+h$"))
    assert set(within["variant"]) == {"within_1h"}


def test_a_notebook_runs_in_jupyterlab_with_an_edited_parameters_cell(small, tmp_path):
    notebook = nbformat.read(execution.notebooks_folder() / "04_roi.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    cell.source = cell.source.replace("../data/demo", small.as_posix()).replace("../reports", tmp_path.as_posix())
    NotebookClient(notebook, resources={"metadata": {"path": execution.notebooks_folder()}}).execute()
    assert "M1" in set(pl.read_parquet(tmp_path / SPRING / "notebooks/04_roi.parquet")["metric_id"])
