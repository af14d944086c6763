"""Shares of conversations, whole, by network, by any other column and by week, each with its Wilson interval and n."""

import polars as pl

from careworth.results import Row, share_estimate, value_row

#: A group of fewer cases is not told on its own.
FEWEST = 10


def share_row(table: pl.DataFrame, flag: str, metric_id: str, variant: str, denominator: str, **labels) -> Row:
    """The share of rows whose boolean `flag` holds, with Wilson interval and n."""
    estimate = share_estimate(int(table[flag].sum()), table.height)
    reason = None if table.height else f"no {denominator}"
    return value_row(metric_id, variant, estimate, "share", n=table.height, denominator=denominator, reason=reason, **labels)


def network_rows(table: pl.DataFrame, flag: str, metric_id: str, variant: str, denominator: str, **labels) -> list[Row]:
    """The same share for each network of which there is more than one."""
    networks = table["network"].unique().sort().to_list()
    slices = networks if len(networks) > 1 else []
    return [
        share_row(table.filter(network=name), flag, metric_id, variant, denominator, slice=f"network={name}", **labels)
        for name in slices
    ]


def slice_rows(table: pl.DataFrame, flag: str, by: str, metric_id: str, variant: str, denominator: str, **labels) -> list[Row]:
    """The same share for each word of the column `by` that has ten cases or more, where there are two such words."""
    counted = table.group_by(by).agg(pl.len().alias("cases"), pl.col(flag).sum().alias("held")).drop_nulls(by)
    shown = counted.filter(pl.col("cases") >= FEWEST).sort(by)
    rows = [
        value_row(
            metric_id,
            variant,
            share_estimate(held, cases),
            "share",
            n=cases,
            denominator=denominator,
            slice=f"{by}={name}",
            **labels,
        )
        for name, cases, held in shown.iter_rows()
    ]
    return rows if len(rows) > 1 else []


def week_rows(weeks: dict, flag: str, metric_id: str, variant: str, denominator: str, **labels) -> list[Row]:
    """The same share for each week."""
    return [
        share_row(table, flag, metric_id, variant, denominator, slice="week", period=week, **labels)
        for week, table in weeks.items()
    ]
