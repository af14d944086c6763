"""A comparison as a table and as small pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from careworth.results import Row
from careworth.stats import Estimate
from careworth.theme import PALETTE, alt

if TYPE_CHECKING:
    from great_tables import GT

COLORS = (PALETTE["care"], PALETTE["first"])

#: What stands below the axis of a number of such a unit.
AXIS_TITLES = {"share": "share of conversations", "count/day": "a day"}

#: From so many minutes on, an axis counts hours.
LONG_MINUTES = 180

PANEL_PIXELS = 250


@dataclass(frozen=True)
class Comparison:
    """Two campaigns: their names, a row for each number that both have words for, and what to beware of.

    `numbers` has for each of the two value, low and high (`other_` before those of the second), the difference of the first
    from the second with its interval, and what may be said of it.
    """

    names: tuple[str, str]
    numbers: pl.DataFrame
    cautions: list[str]


def comparison_table(comparison: Comparison) -> GT:
    """The two campaigns side by side: each number with its interval, the difference with its own, and below what to beware of."""
    from great_tables import GT

    first, second = comparison.names
    # A line ends before an interval, not in it, where a dash alone would let it end.
    unbroken = pl.col("shown", "other_shown", "difference_shown").str.replace_all(" ", "\u00a0").str.replace("–", "–\u2060")
    whole = unbroken.str.replace("\u00a0(", " (", literal=True)
    shown = comparison.numbers.with_columns(whole).select(
        "number", "shown", "other_shown", "difference_shown", "says", "of", "grade"
    )
    table = GT(shown, id="comparison").cols_label(
        shown=first, other_shown=second, difference_shown="difference", says=f"{first} is"
    )
    for caution in comparison.cautions:
        table = table.tab_source_note(caution)
    return table.tab_options(table_font_size="13px")


def comparison_chart(comparison: Comparison) -> alt.TopLevelMixin:
    """One small picture for each number: both campaigns as points with their 95 % intervals, on one axis."""
    drawn = comparison.numbers.filter(pl.col("value").is_not_null() | pl.col("other_value").is_not_null())
    panels = [_panel(row, comparison.names, is_first=not place % 2) for place, row in enumerate(drawn.iter_rows(named=True))]
    told = f"The main numbers of {' and '.join(comparison.names)} side by side, with their intervals"
    return alt.concat(*panels, columns=2, spacing={"row": 18, "column": 30}).properties(description=told)


def _panel(row: Row, names: tuple[str, str], is_first: bool) -> alt.LayerChart:
    points, unit = _points(row, names)
    base = alt.Chart(points, title=row["number"]).encode(
        alt.Y("campaign:N", sort=None, title=None, axis=alt.Axis(labels=is_first, labelLimit=220, grid=False)),
        alt.Color("color:N", scale=None),
        tooltip=[alt.Tooltip("campaign:N", title="campaign"), alt.Tooltip("shown:N", title="with interval")],
    )
    x = alt.X("value:Q", scale=alt.Scale(zero=False, padding=12), title=AXIS_TITLES.get(unit, unit))
    x = x.axis(format="%" if unit == "share" else "~s", tickCount=4)
    rule = base.mark_rule(strokeWidth=3, opacity=0.5).encode(alt.X("low:Q"), alt.X2("high:Q"))
    point = base.mark_point(filled=True, size=70, opacity=1).encode(x)
    word = base.mark_text(dy=-11, fontSize=12).encode(x, alt.Text("label:N"))
    return alt.layer(rule, point, word).properties(width=PANEL_PIXELS, height=72)


def _points(row: Row, names: tuple[str, str]) -> tuple[pl.DataFrame, str]:
    sides = pl.DataFrame(
        [
            (name, color, row[f"{side}shown"], *(row[f"{side}{field}"] for field in Estimate._fields))
            for name, color, side in zip(names, COLORS, ("", "other_"), strict=True)
        ],
        schema={"campaign": pl.String, "color": pl.String, "shown": pl.String} | dict.fromkeys(Estimate._fields, pl.Float64),
        orient="row",
    )
    known = sides.drop_nulls("value").with_columns(label=pl.col("shown").str.replace(r" \(.*", ""))
    if row["unit"] == "minutes" and known["value"].max() >= LONG_MINUTES:
        return known.with_columns(pl.col(*Estimate._fields) / 60), "hours"
    return known, row["unit"]
