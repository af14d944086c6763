"""How long the lake keeps what people did: rows older than the workspace says are left out and counted."""

from datetime import UTC, datetime, time, timedelta

import polars as pl

from careworth.config import Workspace

#: The instant that tells how old a row about a person is. Links between a person's names and arms of experiments are no deeds.
HAPPENED_AT = {
    "messages": "created_at",
    "tickets": "opened_at",
    "ticket_events": "happened_at",
    "reviews": "reviewed_at",
    "contacts": "started_at",
    "orders": "ordered_at",
    "leads": "reached_at",
    "touchpoints": "touched_at",
    "clicks": "clicked_at",
    "surveys": "offered_at",
}


def first_instant_kept(workspace: Workspace) -> datetime | None:
    """The midnight (UTC) so many days before the cut-off, or before today without one; None where everything is kept."""
    days = workspace.privacy.keep_days
    until = (workspace.as_of or datetime.now(UTC)).astimezone(UTC).date()
    return datetime.combine(until - timedelta(days=days), time(), UTC) if days else None


def without_old(table: str, rows: pl.DataFrame, first: datetime | None) -> tuple[pl.DataFrame, int]:
    """The `rows` of a table that are no older than `first`, and how many are left out; one without a time is kept.

    Examples
    --------
    >>> rows = pl.DataFrame({"ordered_at": [datetime(2023, 12, 31, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)]})
    >>> kept, left_out = without_old("orders", rows, datetime(2024, 1, 1, tzinfo=UTC))
    >>> kept.height, left_out
    (1, 1)
    """
    if first is None or table not in HAPPENED_AT:
        return rows, 0
    kept = rows.filter((pl.col(HAPPENED_AT[table]) >= first).fill_null(True))
    return kept, rows.height - kept.height
