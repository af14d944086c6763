"""Day by day: what the tables of a study count, as the series that trends, effects and links are read from."""

from datetime import date

import polars as pl

from careworth.metrics.posts import DEEDS
from careworth.metrics.volume import is_care
from careworth.metrics.windows import last_day, local_day
from careworth.roi.cost_checks import stated_amount
from careworth.schemas import minor_units
from careworth.study import Study

#: A conversation of a day may have begun at its end, which is so many hours after its start.
DAY_HOURS = 24


def outcome_days(study: Study) -> pl.DataFrame:
    """One row per series and local day with what the business counts: series, day, value.

    The series are `calls` and `calls:QUEUE`, `contacts:CHANNEL`, and of the campaign's brand `orders` and `revenue` (kept, in the
    major unit), of others `orders:BRAND` and `revenue:BRAND`; each from its first day to its last before the cut-off, and a day
    without a record is zero.
    """
    cut = study.cut
    intervals = study.table("contact_intervals").select("queue", "offered", day=local_day("interval_start", cut))
    contacts = study.table("contacts").select("channel", day=local_day("started_at", cut)).drop_nulls("channel")
    counted = [
        intervals.group_by("day").agg(series=pl.lit("calls").first(), value=pl.col("offered").sum()),
        intervals.drop_nulls("queue").group_by("day", series="calls:" + pl.col("queue")).agg(value=pl.col("offered").sum()),
        contacts.group_by("day", series="contacts:" + pl.col("channel")).agg(value=pl.len()),
        *_sales(study),
    ]
    columns = ["series", "day", pl.col("value").cast(pl.Float64)]
    return pl.concat([part.select(columns) for part in counted]).pipe(_without_gaps, last_day(cut))


def _sales(study: Study) -> list[pl.DataFrame]:
    currency, own = study.campaign.currency, pl.col("brand") == study.campaign.brand
    kept = study.table("orders").filter(pl.col("net_minor") > pl.col("refund_minor"), currency=currency)
    net = (pl.col("net_minor") - pl.col("refund_minor")) / minor_units(currency)
    brand = pl.when(own).then(pl.lit("")).otherwise(":" + pl.col("brand"))
    told = kept.select(day=local_day("ordered_at", study.cut), brand=brand, net=net)
    amounts = {"orders": pl.len(), "revenue": pl.col("net").sum()}
    return [told.group_by("day", series=pl.lit(name) + pl.col("brand")).agg(value=amount) for name, amount in amounts.items()]


def _without_gaps(counted: pl.DataFrame, until: date) -> pl.DataFrame:
    """The series with every day from its first to its last before `until`."""
    known = counted.filter(pl.col("day") < until)
    spans = known.group_by("series").agg(day=pl.date_ranges(pl.col("day").min(), pl.col("day").max()).first()).explode("day")
    return spans.join(known, on=["series", "day"], how="left", validate="1:1").fill_null(0.0).sort("series", "day")


def cost_days(study: Study) -> pl.DataFrame:
    """The campaign's cost by day, in the major unit: day, value; each line spread evenly over its days."""
    lines = study.own("costs").filter(pl.col("period_end") > pl.col("period_start"), currency=study.campaign.currency)
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
    each = lines.select(
        day=pl.date_ranges("period_start", "period_end", closed="left"),
        value=stated_amount() / minor_units(study.campaign.currency) / days,
    )
    spread = each.explode("day").group_by("day").agg(pl.col("value").sum())
    return spread.filter(pl.col("day") < last_day(study.cut)).sort("day")


def metric_days(study: Study) -> pl.DataFrame:
    """One row per metric and local day, of all conversations with the accounts: metric_id, variant, day, value, n.

    Counts are zero on days without a conversation; shares are unknown then. A share that takes time to show (S1, Q1) is told
    of days whose conversations are old enough.
    """
    cut, service = study.cut, study.workspace.service
    told = study.account_conversations.select(
        "started_at",
        is_care(),
        day=local_day("started_at", cut),
        complaint=pl.col("opening_state") == "complaint",
        negative=pl.when(pl.col("opening_sentiment") != "unscored").then(pl.col("opening_sentiment") == "negative"),
        in_time=pl.when(pl.col("clock_at").is_not_null()).then(_answered_within(service.response_hours)),
        thanked=pl.when(pl.col("agent_turn_count") > 0).then(pl.col("thanks_count") > 0),
    ).filter(pl.col("day") < last_day(cut))
    mature = {
        hours: cut.mature(told, hours + DAY_HOURS) for hours in (0, service.response_hours, service.resolution_window_hours)
    }
    shares = {
        ("V4", "complaint"): (mature[0], "complaint"),
        ("V5", "opening_negative"): (mature[0], "negative"),
        ("S1", f"within_{service.response_hours:g}h"): (mature[service.response_hours], "in_time"),
        ("Q1", "rate"): (mature[service.resolution_window_hours], "thanked"),
    }
    care = told.group_by(series=pl.lit("V1.care_conversations"), day="day").agg(value=pl.col("is_care").sum().cast(pl.Float64))
    counted = _without_gaps(care, last_day(cut)).select(
        metric_id=pl.lit("V1"), variant=pl.lit("care_conversations"), day="day", value="value", n=pl.col("value").cast(pl.Int64)
    )
    return pl.concat([counted, *(_daily_share(*key, *source) for key, source in shares.items()), _engagement(study)])


def _answered_within(hours: float) -> pl.Expr:
    waited = pl.col("first_reply_at") - pl.col("clock_at")
    return (waited <= pl.duration(seconds=round(hours * 3600))).fill_null(False)


def _daily_share(metric_id: str, variant: str, table: pl.DataFrame, flag: str) -> pl.DataFrame:
    known = table.drop_nulls(flag).group_by("day").agg(value=pl.col(flag).mean(), n=pl.len().cast(pl.Int64)).sort("day")
    return known.select(metric_id=pl.lit(metric_id), variant=pl.lit(variant), day="day", value="value", n="n")


def _engagement(study: Study) -> pl.DataFrame:
    posts = study.account_posts.filter(pl.col("impressions") > 0).with_columns(day=local_day("published_at", study.cut))
    deeds = pl.sum_horizontal(pl.col(name).fill_null(0) for name in DEEDS).sum()
    each = (
        posts.filter(pl.col("day") < last_day(study.cut))
        .group_by("day")
        .agg(deeds=deeds, n=pl.col("impressions").sum())
        .sort("day")
    )
    value = pl.col("deeds") / pl.col("n")
    return each.select(
        metric_id=pl.lit("A7"), variant=pl.lit("engagement_rate"), day="day", value=value, n=pl.col("n").cast(pl.Int64)
    )
