"""A workspace of ten small campaigns, and five small notebooks in place of the real ones."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.test_config import CAMPAIGN, WORKSPACE

CAMPAIGNS = [f"c{number:02}" for number in range(10)]

MESSAGES = """tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
1,101,True,Tue Mar 05 10:00:00 +0000 2024,@north where is my order?,2,
2,north,False,Tue Mar 05 10:05:00 +0000 2024,@101 on its way,3,1
3,101,True,Tue Mar 05 10:09:00 +0000 2024,@north thank you,,2
4,102,True,Wed Mar 06 10:00:00 +0000 2024,@north are you open?,5,
5,north,False,Wed Mar 06 11:00:00 +0000 2024,@102 yes,,4
"""

PARAMETERS = """workspace: str = "."
campaign: str = "c00"
reports: str = "reports"
response_hours: float = 24.0"""

MEASURE = """from pathlib import Path
from careworth.results import share_estimate, value_row, write_values
from careworth.study import open_study
study = open_study(workspace, campaign)
share = share_estimate(study.turns.height, 10)
rows = [value_row("S1", "ever", share, "share", n=10, denominator="conversations")] if {name!r} == "02_metrics" else []
write_values(study.to_values(rows), Path(reports) / campaign, {name!r})"""

REPORT = """from pathlib import Path
from careworth.files import write_bytes
from careworth.results import read_values, write_values
folder = Path(reports) / campaign
values = read_values(folder, "02_metrics", "03_attribution", "04_roi", "05_changes")
write_values(values, folder)
write_bytes(folder / "report.html", f"<p>{campaign}: {values['value'].to_list()}, {response_hours}</p>".encode())"""

PYTHON = {
    "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
    "language_info": {"name": "python"},
}


@pytest.fixture
def workspace(tmp_path) -> Path:
    """A workspace of ten campaigns over five messages."""
    root = tmp_path / "workspace"
    (root / "campaigns").mkdir(parents=True)
    (root / "workspace.toml").write_text(WORKSPACE)
    (root / "twcs.csv").write_text(MESSAGES)
    for name in CAMPAIGNS:
        (root / "campaigns" / f"{name}.toml").write_text(CAMPAIGN.replace("spring", name).replace("Spring", name))
    return root


@pytest.fixture
def notebooks(tmp_path) -> Path:
    """Five small notebooks that read the lake, leave rows and write a page."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("02_metrics", "03_attribution", "04_roi", "05_changes"):
        write_notebook(folder / f"{name}.ipynb", MEASURE.format(name=name))
    write_notebook(folder / "06_report.ipynb", REPORT)
    return folder


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of a parameters cell and these."""
    first, *others = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate((PARAMETERS, *cells))]
    first.metadata["tags"] = ["parameters"]
    nbformat.write(new_notebook(cells=[first, *others], metadata=PYTHON), path)


def command(workspace: Path, notebooks: Path, *words: str) -> list[str]:
    """The words of a run of this workspace with these notebooks, its reports beside it."""
    start = [sys.executable, "-m", "careworth", "run", "--workspace", str(workspace), "--notebooks", str(notebooks)]
    return [*start, "--reports", str(workspace.parent / "reports"), *words]


def run(workspace: Path, notebooks: Path, *words: str, **given) -> subprocess.CompletedProcess:
    """A whole run of the command, in a process of its own."""
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    return subprocess.run(
        command(workspace, notebooks, *words), capture_output=True, text=True, timeout=120, env=environment, check=False, **given
    )


def published(workspace: Path) -> dict[str, bytes]:
    """Every file below the reports, by its path from there; the lock apart."""
    root = workspace.parent / "reports"
    files = [path for path in root.rglob("*") if path.is_file() and path.name != ".careworth.lock"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
