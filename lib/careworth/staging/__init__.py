"""From a source file to a canonical table: one module per format; rename, type, units, nothing else."""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.schemas import TABLES
from careworth.staging.canonical import stage_canonical
from careworth.staging.twcs import stage_twcs


class Staged(NamedTuple):
    """A canonical table and how many records it came from, by what became of them."""

    table: pl.DataFrame
    funnel: dict[str, int]


def stage(table: str, source_format: str, path: Path) -> Staged:
    """The canonical `table` read from `path`, with its funnel: read = accepted + each rejected.

    Raises
    ------
    SourceError
        If the file is missing or is not of the declared format.
    """
    if not path.is_file():
        raise SourceError(
            f"source {table}: no file {path.name!r} in folder {path.parent.name!r}; "
            "put it there, or correct its path in workspace.toml"
        )
    if source_format == "canonical":
        accepted = stage_canonical(path, TABLES[table], table)
        return Staged(accepted, {"read": accepted.height, "accepted": accepted.height})
    if table != "messages":
        raise SourceError(f"source {table}: format 'twcs' holds messages only; declare it under [sources.messages]")
    return Staged(*stage_twcs(path))
