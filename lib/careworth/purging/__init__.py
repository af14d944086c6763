"""A person leaves the workspace: its files are rewritten without them, their pseudonyms are listed, and the lake goes."""

import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from careworth.config import Workspace, campaign_ids
from careworth.errors import ConfigError
from careworth.files import write_bytes
from careworth.lake.places import find_places
from careworth.lake.purged import LIST, PSEUDONYM, add_purged
from careworth.pseudonyms import pseudonym, pseudonymize, read_key
from careworth.purging.coded import coded_files
from careworth.purging.person import FEWEST_CHARACTERS, PURGED, Person
from careworth.purging.rewriting import packed, rewritten
from careworth.purging.tasks import Task, task_of, with_own_names
from careworth.sources import Source


class Removal(NamedTuple):
    """What became of one file: how many records (in documents: elements of lists) were removed, how many mentions replaced."""

    file: str
    removed: int
    replaced: int


class Purge(NamedTuple):
    """What was purged: each file; what is left to do by hand; whose reports are old now; whether the person is on the list."""

    files: list[Removal]
    left: list[str]
    campaigns: list[str]
    is_listed: bool

    @property
    def lines(self) -> list[str]:
        """What was done and what remains to be done, in sentences without any id."""
        changed = [each for each in self.files if each.removed or each.replaced]
        done = [f"{each.file}: records removed {each.removed:,}, mentions replaced {each.replaced:,}" for each in changed]
        total = f"records removed in all: {sum(each.removed for each in self.files):,}; the next run builds the lake anew"
        listed = f"listed in {LIST}: a later export does not bring the person back"
        unlisted = "not listed: a later export may bring the person back; purge again after it, or now with a key under [privacy]"
        old = [f"reports to build anew: {', '.join(self.campaigns)}"] if self.campaigns else []
        return [*done, total, listed if self.is_listed else unlisted, *(f"left to do: {each}" for each in self.left), *old]


class _Change(NamedTuple):
    # What is to become of a file: `new` has its new content, is the file itself if it stays, and none if it goes; how it calls
    # the person, and which of its messages are theirs.
    path: Path
    new: Path | None
    tally: Counter
    shown: str
    aliases: set[str] = frozenset()
    messages: set[str] = frozenset()


def purge(workspace: Workspace, ids: Iterable[str]) -> Purge:
    """Remove a person, known by these ids, from the workspace; an id may be the pseudonym that the lake has for it.

    Everything is worked out before anything is changed. Then one file after the other is replaced whole, so a purge that was
    interrupted can be run again.

    Raises
    ------
    CareworthError
        If an id is blank or shorter than three characters, or the key of the pseudonyms is not there.
    SourceError
        If a file cannot be read; nothing is changed then.
    """
    given = Person.of(ids)
    key = read_key(workspace.privacy.key) if workspace.privacy.key else None
    campaigns = _campaigns(workspace)
    with TemporaryDirectory() as name:
        files = _local_files(workspace, Path(name))
        person = _with_names_behind(given, key, workspace, files)
        changes = [_change(workspace, *file, person, Path(name) / str(number)) for number, file in enumerate(files)]
        changes += _of_coded_files(workspace, person, changes, Path(name))
        for change in changes:
            _carry_out(change)
    if key:
        add_purged(workspace, _pseudonyms(given, set().union(*(change.aliases for change in changes)), key))
    _remove_lake(workspace.root / "lake")
    left = [*chain.from_iterable(map(_left, changes)), *_remote(workspace, person)]
    removals = [Removal(change.shown, change.tally["removed"], change.tally["replaced"]) for change in changes]
    return Purge(removals, left, campaigns, bool(key))


def _campaigns(workspace: Workspace) -> list[str]:
    try:
        return campaign_ids(workspace)
    except ConfigError:
        return []


def _local_files(workspace: Workspace, folder: Path) -> list[tuple[Path, list[tuple[str, Source]]]]:
    local = {table: [each for each in sources if not each.is_remote] for table, sources in workspace.sources.items()}
    only = workspace.model_copy(update={"sources": local})
    files: dict[Path, tuple[Path, list]] = {}
    for table, source, paths in find_places(only, folder, refresh=False):
        for path in paths:
            files.setdefault(path.resolve(), (path, []))[1].append((table, source))
    return list(files.values())


