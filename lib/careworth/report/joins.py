"""How the connected tables are joined, by which key, and how many of their keys find each other (METRICS.md R034)."""

from typing import NamedTuple

import polars as pl

from careworth.lake import Lake


class Join(NamedTuple):
    """A column whose values should be found in another table's column, and what is counted of it."""

    table: str
    key: str
    other: str
    other_key: str
    counted: str


#: What is joined for the metrics; `turns` are the conversations that messages make.
JOINS = (
    Join("surveys", "thread_id", "turns", "thread_id", "surveys"),
    Join("tickets", "thread_id", "turns", "thread_id", "tickets"),
    Join("ticket_events", "ticket_id", "tickets", "ticket_id", "changes of tickets"),
    Join("turns", "customer_id", "identity_links", "alias_value", "people who wrote"),
    Join("contacts", "customer_id", "identity_links", "customer_id", "people who called"),
    Join("orders", "person_key", "identity_links", "customer_id", "orders"),
    Join("orders", "person_key", "touchpoints", "person_key", "orders"),
    Join("leads", "person_key", "touchpoints", "person_key", "leads and their stages"),
    Join("clicks", "link_id", "posts", "link_id", "clicks"),
    Join("posts", "account_id", "accounts", "account_id", "posts"),
)

#: People have many rows and are counted once.
PEOPLE = ("customer_id",)


def join_rates(lake: Lake) -> list[dict]:
    """For each join whose two tables are connected: tables, keys, how many records there are and how many found the other.

    A record without a key found nothing.
    """
    return [_rate(lake, join) for join in JOINS if lake.has(join.table) and lake.has(join.other)]


def _rate(lake: Lake, join: Join) -> dict:
    keys = lake.scan(join.table).select(join.key)
    if join.key in PEOPLE:
        keys = keys.drop_nulls().unique()
    known = lake.scan(join.other).select(join.other_key).unique()
    found = keys.join(known, left_on=join.key, right_on=join.other_key, how="semi")
    records, matched = (table.item() for table in pl.collect_all([keys.select(pl.len()), found.select(pl.len())]))
    left, right = f"{join.table}.{join.key}", f"{join.other}.{join.other_key}"
    return {"left": left, "right": right, "counted": join.counted, "records": records, "matched": matched}
