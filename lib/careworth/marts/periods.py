"""The period that is measured, its cut-off, and the whole weeks inside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl


@dataclass(frozen=True)
class Cut:
    """What is measured: the campaign's first and end day, the cut-off, the zone in which days are counted."""

    start: date
    end: date
    as_of: datetime
    zone: ZoneInfo

    def mature(self, conversations: pl.DataFrame, hours: float) -> pl.DataFrame:
        """The conversations that began at least `hours` before the cut-off (METRICS.md F16)."""
        return conversations.filter(pl.col("started_at") <= self.as_of - timedelta(hours=hours))

    def weeks(self, conversations: pl.DataFrame, hours: float = 0) -> dict[tuple[date, date], pl.DataFrame]:
        """The conversations by whole Monday-to-Sunday week inside the campaign whose maturity window has passed."""
        monday = pl.col("started_at").dt.convert_time_zone(self.zone.key).dt.date().dt.truncate("1w")
        parts = conversations.with_columns(monday=monday).partition_by("monday", as_dict=True, include_key=False)
        empty = conversations.clear()
        return {week: parts.get((week[0],), empty) for week in self.whole_weeks(hours)}

    def whole_weeks(self, hours: float = 0) -> list[tuple[date, date]]:
        """Each whole week of the campaign as its Monday and the next, oldest first."""
        last = min(self.end, (self.as_of - timedelta(hours=hours)).astimezone(self.zone).date())
        monday = self.start + timedelta(days=-self.start.weekday() % 7)
        count = max(0, (last - monday).days // 7)
        return [(monday + timedelta(weeks=k), monday + timedelta(weeks=k + 1)) for k in range(count)]
