"""The way to a sale: posts, clicks, touches, leads, orders, and who is who."""

import polars as pl

from careworth.schemas.kinds import INSTANT, Table

POSTS = Table(
    grain="One row per post that the brand published.",
    key=("post_id",),
    columns={
        "post_id": pl.String(),
        "account_id": pl.String(),
        "published_at": INSTANT,
        "campaign_id": pl.String(),
        "content_type": pl.String(),
        "is_paid": pl.Boolean(),
        "impressions": pl.Int64(),
        "reach": pl.Int64(),
        "engaged_users": pl.Int64(),
        "reactions": pl.Int64(),
        "comments": pl.Int64(),
        "shares": pl.Int64(),
        "link_id": pl.String(),
    },
    required=("post_id", "account_id"),
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

IDENTITY_LINKS = Table(
    grain="One row per alias of a person and the customer that it leads to, with the person's consent to that.",
    key=("alias_type", "alias_value", "customer_id"),
    columns={
        "alias_type": pl.String(),
        "alias_value": pl.String(),
        "customer_id": pl.String(),
        "method": pl.String(),
        "confidence": pl.Float64(),
        "consent": pl.Boolean(),
        "valid_from": INSTANT,
        "valid_to": INSTANT,
    },
    required=("alias_type", "alias_value", "customer_id", "consent"),
)

LEADS = Table(
    grain="One row per lead or sales opportunity and each stage that it reached.",
    key=("lead_id", "stage"),
    columns={
        "lead_id": pl.String(),
        "stage": pl.String(),
        "reached_at": INSTANT,
        "person_key": pl.String(),
        "brand": pl.String(),
        "source": pl.String(),
        "is_won": pl.Boolean(),
        "value_minor": pl.Int64(),
        "currency": pl.String(),
    },
    required=("lead_id", "stage", "reached_at"),
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
    required=("order_id", "ordered_at", "brand", "net_minor", "refund_minor", "currency"),
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
