"""The calendar months of a campaign, and those of them that nothing touches."""

from datetime import date

import polars as pl


def months_without(spans: pl.DataFrame, start: date, end: date) -> list[date]:
    """The first day of each calendar month between `start` and `end` that no span touches.

    Parameters
    ----------
    spans : DataFrame
        `first`, a first day, and `last`, the first day no longer in it.

    Examples
    --------
    >>> spans = pl.DataFrame({"first": [date(2025, 3, 1), date(2025, 5, 1)], "last": [date(2025, 4, 1), date(2025, 6, 1)]})
    >>> months_without(spans, date(2025, 3, 3), date(2025, 5, 26))
    [datetime.date(2025, 4, 1)]
    """
    firsts = pl.date_range(start.replace(day=1), end, "1mo", closed="left", eager=True).alias("month")
    months = firsts.to_frame().with_columns(until=pl.col("month").dt.offset_by("1mo"))
    touched = months.join_where(spans.unique(), pl.col("first") < pl.col("until"), pl.col("last") > pl.col("month"))
    return months.join(touched, on="month", how="anti").sort("month")["month"].to_list()
