"""The files that the workspace names beside its sources: texts that people labelled, and messages that they gave themes."""

from collections import Counter
from collections.abc import Iterator

import polars as pl

from careworth.config import Workspace
from careworth.purging.person import Person
from careworth.purging.tasks import Task
from careworth.sources import Source
from careworth.staging import CANONICAL_NAMES
from careworth.staging.delimited import read_header, text_of
from careworth.staging.opening import open_source


def coded_files(workspace: Workspace, person: Person, messages: set[str]) -> Iterator[Task]:
    """What removing the person from each of these files means: the records of their `messages` go, mentions are replaced.

    Raises
    ------
    SourceError
        If a file cannot be read.
    """
    named = dict.fromkeys((workspace.reading.labels, workspace.reading.themes))
    for path in (workspace.root / name for name in named if name):
        if path.is_file():
            # As the file of a source whose texts stand in the column of that name.
            source = Source(format="twcs", path=path.relative_to(workspace.root).as_posix())
            task = Task(path, "messages", source, CANONICAL_NAMES, pl.DataFrame(), person, set(), set(), Counter())
            yield _with_records(task, messages)


def _with_records(task: Task, messages: set[str]) -> Task:
    with open_source(task.path) as stream, text_of(stream, task.path.name) as text:
        header, records = read_header(text, task.path.name)
        place = header.index("message_id") if "message_id" in header else None
        for split in records:
            if split.fields is None:
                task.strays.add(split.record)
            elif place is not None and split.fields[place].strip() in messages:
                task.theirs.add(split.record)
    return task
