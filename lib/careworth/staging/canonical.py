"""Tables that already are as `data/README.md` describes them, as Parquet."""

from pathlib import Path

import polars as pl

from careworth.contracts import require_table
from careworth.errors import SourceError
from careworth.schemas import Table


def stage_canonical(path: Path, schema: Table, name: str) -> pl.DataFrame:
    """The table at `path` in the columns and order of `schema`, sorted by its key; no row dropped."""
    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(
            f"source {name}: {path.name} is not a readable Parquet file ({type(error).__name__}); export it again"
        ) from None
    return table.pipe(require_table, schema, name=f"source {name} ({path.name})").sort(schema.key)
