"""Pictures of what changed: a series beside what was to be expected of it, and where numbers are heading."""

import polars as pl

from careworth.charts.parts import finished
from careworth.theme import PALETTE, alt

LINES = {"observed": PALETTE["care"], "expected": PALETTE["muted"]}


def effect_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """The first outcome of the campaign week by week, before it and in it, beside what was to be expected without it."""
    rows = effect_weeks(values)
    start = rows.filter("is_inside")["period_start"].min()
    x = alt.X("period_start:T").axis(format="%-d %b", grid=False).title("week beginning")
    y = alt.Y("value:Q").scale(zero=False).axis(tickCount=4).title("a day")
    color = alt.Color("line:N").scale(domain=list(LINES), range=list(LINES.values())).legend(orient="top", title=None)
    dash = alt.StrokeDash("line:N").scale(domain=list(LINES), range=[[1, 0], [5, 4]]).legend(None)
    shown = [
        alt.Tooltip("period_start:T", title="week of", format="%-d %B %Y"),
        alt.Tooltip("line:N", title="line"),
        alt.Tooltip("value:Q", title="a day", format=",.1f"),
    ]
    lines = alt.Chart(rows).mark_line(point={"size": 30}).encode(x, y, color, dash, tooltip=shown)
    begin = alt.Chart(pl.DataFrame({"start": [start]})).encode(alt.X("start:T"))
    rule = begin.mark_rule(color=PALETTE["ink"], strokeDash=[2, 3])
    word = begin.mark_text(align="left", dx=5, baseline="top").encode(text=alt.value("the campaign begins"), y=alt.value(0))
    return finished(lines + rule + word, f"{effect_series(values)} a day, observed and expected", 220)


def effect_series(values: pl.DataFrame) -> str:
    """The name of the first outcome that an effect was estimated of; empty without any."""
    lifts = values.filter(pl.col("variant").str.ends_with("_lift"), pl.col("value").is_not_null())
    return lifts["slice"][0].removeprefix("series=") if lifts.height else ""


def effect_weeks(values: pl.DataFrame) -> pl.DataFrame:
    """The weeks of the first outcome, observed and expected: period_start, line, value, and whether the campaign ran."""
    own = values.filter(slice=f"series={effect_series(values)}")
    start = own.filter(pl.col("variant").str.ends_with("_lift"))["period_start"].min()
    line = pl.col("variant").str.extract(r"_(observed|expected)$").alias("line")
    weeks = own.with_columns(line, is_inside=pl.col("period_start") >= start).drop_nulls("line")
    return weeks.select("period_start", "line", "value", "is_inside").sort("period_start", "line")
