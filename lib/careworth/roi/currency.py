"""Amounts in another currency than the campaign's, at the rate of a day that is stated (METRICS.md C.9, invariant 10)."""

import polars as pl

from careworth.schemas import DECIMAL_PLACES, EXCHANGE_RATES

#: A table of rates that states none.
NO_RATES = pl.DataFrame(schema=EXCHANGE_RATES.columns)


def with_rate(table: pl.DataFrame, day: pl.Expr, currency: str, rates: pl.DataFrame = NO_RATES) -> pl.DataFrame:
    """The rows with `rate`, what one of their currency is worth in `currency`: the last rate stated on or before `day`.

    1 for rows in `currency` itself, null where no rate is stated.

    Examples
    --------
    >>> from datetime import date
    >>> stated = [(date(2025, 3, 1), "USD", "EUR", 0.96, "ECB"), (date(2025, 4, 1), "USD", "EUR", 0.92, "ECB")]
    >>> rates = pl.DataFrame(stated, schema=EXCHANGE_RATES.columns, orient="row")
    >>> lines = pl.DataFrame({"currency": ["USD", "EUR", "CHF"]})
    >>> with_rate(lines, pl.lit(date(2025, 3, 31)), "EUR", rates)["rate"].to_list()
    [0.96, 1.0, None]
    """
    usable = rates.filter(pl.col("rate").is_finite() & (pl.col("rate") > 0), to_currency=currency)
    known = usable.select(pl.col("from_currency").alias("currency"), pl.col("date").alias("_stated"), "rate").sort("_stated")
    dated = table.with_columns(day.alias("_day")).with_row_index("_row").sort("_day")
    found = dated.join_asof(known, left_on="_day", right_on="_stated", by="currency", check_sortedness=False).sort("_row")
    own = pl.when(pl.col("currency") == currency).then(1.0).otherwise("rate").alias("rate")
    return found.with_columns(own).drop("_row", "_day", "_stated", strict=False)


def in_major_units(amount: pl.Expr) -> pl.Expr:
    """An amount in minor units of the row's `currency`, in major units of the one that its `rate` leads to."""
    places = pl.col("currency").replace_strict(DECIMAL_PLACES, default=2, return_dtype=pl.Int64)
    return amount / pl.lit(10).pow(places) * pl.col("rate")
