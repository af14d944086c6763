"""What part each channel played on the way to an order; attributed is not incremental."""

import polars as pl

from careworth.charts.parts import ROUND_MONEY, finished, rows_of, shades, tooltips
from careworth.theme import PALETTE, alt

ROLES = ["initiate", "assist", "complete"]

#: Models that are drawn beside each other, with their colours; the others stand in the table.
RULES = {
    "first": PALETTE["first"],
    "linear": PALETTE["care"],
    "markov": PALETTE["ink"],
    "shapley": PALETTE["quiet"],
    "last": PALETTE["last"],
}

#: Social care, as it is called in every picture.
CARE = "social care"

CHANNEL_WORDS = {
    "care_social": CARE,
    "social_organic": "social, organic",
    "social_paid": "social, paid",
    "online_ads": "online ads",
    "seo": "search",
    "phone_care": "phone care",
    "self_service": "self-service",
    "direct_mail": "direct mail",
    "offline_ads": "offline ads",
}


def channel_rows(order: list[str]) -> alt.Y:
    """A row for each channel, social care in bold so that it is found at once."""
    weight = alt.when(f"datum.value === '{CARE}'").then(alt.value("bold")).otherwise(alt.value("normal"))
    axis = alt.Axis(labelFontSize=13, grid=True, labelFontWeight=weight)
    return alt.Y("channel:N", sort=order, axis=axis, title=None)


def roles_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """For each channel the share of its converting paths that it initiates, assists, completes; needs M6."""
    rows = _with_channel(rows_of(values, "M6", *ROLES, slices="channel="))
    scale = alt.Scale(domain=ROLES, range=[PALETTE["first"], PALETTE["care"], PALETTE["last"]])
    chosen = alt.selection_point(name="chosen_role", fields=["variant"], bind="legend")
    base = alt.Chart(rows).encode(
        channel_rows(_by_size(rows)),
        alt.YOffset("variant:N", sort=ROLES),
        alt.Color("variant:N", scale=scale, sort=ROLES),
        opacity=alt.when(chosen).then(alt.value(1)).otherwise(alt.value(0.15)),
    )
    x = alt.X("value:Q", axis=alt.Axis(format="%", tickCount=5), title="share of its paths, 95 % interval")
    whiskers = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), alt.X2("high:Q"))
    dots = base.mark_point(filled=True, size=70).encode(
        x, tooltip=tooltips(".1%", "channel:N", alt.Tooltip("variant:N", title="role"))
    )
    return finished(
        (whiskers + dots).add_params(chosen),
        "Share of paths that each channel initiates, assists and completes",
        40 * max(len(_by_size(rows)), 1),
    )


def credit_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Revenue credited to each channel under rules and models, with interval; needs M5."""
    rows = _with_channel(rows_of(values, "M5", *RULES, slices="channel="))
    unit = rows["unit"].first() if rows.height else ""
    drawn = [name for name in RULES if name in rows["variant"]]
    scale = alt.Scale(domain=drawn, range=[RULES[name] for name in drawn])
    base = alt.Chart(rows).encode(
        channel_rows(_by_size(rows)),
        alt.YOffset("variant:N", sort=drawn),
    )
    colour = alt.Color("variant:N", scale=scale, sort=drawn)
    whiskers = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), alt.X2("high:Q"), colour)
    x = alt.X("value:Q", axis=alt.Axis(labelExpr=ROUND_MONEY, tickCount=5), title=f"{unit} attributed, not incremental")
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x, colour, tooltip=tooltips(",.0f", "channel:N", alt.Tooltip("variant:N", title="rule"))
    )
    return finished(
        whiskers + dots,
        "Revenue credited to each channel by rules and models",
        9 * (len(drawn) + 1) * max(len(_by_size(rows)), 1),
    )


#: What is credited beside what is incremental by tests.
SAID = {"linear_conversions": "credited", "channel_conversions": "incremental, by lift tests"}


def incremental_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Orders that each channel is credited with beside its incremental ones by lift tests; needs M5 and M7 by channel."""
    parts = [
        rows_of(values, "M5", "linear_conversions", slices="channel="),
        rows_of(values, "M7", "channel_conversions", slices="channel="),
    ]
    rows = _with_channel(pl.concat(parts)).with_columns(said=pl.col("variant").replace(SAID))
    scale = alt.Scale(domain=list(SAID.values()), range=[PALETTE["quiet"], PALETTE["care"]])
    base = alt.Chart(rows).encode(
        channel_rows(_by_size(rows)),
        alt.YOffset("said:N", sort=list(SAID.values())),
        alt.Color("said:N", scale=scale, sort=list(SAID.values())),
    )
    whiskers = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), alt.X2("high:Q"))
    shown = tooltips(",.0f", "channel:N", alt.Tooltip("said:N", title="orders"))
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        alt.X("value:Q", axis=alt.Axis(tickCount=5), title="orders"), tooltip=shown
    )
    return finished(whiskers + dots, "Orders credited to each channel and incremental ones", 34 * max(len(_by_size(rows)), 1))


def steps_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Where journeys go from each channel: to another, to the order or to none; needs M6 steps."""
    rows = rows_of(values, "M6", "step", slices="step=")
    ends = pl.col("slice_name").str.split_exact(" > ", 1).struct.rename_fields(["origin", "end"]).alias("ends")
    told = rows.with_columns(ends).unnest("ends").with_columns(pl.col("origin", "end").replace(CHANNEL_WORDS))
    names = (
        told.filter(pl.col("origin") != "start")
        .group_by("origin")
        .agg(pl.col("n").max())
        .sort("n", "origin", descending=[True, False])
    )
    order = names["origin"].to_list()
    shown = tooltips(".1%", alt.Tooltip("origin:N", title="from"), alt.Tooltip("end:N", title="to"))
    cells = (
        alt.Chart(told)
        .mark_rect(cornerRadius=2, color=PALETTE["care"])
        .encode(
            alt.X("end:N", sort=[*order, "order", "no order"], axis=alt.Axis(labelAngle=-40, orient="bottom"), title="to"),
            alt.Y("origin:N", sort=["start", *order], axis=alt.Axis(labelFontSize=13), title="from"),
            shades("value", "%", "of the steps from there"),
            tooltip=shown,
        )
    )
    return finished(cells, "Where journeys go from each channel", 24 * (len(order) + 1))


def lags_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """How many days lie between the first touch of a path and the order; needs M6 by days."""
    rows = rows_of(values, "M6", "path_days", slices="days=").with_columns(
        pl.col("slice_name").str.strip_chars("+").cast(pl.Int64).alias("day")
    )
    x = alt.X(
        "slice_name:N", sort=rows.sort("day")["slice_name"].to_list(), axis=alt.Axis(labelAngle=0), title="days before the order"
    )
    base = alt.Chart(rows).encode(x, tooltip=tooltips(".1%", alt.Tooltip("slice_name:N", title="days")))
    bars = base.mark_bar(color=PALETTE["bar"]).encode(
        alt.Y("value:Q", axis=alt.Axis(format="%", tickCount=4), title="share of paths")
    )
    whiskers = base.mark_rule(color=PALETTE["ink"]).encode(alt.Y("low:Q"), alt.Y2("high:Q"))
    return finished(bars + whiskers, "Days from the first touch to the order", 160)


def _with_channel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(channel=pl.col("slice_name").replace(CHANNEL_WORDS))


def _by_size(rows: pl.DataFrame) -> list[str]:
    return (
        rows.group_by("channel")
        .agg(pl.col("n").max(), pl.col("value").sum())
        .sort("n", "value", "channel", descending=[True, True, False])["channel"]
        .to_list()
    )
