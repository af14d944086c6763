"""Commands that start at once, each forked from a process that has imported everything: what is killed is at work by then."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import psutil

#: Forks a process for each list of words that it reads; tells its number, then how it ended. It never runs a query itself.
TEMPLATE = """
import json, os, sys
from multiprocessing import forkserver, get_context

import careworth.batch.imports
from careworth.batch.dispatch import IMPORTED_BEFORE
from careworth.cli import main

get_context("forkserver").set_forkserver_preload(IMPORTED_BEFORE)
forkserver.ensure_running()
# The processes of campaigns come from this one server; who is forked here must not look for a server of its own.
forkserver.ensure_running = forkserver._forkserver.ensure_running = lambda: None
print(forkserver._forkserver._forkserver_pid, flush=True)
told = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        sys.argv, code = ["careworth", *json.loads(line)], 1
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        finally:
            os._exit(code)
    os.write(told, f"{pid}\\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\\n".encode())
"""


class Warm(NamedTuple):
    """The process that others are forked from, and the server of those that campaigns run in."""

    template: subprocess.Popen
    server: psutil.Process

    def run(self, words: list[str]) -> int:
        """The exit code of the command, run to its end."""
        return self._ended(self._start(words))

    def kill_at(self, words: list[str], wait: Callable[[], object]) -> int:
        """The exit code of the command, killed after a wait; whatever it had started is gone soon."""
        pid = self._start(words)
        wait()
        with_it = children(self.server)
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        code = self._ended(pid)
        require_gone([each.pid for each in with_it])
        return code

    def _start(self, words: list[str]) -> int:
        self.template.stdin.write(json.dumps(words) + "\n")
        self.template.stdin.flush()
        return int(self.template.stdout.readline())

    def _ended(self, pid: int) -> int:
        return int(self.template.stdout.readline())


@contextmanager
def warm() -> Iterator[Warm]:
    """A process that has imported everything, while inside."""
    words, environment = [sys.executable, "-c", TEMPLATE], os.environ | {"POLARS_MAX_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, text=True, env=environment, **pipes) as template:
        try:
            yield Warm(template, psutil.Process(int(template.stdout.readline())))
        finally:
            template.kill()


def require_gone(pids: list[int]) -> None:
    """Fail if one of these processes is there after ten seconds."""
    late = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < late, "a process outlived its run by ten seconds"
        time.sleep(0.05)


def children(process: psutil.Process) -> list[psutil.Process]:
    """The processes that it has started, and those that they have."""
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
