"""Where the weekly series are heading (V6); a single number is printed only beside its trend."""

import numpy as np

from careworth.results import Row, value_row
from careworth.stats import Estimate, theil_sen_slope

#: The weekly series whose trend the report states, as metric and variant.
TRENDED = (("S2", "median"), ("S6", "resolved"), ("Q1", "rate"), ("V5", "opening_negative"), ("V1", "care_conversations"))

FEWEST_WEEKS = 8


def trend_rows(rows: list[Row], response_variant: str) -> list[Row]:
    """V6: change per week of each weekly series with interval; unknown below eight whole weeks.

    The slope is Theil-Sen's. It is not adjusted for season: one campaign seldom spans a year.
    """
    return [_trend_row(rows, *series) for series in (("S1", response_variant), *TRENDED)]


def _trend_row(rows: list[Row], metric_id: str, variant: str) -> Row:
    series = [row for row in rows if (row["metric_id"], row["variant"], row["slice"]) == (metric_id, variant, "week")]
    known = [row["value"] for row in sorted(series, key=lambda row: row["period_start"]) if row["value"] is not None]
    unit = f"{series[0]['unit'] if series else 'share'}/week"
    enough = len(known) >= FEWEST_WEEKS
    slope = theil_sen_slope(np.array(known)) if enough else Estimate(None, None, None)
    reason = None if enough else f"{len(known)} whole weeks are too few for a trend; it takes {FEWEST_WEEKS}"
    return value_row(
        "V6", f"{metric_id}.{variant}", slope, unit, n=len(known), denominator="whole weeks", grade="B", reason=reason
    )
