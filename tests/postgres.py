"""A PostgreSQL server of the tests' own: on the loopback, in a temporary folder, gone with the tests."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

#: They stand in no message, so they are words that nothing else uses.
USER, PASSWORD = "quiet_reader", "pw-canary-7f3a!"

#: Quick rather than safe, and with defaults far from those that an extract needs.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "TimeZone": "Asia/Kolkata",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "sql_standard",
    "extra_float_digits": "0",
}
SECONDS_TO_START = 30


def binaries() -> Path | None:
    """The folder of the newest installed server's programs, Debian's or that on the PATH; null without one."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    found = shutil.which("pg_ctl")
    newest = sorted(folders, key=lambda folder: float(folder.parent.name))[-1:]
    return next(iter(newest), Path(found).resolve().parent if found else None)


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """The address of a fresh server, which runs as long as the context."""
    folder = Path(tempfile.mkdtemp(prefix="careworth-postgres-"))
    owner = owner_of_servers()
    try:
        if owner:
            shutil.chown(folder, *owner.values())
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        create = [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}"]
        run = {"cwd": folder, "stdin": subprocess.DEVNULL, "extra_groups": [] if owner else None, **owner}
        subprocess.run([*create, "-E", "UTF8", "--locale=C", "--no-sync"], check=True, capture_output=True, **run)
        yield from serving(programs, folder, run)
    finally:
        shutil.rmtree(folder)


def owner_of_servers() -> dict[str, str]:
    """Who runs the server: Debian's user postgres if we are root, whom it refuses; else we ourselves."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"user": "postgres", "group": "postgres"} if is_root else {}


def serving(programs: Path, folder: Path, run: dict) -> Iterator[str]:
    """The address of the server over `folder`, once it answers; stopped afterwards."""
    port = free_port()
    settings = SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", folder / "data", *options], stdout=log, stderr=log, **run)
    try:
        wait_until_ready(programs, port, folder / "log")
        yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)  # an immediate stop: nothing of it is kept
        server.wait(SECONDS_TO_START)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until_ready(programs: Path, port: int, log: Path) -> None:
    """Return once the server answers; with its log, fail if it does not."""
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    end = time.monotonic() + SECONDS_TO_START
    while subprocess.run(ready).returncode != 0:
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


def execute(address: str, *statements: str) -> None:
    """Each statement, committed at once, by a connection of its own."""
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)
