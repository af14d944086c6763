"""Sentences on the care itself: how many were answered, what part it plays, where it is heading, which goals were met."""

import polars as pl

from careworth.readable import as_count, as_value, interval_text, too_few
from careworth.results import Row, pick

Values = pl.DataFrame


def care_sentence(values: Values) -> str:
    """What can be said without money: how many were answered, how long they waited, how many said thank you."""
    parts = [_answered_part(values), _waited_part(values), _thanked_part(values)]
    known = [part for part in parts if part]
    if not known:
        return "There is too little to say how good the care was."
    return "What can be said: " + "; ".join(known) + "."


def with_interval(row: Row) -> str:
    """A number with its interval, as it stands in a sentence."""
    return f"{as_value(row['value'], row['unit'])} ({interval_text(row) or 'complete count'})"


def headline_response(values: Values) -> Row | None:
    """The S1 row with the response window that this report uses."""
    found = values.filter(
        (pl.col("metric_id") == "S1") & pl.col("variant").str.starts_with("within_") & (pl.col("slice") == "all")
    )
    return found.row(0, named=True) if found.height else None


def _answered_part(values: Values) -> str:
    row = headline_response(values)
    if row is None or row["value"] is None or too_few(row):
        return ""
    return f"{with_interval(row)} of those who needed an answer had one from a person within {hours_of(row)}"


def hours_of(row: Row) -> str:
    """The response window in the variant of an S1 row, such as 24 h."""
    return row["variant"].removeprefix("within_").removesuffix("h") + " h"


def _waited_part(values: Values) -> str:
    row = pick(values, "S2", "median")
    if row is None:
        return ""
    return (
        f"half of them waited no longer than {with_interval(row)}"
        if row["value"] is not None
        else "more than half were never answered"
    )


def _thanked_part(values: Values) -> str:
    row = pick(values, "Q1", "rate")
    return "" if row is None or row["value"] is None or too_few(row) else f"{with_interval(row)} of those answered said thank you"


def trend_sentence(trend: Row | None) -> str:
    """Where a weekly series is heading, if its interval says so.

    Examples
    --------
    >>> trend_sentence({"value": 0.01, "low": -0.01, "high": 0.02, "unit": "share/week", "reason": None})
    'no clear trend'
    >>> trend_sentence({"value": -0.8, "low": -1.2, "high": -0.3, "unit": "minutes/week", "reason": None})
    'falling 48 s a week'
    """
    if trend is None:
        return "no trend known"
    if trend["value"] is None:
        return "too short for a trend"
    if trend["low"] <= 0 <= trend["high"]:
        return "no clear trend"
    return f"{'rising' if trend['value'] > 0 else 'falling'} {as_value(abs(trend['value']), trend['unit']).lstrip('+')}"


def trend_tone(trend: Row | None, better: str) -> str:
    """better, worse or flat: whether a clear trend goes the way that one wants (`up` or `down`)."""
    if trend is None or trend["value"] is None or trend["low"] <= 0 <= trend["high"]:
        return "flat"
    return "better" if (trend["value"] > 0) == (better == "up") else "worse"


def role_sentence(values: Values, channel: str = "care_social") -> str:
    """What part care plays on the way to an order, against the other channels."""
    shares = {role: pick(values, "M6", role, f"channel={channel}") for role in ("initiate", "assist", "complete")}
    if shares["assist"] is None:
        return "Social care is on no path to an order that we can see."
    verbs = {"initiate": "starts", "assist": "assists in", "complete": "closes"}
    parts = [f"{verbs[role]} {with_interval(row)}" for role, row in shares.items()]
    most, second = sorted(shares, key=lambda role: shares[role]["value"], reverse=True)[:2]
    # Intervals of two roles that overlap name no winner.
    clear = shares[most]["low"] > shares[second]["high"]
    leading = f"Social care mostly {verbs[most]} journeys. " if clear else ""
    n = as_count(shares["assist"]["n"])
    return f"{leading}Of the {n} journeys that it is part of, social care {parts[0]}, {parts[1]} and {parts[2]}."


def goal_sentence(value: Row, target: Row) -> str:
    """A goal, what was measured and what that means for it."""
    aim = as_value(target["value"], target["unit"])
    if value["value"] is None:
        return f"aim {aim}; not measured: {value['reason']}"
    measured = value | {"metric_id": value["variant"].split(".")[0]}
    return f"{with_interval(measured)}, aim {aim}"
