"""From orders and touches of known people to journeys (R126, R134)."""

from datetime import datetime, timedelta

import polars as pl

from careworth.attribution.events import journeys_of_events
from careworth.attribution.journeys import Journeys
from careworth.schemas import minor_units

#: What the tables call the columns of an event log.
COLUMNS = {"person": "person_key", "time": "touched_at", "channel": "channel", "value": "value"}


def select_orders(orders: pl.DataFrame, brand: str, starts_at: datetime, ends_at: datetime) -> pl.DataFrame:
    """The orders of the brand inside the period."""
    return orders.filter((pl.col("brand") == brand) & pl.col("ordered_at").is_between(starts_at, ends_at, closed="left"))


def to_conversions(orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order: who, when, and its revenue net of refunds, in minor units; a refund on its own is no conversion."""
    value = pl.col("net_minor") - pl.col("refund_minor")
    is_refund = (pl.col("net_minor") == 0) & (pl.col("refund_minor") > 0)
    return orders.filter(~is_refund).select("person_key", conversion_id="order_id", converted_at="ordered_at", value_minor=value)


def order_journeys(touchpoints: pl.DataFrame, conversions: pl.DataFrame, currency: str, lookback_days: float) -> Journeys:
    """Journeys to the conversions, and those of the same weeks that led to none; values in the currency's major unit.

    Touches count from `lookback_days` before the first conversion to the last; what a person touched after an order begins a
    new journey. Orders without a person, or without a touch before them, have none.

    Parameters
    ----------
    touchpoints, conversions : DataFrame
        The table `touchpoints`, and as from `to_conversions`.
    """
    first, last = conversions["converted_at"].min(), conversions["converted_at"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return journeys_of_events(_touches(touchpoints).clear(), COLUMNS, outcomes=_outcomes(conversions, currency))
    near = pl.col("touched_at").is_between(first - timedelta(days=lookback_days), last)
    touches = _touches(touchpoints.filter(near))
    return journeys_of_events(touches, COLUMNS, outcomes=_outcomes(conversions, currency), lookback_days=lookback_days)


def _touches(touchpoints: pl.DataFrame) -> pl.DataFrame:
    return touchpoints.sort("touched_at", "touch_id").select("person_key", "touched_at", "channel")


def _outcomes(conversions: pl.DataFrame, currency: str) -> pl.DataFrame:
    value = pl.col("value_minor") / minor_units(currency)
    return conversions.select("person_key", touched_at="converted_at", value=value)


def match_share(journeys: Journeys, conversions: pl.DataFrame) -> tuple[int, int]:
    """How many conversions have a path, and how many there are."""
    return round(float(journeys.conversions.sum())), conversions.height
