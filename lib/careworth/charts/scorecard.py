"""Pictures of the scorecard: shares side by side, hours of the week, what is left undone, why a share changed."""

import polars as pl

from careworth.charts.parts import finished, hour_cells, hour_rows, rows_of, shades, tooltips, week_axis
from careworth.charts.service import share_bars
from careworth.theme import PALETTE, alt

#: Labels of an axis of changes of a share; d3 alone would write +0%.
POINTS = "datum.value === 0 ? '0' : format(100 * datum.value, '+')"

PARTS = {"change": "in all", "change_within": "the parts themselves", "change_mix": "another mix of parts"}


def shares_chart(values: pl.DataFrame, metric_id: str, words: dict[str, str], title: str) -> alt.TopLevelMixin:
    """A bar with interval for each variant of `words`, under its words."""
    rows = rows_of(values, metric_id, *words).with_columns(what=pl.col("variant").replace_strict(words, default=None))
    return share_bars(rows, "what", list(words.values()), title)


def counts_chart(values: pl.DataFrame, metric_id: str, words: dict[str, str], title: str) -> alt.TopLevelMixin:
    """A bar for each complete count of `words`, under its words."""
    rows = rows_of(values, metric_id, *words).with_columns(what=pl.col("variant").replace_strict(words, default=None))
    names = alt.Y("what:N", sort=list(words.values()), axis=alt.Axis(labelFontSize=13, labelLimit=220), title=None)
    base = alt.Chart(rows).encode(names, alt.X("value:Q", axis=alt.Axis(tickCount=4, format=",d", tickMinStep=1), title="count"))
    bars = base.mark_bar(color=PALETTE["bar"], height=16).encode(tooltip=[alt.Tooltip("value:Q", format=",d")])
    labels = base.mark_text(align="left", dx=6).encode(text=alt.Text("value:Q", format=",d"))
    return finished(bars + labels, title, 34 * max(rows.height, 1) + 8)


def slices_chart(values: pl.DataFrame, metric_id: str, variant: str, slices: str, title: str) -> alt.TopLevelMixin:
    """A bar with interval for each slice whose name begins with `slices`, the largest first."""
    rows = rows_of(values, metric_id, variant, slices=slices).sort("value", "slice_name", descending=[True, False])
    return share_bars(rows, "slice_name", rows["slice_name"].to_list(), title)


def hours_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Share answered at once by hour of the week; needs S18 by hour."""
    cells = hour_cells(hour_rows(values, "S18"), shades("value", "%", "answered at once"), tooltips(".0%"))
    return finished(cells, "Answered at once, by hour of the week", 190)


def backlog_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Customers who still waited at the beginning of each week; needs the week rows of S10."""
    rows = rows_of(values, "S10", "open", slices="week")
    shown = [
        alt.Tooltip("period_start:T", title="at the start of", format="%-d %B %Y"),
        alt.Tooltip("value:Q", title="still waiting", format=",d"),
    ]
    y = alt.Y("value:Q", axis=alt.Axis(tickCount=4, grid=True), title="still waiting")
    bars = alt.Chart(rows).mark_bar(color=PALETTE["spent"], cornerRadiusEnd=2, width={"band": 0.7})
    return finished(bars.encode(week_axis(), y, tooltip=shown), "Customers who still waited when the week began", 160)


def change_chart(values: pl.DataFrame, metric_id: str, variant: str, title: str) -> alt.TopLevelMixin:
    """How a share changed against the weeks before, and which part of it is another mix; needs the change rows by network."""
    words = {f"{variant}_{name}": text for name, text in PARTS.items()}
    rows = rows_of(values, metric_id, *words, slices="by=network")
    named = rows.with_columns(part=pl.col("variant").replace_strict(words, default=None))
    names = alt.Y("part:N", sort=list(words.values()), axis=alt.Axis(labelFontSize=13, labelLimit=220), title=None)
    base = alt.Chart(named).encode(names)
    x = alt.X("value:Q", axis=alt.Axis(labelExpr=POINTS, tickCount=5), title="percentage points, 95 % interval")
    zero = alt.Chart().mark_rule(color=PALETTE["quiet"]).encode(alt.XDatum(0))
    whiskers = base.mark_rule(color=PALETTE["bar"], strokeWidth=3).encode(alt.X("low:Q"), alt.X2("high:Q"))
    points = base.mark_point(filled=True, size=90, color=PALETTE["care"], opacity=1).encode(x, tooltip=tooltips("+.1%"))
    return finished(alt.layer(zero, whiskers, points), title, 34 * max(named.height, 1) + 8)
