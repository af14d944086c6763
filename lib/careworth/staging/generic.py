"""Any table that somebody exports: its columns are mapped by name in the workspace."""

from pathlib import Path

import polars as pl

from careworth.formats import Export
from careworth.schemas import Table
from careworth.staging.mapped import stage_mapped
from careworth.staging.quarantine import Staged
from careworth.staging.times import instant
from careworth.staging.typed import Layout

#: Stands in a mapping for the place of a record: the file's name and the record's number.
PLACE = "#"

#: Stands before the file's own names in the table that is read.
OWN = "own "


def stage_generic(path: Path, schema: Table, layout: Layout) -> Staged:
    """The rows of `path` as the canonical table, by the columns that `layout` maps.

    Raises
    ------
    SourceError
        If the file cannot be read or lacks a mapped column; its `code` says why.
    """
    return stage_mapped(path, schema, mapped_export(layout, schema, layout.place or path.name), layout)


def mapped_export(layout: Layout, schema: Table, place: str) -> Export:
    """The export that a mapping describes: a file lacks no mapped column, a record none that its row needs."""
    named = [*layout.columns.values(), *filter(None, [layout.version])]
    fields = tuple(dict.fromkeys(own for own in named if own != PLACE))
    record = pl.format("{}" + PLACE + "{}", pl.lit(place), "record")
    columns = {name: record if own == PLACE else pl.col(OWN + own) for name, own in layout.columns.items()}
    needed = {layout.columns[name] for name in schema.required if name in layout.columns and name not in layout.constants}
    version = _version(layout) if layout.version else None
    return Export(fields, columns, frozenset(needed) - {PLACE}, optional=frozenset(), prefix=OWN, version=version)


def _version(layout: Layout) -> pl.Expr:
    text = pl.col(OWN + layout.version)
    return pl.coalesce(text.cast(pl.Int64, strict=False), instant(text, layout.time_format, layout.zone).dt.epoch("us"))
