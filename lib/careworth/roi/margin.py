"""Margin on sales that would not have happened: by a randomised holdout, else by a time series of revenue (METRICS.md M7)."""

from dataclasses import replace

import numpy as np
import polars as pl

from careworth.results import value_row
from careworth.roi.distributions import Fixed, Normal
from careworth.roi.gains import Change, Gain, Terms, gain_line, not_measured, range_of, ratio_of_totals
from careworth.roi.model import Input, Line
from careworth.schemas import minor_units

PEOPLE = "persons in the randomised holdout"
HOLDOUT = "randomised holdout"

#: The line that a randomised holdout and a time series of revenue are told under.
LINE = "sales that would not have happened"

NO_DESIGN = "no randomised holdout and no time series of revenue with a usable comparison: what was caused is not known"


def incremental_margin(
    terms: Terms, arms: pl.DataFrame, orders: pl.DataFrame, window_days: float, change: Change | None = None
) -> Gain:
    """M7: margin net of refunds per person, treated less control, times the treated; else the change of revenue x margin share.

    Parameters
    ----------
    arms : DataFrame
        One row per person of a randomised holdout: `person_key`, `arm` (treatment or control), `assigned_at`.
    orders : DataFrame
        The brand's orders as far as they are to count.
    window_days : float
        A person's orders count so many days from the day of assignment on; margin after that is M8's.
    change : Change, optional
        What a time series found that revenue changed by in all, in the currency's major unit.
    """
    if why := why_unknown(orders, terms):
        return _unknown(terms, why)
    if not both_arms(arms).is_empty():
        return _by_holdout(terms, arms, orders, window_days)
    return _unknown(terms, NO_DESIGN) if change is None else _by_series(terms, orders, change)


def why_unknown(orders: pl.DataFrame, terms: Terms) -> str | None:
    """Why the margin on these orders cannot be told, naming an order; None if it can. Revenue is no gain."""
    if orders.is_empty():
        return "no order is connected"
    faults = {
        "refunded for more than they sold for": pl.col("refund_minor") > pl.col("net_minor").clip(0),
        f"not in {terms.currency}": pl.col("currency") != terms.currency,
        "without a margin, and revenue is no gain": pl.col("margin_minor").is_null(),
    }
    found = {words: orders.filter(fault)["order_id"] for words, fault in faults.items()}
    return next((f"{len(ids):,} orders are {words}, such as {ids.min()}" for words, ids in found.items() if len(ids)), None)


def net_margin() -> pl.Expr:
    """Margin of an order in minor units, as far as it was not refunded."""
    kept = pl.when(pl.col("net_minor") > 0).then(1 - pl.col("refund_minor") / pl.col("net_minor")).otherwise(1.0)
    return pl.col("margin_minor") * kept


def both_arms(arms: pl.DataFrame) -> pl.DataFrame:
    """The persons of both arms, in order; none if one arm has fewer than two persons or a person is there twice."""
    people = arms.filter(pl.col("arm").is_in(["treatment", "control"])).sort("person_key")
    fewest = min(people.filter(arm=arm).height for arm in ("treatment", "control"))
    return people if fewest >= 2 and not people["person_key"].is_duplicated().any() else people.clear()


def difference_per_person(people: pl.DataFrame, orders: pl.DataFrame, worth: pl.Expr) -> Normal:
    """Mean worth of the orders of a treated person less that of a control, those without an order at zero, with its error."""
    each = orders.sort("order_id").group_by("person_key", maintain_order=True).agg(worth=worth.sum())
    told = people.join(each, on="person_key", how="left", validate="1:1").with_columns(pl.col("worth").fill_null(0.0))
    treated, control = (told.filter(arm=arm)["worth"].to_numpy() for arm in ("treatment", "control"))
    error = (treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control)) ** 0.5
    return Normal(float(treated.mean() - control.mean()), float(error))


def orders_of(people: pl.DataFrame, orders: pl.DataFrame, first_day: float, until_day: float) -> pl.DataFrame:
    """The orders of these persons from so many days after they were assigned until before so many."""
    theirs = orders.join(people.select("person_key", "assigned_at"), on="person_key", validate="m:1")
    days = (pl.col("ordered_at") - pl.col("assigned_at")).dt.total_seconds() / 86_400
    return theirs.filter((days >= first_day) & (days < until_day))


def treated_line(
    terms: Terms, name: str, mechanism: str, people: pl.DataFrame, extra: Normal
) -> tuple[tuple[Input, ...], Line, dict]:
    """Inputs and line of the difference per person times the treated, and the labels of its row."""
    treated = people.filter(arm="treatment")
    inputs = (
        Input(f"{name}: persons treated", "persons", Fixed(treated.height), "A", HOLDOUT, treated.height, PEOPLE),
        Input(f"{name}: margin per person", terms.currency, extra, "A", HOLDOUT, people.height, PEOPLE),
    )
    line = gain_line(terms, name, mechanism, tuple(each.name for each in inputs), HOLDOUT)
    labels = {"n": people.height, "denominator": PEOPLE, "grade": "A"}
    return inputs, replace(line, is_cashable=True, persons=frozenset(treated["person_key"])), labels


def margin_share(orders: pl.DataFrame) -> Input | None:
    """The share of net revenue that is margin, refunds taken off both; None below two orders or without revenue."""
    sold = (orders["net_minor"] - orders["refund_minor"]).to_numpy().astype(float)
    earned = orders.select(net_margin().cast(pl.Float64)).to_series().to_numpy()
    if len(sold) < 2 or sold.sum() <= 0 or np.isnan(earned).any():
        return None
    share = Normal(*ratio_of_totals(earned, sold))
    return Input("share of revenue that is margin", "share", share, "A", "orders with their margin", len(sold), "orders")


def _by_holdout(terms: Terms, arms: pl.DataFrame, orders: pl.DataFrame, window_days: float) -> Gain:
    people = both_arms(arms)
    worth = net_margin() / minor_units(terms.currency)
    extra = difference_per_person(people, orders_of(people, orders, 0, window_days), worth)
    inputs, line, labels = treated_line(terms, LINE, "incremental_margin", people, extra)
    line = replace(line, window_days=(0.0, float(window_days)))
    row = value_row("M7", "incremental_margin", range_of(inputs, (line,)), terms.currency, reason=HOLDOUT, **labels)
    return Gain([row], inputs, (line,))


def _by_series(terms: Terms, orders: pl.DataFrame, change: Change) -> Gain:
    share = margin_share(orders)
    if share is None:
        return _unknown(terms, "the share of revenue that is margin is not known, and revenue is no gain")
    moved = Normal(change.value, change.error)
    inputs = (Input("change of revenue", terms.currency, moved, "B", change.design, orders.height, "orders"), share)
    factors = tuple(each.name for each in inputs)
    line = replace(gain_line(terms, LINE, "incremental_margin", factors, change.design), is_cashable=True)
    labels = {"n": orders.height, "denominator": "orders", "grade": "B", "reason": change.design}
    row = value_row("M7", "incremental_margin", range_of(inputs, (line,)), terms.currency, **labels)
    return Gain([row], inputs, (line,))


def _unknown(terms: Terms, reason: str) -> Gain:
    return not_measured("M7", "incremental_margin", terms.currency, reason)
