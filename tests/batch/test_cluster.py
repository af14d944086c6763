"""Campaigns on a real Dask cluster of a scheduler and two workers, one of which is killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest
from polars.testing import assert_frame_equal

from careworth.batch import Event, Limits, Outcome, Request, cluster, plan, run_campaigns
from careworth.batch.worker import Job
from careworth.config import load_workspace
from careworth.errors import CareworthError
from careworth.lake import build, open_lake, partitions
from tests.batch.conftest import CAMPAIGNS, MEASURE, command, published, run, write_notebook
from tests.batch.test_faults import wait_for
from tests.tables import message
from tests.test_partitions import workspace_of

distributed = pytest.importorskip("distributed")


#: Quiet, and forgiving a campaign the death of one worker where three are usual: each that is started again takes long.
DASK = {"DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


@contextmanager
def started(*words: str, folder: Path) -> Iterator[subprocess.Popen]:
    """A program of Dask while inside, in a folder and a group of its own."""
    folder.mkdir()
    environment = os.environ | {"POLARS_MAX_THREADS": "1"} | DASK
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=folder, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """The address of a scheduler of this machine."""
    told = folder / "scheduler.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told), "--no-dashboard"]
    with started("distributed.cli.dask_scheduler", *words, folder=folder / "scheduler"):
        wait_for(lambda: told.is_file() and told.read_text().endswith("}"))
        yield json.loads(told.read_text())["address"]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler without a worker; each test brings its own."""
    with scheduler(tmp_path_factory.mktemp("cluster")) as address:
        yield address


@contextmanager
def worker(address: str, folder: Path, *words: str) -> Iterator[subprocess.Popen]:
    """A worker of one thread."""
    with started("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", *words, folder=folder) as process:
        yield process


def wait_for_workers(address: str, count: int) -> None:
    """Until so many workers are there."""
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_every_report_is_there_and_the_same_though_a_worker_was_killed(workspace, notebooks, address, tmp_path):
    """The one without a nanny, which never comes back; the run tells its folders from where it stands, the workers elsewhere."""
    write_notebook(notebooks / "03_attribution.ipynb", "import time; time.sleep(0.2)", MEASURE.format(name="03_attribution"))
    asked_for = CAMPAIGNS[:5]
    alone = run(workspace, notebooks, *asked_for)
    assert alone.returncode == 0, alone.stdout
    expected, reports = published(workspace), tmp_path / "reports"
    reports.rename(tmp_path / "reports-alone")
    with (
        worker(address, tmp_path / "worker-1", "--nanny"),
        worker(address, tmp_path / "worker-2", "--no-nanny") as killed,
    ):
        wait_for_workers(address, 2)
        words = command(workspace, notebooks, *asked_for, "--dask", address, "--json")
        words = [word.replace(f"{tmp_path}/", "") if word != str(notebooks) else word for word in words]
        with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asked:
            wait_for(lambda: list(reports.glob("c*/run.json")) or asked.poll() is not None)
            killed.kill()
            out, err = asked.communicate(timeout=300)
    told = [json.loads(line) for line in out.splitlines()]
    assert (asked.returncode, err) == (0, ""), out
    assert sorted(each["campaign_id"] for each in told if each["event"] == "outcome") == asked_for
    assert {each["campaign_id"] for each in told if each["event"] == "stage"} == set(asked_for)
    assert published(workspace) == expected


def test_workers_read_and_thread_the_messages_as_one_machine_does(tmp_path, monkeypatch):
    """Three exports in five partitions; nothing of them is read or threaded in this process."""
    said = [message(number, "customer" if number % 2 else "agent", number, in_reply_to_id=None) for number in range(1, 31)]
    said = [each | {"in_reply_to_id": None if number % 3 == 0 else str(number)} for number, each in enumerate(said)]
    root = workspace_of(tmp_path / "workspace", [said[:10], said[10:20], said[20:]])
    monkeypatch.setattr(partitions, "MOST_MESSAGES", 6)
    expected = {name: open_lake(load_workspace(root)).table(name) for name in ("messages", "turns", "message_labels")}
    shutil.rmtree(root / "lake")
    monkeypatch.setattr(build, "read_part", None)
    monkeypatch.setattr(build, "assign_threads", None)
    with (
        scheduler(tmp_path) as address,
        worker(address, tmp_path / "worker-1", "--no-nanny"),
        worker(address, tmp_path / "worker-2", "--no-nanny"),
        cluster.work_on_cluster(address) as each,
    ):
        lake = open_lake(load_workspace(root), each=each)
    assert len(lake.manifest["accounts"]) == 5
    for name, table in expected.items():
        assert_frame_equal(lake.table(name), table)


