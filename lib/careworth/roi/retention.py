"""Margin from customers who stayed: what a randomised holdout bought after the window of M7 (METRICS.md M8)."""

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from careworth.results import value_row
from careworth.roi.gains import Gain, Terms, not_measured, range_of
from careworth.roi.margin import HOLDOUT, both_arms, difference_per_person, net_margin, orders_of, treated_line, why_unknown
from careworth.schemas import minor_units

LINE = "customers who stayed"
DAYS_PER_YEAR = 365.25


def retained_margin(
    terms: Terms,
    arms: pl.DataFrame,
    orders: pl.DataFrame,
    as_of: datetime,
    window_days: float,
    horizon_days: float,
    discount_rate: float = 0.0,
) -> Gain:
    """M8: margin from `window_days` after each person's assignment until `horizon_days` after that, treated less control.

    What came until the cut-off counts, of those whose window of M7 is over; nothing is projected.

    Parameters
    ----------
    orders : DataFrame
        The brand's orders, those after the campaign too.
    window_days, horizon_days : float
        The window of M7, and how long after it margin is still put down to care.
    discount_rate : float
        Yearly; each order is then worth what it was on the first day of the campaign. Leave it at 0 for a model whose
        cash flows are discounted (M10), which would else discount twice.
    """
    if why := why_unknown(orders, terms):
        return _unknown(terms, why)
    people = both_arms(arms.filter(pl.col("assigned_at") + timedelta(days=window_days) < as_of))
    if people.is_empty():
        return _unknown(
            terms, f"no randomised holdout with persons in both arms who were assigned more than {window_days:g} days ago"
        )
    seen = orders.filter(pl.col("ordered_at") <= as_of)
    theirs = orders_of(people, seen, window_days, window_days + horizon_days)
    if theirs.is_empty():
        return _unknown(terms, f"nobody of the randomised holdout was seen to buy after day {window_days:g}")
    extra = difference_per_person(people, theirs, _present_worth(terms, discount_rate))
    inputs, line, labels = treated_line(terms, LINE, "retention", people, extra)
    window = (float(window_days), float(window_days + horizon_days))
    line = replace(line, window_days=window, months=_months(theirs, terms))
    reason = f"{HOLDOUT}; from day {window[0]:g} to day {window[1]:g} after assignment, as far as it has passed"
    row = value_row("M8", "retained_margin", range_of(inputs, (line,)), terms.currency, reason=reason, **labels)
    return Gain([row], inputs, (line,))


def _unknown(terms: Terms, reason: str) -> Gain:
    return not_measured("M8", "retained_margin", terms.currency, reason)


def _present_worth(terms: Terms, discount_rate: float) -> pl.Expr:
    years = (pl.col("ordered_at").dt.date() - pl.lit(terms.start)).dt.total_days() / DAYS_PER_YEAR
    return net_margin() / minor_units(terms.currency) / (1 + discount_rate) ** years


def _months(orders: pl.DataFrame, terms: Terms) -> tuple[float, ...]:
    """The share of the orders that falls into the first month from the campaign's start on, the second and so on."""
    if orders.is_empty():
        return ()
    day = pl.col("ordered_at").dt.date()
    begun = (day.dt.year() - terms.start.year) * 12 + day.dt.month().cast(pl.Int32) - terms.start.month
    month = begun - (day.dt.day() < terms.start.day).cast(pl.Int32)
    counts = orders.group_by(month=month.clip(0)).len().sort("month")
    share = dict(zip(counts["month"], counts["len"] / orders.height, strict=True))
    return tuple(share.get(k, 0.0) for k in range(max(share) + 1))
