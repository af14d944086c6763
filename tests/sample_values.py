"""A complete, invented `metric_values` table of one campaign, for tests of what is shown."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl

from careworth.config import Campaign, Money, Privacy
from careworth.results import share_estimate, to_metric_values, value_row
from careworth.roi.gate import Check, gate_rows
from careworth.stats import Estimate

START, END = date(2025, 3, 3), date(2025, 5, 26)
WEEKS = [(START + timedelta(weeks=k), START + timedelta(weeks=k + 1)) for k in range(12)]
ANSWERED = "answered mature conversations"
LOSS = -0.15

WORKSPACE = SimpleNamespace(
    name="Test hotels",
    time_zone="Europe/Amsterdam",
    roi_definition="(gains - cost) / cost",
    sla=[],
    claims=[],
    roi=Money(),
    privacy=Privacy(),
    as_of=None,
)
PROVENANCE = {
    "inputs": [{"table": "messages", "file": "messages.parquet", "sha256": "ab" * 32, "records": 1234}],
    "records": [{"table": "messages", "read": 1234, "accepted": 1230, "rest": "rejected bad bool 4"}],
    "versions": {"careworth": "0.1.0", "definitions": "1", "sentiment": "words"},
    "as_of": "1 June 2025, 09:00",
    "differences": [],
    "sources": [{"table": "messages", "format": "canonical", "kind": "engagement"}],
    "limits": {"engagement": "what people bought"},
    "joins": [],
    "not_kept": "the device",
    "locked": [],
}


def campaign(name: str = "Spring help line") -> Campaign:
    """A campaign of that name."""
    return Campaign(id="spring", name=name, brand="Test hotels", start=START, end=END, currency="EUR")


def service_rows() -> list[dict]:
    """Rows of volume, tone, service and quality, whole and by week."""
    rows = [
        value_row("V1", "care_conversations", 3_600, "count", n=3_600, denominator="care conversations"),
        value_row(
            "S1", "within_24h", share_estimate(3_400, 3_600), "share", n=3_600, denominator="mature conversations", grade="B"
        ),
        value_row("S1", "ever", share_estimate(3_200, 3_600), "share", n=3_600, denominator="mature conversations", grade="B"),
        value_row("S2", "median", Estimate(22, 20, 24), "minutes", n=3_600, denominator="conversations", grade="B"),
        value_row("Q1", "rate", share_estimate(590, 3_212), "share", n=3_212, denominator=ANSWERED, grade="B"),
        value_row("Q2", "strict", share_estimate(120, 900), "share", n=900, denominator="answered mature complaints", grade="B"),
        value_row("V6", "Q1.rate", Estimate(0.003, 0.001, 0.005), "share/week", n=12, denominator="whole weeks", grade="B"),
        value_row("F12", "read", 9_000, "count", n=9_000, denominator="records read"),
    ]
    for variant, count in {"resolved": 2_100, "redirected": 1_000, "withdrawn": 200, "open": 300}.items():
        rows.append(
            value_row(
                "S6", variant, share_estimate(count, 3_600), "share", n=3_600, denominator="mature care conversations", grade="B"
            )
        )
    for minutes, share in {5: 0.1, 15: 0.3, 60: 0.8, 1440: 0.95}.items():
        estimate = share_estimate(round(share * 3_600), 3_600)
        rows.append(
            value_row(
                "S2",
                "answered_within",
                estimate,
                "share",
                n=3_600,
                denominator="conversations",
                slice=f"minutes={minutes}",
                grade="B",
            )
        )
    for k, week in enumerate(WEEKS):
        rows.append(
            value_row(
                "Q1",
                "rate",
                share_estimate(40 + k, 270),
                "share",
                n=270,
                denominator=ANSWERED,
                slice="week",
                period=week,
                grade="B",
            )
        )
        rows.append(
            value_row(
                "S2",
                "median",
                Estimate(30 - k, 28 - k, 33 - k),
                "minutes",
                n=300,
                denominator="conversations",
                slice="week",
                period=week,
                grade="B",
            )
        )
        rows.append(
            value_row(
                "V1", "care_conversations", 300 + k, "count", n=300, denominator="care conversations", slice="week", period=week
            )
        )
    for moment in ("opening", "closing"):
        for tone, count in {"negative": 600, "neutral": 300, "positive": 100}.items():
            rows.append(
                value_row(
                    "V5",
                    f"{moment}_{tone}",
                    share_estimate(count, 1_000),
                    "share",
                    n=1_000,
                    denominator="scored conversations",
                    grade="B",
                )
            )
    return rows


def money_rows(low: float = LOSS, high: float = 0.56) -> list[dict]:
    """Rows of cost, benefits and an ROI between `low` and `high`."""
    labels = {"n": 20_000, "denominator": "simulated outcomes", "grade": "B"}
    middle, positive = (low + high) / 2, 0.81 if low < 0 < high else float(low >= 0)
    quantiles = np.linspace(low - 0.1, high + 0.1, 99)
    return [
        value_row("M9", "roi", Estimate(middle, low, high), "ratio", **labels),
        value_row("M9", "probability_positive", Estimate(positive, positive - 0.01, positive), "share", **labels),
        *[value_row("M9", "quantile", float(q), "ratio", slice=f"q={k / 100:.2f}", **labels) for k, q in enumerate(quantiles, 1)],
        value_row("M1", "total", Estimate(54_000, 52_000, 57_000), "EUR", n=12, denominator="cost lines", grade="B"),
        value_row("M1", "total", 38_000, "EUR", n=3, denominator="cost lines", slice="category=people"),
        value_row("M1", "total", 16_000, "EUR", n=3, denominator="cost lines", slice="category=technology"),
        value_row(
            "M2", "cost_per_resolution", Estimate(4.1, 3.8, 4.6), "EUR", n=2_100, denominator="resolved conversations", grade="B"
        ),
        value_row(
            "M3",
            "avoided_cost",
            Estimate(31_000, 22_000, 41_000),
            "EUR",
            n=2_100,
            denominator="resolved conversations",
            grade="B",
            reason="survey",
        ),
        value_row(
            "M7",
            "incremental_margin",
            Estimate(24_000, 6_000, 43_000),
            "EUR",
            n=4_000,
            denominator="persons",
            reason="randomised holdout",
        ),
        value_row("M11", "swing", Estimate(0.4, -0.1, 0.3), "ratio", slice="input=extra margin per person", **labels),
        *gate_rows([Check("connected", Estimate(1.0, None, None), 10, True, "orders are connected")]),
    ]


def journey_rows() -> list[dict]:
    """Rows of roles and credits of two channels."""
    rows = []
    for channel, counts in {"care_social": (9, 63, 28), "email": (40, 30, 30)}.items():
        for role, count in zip(("initiate", "assist", "complete"), counts, strict=True):
            rows.append(
                value_row(
                    "M6",
                    role,
                    share_estimate(count, 100),
                    "share",
                    n=100,
                    denominator="converting paths",
                    slice=f"channel={channel}",
                    grade="B",
                )
            )
        for rule, amount in zip(("first", "linear", "last"), counts, strict=True):
            rows.append(
                value_row(
                    "M5",
                    rule,
                    Estimate(1e3 * amount, 900 * amount, 1100 * amount),
                    "EUR",
                    n=100,
                    denominator="paths",
                    slice=f"channel={channel}",
                    grade="B",
                )
            )
    return rows


def table(*rows: list[dict]) -> pl.DataFrame:
    """The rows as the campaign's table."""
    return to_metric_values([row for part in rows for row in part], "spring", START, END)


def complete() -> pl.DataFrame:
    """Everything that a report can show."""
    return table(service_rows(), money_rows(), journey_rows())


def without_revenue() -> pl.DataFrame:
    """A campaign whose revenue is not connected."""
    why = "no orders of Test hotels are connected; connect the system"
    closed = gate_rows([Check("connected", Estimate(0.0, None, None), 0, False, why)])
    return table(service_rows(), closed, [value_row("M9", "roi", None, "ratio", reason=why)])
