"""How far what is read from texts can be trusted, a sentence each."""

import polars as pl

from careworth.readable import as_count
from careworth.results import pick
from careworth.wording.care import with_interval

Values = pl.DataFrame


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
        f"{where} of {as_count(found['n'])} {of} it found {with_interval(found)}, "
        f"and left alone {with_interval(spared)} of the {as_count(spared['n'])} others."
    )
