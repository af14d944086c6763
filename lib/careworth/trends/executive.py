"""Rows of M13: each metric against orders, revenue and cost, and vanity figures against the campaign's goal (R120, R182)."""

from datetime import date

import numpy as np
import polars as pl

from careworth.errors import ContractError
from careworth.results import Row, value_row
from careworth.trends.calendar import Series, list_series
from careworth.trends.discovery import is_found, q_values
from careworth.trends.links import FEWEST_DAYS, Link, Outcome, link

#: What executives care about: each metric is held against all three.
OUTCOMES = ("orders", "revenue", "cost")

#: What nobody may read into a link.
CAUTION = "an association, not an effect; a promotion may move both"


def link_rows(table: pl.DataFrame, outcomes: pl.DataFrame, until: date | None = None) -> list[Row]:
    """M13 of each daily series with orders, revenue and cost: the partial correlation at the lag where it shows most; grade B.

    The q-values are over all series and outcomes. An outcome without days is not connected, which its rows say.

    Parameters
    ----------
    table, until
        As for `list_series`, by day.
    outcomes : DataFrame
        `metric_id` (orders, revenue or cost), `variant` (any one text), `day`, `value`, `n`.
    """
    held = {each.metric_id: each for each in list_series(outcomes, until)}
    if len(held) < outcomes.select("metric_id", "variant").n_unique():
        raise ContractError("outcomes: one outcome has several variants; give one series each of orders, revenue and cost")
    pairs = [(series, name, held.get(name)) for series in list_series(table, until) for name in OUTCOMES]
    return _rows(pairs, "all")


def vanity_rows(table: pl.DataFrame, goal: Series, until: date | None = None) -> list[Row]:
    """M13 of series that look like success, such as likes and followers, with the campaign's goal (R182); grade B.

    Parameters
    ----------
    goal : Series
        The daily series of the goal's metric.
    """
    return _rows([(series, goal.name, goal) for series in list_series(table, until)], "vanity")


def _rows(pairs: list[tuple[Series, str, Series | None]], place: str) -> list[Row]:
    for series, _, held in pairs:
        if {series.step_days, held.step_days if held else 1} != {1}:
            raise ContractError(f"series {series.name}: a link is looked for day by day; give daily series")
    ready = {name: Outcome.of(held.values, held.first_day) for _, name, held in pairs if held is not None}
    links = [
        link(_on_the_days_of(held, series), ready[name], held.first_day) if held is not None else None
        for series, name, held in pairs
    ]
    adjusted = q_values([each.p_value if each else None for each in links])
    told = zip(pairs, links, adjusted, strict=True)
    return [_row(series, name, held is not None, found, q, place) for (series, name, held), found, q in told]


def _on_the_days_of(held: Series, series: Series) -> np.ndarray:
    """The series' values on the calendar of another; nan on days that it has not."""
    values = np.full(len(held.values), np.nan)
    start = (series.first_day - held.first_day).days
    first, last = max(start, 0), min(start + len(series.values), len(values))
    if last > first:
        values[first:last] = series.values[first - start : last - start]
    return values


def _row(series: Series, name: str, is_connected: bool, found: Link | None, q_value: float | None, place: str) -> Row:
    labels = {"denominator": "days with both", "slice": place, "grade": "B"}
    variant = f"{series.name}:{name}"
    if found is None or q_value is None:
        few = f"fewer than {FEWEST_DAYS} days with both, or one of them never varies"
        reason = few if is_connected else f"not connected: {name}"
        return value_row("M13", variant, None, "correlation", n=0, reason=reason, **labels)
    reason = link_sentence(found, name, q_value)
    return value_row("M13", variant, found.correlation, "correlation", n=found.days, reason=reason, **labels)


def link_sentence(found: Link, name: str, q_value: float) -> str:
    """What may be said of a metric and an outcome."""
    if not is_found(q_value):
        size = f"a correlation above {found.detectable:.2f} would have shown four times in five"
        return f"not shown to go with {name} (q = {q_value:.2f}); {size}; {CAUTION}"
    return f"goes with {name} {_when(found.lag_days)} (q = {q_value:.3f}); {CAUTION}"


def _when(lag_days: int) -> str:
    """When the outcome goes with the metric.

    Examples
    --------
    >>> _when(0), _when(1), _when(3), _when(-2)
    ('of the same day', '1 day later', '3 days later', '2 days earlier')
    """
    size = f"{abs(lag_days)} day{'' if abs(lag_days) == 1 else 's'}"
    return "of the same day" if lag_days == 0 else f"{size} {'later' if lag_days > 0 else 'earlier'}"
