"""A run that is killed at any moment leaves whole files, no process, and the next run gives the same bytes (B1)."""

import random
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from careworth.batch.manifest import NAME
from tests.batch.conftest import REPORT, command, published, run, write_notebook

#: Kills, each at a moment of its own: 20 in all over two tests of ten.
KILLS = 10


@pytest.fixture
def changed(workspace, notebooks) -> dict[str, bytes]:
    """Two reports of yesterday; today's notebooks find something else."""
    assert run(workspace, notebooks, "c00", "c01").returncode == 0
    return published(workspace)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_leaves_whole_files_and_no_process_and_the_next_gives_the_same_bytes(workspace, notebooks, changed, seed):
    drawn = random.Random(seed)
    after = _what_a_whole_run_publishes(workspace, notebooks)
    length = after.pop("seconds")
    for _ in range(KILLS):
        _put_back(workspace, changed)
        _kill_at(command(workspace, notebooks, "c00", "c01"), drawn.uniform(0, length))
        found = {name: body for name, body in published(workspace).items() if not name.startswith(".")}
        assert not [name for name, body in found.items() if body not in (changed.get(name), after.get(name))]
        assert run(workspace, notebooks, "c00", "c01").returncode == 0
        assert published(workspace) == after


def _what_a_whole_run_publishes(workspace: Path, notebooks: Path) -> dict:
    write_notebook(notebooks / "06_report.ipynb", REPORT.replace("<p>", "<p>today: "))
    started = time.monotonic()
    assert run(workspace, notebooks, "c00", "c01").returncode == 0
    return published(workspace) | {"seconds": time.monotonic() - started}


def _put_back(workspace: Path, files: dict[str, bytes]) -> None:
    root = workspace.parent / "reports"
    for path in [path for path in root.rglob("*") if path.is_file()]:
        path.unlink()
    for name, body in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)


def _kill_at(words: list[str], seconds: float) -> None:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    family = [process.pid, *(each.pid for each in _children(process.pid))]
    process.kill()
    process.wait()
    gone = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in family):
        assert time.monotonic() < gone, "a process outlived its run by ten seconds"
        time.sleep(0.05)


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def test_the_manifest_comes_last(workspace, notebooks):
    assert run(workspace, notebooks, "c00").returncode == 0
    folder = workspace.parent / "reports/c00"
    changed = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert max(changed, key=changed.get).name == NAME
