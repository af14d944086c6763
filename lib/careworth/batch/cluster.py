"""Campaigns on a Dask cluster, whose workers see the same workspace and reports folders as whoever starts the run."""

import logging
import multiprocessing
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import replace
from secrets import token_hex
from time import monotonic
from urllib.parse import urlsplit

from careworth.batch.dispatch import LOOK_SECONDS, Event, Limits, Outcome, dispatch, startable
from careworth.batch.worker import Job
from careworth.errors import CareworthError
from careworth.lake import Each

#: Seconds to wait for the scheduler.
CONNECT_SECONDS = 5

#: Seconds to wait for a worker when there is none; a cluster that grows with its work needs some to start one.
WORKER_SECONDS = 300

#: How a scheduler is reached.
SCHEMES = {"tcp", "tls", "ws", "wss"}

NO_WORKER = "the cluster has no worker; start one: dask worker"

#: What tells of lost connections with a traceback; each becomes one sentence here.
LOUD = ("distributed", "distributed.client", "distributed.comm", "distributed.core", "tornado.application", "asyncio")


def dispatch_on_cluster(jobs: list[Job], address: str, limits: Limits) -> Iterator[Event | Outcome]:
    """What is handed over and how each campaign ends, as it happens; on each worker in a process of its own.

    The scheduler gives a campaign to another worker when the one that had it died. A campaign that follows up on another
    one waits until that one has ended.

    Raises
    ------
    CareworthError
        If Dask is not installed, or nothing answers at `address`.
    """
    client = _client(address)
    try:
        yield from _gathered(client, [_from_anywhere(job) for job in jobs], limits)
    finally:
        with suppress(OSError, TimeoutError, CancelledError):
            client.close(timeout=CONNECT_SECONDS)


@contextmanager
def work_on_cluster(address: str) -> Iterator[Each]:
    """What does a piece of work for each of several things on the workers of a cluster, and gives what came of each.

    Raises
    ------
    CareworthError
        If Dask is not installed, nothing answers at `address`, or what a piece of work itself raises.
    """
    client = _client(address)
    try:
        yield lambda work, things: _all_of(client, work, list(things))
    finally:
        with suppress(OSError, TimeoutError, CancelledError):
            client.close(timeout=CONNECT_SECONDS)


def _all_of(client, work: Callable, things: list) -> list:
    from distributed import KilledWorker

    try:
        futures = client.map(work, things, pure=False)
        _wait_for(client, futures)
        return client.gather(futures)
    except KilledWorker:
        raise CareworthError("every worker that read the sources died; look at their memory") from None
    except CancelledError:
        raise CareworthError("the cluster's scheduler went away; start it and run again") from None


def _wait_for(client, futures: list) -> None:
    from distributed import wait

    seen = monotonic()
    while not all(each.done() for each in futures):
        with suppress(TimeoutError, CancelledError):
            wait(futures, timeout=LOOK_SECONDS)
        seen = monotonic() if _has_workers(client) else seen
        if monotonic() - seen > WORKER_SECONDS:
            raise CareworthError(NO_WORKER)


def _client(address: str):
    try:
        from distributed import Client
    except ImportError:
        raise CareworthError("--dask needs the package distributed: pip install 'careworth[dask]'") from None
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        _require_listener(address)
        return Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TypeError):
        raise CareworthError(f"no Dask scheduler answers at {address!r}; start one: dask scheduler") from None


def _require_listener(address: str) -> None:
    # A client that found nobody leaves its thread behind, and now and then the next one waits for ten seconds and gives up.
    where = urlsplit(address if "://" in address else f"tcp://{address}")
    if where.scheme not in SCHEMES:
        raise ValueError(where.scheme)
    socket.create_connection((where.hostname, where.port), CONNECT_SECONDS).close()


def _from_anywhere(job: Job) -> Job:
    # A worker stands in another folder than whoever starts the run.
    workspace, lake = job.inputs.workspace, job.inputs.lake
    inputs = job.inputs._replace(
        workspace=workspace.model_copy(update={"root": workspace.root.resolve()}),
        lake=replace(lake, folder=lake.folder.resolve()),
    )
    return job._replace(inputs=inputs, reports=job.reports.resolve())


def _gathered(client, jobs: list[Job], limits: Limits) -> Iterator[Event | Outcome]:
    waiting, running, seen = list(jobs), {}, monotonic()
    while waiting or running:
        for job in startable(waiting, running, len(jobs)):
            waiting.remove(job)
            running[job.inputs.campaign.id] = client.submit(run_on_worker, job, limits, pure=False)
            yield Event(job.inputs.campaign.id, "cluster", 0)
        ended = _ended(running)
        yield from (_outcome(campaign_id, running.pop(campaign_id)) for campaign_id in ended)
        seen = monotonic() if ended or _has_workers(client) else seen
        if monotonic() - seen > WORKER_SECONDS:
            left = [*running, *(job.inputs.campaign.id for job in waiting)]
            yield from (Outcome(each, "failed", 0.0, NO_WORKER) for each in left)
            return


def _ended(running: dict) -> list[str]:
    from distributed import wait

    with suppress(TimeoutError, CancelledError):
        wait(list(running.values()), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
    return [campaign_id for campaign_id, future in running.items() if future.done()]


def _has_workers(client) -> bool:
    try:
        return bool(client.nthreads())
    except (OSError, TimeoutError, CancelledError):
        return False


def _outcome(campaign_id: str, future) -> Outcome:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        reason = "every worker that had it died; look at their memory"
    except CancelledError:
        reason = "the cluster's scheduler went away; start it and run again"
    except Exception as error:
        reason = f"its worker could not start it ({type(error).__name__}: {error}); is the same Careworth installed there?"
    return Outcome(campaign_id, "failed", 0.0, reason)


def run_on_worker(job: Job, limits: Limits) -> Outcome:
    """How the campaign ended, run in a process of its own on this worker, which outlives it.

    A worker that is only cut off may still be at work when another one begins; each makes the report in a folder of its own.
    """
    # A worker under Dask's nanny is marked as one that may have no children, for fear that they outlive it; ours cannot.
    multiprocessing.current_process()._config["daemon"] = False
    attempt = job._replace(attempt=token_hex(4))
    (outcome,) = (told for told in dispatch([attempt], 1, limits) if isinstance(told, Outcome))
    return outcome
