"""What came back on what was spent."""

import polars as pl

from careworth.charts.parts import ROUND_MONEY, finished, in_lines, row_names, rows_of, tooltips
from careworth.theme import PALETTE, alt

#: One dot in the picture of the return stands for so many outcomes in a hundred.
OUTCOMES_PER_DOT = 2

#: Columns of dots in that picture.
DOT_COLUMNS = 18

#: Height of one dot's row.
DOT_PIXELS = 21

#: Labels of a signed axis; d3 alone would write +0%.
SIGNED = "datum.value === 0 ? '0%' : format(datum.value, '+.0%')"

LINE_WORDS = {
    "M3.avoided_cost": "calls made unnecessary",
    "M4.productivity": "hours of agents freed",
    "M7.incremental_margin": "extra margin on sales",
    "M8.retained_margin": "customers who stayed",
    "people": "people",
    "process": "process",
    "technology": "technology",
    "facilities": "facilities",
    "hr_training": "training",
    "overhead": "overhead",
    "media": "media",
}


#: The gains that are worked out from data.
GAIN_ROWS = (("M3", "avoided_cost"), ("M4", "productivity"), ("M7", "incremental_margin"), ("M8", "retained_margin"))


def return_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """ROI as fifty dots, each two outcomes in a hundred, losses in another colour; needs the quantiles of M9."""
    dots = _dots(rows_of(values, "M9", "quantile", slices="q="))
    tallest = dots["height"].max() or 1
    y = alt.Y("height:Q", axis=None, scale=alt.Scale(domain=[0, tallest + 2.2], nice=False))
    chance = _chance_of_gain(dots, rows_of(values, "M9", "probability_positive"))
    layers = _even_layer(tallest) + _dot_layer(dots, y) + _range_layer(rows_of(values, "M9", "roi"))
    told = alt.layer(layers, *_chance_layers(chance)) if dots.height else layers
    return finished(told, "Return on investment: fifty equally likely outcomes", DOT_PIXELS * (tallest + 3))


def _dot_layer(dots: pl.DataFrame, y: alt.Y) -> alt.Chart:
    scale = alt.Scale(domain=[True, False], range=[PALETTE["cost"], PALETTE["care"]])
    x = alt.X("column:Q", axis=alt.Axis(labelExpr=SIGNED, tickCount=5, grid=False), title="return on what was spent")
    shown = [alt.Tooltip("value:Q", title="return", format="+.0%"), alt.Tooltip("chance:N", title="stands for")]
    colour = alt.Color("is_loss:N", scale=scale, legend=None)
    return alt.Chart(dots).mark_circle(size=190, opacity=1).encode(x, y, colour, tooltip=shown)


def _even_layer(tallest: int) -> alt.LayerChart:
    mark = pl.DataFrame({"column": [0.0], "floor": [0.0], "height": [tallest + 0.9], "words": ["break-even"]})
    base = alt.Chart(mark).encode(alt.X("column:Q"))
    rule = base.mark_rule(color=PALETTE["ink"], strokeDash=[2, 3]).encode(alt.Y("floor:Q", axis=None), alt.Y2("height:Q"))
    return rule + base.mark_text(align="left", dx=5, color=PALETTE["muted"]).encode(
        alt.Y("height:Q", axis=None), alt.Text("words:N")
    )


def _chance_of_gain(dots: pl.DataFrame, told: pl.DataFrame) -> int:
    share = told["value"].first() if told.height else (~dots["is_loss"]).mean()
    return round(100 * (share or 0.0))


def _chance_layers(gains: int) -> list[alt.Chart]:
    """Both sides of break-even named where they lie, at the edges of the picture, so that no label is ever cut."""
    losses = _chance_text(f"{100 - gains} in 100: a loss", "cost", "left", 0)
    earned = _chance_text(f"{gains} in 100: a gain", "care", "right", "width")
    return [text for text, count in ((losses, 100 - gains), (earned, gains)) if count]


def _chance_text(words: str, colour: str, align: str, at: int | str) -> alt.Chart:
    mark = alt.Chart(pl.DataFrame({"words": [words]})).mark_text(
        align=align, baseline="top", fontSize=15, fontWeight="bold", color=PALETTE[colour]
    )
    return mark.encode(alt.XValue(at), alt.YValue(0), alt.Text("words:N"))


