"""People who were purged: a list of pseudonyms that keeps them out of every lake built later."""

import re

from careworth.config import Workspace

LIST = "purged.txt"


def read_purged(workspace: Workspace) -> frozenset[str]:
    """The pseudonyms of those who were purged from the workspace."""
    path = workspace.root / LIST
    return frozenset(re.findall(r"^[0-9a-f]{20}$", path.read_text(encoding="utf-8"), re.M)) if path.is_file() else frozenset()
