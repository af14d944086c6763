"""Small tables that the tests of the gains share."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from careworth.marts.periods import Cut
from careworth.results import Row
from careworth.roi.gains import Terms
from careworth.schemas import EXPERIMENT_ARMS, ORDERS, UNIT_COSTS

TERMS = Terms("EUR", date(2024, 3, 1), date(2024, 4, 1))
START = datetime(2024, 3, 1, tzinfo=UTC)
AS_OF = datetime(2024, 4, 15, tzinfo=UTC)
CUT = Cut(TERMS.start, TERMS.end, AS_OF, ZoneInfo("UTC"))


def day(number: float) -> datetime:
    """So many days after the campaign began."""
    return START + timedelta(days=number)


def row_of(rows: list[Row], variant: str, slice: str = "all") -> Row:
    """The one row of a variant."""
    (found,) = [row for row in rows if (row["variant"], row["slice"]) == (variant, slice)]
    return found


def arms_of(assigned_at: datetime = START, experiment: str = "e", **people: str) -> pl.DataFrame:
    """One row per person: t is treatment, c control, any other word is itself."""
    words = {"t": "treatment", "c": "control"}
    rows = [(experiment, "c", person, words.get(arm, arm), assigned_at) for person, arm in people.items()]
    return pl.DataFrame(rows, schema=EXPERIMENT_ARMS.columns, orient="row")


def orders_of(*orders: dict) -> pl.DataFrame:
    """Orders of 100 with a margin of 40 by default, in cents: person_key and day after the start are given."""
    usual = {"brand": "north", "status": "paid", "net_minor": 10_000, "refund_minor": 0, "margin_minor": 4_000, "currency": "EUR"}
    rows = [
        usual
        | {"order_id": f"o{k}"}
        | {name: value for name, value in order.items() if name != "on"}
        | {"ordered_at": day(order["on"])}
        for k, order in enumerate(orders)
    ]
    return pl.DataFrame(rows, schema=ORDERS.columns)


def unit_costs_of(**ranges: tuple[float, float, float]) -> pl.DataFrame:
    """One row per channel: its range in major units, valid from the beginning of the year."""
    rows = [
        (channel, date(2024, 1, 1), *(round(100 * each) for each in stated), "EUR", "finance")
        for channel, stated in ranges.items()
    ]
    return pl.DataFrame(rows, schema=UNIT_COSTS.columns, orient="row")
