"""What one resolution and one thanked conversation cost (METRICS.md M2, Q1e)."""

import numpy as np

from careworth.results import Row, value_row
from careworth.stats import Estimate, wilson_interval


def unit_cost_rows(cost: np.ndarray, currency: str, resolved: int, care: int, thanked: int, answered: int) -> list[Row]:
    """M2 cost per resolution and Q1 cost per thanked conversation, with 90 % cost range over 95 % count range.

    Parameters
    ----------
    cost : array of float
        Draws of the programme cost, in major units.
    resolved, thanked : int
        Conversations that were resolved, of `care`, and that were thanked for, of `answered`.
    """
    return [
        _row("M2", "cost_per_resolution", cost, currency, resolved, care, "resolved conversations"),
        _row("Q1", "cost_per_thanked", cost, currency, thanked, answered, "thanked conversations"),
    ]


def _row(metric_id: str, variant: str, cost: np.ndarray, currency: str, count: int, of: int, denominator: str) -> Row:
    reason = f"no {denominator}" if not count else None if cost.any() else "no cost line of this campaign is connected"
    return value_row(
        metric_id, variant, _cost_each(cost, count, of), currency, n=count, denominator=denominator, grade="B", reason=reason
    )


def _cost_each(cost: np.ndarray, count: int, of: int) -> Estimate:
    if not count or not cost.any():
        return Estimate(None, None, None)
    fewest, most = (of * share for share in wilson_interval(count, of))
    low, middle, high = np.quantile(cost, [0.05, 0.5, 0.95])
    return Estimate(float(middle / count), float(low / most), float(high / fewest))
