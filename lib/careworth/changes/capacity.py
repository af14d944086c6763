"""How many hours of agents a study's promise takes in the weeks ahead (S20)."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from careworth.business_time import Calendar
from careworth.capacity.queue import Promise
from careworth.capacity.rows import Plan, capacity_rows
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Estimate
from careworth.study import Study

#: The columns of an hour of the week, as variants of S20: value, low and high, and its unit.
BY_HOUR = {
    "arrivals_per_hour": (("arrivals", "arrivals_low", "arrivals_high"), "count/hour"),
    "needed_per_hour": (("needed_hours", "needed_low", "needed_high"), "hours"),
}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def capacity(study: Study) -> list[Row]:
    """S20 ahead of the cut-off: arrivals, the hours that the promise takes and what is staffed; and hour by hour of the week."""
    events, staffing = study.table("events"), study.table("staffing")
    rows, week = capacity_rows(study.account_conversations, events, staffing, study.cut, _plan(study))
    return [*rows, *_hour_rows(week)]


def _hour_rows(week: pl.DataFrame) -> list[Row]:
    labels = {"n": 4, "denominator": "weeks ahead", "grade": "B"}
    return [
        value_row("S20", variant, Estimate(*(hour[name] for name in names)), unit, slice=_hour_name(hour), **labels)
        for variant, (names, unit) in BY_HOUR.items()
        for hour in week.drop_nulls(list(names)).iter_rows(named=True)
        if hour[names[0]] == hour[names[0]]
    ]


def _hour_name(hour: dict) -> str:
    return f"hour={WEEKDAYS[hour['weekday'] - 1]} {hour['hour']:02d}"


def _plan(study: Study) -> Plan:
    stated = study.workspace.capacity
    opening = study.workspace.calendar(study.workspace.service.calendar)
    return Plan(
        promise=Promise(stated.share, stated.within_minutes, stated.certainty),
        handle_minutes=_range(stated.handle_minutes),
        concurrency=stated.concurrency,
        patience_minutes=stated.patience_minutes or None,
        hourly_cost=_range(stated.hourly_cost),
        currency=study.campaign.currency,
        is_open=open_hours(opening) if opening else None,
    )


def _range(stated: Sequence[float]) -> Estimate:
    if not stated:
        return UNKNOWN
    low, likely, high = stated
    return Estimate(likely, low, high)


def open_hours(calendar: Sequence[Calendar]) -> np.ndarray:
    """(7, 24) from Monday on: true for the hours of the local day in which the latest of the calendars opens at all.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> open_hours([Calendar(ZoneInfo("UTC"), {0: [(9 * 3600, 10 * 3600 + 1)]})])[0].nonzero()[0].tolist()
    [9, 10]
    """
    latest = max(calendar, key=lambda each: each.valid_from)
    begins = np.arange(24) * 3600
    days = [[(begins < closes) & (begins + 3600 > opens) for opens, closes in latest.hours.get(day, ())] for day in range(7)]
    return np.array([np.any(spans, axis=0) if spans else np.zeros(24, bool) for spans in days])
