"""Who reads what of a lake: so that a change runs again what depends on it, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careworth.lake import Lake

_read: set[str] = set()
_pinned: dict[Path, Lake] = {}


def note_read(part: str) -> None:
    """Remember that this process has read a table of the lake, or one of the facts that its manifest states."""
    _read.add(part)


def take_reads() -> list[str]:
    """What this process has read since it was last asked, by name."""
    parts = sorted(_read)
    _read.clear()
    return parts


def pin_lake(root: Path, lake: Lake) -> None:
    """Let every notebook of this process see the lake as the run found it, without looking at its sources again."""
    _pinned[root.resolve()] = lake


def pinned_lake(root: Path) -> Lake | None:
    """The lake that this process is bound to for a workspace; None if it is free."""
    return _pinned.get(root.resolve())
