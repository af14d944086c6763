"""What reading the sources would give, before anything is kept: the records of each file, and the columns that nobody takes."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from careworth.config import Workspace
from careworth.formats import FORMATS
from careworth.lake.combine import combine, funnel_of
from careworth.lake.parts import Part, read_part
from careworth.lake.places import find_places
from careworth.lake.reading import Reading
from careworth.schemas import TABLES
from careworth.staging import read_names
from careworth.staging.twcs import COLUMNS

#: Rejected records that are named for each reason.
MOST_EXAMPLES = 5


class Preview(NamedTuple):
    """What became of the records of one file, or of all files of a table; `rejected` leads from reasons to record numbers."""

    table: str
    file: str
    funnel: dict[str, int]
    rejected: dict[str, list[int]]
    unmapped: list[str]


def preview(workspace: Workspace, reading: Reading) -> Iterator[Preview]:
    """One preview per file of each source; then one per table that has several, with the records that stand in two of them.

    Nothing is written to the workspace.

    Raises
    ------
    SourceError
        If a source cannot be read.
    """
    with TemporaryDirectory() as folder:
        parts: dict[str, list[Part]] = {}
        for table, source, files in find_places(workspace, Path(folder), refresh=True):
            for path in files:
                part = read_part(table, source, path, reading, Path(folder))
                parts.setdefault(table, []).append(part)
                yield Preview(table, path.name, part.funnel, _examples(part.rejected), _unmapped(table, part))
        for table, own in parts.items():
            if len(own) > 1:
                together = funnel_of(own, [combine(table, own)])
                yield Preview(table, f"{len(own)} files together", together, {}, [])


def _examples(rejected: pl.DataFrame) -> dict[str, list[int]]:
    reasons = rejected.explode("reasons").group_by("reasons", maintain_order=True).agg(pl.col("record").head(MOST_EXAMPLES))
    return dict(reasons.sort("reasons").iter_rows())


def _unmapped(table: str, part: Part) -> list[str]:
    taken = {name.strip().lower() for name in _taken(table, part, [*part.layout.columns.values(), part.layout.version])}
    return [name for name in read_names(part.path, part.layout.dialect) if name.lower() not in taken]


def _taken(table: str, part: Part, mapped: list[str]) -> list[str]:
    if part.source.format in FORMATS:
        return list(FORMATS[part.source.format][table].fields)
    return {"canonical": list(TABLES[table].columns), "twcs": COLUMNS}.get(part.source.format, mapped)
