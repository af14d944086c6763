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

#: Decimal places of the currencies that have not two (ISO 4217).
DECIMAL_PLACES = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0) | dict.fromkeys(
    "BHD IQD JOD KWD LYD OMR TND".split(), 3
)


def minor_units(currency: str) -> int:
    """How many minor units make one of the currency.

    Examples
    --------
    >>> minor_units("EUR"), minor_units("JPY"), minor_units("KWD")
    (100, 1, 1000)
    """
    return 10 ** DECIMAL_PLACES.get(currency, 2)
