"""How customers were served, week by week and in all."""

import polars as pl

from careworth.charts.parts import event_marks, finished, in_lines, row_names, rows_of, tooltips, week_axis, weekly_line
from careworth.theme import PALETTE, alt

OUTCOME_WORDS = {
    "resolved": "resolved here",
    "redirected": "moved to another channel",
    "withdrawn": "customer did not come back",
    "open": "still open",
}
TONES = ["negative", "neutral", "positive"]


def volume_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Bars of care conversations by week, and the events that a change of them coincided with; needs the week rows of V1."""
    weeks = rows_of(values, "V1", "care_conversations", slices="week")
    y = alt.Y("value:Q", axis=alt.Axis(tickCount=4, grid=True), title="care conversations")
    shown = [
        alt.Tooltip("period_start:T", title="week of", format="%-d %B %Y"),
        alt.Tooltip("value:Q", title="care conversations", format=",d"),
    ]
    bars = (
        alt.Chart(weeks)
        .mark_bar(color=PALETTE["bar"], cornerRadiusEnd=2, width={"band": 0.7})
        .encode(week_axis(), y, tooltip=shown)
    )
    return finished(alt.layer(bars, *event_marks(values, "V1.care_conversations", weeks)), "Care conversations by week", 180)


def messages_chart(weekly: pl.DataFrame) -> alt.TopLevelMixin:
    """Bars of messages by week and network; needs `week`, `network`, `messages`."""
    shown = [alt.Tooltip("week:T", title="week of", format="%-d %B %Y"), "network:N", alt.Tooltip("messages:Q", format=",d")]
    bars = (
        alt.Chart(weekly)
        .mark_bar()
        .encode(
            alt.X("week:T", axis=alt.Axis(grid=False), title="week beginning"),
            alt.Y("messages:Q", axis=alt.Axis(grid=True, tickCount=4), title="messages"),
            alt.Color("network:N"),
            tooltip=shown,
        )
    )
    return finished(bars, "Messages by week and network", 220)


def sentiment_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Shares of negative, neutral and positive at opening and closing; needs V5."""
    names = [f"{moment}_{tone}" for moment in ("opening", "closing") for tone in TONES]
    rows = rows_of(values, "V5", *names).with_columns(
        moment=pl.col("variant").str.split("_").list.first(), tone=pl.col("variant").str.split("_").list.last()
    )
    rows = rows.with_columns(order=pl.col("tone").replace_strict({tone: k for k, tone in enumerate(TONES)}, return_dtype=pl.Int8))
    scale = alt.Scale(domain=TONES, range=[PALETTE["cost"], PALETTE["quiet"], PALETTE["care"]])
    base = alt.Chart(rows).encode(alt.Y("moment:N", sort=["opening", "closing"], axis=alt.Axis(labelFontSize=13), title=None))
    x = alt.X(
        "value:Q",
        stack="zero",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
        title="share of scored conversations",
    )
    bars = base.mark_bar(height=26).encode(
        x, alt.Color("tone:N", scale=scale, sort=TONES), alt.Order("order:O"), tooltip=tooltips(".1%", alt.Tooltip("tone:N"))
    )
    return finished(bars, "Tone of the customer's first and last turn", 80)


def answer_curve_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Share answered by a person within so many minutes, with interval; needs S2 answered_within."""
    rows = rows_of(values, "S2", "answered_within", slices="minutes=").with_columns(minutes=pl.col("slice_name").cast(pl.Int64))
    words = "datum.value < 60 ? datum.value + ' min' : datum.value / 60 + ' h'"
    x = alt.X(
        "minutes:Q",
        scale=alt.Scale(type="log", domain=[4, 1800], nice=False),
        axis=alt.Axis(values=[5, 15, 30, 60, 240, 1440], labelExpr=words, grid=False),
        title="after the customer wrote",
    )
    y = alt.Y(
        "value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5, grid=True), title="answered by a person"
    )
    base = alt.Chart(rows).encode(x)
    band = base.mark_area(color=PALETTE["care"], opacity=0.16, interpolate="monotone").encode(alt.Y("low:Q"), alt.Y2("high:Q"))
    line = base.mark_line(
        color=PALETTE["care"], interpolate="monotone", point={"filled": True, "size": 45, "color": PALETTE["care"]}
    )
    labels = base.mark_text(dy=-12, fontSize=12, color=PALETTE["ink"]).encode(y, text=alt.Text("value:Q", format=".0%"))
    return finished(
        alt.layer(band, line.encode(y, tooltip=tooltips(".1%", alt.Tooltip("minutes:Q", title="within minutes"))), labels),
        "Share of conversations answered by minutes waited",
        240,
    )


def waiting_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Median wait for a person by week, with interval; needs the week rows of S2."""
    rows = rows_of(values, "S2", "median", slices="week")
    y = alt.Y("value:Q", scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4, grid=True), title="minutes, median")
    return finished(weekly_line(rows, y, "low:Q", "high:Q", ",.1f"), "Median first response time by week", 200)


