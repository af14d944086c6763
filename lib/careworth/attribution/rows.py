"""Rows of what part each channel played: roles and paths (M6), and credit under named models (M5), with intervals."""

import numpy as np
import polars as pl

from careworth.attribution.journeys import Journeys
from careworth.attribution.model_names import model_named
from careworth.attribution.roles import channel_roles, path_lengths, time_lags, transitions
from careworth.attribution.sensitivity import limit_window
from careworth.attribution.uncertainty import Bootstrap, bootstrap, bootstrap_each, credit_intervals
from careworth.results import Row, share_estimate, value_row
from careworth.stats import Estimate

#: The models that are shown beside each other, by the names of the rows; the Shapley value is that of the sum game.
MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "shapley")

#: What a journey begins with, and its two ends.
START, ORDER, NOTHING = "start", "order", "no order"

ROLES = ("initiate", "assist", "complete")

#: Shorter look-back windows in days that care's share is told for beside the campaign's own.
WINDOWS = (7.0, 14.0)

CARE = "care_social"

#: Longest path and lag that have a row of their own; the last row has all that are longer.
MOST_TOUCHES, MOST_DAYS = 6, 14

NOT_CAUSE = "attributed, not incremental"
PATHS = "converting paths"


def credit_rows(journeys: Journeys, currency: str, replicates: int = 200, seed: int = 1) -> list[Row]:
    """M5: revenue and conversions that each model credits each channel with; bootstrap over people, grade B."""
    count = round(float(journeys.conversions.sum()))
    if not count:
        return []
    resampled = bootstrap_each(journeys, [model_named(model) for model in MODELS], replicates, seed)
    return [row for model, own in zip(MODELS, resampled, strict=True) for row in _model_rows(own, model, currency, count)]


def _model_rows(resampled: Bootstrap, model: str, currency: str, count: int) -> list[Row]:
    credited = credit_intervals(resampled).sort("channel")
    labels = {"n": count, "denominator": PATHS, "grade": "B", "reason": NOT_CAUSE}
    return [
        value_row(
            "M5", variant, Estimate(*(row[f"{name}{end}"] for end in ENDS)), unit, slice=f"channel={row['channel']}", **labels
        )
        for variant, name, unit in ((model, "values", currency), (f"{model}_conversions", "conversions", "count"))
        for row in credited.iter_rows(named=True)
    ]


#: Endings of the columns of an estimate.
ENDS = ("", "_low", "_high")


def role_rows(journeys: Journeys) -> list[Row]:
    """M6: of the converting paths that a channel is part of, the share that it initiates, assists and completes.

    `assist_but_last` counts every touch but the last as an assist (R129). A direct visit counts as any other (R130).
    """
    roles = channel_roles(journeys).filter(pl.col("paths") > 0).sort("channel")
    return [
        value_row(
            "M6",
            role,
            share_estimate(round(row[role]), round(row["paths"])),
            "share",
            n=round(row["paths"]),
            denominator="converting paths with the channel",
            slice=f"channel={row['channel']}",
            grade="B",
            reason=NOT_CAUSE,
        )
        for row in roles.iter_rows(named=True)
        for role in (*ROLES, "assist_but_last")
    ]


def path_rows(journeys: Journeys) -> list[Row]:
    """M6: how many touches converting paths have, and how many days lie between the first of them and the order."""
    count = round(float(journeys.conversions.sum()))
    if not count:
        return []
    told = (
        ("path_touches", path_lengths(journeys), "touches", MOST_TOUCHES),
        ("path_days", time_lags(journeys), "days", MOST_DAYS),
    )
    return [
        value_row("M6", variant, share_estimate(converted, count), "share", n=count, denominator=PATHS, slice=place, grade="B")
        for variant, table, by, most in told
        for place, converted in _up_to(table, by, most)
    ]


def _up_to(table: pl.DataFrame, by: str, most: int) -> list[tuple[str, int]]:
    """Conversions by number, all above `most` together."""
    capped = table.group_by(pl.col(by).clip(upper_bound=most)).agg(pl.col("conversions").sum()).sort(by)
    named = [(f"{by}={number}" + ("+" if number == most else ""), round(converted)) for number, converted in capped.iter_rows()]
    return [(place, converted) for place, converted in named if converted]


def transition_rows(journeys: Journeys) -> list[Row]:
    """M6: of the steps that journeys took from a channel, or began with, the share that led to each other and to the order."""
    moves = transitions(journeys)
    froms, ends = [*moves.channels, START], [*moves.channels, ORDER, NOTHING]
    counts = np.rint(moves.counts).astype(int)
    return [
        value_row(
            "M6",
            "step",
            share_estimate(int(count), int(counts[k].sum())),
            "share",
            n=int(counts[k].sum()),
            denominator="steps from there",
            slice=f"step={origin} > {end}",
            grade="B",
        )
        for k, origin in enumerate(froms)
        for end, count in zip(ends, counts[k], strict=True)
        if count
    ]


def window_rows(journeys: Journeys, lookback_days: float, replicates: int = 200, seed: int = 1) -> list[Row]:
    """M5: how care's share of the conversions hangs on the look-back window, by equal credit to each touch."""
    if not journeys.conversions.any() or CARE not in journeys.channels:
        return []
    days = [*(each for each in WINDOWS if each < lookback_days), lookback_days]
    return [_window_row(limit_window(journeys, each), each, replicates, seed) for each in days]


def _window_row(journeys: Journeys, days: float, replicates: int, seed: int) -> Row:
    labels = {"denominator": PATHS, "slice": f"lookback_days={days:g}", "grade": "B"}
    count = round(float(journeys.conversions.sum()))
    if not count:
        return value_row("M5", "care_share", None, "share", n=0, reason=f"no path within {days:g} days", **labels)
    resampled = bootstrap(journeys, model_named("linear"), replicates, seed)
    (row,) = credit_intervals(resampled).filter(channel=CARE).iter_rows(named=True)
    estimate = Estimate(*(row[f"share{end}"] for end in ENDS))
    return value_row("M5", "care_share", estimate, "share", n=count, reason=NOT_CAUSE, **labels)
