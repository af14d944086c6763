"""Processes: one for each campaign, forked from one that has imported everything, watched to its end."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from careworth.batch.worker import Job, make_report
from careworth.errors import CareworthError
from careworth.execution import CELL_TIMEOUT_SECONDS

#: What the process that the others are forked from imports; it never runs a query, since threads do not survive a fork.
IMPORTED_BEFORE = ["careworth.batch.imports"]

#: How many threads Polars and the libraries of linear algebra start, of which each campaign's process has its share.
THREADS = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")

#: Seconds between two looks at the clocks of running cells.
LOOK_SECONDS = 0.5


class Outcome(NamedTuple):
    """How the run of one campaign ended: done, unchanged or failed, and why."""

    campaign_id: str
    status: str
    seconds: float
    reason: str = ""


class Event(NamedTuple):
    """A stage that a campaign's process has just begun, and how many it has begun before."""

    campaign_id: str
    stage: str
    number: int


class Asked(NamedTuple):
    """What a campaign's process wants to know of this one, which has an engine of Vega for them all."""

    question: object


class Limits(NamedTuple):
    """What one campaign may use: seconds for each cell, and gibibytes of memory (0: no limit)."""

    cell_seconds: float = CELL_TIMEOUT_SECONDS
    memory_gib: float = 0.0


@dataclass
class _Running:
    process: BaseProcess
    told: Connection
    since: float = field(default_factory=monotonic)
    cell: str = ""
    stages: int = 0
    outcome: Outcome | None = None


def dispatch(jobs: list[Job], at_once: int, limits: Limits) -> Iterator[Event | Outcome]:
    """What begins and how each campaign ends, as it happens; one that fails takes no other with it.

    A campaign that follows up on another one waits until that one has ended.
    """
    if not jobs:
        return
    context, waiting, running = _context(min(at_once, len(jobs))), list(jobs), {}
    try:
        while waiting or running:
            for job in startable(waiting, running, at_once):
                waiting.remove(job)
                running[job.inputs.campaign.id] = _start(context, job, limits)
            wait([each.told for each in running.values()] + [each.process.sentinel for each in running.values()], LOOK_SECONDS)
            for campaign_id, each in list(running.items()):
                yield from _heard(campaign_id, each)
                if ended := _ended(campaign_id, each, limits):
                    del running[campaign_id]
                    yield ended
    finally:
        for each in running.values():
            _end(each)


def _context(at_once: int):
    # Forked processes start at once; where there is no fork they start from nothing.
    if sys.platform == "win32":
        return get_context("spawn")
    from multiprocessing.forkserver import ensure_running

    context = get_context("forkserver")
    context.set_forkserver_preload(IMPORTED_BEFORE)
    with _threads(at_once):
        ensure_running()
    return context


@contextmanager
def _threads(at_once: int) -> Iterator[None]:
    """Processes started inside have so few threads each that `at_once` of them have together what one would take."""
    import polars as pl

    before = {name: os.environ[name] for name in THREADS if name in os.environ}
    os.environ.update(dict.fromkeys(THREADS, str(max(1, pl.thread_pool_size() // at_once))))
    try:
        yield
    finally:
        for name in THREADS:
            del os.environ[name]
        os.environ.update(before)


def startable(waiting: list[Job], running: Collection[str], at_once: int) -> list[Job]:
    """The waiting jobs that may start beside the running campaigns: those that follow up on none of them, up to `at_once`."""
    unfinished = {job.inputs.campaign.id for job in waiting} | set(running)
    free = [job for job in waiting if job.inputs.campaign.previous not in unfinished - {job.inputs.campaign.id}]
    # Two that name each other as the one before must not wait for ever.
    return (free or ([] if running else waiting))[: max(0, at_once - len(running))]


def _start(context, job: Job, limits: Limits) -> _Running:
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(job, there, limits.memory_gib), name=job.inputs.campaign.id)
    process.start()
    there.close()
    return _Running(process, here)


def _heard(campaign_id: str, running: _Running) -> Iterator[Event]:
    with suppress(EOFError, OSError):
        while running.told.poll():
            told = running.told.recv()
            if isinstance(told, Asked):
                running.told.send(_answer(told))
                continue
            running.since = monotonic()
            if isinstance(told, Outcome):
                running.outcome = told
                continue
            running.cell = told
            if " " not in told:
                yield Event(campaign_id, told, running.stages)
                running.stages += 1


def _answer(asked: Asked) -> object:
    from careworth.report.vega import answer

    try:
        return answer(asked.question)
    except Exception as error:  # One campaign's fault takes no other with it.
        return error


def _ended(campaign_id: str, running: _Running, limits: Limits) -> Outcome | None:
    if running.process.is_alive():
        if monotonic() - running.since < limits.cell_seconds:
            return None
        _end(running)
        stage, _, cell = running.cell.partition(" ")
        where = f"{stage}: cell {cell}" if cell else stage or "its process"
        return Outcome(campaign_id, "failed", 0.0, f"{where} took longer than {limits.cell_seconds:g} seconds and was stopped")
    _end(running)
    return running.outcome or Outcome(campaign_id, "failed", 0.0, _reason(running))


def _reason(running: _Running) -> str:
    stage, code = running.cell.partition(" ")[0] or "start", running.process.exitcode
    if code is not None and code < 0:
        with suppress(ValueError):
            code = signal.Signals(-code).name
        return f"{stage}: its process was killed ({code}); it may have run out of memory: try --jobs 1"
    return f"{stage}: its process ended before its end (exit code {code}); look for os._exit or a library that crashed"


def _end(running: _Running) -> None:
    # The whole group: a cell may have started programs of its own.
    if running.process.pid and sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.process.pid, signal.SIGKILL)
    elif running.process.is_alive():
        running.process.kill()
    running.process.join()
    running.told.close()


def _work(job: Job, told: Connection, memory_gib: float) -> None:
    from careworth.report.vega import ask_elsewhere

    _stand_alone(memory_gib)
    ask_elsewhere(partial(_ask, told))
    send: Callable[[object], None] = told.send
    campaign_id = job.inputs.campaign.id
    try:
        send(Outcome(campaign_id, "done", make_report(job, send)))
    except CareworthError as error:
        send(Outcome(campaign_id, "failed", 0.0, str(error)))
    except OSError as error:
        send(Outcome(campaign_id, "failed", 0.0, f"the report could not be written: {error.strerror}"))


def _ask(run: Connection, question: object) -> object:
    run.send(Asked(question))
    found = run.recv()
    if isinstance(found, Exception):
        raise found
    return found


def _stand_alone(memory_gib: float) -> None:
    # A group of its own, so that it can be ended with all that it started; gone when the run is gone; first to go when
    # memory ends.
    if sys.platform != "win32":
        os.setpgid(0, 0)
        threading.Thread(target=_end_with, args=(parent_process().sentinel,), daemon=True).start()
        if memory_gib:
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (int(memory_gib * 2**30),) * 2)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900")


def _end_with(parent: int) -> None:
    wait([parent])
    os.killpg(0, signal.SIGKILL)