def outcome_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """How conversations ended, as shares with interval; needs S6."""
    rows = rows_of(values, "S6", *OUTCOME_WORDS).with_columns(outcome=pl.col("variant").replace_strict(OUTCOME_WORDS))
    return share_bars(rows, "outcome", list(OUTCOME_WORDS.values()), "How conversations ended")


def thank_you_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Thank You Score by week, with interval; needs the week rows of Q1."""
    rows = rows_of(values, "Q1", "rate", slices="week")
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format="%", tickCount=4, grid=True),
        title="conversations with a thank-you",
    )
    return finished(weekly_line(rows, y, "low:Q", "high:Q", ".1%"), "Thank You Score by week", 200)


#: Networks as they write themselves; others appear as their data names them.
NETWORK_WORDS = {
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "linkedin": "LinkedIn",
}

QUALITY_WORDS = {
    "Q1.rate": "said thank you",
    "Q1.closing_rate": "closed with a thank-you",
    "Q2.loose": "complaints with a thank-you",
    "Q2.strict": "complaints that ended in one",
}


def quality_chart(values: pl.DataFrame) -> alt.TopLevelMixin:
    """Thank You Score and complaint-to-thanks, with interval; needs Q1 and Q2."""
    rows = pl.concat([rows_of(values, "Q1", "rate", "closing_rate"), rows_of(values, "Q2", "loose", "strict")])
    named = rows.with_columns(what=pl.concat_str("metric_id", pl.lit("."), "variant").replace_strict(QUALITY_WORDS))
    return share_bars(named, "what", list(QUALITY_WORDS.values()), "Who said thank you")


def network_chart(values: pl.DataFrame, metric_id: str, title: str) -> alt.TopLevelMixin:
    """A share for each network, with interval; needs the rows of one variant sliced by network."""
    rows = rows_of(values, metric_id, slices="network=").sort("value", descending=True)
    named = rows.with_columns(network=pl.col("slice_name").replace(NETWORK_WORDS))
    return share_bars(named, "network", named["network"].to_list(), f"{title}, by network")


def share_bars(rows: pl.DataFrame, name: str, order: list[str], description: str) -> alt.TopLevelMixin:
    """A bar with label for each row, named by a column, in this order; with its interval where there are any."""
    whole = rows["low"].null_count() == rows.height
    told = rows.with_columns(end=pl.coalesce("high", "value"))
    lines = {each: in_lines(each) for each in order}
    base = alt.Chart(told.with_columns(pl.col(name).replace(lines))).encode(row_names(name, list(lines.values())))
    x = alt.X(
        "value:Q",
        axis=alt.Axis(format="%", tickCount=4, labelOverlap=True),
        title="share" if whole else "share, with 95 % interval",
    )
    bars = base.mark_bar(color=PALETTE["bar"], height=16).encode(x, tooltip=tooltips(".1%"))
    # As everywhere, small shares have a digit more.
    said = ".1%" if (rows["value"].max() or 0) < 0.2 else ".0%"
    labels = base.mark_text(align="left", dx=6).encode(alt.X("end:Q"), text=alt.Text("value:Q", format=said))
    whiskers = base.mark_rule(color=PALETTE["ink"], strokeWidth=1.5).encode(alt.X("low:Q"), alt.X2("high:Q"))
    # A complete count has no interval, and an axis of nothing but missing ends has no extent.
    drawn = alt.layer(bars, labels) if whole and rows.height else alt.layer(bars, whiskers, labels)
    return finished(drawn, description, 32 * max(rows.height, 1) + 8)
