"""What a canonical table is, and the types and words that its columns share."""

from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Table:
    """A canonical table: its grain in one sentence, its key, and the type of each column."""

    grain: str
    key: tuple[str, ...]
    columns: dict[str, pl.DataType]
    required: tuple[str, ...]


#: Columns whose words decide what is counted, with the words that are known.
VOCABULARY = {
    "author_role": ["customer", "agent", "bot", "auto_reply", "brand_marketing", "peer", "spam"],
    "message_kind": ["original", "reply", "quote", "reshare", "system"],
    "visibility": ["public", "private"],
}
