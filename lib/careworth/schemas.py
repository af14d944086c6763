"""The canonical tables, each column once, with its unit in the name; `data/README.md` is checked against this.

Ids are strings and never pass through a float. Instants are UTC microseconds. Money is an integer
number of minor units (cents) beside its `currency`, so that sums are exact in any order.
"""

from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Table:
    """A canonical table: its grain in one sentence, its key, and the type of each column."""

    grain: str
    key: tuple[str, ...]
    columns: dict[str, pl.DataType]
    required: tuple[str, ...]


#: Columns whose words decide what is counted, with the words that are known.
VOCABULARY = {
    "author_role": ["customer", "agent", "bot", "auto_reply", "brand_marketing", "peer", "spam"],
    "message_kind": ["original", "reply", "quote", "reshare", "system"],
    "visibility": ["public", "private"],
}

MESSAGES = Table(
    grain="One row per message.",
    key=("message_id",),
    columns={
        "message_id": pl.String(),
        "network": pl.String(),
        "channel": pl.String(),
        "visibility": pl.String(),
        "author_id": pl.String(),
        "author_role": pl.String(),
        "account_id": pl.String(),
        "created_at": INSTANT,
        "text": pl.String(),
        "lang": pl.String(),
        "in_reply_to_id": pl.String(),
        "native_thread_id": pl.String(),
        "message_kind": pl.String(),
        "agent_id": pl.String(),
    },
    required=("message_id", "network", "author_id", "author_role", "created_at", "message_kind"),
)

ACCOUNTS = Table(
    grain="One row per brand account and day of its snapshot.",
    key=("account_id", "snapshot_date"),
    columns={
        "account_id": pl.String(),
        "snapshot_date": pl.Date(),
        "network": pl.String(),
        "handle": pl.String(),
        "brand": pl.String(),
        "handle_role": pl.String(),
        "followers": pl.Int64(),
    },
    required=("account_id", "snapshot_date", "network"),
)

CONTACT_INTERVALS = Table(
    grain="One row per channel, queue and interval of the contact centre.",
    key=("channel", "queue", "interval_start"),
    columns={
        "channel": pl.String(),
        "queue": pl.String(),
        "interval_start": INSTANT,
        "interval_seconds": pl.Int64(),
        "offered": pl.Int64(),
        "answered": pl.Int64(),
        "abandoned": pl.Int64(),
        "handle_seconds": pl.Int64(),
        "wait_seconds": pl.Int64(),
    },
    required=("channel", "queue", "interval_start", "interval_seconds", "offered"),
)

ORDERS = Table(
    grain="One row per order, net of tax, shipping and discount; its refund in a column of its own.",
    key=("order_id",),
    columns={
        "order_id": pl.String(),
        "person_key": pl.String(),
        "ordered_at": INSTANT,
        "brand": pl.String(),
        "status": pl.String(),
        "net_minor": pl.Int64(),
        "refund_minor": pl.Int64(),
        "margin_minor": pl.Int64(),
        "currency": pl.String(),
    },
    required=("order_id", "ordered_at", "brand", "net_minor", "refund_minor", "margin_minor", "currency"),
)

CONTROL_TOTALS = Table(
    grain="One row per brand and month: the net revenue that the company's own books show.",
    key=("brand", "period_start"),
    columns={
        "brand": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "net_minor": pl.Int64(),
        "currency": pl.String(),
    },
    required=("brand", "period_start", "period_end", "net_minor", "currency"),
)

TOUCHPOINTS = Table(
    grain="One row per touch of a person by a marketing or care channel.",
    key=("touch_id",),
    columns={
        "touch_id": pl.String(),
        "person_key": pl.String(),
        "touched_at": INSTANT,
        "channel": pl.String(),
        "kind": pl.String(),
        "campaign_id": pl.String(),
        "conversation_id": pl.String(),
        "cost_minor": pl.Int64(),
    },
    required=("touch_id", "person_key", "touched_at", "channel"),
)

