"""Records of texts to a canonical table: one engine for every format that says how its fields become columns."""

from pathlib import Path

import polars as pl

from careworth.formats import Export
from careworth.schemas import Table
from careworth.staging.objects import Shape, Wanted
from careworth.staging.quarantine import Staged, exclude, set_aside, without_repeats
from careworth.staging.records import read_records
from careworth.staging.typed import Layout, typed

#: A number that a spreadsheet or program has rounded on its way; two of them may have been different ids.
THROUGH_A_FLOAT = r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]+$"

#: No message, name or id is longer.
LONGEST_TEXT = 100_000

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
    layout = layout._replace(is_typed=records.is_typed)
    kept, excluded = exclude(_with_owner(records.table, export, layout), dict(export.excluded))
    version = pl.lit(None, pl.Int64) if export.version is None else export.version.cast(pl.Int64, strict=False)
    written = kept.select("record", version=version, **_written(schema, export, layout))
    table = written.with_columns(typed(name, dtype, layout) for name, dtype in schema.columns.items())
    judged = set_aside(_with_margin(table, schema, layout), records.faults, _faults(schema, layout))
    once = without_repeats(judged, schema)
    return Staged.of(once.accepted, schema, once.rejected, records.count, excluded | once.excluded)


def wanted(export: Export) -> Wanted:
    """What is read of each record."""
    optional = frozenset(export.fields) - export.needed if export.optional is None else export.optional
    return Wanted(list(export.fields), set(export.needed), optional=optional, prefix=export.prefix)


def _with_owner(table: pl.DataFrame, export: Export, layout: Layout) -> pl.DataFrame:
    return table.with_columns(is_own=pl.col(export.author).is_in(list(layout.own_accounts))) if export.author else table


def _written(schema: Table, export: Export, layout: Layout) -> dict[str, pl.Expr]:
    return {f"written {name}": _text(name, export, layout) for name in schema.columns}


def _text(name: str, export: Export, layout: Layout) -> pl.Expr:
    if name not in export.columns:
        return pl.lit(None, pl.String)
    text = export.columns[name]
    bare = text.str.strip_chars()
    return pl.when(~bare.is_in(["", *layout.empty_words])).then(text if name in AS_WRITTEN else bare)


def _with_margin(table: pl.DataFrame, schema: Table, layout: Layout) -> pl.DataFrame:
    if layout.margin_rate is None or "margin_minor" not in schema.columns:
        return table
    # A refund that stands in a row of its own takes its margin back.
    base = pl.when(pl.col("net_minor") == 0).then(-pl.col("refund_minor")).otherwise("net_minor")
    usual = (base * layout.margin_rate).round().cast(pl.Int64)
    return table.with_columns(margin_minor=pl.coalesce("margin_minor", usual))


def _without_currency(schema: Table) -> dict[str, pl.Expr]:
    # An amount without a currency is none, also where the table does not ask for amounts.
    amounts = [pl.col(f"written {name}").is_not_null() for name in schema.columns if name.endswith("_minor")]
    no_currency = pl.col("currency").is_null() & pl.col("written currency").is_null() if "currency" in schema.columns else None
    return {} if no_currency is None or not amounts else {"currency_missing": no_currency & pl.any_horizontal(amounts)}


def _faults(schema: Table, layout: Layout) -> dict[str, pl.Expr]:
    needed = [name for name in schema.required if name not in layout.constants]
    missing = {f"{name}_missing": pl.col(f"written {name}").is_null() for name in needed} | _without_currency(schema)
    unparsed = {f"{name}_unparsed": pl.col(f"written {name}").is_not_null() & pl.col(name).is_null() for name in schema.columns}
    texts = [pl.col(name) for name, dtype in schema.columns.items() if dtype == pl.String()]
    keys = [pl.col(name) for name in schema.key if schema.columns[name] == pl.String()]
    return (
        missing
        | unparsed
        | {
            "id_precision_loss": pl.any_horizontal(key.str.contains(THROUGH_A_FLOAT) for key in keys),
            "nul_byte": pl.any_horizontal(text.str.contains("\0", literal=True) for text in texts),
            "text_too_long": pl.any_horizontal(text.str.len_chars() > LONGEST_TEXT for text in texts),
        }
    )
