"""Records of texts to a canonical table: one engine for every format that says how its fields become columns."""

from pathlib import Path

import polars as pl

from careworth.formats import Export
from careworth.schemas import Table
from careworth.staging.objects import Shape, Wanted
from careworth.staging.quarantine import Staged, exclude, set_aside, without_repeats
from careworth.staging.records import read_records
from careworth.staging.typed import Layout, typed

#: Columns that keep the blanks around what was written.
AS_WRITTEN = {"text"}


def stage_mapped(path: Path, schema: Table, export: Export, layout: Layout) -> Staged:
    """The rows of `path` as the canonical table; read = accepted + rejected + excluded, each rejected record with its reasons.

    A value that does not parse rejects its record (`<column>_unparsed`), an empty one where the table needs a value too
    (`<column>_missing`). Of records with the same key and the same values one stays; if they differ, the newest version where
    the format knows one, else none.

    Raises
    ------
    SourceError
        If the file cannot be read or lacks a field; its `code` says why.
    """
    records = read_records(path, wanted(export), layout.dialect, Shape(export.records, export.flat))
    kept, excluded = exclude(_with_owner(records.table, export, layout), dict(export.excluded))
    version = pl.lit(None, pl.Int64) if export.version is None else export.version.cast(pl.Int64, strict=False)
    written = kept.select("record", version=version, **_written(schema, export, layout))
    table = written.with_columns(typed(name, dtype, layout) for name, dtype in schema.columns.items())
    judged = set_aside(_with_margin(table, schema, layout), records.faults, _faults(schema))
    once = without_repeats(judged, schema)
    return Staged.of(once.accepted, schema, once.rejected, records.count, excluded | once.excluded)


def wanted(export: Export) -> Wanted:
    """What is read of each record."""
    return Wanted(list(export.fields), set(export.needed), optional=frozenset(export.fields) - export.needed)


def _with_owner(table: pl.DataFrame, export: Export, layout: Layout) -> pl.DataFrame:
    return table.with_columns(is_own=pl.col(export.author).is_in(list(layout.own_accounts))) if export.author else table


def _written(schema: Table, export: Export, layout: Layout) -> dict[str, pl.Expr]:
    return {f"written {name}": _text(name, export, layout) for name in schema.columns}


def _text(name: str, export: Export, layout: Layout) -> pl.Expr:
    constant = pl.lit(layout.constants.get(name), pl.String)
    if name not in export.columns:
        return constant
    text = export.columns[name]
    bare = text.str.strip_chars()
    is_told = ~bare.is_in(["", *layout.empty_words])
    return pl.coalesce(pl.when(is_told).then(text if name in AS_WRITTEN else bare), constant)


def _with_margin(table: pl.DataFrame, schema: Table, layout: Layout) -> pl.DataFrame:
    if layout.margin_rate is None or "margin_minor" not in schema.columns:
        return table
    # A refund that stands in a row of its own takes its margin back.
    base = pl.when(pl.col("net_minor") == 0).then(-pl.col("refund_minor")).otherwise("net_minor")
    usual = (base * layout.margin_rate).round().cast(pl.Int64)
    return table.with_columns(margin_minor=pl.coalesce("margin_minor", usual))


def _faults(schema: Table) -> dict[str, pl.Expr]:
    missing = {f"{name}_missing": pl.col(f"written {name}").is_null() for name in schema.required}
    unparsed = {f"{name}_unparsed": pl.col(f"written {name}").is_not_null() & pl.col(name).is_null() for name in schema.columns}
    return missing | unparsed
