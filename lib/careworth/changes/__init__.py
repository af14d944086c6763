"""What changed and what is ahead: trends, events, sales and cost beside metrics, effects, warnings, hours needed."""

from careworth.changes.capacity import capacity
from careworth.changes.effects import effect_rows
from careworth.changes.movements import event_rows, link_rows, trend_rows
from careworth.changes.warnings import warning_rows

__all__ = ["capacity", "effect_rows", "event_rows", "link_rows", "trend_rows", "warning_rows"]
