"""Two attempts at one campaign, the first of which was only cut off: the last publishes, and neither meets the other's files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from careworth.batch import Limits, Outcome, Request, plan
from careworth.batch.dispatch import dispatch
from careworth.batch.worker import Job
from tests.batch.conftest import MEASURE, published, write_notebook
from tests.batch.test_faults import wait_for

#: The first process that comes here waits; it says where it writes.
WAITS = """from pathlib import Path
from time import sleep
is_first = not Path("taken").exists()
Path("taken").touch()
print(reports)
while is_first and not Path("go").exists():
    sleep(0.05)"""


def attempt(workspace: Path, notebooks: Path, name: str) -> Outcome:
    """How an attempt of that name ends."""
    reports = workspace.parent / "reports"
    (planned,) = plan(Request(workspace, reports, ["c00"], notebooks=notebooks)).campaigns
    told = dispatch([Job(planned.inputs, reports, attempt=name)], 1, Limits(60))
    (outcome,) = (each for each in told if isinstance(each, Outcome))
    return outcome


def test_an_attempt_that_was_cut_off_publishes_nothing_after_another_one_began(workspace, notebooks):
    write_notebook(notebooks / "04_roi.ipynb", WAITS, MEASURE.format(name="04_roi"))
    with ThreadPoolExecutor() as pool:
        cut_off = pool.submit(attempt, workspace, notebooks, "first")
        try:
            wait_for((workspace / "taken").is_file)
            second = attempt(workspace, notebooks, "second")
            after = published(workspace)
        finally:
            (workspace / "go").touch()
        first = cut_off.result()
    assert (second.status, first.status) == ("done", "failed")
    assert first.reason.startswith("another worker has begun this campaign anew")
    assert [name for name in after if name.startswith(".c00.first.tmp/")]
    whole = {name: body for name, body in after.items() if name.startswith("c00/")}
    assert {name: body for name, body in published(workspace).items() if name != ".c00.lease.tmp"} == whole
    assert b'"../reports/.c00.tmp\\n"' in whole["c00/notebooks/04_roi.ipynb"]
    assert not [name for name, body in whole.items() if b"second" in body]


def test_once_the_run_is_over_no_attempt_publishes(workspace, notebooks):
    """Its lease went with the run."""
    unlinks = "from pathlib import Path\nPath('../reports/.c00.lease.tmp').unlink()"
    write_notebook(notebooks / "04_roi.ipynb", unlinks, MEASURE.format(name="04_roi"))
    assert attempt(workspace, notebooks, "only").reason.startswith(
        "another worker has begun this campaign anew, or the run is over"
    )
    assert published(workspace) == {}
