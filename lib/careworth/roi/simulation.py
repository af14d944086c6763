"""ROI as a distribution: (gains - cost) / cost over the ledger's draws (METRICS.md M9, M11, C.10)."""

import numpy as np

from careworth.results import Row, value_row
from careworth.roi.ledger import Ledger, summarise
from careworth.stats import Estimate, wilson_interval

DRAWS = "simulated outcomes"


def simulate(ledger: Ledger) -> np.ndarray:
    """One ROI per draw, as a ratio: 0.25 means that 100 spent brought 125 back."""
    gains = sum((line.draws for line in ledger.benefits), np.zeros_like(ledger.cost.draws))
    return (gains - ledger.cost.draws) / ledger.cost.draws


def roi_rows(ledger: Ledger, currency: str) -> list[Row]:
    """M9 and M11: median ROI with its 90 % range, P(ROI > 0), its hundredths, and what moves it most."""
    roi = simulate(ledger)
    gains = sum(line.draws for line in ledger.benefits)
    grade = max((line.grade for line in [ledger.cost, *ledger.benefits]), default="A")
    labels = {"n": len(roi), "denominator": DRAWS, "grade": grade}
    positive = int((roi > 0).sum())
    chance = Estimate(positive / len(roi), *wilson_interval(positive, len(roi)))
    return [
        value_row("M9", "roi", summarise(roi), "ratio", **labels),
        value_row("M9", "ratio_of_means", float(gains.mean() / ledger.cost.draws.mean() - 1), "ratio", **labels),
        value_row("M9", "probability_positive", chance, "share", reason="range: simulation error", **labels),
        value_row("M9", "net_value", summarise(gains - ledger.cost.draws), currency, **labels),
        *[
            value_row("M9", "quantile", float(np.quantile(roi, q / 100)), "ratio", slice=f"q={q / 100:.2f}", **labels)
            for q in range(1, 100)
        ],
        *_swing_rows(ledger, roi, grade),
    ]


def _swing_rows(ledger: Ledger, roi: np.ndarray, grade: str) -> list[Row]:
    rows = []
    for name, draws in ledger.inputs.items():
        low, high = (_roi_near(roi, draws, share) for share in (0.05, 0.95))
        swing = Estimate(abs(high - low), min(low, high), max(low, high))
        rows.append(value_row("M11", "swing", swing, "ratio", n=len(roi), denominator=DRAWS, slice=f"input={name}", grade=grade))
    return rows


def _roi_near(roi: np.ndarray, draws: np.ndarray, share: float) -> float:
    # A tenth of all draws around the percentile of one input; the others keep their own spread.
    order = np.argsort(draws, kind="stable")
    width = max(1, len(order) // 10)
    start = min(max(0, round(share * len(order)) - width // 2), len(order) - width)
    return float(np.median(roi[order[start : start + width]]))


def unmeasurable_rows(reason: str) -> list[Row]:
    """M9 when the gate is closed: no number, and why."""
    return [value_row("M9", "roi", None, "ratio", reason=reason)]
