"""What to stop, start and continue (R147, R161): each line names the rule that fired and the number that fired it.

Rules look at intervals, never at points, and are few, so that a reader can argue with each. They recommend; people decide.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from careworth.results import Row, pick, value_row
from careworth.stats import Estimate
from careworth.targets import Decided, Decisions

STOP, START, CONTINUE = "stop", "start", "continue"

Test = Callable[[Estimate, float], bool]


@dataclass(frozen=True)
class Rule:
    """A rule: what to do where its number is surely beyond a line.

    Attributes
    ----------
    name, action : str
        Name of the row; stop, start or continue.
    what, line : str
        What to do, as a sentence, and the line in words, with {hundred} where the workspace sets it.
    evidence : str
        The number that it looks at, as metric.variant.
    fires : callable
        True of an estimate and a line that it is surely beyond.
    """

    name: str
    action: str
    what: str
    line: str
    evidence: str
    fires: Test


def surely_above(estimate: Estimate, line: float) -> bool:
    """True of an estimate whose whole interval lies above `line`; a complete count is its own interval."""
    return (estimate.low if estimate.low is not None else estimate.value) > line


def surely_below(estimate: Estimate, line: float) -> bool:
    """True of an estimate whose whole interval lies below `line`."""
    return (estimate.high if estimate.high is not None else estimate.value) < line


PAYS = "M9.probability_positive"

#: The rules, the most pressing first; the lines are conventions that a workspace may set, printed with each decision.
#: Where it sets none, the line is at nothing: any request for personal data, any rise, any fall.
RULES = (
    Rule("asks_for_data", STOP, "Asking for personal data in public.", "not once", "Q8.brand_requests", surely_above),
    Rule("loses", STOP, "Or change the programme.", "a chance of gain below {hundred} in 100", PAYS, surely_below),
    Rule("sends_away", STOP, "Sending customers to other channels.", "at most {hundred} in 100", "S12.hard", surely_above),
    Rule("ignores", START, "Answering those who get no answer at all.", "{hundred} in 100 answered", "S1.ever", surely_below),
    Rule("breaks_promises", START, "Keeping promises of speed.", "{hundred} in 100 kept", "S4.attainment", surely_below),
    Rule("reopens", START, "Finding out why matters come back.", "at most {hundred} in 100", "S9.rate", surely_above),
    Rule("tone_worsens", START, "Looking for what angers customers.", "no rise by week", "V6.V5.opening_negative", surely_above),
    Rule("gets_slower", START, "Adding hands or hours.", "no longer wait by week", "V6.S2.median", surely_above),
    Rule("pays", CONTINUE, "The programme.", "a chance of gain above {hundred} in 100", PAYS, surely_above),
    Rule("thanks_grow", CONTINUE, "What earns the thank-yous.", "a rise by week", "V6.Q1.rate", surely_above),
    Rule("gets_faster", CONTINUE, "What makes the wait shorter.", "a shorter wait by week", "V6.S2.median", surely_below),
)

#: What a verdict on a goal asks for.
GOALS = {
    "met": (CONTINUE, "What reached the goal."),
    "not met": (START, "A review of the goal that was missed."),
    "not yet distinguishable": (CONTINUE, "Measuring: the target is still within the interval."),
}


def decision_rows(values: pl.DataFrame, settings: Decisions | None = None) -> list[Row]:
    """P8: a row for each rule that fired, with slice `action=stop`, `start` or `continue`, and the number that fired it.

    The reason is what to do, the rule, and in brackets the metric and variant of the number, and its slice. `settings` are the
    workspace's lines; the usual ones where it is left out.
    """
    lines = settings or Decisions()
    fired = [_fired(rule, pick(values, *rule.evidence.split(".", 1)), lines) for rule in RULES]
    rows = [*filter(None, fired), *_slow_hours(values, lines), *_measure_next(values), *_goals(values)]
    return [row for row in rows if row["variant"] not in lines.left_out]


def _fired(rule: Rule, row: Row | None, lines: Decisions) -> Row | None:
    line = getattr(lines, rule.name, 0.0)
    if row is None or row["value"] is None or not rule.fires(Estimate(row["value"], row["low"], row["high"]), line):
        return None
    return _row(rule.name, rule.action, rule.what, rule.line.format(hundred=f"{100 * line:g}"), rule.evidence, row)


def _row(name: str, action: str, what: str, line: str, evidence: str, row: Row) -> Row:
    estimate = Estimate(row["value"], row["low"], row["high"])
    labels = {"n": row["n"], "denominator": row["denominator"], "grade": row["grade"], "slice": f"action={action}"}
    return value_row("P8", name, estimate, row["unit"], reason=f"{what} Rule: {line} ({evidence})", **labels)


def _slow_hours(values: pl.DataFrame, lines: Decisions) -> Iterator[Row]:
    is_whole = (pl.col("metric_id") == "S18") & (pl.col("slice") == "all") & pl.col("variant").str.starts_with("within_")
    whole = next(values.filter(is_whole).iter_rows(named=True), None)
    if whole is None or whole["low"] is None:
        return
    is_hour = (pl.col("metric_id") == "S18") & pl.col("slice").str.starts_with("hour=")
    hours = values.filter(is_hour, pl.col("n") >= lines.fewest_cases)  # few cases in an hour say nothing of it
    slow = hours.filter(pl.col("high") < whole["low"]).sort("value", "slice").head(lines.slowest_hours)
    if slow.height:
        what = f"Staffing {', '.join(slow['slice'].str.strip_prefix('hour='))}."
        line = "hours that are surely slower than the whole"
        top = slow.row(0, named=True)
        yield _row("slow_hours", START, what, line, f"S18.{top['variant']}, {top['slice']}", top)


def _measure_next(values: pl.DataFrame) -> Iterator[Row]:
    swings = values.filter(pl.col("value").is_not_null(), metric_id="M11", variant="swing").sort("value", descending=True)
    if swings.height:
        top = swings.row(0, named=True)
        what = f"Measuring the {top['slice'].split('=')[1]} better."
        yield _row(
            "measure_next", START, what, "the input that moves the return most", f"M11.{top['variant']}, {top['slice']}", top
        )


def _goals(values: pl.DataFrame) -> Iterator[Row]:
    for row in values.filter(metric_id="E10", slice="value").iter_rows(named=True):
        verdict = row["reason"]  # a goal that was set after the start is shown and decides nothing
        if verdict in GOALS and row["value"] is not None:
            action, what = GOALS[verdict]
            yield _row(f"goal_{row['variant']}", action, what, f"the goal is {verdict}", row["variant"], row)


def decided_rows(recommended: list[Row], decided: Sequence[Decided]) -> list[Row]:
    """P8 with slice `decided`: what people decided, with the number of the recommendation where a rule made one.

    The reason is when it was decided, by whom, and what; of several decisions on one recommendation, the last.
    """
    numbers = {row["variant"]: row for row in recommended if row["slice"].startswith("action=")}
    last = {each.rule: each for each in sorted(decided, key=lambda each: each.on)}
    return [_decided(each, numbers.get(name)) for name, each in last.items()]


def _decided(one: Decided, number: Row | None) -> Row:
    told = f"decided on {one.on}{f' by {one.by}' if one.by else ''}: {one.decision.strip().rstrip('.')}"
    if number is None:
        reason = f"{told}; no rule recommends it in this report"
        return value_row("P8", one.rule, None, "unknown", slice="decided", reason=reason)
    return number | {"slice": "decided", "reason": told}


def follow_through_rows(previous: pl.DataFrame, values: pl.DataFrame) -> list[Row]:
    """P8 with slice `since`: for each decision of the previous report its number now, how it moved, and what people decided."""
    decisions = previous.filter(metric_id="P8")
    before = decisions.filter(pl.col("slice").str.starts_with("action="))
    told = dict(decisions.filter(slice="decided").select("variant", "reason").iter_rows())
    return [_with_decision(_followed(row, values), told.get(row["variant"])) for row in before.iter_rows(named=True)]


def _with_decision(row: Row, told: str | None) -> Row:
    return row | {"reason": f"{row['reason']}; {told or 'no decision was written down'}"}


def _followed(decision: Row, values: pl.DataFrame) -> Row:
    evidence = decision["reason"].rsplit("(", 1)[-1].rstrip(")")
    named, _, part = evidence.partition(", ")
    now = pick(values, *named.split(".", 1), part or "all") if "." in named else None
    name, action = f"since_{decision['variant']}", decision["slice"].removeprefix("action=")
    then = f"{action}: then {decision['value']:.3g}"
    if now is None or now["value"] is None:
        return value_row("P8", name, None, decision["unit"], slice="since", reason=f"{then}, not measured now ({evidence})")
    estimate = Estimate(now["value"], now["low"], now["high"])
    labels = {"n": now["n"], "denominator": now["denominator"], "grade": now["grade"], "slice": "since"}
    reason = f"{then}, now {now['value']:.3g}: {_moved(decision, now)} ({evidence})"
    return value_row("P8", name, estimate, now["unit"], reason=reason, **labels)


def _moved(then: Row, now: Row) -> str:
    if None in (then["low"], then["high"], now["low"], now["high"]):
        return "no interval to compare by"
    if now["low"] > then["high"]:
        return "surely higher"
    return "surely lower" if now["high"] < then["low"] else "not distinguishable from then"
