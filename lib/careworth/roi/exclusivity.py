"""The ledger in which nothing counts twice: what may be a gain at all, and who keeps what two lines claim (METRICS.md C.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from careworth.errors import CareworthError
from careworth.roi.distributions import Fixed
from careworth.roi.gains import MECHANISMS
from careworth.roi.model import COST, GAIN, REST, Input, Line, Model
from careworth.roi.rungs import AGAIN, AVOIDED, CAUSED
from careworth.roi.served import DESTINATIONS
from careworth.targets import NO_GAIN

#: The gains that come of a contact less or a shorter one; the others come of what a person buys.
OF_CONTACTS = ("avoided_contacts", "productivity")


@dataclass(frozen=True)
class Kept:
    """What a line counts once all that lines before it count is taken away."""

    line: Line
    contacts: frozenset[str]
    persons: frozenset[str]


def check_ledger(model: Model, order: Sequence[str] = DESTINATIONS) -> Model:
    """The same model with each contact and each person's days counted once, its inputs and lines in order of their names.

    A contact that two lines claim stays with the first: avoided contacts before shorter ones, the destinations in `order`,
    then the better grade, then the name. So do the days of a person that two lines of sales claim. The other line counts
    what is left to it; a line that is left nothing is no longer there.

    Raises
    ------
    CareworthError
        If a line is no gain (attributed revenue, a satisfaction, a cost), differs from the others in currency or period, or
        takes a cost off twice. The message names the line.
    """
    require_one_ledger(model)
    gains = [line for line in _by_name(model.lines) if line.side == GAIN]
    for line in gains:
        _require_gain(line, model)
    _require_told_apart(gains)
    kept = _each_once(sorted(gains, key=lambda line: (*_rank(line, order), model.grade(line), line.name)))
    shrunk = [_shrunk(each, kept) for each in kept]
    lines = [line for line in model.lines if line.side == COST] + [line for _, line in shrunk]
    inputs = [*model.inputs, *(share for shares, _ in shrunk for share in shares)]
    used = {_plain(factor) for line in lines for factor in line.factors}
    return replace(model, inputs=_by_name(each for each in inputs if each.name in used), lines=_by_name(lines))


def require_one_ledger(model: Model) -> None:
    """Refuse lines of another currency or period than the first by name (METRICS.md C.9, 10).

    Raises
    ------
    CareworthError
        It names both lines.
    """
    lines = _by_name(model.lines)
    for line in lines[1:]:
        first = lines[0]
        if line.currency != first.currency:
            found = f"line {line.name!r} is in {line.currency} and line {first.name!r} in {first.currency}"
            raise CareworthError(f"{found}; convert one at a dated rate")
        if (line.start, line.end) != (first.start, first.end):
            found = f"line {line.name!r} is of {line.start} to {line.end} and line {first.name!r} of {first.start} to {first.end}"
            raise CareworthError(f"{found}; costs and gains are those of the same days")


def _require_gain(line: Line, model: Model) -> None:
    """Refuse what is no gain (4, 6), takes the cost of care off again (7), or leaves in those who called all the same (2)."""
    mechanism = "attributed" if line.metric_id == "M5" else line.mechanism
    if mechanism in NO_GAIN:
        raise CareworthError(f"gain {line.name!r}: {NO_GAIN[mechanism]}")
    if MECHANISMS.get(line.mechanism) != line.metric_id:
        pairs = ", ".join(f"{mechanism} ({metric_id})" for mechanism, metric_id in MECHANISMS.items())
        raise CareworthError(f"gain {line.name!r}: {line.mechanism} ({line.metric_id}) is no gain; choose from {pairs}")
    costs = {_plain(factor): each.name for each in model.lines if each.side == COST for factor in each.factors}
    if line.mechanism == "avoided_contacts" and (twice := sorted(costs.keys() & set(map(_plain, line.factors)))):
        raise CareworthError(
            f"gain {line.name!r}: {twice[0]!r} is the cost line {costs[twice[0]]!r} already; it counts there alone"
        )
    if line.name.startswith(f"{AVOIDED}: ") and not any(factor.startswith(REST + AGAIN) for factor in line.factors):
        raise CareworthError(f"gain {line.name!r}: those who called all the same are in it; multiply by '{REST}{AGAIN}'")


def _require_told_apart(gains: list[Line]) -> None:
    """Refuse two lines of one kind of gain of which only one names its contacts or persons: they cannot be compared."""
    sales = ("incremental_margin", "retention")
    counted = [line for line in gains if line.mechanism != "stated" and not line.name.startswith(CAUSED)]
    for one, other in combinations(counted, 2):
        alike = one.mechanism == other.mechanism or {one.mechanism, other.mechanism} <= set(sales)
        comparable = (one.contacts and other.contacts) or (one.persons and other.persons)
        if alike and not comparable and _same_days(one, other):
            both = f"gains {one.name!r} and {other.name!r}"
            raise CareworthError(f"{both} may count the same twice, and nothing tells them apart; keep the better one")


def _rank(line: Line, order: Sequence[str]) -> tuple[int, bool, int]:
    destination = line.name.removeprefix(f"{AVOIDED}: ")
    place = order.index(destination) if destination in order else len(order)
    # What is taken off comes last: a contact that was spared was not caused.
    return list(MECHANISMS).index(line.mechanism), line.name.startswith(CAUSED), place


def _each_once(ranked: Iterable[Line]) -> list[Kept]:
    kept: list[Kept] = []
    for line in ranked:
        contacts = line.contacts.difference(*(each.contacts for each in kept))
        persons = line.persons.difference(*(each.persons for each in kept if _same_days(each.line, line)))
        if not (line.contacts and not contacts) and not (line.persons and not persons):
            kept.append(Kept(line, contacts, persons))
    return kept


def _same_days(one: Line, other: Line) -> bool:
    """Whether both count what a person did in the same days: contacts with contacts, sales with sales."""
    alike = (one.mechanism in OF_CONTACTS) == (other.mechanism in OF_CONTACTS)
    return alike and one.window_days[0] < other.window_days[1] and other.window_days[0] < one.window_days[1]


def _shrunk(kept: Kept, every: Iterable[Kept]) -> tuple[list[Input], Line]:
    line, inputs = kept.line, []
    for what, all_of, left in (("contacts", line.contacts, kept.contacts), ("persons", line.persons, kept.persons)):
        if len(left) < len(all_of):
            takers = [each.line.name for each in every if getattr(each, what) & (all_of - left) and each.line.name != line.name]
            source = f"{len(all_of) - len(left):,} of {len(all_of):,} {what} are counted by {', '.join(sorted(takers))}"
            share = Fixed(len(left) / len(all_of))
            inputs.append(Input(f"{line.name}: share of {what} counted here", "share", share, "A", source, len(all_of), what))
    factors = (*line.factors, *(each.name for each in inputs))
    return inputs, replace(line, factors=factors, contacts=kept.contacts, persons=kept.persons)


def _plain(factor: str) -> str:
    return factor.removeprefix(REST)


def _by_name(named: Iterable) -> tuple:
    return tuple(sorted(named, key=lambda each: each.name))
