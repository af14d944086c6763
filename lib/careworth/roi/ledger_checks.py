"""What a ledger's file must not say: each refusal names the line and what to do (METRICS.md C.9)."""

from collections.abc import Iterator
from contextlib import contextmanager

from careworth.errors import CareworthError
from careworth.roi.ledger_schema import BenefitLine, LedgerFile, LedgerLine, number_of
from careworth.roi.model import COST, REST, Model, total
from careworth.settings_files import shown
from careworth.strict import advice

ATTRIBUTED = (
    "attributed revenue is no gain: a rule shared it out, and it may have come anyway; "
    "write the margin that a holdout or a comparison found, as kind 'incremental_margin'"
)


@contextmanager
def about(label: str) -> Iterator[None]:
    """Puts the line's kind and name before what is refused inside."""
    try:
        yield
    except CareworthError as error:
        raise CareworthError(f"{label}: {error}") from None


def line_label(line: LedgerLine) -> str:
    """What a refusal calls the line."""
    return f"{'benefit' if isinstance(line, BenefitLine) else 'cost'} {shown(line.name)}"


def with_flows(file: LedgerFile) -> LedgerFile:
    """The same with net flows as one line of what was spent and one of what was received."""
    if file.cash_flows is None:
        return file
    if file.costs or file.benefits or file.inputs:
        raise CareworthError("cash_flows stand for all costs and benefits; give either them or [[costs]] and [[benefits]]")
    with about("cash_flows"):
        flows = [number_of(flow) for flow in file.cash_flows]
    if not any(flow < 0 for flow in flows):
        raise CareworthError("cash_flows: nothing is spent; write what is spent as a number below 0")
    spent = LedgerLine(name="spent", amounts=[max(-flow, 0.0) for flow in flows])
    received = BenefitLine(name="received", amounts=[max(flow, 0.0) for flow in flows])
    return file.model_copy(update={"costs": [spent], "benefits": [received]})


def require_whole(file: LedgerFile) -> None:
    """Refuse a ledger without costs or benefits, with a name twice, or with impossible dates."""
    for lines, word in ((file.costs, "cost"), (file.benefits, "benefit")):
        if not lines:
            raise CareworthError(f"no [[{word}s]]; a return takes what was spent and what came back")
    names = [line.name for line in [*file.costs, *file.benefits]]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CareworthError(f"line {shown(twice[0])} is there twice; give each a name of its own, or add them up")
    if (file.start is None) != (file.end is None) or (file.start and file.end and file.start >= file.end):
        raise CareworthError("start and end belong together, end the first day no longer counted; give both, in order")


def require_possible(file: LedgerFile, line: LedgerLine) -> None:
    """Refuse a line that says nothing, or too much, or is of another currency or time than the ledger (METRICS.md C.9)."""
    if isinstance(line, BenefitLine) and line.kind == "attributed":
        raise CareworthError(ATTRIBUTED)
    if (line.amounts is None) == (line.product is None):
        raise CareworthError("need either amounts or a product; give one of them")
    if line.amounts is not None and line.spread is not None:
        raise CareworthError("spread belongs to a product; amounts say by themselves what falls in which period")
    if line.product is not None and line.grade:
        raise CareworthError("a product is known as well as its worst input; give grades to the inputs")
    if line.amounts == [] or line.product == []:
        raise CareworthError("an empty list; fill it in, or take the line out")
    _require_currency(file, line)
    _require_same_time(file, line)


def _require_currency(file: LedgerFile, line: LedgerLine) -> None:
    if line.currency not in (None, file.currency, *file.rates):
        raise CareworthError(
            f"in {line.currency}, the ledger in {file.currency}; write it in {file.currency}, "
            f"or add [rates.{line.currency}] with value and date"
        )


def _require_same_time(file: LedgerFile, line: LedgerLine) -> None:
    if line.start is None and line.end is None:
        return
    if file.start is None or file.end is None:
        raise CareworthError("has dates and the ledger has none; give the ledger its start and end")
    start, end = line.start or file.start, line.end or file.end
    if start >= file.end or end <= file.start:
        raise CareworthError(f"{start} to {end} lies outside the ledger's {file.start} to {file.end}; take it out")
    if (start, end) != (file.start, file.end):
        raise CareworthError(f"covers {start} to {end}, the ledger {file.start} to {file.end}; bring all to the same time")


def require_used(file: LedgerFile, model: Model) -> None:
    """Refuse an input that no line uses, and a correlation of one that there is not."""
    used = {factor.removeprefix(REST) for line in model.lines for factor in line.factors}
    if idle := sorted(set(file.inputs) - used):
        raise CareworthError(f"input {shown(idle[0])} is in no product; use it, or take it out")
    for pair in file.correlations:
        if unknown := sorted({pair.first, pair.second} - used):
            told = f"correlation of {shown(pair.first)} with {shown(pair.second)}"
            raise CareworthError(f"{told}: no input {advice(unknown[0], list(used))}")


def require_cost(model: Model) -> None:
    """Refuse a ledger that is not expected to cost anything."""
    cost = float(total(model, COST, model.means()))
    if cost <= 0:
        raise CareworthError(f"the costs come to {cost:g}; a return needs what was spent, a number above 0")
