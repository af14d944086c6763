"""The ledger for reading: every cost and gain of the same days and currency on a line of its own, and the gains in groups."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from careworth.results import Row, value_row
from careworth.roi.exclusivity import OF_CONTACTS
from careworth.roi.model import COST, GAIN, Line, Model, amount
from careworth.stats import Estimate

COLUMNS = {
    "line": pl.String,
    "kind": pl.String,
    "cash": pl.String,
    "low": pl.Float64,
    "middle": pl.Float64,
    "high": pl.Float64,
    "currency": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "contacts": pl.Int64,
    "persons": pl.Int64,
    "from_day": pl.Float64,
    "until_day": pl.Float64,
    "method": pl.String,
    "grade": pl.String,
}


def ledger_table(model: Model, draws: Mapping[str, np.ndarray]) -> pl.DataFrame:
    """One row per line, costs first: kind, cash or not, nine in ten outcomes, what it counts, how it is known (METRICS.md C.9).

    Gains are a cost saved or incremental revenue; attributed revenue is none and has no line.
    """
    lines = sorted(model.lines, key=lambda line: (line.side != COST, line.name))
    return pl.DataFrame([_told(line, model, draws) for line in lines], schema=COLUMNS, orient="row")


def gain_rows(model: Model, draws: Mapping[str, np.ndarray], currency: str) -> list[Row]:
    """M9 gains: all of them, those measured and those assumed, those that are cash and those that are not."""
    gains = [line for line in model.lines if line.side == GAIN]
    groups = {
        "all": gains,
        "basis=measured": [line for line in gains if model.grade(line) != "C"],
        "basis=assumed": [line for line in gains if model.grade(line) == "C"],
        "cash=yes": [line for line in gains if line.is_cashable],
        "cash=no": [line for line in gains if not line.is_cashable],
    }
    return [_group_row(place, lines, model, draws, currency) for place, lines in groups.items()]


def _group_row(place: str, lines: list[Line], model: Model, draws: Mapping[str, np.ndarray], currency: str) -> Row:
    labels = {"n": len(lines), "denominator": "lines of the ledger", "slice": place}
    if not lines:
        return value_row("M9", "gains", None, currency, reason="no gain of this kind was measured or stated", **labels)
    together = sum((amount(line, draws) for line in sorted(lines, key=lambda line: line.name)), np.float64(0))
    return value_row("M9", "gains", _range(together), currency, grade=max(map(model.grade, lines)), **labels)


def _told(line: Line, model: Model, draws: Mapping[str, np.ndarray]) -> dict:
    value, low, high = _range(amount(line, draws))
    counted = {"contacts": len(line.contacts) or None, "persons": len(line.persons) or None}
    window = line.window_days if line.persons else (None, None)
    return counted | {
        "line": line.name,
        "kind": _kind(line),
        "cash": "yes" if line.is_cashable else "no",
        "low": value if low is None else low,
        "middle": value,
        "high": value if high is None else high,
        "currency": line.currency,
        "start": line.start,
        "end": line.end,
        "from_day": window[0],
        "until_day": window[1],
        "method": line.method,
        "grade": model.grade(line),
    }


def _kind(line: Line) -> str:
    if line.side == COST:
        return f"cost: {line.mechanism}"
    if line.mechanism == "stated":
        return "stated by the company"
    return "cost saved" if line.mechanism in OF_CONTACTS else "revenue, incremental"


def _range(values: np.ndarray) -> Estimate:
    low, middle, high = (float(each) for each in np.quantile(values, [0.05, 0.5, 0.95]))
    return Estimate(middle, low, high) if np.ptp(values) else Estimate(middle, None, None)
