"""The pieces that a page is made of: figures with their numbers, tiles, decisions."""

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl
from markupsafe import Markup

from careworth.readable import FEWEST_SHOWN, as_count, as_value, interval_text, too_few
from careworth.registry import METRICS, metric_words
from careworth.report.explanations import key_of, rule_row, told
from careworth.report.sparkline import sparkline
from careworth.results import Row, pick
from careworth.theme import alt
from careworth.wording import headline_response, hours_of, trend_sentence, trend_tone
from careworth.wording.alternatives import alternative_text

ARROWS = {"better": "▲ better", "worse": "▼ worse", "flat": "●"}


class Figure(NamedTuple):
    """A chart with what it shows as its heading, a line on how to read it, the rows it was drawn from, and what it is about.

    A wide one takes the whole width of the page; others may stand side by side.
    """

    title: str
    reading: str
    spec: dict
    table: list[dict]
    topic: str = ""
    is_wide: bool = False
    alternative: str = ""


class Tile(NamedTuple):
    """One headline number: value, interval, trend, and of how many."""

    name: str
    value: str
    interval: str
    spark: Any
    trend: str
    tone: str
    goal: str
    base: str
    grade: str
    meaning: str
    formula: str
    metric_id: str
    told: Markup


class Decision(NamedTuple):
    """Something to stop, start or continue, with the rule that says so, its evidence, what people decided, and its number."""

    word: str
    what: str
    why: str
    decided: str
    row: Row


def figure(
    chart: Callable[..., alt.TopLevelMixin],
    values: pl.DataFrame,
    topic: str,
    reading: str,
    rows: pl.Expr,
    *args,
    fewest: int = 1,
    finding: str = "",
    is_wide: bool = False,
) -> Figure | None:
    """The figure, or None when the table holds fewer than `fewest` of the `rows` that it draws.

    Its heading is what it shows, the `finding`; where there is nothing clear to say, what it is about.
    """
    known = values.filter(rows & pl.col("value").is_not_null() & ~of_too_few())
    if known.height < fewest:
        return None
    table = [number_line(row) for row in known.iter_rows(named=True)]
    title, about = finding or topic, topic if finding else ""
    alternative = alternative_text(title, about, known.to_dicts())
    return Figure(title, reading, chart(known, *args).to_dict(validate=False), table, about, is_wide, alternative)


def present(*figures: Figure | None) -> list[Figure]:
    """Those of the figures that there are."""
    return [each for each in figures if each is not None]


def metric(metric_id: str, *variants: str, slice: str = "all") -> pl.Expr:
    """True for the rows of a metric; `slice` is exact, or with `=` at its end a beginning."""
    sliced = pl.col("slice").str.starts_with(slice) if slice.endswith("=") else pl.col("slice") == slice
    wanted = pl.col("variant").is_in(variants) if variants else pl.lit(True)
    return (pl.col("metric_id") == metric_id) & sliced & wanted


def of_too_few() -> pl.Expr:
    """True for shares of too few cases to show."""
    return ((pl.col("unit") == "share") & (pl.col("n") < FEWEST_SHOWN)).fill_null(False)


def number_line(row: Row) -> dict[str, str]:
    """A row of `metric_values` in words, for tables."""
    week = (
        f"week of {row['period_start']:%-d %b %Y}" if row["slice"] == "week" else row["slice"].replace("=", " ").replace("_", " ")
    )
    hidden = too_few(row)
    return {
        "key": key_of(row),
        "metric": metric_words(row["metric_id"], row["variant"]),
        "slice": "" if row["slice"] == "all" else week,
        "value": "too few to show" if hidden else as_value(row["value"], row["unit"]),
        "interval": "" if hidden else interval_text(row),
        "n": "" if row["n"] is None else f"{as_count(row['n'])} {row['denominator'] or ''}".strip(),
        "grade": row["grade"],
        "reason": row["reason"] or "",
    }


