"""A chart in words, for readers who do not see it: what it shows, and how far its numbers reach."""

from collections import Counter
from collections.abc import Sequence

from careworth.readable import as_value, interval_text
from careworth.registry import metric_words
from careworth.registry.words import variant_words
from careworth.results import Row

#: So many numbers of a picture that mixes them are told.
MOST_NUMBERS = 5


def alternative_text(title: str, topic: str, rows: Sequence[Row]) -> str:
    """What stands above the chart, what it is about, and the span of the numbers that it draws.

    Examples
    --------
    >>> row = {"metric_id": "S1", "variant": "ever", "unit": "share", "period_start": None, "low": 0.8, "high": 0.95}
    >>> rows = [row | {"slice": "network=x", "value": 0.9}, row | {"slice": "network=facebook", "value": 0.85}]
    >>> alternative_text("The networks do not clearly differ", "Answered, by network", rows)
    'The networks do not clearly differ. Answered, by network. From 85 % (network facebook) to 90 % (network x).'
    """
    told = (each.rstrip(".") for each in (title, topic, span_words(rows)) if each)
    return f"{'. '.join(told)}."


def span_words(rows: Sequence[Row]) -> str:
    """The first and last of a series in time, or the least and the most of numbers side by side.

    A span is told as it is drawn, without a verdict: what may be said of it stands in the title.

    Examples
    --------
    >>> from datetime import date
    >>> row = {"metric_id": "S2", "variant": "median", "unit": "minutes", "slice": "week"}
    >>> weeks = [row | {"period_start": date(2025, 3, 3), "value": 30}, row | {"period_start": date(2025, 3, 10), "value": 24}]
    >>> span_words(weeks)
    '30 min in the week of 3 March 2025, 24 min in the week of 10 March 2025; between 24 min and 30 min'
    >>> span_words(weeks[:1])
    'First response time, median: 30 min'
    """
    known = [row for row in rows if row["value"] is not None]
    roi = next((row for row in known if (row["metric_id"], row["variant"], row["slice"]) == ("M9", "roi", "all")), None)
    if roi is not None:
        return f"The middle is {_number(roi)}, {interval_text(roi)}"
    alike = _alike(known)
    if len(alike) < 2:
        # How well machines read (P) is told beside some pictures, and drawn in none.
        return _mixture_words([row for row in known if not row["metric_id"].startswith("P")])
    least, most = (choose(alike, key=lambda row: row["value"]) for choose in (min, max))
    if len({row["period_start"] for row in alike}) < len(alike):
        return f"From {_number(least)} ({_name(least)}) to {_number(most)} ({_name(most)})"
    first, last = (choose(alike, key=lambda row: row["period_start"]) for choose in (min, max))
    ends = f"{_number(first)} {_time(first)}, {_number(last)} {_time(last)}"
    return f"{ends}; between {_number(least)} and {_number(most)}"


def _alike(rows: Sequence[Row]) -> list[Row]:
    """The rows of the number that is drawn by its slices, if they are most rows; or all rows, if they are of one metric."""
    kinds = [_kind(row) for row in rows]
    kind, count = Counter(kinds).most_common(1)[0] if kinds else (("", "", "", ""), 0)
    fewest = len(rows) if kind[2] == "all" else len(rows) // 2 + 1
    return [row for row in rows if _kind(row) == kind] if count >= fewest else []


def _mixture_words(rows: Sequence[Row]) -> str:
    """The largest of each of the first numbers that a picture sets beside each other."""
    names = list(dict.fromkeys(metric_words(row["metric_id"], row["variant"]) for row in rows))[:MOST_NUMBERS]
    own = [[row for row in rows if metric_words(row["metric_id"], row["variant"]) == name] for name in names]
    tops = [max(each, key=lambda row: row["value"]) for each in own]
    told = [f"{name}: {_number(top)}{_place(top)}" for name, top in zip(names, tops, strict=True)]
    return f"{'Largest of each: ' if len(rows) > len(names) else ''}{'; '.join(told)}"


def _place(row: Row) -> str:
    return "" if row["slice"] in ("all", "week") else f" ({_name(row)})"


def _kind(row: Row) -> tuple[str, ...]:
    slices = row["slice"].partition("=")[0]
    return (row["metric_id"], row["unit"], slices, "" if slices == "all" else row["variant"])


def _time(row: Row) -> str:
    day = row["period_start"]
    return f"{'in the week of' if row['slice'] == 'week' else 'on'} {day.day} {day:%B %Y}"


def _number(row: Row) -> str:
    return as_value(row["value"], row["unit"])


def _name(row: Row) -> str:
    return variant_words(row["variant"]) if row["slice"] == "all" else row["slice"].replace("=", " ").replace("_", " ")
