"""A run that is killed at any moment leaves whole files, no process, and the next run gives the same bytes (B1)."""

import random
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from careworth.batch.manifest import NAME
from tests.batch.conftest import REPORT, command, published, write_notebook
from tests.batch.test_faults import wait_for
from tests.batch.warm import Warm, children, require_gone, warm

#: Kills, each at a moment of its own: 20 in all over two tests of ten. Two of ten are of a command as a user starts it, which
#: is still importing most of the time; the others meet a run that is at work from its first moment.
KILLS, FROM_THE_START = 10, 2


@pytest.fixture(scope="module")
def forked() -> Iterator[Warm]:
    """A process that has imported everything."""
    with warm() as forked:
        yield forked


@pytest.fixture
def words(workspace, notebooks) -> list[str]:
    """A run of two campaigns, as words of the command line."""
    return command(workspace, notebooks, "c00", "c01")


@pytest.fixture
def changed(workspace, notebooks, words, forked) -> dict[str, bytes]:
    """Two reports of yesterday; today's last notebook finds something else."""
    assert forked.run(words[3:]) == 0
    yesterday = published(workspace)
    write_notebook(notebooks / "06_report.ipynb", REPORT.replace("<p>", "<p>today: "))
    return yesterday


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_leaves_whole_files_and_no_process_and_the_next_gives_the_same_bytes(
    workspace, words, changed, forked, seed
):
    drawn, ended = random.Random(seed), []
    of_command = seconds_of(lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL))
    after = published(workspace)
    _put_back(workspace, changed)
    of_work = seconds_of(lambda: forked.run(words[3:]))
    for number in range(KILLS):
        _put_back(workspace, changed)
        if number < FROM_THE_START:
            _kill_at(words, drawn.uniform(0, of_command))
        else:
            ended.append(forked.kill_at(words[3:], partial(time.sleep, drawn.uniform(0, of_work))))
        left = {name: body for name, body in published(workspace).items() if not name.startswith(".")}
        assert not [name for name, body in left.items() if body not in (changed.get(name), after.get(name))]
        assert forked.run(words[3:]) == 0
        assert published(workspace) == after
    assert ended.count(-9) >= 3, "most runs were over before they were killed"


def seconds_of(do) -> float:
    """How long it takes."""
    started = time.monotonic()
    do()
    return time.monotonic() - started


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
    family = [process.pid, *(each.pid for each in children(psutil.Process(process.pid)))]
    process.kill()
    process.wait()
    require_gone(family)


def test_what_would_have_gone_on_for_minutes_is_gone_with_the_run(workspace, notebooks, words, forked):
    """A cell that computes, and a program that it started."""
    waits = "import subprocess, time\nsubprocess.Popen(['sleep', '300'])\nopen('begun', 'w').close()\ntime.sleep(300)"
    write_notebook(notebooks / "02_metrics.ipynb", waits)
    assert forked.kill_at(words[3:], lambda: wait_for((workspace / "begun").is_file)) == -9


def test_the_manifest_comes_last(workspace, words, forked):
    assert forked.run(words[3:]) == 0
    folder = workspace.parent / "reports/c00"
    changed = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert max(changed, key=changed.get).name == NAME
