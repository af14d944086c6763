"""Shares of conversations, whole, by network and by week, each with its Wilson interval and n."""

import polars as pl

from careworth.results import Row, share_estimate, value_row


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


def week_rows(weeks: dict, flag: str, metric_id: str, variant: str, denominator: str, **labels) -> list[Row]:
    """The same share for each week."""
    return [
        share_row(table, flag, metric_id, variant, denominator, slice="week", period=week, **labels)
        for week, table in weeks.items()
    ]
