"""What part each channel played on the way to an order; attributed is not incremental."""

import polars as pl

from careworth.charts.parts import ROUND_MONEY, finished, rows_of, tooltips
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

CHANNEL_WORDS = {
    "care_social": "social care",
    "social_organic": "social, organic",
    "social_paid": "social, paid",
    "online_ads": "online ads",
    "seo": "search",
    "phone_care": "phone care",
    "self_service": "self-service",
    "direct_mail": "direct mail",
    "offline_ads": "offline ads",
}


def roles_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """For each channel the share of its converting paths that it initiates, assists, completes; needs M6."""
    rows = _with_channel(rows_of(values, "M6", *ROLES, slices="channel="))
    scale = alt.Scale(domain=ROLES, range=[PALETTE["first"], PALETTE["care"], PALETTE["last"]])
    chosen = alt.selection_point(name="chosen_role", fields=["variant"], bind="legend")
    base = alt.Chart(rows).encode(
        alt.Y("channel:N").sort(_by_size(rows)).axis(labelFontSize=13).title(None), alt.YOffset("variant:N").sort(ROLES)
    )
    x = alt.X("value:Q").axis(format="%", tickCount=5).title("share of the channel's converting paths")
    faded = alt.when(chosen).then(alt.value(1)).otherwise(alt.value(0.15))
    bars = base.mark_bar().encode(
        x,
        alt.Color("variant:N").scale(scale).sort(ROLES),
        opacity=faded,
        tooltip=tooltips(".1%", "channel:N", alt.Tooltip("variant:N", title="role")),
    )
    whiskers = base.mark_rule(color=PALETTE["ink"]).encode(alt.X("low:Q"), alt.X2("high:Q"), opacity=faded)
    return finished(
        (bars + whiskers).add_params(chosen),
        "Share of paths that each channel initiates, assists and completes",
        46 * max(len(_by_size(rows)), 1),
    )


def credit_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Revenue credited to each channel under rules and models, with interval; needs M5."""
    rows = _with_channel(rows_of(values, "M5", *RULES, slices="channel="))
    unit = rows["unit"].first() if rows.height else ""
    drawn = [name for name in RULES if name in rows["variant"]]
    scale = alt.Scale(domain=drawn, range=[RULES[name] for name in drawn])
    base = alt.Chart(rows).encode(
        alt.Y("channel:N").sort(_by_size(rows)).axis(labelFontSize=13, grid=True).title(None),
        alt.YOffset("variant:N").sort(drawn),
    )
    colour = alt.Color("variant:N").scale(scale).sort(drawn)
    whiskers = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), alt.X2("high:Q"), colour)
    x = alt.X("value:Q").axis(labelExpr=ROUND_MONEY, tickCount=5).title(f"{unit} attributed, not incremental")
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x, colour, tooltip=tooltips(",.0f", "channel:N", alt.Tooltip("variant:N", title="rule"))
    )
    return finished(
        whiskers + dots,
        "Revenue credited to each channel by rules and models",
        12 * (len(drawn) + 1) * max(len(_by_size(rows)), 1),
    )


def _with_channel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(channel=pl.col("slice_name").replace(CHANNEL_WORDS))


def _by_size(rows: pl.DataFrame) -> list[str]:
    return (
        rows.group_by("channel")
        .agg(pl.col("n").max(), pl.col("value").sum())
        .sort("n", "value", "channel", descending=[True, True, False])["channel"]
        .to_list()
    )
