"""Tables of values in notebooks: in words, as HTML and as text."""

import polars as pl

from careworth.results import value_row
from careworth.schemas import METRIC_VALUES
from careworth.tables import values_table

REASON = "<script>alert(1)</script>"


def table():
    rows = [
        value_row("S2", "median", 22.0, "minutes", n=12, denominator="answered conversations", grade="B"),
        value_row("M9", "roi", None, "ratio", reason=REASON),
    ]
    return values_table(pl.DataFrame(rows, schema_overrides={"value": pl.Float64}))


def test_a_row_is_told_in_words():
    assert str(table()).splitlines()[0] == "S2 median  all  22 min  12 answered conversations  B"


def test_what_a_row_says_is_shown_as_text():
    page = table()._repr_html_()
    assert page.count("<tr>") == 3
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_without_rows_there_are_the_names_of_the_columns():
    empty = values_table(pl.DataFrame(schema=METRIC_VALUES.columns))
    assert (str(empty), empty._repr_html_().count("<th ")) == ("", 7)
