"""Any table that somebody exports: its columns are mapped by name in the workspace."""

from pathlib import Path

import polars as pl

from careworth.formats import Export
from careworth.schemas import Table
from careworth.staging.mapped import stage_mapped
from careworth.staging.quarantine import Staged
from careworth.staging.typed import Layout, instant

#: Stands in a mapping for the place of a record: the file's name and the record's number.
PLACE = "#"


def stage_generic(path: Path, schema: Table, layout: Layout) -> Staged:
    """The rows of `path` as the canonical table, by the columns that `layout` maps.

    Raises
    ------
    SourceError
        If the file cannot be read or lacks a mapped column; its `code` says why.
    """
    return stage_mapped(path, schema, mapped_export(layout, path.name), layout)


def mapped_export(layout: Layout, file_name: str) -> Export:
    """The export that a mapping describes; every record needs every mapped field."""
    named = [*layout.columns.values(), *filter(None, [layout.version])]
    fields = tuple(dict.fromkeys(own for own in named if own != PLACE))
    place = pl.format("{}" + PLACE + "{}", pl.lit(file_name), "record")
    columns = {name: place if own == PLACE else pl.col(own) for name, own in layout.columns.items()}
    return Export(fields, columns, frozenset(fields), version=_version(layout) if layout.version else None)


def _version(layout: Layout) -> pl.Expr:
    text = pl.col(layout.version)
    return pl.coalesce(text.cast(pl.Int64, strict=False), instant(text, layout).dt.epoch("us"))
