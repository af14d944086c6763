"""Series tables on an unbroken calendar of days or weeks, and the days on which a series stops being the same series."""

import re
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from careworth.contracts import require_columns, require_filled, require_key
from careworth.errors import ContractError
from careworth.registry import METRICS, unit_of
from careworth.results import Row

#: Events after which a series counts something else than before (METRICS.md C.3): no trend crosses one.
BREAKING = (
    "api_change",
    "definition_change",
    "definition_version",
    "handle_launch",
    "platform_change",
    "query_change",
    "survey_change",
)


class Break(NamedTuple):
    """The first day on which a series counts something else, and why."""

    day: date
    name: str


class Series(NamedTuple):
    """One metric's days or weeks without gaps in the calendar; nan where nothing is known."""

    metric_id: str
    variant: str
    first_day: date
    step_days: int
    values: np.ndarray
    counted: np.ndarray

    def day_of(self, position: int) -> date:
        """The first day of the period at this position, which may lie beyond the end."""
        return self.first_day + timedelta(days=position * self.step_days)

    def between(self, start: int, end: int) -> "Series":
        """The periods from `start` until before `end`."""
        part = slice(start, end)
        return self._replace(first_day=self.day_of(start), values=self.values[part], counted=self.counted[part])

    @property
    def end_day(self) -> date:
        """The first day after the last period."""
        return self.day_of(len(self.values))

    @property
    def name(self) -> str:
        """Metric and variant as the rows of V6, V7 and M13 name them."""
        return f"{self.metric_id}.{self.variant}"

    @property
    def unit(self) -> str:
        """The unit of the metric's variant; count where the registry does not know it."""
        return unit_of(METRICS[self.metric_id], self.variant) if self.metric_id in METRICS else "count"


def list_series(table: pl.DataFrame, until: date | None = None) -> list[Series]:
    """Each series of the table, in the order of metric and variant.

    Parameters
    ----------
    table : DataFrame
        `metric_id`, `variant`, `day` or `week` (its first day), `value`, `n`; one row a period, in any order, periods without
        a row or with a value that is null or not finite are gaps.
    until : date, optional
        Periods that are not over before this day are left out.

    Raises
    ------
    ContractError
        If columns are missing, a period occurs twice, or weeks do not begin on one day of the week.
    """
    period, step = ("day", 1) if "day" in table.columns else ("week", 7)
    key = ("metric_id", "variant", period)
    require_columns(table, *key, "value", "n", name="series")
    known = table.pipe(require_filled, *key, name="series").pipe(require_key, *key, name="series")
    if until is not None:
        known = known.filter(pl.col(period) + pl.duration(days=step) <= until)
    parts = known.sort(key).partition_by("metric_id", "variant", as_dict=True, maintain_order=True)
    return [_series(str(metric_id), str(variant), part, period, step) for (metric_id, variant), part in parts.items()]


def _series(metric_id: str, variant: str, part: pl.DataFrame, period: str, step: int) -> Series:
    first = part[period][0]
    away = (part[period] - first).dt.total_days().to_numpy()
    if (away % step).any():
        raise ContractError(f"series {metric_id}.{variant}: its weeks begin on different days of the week; begin each on Monday")
    values, counted = np.full((2, int(away[-1]) // step + 1), np.nan)
    seen = part["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    values[away // step] = np.where(np.isfinite(seen), seen, np.nan)
    counted[away // step] = part["n"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Series(metric_id, variant, first, step, values, counted)


def list_breaks(events: pl.DataFrame, zone: ZoneInfo, campaign_id: str | None = None) -> list[Break]:
    """The events that break a series, oldest first: those of everybody and of this campaign.

    Parameters
    ----------
    events : DataFrame
        The table `events`; its type says which break: a change of platform, query, survey or definition, or a new handle.
    """
    if "campaign_id" in events.columns:
        events = events.filter(pl.col("campaign_id").is_null() | pl.col("campaign_id").eq_missing(pl.lit(campaign_id, pl.String)))
    begun = events.with_columns(day=pl.col("start_at").dt.convert_time_zone(zone.key).dt.date()).sort("day", "event_id")
    return [
        Break(row["day"], row["name"])
        for row in begun.iter_rows(named=True)
        if re.sub(r"[^a-z]+", "_", row["type"].lower()).strip("_") in BREAKING
    ]


def split(series: Series, breaks: list[Break]) -> list[tuple[Series, Break | None]]:
    """The parts of a series between breaks, oldest first, each with the break before it; a week across a break is in none."""
    inside = [each for each in sorted(breaks) if series.first_day < each.day < series.end_day]
    away = [(each.day - series.first_day).days for each in inside]
    starts = [0, *(-(-days // series.step_days) for days in away)]
    ends = [*(days // series.step_days for days in away), len(series.values)]
    parts = zip(starts, ends, [None, *inside], strict=True)
    return [(series.between(start, max(start, end)), cause) for start, end, cause in parts]


def weekly_table(rows: list[Row]) -> pl.DataFrame:
    """The weekly rows of `metric_values` among the given ones as a table of series for `trend_rows`."""
    weekly = [row for row in rows if row["slice"] == "week"]
    columns = {"metric_id": pl.String, "variant": pl.String, "period_start": pl.Date, "value": pl.Float64, "n": pl.Int64}
    picked = [{name: row[name] for name in columns} for row in weekly]
    return pl.DataFrame(picked, schema=columns).rename({"period_start": "week"})
