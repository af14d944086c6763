"""Pictures of what customers come with: volume and events, warnings, openings and tone."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present
from careworth.wording import tone_caveat


def issue_figures(values: pl.DataFrame) -> list[Figure]:
    """Volume, early warnings, openings and how the tone moved."""
    intents = {"complaint": "complaint", "question": "question", "request": "request", "praise": "praise", "other": "other"}
    shifts = {"improved": "better", "unchanged": "the same", "worsened": "worse"}
    title = "What customers come with"
    return [
        *_volume(values),
        *_warnings(values),
        *present(
            figure(charts.shares_chart, values, title, "By the first turn.", metric("V4", *intents), "V4", intents, title),
            figure(
                charts.shares_chart,
                values,
                "How the tone moved from the first turn to the last",
                "Angry openings calm down without any help: the numbers of those whom nobody answered stand beside these.",
                metric("Q3", *shifts, *(f"{name}_unanswered" for name in shifts)),
                "Q3",
                shifts,
                "How the tone moved from the first turn to the last",
            ),
        ),
    ]


def _coincided(series: str) -> pl.Expr:
    """True for the events that a change of the series coincided with."""
    return metric("V7", series, slice="event=") & pl.col("reason").str.starts_with("coincided with")


def _volume(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.volume_chart,
            values,
            "Care conversations by week",
            "Whole weeks only; a broken line marks an event that a change coincided with, which is no cause.",
            metric("V1", "care_conversations", slice="week") | metric("V1") | _coincided("V1.care_conversations"),
        ),
        figure(
            charts.sentiment_chart,
            values,
            "Tone at the opening and at the end",
            tone_caveat(values),
            metric("V5") | metric("P12"),
        ),
    )


def _warnings(values: pl.DataFrame) -> list[Figure]:
    reading = "Grey is where 95 in 100 quiet days lie; a dot is a day with an alarm, raised by what was known on that day."
    drawn = metric("V8", "seen", slice="topic=") | metric("V8", "alarm", "watched", slice="topic=")
    return present(figure(charts.warnings_chart, values, "Complaints by day, and early warnings", reading, drawn, fewest=8))