def tiles(values: pl.DataFrame) -> list[Tile]:
    """The five headline numbers that this campaign has."""
    response = headline_response(values)
    answered = f"Answered within {hours_of(response)}" if response else ""
    wanted = [
        ("Thank You Score", pick(values, "Q1", "rate"), "up"),
        ("First response", pick(values, "S2", "median"), "down"),
        (answered, response, "up"),
        ("Resolved here", pick(values, "S6", "resolved"), "up"),
        ("Cost per resolution", pick(values, "M2", "cost_per_resolution"), "down"),
        ("Moved to another channel", pick(values, "S6", "redirected"), "down"),
    ]
    return [_tile(values, name, row, better) for name, row, better in wanted if row is not None and row["value"] is not None][:5]


def _tile(values: pl.DataFrame, name: str, row: Row, better: str) -> Tile:
    trend = pick(values, "V6", f"{row['metric_id']}.{row['variant']}")
    weeks = values.filter(metric_id=row["metric_id"], variant=row["variant"], slice="week").sort("period_start")
    tone, entry = trend_tone(trend, better), METRICS[row["metric_id"]]
    trend_words = f"{ARROWS[tone]} {'· ' if tone != 'flat' else ''}{trend_sentence(trend)}" if trend is not None else ""
    line = number_line(row)
    return Tile(
        name,
        line["value"],
        line["interval"],
        sparkline(weeks.to_dicts()),
        trend_words,
        tone,
        _goal_text(values, f"{row['metric_id']}.{row['variant']}"),
        f"of {line['n']}",
        row["grade"],
        entry.meaning,
        entry.formula,
        entry.id,
        told(row),
    )


def _goal_text(values: pl.DataFrame, goal: str) -> str:
    """The goal of a number and whether it was met; empty without one."""
    measured, target = pick(values, "E10", goal, "value"), pick(values, "E10", goal, "target")
    if target is None or target["value"] is None:
        return ""
    verdict = measured["reason"].split("; ")[0] if measured is not None and measured["value"] is not None else "not measured"
    return f"goal {as_value(target['value'], target['unit'])}: {verdict}"


#: So many decisions fit into a reader's mind.
MOST_DECISIONS = 6


def decisions(values: pl.DataFrame) -> list[Decision]:
    """What the numbers ask for: the rules that fired, each with its number; goals have boxes of their own."""
    decided = _decided(values)
    return [_decision(row, decided.get(row["variant"], "")) for row in _shown(values).iter_rows(named=True)]


def _shown(values: pl.DataFrame) -> pl.DataFrame:
    by_goal = pl.col("variant").str.starts_with("goal_")
    fired = values.filter(pl.col("metric_id") == "P8", pl.col("slice").str.starts_with("action="), ~by_goal)
    order = {action: number for number, action in enumerate(("stop", "start", "continue"))}
    action = pl.col("slice").str.strip_prefix("action=").replace_strict(order, default=9)
    return fired.sort(action, "variant").head(MOST_DECISIONS)


def _decided(values: pl.DataFrame) -> dict[str, str]:
    return dict(values.filter(metric_id="P8", slice="decided").sort("variant").select("variant", "reason").iter_rows())


def _decision(row: Row, decided: str) -> Decision:
    what, rule = row["reason"].split(" Rule: ", 1)
    why = f"{_number(row)}. Rule: {rule.rsplit(' (', 1)[0]}."
    return Decision(row["slice"].removeprefix("action=").capitalize(), what, why, decided, rule_row(row))


def decided_otherwise(values: pl.DataFrame) -> list[str]:
    """What people decided on goals, and on what no rule recommends here, a sentence each."""
    shown = set(_shown(values)["variant"])
    return [f"{name.replace('_', ' ')}: {told}" for name, told in _decided(values).items() if name not in shown]


def _number(row: Row) -> str:
    line = number_line(row)
    if row["variant"] == "measure_next":
        return f"It alone moves the return between {as_value(row['low'], row['unit'])} and {as_value(row['high'], row['unit'])}"
    if row["unit"] == "count":
        return f"{line['value']} in {line['n']}"
    return f"{line['value']} ({line['interval']})" if line["interval"] else line["value"]


def followed(values: pl.DataFrame) -> list[str]:
    """What became of the decisions of the previous report, a sentence each."""
    return values.filter(metric_id="P8", slice="since").sort("variant")["reason"].to_list()
