"""The pieces that a page is made of: figures with their numbers, tiles, decisions."""

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

from careworth.glossary import GLOSSARY, metric_words
from careworth.readable import FEWEST_SHOWN, as_count, as_value, interval_text, too_few
from careworth.report.sparkline import sparkline
from careworth.results import Row, pick
from careworth.theme import alt
from careworth.wording import headline_response, hours_of, trend_sentence, trend_tone

ARROWS = {"better": "▲ better", "worse": "▼ worse", "flat": "●"}


class Figure(NamedTuple):
    """A chart with its heading, a line on how to read it, and the rows it was drawn from."""

    title: str
    reading: str
    spec: dict
    table: list[dict]


class Tile(NamedTuple):
    """One headline number: value, interval, trend, and of how many."""

    name: str
    value: str
    interval: str
    spark: Any
    trend: str
    tone: str
    base: str
    grade: str
    meaning: str
    formula: str


class Decision(NamedTuple):
    """Something to stop, start or continue, with the rule that says so and its evidence."""

    word: str
    what: str
    why: str


def figure(
    chart: Callable[..., alt.TopLevelMixin], values: pl.DataFrame, title: str, reading: str, rows: pl.Expr, *args, fewest: int = 1
) -> Figure | None:
    """The figure, or None when the table holds fewer than `fewest` of the `rows` that it draws."""
    known = values.filter(rows & pl.col("value").is_not_null() & ~_of_too_few())
    if known.height < fewest:
        return None
    return Figure(title, reading, chart(known, *args).to_dict(), [number_line(row) for row in known.iter_rows(named=True)])


def _of_too_few() -> pl.Expr:
    return ((pl.col("unit") == "share") & (pl.col("n") < FEWEST_SHOWN)).fill_null(False)


def number_line(row: Row) -> dict[str, str]:
    """A row of `metric_values` in words, for tables."""
    week = (
        f"week of {row['period_start']:%-d %b %Y}" if row["slice"] == "week" else row["slice"].replace("=", " ").replace("_", " ")
    )
    hidden = too_few(row)
    return {
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
    tone, entry = trend_tone(trend, better), GLOSSARY[row["metric_id"]]
    trend_words = f"{ARROWS[tone]} {'· ' if tone != 'flat' else ''}{trend_sentence(trend)}" if trend is not None else ""
    line = number_line(row)
    return Tile(
        name,
        line["value"],
        line["interval"],
        sparkline(weeks.to_dicts()),
        trend_words,
        tone,
        f"of {line['n']}",
        row["grade"],
        entry.meaning,
        entry.formula,
    )


def decisions(values: pl.DataFrame) -> list[Decision]:
    """What the numbers ask for; each rule fires on an interval, and none fires without one."""
    rules = [_stop_redirecting, _start_answering, _measure_next, _continue_thanks]
    return [decision for rule in rules if (decision := rule(values)) is not None]


def _stop_redirecting(values: pl.DataFrame) -> Decision | None:
    row = pick(values, "S6", "redirected")
    if row is None or row["low"] is None or row["low"] < 0.2:
        return None
    moved = f"{as_value(row['value'], 'share')} of {as_count(row['n'])} matters were moved ({interval_text(row)})"
    why = f"{moved}. Rule: at least a fifth for certain."
    return Decision("Stop", "Sending so many customers to another channel.", why)


def _start_answering(values: pl.DataFrame) -> Decision | None:
    row = pick(values, "S1", "ever")
    if row is None or row["high"] is None or row["high"] >= 0.95:
        return None
    never = row | {"value": 1 - row["value"], "low": 1 - row["high"], "high": 1 - row["low"]}
    share = f"{as_value(never['value'], 'share')} of {as_count(row['n'])} were never answered ({interval_text(never)})"
    why = f"{share}. Rule: fewer than 95 in 100 answered for certain."
    return Decision("Start", "Answering those who get no answer at all.", why)


def _measure_next(values: pl.DataFrame) -> Decision | None:
    swings = values.filter((pl.col("metric_id") == "M11") & pl.col("value").is_not_null()).sort("value", descending=True)
    if swings.is_empty():
        return None
    top = swings.row(0, named=True)
    name, low, high = top["slice"].split("=")[1], as_value(top["low"], "ratio"), as_value(top["high"], "ratio")
    return Decision(
        "Start", f"Measuring the {name} better.", f"It alone moves the return between {low} and {high}. Rule: the widest swing."
    )


def _continue_thanks(values: pl.DataFrame) -> Decision | None:
    trend = pick(values, "V6", "Q1.rate")
    if trend_tone(trend, "up") != "better":
        return None
    return Decision(
        "Continue",
        "What earns the thank-yous.",
        f"The Thank You Score is {trend_sentence(trend)}. Rule: the whole interval is above zero.",
    )
