"""Contacts that care made unnecessary (E4) and what they would have cost (M3), by the best way of knowing that there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from careworth.errors import CareworthError
from careworth.results import Row, value_row
from careworth.roi.distributions import pert
from careworth.roi.gains import Gain, Terms, not_measured, range_of
from careworth.roi.model import Input, Line
from careworth.roi.rungs import CAUSED, REDIRECTED, Rung
from careworth.schemas import minor_units
from careworth.stats import Estimate

NO_RUNG = (
    "nothing says which contacts care made unnecessary: an experiment, a time series of calls, surveys on whether customers "
    "would have phoned and got in touch again, or shares that you state"
)


def avoided_cost(
    terms: Terms, rungs: Sequence[Rung | None], unit_costs: pl.DataFrame, away: pl.DataFrame, is_cash: bool = False
) -> Gain:
    """M3 with the rows of E4: contacts avoided by the first rung that could see them, at what one less saves.

    The unit cost is gross: what social care itself costs is in M1 and not taken off here. A contact caused by a redirect
    is taken off at the cost of its own channel, or of the one that is spared where the company states no other.

    Parameters
    ----------
    rungs : sequence of Rung or None
        The best first: `by_experiment`, `by_series`, `by_shares` of surveys, `by_shares` of what the company states.
    unit_costs : DataFrame
        The table `unit_costs`; the range in force on the first day counts.
    away : DataFrame
        The conversations sent away (`sent_away`).
    is_cash : bool
        Whether the company states that hours were cut; without that the saving is no money in the bank.
    """
    there = [rung for rung in rungs if rung is not None]
    used = next((rung for rung in there if not rung.blind), None)
    told = [*_contact_rows(used, away), *map(_rung_row, there)]
    if used is None:
        missing = not_measured("M3", "avoided_cost", terms.currency, there[0].blind if there else NO_RUNG)
        return replace(missing, rows=[*told, *missing.rows])
    return _valued(terms, used, unit_costs, is_cash, told)


def _valued(terms: Terms, used: Rung, unit_costs: pl.DataFrame, is_cash: bool, told: list[Row]) -> Gain:
    costs = {channel: unit_cost(unit_costs, terms, channel) for channel, _ in used.lines}
    spared = next(channel for channel, line in used.lines if not _is_caused(line))
    if costs[spared] is None:
        reason = (
            f"no avoidable cost of one {spared} contact is stated for {terms.start} in {terms.currency}; add it to unit_costs"
        )
        missing = not_measured("M3", "avoided_cost", terms.currency, reason)
        return replace(missing, rows=[*told, *missing.rows])
    each = {channel: cost or costs[spared] for channel, cost in costs.items()}
    inputs = (*used.inputs, *dict.fromkeys(each.values()))
    lines = tuple(replace(line, factors=(*line.factors, each[channel].name), is_cashable=is_cash) for channel, line in used.lines)
    labels = {"n": used.n, "denominator": used.denominator, "grade": max(one.grade for one in inputs), "reason": used.method}
    return Gain([*told, value_row("M3", "avoided_cost", range_of(inputs, lines), terms.currency, **labels)], inputs, lines)


def unit_cost(unit_costs: pl.DataFrame, terms: Terms, channel: str) -> Input | None:
    """What one contact less by this channel saves, as the company states it for the first day; None when it states nothing.

    Raises
    ------
    CareworthError
        If the range is negative or out of order; the message names the row.
    """
    in_force = (pl.col("channel") == channel) & (pl.col("valid_from") <= terms.start) & (pl.col("currency") == terms.currency)
    rows = unit_costs.filter(in_force).sort("valid_from")
    if rows.is_empty():
        return None
    latest = rows.row(-1, named=True)
    low, likely, high = (latest[name] / minor_units(terms.currency) for name in ("low_minor", "likely_minor", "high_minor"))
    _require_range(low, likely, high, channel, latest["valid_from"])
    source = f"stated by the company: {latest['source']}"
    return Input(f"avoidable cost of one {channel} contact", terms.currency, pert(low, likely, high), "B", source)


def _require_range(low: float, likely: float, high: float, channel: str, valid_from: date) -> None:
    if not 0 <= low <= likely <= high:
        where = f"unit_costs, {channel} from {valid_from}"
        raise CareworthError(f"{where}: need 0 <= low <= likely <= high, found {low:g}, {likely:g}, {high:g}")


def _rung_row(rung: Rung) -> Row:
    reason = f"not used: {rung.blind}" if rung.blind else rung.method
    estimate = range_of(rung.inputs, _lines(rung))
    return value_row(
        "E4", rung.variant, estimate, "count", n=rung.n, denominator=rung.denominator, grade=rung.grade, reason=reason
    )


def _contact_rows(used: Rung | None, away: pl.DataFrame) -> list[Row]:
    if used is None:
        variants = ("avoided_contacts", "avoided_customers", "induced_contacts")
        return [value_row("E4", variant, None, "count", reason=NO_RUNG) for variant in variants]
    labels = {"n": used.n, "denominator": used.denominator, "grade": used.grade, "reason": used.method}
    avoided = value_row("E4", "avoided_contacts", range_of(used.inputs, _lines(used)), "count", **labels)
    return [avoided, _customer_row(used), _caused_row(used, away)]


def _customer_row(used: Rung) -> Row:
    if used.customers is None:
        return value_row("E4", "avoided_customers", None, "count", reason=f"customers are not told apart: {used.method}")
    contacts = range_of(used.inputs, _lines(used))
    each = Estimate(*(None if number is None else number * used.customers / used.n for number in contacts))
    labels = {"n": used.customers, "denominator": "customers with a resolved conversation", "grade": used.grade}
    return value_row("E4", "avoided_customers", each, "count", reason="each counted as if with one matter", **labels)


def _caused_row(used: Rung, away: pl.DataFrame) -> Row:
    caused = tuple(line for line in _lines(used) if _is_caused(line))
    if not caused:
        reason = f"no {REDIRECTED}" if used.customers is not None else f"contained in what was measured: {used.method}"
        return value_row("E4", "induced_contacts", None, "count", n=away.height, denominator=REDIRECTED, reason=reason)
    value, low, high = range_of(used.inputs, caused)
    positive = Estimate(-value, None if high is None else -high, None if low is None else -low)
    labels = {"n": away.height, "denominator": REDIRECTED, "grade": used.grade}
    return value_row("E4", "induced_contacts", positive, "count", reason="taken off the contacts avoided", **labels)


def _lines(rung: Rung) -> tuple[Line, ...]:
    return tuple(line for _, line in rung.lines)


def _is_caused(line: Line) -> bool:
    return line.name.startswith(CAUSED)
