"""What every notebook concludes."""

import polars as pl

from careworth.schemas.kinds import Table

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
