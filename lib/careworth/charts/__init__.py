"""Pictures of `metric_values`: each function takes the table and returns an Altair chart."""

from careworth.charts.changes import capacity_chart, effect_chart, effect_series, series_words, warnings_chart
from careworth.charts.journey import credit_chart, incremental_chart, lags_chart, roles_chart, steps_chart
from careworth.charts.money import ledger_chart, return_chart, swing_chart
from careworth.charts.scorecard import backlog_chart, change_chart, counts_chart, hours_chart, shares_chart, slices_chart
from careworth.charts.service import (
    answer_curve_chart,
    messages_chart,
    network_chart,
    outcome_chart,
    quality_chart,
    sentiment_chart,
    thank_you_chart,
    volume_chart,
    waiting_chart,
)

__all__ = [
    "answer_curve_chart",
    "backlog_chart",
    "capacity_chart",
    "change_chart",
    "counts_chart",
    "credit_chart",
    "effect_chart",
    "effect_series",
    "hours_chart",
    "incremental_chart",
    "lags_chart",
    "ledger_chart",
    "messages_chart",
    "network_chart",
    "outcome_chart",
    "quality_chart",
    "return_chart",
    "roles_chart",
    "sentiment_chart",
    "series_words",
    "shares_chart",
    "slices_chart",
    "steps_chart",
    "swing_chart",
    "thank_you_chart",
    "volume_chart",
    "waiting_chart",
    "warnings_chart",
]
