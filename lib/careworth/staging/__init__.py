"""From a source file to a canonical table: rename, type, units, nothing else; `careworth.formats` says how for each vendor."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.formats import FORMATS
from careworth.schemas import TABLES
from careworth.staging.canonical import stage_canonical
from careworth.staging.generic import stage_generic
from careworth.staging.mapped import stage_mapped
from careworth.staging.mojibake import repair_texts
from careworth.staging.objects import Shape
from careworth.staging.quarantine import Split, Staged, without_repeats
from careworth.staging.records import Dialect, read_names, read_raw
from careworth.staging.twcs import stage_twcs
from careworth.staging.typed import Layout

__all__ = [
    "CANONICAL_NAMES",
    "Dialect",
    "Layout",
    "Split",
    "Staged",
    "raw_records",
    "read_names",
    "rejected_records",
    "repair_texts",
    "stage",
    "without_repeats",
]

#: The layout of a file that names nothing in its own way.
CANONICAL_NAMES = Layout()


def stage(table: str, source_format: str, path: Path, as_of: datetime | None = None, layout: Layout = CANONICAL_NAMES) -> Staged:
    """The canonical `table` read from `path`, with its funnel: read = accepted + rejected + excluded.

    Parameters
    ----------
    as_of : datetime, optional
        Data cut-off with a zone; without one, now.
    layout : Layout
        How the file says what the table needs, as far as its format does not.

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
        return stage_canonical(path, TABLES[table], table)
    if source_format == "generic":
        return stage_generic(path, TABLES[table], layout)
    if source_format == "twcs":
        return stage_twcs(path, as_of or datetime.now(UTC))
    export = FORMATS[source_format][table]
    own = layout._replace(time_format=layout.time_format or export.time_format, amounts=export.amounts)
    return stage_mapped(path, TABLES[table], export, own)


def rejected_records(
    path: Path, staged: Staged, layout: Layout = CANONICAL_NAMES, table: str = "messages", source_format: str = ""
) -> pl.DataFrame:
    """One row per rejected record: `file`, `record`, `reasons` and its `raw` bytes as they stand in the file."""
    unread = set(staged.rejected.filter(pl.col("raw").is_null())["record"])
    found = raw_records(path, unread, layout, table, source_format)
    return staged.rejected.select(
        pl.lit(path.name).alias("file"),
        "record",
        "reasons",
        raw=pl.coalesce("raw", pl.Series("found", [found.get(number) for number in staged.rejected["record"]], pl.Binary)),
    )


def raw_records(path: Path, numbers: set[int], layout: Layout, table: str, source_format: str) -> dict[int, bytes]:
    """The raw bytes of the records with these numbers, by number."""
    export = FORMATS.get(source_format, {}).get(table)
    return read_raw(path, numbers, layout.dialect, Shape(export.records, export.flat) if export else Shape())