def _with_names_behind(given: Person, key: bytes | None, workspace: Workspace, files: list) -> Person:
    hidden, names = list(filter(PSEUDONYM.fullmatch, given.ids)), set()
    for path, sources in files if key and hidden else []:
        for table, source in sources:
            people = pl.Series(sorted(task_of(workspace, table, source, path, given).people), dtype=pl.String)
            names.update(people.filter(pseudonymize(people, key).is_in(hidden)))
    return Person.of(given.ids | names)


def _pseudonyms(given: Person, aliases: set[str], key: bytes) -> set[str]:
    # The lake may have an address without its capitals.
    names = given.ids | {each.lower() for each in given.ids if "@" in each}
    hidden = set(filter(PSEUDONYM.fullmatch, names))
    return hidden | {pseudonym(each, key) for each in (names - hidden) | aliases}


def _change(workspace: Workspace, path: Path, sources: list[tuple[str, Source]], person: Person, folder: Path) -> _Change:
    new, total, aliases, messages = path, Counter(), set(), set()
    shown = _shown(workspace, path, person)
    for number, (table, source) in enumerate(sources):
        task, found = with_own_names(task_of(workspace, table, source, new, person))
        content, aliases, messages = rewritten(task), aliases | found, messages | task.messages
        total["alike"] = task.tally.pop("alike", 0)
        total.update(task.tally)
        if not content:
            return _Change(path, None, total, shown, aliases, messages)
        if task.tally["removed"] or task.tally["replaced"]:
            new = write_bytes(folder / str(number) / path.name, packed(content, path))
    return _Change(path, new, total, shown, aliases, messages)


def _of_coded_files(workspace: Workspace, person: Person, changes: list[_Change], folder: Path) -> Iterator[_Change]:
    # People read these texts out of the lake, so there the person may go by any name that a source has for them.
    names = {each for change in changes for each in change.aliases if len(each.strip().removeprefix("@")) >= FEWEST_CHARACTERS}
    known = Person.of(person.ids | names)
    for number, task in enumerate(coded_files(workspace, known, set().union(*(each.messages for each in changes)))):
        yield _coded_change(workspace, task, folder / f"coded-{number}" / task.path.name)


def _coded_change(workspace: Workspace, task: Task, target: Path) -> _Change:
    content, is_other = rewritten(task), task.tally["removed"] or task.tally["replaced"]
    new = write_bytes(target, packed(content, task.path)) if is_other else task.path
    return _Change(task.path, new, task.tally, _shown(workspace, task.path, task.person))


def _shown(workspace: Workspace, path: Path, person: Person) -> str:
    return person.without(path.relative_to(workspace.root).as_posix())


def _carry_out(change: _Change) -> None:
    target = change.path.resolve()
    if change.new is None:
        target.unlink()
        change.path.unlink(missing_ok=True)
    elif change.new != change.path:
        mode, before = stat.S_IMODE(target.stat().st_mode), os.umask(0o077)
        try:
            write_bytes(target, change.new.read_bytes()).chmod(mode)
        finally:
            os.umask(before)


def _remove_lake(lake: Path) -> None:
    # Without its manifest a lake is none, whatever is still there if this is interrupted.
    if lake.is_dir():
        (lake / "manifest.json").unlink(missing_ok=True)
        for each in lake.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        if not lake.is_symlink():
            lake.rmdir()


def _left(change: _Change) -> Iterator[str]:
    if change.tally["sealed"]:
        yield f"{change.shown}: holds the person, and a workbook or an archive is not rewritten; remove them from it by hand"
    if change.new is None:
        yield f"{change.shown}: held nothing but the person and is gone; take it out of workspace.toml if it is named there"
    if change.tally["alike"]:
        found = f"records with the same word outside their texts: {change.tally['alike']:,}"
        yield f"{change.shown}: {found}; perhaps the number of something else, look whether it means the person"
    if PURGED in change.shown:
        yield f"{change.shown}: an id is part of this name; rename the file or folder"


def _remote(workspace: Workspace, person: Person) -> Iterator[str]:
    for table, source in workspace.all_sources:
        if source.is_remote:
            place = source.database or PurePosixPath(source.path).name
            yield f"{person.without(place)}: the {table} there are only read; remove the person there, then run careworth ingest"
