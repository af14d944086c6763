"""Batch runs beside the plain loop that people write: papermill, then nbconvert, notebook after notebook.

`python -m tests.benchmarks.batch [ROUNDS] [COPIES]` prints processor and wall seconds per report of both on the demo's four
campaigns, in turns; with COPIES also how long a run takes in which none of so many campaigns changed. Linux only: processor
seconds are those of all processes, down to the last grandchild.
"""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from careworth.config import campaign_ids, load_workspace
from careworth.demo import write_demo_sources
from careworth.execution import CAMPAIGN_NOTEBOOKS, notebooks_folder

ROOT = Path(__file__).parents[2]
BECOME_SUBREAPER = 36


class Spent(NamedTuple):
    """Processor and wall seconds."""

    processor: float
    wall: float

    def of(self, reports: int) -> "Spent":
        """Per report."""
        return Spent(self.processor / reports, self.wall / reports)


def main(rounds: int = 5, copies: int = 0) -> None:
    """Print both, in turns, and the ratio of their means."""
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as folder:
        workspace, reports = _workspace(Path(folder) / "workspace"), Path(folder) / "reports"
        names = campaign_ids(load_workspace(workspace))
        _careworth(workspace, reports)
        own, plain = [], []
        for name in islice(cycle(names), rounds):
            plain.append(spent(lambda name=name: _plain_loop(workspace, Path(folder) / "plain", name)))
            own.append(spent(lambda: _careworth(workspace, reports, "--force", "--jobs", "2")).of(len(names)))
            print(f"plain loop {_told(plain[-1])}; careworth run {_told(own[-1])} per report", flush=True)
        ratio = [sum(each[k] for each in plain) / sum(each[k] for each in own) for k in (0, 1)]
        print(f"{ratio[0]:.1f} times less processor time, {ratio[1]:.1f} times less wall time, on two workers")
        if copies:
            _unchanged(workspace, reports, copies)


def _unchanged(workspace: Path, reports: Path, copies: int) -> None:
    for name, number in zip(cycle(campaign_ids(load_workspace(workspace))), range(copies), strict=False):
        text = (workspace / f"campaigns/{name}.toml").read_text()
        (workspace / f"campaigns/c{number:03}.toml").write_text(text.replace(f'id = "{name}"', f'id = "c{number:03}"'))
    # What the first run used is told when the last of its processes has ended.
    spent(lambda: _careworth(workspace, reports, "--jobs", "2"))
    again = spent(lambda: _careworth(workspace, reports))
    print(f"{copies + 4} unchanged campaigns: {_told(again)} in all, no notebook started")


def spent(run: Callable[[], None]) -> Spent:
    """What a call and every process that it starts use, until the last of them has ended."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()
    run()
    wall = monotonic() - started
    _wait_for_all()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def _wait_for_all() -> None:
    # Whoever loses its parent becomes our child.
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _workspace(folder: Path) -> Path:
    shutil.copytree(ROOT / "data/demo", folder, ignore=shutil.ignore_patterns("lake", "sources"))
    write_demo_sources(folder / "sources")
    return folder


def _careworth(workspace: Path, reports: Path, *words: str) -> None:
    start = [sys.executable, "-m", "careworth", "run", "--workspace", str(workspace), "--reports", str(reports)]
    subprocess.run([*start, *words], check=True, stdout=subprocess.DEVNULL)


def _plain_loop(workspace: Path, reports: Path, campaign: str) -> None:
    """One campaign as a shell loop would run it: a kernel per notebook, then a page of each."""
    executed = reports / campaign / "notebooks"
    executed.mkdir(parents=True, exist_ok=True)
    given = ["-p", "workspace", str(workspace), "-p", "campaign", campaign, "-p", "reports", str(reports)]
    for name in CAMPAIGN_NOTEBOOKS:
        target = executed / f"{name}.ipynb"
        papermill = [sys.executable, "-m", "papermill", str(notebooks_folder() / f"{name}.ipynb"), str(target), *given]
        subprocess.run([*papermill, "--no-progress-bar"], check=True, capture_output=True)
        subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(target)], check=True, capture_output=True)


def _told(used: Spent) -> str:
    return f"{used.processor:.2f} CPU s, {used.wall:.2f} s"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
