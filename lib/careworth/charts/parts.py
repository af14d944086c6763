"""What several charts share: rows of a metric, their tooltips, intervals as rules."""

from textwrap import wrap

import polars as pl

from careworth.theme import PALETTE, alt

# A channel takes its axis, scale and title as arguments: its methods read their own documentation at each call, a millisecond.

Tooltips = list[alt.Tooltip]

HOUR_NAMES = [alt.Tooltip("day:N", title="day"), alt.Tooltip("hour:N", title="hour")]

#: Every hour and day of the week has its place, those without a case too.
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
HOURS = [f"{hour:02d}" for hour in range(24)]

#: Labels of an axis of money; d3 alone would write 0k.
ROUND_MONEY = "datum.value === 0 ? '0' : format(datum.value, '~s')"


def rows_of(values: pl.DataFrame, metric_id: str, *variants: str, slices: str = "all") -> pl.DataFrame:
    """The rows of a metric's variants (none named: all) whose slice is `slices` or, for `name=`, begins with it, values known.

    `slice_name` is what stands behind the first equals sign.
    """
    sliced = pl.col("slice").str.starts_with(slices) if slices.endswith("=") else pl.col("slice") == slices
    chosen = pl.col("variant").is_in(variants) if variants else pl.lit(True)
    wanted = values.filter((pl.col("metric_id") == metric_id) & chosen & sliced & pl.col("value").is_not_null())
    return wanted.with_columns(slice_name=pl.col("slice").str.replace("^[^=]*=", ""))


def tooltips(number_format: str, *leading: alt.Tooltip) -> Tooltips:
    """What hovering shows: the value, its interval, and of how many."""
    numbers = [
        alt.Tooltip(f"{name}:Q", title=title, format=number_format)
        for name, title in (("value", "value"), ("low", "from"), ("high", "to"))
    ]
    return [*leading, *numbers, alt.Tooltip("n:Q", title="n", format=",d"), alt.Tooltip("denominator:N", title="of")]


def finished(chart: alt.TopLevelMixin, description: str, height: int | None = None) -> alt.TopLevelMixin:
    """The chart as wide as its place, with its description for readers who do not see it."""
    # Set on the chart itself, which nobody else has yet: `properties` would copy every layer.
    chart.width, chart.description = "container", description
    if height is not None:
        chart.height = height
    return chart


def week_axis() -> alt.X:
    """Weeks by their Monday, each labelled with that day and not with the Sunday that a time axis would choose."""
    return alt.X(
        "yearmonthdate(period_start):O",
        axis=alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True, grid=False),
        title="week beginning",
    )


def hour_rows(values: pl.DataFrame, metric_id: str, *variants: str) -> pl.DataFrame:
    """The rows of a metric by hour of the week, with `day` and `hour`."""
    rows = rows_of(values, metric_id, *variants, slices="hour=")
    return rows.with_columns(day=pl.col("slice_name").str.head(3), hour=pl.col("slice_name").str.tail(2))


#: A name longer than this takes a second line.
NAME_LETTERS = 29


def in_lines(name: str) -> str:
    """A name broken into lines that fit beside a chart, so that none is cut.

    Examples
    --------
    >>> in_lines("share who would have phoned (social agent)").splitlines()
    ['share who would have phoned', '(social agent)']
    """
    return "\n".join(wrap(name, NAME_LETTERS))


def row_names(column: str, order: list[str]) -> alt.Y:
    """Names of rows beside a chart, in this order, in as many lines as `in_lines` gave them."""
    axis = alt.Axis(labelFontSize=13, labelLimit=230, labelExpr="split(datum.value, '\\n')")
    return alt.Y(f"{column}:N", sort=order, axis=axis, title=None)


def shades(column: str, number_format: str, title: str) -> alt.Opacity:
    """A cell the stronger the larger its number, on a light and on a dark page alike."""
    scale = alt.Scale(domainMin=0, range=[0.06, 1])
    legend = alt.Legend(format=number_format, symbolFillColor=PALETTE["care"], symbolStrokeWidth=0, tickCount=4)
    return alt.Opacity(f"{column}:Q", scale=scale, legend=legend, title=title)


def hour_cells(rows: pl.DataFrame, opacity: alt.Opacity, shown: Tooltips) -> alt.Chart:
    """A cell for each hour of the week, by its day and hour."""
    x = alt.X("hour:O", scale=alt.Scale(domain=HOURS), axis=alt.Axis(labelAngle=0, labelOverlap=True), title="hour of the day")
    y = alt.Y("day:O", scale=alt.Scale(domain=WEEKDAYS), title=None)
    cells = alt.Chart(rows).mark_rect(cornerRadius=2, color=PALETTE["care"])
    return cells.encode(x, y, opacity, tooltip=[*HOUR_NAMES, *shown])


def event_marks(values: pl.DataFrame, series: str, weeks: pl.DataFrame) -> list[alt.Chart]:
    """Lines in the weeks in which an event began that a change of the series coincided with (V7), and its name; none without."""
    told = values.filter(pl.col("reason").str.starts_with("coincided with"), metric_id="V7", variant=series)
    name = pl.col("reason").str.extract(r"^coincided with (.*) \(q = ").alias("event")
    marks = told.select(name, period_start=pl.col("period_start").dt.truncate("1w"))
    shown = marks.join(weeks.select("period_start"), on="period_start", how="semi").sort("period_start", "event")
    if shown.is_empty():
        return []
    base = alt.Chart(shown.unique("period_start", keep="first", maintain_order=True)).encode(week_axis())
    rule = base.mark_rule(color=PALETTE["cost"], strokeDash=[3, 3])
    word = base.mark_text(align="left", baseline="bottom", dy=-4, color=PALETTE["cost"], limit=320)
    return [rule, word.encode(alt.YValue(0), alt.Text("event:N"), tooltip=[alt.Tooltip("event:N", title="coincided with")])]


def weekly_line(table: pl.DataFrame, y: alt.Y, low: str, high: str, number_format: str) -> alt.LayerChart:
    """A weekly series with its interval as a band."""
    base = alt.Chart(table).encode(x=week_axis())
    band = base.mark_area(color=PALETTE["care"], opacity=0.16).encode(alt.Y(low), alt.Y2(high))
    shown = tooltips(number_format, alt.Tooltip("period_start:T", title="week of", format="%-d %B %Y"))
    line = base.mark_line(color=PALETTE["care"], point={"filled": True, "size": 45, "color": PALETTE["care"]}).encode(
        y, tooltip=shown
    )
    return band + line
