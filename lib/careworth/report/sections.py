"""The figures of a report, by the question that each section answers; a section without figures says what is missing."""

from typing import NamedTuple

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure
from careworth.wording import ending_caveat, need_caveat, thanks_caveat, tone_caveat


class Section(NamedTuple):
    """A question, what to know before reading, its figures, and what to say when there are none."""

    id: str
    title: str
    note: str
    figures: list[Figure]
    missing: str


def metric(metric_id: str, *variants: str, slice: str = "all") -> pl.Expr:
    """True for the rows of a metric; `slice` is exact, or with `=` at its end a beginning."""
    sliced = pl.col("slice").str.starts_with(slice) if slice.endswith("=") else pl.col("slice") == slice
    wanted = pl.col("variant").is_in(variants) if variants else pl.lit(True)
    return (pl.col("metric_id") == metric_id) & sliced & wanted


def money_figures(values: pl.DataFrame) -> list[Figure]:
    """The return and where it comes from: the pictures of the first page."""
    lines = metric("M1", "total", slice="category=") | metric("M3") | metric("M7")
    return _present(
        figure(
            charts.return_chart,
            values,
            "How sure are we?",
            "Fifty equally likely outcomes; each dot stands for two in a hundred. The bar spans nine outcomes in ten.",
            metric("M9", "roi", "probability_positive", "net_value") | metric("M9", "quantile", slice="q="),
        ),
        figure(
            charts.ledger_chart,
            values,
            "Where it comes from",
            "Each call and each sale counts once. Sales that attribution credits are not among the gains.",
            lines | metric("M1", "total"),
        ),
    )


def sections(values: pl.DataFrame) -> list[Section]:
    """All sections after the first page, in reading order."""
    return [
        Section(
            "service",
            "Were customers served?",
            need_caveat(values),
            _service(values),
            "No conversation called for an answer.",
        ),
        Section(
            "quality",
            "Did they say thank you?",
            thanks_caveat(values),
            _quality(values),
            "No conversation was answered and old enough to judge.",
        ),
        Section("volume", "How much was there, and in what tone?", "", _volume(values), "There were no conversations."),
        Section(
            "journey",
            "What part did care play on the way to a sale?",
            "Attributed is not incremental: a role or a credit says who was there, not what would have been lost without them.",
            _journey(values),
            "No order with a known touch before it is connected; connect orders and touchpoints.",
        ),
        Section("money", "What moves the return?", "", _swings(values), "There is no return to take apart."),
    ]


def _present(*figures: Figure | None) -> list[Figure]:
    return [each for each in figures if each is not None]


def _service(values: pl.DataFrame) -> list[Figure]:
    return _present(
        figure(
            charts.answer_curve_chart,
            values,
            "How long until a person answered",
            "Unanswered conversations count as still waiting. Bots and automatic replies do not stop the clock.",
            metric("S2", "answered_within", slice="minutes=") | metric("S2", "median", "p90"),
        ),
        figure(
            charts.waiting_chart,
            values,
            "Median wait by week",
            "Whole weeks only.",
            metric("S2", "median", slice="week"),
            fewest=3,
        ),
        figure(
            charts.outcome_chart,
            values,
            "How it ended",
            ending_caveat(values),
            metric("S6") | metric("S5", "median", "p90") | metric("S5", "resolved_within", slice="hours="),
        ),
        figure(
            charts.network_chart,
            values,
            "Answered in time, by network",
            "Mature conversations that needed a response.",
            pl.col("variant").str.starts_with("within_") & metric("S1", slice="network="),
            "S1",
            "answered in time",
        ),
    )


def _quality(values: pl.DataFrame) -> list[Figure]:
    return _present(
        figure(
            charts.quality_chart,
            values,
            "Who said thank you",
            "Of the conversations that a person answered; complaints have a denominator of their own.",
            metric("Q1") | metric("Q2"),
        ),
        figure(
            charts.thank_you_chart,
            values,
            "Thank You Score by week",
            "Whole weeks only.",
            metric("Q1", "rate", slice="week"),
            fewest=3,
        ),
        figure(
            charts.network_chart,
            values,
            "Thank You Score by network",
            "",
            metric("Q1", "rate", slice="network="),
            "Q1",
            "said thank you",
        ),
    )


def _volume(values: pl.DataFrame) -> list[Figure]:
    return _present(
        figure(
            charts.volume_chart,
            values,
            "Care conversations by week",
            "Whole weeks only.",
            metric("V1", "care_conversations", slice="week") | metric("V1"),
        ),
        figure(
            charts.sentiment_chart,
            values,
            "Tone at the opening and at the end",
            tone_caveat(values),
            metric("V5") | metric("P12"),
        ),
    )


def _journey(values: pl.DataFrame) -> list[Figure]:
    return _present(
        figure(
            charts.roles_chart,
            values,
            "Who starts, assists and closes",
            "A channel assists where it stands strictly between the first and the last touch.",
            metric("M6", slice="channel="),
        ),
        figure(
            charts.credit_chart,
            values,
            "How three rules share out the revenue",
            "With 95 % interval. Where the rules disagree, the data cannot say who is right.",
            metric("M5", "first", "linear", "last", slice="channel="),
        ),
    )


def _swings(values: pl.DataFrame) -> list[Figure]:
    reading = "The longer the bar, the more there is to gain from measuring that input better."
    return _present(figure(charts.swing_chart, values, "What the return hangs on", reading, metric("M11", slice="input=")))
