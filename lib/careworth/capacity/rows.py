"""Demand by hour of the week beside the hours that it takes and the hours that are staffed (S20, METRICS.md R035, R142)."""

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.stats import gamma

from careworth.capacity.arrivals import event_days, from_monday, history_end, hourly_arrivals, staffed_hours
from careworth.capacity.backtest import Backtest, back_test
from careworth.capacity.forecast import FEWEST_WEEKS, LEAST_SPREAD, Forecast, forecast_arrivals
from careworth.capacity.queue import Kept, Promise, Work, demand_hours, hours_needed, kept_by, when_open
from careworth.marts.periods import Cut
from careworth.results import Row, value_row
from careworth.stats import UNKNOWN, Estimate, mean_estimate

HISTORY, AHEAD, TRIED = "whole weeks of history", "hours of the week ahead", "hours forecast earlier"

NO_HANDLE_TIME = "no handle time is stated, so that arrivals are no hours of work"
NO_STAFFING = "no staffed hours are connected"


class Plan(NamedTuple):
    """What is promised and what it takes, as the user states it.

    Attributes
    ----------
    promise : Promise
    handle_minutes : Estimate
        An agent's minutes for a conversation with their range; unknown where nobody states them. `told` says where from.
    hourly_cost : Estimate
        Of an hour of an agent, in `currency`; unknown where nobody states it.
    is_open : array (7, 24), optional
        Opening hours from Monday on; around the clock without.
    """

    promise: Promise
    handle_minutes: Estimate = UNKNOWN
    told: str = "as stated"
    concurrency: float = 1.0
    patience_minutes: float | None = None
    hourly_cost: Estimate = UNKNOWN
    currency: str = ""
    is_open: np.ndarray | None = None


class Hours(NamedTuple):
    """For each hour of an average week ahead, (7, 24) from Monday on: arrivals with their 80 % interval, and hours needed.

    The hours' low and high are those of the level's 95 % interval with the lowest and highest handle time.
    """

    arrivals: np.ndarray
    arrivals_low: np.ndarray
    arrivals_high: np.ndarray
    demand: Estimate
    needed: np.ndarray
    needed_low: np.ndarray
    needed_high: np.ndarray


def capacity_rows(
    conversations: pl.DataFrame, events: pl.DataFrame, staffing: pl.DataFrame, cut: Cut, plan: Plan
) -> tuple[list[Row], pl.DataFrame]:
    """S20 over the four weeks after the cut-off, and the same hour by hour of the week for a chart.

    Parameters
    ----------
    conversations : DataFrame
        Those with the campaign's accounts, whenever they began; each that called for an answer arrives at its `clock_at`.
    events, staffing : DataFrame
        As the schemas say; without rows where they are not connected.
    """
    counts = hourly_arrivals(conversations["clock_at"], cut)
    special = event_days(events, cut, len(counts))
    if (weeks := len(counts) // 7) < FEWEST_WEEKS or (~special).sum() < 7 * FEWEST_WEEKS or not counts[~special].any():
        reason = f"{weeks} whole weeks, {(~special).sum()} days of them without events, are too few for a forecast"
        return _nothing(f"{reason}; it takes {FEWEST_WEEKS} weeks of ordinary days with arrivals", weeks), week_table(None, None)
    forecast = forecast_arrivals(counts, special)
    hours = plan_hours(forecast, cut, plan)
    staffed = staffed_hours(staffing, history_end(cut))
    rows = [
        *_forecast_rows(forecast),
        *_needed_rows(hours, plan),
        *_staffed_rows(hours, staffed, forecast, plan),
    ]
    return rows, week_table(hours, staffed)


def plan_hours(forecast: Forecast, cut: Cut, plan: Plan) -> Hours:
    """The forecast as an average week from Monday on, with the hours that keep the promise."""
    first = history_end(cut)
    arrivals, low, high = (from_monday(part.mean(axis=0), first) for part in forecast[:3])
    if plan.handle_minutes.value is None:
        none = np.full((7, 24), np.nan)
        return Hours(arrivals, low, high, UNKNOWN, none, none, none)
    cases = list(zip(_levels(forecast), _range(plan.handle_minutes), strict=True))
    works = [Work(minutes, plan.concurrency, plan.patience_minutes) for _, minutes in cases]
    needs = [
        hours_needed(level * arrivals, forecast.spread, plan.promise, work, plan.is_open)
        for (level, _), work in zip(cases, works, strict=True)
    ]
    demand = [float(level * demand_hours(arrivals, work).sum()) for (level, _), work in zip(cases, works, strict=True)]
    return Hours(arrivals, low, high, Estimate(*demand), *needs)


def week_table(hours: Hours | None, staffed: np.ndarray | None) -> pl.DataFrame:
    """One row per weekday (Monday 1) and hour: arrivals, hours needed, each with low and high, and hours staffed."""
    names = ("arrivals", "arrivals_low", "arrivals_high", "needed_hours", "needed_low", "needed_high")
    schema = {"weekday": pl.Int64, "hour": pl.Int64} | dict.fromkeys((*names, "staffed_hours"), pl.Float64)
    if hours is None:
        return pl.DataFrame(schema=schema)
    parts = [hours.arrivals, hours.arrivals_low, hours.arrivals_high, hours.needed, hours.needed_low, hours.needed_high]
    staff = np.full((7, 24), np.nan) if staffed is None else staffed
    columns = [np.repeat(np.arange(1, 8), 24), np.tile(np.arange(24), 7), *(part.ravel() for part in (*parts, staff))]
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema).fill_nan(None)


