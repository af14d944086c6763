"""`metric_values` as tables for notebooks."""

from dataclasses import dataclass

import polars as pl
from jinja2 import Environment

from careworth.readable import as_count, as_value, interval_text, too_few
from careworth.results import Row

#: The columns, with how each is written: numbers are not broken over two lines.
STYLES = {
    "metric": "text-align: left; white-space: nowrap",
    "slice": "text-align: left",
    "value": "text-align: right; white-space: nowrap",
    "interval": "text-align: left; white-space: nowrap",
    "of": "text-align: left",
    "grade": "text-align: left",
    "reason": "text-align: left",
}

#: A notebook shows more than a thousand such rows; what formats tables cell by cell takes longer than computing them.
HTML = Environment(autoescape=True).from_string(
    '<table class="dataframe" style="font-size: 13px"><thead><tr>'
    '{% for name, style in styles.items() %}<th style="{{ style }}">{{ name }}</th>{% endfor %}</tr></thead><tbody>'
    "{% for line in lines %}<tr>"
    '{% for name, style in styles.items() %}<td style="{{ style }}">{{ line[name] }}</td>{% endfor %}'
    "</tr>\n"
    "{% endfor %}</tbody></table>"
)


@dataclass(frozen=True)
class ValuesTable:
    """Rows of `metric_values` in words: a table in JupyterLab, lines of text elsewhere."""

    lines: list[dict[str, str]]

    def __repr__(self) -> str:
        return "\n".join("  ".join(filter(None, line.values())) for line in self.lines)

    def _repr_html_(self) -> str:
        return HTML.render(styles=STYLES, lines=self.lines)


def values_table(values: pl.DataFrame) -> ValuesTable:
    """Rows of `metric_values` in words: value, interval, of how many, grade and, where there is one, the reason."""
    return ValuesTable([_line(row) for row in values.iter_rows(named=True)])


def _line(row: Row) -> dict[str, str]:
    return {
        "metric": f"{row['metric_id']} {row['variant']}",
        "slice": row["slice"],
        "value": "too few to show" if too_few(row) else as_value(row["value"], row["unit"]),
        "interval": "" if too_few(row) else interval_text(row),
        "of": "" if row["n"] is None else f"{as_count(row['n'])} {row['denominator'] or ''}",
        "grade": row["grade"],
        "reason": row["reason"] or "",
    }
