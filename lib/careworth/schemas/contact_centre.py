"""The contact centre: volumes by interval, and single contacts."""

import polars as pl

from careworth.schemas.kinds import INSTANT, Table

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

CONTACTS = Table(
    grain="One row per contact that the contact centre took or lost.",
    key=("contact_id",),
    columns={
        "contact_id": pl.String(),
        "initial_contact_id": pl.String(),
        "channel": pl.String(),
        "customer_id": pl.String(),
        "queue": pl.String(),
        "agent_id": pl.String(),
        "started_at": INSTANT,
        "connected_at": INSTANT,
        "ended_at": INSTANT,
        "talk_seconds": pl.Int64(),
        "hold_seconds": pl.Int64(),
        "wrap_seconds": pl.Int64(),
        "wait_seconds": pl.Int64(),
    },
    required=("contact_id", "channel", "started_at"),
)