def _levels(forecast: Forecast) -> tuple[float, float, float]:
    """The forecast's own level as 1, and the ends of its 95 % interval."""
    varying = max(forecast.spread.level, LEAST_SPREAD)
    low, high = gamma.ppf([0.025, 0.975], 1 / varying, scale=varying)
    return 1.0, float(low), float(high)


def _range(estimate: Estimate) -> tuple[float, float, float]:
    value, low, high = estimate
    return value, value if low is None else low, value if high is None else high


def _forecast_rows(forecast: Forecast) -> list[Row]:
    tested = back_test(forecast.errors)
    arrivals, history = forecast.expected.sum(axis=(1, 2)).mean(), {"n": len(forecast.profile.level), "denominator": HISTORY}
    week = Estimate(*(float(level * arrivals) for level in _levels(forecast)))
    tried = {"n": int(forecast.errors.counts.sum()) * 24, "denominator": TRIED, "grade": "B"}
    few = None if tested.coverage is not None else "too few weeks of history to try its intervals out"
    ratio = tested.error / tested.naive_error if tested.naive_error else None
    same = None if ratio is not None else "the same arrivals in every week"
    return [
        value_row("S20", "arrivals_per_week", week, "count/week", grade="B", **history),
        value_row("S20", "forecast_coverage", _coverage(tested), "share", reason=few, **tried),
        value_row("S20", "forecast_error", ratio, "ratio", reason=same, **tried),
    ]


def _coverage(tested: Backtest) -> Estimate:
    """The coverage with the interval that the weeks of its forecasts leave open."""
    if tested.coverage is None:
        return UNKNOWN
    known = np.isfinite(tested.by_forecast)
    spread = mean_estimate(tested.by_forecast[known], tested.origins[known])
    if spread.low is None or spread.high is None:
        return Estimate(tested.coverage, 0.0, 1.0)
    return Estimate(tested.coverage, min(max(spread.low, 0.0), tested.coverage), max(min(spread.high, 1.0), tested.coverage))


def _needed_rows(hours: Hours, plan: Plan) -> list[Row]:
    labels = {"n": 168, "denominator": AHEAD}
    if plan.handle_minutes.value is None:
        return [_unknown(name, unit, NO_HANDLE_TIME, labels) for name, unit in NEEDED.items()]
    told = {"grade": "C", "reason": _sentence(plan)}
    needed = Estimate(*(float(part.sum()) for part in (hours.needed, hours.needed_low, hours.needed_high)))
    shares = [demand / hours_ for demand, hours_ in zip(hours.demand, needed, strict=True) if hours_]
    busy = Estimate(hours.demand.value / needed.value, min(shares), max(shares)) if needed.value else UNKNOWN
    return [
        value_row("S20", "hours_needed", needed, "hours/week", **labels, **told),
        value_row("S20", "occupancy_needed", busy, "share", **labels, **told),
        _cost_row(needed, plan, labels, told),
    ]


