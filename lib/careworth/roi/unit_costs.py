"""What one contact, one resolution and one thanked conversation cost, in all and by network (METRICS.md M2, Q1e)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.marts.periods import Cut
from careworth.results import Row, value_row
from careworth.roi.allocation import KEY, cost_by_network, turn_shares
from careworth.roi.cost_lines import NO_HOURS, NOT_CONNECTED, cost_draws, cost_estimate
from careworth.roi.currency import NO_RATES
from careworth.roi.unit_ranges import require_ranges, stated_range
from careworth.stats import UNKNOWN, Estimate, wilson_interval

#: The ends of nine in ten cases, and the middle between them.
ENDS = np.array([0.05, 0.5, 0.95])

CARE = pl.col("clock_at").is_not_null() | (pl.col("agent_turn_count") > 0)
ANSWERED = pl.col("agent_turn_count") > 0
RESOLVED = pl.col("outcome") == "resolved"
THANKED = ANSWERED & (pl.col("thanks_count") > 0)

#: In the column `redirect`, a private message on the same network, which is no other channel.
PRIVATE = "dm"


class Count(NamedTuple):
    """How many there are, between how few and how many there may be, and what they are called."""

    n: int
    fewest: float
    most: float
    of: str


class Place(NamedTuple):
    """The programme in all or one network: what it cost, how well that is known, and what is to be said of it."""

    slice: str
    conversations: pl.DataFrame
    cost: Estimate
    grade: str
    note: str | None = None


def unit_cost_rows(
    conversations: pl.DataFrame,
    lines: pl.DataFrame,
    values: Mapping[str, np.ndarray],
    unit_costs: pl.DataFrame,
    cut: Cut,
    window_hours: float,
    currency: str,
    rates: pl.DataFrame = NO_RATES,
) -> list[Row]:
    """M2 per contact and per resolution and Q1 per thanked conversation, in all and by network; Q1 of an hour.

    A range joins nine in ten outcomes of the cost with the 95 % interval of the count. A conversation of which the brand sent
    the customer elsewhere costs a contact there as well (`cost_per_resolution_with_redirects`).

    Parameters
    ----------
    conversations : DataFrame
        The campaign's conversations.
    lines, values
        What `read_cost_lines` gives, and the draws of each line's input by its `name`.
    unit_costs, rates : DataFrame
        The tables `unit_costs` and `exchange_rates`.
    window_hours : float
        Silence after which the last answer counts as having resolved the matter.

    Raises
    ------
    CareworthError
        If a unit cost is no range, has no source, or is in a currency without a rate.
    """
    elsewhere = _destination_costs(unit_costs, cut, currency, rates)
    told = conversations.with_columns(is_young=pl.col("started_at") > cut.as_of - timedelta(hours=window_hours))
    rows = [row for place in _places(told, lines, values) for row in _rows(place, elsewhere, currency)]
    return [*rows, thanks_per_hour_row(conversations, lines)]


def thanks_per_hour_row(conversations: pl.DataFrame, lines: pl.DataFrame) -> Row:
    """Q1: conversations with a thank-you for each hour that the cost lines state (METRICS.md R010)."""
    thanked, hours = _thanked(conversations), float(lines["hours"].sum())
    labels = {"n": thanked.n, "denominator": "hours that the cost lines state", "grade": "B"}
    if not hours:
        return value_row("Q1", "thanked_per_hour", None, "count/hour", reason=NO_HOURS, **labels)
    each = Estimate(thanked.n / hours, thanked.fewest / hours, thanked.most / hours)
    return value_row("Q1", "thanked_per_hour", each, "count/hour", **labels)


def _destination_costs(unit_costs: pl.DataFrame, cut: Cut, currency: str, rates: pl.DataFrame) -> dict[str, np.ndarray]:
    """Low, middle and high cost of a contact of each channel of which it is stated."""
    channels = require_ranges(unit_costs)["channel"].unique().sort()
    stated = {name: stated_range(unit_costs, name, cut.start, currency, rates) for name in channels}
    return {name: cost.quantiles(ENDS) for name, cost in stated.items() if cost}


def _places(conversations: pl.DataFrame, lines: pl.DataFrame, values: Mapping[str, np.ndarray]) -> Iterator[Place]:
    """The programme in all, then each network where there are several and agents wrote in one of them."""
    if lines.is_empty():
        yield Place("all", conversations, UNKNOWN, "A", NOT_CONNECTED)
        return
    grade = "B" if (lines["low"] < lines["high"]).any() else "A"
    yield Place("all", conversations, cost_estimate(cost_draws(lines, values)), grade)
    shares = turn_shares(conversations)
    draws = cost_by_network(lines, values, shares) if len(shares) > 1 else {}
    for network, cost in draws.items():
        yield Place(f"network={network}", conversations.filter(network=network), cost_estimate(cost), grade, KEY)


def _rows(place: Place, elsewhere: Mapping[str, np.ndarray], currency: str) -> list[Row]:
    answered, care = _number(place.conversations, ANSWERED), _number(place.conversations, CARE)
    contacts = Count(answered, answered, answered, "answered conversations")
    resolved = _read(_number(place.conversations, RESOLVED), care, "resolved conversations")
    young = _number(place.conversations, pl.col("is_young") & (pl.col("outcome") == "open"))
    late = f"{young} open conversations whose window has not passed may still be resolved" if young else None
    told = place._replace(grade=max(place.grade, "B"))
    return [
        _row("M2", "cost_per_contact", place, contacts, currency),
        _row("M2", "cost_per_resolution", told, resolved, currency, late),
        _redirects_row(told, elsewhere, resolved, currency, late),
        _row("Q1", "cost_per_thanked", told, _thanked(place.conversations), currency),
    ]


def _redirects_row(place: Place, elsewhere: Mapping[str, np.ndarray], resolved: Count, currency: str, late: str | None) -> Row:
    sent = _sent(place.conversations)
    known = {name: count for name, count in sent.items() if name in elsewhere}
    missing = ", ".join(f"{name} ({count:,} sent there)" for name, count in sent.items() if name not in elsewhere)
    unstated = f"no unit cost is stated for {missing}" if missing else None
    variant = "cost_per_resolution_with_redirects"
    if not known:
        as_it_is = place if unstated is None or place.cost.value is None else place._replace(cost=UNKNOWN, note=unstated)
        return _row("M2", variant, as_it_is, resolved, currency, late)
    listed = ", ".join(f"{count:,} to {name}" for name, count in known.items())
    arrived = f"as if all who were sent ({listed}) had arrived and none was settled there"
    added = np.sum([count * elsewhere[name] for name, count in known.items()], axis=0)
    dearer = place._replace(cost=_plus(place.cost, added), grade="C")
    return _row("M2", variant, dearer, resolved, currency, arrived, unstated and f"{unstated}, which adds nothing", late)


def _sent(conversations: pl.DataFrame) -> dict[str, int]:
    """How many conversations the brand sent to each channel outside of the network."""
    target = pl.col("redirect").replace(PRIVATE, None).fill_null("elsewhere")
    counts = conversations.filter("is_redirected_away").group_by(target).len().sort("redirect")
    return dict(counts.iter_rows())


def _plus(cost: Estimate, added: np.ndarray) -> Estimate:
    if cost.value is None:
        return cost
    low, middle, high = (cost.value if each is None else each for each in (cost.low, cost.value, cost.high))
    return Estimate(*(float(each) for each in np.array([middle, low, high]) + added[[1, 0, 2]]))


def _row(metric_id: str, variant: str, place: Place, count: Count, currency: str, *notes: str | None) -> Row:
    labels = {"n": count.n, "denominator": count.of, "slice": place.slice, "grade": place.grade}
    told = "; ".join(filter(None, [place.note, *notes])) or None
    missing = f"no {count.of}" if not count.n else place.note if place.cost.value is None else None
    return value_row(metric_id, variant, _each(place.cost, count), currency, reason=missing or told, **labels)


def _each(cost: Estimate, count: Count) -> Estimate:
    if cost.value is None or not count.n:
        return UNKNOWN
    low, high = (cost.value if end is None else end for end in (cost.low, cost.high))
    is_exact = cost.low is None and count.fewest == count.most
    bounds = (None, None) if is_exact else (low / count.most, high / count.fewest)
    return Estimate(cost.value / count.n, *bounds)


def _thanked(conversations: pl.DataFrame) -> Count:
    return _read(_number(conversations, THANKED), _number(conversations, ANSWERED), "thanked conversations")


def _read(n: int, of: int, what: str) -> Count:
    """A count of what a rule read in `of` conversations, with the 95 % interval of its share (Wilson)."""
    low, high = wilson_interval(n, of) if of else (0.0, 0.0)
    return Count(n, of * low, of * high, what)


def _number(conversations: pl.DataFrame, holds: pl.Expr) -> int:
    return int(conversations.select(holds.sum()).item())
