"""Where a study's numbers are heading (V6), what coincided with events (V7), and what goes with sales and cost (M13)."""

import polars as pl

from careworth import trends
from careworth.daily import cost_days, metric_days, outcome_days
from careworth.metrics.windows import last_day
from careworth.results import Row
from careworth.study import Study

#: Figures that look like success; whether they go with the campaign's goal is asked apart (R182).
VANITY = ["A1", "A7"]


def trend_rows(study: Study, values: pl.DataFrame) -> list[Row]:
    """V6 of every weekly series among the values; none crosses a change of platform, handle or definition."""
    weekly = values.filter(slice="week").select("metric_id", "variant", "value", "n", week="period_start")
    return trends.trend_rows(weekly, _breaks(study), last_day(study.cut))


def event_rows(study: Study) -> list[Row]:
    """V7: each day-by-day metric and outcome against each event, all of them together."""
    outcomes = _outcomes(study).filter(pl.col("metric_id") != "cost")
    series = pl.concat([metric_days(study), outcomes])
    begun = study.table("events").filter(pl.col("start_at") <= study.as_of)
    return trends.event_rows(series, begun, study.cut.zone, _breaks(study), last_day(study.cut))


def link_rows(study: Study) -> list[Row]:
    """M13: each day-by-day metric against orders, revenue and cost, and what looks like success against the campaign's goal."""
    metrics, until = metric_days(study), last_day(study.cut)
    goals = [goal.metric for goal in sorted(study.campaign.goals, key=lambda goal: not goal.primary)]
    found = {series.name: series for series in trends.list_series(metrics, until)}
    held = [found[name] for name in goals if name in found and not name.startswith(tuple(VANITY))]
    looks = metrics.filter(pl.col("metric_id").is_in(VANITY))
    return [*trends.link_rows(metrics, _outcomes(study), until), *(trends.vanity_rows(looks, held[0], until) if held else [])]


def _breaks(study: Study) -> list[trends.Break]:
    return trends.list_breaks(study.table("events"), study.cut.zone, study.campaign.id)


def _outcomes(study: Study) -> pl.DataFrame:
    """Orders, revenue, calls and cost by day, as series of their own name."""
    counted = outcome_days(study).filter(pl.col("series").is_in(["orders", "revenue", "calls"]))
    cost = cost_days(study).select(pl.lit("cost").alias("series"), "day", "value")
    both = pl.concat([counted, cost])
    return both.select(metric_id="series", variant=pl.lit("all"), day="day", value="value", n=pl.lit(1, pl.Int64))