def _cost_row(needed: Estimate, plan: Plan, labels: dict, told: dict) -> Row:
    if plan.hourly_cost.value is None:
        return _unknown("cost_per_week", "currency", "no cost of an agent's hour is stated", labels)
    cost = Estimate(*(hours * each for hours, each in zip(needed, _range(plan.hourly_cost), strict=True)))
    return value_row("S20", "cost_per_week", cost, plan.currency, **labels, **told)


def _staffed_rows(hours: Hours, staffed: np.ndarray | None, forecast: Forecast, plan: Plan) -> list[Row]:
    labels = {"n": 168, "denominator": AHEAD}
    if staffed is None:
        return [_unknown(name, unit, NO_STAFFING, labels) for name, unit in STAFFED.items()]
    total = float(staffed.sum())
    rows = [value_row("S20", "hours_staffed", total, "hours/week", **labels)]
    if plan.handle_minutes.value is None or total == 0:
        why = NO_HANDLE_TIME if total else "no hour of the week is staffed"
        return rows + [_unknown(name, unit, why, labels) for name, unit in STAFFED.items() if name != "hours_staffed"]
    told = {"grade": "C", "reason": _sentence(plan)}
    kept = _kept(hours, staffed, forecast, plan)
    grows = f"the queue grows: {total:,.0f} staffed hours against {hours.demand.value:,.0f} hours of work"
    sustained = told if np.isfinite(kept.minutes) else {"reason": grows}
    busy = Estimate(*(each / total for each in hours.demand))
    return [
        *rows,
        value_row("S20", "occupancy", busy, "share", **labels, **told),
        value_row("S20", "promise_kept", Estimate(*kept[:3]), "share", **labels, **told),
        value_row("S20", "sustained", kept.minutes if np.isfinite(kept.minutes) else None, "minutes", **labels, **sustained),
    ]


def _kept(hours: Hours, staffed: np.ndarray, forecast: Forecast, plan: Plan) -> Kept:
    opened = np.ones((7, 24), bool) if plan.is_open is None else plan.is_open
    work = Work(plan.handle_minutes.value, plan.concurrency, plan.patience_minutes)
    return kept_by(when_open(hours.arrivals, opened), staffed[opened], forecast.spread, plan.promise, work)


def _sentence(plan: Plan) -> str:
    value, low, high = plan.handle_minutes
    span = "" if low is None or high is None else f" ({low:g} to {high:g})"
    within, promised = plan.promise.within_minutes, plan.promise.share
    at_a_time = f", {plan.concurrency:g} at a time" if plan.concurrency != 1 else ""
    return (
        f"{100 * promised:g} % taken up within {within:g} minutes, kept with probability {100 * plan.promise.certainty:g} %; "
        f"{value:.3g} minutes{span} for each conversation{at_a_time}, {plan.told}"
    )


#: The variants that need hours of work, and those that need staffed hours, with their units.
NEEDED = {"hours_needed": "hours/week", "occupancy_needed": "share", "cost_per_week": "currency"}
STAFFED = {"hours_staffed": "hours/week", "occupancy": "share", "promise_kept": "share", "sustained": "minutes"}
FORECAST = {"arrivals_per_week": "count/week", "forecast_coverage": "share", "forecast_error": "ratio"}


def _nothing(reason: str, weeks: int) -> list[Row]:
    labels = {"n": weeks, "denominator": HISTORY}
    return [_unknown(name, unit, reason, labels) for name, unit in (FORECAST | NEEDED | STAFFED).items()]


def _unknown(variant: str, unit: str, reason: str, labels: dict) -> Row:
    return value_row("S20", variant, None, unit, reason=reason, **labels)
