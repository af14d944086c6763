"""What connecting a table would add to a report: the metrics that need it, and those that say more with it (R192)."""

from collections.abc import Iterable

from careworth.registry.loading import Metric


def unlocked_by(metrics: Iterable[Metric], table: str) -> str:
    """The names of the metrics that a table unlocks, and after them those that messages give and that it makes richer.

    Examples
    --------
    >>> from careworth.registry import METRICS
    >>> unlocked_by(METRICS.values(), "accounts")
    'Followers; Potential reach of public care; and more of: Active users; Load and capacity; What goes with sales and cost'
    >>> unlocked_by(METRICS.values(), "reviews")
    'more of: Advocates; Loyal behaviours'
    >>> unlocked_by(METRICS.values(), "ticket_events")
    'Routing; Complete records; and more of: Time to resolution; Reopened'
    """
    every = list(metrics)
    needing = [each.name for each in every if any(table in group and "messages" not in group for group in each.inputs)]
    richer = [
        each.name for each in every if table in each.richer_with or any({table, "messages"} <= {*group} for group in each.inputs)
    ]
    more = f"more of: {'; '.join(richer)}" if richer else ""
    return "; and ".join(filter(None, ["; ".join(needing), more]))
