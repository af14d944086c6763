"""Pictures of what changed: a series beside what was to be expected of it, and where numbers are heading."""

import polars as pl

from careworth.charts.parts import finished, hour_cells, hour_rows, shades
from careworth.theme import PALETTE, alt

LINES = {"observed": PALETTE["care"], "expected": PALETTE["muted"]}


def effect_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """The first outcome of the campaign week by week, before it and in it, beside what was to be expected without it."""
    rows = effect_weeks(values)
    start = rows.filter("is_inside")["period_start"].min()
    x = alt.X("period_start:T", axis=alt.Axis(format="%-d %b", grid=False), title="week beginning")
    y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4), title="a day")
    legend = alt.Legend(orient="top", title=None, symbolType="stroke")
    color = alt.Color("line:N", scale=alt.Scale(domain=list(LINES), range=list(LINES.values())), legend=legend)
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(LINES), range=[[1, 0], [5, 4]]), legend=legend)
    shown = [
        alt.Tooltip("period_start:T", title="week of", format="%-d %B %Y"),
        alt.Tooltip("line:N", title="line"),
        alt.Tooltip("value:Q", title="a day", format=",.1f"),
    ]
    lines = alt.Chart(rows).mark_line(point={"size": 30}).encode(x, y, color, dash, tooltip=shown)
    level = rows.drop_nulls("low")
    band = alt.Chart(level).mark_area(color=PALETTE["quiet"], opacity=0.3).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    begin = alt.Chart(pl.DataFrame({"start": [start]})).encode(alt.X("start:T"))
    rule = begin.mark_rule(color=PALETTE["ink"], strokeDash=[2, 3])
    word = begin.mark_text(align="left", dx=5, dy=-4, baseline="bottom").encode(
        alt.TextValue("the campaign begins"), alt.YValue(0)
    )
    parts = [band, lines, rule, word] if level.height else [lines, rule, word]
    return finished(alt.layer(*parts), f"{series_words(effect_series(values))} a day, observed and expected", 220)


def effect_series(values: pl.DataFrame) -> str:
    """The name of the first outcome that an effect was estimated of; empty without any."""
    lifts = values.filter(pl.col("variant").str.ends_with("_lift"), pl.col("value").is_not_null())
    return lifts["slice"][0].removeprefix("series=") if lifts.height else ""


def series_words(series: str) -> str:
    """A series as a reader would say it.

    Examples
    --------
    >>> series_words("calls:guest_care")
    'calls of guest care'
    """
    return series.replace(":", " of ").replace("_", " ")


def effect_weeks(values: pl.DataFrame) -> pl.DataFrame:
    """The weeks of the first outcome, observed and expected: period_start, line, value, low, high, and whether it ran."""
    own = values.filter(slice=f"series={effect_series(values)}")
    start = own.filter(pl.col("variant").str.ends_with("_lift"))["period_start"].min()
    line = pl.col("variant").str.extract(r"_(observed|expected)$").alias("line")
    weeks = own.with_columns(line, is_inside=pl.col("period_start") >= pl.lit(start, pl.Date)).drop_nulls("line")
    return weeks.select("period_start", "line", "value", "low", "high", "is_inside").sort("period_start", "line")


def warnings_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Complaints day by day, the range in which quiet days lie, and the days on which an alarm was raised."""
    seen = values.filter(metric_id="V8", variant="seen")
    alarmed = values.filter(pl.col("variant").is_in(["alarm", "watched"]), ~pl.col("slice").str.contains("hour|question|request"))
    raised = seen.join(alarmed.select("period_start").unique(), on="period_start", how="semi")
    x = alt.X("period_start:T", axis=alt.Axis(format="%-d %b", grid=False), title=None)
    y = alt.Y("value:Q", axis=alt.Axis(tickCount=4), title="complaints a day")
    shown = [
        alt.Tooltip("period_start:T", title="day", format="%-d %B %Y"),
        alt.Tooltip("value:Q", title="complaints", format=",d"),
        alt.Tooltip("low:Q", title="normal from", format=",d"),
        alt.Tooltip("high:Q", title="to", format=",d"),
    ]
    base = alt.Chart(seen).encode(x=x)
    band = base.mark_area(color=PALETTE["quiet"], opacity=0.3).encode(alt.Y("low:Q"), alt.Y2("high:Q"))
    line = base.mark_line(color=PALETTE["care"], strokeWidth=1.5).encode(y=y, tooltip=shown)
    points = alt.Chart(raised).mark_point(color=PALETTE["cost"], filled=True, size=70).encode(x=x, y=y, tooltip=shown)
    # A layer without a row has no extent, of which Vega complains.
    parts = [band, line, points] if raised.height else [band, line]
    return finished(alt.layer(*parts), "Complaints a day, what would have been normal, and alarms", 200)


def capacity_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Agents at work that each hour of the week takes to keep the promise at the arrivals forecast."""
    names = (("value", "agents"), ("low", "from"), ("high", "to"))
    shown = [alt.Tooltip(f"{name}:Q", title=words, format=".1f") for name, words in names]
    cells = hour_cells(hour_rows(values, "S20", "needed_per_hour"), shades("value", ".1f", "agents at work"), shown)
    return finished(cells, "Agents at work that each hour of the week takes", 190)
