"""How much there was: messages, conversations, customers, care conversations (V1) and the message funnel (F12)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.results import Row, value_row
from careworth.stats import block_bootstrap_mean


def volume_rows(conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """V1: complete counts, care conversations per day with interval, per network and per week."""
    care = conversations.filter(is_care())
    counts = {
        "messages": int(conversations["message_count"].sum()),
        "conversations": conversations.height,
        "customers": conversations["customer_id"].n_unique(),
        "care_conversations": care.height,
    }
    rows = [value_row("V1", name, count, "count", n=count, denominator=name.replace("_", " ")) for name, count in counts.items()]
    return [*rows, _per_day(care, cut), *_by_network(care), *_by_week(care, cut)]


def is_care() -> pl.Expr:
    """True for conversations that called for an answer or got one from a person."""
    return (pl.col("clock_at").is_not_null() | (pl.col("agent_turn_count") > 0)).alias("is_care")


def _per_day(care: pl.DataFrame, cut: Cut) -> Row:
    last = min(cut.end, cut.as_of.astimezone(cut.zone).date())
    days = pl.DataFrame({"day": pl.date_range(cut.start, last, closed="left", eager=True)})
    counted = care.group_by(day=pl.col("started_at").dt.convert_time_zone(cut.zone.key).dt.date()).len()
    series = days.join(counted, on="day", how="left").sort("day")["len"].fill_null(0).to_numpy()
    estimate = block_bootstrap_mean(series)
    return value_row(
        "V1", "care_per_day", estimate, "count/day", n=len(series), denominator="days", reason="no day has passed yet"
    )


def _by_network(care: pl.DataFrame) -> list[Row]:
    counted = care.group_by("network").len().sort("network")
    if counted.height < 2:
        return []
    return [
        value_row("V1", "care_conversations", count, "count", n=count, denominator="care conversations", slice=f"network={name}")
        for name, count in counted.iter_rows()
    ]


def _by_week(care: pl.DataFrame, cut: Cut) -> list[Row]:
    return [
        value_row(
            "V1",
            "care_conversations",
            part.height,
            "count",
            n=part.height,
            denominator="care conversations",
            slice="week",
            period=week,
        )
        for week, part in cut.weeks(care.select("started_at")).items()
    ]


def funnel_rows(funnel: dict[str, int], conversations: pl.DataFrame) -> list[Row]:
    """F12: what became of every message record of the workspace, and how many the campaign holds."""
    counts = funnel | {"in_campaign": int(conversations["message_count"].sum())}
    return [
        value_row("F12", name, count, "count", n=funnel["read"], denominator="records read") for name, count in counts.items()
    ]
