"""Early warnings of a study (V8): by the hour, by the day and topic, and complaints, tone and waits watched together."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from careworth.alarms.daily import Signal, Watched, age_signal, share_signal, volume_signal, watch
from careworth.alarms.judging import judge, usual_range
from careworth.alarms.rows import alarm_rows, alarm_table, rows_of_alarms
from careworth.metrics.windows import last_day, local_day
from careworth.results import Row, value_row
from careworth.stats import Estimate
from careworth.study import Study

#: Events that a back-test takes for incidents.
INCIDENTS = ["outage", "incident", "crisis"]

#: Openings that are counted by the day, each on its own.
TOPICS = ("complaint", "question", "request")

BY_HOUR, BY_DAY = "all by the hour", "complaint by the day"

#: False alarms that are accepted: of the hours one in four weeks; of each topic's days, and of all charts together, two a year.
A_WEEK, A_YEAR = 0.25, 2.0

#: What the charts that are watched together are called.
CHARTS = {
    "volume": "complaints",
    "negative share": "tone",
    "volume and negative share": "complaints and tone",
    "unanswered age": "waits of the unanswered",
}
TOGETHER = "complaints, tone and waits together"


def work_out_limits() -> None:
    """Work out the limits of alarms, which are those of every campaign; whoever asks for them later in this process has them."""
    hours, days = np.arange(14 * 24.0) * 3_600, np.arange(70.0) * 86_400
    judge(hours, np.ones(len(hours)), A_WEEK)
    counts = np.ones(len(days))
    judge(days, counts, A_YEAR)
    watch([volume_signal(counts), share_signal(counts, 2 * counts), age_signal(counts)], A_YEAR)


def warning_rows(study: Study) -> list[Row]:
    """V8: alarms by topic and together, what was seen and would have been normal at each, and the test on known incidents.

    Alarms are raised as they would have been at the time: nothing that came later is used. What the campaign was expected to
    bring (`volume_lift`) raises no alarm.
    """
    told = study.account_conversations.select("started_at", "opening_state", "opening_sentiment", day=_day(study)).sort(
        "started_at"
    )
    if told.is_empty():
        return alarm_rows(_counted(told.select(topic=pl.lit(""), at="started_at", count=pl.lit(0)).clear()))
    days = _with_counts(study, told)
    hours = _counted(_by_hour(told))
    return [
        *_topic_rows(study, hours, BY_HOUR, A_WEEK),
        *_topic_rows(study, _by_day(days), BY_DAY, A_YEAR),
        *_together_rows(study, days),
        *_seen_rows(study, days),
    ]


def _day(study: Study) -> pl.Expr:
    return local_day("started_at", study.cut)


def _counted(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.select("topic", pl.col("at").cast(pl.Datetime("us", "UTC")), pl.col("count").fill_null(0).cast(pl.Int64))


def _by_hour(told: pl.DataFrame) -> pl.DataFrame:
    hours = told.group_by_dynamic("started_at", every="1h").agg(count=pl.len()).upsample("started_at", every="1h")
    return hours.select(topic=pl.lit(BY_HOUR), at="started_at", count="count")


def _with_counts(study: Study, told: pl.DataFrame) -> pl.DataFrame:
    """Every whole local day from the first conversation to the cut-off with its counts."""
    named = {state: (pl.col("opening_state") == state).sum() for state in TOPICS}
    tones = {
        "negative": (pl.col("opening_sentiment") == "negative").sum(),
        "scored": (pl.col("opening_sentiment") != "unscored").sum(),
    }
    days = pl.DataFrame({"day": pl.date_range(told["day"][0], last_day(study.cut), closed="left", eager=True)})
    counted = told.group_by("day").agg(**named, **tones)
    return days.join(counted, on="day", how="left", validate="1:1", maintain_order="left").fill_null(0)


def _by_day(days: pl.DataFrame) -> pl.DataFrame:
    # At midnight UTC of the local day: days of 23 or 25 hours would look like gaps.
    at = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.concat([_counted(days.select(topic=pl.lit(f"{state} by the day"), at=at, count=state)) for state in TOPICS])


def _topic_rows(study: Study, counts: pl.DataFrame, tested: str, budget: float) -> list[Row]:
    """The alarms of each topic, and how those of the `tested` topic did on known incidents."""
    planned = pl.DataFrame({"start": [study.period[0]], "end": [study.period[1]], "lift": [study.campaign.volume_lift]})
    alarms, reasons = alarm_table(counts, planned, budget)
    rows = rows_of_alarms(counts, alarms, reasons, _incidents(study, tested))
    own = [alarm for alarm in alarms.iter_rows(named=True) if study.period[0] <= alarm["at"] < study.period[1]]
    return [
        *(row | {"slice": f"tested={tested}"} if row["slice"] == "all" else row for row in rows),
        *(_alarm_row(alarm, study.cut.zone) for alarm in own),
    ]


def _incidents(study: Study, topic: str) -> pl.DataFrame:
    known = study.table("events").filter(pl.col("type").is_in(INCIDENTS), pl.col("start_at") <= study.as_of)
    return known.select(topic=pl.lit(topic), start="start_at", end="end_at")


def _alarm_row(alarm: dict, zone: ZoneInfo) -> Row:
    """One alarm: what came, and between which counts 95 in 100 quiet hours or days lie."""
    by_hour = alarm["topic"] == BY_HOUR
    at = alarm["at"].astimezone(zone) if by_hour else alarm["at"]
    when = f"at {at:%H:%M}, " if by_hour else ""
    return value_row(
        "V8",
        "alarm",
        alarm["observed"],
        "count",
        n=1,
        denominator="hours" if by_hour else "days",
        slice=f"topic={alarm['topic']}",
        grade="B",
        reason=f"{when}{alarm['low']:.0f} to {alarm['high']:.0f} would have been normal",
        period=(at.date(), at.date() + timedelta(days=1)),
    )


def _together_rows(study: Study, days: pl.DataFrame) -> list[Row]:
    """Complaints, the negative share and how long the unanswered wait, day by day, on one budget."""
    dates = days["day"].to_list()
    lifts = np.array([study.campaign.volume_lift if study.campaign.start <= day < study.campaign.end else 1.0 for day in dates])
    counts = {name: days[name].to_numpy().astype(float) for name in ("complaint", "negative", "scored")}
    signals: list[Signal] = [
        volume_signal(counts["complaint"], lifts=lifts),
        share_signal(counts["negative"], counts["scored"]),
        age_signal(_ages(study, dates)),
    ]
    return _watched_rows(study, dates, watch(signals, A_YEAR))


def _watched_rows(study: Study, dates: list[date], watched: Watched) -> list[Row]:
    """How many days had an alarm of any chart, and which charts said so on each day of the campaign."""
    labels = {"denominator": "days", "slice": f"topic={TOGETHER}", "grade": "B"}
    budget = f"chance alone raises about {A_YEAR:g} a year, all charts together"
    number = value_row("V8", "alarms", int(watched.alarm().sum()), "count", n=len(dates), reason=budget, **labels)
    own = [
        place for place, day in enumerate(dates) if study.campaign.start <= day < study.campaign.end and watched.alarm()[place]
    ]
    said = {
        place: [CHARTS[name] for name, row in zip(watched.charts, watched.alarms, strict=True) if row[place]] for place in own
    }
    return [
        number,
        *(
            value_row("V8", "watched", len(charts), "count", n=1, reason="; ".join(charts), period=_one(dates[place]), **labels)
            for place, charts in said.items()
        ),
    ]


def _one(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _seen_rows(study: Study, days: pl.DataFrame) -> list[Row]:
    """The campaign's complaints day by day, with the range in which 95 in 100 quiet days lie."""
    dates, counts = days["day"].to_list(), days["complaint"].to_numpy().astype(float)
    if len(dates) < 2:
        return []
    inside = np.array([study.campaign.start <= day < study.campaign.end for day in dates])
    seconds = (np.arange(len(dates)) + dates[0].weekday()) * 86_400.0
    judged = judge(seconds, counts, A_YEAR, np.where(inside, study.campaign.volume_lift, 1.0))
    low, high = usual_range(judged.expected, judged.size)
    labels = {"n": 1, "denominator": "days", "slice": f"topic={BY_DAY}", "grade": "B"}
    return [
        value_row(
            "V8", "seen", Estimate(*(float(line[place]) for line in (counts, low, high))), "count", period=_one(day), **labels
        )
        for place, day in enumerate(dates)
        if inside[place] and np.isfinite(low[place])
    ]


def _ages(study: Study, dates: list[date]) -> np.ndarray:
    """Minutes that the middle one of those who waited at the end of each day had waited; nan where nobody did."""
    waits = study.account_waits.select("waiting_since", "answered_at")
    since = waits["waiting_since"].dt.epoch("us").to_numpy()
    until = waits["answered_at"].dt.epoch("us").fill_null(np.iinfo(np.int64).max).to_numpy()
    ages = np.full(len(dates), np.nan)
    for place, day in enumerate(dates):
        end = datetime.combine(day + timedelta(days=1), time(), study.cut.zone).timestamp() * 1e6
        waiting = since[(since <= end) & (until > end)]
        if len(waiting):
            ages[place] = (end - np.median(waiting)) / 6e7
    return ages
