"""What a number answers when it is asked: of how many, how sure, its grade, and the definition it follows."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import polars as pl
from markupsafe import Markup, escape

from careworth.readable import as_count, as_value, interval_text, too_few
from careworth.registry import METRICS, sentence_of
from careworth.results import Row, pick
from careworth.wording.money_findings import CARE, assumed_sentence, attributed_sentence
from careworth.wording.returns import ASIDES

#: Sentences beside the headline, each with the number that it is about.
ASIDE_NUMBERS = {"M9.gains basis=assumed": assumed_sentence, f"M5.linear {CARE}": attributed_sentence} | ASIDES


class Entry(NamedTuple):
    """A metric in the glossary of a page: what it means, how it is worked out, what to beware of, and whose definition it is."""

    id: str
    name: str
    meaning: str
    formula: str
    caveat: str
    known_as: Sequence[str]
    source: str


def glossary(values: pl.DataFrame) -> dict[str, Entry]:
    """The entry of each metric that the table has a row of, in the order of the registry: each text once for a whole page."""
    found = set(values["metric_id"])
    return {key: _entry(key) for key in METRICS if key in found}


def _entry(key: str) -> Entry:
    metric = METRICS[key]
    source = f"version {metric.version} in our registry, after {_listed(metric.sources)} of METRICS.md"
    return Entry(metric.id, metric.name, metric.meaning, metric.formula, metric.caveat, list(metric.known_as), source)


def number_sentences(values: pl.DataFrame) -> dict[str, str]:
    """What each number of the table counts, in a sentence, by metric and variant; without those of which nothing is known."""
    known = values.filter(pl.col("value").is_not_null(), pl.col("metric_id").is_in(list(METRICS)))
    keys = known.select("metric_id", "variant").unique().sort("metric_id", "variant").rows()
    told = {f"{key}.{variant}": sentence_of(METRICS[key], variant) for key, variant in keys}
    return {key: sentence for key, sentence in told.items() if sentence}


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def key_of(row: Row) -> str:
    """The metric and variant of a row, as a page names them.

    Examples
    --------
    >>> key_of({"metric_id": "S2", "variant": "p90"})
    'S2.p90'
    """
    return f"{row['metric_id']}.{row['variant']}"


def told(row: Row) -> Markup:
    """What the page needs to explain this number, as attributes of the element that shows it.

    Examples
    --------
    >>> row = {"metric_id": "Q1", "variant": "rate", "low": 0.17, "high": 0.2, "unit": "share", "n": 212}
    >>> told(row | {"denominator": "answered conversations", "grade": "B"})
    Markup('data-key="Q1.rate" data-interval="95 % interval 17.0 – 20 %" data-of="212 answered conversations" data-grade="B"')
    """
    of = "" if row["n"] is None else f"{as_count(row['n'])} {row['denominator'] or ''}".strip()
    words = {"key": key_of(row), "interval": "" if too_few(row) else interval_text(row), "of": of, "grade": row["grade"]}
    return Markup(" ").join(Markup('data-{}="{}"').format(name, word) for name, word in words.items() if word)


def asked_in(text: str, rows: Sequence[Row]) -> Markup:
    """The text, escaped, in which the first mention of each row's number can be asked; one that it does not name is passed over.

    Examples
    --------
    >>> row = {"metric_id": "A1", "variant": "followers", "value": 12, "unit": "count", "low": None, "high": None}
    >>> asked_in("112 < 12 followers", [row | {"n": None, "denominator": None, "grade": "A"}])
    Markup('112 &lt; <span data-key="A1.followers" data-grade="A">12</span> followers')
    """
    places = [(place.span(), row) for row in rows if (place := _mention(text, row))]
    shown, end = Markup(""), 0
    for (first, last), row in sorted(places, key=lambda each: each[0]):
        if first >= end:
            number = Markup("<span {}>{}</span>").format(told(row), text[first:last])
            shown, end = shown + text[end:first] + number, last
    return shown + escape(text[end:])


def _mention(text: str, row: Row) -> re.Match | None:
    if row["value"] is None:
        return None
    full = as_value(row["value"], row["unit"])
    ways = [full, full.lstrip("+\u2212"), *([f"{round(100 * row['value'])} in 100"] if row["unit"] == "share" else [])]
    found = (re.search(rf"(?<![\d.,+\-\u2212]){re.escape(way)}(?![\d.,]\d|\d)", text) for way in ways)
    return next((place for place in found if place), None)


def asking(values: pl.DataFrame) -> Callable[..., Markup]:
    """A function from a text and names, such as "M9.roi" or "M6.assist channel=seo", to the text whose numbers can be asked."""
    return lambda text, *names: asked_in(text, [row for row in (_named(values, name) for name in names) if row])


def asked_asides(values: pl.DataFrame) -> list[Markup]:
    """What is told beside the headline, a sentence each, whose numbers can be asked."""
    ask = asking(values)
    return [ask(said, name) for name, tell in ASIDE_NUMBERS.items() if (said := tell(values))]


def _named(values: pl.DataFrame, name: str) -> Row | None:
    key, _, slice = name.partition(" ")
    metric_id, _, variant = key.partition(".")
    return pick(values, metric_id, variant, slice or "all")


def rule_row(row: Row) -> Row:
    """The row of a decision as that of the number which its rule looked at; as it is where the rule does not name one.

    Examples
    --------
    >>> reason = "Asking in public. Rule: not once (Q8.brand_requests)"
    >>> key_of(rule_row({"metric_id": "P8", "variant": "asks_for_data", "reason": reason}))
    'Q8.brand_requests'
    """
    named = re.search(r"\((\w+)\.([^,()\s]+)(?:, .*)?\)$", row["reason"] or "")
    return row | {"metric_id": named[1], "variant": named[2]} if named else row
