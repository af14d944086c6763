"""Tables that already are as `data/README.md` describes them, as Parquet."""

from pathlib import Path

import polars as pl

from careworth.contracts import require_table
from careworth.schemas import Table
from careworth.staging.opening import open_source
from careworth.staging.quarantine import Staged
from careworth.staging.records import FAULTS, read_parquet


def stage_canonical(path: Path, schema: Table, name: str) -> Staged:
    """The table at `path` in the columns and order of `schema`, sorted by its key; no row dropped.

    Raises
    ------
    SourceError
        If it is no whole Parquet file.
    ContractError
        If it is not as `schema` says.
    """
    with open_source(path) as stream:
        table = read_parquet(stream, path.name)
    whole = table.pipe(require_table, schema, name=f"source {name} ({path.name})").with_row_index("record", 1)
    return Staged.of(whole.with_columns(pl.col("record").cast(pl.Int64)), schema, pl.DataFrame(schema=FAULTS), whole.height)
