"""`careworth lab`: JupyterLab at the right notebook, and what it says when it cannot; sentences instead of tracebacks."""

import socket
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from careworth import lab
from careworth.cli import app
from careworth.errors import CareworthError, ParameterError
from careworth.execution import notebooks_folder, prepare_notebooks
from careworth.notebook import require_positive

DEMO = Path(__file__).parents[1] / "data" / "demo"


@pytest.fixture
def started(monkeypatch, tmp_path) -> list[list[str]]:
    """The commands that would have been started, in a working folder of the test's own."""
    commands = []
    monkeypatch.chdir(tmp_path)
    ended = type("Ended", (), {"returncode": 0})
    monkeypatch.setattr(lab.subprocess, "run", lambda command, check: commands.append(command) or ended)
    return commands


def opened_by(command: list[str]) -> Path:
    """The notebook at which a command opens JupyterLab: in its folder, by its address."""
    return Path(command[3]) / command[4].removeprefix("--LabApp.default_url=/lab/tree/")


def test_without_a_campaign_it_opens_at_the_tour(started):
    assert lab.open_lab(DEMO, "", Path("reports")) == 0
    assert opened_by(started[0]) == notebooks_folder() / "01_ingest.ipynb"


def test_with_a_campaign_it_opens_at_its_own_copy_with_the_parameters_filled_in(started):
    ended = CliRunner().invoke(app, ["lab", "city-concierge", "-w", str(DEMO), "-r", "reports"])
    assert ended.exit_code == 0, ended.output
    opened = opened_by(started[0])
    assert opened == Path("lab/city-concierge/02_metrics.ipynb")
    given = {name: each["default"] for name, each in papermill.inspect_notebook(opened).items()}
    assert given | {"workspace": ""} == {
        "workspace": "",
        "campaign": '"city-concierge"',
        "reports": '"../../reports"',
        "response_hours": "24.0",
        "resolution_window_hours": "72.0",
        "other": '""',
        "labels": '""',
    }
    assert (opened.parent / given["workspace"].strip('"') / "workspace.toml").is_file()


def test_a_copy_that_somebody_worked_in_stays_as_it_is(started):
    prepare_notebooks(DEMO, "city-concierge", Path("reports"), Path("lab/city-concierge"))
    mine = Path("lab/city-concierge/02_metrics.ipynb")
    mine.write_text("my work", encoding="utf-8")
    Path("lab/city-concierge/04_roi.ipynb").unlink()
    lab.open_lab(DEMO, "city-concierge", Path("reports"))
    assert mine.read_text(encoding="utf-8") == "my work"
    assert papermill.inspect_notebook("lab/city-concierge/04_roi.ipynb")


@pytest.mark.parametrize(("port", "options"), [(0, []), (8899, ["--port=8899", "--ServerApp.port_retries=0"])])
def test_a_port_that_is_named_is_the_one(port, options):
    command = [each for each in lab.lab_command(Path("a.ipynb"), port) if each != "--allow-root"]
    assert command[1:] == ["-m", "jupyterlab", ".", "--LabApp.default_url=/lab/tree/a.ipynb", *options]


def refusal(*arguments) -> str:
    """What it says instead of starting."""
    with pytest.raises(CareworthError) as refused:
        lab.open_lab(*arguments)
    return str(refused.value)


def test_a_port_of_another_program_is_refused_in_a_sentence(started):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refusal(DEMO, "", Path("reports"), port).startswith(f"port {port} is taken, perhaps by another JupyterLab; ")
    assert lab.open_lab(DEMO, "", Path("reports"), port) == 0
    assert len(started) == 1


def test_a_missing_jupyterlab_is_named_with_its_remedy(started, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert refusal(DEMO, "", Path("reports")).endswith("install it: python -m pip install jupyterlab")
    assert started == []


def test_an_unknown_campaign_leaves_no_folder(started):
    assert "did you mean 'city-concierge'?" in refusal(DEMO, "city-conciege", Path("reports"))
    assert not Path("lab").exists()


@pytest.mark.parametrize("value", [0, -1, 0.0, float("nan"), float("inf"), "24", None, True])
def test_a_parameter_that_is_no_number_above_zero_is_refused_by_its_name(value):
    with pytest.raises(ParameterError) as refused:
        require_positive(draws=4, response_hours=value)
    assert str(refused.value) == f"response_hours is {value!r}; give it a number above 0 in the parameters' cell"


def test_numbers_above_zero_pass():
    require_positive(response_hours=0.5, draws=1)


def test_jupyter_shows_a_refusal_as_one_sentence():
    cell = nbformat.v4.new_code_cell("from careworth.config import load_workspace; load_workspace('nowhere')")
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]), allow_errors=True)
    (output,) = client.execute().cells[0].outputs
    says = "no workspace.toml in folder 'nowhere'; run `careworth init DIR` for one to start from"
    assert (output.ename, output.evalue, output.traceback) == ("ConfigError", says, [f"ConfigError: {says}"])
