"""A file as one of its sources reads it, and which of its records are a person's."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import polars as pl

from careworth.config import Workspace
from careworth.formats import FORMATS, Export
from careworth.lake.parts import PERSONAL, layout_of
from careworth.purging.editing import edit_json
from careworth.purging.person import Person
from careworth.sources import Source
from careworth.staging import Layout, stage
from careworth.staging.mapped import wanted
from careworth.staging.objects import Shape
from careworth.staging.records import read_records


class Task(NamedTuple):
    """A file as one of its sources reads it, and a person to be removed from it.

    `rows` are those of the source's table, `theirs` the numbers of the person's records, `strays` those of the records that
    became no row; `tally` counts what is removed and replaced.
    """

    path: Path
    table: str
    source: Source
    layout: Layout
    rows: pl.DataFrame
    person: Person
    theirs: set[int]
    strays: set[int]
    tally: Counter

    @property
    def export(self) -> Export | None:
        """How the file's format makes the table; None for those that are not a vendor's."""
        return FORMATS.get(self.source.format, {}).get(self.table)

    @property
    def people(self) -> set[str]:
        """Everyone whom the rows name."""
        return set(chain.from_iterable(self.rows[column].drop_nulls() for column in PERSONAL & set(self.rows.columns)))

    @property
    def messages(self) -> set[str]:
        """The ids that the lake has for the person's messages."""
        if self.table != "messages":
            return set()
        own = self.rows.filter(pl.col("record").is_in(self.theirs))
        return {f"{self.source.id_prefix}{each}" for each in own["message_id"]}

    @property
    def text_fields(self) -> set[str]:
        """The file's fields, in small letters, that hold what people wrote."""
        own = [self.layout.columns.get("text", "") if self.source.format == "generic" else "text"]
        named = self.export.columns["text"].meta.root_names() if self.export and "text" in self.export.columns else own
        return {name.strip().lower() for name in named}

    def kept(self, number: int, raw: str, edit: Callable[[str], tuple[str, int]]) -> str:
        """The record as it stays: nothing of one that is the person's, others without mentions."""
        is_told = self.person.is_told(raw)
        if number in self.theirs or (is_told and number in self.strays):
            self.tally["removed"] += 1
            return ""
        edited, mentions = edit(raw) if is_told else (raw, 0)
        self.tally.update(replaced=mentions, alike=is_told and self.person.is_told(edited))
        return edited

    def edit_json(self, raw: str) -> tuple[str, int]:
        """A JSON record without mentions, and how many there were."""
        return edit_json(raw, self.text_fields, self.person)


def task_of(workspace: Workspace, table: str, source: Source, path: Path, person: Person) -> Task:
    """What removing the person from a file means, as `source` reads it for `table`.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    layout = layout_of(source, table, path, workspace.root)
    staged = stage(table, source.format, path, workspace.as_of, layout)
    rows = pl.concat([staged.table, staged.origin], how="horizontal")
    strays = set(range(1, staged.funnel["read"] + 1)) - set(rows["record"])
    task = Task(path, table, source, layout, rows, person, set(), strays, Counter())
    return task._replace(theirs=_records_of(person, rows, PERSONAL) | _records_by_field(task))


def _records_of(person: Person, rows: pl.DataFrame, columns: Iterable[str]) -> set[int]:
    found = set()
    for column in set(columns) & set(rows.columns):
        named = list(filter(person.is_named, rows[column].drop_nulls().unique()))
        found.update(rows.filter(pl.col(column).is_in(named))["record"])
    return found


def _records_by_field(task: Task) -> set[int]:
    # Of several fields that name a person one becomes the person's key; the others are theirs too.
    export = task.export
    if not export or export.records:
        return set()
    fields = chain.from_iterable(export.columns[name].meta.root_names() for name in PERSONAL & export.columns.keys())
    rows = read_records(task.path, wanted(export), task.layout.dialect, Shape(None, export.flat)).table
    return _records_of(task.person, rows, fields)


def with_own_names(task: Task) -> tuple[Task, set[str]]:
    """The task with the names that the file itself has for the person, and the values that the rows have for them."""
    # Where names are not unique the lake puts the thread before them; in the thread's own file the name alone is the person.
    last = {name: name.rpartition("/")[2] if task.export and task.export.records else name for name in task.people}
    own = Person(task.person.ids.union(last[name] for name in last if last[name] and task.person.is_named(name)))
    return task._replace(person=own), {name for name in last if own.is_named(name) or own.is_named(last[name])}
