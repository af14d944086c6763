"""Small tables of series and events."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from careworth.trends import Series

MONDAY = date(2024, 1, 1)


def daily(values: np.ndarray, metric_id: str = "V1", variant: str = "conversations", counted: np.ndarray | None = None) -> Series:
    """A daily series from 1 January 2024, a Monday."""
    values = np.asarray(values, float)
    return Series(metric_id, variant, MONDAY, 1, values, values if counted is None else counted)


def table(values: list, metric_id: str = "V1", variant: str = "conversations", period: str = "day", n: int = 10) -> pl.DataFrame:
    """The same as a table of series, by day or by week."""
    step = 1 if period == "day" else 7
    days = [MONDAY + timedelta(days=step * number) for number in range(len(values))]
    columns = {"metric_id": metric_id, "variant": variant, period: days, "value": list(values), "n": n}
    return pl.DataFrame(columns, schema_overrides={"value": pl.Float64, period: pl.Date})


def events(*rows: tuple) -> pl.DataFrame:
    """The table `events` of tuples: id, type, first day's number, days, name, campaign."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    columns = {"event_id": pl.String, "type": pl.String, "start_at": pl.Datetime("us", "UTC"), "end_at": pl.Datetime("us", "UTC")}
    return pl.DataFrame(
        [
            {
                "event_id": each[0],
                "type": each[1],
                "start_at": start + timedelta(days=each[2]),
                "end_at": start + timedelta(days=each[2] + each[3]),
                "name": each[4] if len(each) > 4 else each[0],
                "campaign_id": each[5] if len(each) > 5 else None,
            }
            for each in rows
        ],
        schema=columns | {"name": pl.String, "campaign_id": pl.String},
    )
