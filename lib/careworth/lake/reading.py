"""What decides how sources are read, beside the sources themselves."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import careworth
from careworth.config import Workspace
from careworth.files import sha256_of_all
from careworth.lake.purged import read_purged
from careworth.lake.retention import first_instant_kept
from careworth.pseudonyms import read_key


class Reading(NamedTuple):
    """What decides how a file is read, apart from its source: the cut-off, the key of the pseudonyms, who was purged.

    `first` is the first instant that is kept, None where all are. `root` is the workspace's folder; where a file lies below it
    tells records without ids from those of other files.
    """

    root: Path
    as_of: datetime | None
    key: bytes | None
    purged: frozenset[str]
    first: datetime | None
    code: str


def reading_of(workspace: Workspace) -> Reading:
    """What decides how the workspace's files are read, apart from their sources."""
    key = read_key(workspace.privacy.key) if workspace.privacy.key else None
    first = first_instant_kept(workspace)
    return Reading(workspace.root, workspace.as_of, key, read_purged(workspace), first, code_fingerprint())


@cache
def code_fingerprint() -> str:
    """SHA-256 over the package's own files: another version of the code may read the same input differently."""
    package = Path(careworth.__file__).parent
    own = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sha256_of_all(own, package)
