"""Gains that the company states and nobody measured: told apart, and never a figure that somebody else published (M9)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.roi.distributions import Fixed, pert
from careworth.roi.gains import Gain, Terms, gain_line, range_of
from careworth.roi.model import Input
from careworth.targets import Benefit, Claim

STATED = "gains stated by the company"


def stated_gains(terms: Terms, benefits: Sequence[Benefit], claims: Iterable[Claim] = ()) -> Gain:
    """M9 stated_gain: each gain that the campaign's file states, with its range, and all of them as a subtotal; grade C.

    Raises
    ------
    CareworthError
        If the source of one is a claim of the claims library: those are shown and never computed with (P11).
    """
    library = list(claims)
    for benefit in benefits:
        _require_own(benefit, library)
    each = [_stated(terms, benefit) for benefit in sorted(benefits, key=lambda benefit: benefit.name)]
    inputs, lines = (tuple(part for gain in each for part in getattr(gain, name)) for name in ("inputs", "lines"))
    rows = [row for gain in each for row in gain.rows]
    if len(each) > 1:
        words = f"{len(each)} gains as stated; not in the headline"
        rows.append(_row("all", Gain([], inputs, lines), terms, words))
    return Gain(rows, inputs, lines)


def _require_own(benefit: Benefit, claims: list[Claim]) -> None:
    said = benefit.source.casefold()
    for claim in claims:
        if re.search(rf"(?<![\w-]){re.escape(claim.id)}(?![\w-])", said) or claim.source.casefold() in said:
            raise CareworthError(
                f"gain {benefit.name!r}: its source is the claim {claim.id!r}, a figure that others published about others; "
                f"state what holds in your company, with a source of its own, or leave the gain out"
            )


def _stated(terms: Terms, benefit: Benefit) -> Gain:
    source = f"{benefit.source}; approved by {benefit.approved_by}" if benefit.approved_by else benefit.source
    unit = benefit.unit or "times"
    inputs = (
        Input(f"{benefit.name}: how many", unit, Fixed(benefit.count), "C", source),
        Input(f"{benefit.name}: worth of one", terms.currency, pert(benefit.low, benefit.likely, benefit.high), "C", source),
    )
    factors = tuple(each.name for each in inputs)
    line = gain_line(terms, benefit.name, "stated", factors, f"stated by the company: {benefit.kind}")
    gain = Gain([], inputs, (replace(line, is_cashable=benefit.cashable),))
    return replace(gain, rows=[_row(f"line={benefit.name}", gain, terms, f"stated, not measured: {source}")])


def _row(slice: str, gain: Gain, terms: Terms, reason: str) -> Row:
    estimate = range_of(gain.inputs, gain.lines)
    labels = {"n": len(gain.lines), "denominator": STATED, "slice": slice, "grade": "C", "reason": reason}
    return value_row("M9", "stated_gain", estimate, terms.currency, **labels)
