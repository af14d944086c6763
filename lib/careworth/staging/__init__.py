"""From a source file to a canonical table: one module per format; rename, type, units, nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.schemas import TABLES
from careworth.staging.canonical import stage_canonical
from careworth.staging.generic import Layout, stage_generic
from careworth.staging.mojibake import repair_texts
from careworth.staging.quarantine import Staged
from careworth.staging.records import FAULTS, Dialect, read_raw
from careworth.staging.twcs import stage_twcs

__all__ = ["Dialect", "Layout", "Staged", "rejected_records", "repair_texts", "stage"]

#: The layout of a file that names nothing in its own way.
CANONICAL_NAMES = Layout({}, {})


def stage(table: str, source_format: str, path: Path, as_of: datetime | None = None, layout: Layout = CANONICAL_NAMES) -> Staged:
    """The canonical `table` read from `path`, with its funnel: read = accepted + each rejected.

    Parameters
    ----------
    as_of : datetime, optional
        Data cut-off with a zone; without one, now.
    layout : Layout
        How a generic file says what the table needs.

    Raises
    ------
    SourceError
        If the file is missing or is not of the declared format.
    """
    if not path.is_file():
        raise SourceError(
            f"source {table}: no file {path.name!r} in folder {path.parent.name!r}; "
            "put it there, or correct its path in workspace.toml",
            "E_MISSING_FILE",
        )
    if source_format == "canonical":
        accepted = stage_canonical(path, TABLES[table], table)
        return Staged.of(accepted, pl.DataFrame(schema=FAULTS), accepted.height)
    if source_format == "generic":
        return stage_generic(path, TABLES[table], layout)
    if table != "messages":
        raise SourceError(f"source {table}: format 'twcs' holds messages only; declare it under [sources.messages]")
    return stage_twcs(path, as_of or datetime.now(UTC))


def rejected_records(path: Path, staged: Staged, layout: Layout = CANONICAL_NAMES) -> pl.DataFrame:
    """One row per rejected record: `file`, `record`, `reasons` and its `raw` bytes as they stand in the file."""
    unread = set(staged.rejected.filter(pl.col("raw").is_null())["record"])
    raw = read_raw(path, unread, layout.dialect)
    found = pl.Series([raw.get(number) for number in staged.rejected["record"]], dtype=pl.Binary)
    return staged.rejected.select(
        pl.lit(path.name).alias("file"), "record", "reasons", raw=pl.coalesce("raw", found.alias("found"))
    )
