"""The list of people who were purged, which keeps them out of every lake built later."""

import re
from collections.abc import Iterable

from careworth.config import Workspace
from careworth.files import write_bytes

LIST = "purged.txt"
ABOUT = "# Pseudonyms of people who were purged. Careworth leaves them out of every later export; keep this file.\n"


PSEUDONYM = re.compile(r"[0-9a-f]{20}")


def read_purged(workspace: Workspace) -> frozenset[str]:
    """The pseudonyms of those who were purged from the workspace."""
    path = workspace.root / LIST
    return frozenset(re.findall(r"^[0-9a-f]{20}$", path.read_text(encoding="utf-8"), re.M)) if path.is_file() else frozenset()


def add_purged(workspace: Workspace, pseudonyms: Iterable[str]) -> None:
    """Put these pseudonyms on the workspace's list, beside those that are there."""
    every = sorted(read_purged(workspace).union(pseudonyms))
    write_bytes(workspace.root / LIST, "".join([ABOUT, *(f"{each}\n" for each in every)]).encode())