def test_where_nobody_answers_the_run_is_refused_in_one_sentence(workspace, notebooks):
    ended = run(workspace, notebooks, "--dask", "tcp://127.0.0.1:9")
    assert (ended.returncode, ended.stderr.splitlines()) == (
        2,
        ["careworth: no Dask scheduler answers at 'tcp://127.0.0.1:9'; start one: dask scheduler"],
    )


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:9", "tcp://", "tcp://nobody.invalid:8786"]
)
def test_where_nobody_answers_nobody_waits_long(address):
    start = monotonic()
    with pytest.raises(CareworthError, match="no Dask scheduler answers at"):
        list(cluster.dispatch_on_cluster([], address, Limits()))
    assert monotonic() - start < 15


def test_without_the_package_the_run_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CareworthError, match=r"--dask needs the package distributed: pip install 'careworth\[dask\]'"):
        list(cluster.dispatch_on_cluster([], "tcp://127.0.0.1:9", Limits()))


def test_a_report_costs_at_most_fifty_milliseconds_more(workspace, notebooks, address, tmp_path, monkeypatch):
    """A hundred campaigns of which the worker makes nothing, so that what is left is the way there and back.

    The connection is made once for all and taken off; of two times the shorter counts.
    """
    (inputs,) = (each.inputs for each in plan(Request(workspace, tmp_path / "reports", ["c00"], notebooks=notebooks)).campaigns)
    named = [inputs.campaign.model_copy(update={"id": f"c{number}"}) for number in range(100)]
    jobs = [Job(inputs._replace(campaign=each), tmp_path / "reports") for each in named]
    monkeypatch.setattr(cluster, "run_on_worker", lambda job, limits: Outcome(job.inputs.campaign.id, "done", 0.0))
    with worker(address, tmp_path / "worker", "--nanny"):
        wait_for_workers(address, 1)
        moments = [monotonic()]
        for each in ([], jobs, jobs):
            told = [each for each in cluster.dispatch_on_cluster(each, address, Limits()) if isinstance(each, Outcome)]
            moments.append(monotonic())
    connecting, *whole = [after - before for before, after in pairwise(moments)]
    seconds = min(whole) - connecting
    assert sorted(each.campaign_id for each in told) == sorted(each.id for each in named)
    assert seconds / len(jobs) < 0.05, seconds / len(jobs)


def asked_of(workspace: Path, notebooks: Path, address: str) -> list[Outcome | Event]:
    """What a run in this process tells of two campaigns."""
    request = Request(workspace, workspace.parent / "reports", ["c00", "c01"], notebooks=notebooks, cluster=address)
    return list(run_campaigns(request))[1:]


def test_a_cluster_without_a_worker_is_not_waited_for_for_ever(workspace, notebooks, address, monkeypatch):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 2)
    reason = "the cluster has no worker; start one: dask worker"
    with pytest.raises(CareworthError, match=reason):
        asked_of(workspace, notebooks, address)
    open_lake(load_workspace(workspace))
    told = asked_of(workspace, notebooks, address)
    assert told[2:] == [Outcome("c00", "failed", 0.0, reason), Outcome("c01", "failed", 0.0, reason)]


def test_a_campaign_that_kills_its_workers_ends_with_its_reason(workspace, notebooks, address, tmp_path):
    """Its process kills the worker that watches it, twice: one more than is forgiven."""
    kills = "import os, multiprocessing\nif campaign == 'c01':\n    open('kills', 'a').write('.')\n"
    kills += "    os.kill(multiprocessing.parent_process().pid, 9)"
    write_notebook(notebooks / "04_roi.ipynb", kills, MEASURE.format(name="04_roi"))
    with worker(address, tmp_path / "worker", "--nanny"):
        told = [each for each in asked_of(workspace, notebooks, address) if isinstance(each, Outcome)]
    assert {each.campaign_id: (each.status, each.reason) for each in told} == {
        "c00": ("done", ""),
        "c01": ("failed", "every worker that had it died; look at their memory"),
    }
    assert (workspace / "kills").read_text() == ".."


def test_a_scheduler_that_goes_away_ends_the_run(workspace, notebooks, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 5)
    write_notebook(notebooks / "04_roi.ipynb", "import time; time.sleep(600)")
    request = Request(workspace, tmp_path / "reports", ["c00"], notebooks=notebooks)
    with scheduler(tmp_path) as address, worker(address, tmp_path / "worker", "--nanny"):
        run_of = run_campaigns(Request(**(vars(request) | {"cluster": address})))
        assert [next(run_of), next(run_of)][1] == Event("c00", "cluster", 0)
        wait_for_workers(address, 1)
        sleep(1)
    (outcome,) = run_of
    assert (outcome.status, outcome.reason[:11]) == ("failed", "the cluster")
