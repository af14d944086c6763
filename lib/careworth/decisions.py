"""What to stop, start and continue (R147, R161): each line names the rule that fired and the number that fired it.

Rules look at intervals, never at points, and are few, so that a reader can argue with each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from careworth.results import Row, pick, value_row
from careworth.stats import Estimate

STOP, START, CONTINUE = "stop", "start", "continue"

Test = Callable[[Estimate], bool]


@dataclass(frozen=True)
class Rule:
    """A rule: what to do where its number is surely beyond a line.

    Attributes
    ----------
    name, action : str
        Name of the row; stop, start or continue.
    what, line : str
        What to do, as a sentence, and the line in words.
    evidence : str
        The number that it looks at, as metric.variant.
    fires : callable
        True of an estimate that is surely beyond the line.
    """

    name: str
    action: str
    what: str
    line: str
    evidence: str
    fires: Test


def surely_above(line: float) -> Test:
    """True of an estimate whose whole interval lies above `line`; a complete count is its own interval."""
    return lambda estimate: (estimate.low if estimate.low is not None else estimate.value) > line


def surely_below(line: float) -> Test:
    """True of an estimate whose whole interval lies below `line`."""
    return lambda estimate: (estimate.high if estimate.high is not None else estimate.value) < line


PAYS = "M9.probability_positive"

#: The rules, the most pressing first; the lines are conventions, printed with each decision.
RULES = (
    Rule("asks_for_data", STOP, "Asking for personal data in public.", "not once", "Q8.brand_requests", surely_above(0)),
    Rule("loses", STOP, "Or change the programme.", "a chance of gain below one in ten", PAYS, surely_below(0.1)),
    Rule("sends_away", STOP, "Sending customers to other channels.", "at most one in ten", "S12.hard", surely_above(0.1)),
    Rule("ignores", START, "Answering those who get no answer at all.", "95 in 100 answered", "S1.ever", surely_below(0.95)),
    Rule("breaks_promises", START, "Keeping promises of speed.", "80 in 100 kept", "S4.attainment", surely_below(0.8)),
    Rule("reopens", START, "Finding out why matters come back.", "at most one in ten", "S9.rate", surely_above(0.1)),
    Rule(
        "tone_worsens", START, "Looking for what angers customers.", "no rise by week", "V6.V5.opening_negative", surely_above(0)
    ),
    Rule("gets_slower", START, "Adding hands or hours.", "no longer wait by week", "V6.S2.median", surely_above(0)),
    Rule("pays", CONTINUE, "The programme.", "a chance of gain above nine in ten", PAYS, surely_above(0.9)),
    Rule("thanks_grow", CONTINUE, "What earns the thank-yous.", "a rise by week", "V6.Q1.rate", surely_above(0)),
    Rule("gets_faster", CONTINUE, "What makes the wait shorter.", "a shorter wait by week", "V6.S2.median", surely_below(0)),
)

#: Hours of the week with fewer cases say nothing; so many of the slowest are named.
FEWEST_CASES, SLOWEST = 20, 3

#: What a verdict on a goal asks for.
GOALS = {
    "met": (CONTINUE, "What reached the goal."),
    "not met": (START, "A review of the goal that was missed."),
    "not yet distinguishable": (CONTINUE, "Measuring: the target is still within the interval."),
}


def decision_rows(values: pl.DataFrame) -> list[Row]:
    """P8: a row for each rule that fired, with slice `action=stop`, `start` or `continue`, and the number that fired it.

    The reason is what to do, the rule, and in brackets the metric and variant of the number, and its slice.
    """
    fired = [_fired(rule, pick(values, *rule.evidence.split(".", 1))) for rule in RULES]
    return [*filter(None, fired), *_slow_hours(values), *_measure_next(values), *_goals(values)]


def _fired(rule: Rule, row: Row | None) -> Row | None:
    if row is None or row["value"] is None or not rule.fires(Estimate(row["value"], row["low"], row["high"])):
        return None
    return _row(rule.name, rule.action, rule.what, rule.line, rule.evidence, row)


def _row(name: str, action: str, what: str, line: str, evidence: str, row: Row) -> Row:
    estimate = Estimate(row["value"], row["low"], row["high"])
    labels = {"n": row["n"], "denominator": row["denominator"], "grade": row["grade"], "slice": f"action={action}"}
    return value_row("P8", name, estimate, row["unit"], reason=f"{what} Rule: {line} ({evidence})", **labels)


def _slow_hours(values: pl.DataFrame) -> Iterator[Row]:
    whole = pick(values, "S18", "within_15min")
    if whole is None or whole["low"] is None:
        return
    hours = values.filter(pl.col("metric_id") == "S18", pl.col("slice").str.starts_with("hour="), pl.col("n") >= FEWEST_CASES)
    slow = hours.filter(pl.col("high") < whole["low"]).sort("value", "slice").head(SLOWEST)
    if slow.height:
        what = f"Staffing {', '.join(slow['slice'].str.strip_prefix('hour='))}."
        line = "hours that are surely slower than the whole"
        top = slow.row(0, named=True)
        yield _row("slow_hours", START, what, line, f"S18.within_15min, {top['slice']}", top)


def _measure_next(values: pl.DataFrame) -> Iterator[Row]:
    swings = values.filter((pl.col("metric_id") == "M11") & pl.col("value").is_not_null()).sort("value", descending=True)
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


def follow_through_rows(previous: pl.DataFrame, values: pl.DataFrame) -> list[Row]:
    """P8 with slice `since`: for each decision of the previous report its number now, and how it moved since."""
    before = previous.filter(pl.col("metric_id") == "P8", pl.col("slice").str.starts_with("action="))
    return [_followed(row, values) for row in before.iter_rows(named=True)]


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
