"""What customers and the brand said and did: messages, accounts, tickets, reviews, surveys."""

import polars as pl

from careworth.schemas.kinds import INSTANT, Table

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

TICKETS = Table(
    grain="One row per ticket or case of a help desk, as it stood last.",
    key=("ticket_id",),
    columns={
        "ticket_id": pl.String(),
        "thread_id": pl.String(),
        "customer_id": pl.String(),
        "channel": pl.String(),
        "status": pl.String(),
        "priority": pl.String(),
        "agent_id": pl.String(),
        "opened_at": INSTANT,
        "first_reply_at": INSTANT,
        "resolved_at": INSTANT,
        "closed_at": INSTANT,
        "reopen_count": pl.Int64(),
        "made_sla": pl.Boolean(),
    },
    required=("ticket_id", "opened_at"),
)

TICKET_EVENTS = Table(
    grain="One row per change of a ticket's state.",
    key=("event_id",),
    columns={
        "event_id": pl.String(),
        "ticket_id": pl.String(),
        "happened_at": INSTANT,
        "type": pl.String(),
        "actor_id": pl.String(),
        "from_value": pl.String(),
        "to_value": pl.String(),
    },
    required=("event_id", "ticket_id", "happened_at", "type"),
)

REVIEWS = Table(
    grain="One row per rating that a customer left in public.",
    key=("review_id",),
    columns={
        "review_id": pl.String(),
        "network": pl.String(),
        "account_id": pl.String(),
        "author_id": pl.String(),
        "reviewed_at": INSTANT,
        "rating": pl.Float64(),
        "scale_max": pl.Float64(),
        "text": pl.String(),
    },
    required=("review_id", "network", "reviewed_at", "rating", "scale_max"),
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

QA_REVIEWS = Table(
    grain="One row per criterion of a conversation that a reviewer of the company scored, from 0 to 1.",
    key=("review_id",),
    columns={
        "review_id": pl.String(),
        "conversation_id": pl.String(),
        "reviewer": pl.String(),
        "criterion": pl.String(),
        "score": pl.Float64(),
        "weight": pl.Float64(),
        "is_critical": pl.Boolean(),
        "reviewed_at": INSTANT,
    },
    required=("review_id", "conversation_id", "criterion", "score"),
)

MATURITY_ANSWERS = Table(
    grain="One row per dimension of a maturity questionnaire that the company answered about itself on a day.",
    key=("answered_on", "questionnaire", "dimension"),
    columns={
        "answered_on": pl.Date(),
        "questionnaire": pl.String(),
        "dimension": pl.String(),
        "level": pl.Int64(),
    },
    required=("answered_on", "questionnaire", "dimension"),
)

STAFFING = Table(
    grain="One row per team or agent and hour of the week that is staffed, as it holds from a day on.",
    key=("staff", "weekday", "hour", "valid_from"),
    columns={
        "staff": pl.String(),
        "weekday": pl.Int64(),
        "hour": pl.Int64(),
        "staffed_hours": pl.Float64(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
        "lead": pl.String(),
        "role": pl.String(),
        "skills": pl.String(),
    },
    required=("staff", "weekday", "hour", "staffed_hours", "valid_from"),
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
