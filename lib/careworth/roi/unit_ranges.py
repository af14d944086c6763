"""What one contact of an assisted channel costs, as the company states it: always a range, always with its source (M2, C4)."""

from datetime import date

import polars as pl

from careworth.errors import CareworthError
from careworth.roi.currency import NO_RATES, in_major_units, with_rate
from careworth.roi.distributions import Beta, Fixed, pert


def require_ranges(unit_costs: pl.DataFrame) -> pl.DataFrame:
    """`unit_costs` unchanged if each is a range with its source: nobody knows what a contact costs as one number.

    Raises
    ------
    CareworthError
        It names the channel and the day of the first that is not.
    """
    low, likely, high = (pl.col(f"{name}_minor") for name in ("low", "likely", "high"))
    faults = {
        "need 0 <= low <= likely <= high; put them in order": ~((low >= 0) & (low <= likely) & (likely <= high)),
        "it is one number; state a range, the lowest below the highest": low == high,
        "no source; say where the figures come from": pl.col("source").str.strip_chars() == "",
    }
    told = pl.coalesce(pl.when(holds).then(pl.lit(sentence)) for sentence, holds in faults.items())
    wrong = unit_costs.sort("channel", "valid_from").with_columns(fault=told).drop_nulls("fault")
    if wrong.height:
        first = wrong.row(0, named=True)
        raise CareworthError(f"unit cost of {first['channel']} from {first['valid_from']}: {first['fault']}")
    return unit_costs


def stated_range(
    unit_costs: pl.DataFrame, channel: str, day: date, currency: str, rates: pl.DataFrame = NO_RATES
) -> Beta | Fixed | None:
    """What one contact of `channel` costs as stated for that day, in major units of `currency`; None when nothing is stated.

    Raises
    ------
    CareworthError
        If it is in another currency without a rate, or a unit cost is no range or has no source.
    """
    valid = require_ranges(unit_costs).filter(pl.col("channel") == channel, pl.col("valid_from") <= day)
    if valid.is_empty():
        return None
    latest = with_rate(valid.sort("valid_from").tail(1), pl.lit(day), currency, rates)
    if latest["rate"].null_count():
        found = f"unit cost of {channel} is in {latest['currency'].item()} and the campaign counts in {currency}"
        raise CareworthError(f"{found}; add a rate above zero to exchange_rates, dated {day} or before")
    return pert(*latest.select(in_major_units(pl.col(f"{name}_minor")).alias(name) for name in ("low", "likely", "high")).row(0))
