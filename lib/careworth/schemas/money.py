"""What care costs, what a contact less saves, and what one currency is worth in another."""

import polars as pl

from careworth.schemas.kinds import Table

#: What a cost is for; a programme is paid for in people, process and technology at least (METRICS.md M1).
COST_CATEGORIES = ("people", "process", "technology", "facilities", "hr_training", "overhead", "media")

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
        "channel": pl.String(),
        "amount_minor": pl.Int64(),
        "low_minor": pl.Int64(),
        "high_minor": pl.Int64(),
        "hours": pl.Float64(),
        "hourly_rate_minor": pl.Int64(),
        "currency": pl.String(),
        "is_one_off": pl.Boolean(),
        "useful_months": pl.Int64(),
        "fixed_share": pl.Float64(),
        "allocation_key": pl.String(),
        "allocation_share": pl.Float64(),
        "source": pl.String(),
    },
    required=("cost_id", "campaign_id", "period_start", "period_end", "category", "currency"),
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

EXCHANGE_RATES = Table(
    grain="One row per day and pair of currencies: what one of the first is worth in the second.",
    key=("date", "from_currency", "to_currency"),
    columns={
        "date": pl.Date(),
        "from_currency": pl.String(),
        "to_currency": pl.String(),
        "rate": pl.Float64(),
        "source": pl.String(),
    },
    required=("date", "from_currency", "to_currency", "rate"),
)
