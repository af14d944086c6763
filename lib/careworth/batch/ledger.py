"""The ledger of a folder of reports: which campaign failed in the last run of it, and why; and one run at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from careworth.errors import CareworthError
from careworth.files import write_bytes

NAME = "ledger.json"
LOCK = ".careworth.lock"


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """While inside, no other run writes into `reports`.

    Raises
    ------
    CareworthError
        If another run does; a lock whose process is gone is none.
    """
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CareworthError(f"another run is writing into {reports.name!r}; wait for it, or name another --reports") from None
    try:
        yield
    finally:
        lock.release()


def refuse_if_locked(reports: Path) -> None:
    """Refuse early what `locked` would refuse, without making a folder or a file."""
    if (reports / LOCK).is_file():
        with locked(reports):
            pass


class Ledger(NamedTuple):
    """What the last runs left: why each campaign failed whose last run did, and which portfolio page was written for it all."""

    failed: dict[str, str]
    index_key: str = ""
    index_sha256: str = ""


def read_ledger(reports: Path) -> Ledger:
    """The ledger of a folder of reports; an empty one if there is none, or a damaged one."""
    try:
        found = Ledger(**json.loads((reports / NAME).read_text(encoding="utf-8")))
        return found if isinstance(found.failed, dict) else Ledger({})
    except (OSError, ValueError, TypeError):
        return Ledger({})


def write_ledger(reports: Path, ledger: Ledger) -> Path:
    """The ledger, whole or as it was."""
    return write_bytes(reports / NAME, json.dumps(ledger._asdict(), indent=1, sort_keys=True).encode())
