"""Times to an event as rows: medians and 90th percentiles of curves in which open cases count as open."""

from datetime import datetime

import polars as pl

from careworth.results import Row, value_row
from careworth.stats import Curve, Estimate, kaplan_meier, time_reached

#: The points at which a curve is read, by the name of the row.
POINTS = {"median": 0.5, "p90": 0.9}


def minutes(duration: pl.Expr) -> pl.Expr:
    """A duration in minutes."""
    return duration.dt.total_microseconds() / 60e6


def curve_until(table: pl.DataFrame, start: str, end: str, as_of: datetime) -> Curve:
    """Kaplan-Meier curve of the minutes from one column to the other; rows without an end are censored at the cut-off.

    A row that ends before it starts is a fault of the clocks and counts as ending at once.
    """
    ended = pl.col(end).is_not_null()
    told = table.select(minutes(pl.col(end).fill_null(as_of) - pl.col(start)).clip(0).alias("minutes"), ended=ended)
    return kaplan_meier(told["minutes"].to_numpy(), told["ended"].to_numpy())


def time_row(metric_id: str, variant: str, curve: Curve, share: float, n: int, denominator: str, **labels) -> Row:
    """When `share` of the cases had the event, in minutes; not reached where the curve never gets there."""
    estimate = time_reached(curve, share)
    given = {"unit": "minutes", "grade": "B"} | labels
    reason = "not reached" if estimate.value is None else given.pop("reason", None)
    given.pop("reason", None)
    return value_row(metric_id, variant, estimate, n=n, denominator=denominator, reason=reason, **given)


def time_rows(
    metric_id: str, table: pl.DataFrame, start: str, end: str, as_of: datetime, denominator: str, **labels
) -> list[Row]:
    """Median and 90th percentile from one column of instants to the other."""
    prefix = labels.pop("prefix", "")
    names = {f"{prefix}{name}": share for name, share in POINTS.items()}
    if table.is_empty():
        return [nothing(metric_id, name, denominator) for name in names]
    curve = curve_until(table, start, end, as_of)
    return [time_row(metric_id, name, curve, share, table.height, denominator, **labels) for name, share in names.items()]


def nothing(metric_id: str, variant: str, denominator: str, unit: str = "minutes", **labels) -> Row:
    """The row of a metric of which there was not a single case."""
    empty = Estimate(None, None, None)
    return value_row(metric_id, variant, empty, unit, n=0, denominator=denominator, reason=f"no {denominator}", **labels)
