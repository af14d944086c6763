"""What the registry says of a campaign's numbers: whom they help, how they are called elsewhere, what links them to sales."""

from collections import Counter
from collections.abc import Iterable

import polars as pl

from careworth.registry import METRICS, OBJECTIVES, sentence_of
from careworth.report.explanations import told
from careworth.report.parts import number_line, of_too_few
from careworth.results import Row, pick

#: The three kinds of measures that a scorecard has to hold (METRICS.md R183).
BALANCED = ("service", "quality", "effectiveness")


def leading_rows(values: pl.DataFrame) -> dict[str, Row]:
    """The row of each metric that speaks for it: of those for the whole campaign, the first in the registry's order."""
    known = values.filter(pl.col("value").is_not_null() & ~of_too_few() & (pl.col("slice") == "all"))
    placed = [(_place(row), row) for row in known.iter_rows(named=True) if row["metric_id"] in METRICS]
    ordered = sorted(placed, key=lambda each: each[0], reverse=True)
    leading = {row["metric_id"]: row for _, row in ordered}
    return {name: leading[name] for name in METRICS if name in leading}


def _place(row: Row) -> int:
    metric = METRICS[row["metric_id"]]
    sentence = sentence_of(metric, row["variant"])
    return list(metric.variants.values()).index(sentence) if sentence else len(metric.variants)


def by_objective(values: pl.DataFrame) -> list[dict]:
    """The objectives of customer service, each with its sentence and the numbers of this campaign that serve it (R098)."""
    lines = [(METRICS[name].objective, number_line(row)) for name, row in leading_rows(values).items()]
    grouped = {name: [line for objective, line in lines if objective == name] for name in OBJECTIVES}
    return [{"name": name, "sentence": OBJECTIVES[name], "lines": own} for name, own in grouped.items() if own]


def familiar_numbers(values: pl.DataFrame) -> list[dict]:
    """What a known number of another tool is here, beside the number that we set in its place (R117).

    Only numbers that this campaign has; `ours` is empty where we count as that tool does.
    """
    leading = leading_rows(values)
    named = [(name, variant, metric.id) for metric in METRICS.values() for name, variant in metric.known_as.items()]
    found = [(name, pick(values, metric_id, variant), leading.get(metric_id)) for name, variant, metric_id in named]
    return [_familiar(name, theirs, ours) for name, theirs, ours in found if theirs and theirs["value"] is not None and ours]


def _familiar(name: str, theirs: Row, ours: Row) -> dict:
    line, same = number_line(ours), theirs["variant"] == ours["variant"]
    known = {
        "name": name,
        "value": number_line(theirs)["value"],
        "told": told(theirs),
        "ours": "",
        "ours_value": "",
        "ours_told": "",
    }
    return known if same else known | {"ours": line["metric"], "ours_value": line["value"], "ours_told": told(ours)}


def sales_map(values: pl.DataFrame) -> list[dict]:
    """The metrics measured here in four groups: easy or hard to track, by whether these data link them to sales (R118).

    Each group's `lines` are numbers with their link: none, hypothesised, associated here or causal here.
    """
    lines = [(METRICS[name].trackability, *_linked(name, row, values)) for name, row in leading_rows(values).items()]
    groups = [(effort, is_shown) for effort in ("easy", "hard") for is_shown in (True, False)]
    return [
        {"effort": effort, "is_shown": is_shown, "lines": [line for *group, line in lines if group == [effort, is_shown]]}
        for effort, is_shown in groups
    ]


def _linked(metric_id: str, row: Row, values: pl.DataFrame) -> tuple[bool, dict]:
    link = METRICS[metric_id].sales_link
    if link == "causal" and not _is_known(values, "M7", "incremental_margin"):
        link = "hypothesised"
    is_shown = link in ("associated", "causal")
    return is_shown, number_line(row) | {"link": f"{link} here" if is_shown else link, "told": told(row)}


def _is_known(values: pl.DataFrame, metric_id: str, variant: str) -> bool:
    row = pick(values, metric_id, variant)
    return row is not None and row["value"] is not None


def balance_sentence(what: str, metric_ids: Iterable[str]) -> str:
    """How many of `what` are of service, quality and effectiveness, and which of the three is missing (R183).

    Examples
    --------
    >>> balance_sentence("Headlines", ["Q1", "S2", "S6", "M2"])
    'Headlines: 2 of service, 1 of quality, 0 of effectiveness. Not balanced: nothing tells of effectiveness.'
    >>> balance_sentence("Goals", ["Q1", "S2", "E3"])
    'Goals: 1 of service, 1 of quality, 1 of effectiveness.'
    """
    counts = Counter(METRICS[each].category for each in metric_ids)
    missing = [name for name in BALANCED if not counts[name]]
    told = f"{what}: {', '.join(f'{counts[name]} of {name}' for name in BALANCED)}."
    return f"{told} Not balanced: nothing tells of {' or '.join(missing)}." if missing else told
