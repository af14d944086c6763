"""The same sources give the same report byte for byte, whoever runs it and in whatever surroundings (RELIABILITY.md R5, K3)."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import pytest

from careworth.demo import write_demo_sources
from careworth.files import sha256
from tests.conftest import ROOT
from tests.test_hostile_names import all_told

CAMPAIGN = "spring-help-line"
SECRET = "canary-key-0123456789abcdef0123456789abcdef"

#: The cells of all six notebooks one after the other, and the portfolio page, in one process: without the start of six kernels.
WHOLE_PIPELINE = """
import json, sys
from pathlib import Path
from careworth.config import load_workspace
from careworth.execution import CAMPAIGN_NOTEBOOKS, INGEST, notebooks_folder
from careworth.batch.portfolio import write_index
given = dict(zip(("workspace", "campaign", "reports"), sys.argv[1:]))
for name in (INGEST, *CAMPAIGN_NOTEBOOKS):
    names = {}
    for cell in json.loads((notebooks_folder() / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), name, "exec"), names)
            names |= given if "parameters" in cell["metadata"].get("tags", []) else {}
write_index(load_workspace(Path(given["workspace"])), Path(given["reports"]), {})
"""

MATRIX = {
    "TZ": ("UTC", "Asia/Kolkata", "America/St_Johns"),
    "LANG": ("C.UTF-8", "tr_TR.UTF-8"),
    "PYTHONHASHSEED": ("0", "1"),
    "POLARS_MAX_THREADS": ("1", "2", "4"),
}

#: Nine of the thirty-six, so chosen that each two values of two settings meet in one of them.
SURROUNDINGS = [
    {
        "TZ": MATRIX["TZ"][zone],
        "LANG": MATRIX["LANG"][(zone + threads) % 3 == 0],
        "PYTHONHASHSEED": MATRIX["PYTHONHASHSEED"][(zone - threads) % 3 == 0],
        "POLARS_MAX_THREADS": MATRIX["POLARS_MAX_THREADS"][threads],
    }
    for zone in range(3)
    for threads in range(3)
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """The demo with a fiftieth of its year and few draws, its people named by a secret key."""
    root = tmp_path_factory.mktemp("small") / "workspace"
    shutil.copytree(ROOT / "data/demo", root, ignore=shutil.ignore_patterns("lake", "sources"))
    settings = (root / "workspace.toml").read_text().replace("draws = 16384", "draws = 1000")
    (root / "workspace.toml").write_text(settings + '\n[privacy]\nkey = "env:SECRET_OF_RUN"\n')
    write_demo_sources(root / "sources", scale=0.02)
    return root


@pytest.fixture(scope="module")
def runs(workspace, tmp_path_factory) -> list[Path]:
    """The reports of nine runs, each by another user with another home, in another folder and other surroundings."""

    def run(surroundings: dict[str, str]) -> Path:
        folder = tmp_path_factory.mktemp("canary-folder")
        shutil.copytree(workspace, folder / "workspace")
        own = {"HOME": str(folder / "canary-home"), "USER": "canary-user", "LOGNAME": "canary-user", "SECRET_OF_RUN": SECRET}
        (folder / "canary-home").mkdir()
        command = [sys.executable, "-c", WHOLE_PIPELINE, ".", CAMPAIGN, "../reports"]
        subprocess.run(command, cwd=folder / "workspace", env=os.environ | own | surroundings, check=True)
        return folder / "reports"

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(run, SURROUNDINGS))


def hashes(reports: Path) -> dict[str, str]:
    """The hash of each file below the folder."""
    return {path.relative_to(reports).as_posix(): sha256(path) for path in sorted(reports.rglob("*")) if path.is_file()}


def test_each_two_values_of_two_settings_meet_in_one_of_the_runs():
    for first, second in combinations(MATRIX, 2):
        wanted = {(one, other) for one in MATRIX[first] for other in MATRIX[second]}
        assert {(each[first], each[second]) for each in SURROUNDINGS} == wanted


def test_nine_runs_in_different_surroundings_give_the_same_bytes(runs):
    first, *others = [hashes(each) for each in runs]
    assert len(others) == 8
    assert set(first) >= {"index.html", f"{CAMPAIGN}/report.html", f"{CAMPAIGN}/metric_values.parquet"}
    assert [{name for name in first | each if first.get(name) != each.get(name)} for each in others] == [set()] * 8


def test_nothing_that_a_run_leaves_tells_a_secret_a_folder_or_a_user(runs):
    """Home, user, folder and key of the runs all hold the word canary."""
    unsaid = ["canary", SECRET.removeprefix("canary-key-"), str(ROOT)]
    files = [path for path in runs[0].rglob("*") if path.is_file()]
    assert len(files) >= 8
    assert [(path.name, word) for path in files for word in unsaid if word in all_told(path)] == []