COSTS = Table(
    grain="One row per cost line of a campaign and period.",
    key=("cost_id",),
    columns={
        "cost_id": pl.String(),
        "campaign_id": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "category": pl.String(),
        "line": pl.String(),
        "amount_minor": pl.Int64(),
        "low_minor": pl.Int64(),
        "high_minor": pl.Int64(),
        "currency": pl.String(),
        "source": pl.String(),
    },
    required=("cost_id", "campaign_id", "period_start", "period_end", "category", "amount_minor", "currency"),
)

UNIT_COSTS = Table(
    grain="One row per assisted channel and the day from which its avoidable cost per contact holds.",
    key=("channel", "valid_from"),
    columns={
        "channel": pl.String(),
        "valid_from": pl.Date(),
        "low_minor": pl.Int64(),
        "likely_minor": pl.Int64(),
        "high_minor": pl.Int64(),
        "currency": pl.String(),
        "source": pl.String(),
    },
    required=("channel", "valid_from", "low_minor", "likely_minor", "high_minor", "currency", "source"),
)

POSTS = Table(
    grain="One row per post that the brand published.",
    key=("post_id",),
    columns={
        "post_id": pl.String(),
        "account_id": pl.String(),
        "published_at": INSTANT,
        "campaign_id": pl.String(),
        "content_type": pl.String(),
        "impressions": pl.Int64(),
        "reactions": pl.Int64(),
        "link_id": pl.String(),
    },
    required=("post_id", "account_id", "published_at"),
)

CLICKS = Table(
    grain="One row per click on a brand link.",
    key=("click_id",),
    columns={
        "click_id": pl.String(),
        "clicked_at": INSTANT,
        "link_id": pl.String(),
        "post_id": pl.String(),
        "person_key": pl.String(),
        "is_bot": pl.Boolean(),
    },
    required=("click_id", "clicked_at", "link_id"),
)

SURVEYS = Table(
    grain="One row per survey question offered to a customer; `score` is null when it was not answered.",
    key=("survey_id",),
    columns={
        "survey_id": pl.String(),
        "kind": pl.String(),
        "thread_id": pl.String(),
        "customer_id": pl.String(),
        "offered_at": INSTANT,
        "responded_at": INSTANT,
        "score": pl.Float64(),
        "scale_min": pl.Float64(),
        "scale_max": pl.Float64(),
    },
    required=("survey_id", "kind", "offered_at"),
)

EVENTS = Table(
    grain="One row per business event.",
    key=("event_id",),
    columns={
        "event_id": pl.String(),
        "start_at": INSTANT,
        "end_at": INSTANT,
        "type": pl.String(),
        "name": pl.String(),
        "campaign_id": pl.String(),
    },
    required=("event_id", "start_at", "end_at", "type", "name"),
)

EXPERIMENT_ARMS = Table(
    grain="One row per person and randomised experiment: the arm that the person was assigned to.",
    key=("experiment_id", "person_key"),
    columns={
        "experiment_id": pl.String(),
        "campaign_id": pl.String(),
        "person_key": pl.String(),
        "arm": pl.String(),
        "assigned_at": INSTANT,
    },
    required=("experiment_id", "campaign_id", "person_key", "arm", "assigned_at"),
)

#: Every canonical table by the name that a workspace uses for it.
TABLES = {
    "messages": MESSAGES,
    "accounts": ACCOUNTS,
    "contact_intervals": CONTACT_INTERVALS,
    "orders": ORDERS,
    "control_totals": CONTROL_TOTALS,
    "touchpoints": TOUCHPOINTS,
    "costs": COSTS,
    "unit_costs": UNIT_COSTS,
    "posts": POSTS,
    "clicks": CLICKS,
    "surveys": SURVEYS,
    "events": EVENTS,
    "experiment_arms": EXPERIMENT_ARMS,
}

METRIC_VALUES = Table(
    grain="One row per number that a report may print.",
    key=("campaign_id", "metric_id", "variant", "slice", "period_start", "period_end"),
    columns={
        "campaign_id": pl.String(),
        "metric_id": pl.String(),
        "variant": pl.String(),
        "slice": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "n": pl.Int64(),
        "denominator": pl.String(),
        "unit": pl.String(),
        "grade": pl.String(),
        "reason": pl.String(),
        "definition_version": pl.String(),
    },
    required=("campaign_id", "metric_id", "variant", "slice", "period_start", "period_end", "unit", "grade"),
)
