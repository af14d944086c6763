"""What care costs, and what a contact less saves."""

import polars as pl

from careworth.schemas.kinds import Table

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
