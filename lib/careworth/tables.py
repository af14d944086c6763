"""`metric_values` as tables for notebooks."""

import polars as pl
from great_tables import GT

from careworth.readable import as_count, as_value, interval_text, too_few
from careworth.results import Row


def values_table(values: pl.DataFrame) -> GT:
    """Rows of `metric_values` in words: value, interval, of how many, grade and, where there is one, the reason."""
    lines = [_line(row) for row in values.iter_rows(named=True)]
    schema = dict.fromkeys(("metric", "slice", "value", "interval", "of", "grade", "reason"), pl.String)
    return GT(pl.DataFrame(lines, schema=schema), id="values").tab_options(table_font_size="13px")


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
