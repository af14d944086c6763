"""Sentences for readers; every one follows the interval, never the point alone."""

import polars as pl

from careworth.readable import as_count, as_money, as_ratio, as_value, interval_text, too_few
from careworth.results import Row, pick

Values = pl.DataFrame

GRADES = {"A": "measured", "B": "measured by a proxy or a rule", "C": "assumed", "X": "not computable"}


def answer_word(values: Values) -> str:
    """The first word of the report: what the range of ROI allows to say."""
    roi = pick(values, "M9", "roi")
    if roi is None or roi["value"] is None:
        return "We cannot say."
    if roi["low"] > 0:
        return "Yes."
    if roi["high"] < 0:
        return "No."
    chance = pick(values, "M9", "probability_positive")["value"]
    return "Probably." if chance >= 0.75 else "Probably not." if chance <= 0.25 else "Too close to call."


def answer_tone(values: Values) -> str:
    """good, bad or open: what the first word of the report may be coloured as."""
    return {"Yes.": "good", "Probably.": "good", "No.": "bad", "Probably not.": "bad"}.get(answer_word(values), "open")


def return_sentence(values: Values) -> str:
    """What the campaign returned on its cost, with its range; or why that cannot be measured."""
    roi, cost = pick(values, "M9", "roi"), pick(values, "M1", "total")
    if roi is None or roi["value"] is None:
        return f"The return on investment is not measurable here: {roi['reason'] if roi else 'no revenue or cost is connected'}."
    spent = as_money(cost["value"], cost["unit"])
    ranged = f"nine outcomes in ten lie between {as_ratio(roi['low'])} and {as_ratio(roi['high'])}"
    if roi["low"] <= 0 <= roi["high"]:
        return f"The middle estimate is {as_ratio(roi['value'])} on the {spent} it cost; {ranged}."
    if roi["value"] < 0:
        return f"It lost {as_ratio(-roi['value']).lstrip('+')} of the {spent} it cost; {ranged}."
    return f"It returned {as_ratio(roi['value'])} on the {spent} it cost; {ranged}."


def chance_sentence(values: Values) -> str:
    """In how many of a hundred outcomes it earned more than it cost; empty without an ROI."""
    chance = pick(values, "M9", "probability_positive")
    if chance is None or chance["value"] is None:
        return ""
    hundred = round(100 * chance["value"])
    if hundred in (0, 100):
        return f"It earned {'more' if hundred else 'less'} than it cost in practically every outcome."
    return f"There is a {hundred} in 100 chance that it earned more than it cost."


def care_sentence(values: Values) -> str:
    """What can be said without money: how many were answered, how long they waited, how many said thank you."""
    parts = [_answered_part(values), _waited_part(values), _thanked_part(values)]
    known = [part for part in parts if part]
    if not known:
        return "There is too little to say how good the care was."
    return "What can be said: " + "; ".join(known) + "."


def _with_interval(row: Row) -> str:
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
    return f"{_with_interval(row)} of those who needed an answer had one from a person within {hours_of(row)}"


def hours_of(row: Row) -> str:
    """The response window in the variant of an S1 row, such as 24 h."""
    return row["variant"].removeprefix("within_").removesuffix("h") + " h"


def _waited_part(values: Values) -> str:
    row = pick(values, "S2", "median")
    if row is None:
        return ""
    return (
        f"half of them waited no longer than {_with_interval(row)}"
        if row["value"] is not None
        else "more than half were never answered"
    )


def _thanked_part(values: Values) -> str:
    row = pick(values, "Q1", "rate")
    return (
        "" if row is None or row["value"] is None or too_few(row) else f"{_with_interval(row)} of those answered said thank you"
    )


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
    parts = [f"{verbs[role]} {_with_interval(row)}" for role, row in shares.items()]
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
    return f"{_with_interval(measured)}, aim {aim}"


def tone_caveat(values: Values) -> str:
    """How far the tone of conversations can be trusted: what is read, how often that errs, and where that was measured."""
    told = "Each message is read by itself; texts in a language that the reader does not know are left out."
    return f"{told} {_errors_of(values, 'opening_negative', 'openings that people call negative')}"


def need_caveat(values: Values) -> str:
    """How far it can be trusted that a conversation called for an answer."""
    told = "Whether a customer called for an answer is read from the words."
    return f"{told} {_errors_of(values, 'needs_response', 'openings that call for an answer')}"


def ending_caveat(values: Values) -> str:
    """How far it can be trusted how a conversation ended."""
    told = "Read from the turns, so grade B. A redirect answers, but does not resolve."
    return f"{told} {_errors_of(values, 'redirect', 'conversations moved elsewhere')}"


def thanks_caveat(values: Values) -> str:
    """How far the Thank You Score can be trusted."""
    told = (
        "Rules read the thanks: only a customer's own turn after a person's answer counts, not thanks in advance, declined, "
        "ironic, quoted or meant for somebody else."
    )
    return f"{told} {_errors_of(values, 'thanks', 'turns that thank')}"


def _errors_of(values: Values, label: str, of: str) -> str:
    found, spared = (pick(values, "P12", f"{label}:{measure}") for measure in ("sensitivity", "specificity"))
    if found is None or spared is None or found["value"] is None or spared["value"] is None:
        return "How often that errs was not measured: unvalidated here."
    where = (
        "Unvalidated here: measured on public conversations,"
        if found["reason"]
        else "Measured on labelled texts of this workspace:"
    )
    return (
        f"{where} of {as_count(found['n'])} {of} it found {_with_interval(found)}, "
        f"and left alone {_with_interval(spared)} of the {as_count(spared['n'])} others."
    )
