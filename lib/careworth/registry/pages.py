"""The registry as people and programs read it: one metric in full, and all of them as a section of `data/README.md`."""

from collections.abc import Iterable
from dataclasses import asdict
from difflib import get_close_matches
from itertools import groupby

from careworth.errors import ParameterError
from careworth.registry.loading import OBJECTIVES, Metric

#: The lines of `data/README.md` between which the metrics stand.
FIRST_LINE = "<!-- made by: careworth explain --markdown -->"
LAST_LINE = "<!-- end of what careworth explain made -->"

#: What a metric's link to sales means.
SALES_LINKS = {
    "none": "none",
    "hypothesised": "hypothesised: a reason to expect it, and no number that shows it",
    "associated": "associated, where it has a number: care was there, which is no cause",
    "causal": "causal, where a randomised holdout shows it",
}

HEADER = "| metric | what it counts | how | unit | needs | variants |\n|---|---|---|---|---|---|"


def find_metric(metrics: dict[str, Metric], metric_id: str) -> Metric:
    """The metric of that id, in either case, or the one that goes by that word or by that name elsewhere.

    Raises
    ------
    ParameterError
        If there is none; the message offers the ids that are most like it.

    Examples
    --------
    >>> from careworth.registry import METRICS
    >>> [find_metric(METRICS, name).id for name in ("s2", "deflection rate", "First reply time (Zendesk)")]
    ['S2', 'E4', 'S2']
    """
    found = metrics.get(metric_id.strip().upper()) or _called(metrics.values(), metric_id.strip().casefold())
    if found is None:
        near = get_close_matches(metric_id.strip().upper(), metrics, n=5, cutoff=0.0)
        raise ParameterError(f"no metric {metric_id!r}; the nearest are {', '.join(near)}")
    return found


def _called(metrics: Iterable[Metric], word: str) -> Metric | None:
    names = {name.casefold(): each for each in metrics for name in (*each.keywords, *each.known_as)}
    return names.get(word)


def explained(metric: Metric) -> list[tuple[str, str]]:
    """Each field of a definition but id and name, as a label and its text; several things stand on lines of their own.

    A field in which the metric has nothing to say is left out.
    """
    told = [
        ("meaning", metric.meaning),
        ("formula", metric.formula),
        ("unit", metric.unit),
        ("direction", f"{metric.direction} is better"),
        ("category", metric.category),
        ("levels", ", ".join(metric.levels)),
        ("objective", f"{metric.objective}: {OBJECTIVES[metric.objective]}"),
        ("to track", metric.trackability),
        ("link to sales", SALES_LINKS[metric.sales_link]),
        ("inputs", needed_tables(metric)),
        ("richer with", ", ".join(metric.richer_with)),
        ("variants", _lines(metric.variants)),
        ("units", _lines(metric.units)),
        ("windows", _lines(metric.windows)),
        ("edge cases", "\n".join(metric.edge_cases)),
        ("vendors", _lines(metric.vendors)),
        ("known as", _lines(metric.known_as)),
        ("keywords", ", ".join(metric.keywords)),
        ("caveat", metric.caveat),
        ("unlocks", metric.unlocks),
        ("sources", ", ".join(metric.sources)),
        ("version", str(metric.version)),
    ]
    return [(label, text) for label, text in told if text]


def needed_tables(metric: Metric, mark: str = "") -> str:
    """The tables that a metric needs, each in `mark`; of tables joined by "or" one is enough."""
    return ", ".join(" or ".join(f"{mark}{table}{mark}" for table in group) for group in metric.inputs)


def _lines(sentences: dict[str, str]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in sentences.items())


def as_plain(metric: Metric) -> dict:
    """The definition as a program reads it: every field by its name, `inputs` as groups of which one table is needed each."""
    return asdict(metric)


def listed(metrics: Iterable[Metric]) -> str:
    """One line per metric, below the name of its block."""
    blocks = [f"{block}\n" + "\n".join(f"  {each.id:<4} {each.name}" for each in those) for block, those in _blocks(metrics)]
    return "\n\n".join(blocks)


def _blocks(metrics: Iterable[Metric]) -> list[tuple[str, list[Metric]]]:
    return [(block, list(those)) for block, those in groupby(metrics, key=lambda each: each.category)]


def markdown_section(metrics: Iterable[Metric]) -> str:
    """A table per block with a row per metric, between the lines that mark it as made and not written."""
    tables = [f"### {block.capitalize()}\n\n{HEADER}\n" + "\n".join(map(_row, those)) for block, those in _blocks(metrics)]
    return "\n\n".join([FIRST_LINE, *tables, LAST_LINE])


def _row(metric: Metric) -> str:
    variants = ", ".join(f"`{name}`" for name in metric.variants)
    elsewhere = "".join(f" Known as {name}: `{variant}`." for name, variant in metric.known_as.items())
    what = f"{metric.name}. {metric.meaning} {metric.caveat}{elsewhere}"
    return f"| `{metric.id}` | {what} | {metric.formula} | {metric.unit} | {needed_tables(metric, '`')} | {variants} |"
