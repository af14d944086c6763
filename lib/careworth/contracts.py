"""Guards: each returns the table unchanged, so it sits in a chain, or stops with what is wrong."""

import polars as pl

from careworth.errors import ContractError
from careworth.schemas import Table


def require_columns(table: pl.DataFrame, *wanted: str, name: str) -> pl.DataFrame:
    """Return `table` unchanged if it has every wanted column."""
    missing = sorted(set(wanted) - set(table.columns))
    if missing:
        raise ContractError(f"{name}: missing columns {missing}; found {table.columns}. Repair the export or its mapping.")
    return table


def require_key(table: pl.DataFrame, *key: str, name: str) -> pl.DataFrame:
    """Return `table` unchanged if `key` identifies each row.

    The message names columns and counts only: values may be personal and messages end up in logs.
    """
    repeated = table.height - table.select(key).n_unique()
    if repeated:
        raise ContractError(f"{name}: {repeated} rows repeat the key {list(key)}; deduplicate the source before ingesting it.")
    return table


def require_filled(table: pl.DataFrame, *wanted: str, name: str) -> pl.DataFrame:
    """Return `table` unchanged if no wanted column holds a null."""
    empty = [column for column in wanted if table[column].null_count()]
    if empty:
        raise ContractError(f"{name}: empty values in {empty}, which every row needs; fill them or leave the rows out.")
    return table


def require_table(table: pl.DataFrame, schema: Table, name: str) -> pl.DataFrame:
    """`table` with exactly the columns of `schema`, in its order; optional ones that are missing become null."""
    require_columns(table, *schema.required, name=name)
    unknown = sorted(set(table.columns) - set(schema.columns))
    if unknown:
        raise ContractError(f"{name}: unknown columns {unknown}; choose from {list(schema.columns)}.")
    absent = [pl.lit(None, dtype).alias(column) for column, dtype in schema.columns.items() if column not in table.columns]
    full = table.with_columns(absent).select(list(schema.columns))
    wrong = [
        f"{column} is {full.schema[column]}, not {dtype}"
        for column, dtype in schema.columns.items()
        if full.schema[column] != dtype
    ]
    if wrong:
        raise ContractError(f"{name}: wrong types: {'; '.join(wrong)}. Convert them when exporting.")
    return full.pipe(require_filled, *schema.required, name=name).pipe(require_key, *schema.key, name=name)


def require_conserved(credits: pl.DataFrame, tolerance: float = 1e-9) -> pl.DataFrame:
    """Return `credits` unchanged if the credit of each conversion adds up to one."""
    total = credits.group_by("conversion_id").agg(pl.col("credit").sum())
    off = total.filter((pl.col("credit") - 1).abs() > tolerance).height
    if off:
        raise ContractError(f"{off} conversions are not credited in full; correct the rule, do not rescale.")
    return credits


def require_reconciled(ours: float, theirs: float, what: str, tolerance: float = 0.0) -> None:
    """Stop if our total and the source's own total differ by more than `tolerance`."""
    if abs(ours - theirs) > tolerance:
        raise ContractError(f"{what}: we have {ours:,}, the source says {theirs:,}; find the missing rows before going on.")
