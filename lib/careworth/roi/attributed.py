"""The return if attributed revenue were caused revenue: printed apart, since nobody has shown that it is (METRICS.md M9, C.9)."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from careworth.results import Row, value_row
from careworth.roi.model import COST, Input, Model, return_on_cost, total
from careworth.roi.outcomes import middle_and_range, require_cost

#: The metrics that the margin on attributed revenue stands in for.
SALES = ("M7", "M8")


def attributed_if_causal(model: Model, draws: Mapping[str, np.ndarray], attributed: float, share: Input | None, rule: str) -> Row:
    """M9 attributed_if_causal: the return if a rule's credit were cause, printed apart and never in the ledger.

    The margin on the attributed revenue stands in for M7 and M8; the other gains and the cost stay.

    Parameters
    ----------
    attributed : float
        Revenue that the rule credits to care, in the currency's major unit.
    """
    if share is None:
        return value_row("M9", "attributed_if_causal", None, "ratio", reason="the margin on attributed revenue is not known")
    require_cost(model, draws)
    others = tuple(line for line in model.lines if line.side == COST or line.metric_id not in SALES)
    rest = replace(model, lines=others)
    extra = attributed * share.distribution.mean / total(rest, COST, draws)
    outcomes = return_on_cost(rest, draws) + extra
    reason = f"as if every sale that the rule {rule!r} credits were caused by care, which nobody has shown"
    labels = {"n": outcomes.size, "denominator": "simulated outcomes", "grade": "C", "reason": reason}
    return value_row("M9", "attributed_if_causal", middle_and_range(outcomes), "ratio", **labels)
