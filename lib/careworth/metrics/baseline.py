"""What the main numbers were in the eight weeks before a campaign: the baseline that its goals start from (R039)."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.quality import thank_you_rows
from careworth.metrics.service import first_response_rows, resolution_rows, response_rate_rows
from careworth.metrics.tone import sentiment_rows
from careworth.metrics.volume import volume_rows
from careworth.metrics.windows import BASELINE_DAYS
from careworth.misreading import Errors
from careworth.results import BEFORE, Row

NOTHING_BEFORE = "no conversation in the eight weeks before the campaign is connected"


def baseline_rows(before: pl.DataFrame, cut: Cut, response_hours: float, window_hours: float, errors: Errors) -> list[Row]:
    """V1, V5, S1, S2, S5, S6, Q1 and Q2 with slice `before`: value, interval, n, period, and in the reason method and season.

    Counted as in the campaign, on conversations that began in the eight weeks before it, or since the first of them.
    """
    earlier = _earlier(before, cut)
    rows = [
        *volume_rows(before, earlier),
        *sentiment_rows(before, earlier, errors),
        *response_rate_rows(before, earlier, response_hours),
        *first_response_rows(before, earlier),
        *resolution_rows(before, earlier, window_hours),
        *thank_you_rows(before, earlier, window_hours, errors),
    ]
    # A count of eight weeks is no baseline for a campaign of another length; shares, times and counts by day are.
    kept = [row for row in rows if row["slice"] == "all" and row["unit"] != "count"]
    return [_as_baseline(row, earlier, cut, before.height) for row in kept]


def _earlier(before: pl.DataFrame, cut: Cut) -> Cut:
    # Days before the first conversation may be days of no data.
    first = before["started_at"].min()
    start = first.astimezone(cut.zone).date() if first else cut.start - timedelta(days=BASELINE_DAYS)
    return replace(cut, start=start, end=cut.start)


def _as_baseline(row: Row, earlier: Cut, cut: Cut, count: int) -> Row:
    told = {"slice": BEFORE, "period_start": earlier.start, "period_end": earlier.end}
    if not count:
        return row | told | {"value": None, "low": None, "high": None, "grade": "X", "reason": NOTHING_BEFORE}
    season = f"{_months(earlier.start, earlier.end)}, the campaign of {_months(cut.start, cut.end)}"
    method = f"counted as in the campaign, of {season}: a difference of season is not taken out"
    return row | told | {"reason": f"{row['reason']}; {method}" if row["reason"] else method}


def _months(start: date, end: date) -> str:
    """The months of a period.

    Examples
    --------
    >>> _months(date(2025, 1, 4), date(2025, 3, 1)), _months(date(2025, 6, 2), date(2025, 6, 20))
    ('January to February', 'June')
    """
    first, last = f"{start:%B}", f"{end - timedelta(days=1):%B}"
    return first if first == last else f"{first} to {last}"
