"""Whether what came before the campaign reaches back far enough to compare with (METRICS.md R137)."""

from datetime import datetime

from careworth.marts.periods import Cut
from careworth.results import Row

#: Two whole weeks: with fewer the days of the week weigh unevenly.
LEAST_BASELINE_DAYS = 14


def too_short(first: datetime | None, cut: Cut) -> str | None:
    """Why no change is told of a baseline that begins at `first`; None where it is long enough, or where there is none.

    Examples
    --------
    >>> from datetime import UTC, date
    >>> from zoneinfo import ZoneInfo
    >>> cut = Cut(date(2025, 3, 1), date(2025, 4, 1), datetime(2025, 4, 1, tzinfo=UTC), ZoneInfo("UTC"))
    >>> too_short(datetime(2025, 2, 20, tzinfo=UTC), cut)
    'what came before the campaign is known from 9 days before it on; a change takes 14'
    >>> too_short(datetime(2025, 2, 15, 23, tzinfo=UTC), cut) is None
    True
    """
    if first is None:
        return None
    # Whoever opens at nine writes first at nine: the day on which the baseline begins counts as known.
    days = (cut.start - first.astimezone(cut.zone).date()).days
    if days >= LEAST_BASELINE_DAYS:
        return None
    return f"what came before the campaign is known from {days} days before it on; a change takes {LEAST_BASELINE_DAYS}"


def without_value(row: Row, reason: str | None) -> Row:
    """The row as it is, or without its number where there is a reason against it."""
    return row if reason is None else row | {"value": None, "low": None, "high": None, "grade": "X", "reason": reason}
