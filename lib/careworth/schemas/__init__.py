"""The canonical tables, each column once, with its unit in the name; `data/README.md` is checked against this.

Ids are strings and never pass through a float. Instants are UTC microseconds. Money is an integer
number of minor units (cents) beside its `currency`, so that sums are exact in any order.
"""

from careworth.schemas.care import (
    ACCOUNTS,
    EVENTS,
    MATURITY_ANSWERS,
    MESSAGES,
    QA_REVIEWS,
    REVIEWS,
    STAFFING,
    SURVEYS,
    TICKET_EVENTS,
    TICKETS,
)
from careworth.schemas.contact_centre import CONTACT_INTERVALS, CONTACTS
from careworth.schemas.kinds import DECIMAL_PLACES, INSTANT, VOCABULARY, Table, minor_units
from careworth.schemas.money import COSTS, EXCHANGE_RATES, UNIT_COSTS
from careworth.schemas.results import METRIC_VALUES
from careworth.schemas.sales import CLICKS, CONTROL_TOTALS, EXPERIMENT_ARMS, IDENTITY_LINKS, LEADS, ORDERS, POSTS, TOUCHPOINTS

__all__ = [
    "DECIMAL_PLACES",
    "minor_units",
    "INSTANT",
    "TABLES",
    "VOCABULARY",
    "Table",
    "MESSAGES",
    "ACCOUNTS",
    "TICKETS",
    "TICKET_EVENTS",
    "REVIEWS",
    "SURVEYS",
    "QA_REVIEWS",
    "MATURITY_ANSWERS",
    "STAFFING",
    "EVENTS",
    "CONTACT_INTERVALS",
    "CONTACTS",
    "COSTS",
    "UNIT_COSTS",
    "EXCHANGE_RATES",
    "METRIC_VALUES",
    "POSTS",
    "CLICKS",
    "TOUCHPOINTS",
    "IDENTITY_LINKS",
    "LEADS",
    "ORDERS",
    "CONTROL_TOTALS",
    "EXPERIMENT_ARMS",
]

#: Every canonical table by the name that a workspace uses for it.
TABLES = {
    "messages": MESSAGES,
    "accounts": ACCOUNTS,
    "tickets": TICKETS,
    "ticket_events": TICKET_EVENTS,
    "reviews": REVIEWS,
    "contact_intervals": CONTACT_INTERVALS,
    "contacts": CONTACTS,
    "orders": ORDERS,
    "control_totals": CONTROL_TOTALS,
    "leads": LEADS,
    "touchpoints": TOUCHPOINTS,
    "identity_links": IDENTITY_LINKS,
    "costs": COSTS,
    "unit_costs": UNIT_COSTS,
    "exchange_rates": EXCHANGE_RATES,
    "posts": POSTS,
    "clicks": CLICKS,
    "surveys": SURVEYS,
    "qa_reviews": QA_REVIEWS,
    "maturity_answers": MATURITY_ANSWERS,
    "staffing": STAFFING,
    "events": EVENTS,
    "experiment_arms": EXPERIMENT_ARMS,
}