def _dots(quantiles: pl.DataFrame) -> pl.DataFrame:
    odd = quantiles.with_columns(percent=(pl.col("slice_name").cast(pl.Float64) * 100).round().cast(pl.Int64)).filter(
        pl.col("percent") % OUTCOMES_PER_DOT == 1
    )
    low, high = odd["value"].min() or 0.0, odd["value"].max() or 0.0
    step = max(high - low, 1e-9) / DOT_COLUMNS
    # Columns are counted from break-even, so that no column holds both losses and gains.
    column = ((pl.col("value") / step).floor() + 0.5) * step
    placed = odd.sort("percent").with_columns(
        column=column, is_loss=pl.col("value") < 0, chance=pl.lit(f"{OUTCOMES_PER_DOT} in 100")
    )
    return placed.with_columns(height=pl.int_range(1, pl.len() + 1).over("column")).select(
        "column", "height", "value", "is_loss", "chance"
    )


def _range_layer(roi: pl.DataFrame) -> alt.LayerChart:
    base = alt.Chart(roi).encode(alt.YDatum(0.25, type="quantitative"))
    line = base.mark_rule(color=PALETTE["ink"], strokeWidth=3).encode(alt.X("low:Q"), alt.X2("high:Q"), tooltip=tooltips("+.0%"))
    return line + base.mark_point(filled=True, size=110, color=PALETTE["ink"], opacity=1).encode(
        alt.X("value:Q"), tooltip=tooltips("+.0%")
    )


#: What stands on each side of a ledger, with its colour; an assumed gain is hatched by the report's style sheet.
SIDES = {"benefit": PALETTE["bar"], "assumed": PALETTE["assumed"], "cost": PALETTE["spent"]}


def ledger_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Benefits to the right, costs to the left, with their 90 % range; needs M1, M3 and M7. What is assumed stands apart."""
    rows = _ledger_rows(values)
    unit = rows["unit"].first() if rows.height else ""
    scale = alt.Scale(domain=list(SIDES), range=list(SIDES.values()))
    names = alt.Y("line:N", sort=rows["line"].to_list(), axis=alt.Axis(labelFontSize=13, labelLimit=200), title=None)
    base = alt.Chart(rows).encode(names)
    x = alt.X("value:Q", axis=alt.Axis(labelExpr=ROUND_MONEY, tickCount=5), title=unit)
    shown = [alt.Tooltip("line:N"), *tooltips(",.0f"), alt.Tooltip("grade:N"), alt.Tooltip("reason:N", title="from")]
    edge = alt.when("datum.side === 'assumed'").then(alt.value(PALETTE["care"])).otherwise(alt.value(None))
    bars = base.mark_bar(height=18).encode(x, alt.Color("side:N", scale=scale, legend=None), stroke=edge, tooltip=shown)
    whiskers = base.mark_rule(color=PALETTE["ink"], strokeWidth=1.5).encode(alt.X("low:Q"), alt.X2("high:Q"))
    zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=PALETTE["muted"]).encode(alt.X("value:Q"))
    return finished(alt.layer(zero, bars, whiskers), "Benefits and costs of the campaign", 32 * max(rows.height, 1) + 8)


def _ledger_rows(values: pl.DataFrame) -> pl.DataFrame:
    gains = [rows_of(values, *gain) for gain in GAIN_ROWS]
    stated = rows_of(values, "M9", "stated_gain", slices="line=").with_columns(line=pl.col("slice").str.strip_prefix("line="))
    named = pl.concat(gains).with_columns(line=pl.concat_str("metric_id", pl.lit("."), "variant").replace(LINE_WORDS))
    is_assumed = pl.col("grade") == "C"
    side = pl.when(is_assumed).then(pl.lit("assumed")).otherwise(pl.lit("benefit"))
    benefits = pl.concat([named, stated]).with_columns(side=side)
    costs = rows_of(values, "M1", "total", slices="category=").with_columns(
        line=pl.col("slice_name").replace(LINE_WORDS),
        side=pl.lit("cost"),
        value=-pl.col("value"),
        low=-pl.col("high"),
        high=-pl.col("low"),
    )
    return pl.concat([benefits.sort(is_assumed, "value", descending=[False, True]), costs.sort("value")])


def swing_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """How far the return moves between the 5th and 95th percentile of each uncertain input; needs M11."""
    rows = rows_of(values, "M11", "swing", slices="input=").sort("value", descending=True)
    names = {name: in_lines(name) for name in rows["slice_name"]}
    base = alt.Chart(rows.with_columns(name=pl.col("slice_name").replace(names))).encode(row_names("name", list(names.values())))
    x = alt.X("low:Q", axis=alt.Axis(labelExpr=SIGNED, tickCount=5), title="return")
    bars = base.mark_bar(color=PALETTE["first"], height=16).encode(x, alt.X2("high:Q"), tooltip=tooltips("+.0%"))
    even = alt.Chart(pl.DataFrame({"low": [0.0]})).mark_rule(color=PALETTE["ink"], strokeDash=[2, 3]).encode(alt.X("low:Q"))
    return finished(bars + even, "What moves the return most", 40 * max(rows.height, 1) + 8)
