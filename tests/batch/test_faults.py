"""One campaign that fails, in whatever way, takes no other with it (RELIABILITY.md B2, B3, B4, B5)."""

import shutil
import subprocess
from pathlib import Path
from time import monotonic

import pytest

from careworth.batch import Limits, Outcome, Request, run_campaigns
from careworth.batch.manifest import read_manifest
from careworth.errors import CareworthError
from careworth.files import sha256
from tests.batch.conftest import CAMPAIGNS, MEASURE, command, published, run, write_notebook

#: What the fourth campaign does in its third notebook, options of the run, and what is said of it.
FAULTS = {
    "raises": ("raise ValueError('no orders')", [], "04_roi: ValueError: no orders"),
    "exits": ("import sys; sys.exit(0)", [], "04_roi: SystemExit: a cell ended the run"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", [], "04_roi: its process was killed (SIGKILL)"),
    "ends": ("import os; os._exit(0)", [], "04_roi: its process ended before its end"),
    "takes all memory": ("bytearray(8 * 2**30)", ["--memory-gib", "4"], "04_roi: MemoryError"),
    "hangs": ("import time; time.sleep(600)", ["--cell-seconds", "5"], "04_roi: cell 2 took longer than 5 seconds"),
    "panics": (
        "from polars.exceptions import PanicException; raise PanicException('index out of bounds')",
        [],
        "04_roi: PanicException: index out of bounds",
    ),
}


@pytest.mark.parametrize(("does", "words", "says"), FAULTS.values(), ids=FAULTS)
def test_of_ten_campaigns_nine_have_their_report(workspace, notebooks, does, words, says):
    old = workspace.parent / "reports/c03/report.html"
    old.parent.mkdir(parents=True)
    old.write_text("last night's")
    write_notebook(notebooks / "04_roi.ipynb", f"if campaign == 'c03': {does}", MEASURE.format(name="04_roi"))
    started = monotonic()
    ended = run(workspace, notebooks, *words)
    assert monotonic() - started < 60
    assert (ended.returncode, f"c03                      FAILED: {says}" in ended.stdout) == (1, True), ended.stdout
    reports = workspace.parent / "reports"
    for name in set(CAMPAIGNS) - {"c03"}:
        stages = read_manifest(reports / name)
        assert len(stages) == 5
        assert all(sha256(reports / name / file) == digest for each in stages.values() for file, digest in each.outputs.items())
    assert (old.read_text(), {path.name for path in old.parent.iterdir()}) == ("last night's", {"report.html"})
    assert not list(reports.glob(".*.tmp"))


@pytest.mark.parametrize(
    "hangs", ["import time; time.sleep(600)", "import re; re.match('(a|a)*b', 'a' * 40)"], ids=["sleeps", "computes"]
)
def test_a_cell_that_hangs_ends_its_campaign_within_five_seconds_of_the_limit(workspace, notebooks, hangs):
    """Counted from when its stage began; the other one is done meanwhile."""
    limit = 4
    write_notebook(notebooks / "04_roi.ipynb", f"if campaign == 'c03': {hangs}", MEASURE.format(name="04_roi"))
    asked = Request(workspace, workspace.parent / "reports", ["c03", "c04"], 2, limits=Limits(limit), notebooks=notebooks)
    told = [(monotonic(), each) for each in run_campaigns(asked)]
    outcomes = {each.campaign_id: (at, each) for at, each in told if isinstance(each, Outcome)}
    (began,) = (at for at, each in told if each[:2] == ("c03", "04_roi"))
    ended, outcome = outcomes["c03"]
    assert (outcome.status, outcomes["c04"][1].status) == ("failed", "done")
    assert outcome.reason == "04_roi: cell 2 took longer than 4 seconds and was stopped"
    assert limit <= ended - began <= limit + 5


def test_a_campaign_whose_file_is_wrong_fails_alone_and_the_portfolio_says_so(workspace, notebooks):
    (workspace / "campaigns/c03.toml").write_text('id = "c03"')
    ended = run(workspace, notebooks)
    assert (ended.returncode, ended.stdout.count("report.html")) == (1, 9)
    assert "c03                      FAILED: c03.toml: missing key 'name'" in ended.stdout
    assert "c03.toml: missing key" in published(workspace)["index.html"].decode()


def test_if_every_chosen_campaign_is_wrong_nothing_runs(workspace, notebooks):
    (workspace / "campaigns/c03.toml").write_text('id = "c03"')
    ended = run(workspace, notebooks, "c03")
    assert (ended.returncode, ended.stderr.splitlines()[-1].startswith("careworth: c03.toml: missing key")) == (2, True)
    assert set(published(workspace)) == set()


def test_a_second_run_at_the_same_time_is_refused_at_once(workspace, notebooks):
    write_notebook(notebooks / "02_metrics.ipynb", "import time; time.sleep(600)")
    first = subprocess.Popen(command(workspace, notebooks, "c00"), stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: list((workspace.parent / "reports").glob(".c00.tmp")))
        second = run(workspace, notebooks, "c01")
        seconds = [_seconds_to_be_refused(workspace, notebooks) for _ in range(3)]
    finally:
        first.kill()
        first.wait()
    assert (second.returncode, "another run is writing into 'reports'" in second.stderr) == (2, True)
    assert min(seconds) < 1


def _seconds_to_be_refused(workspace: Path, notebooks: Path) -> float:
    # Asked by a process that has imported everything; of three times the shortest counts on a busy machine.
    started = monotonic()
    with pytest.raises(CareworthError, match="another run is writing into 'reports'"):
        list(run_campaigns(Request(workspace, workspace.parent / "reports", ["c01"], notebooks=notebooks)))
    return monotonic() - started


def test_a_full_disk_leaves_the_report_before_as_it_was(workspace, notebooks, tmp_path):
    """A file system of one mebibyte; a report needs more, and the one before fits."""
    mounted = tmp_path / "reports"
    mounted.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted], capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system needs root on Linux; .ci/run has it")
    try:
        assert run(workspace, notebooks, "c00").returncode == 0
        before = published(workspace)
        filled = "from pathlib import Path\nPath(reports, campaign, 'big').write_bytes(bytes(2**21))"
        write_notebook(notebooks / "05_changes.ipynb", MEASURE.format(name="05_changes"), filled)
        ended = run(workspace, notebooks, "c00")
        after = published(workspace)
    finally:
        subprocess.run(["umount", mounted], check=True)
    assert (ended.returncode, "No space left on device" in ended.stdout) == (1, True)
    assert {name: body for name, body in before.items() if name.startswith("c00/")} == {
        name: body for name, body in after.items() if name.startswith("c00/")
    }
    shutil.rmtree(mounted, ignore_errors=True)


def wait_for(holds, seconds: float = 90.0) -> None:
    """Until something holds."""
    start = monotonic()
    while not holds():
        assert monotonic() - start < seconds, "it never came about"
