"""Pictures of what customers come with: volume and events, warnings, openings and tone."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present
from careworth.wording import tone_caveat
from careworth.wording.findings import alarm_finding, known_row, most_finding, shift_finding, tone_finding, volume_finding

INTENTS = {"complaint": "complaint", "question": "question", "request": "request", "praise": "praise", "other": "other"}

#: The same in a sentence.
INTENT_WORDS = {"complaint": "a complaint", "question": "a question", "request": "a request", "praise": "praise"}


def issue_figures(values: pl.DataFrame) -> list[Figure]:
    """Volume, early warnings, openings and how the tone moved."""
    shifts = {"improved": "better", "unchanged": "the same", "worsened": "worse"}
    title = "What customers come with"
    asked = {words: row for name, words in INTENT_WORDS.items() if (row := known_row(values, "V4", name))}
    most = most_finding(asked, "Most often they come with", "No one reason to write stands out")
    return [
        *_volume(values),
        *_warnings(values),
        *present(
            figure(
                charts.shares_chart,
                values,
                title,
                "By the first turn.",
                metric("V4", *INTENTS),
                "V4",
                INTENTS,
                title,
                finding=most,
            ),
            figure(
                charts.shares_chart,
                values,
                "How the tone moved from the first turn to the last",
                "Angry openings calm down without any help: the numbers of those whom nobody answered stand beside these.",
                metric("Q3", *shifts, *(f"{name}_unanswered" for name in shifts)),
                "Q3",
                shifts,
                "How the tone moved from the first turn to the last",
                finding=shift_finding(values),
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
            finding=volume_finding(values),
            is_wide=True,
        ),
        figure(
            charts.sentiment_chart,
            values,
            "Tone at the opening and at the end",
            tone_caveat(values),
            metric("V5") | metric("P12"),
            finding=tone_finding(values),
            is_wide=True,
        ),
    )


def _warnings(values: pl.DataFrame) -> list[Figure]:
    reading = "Grey is where 95 in 100 quiet days lie; a dot is a day with an alarm, raised by what was known on that day."
    drawn = metric("V8", "seen", slice="topic=") | metric("V8", "alarm", "watched", slice="topic=")
    topic, told = "Complaints by day, and early warnings", {"finding": alarm_finding(values), "is_wide": True}
    return present(figure(charts.warnings_chart, values, topic, reading, drawn, fewest=8, **told))
