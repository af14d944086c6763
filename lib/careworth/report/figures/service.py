"""Pictures of how customers were served: answers, hours, endings, thanks, and the hands that it takes."""

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, metric, present
from careworth.wording import ending_caveat

#: A week with fewer hours of enough cases than this makes no picture.
FEWEST_HOURS = 24


def service_figures(values: pl.DataFrame) -> list[Figure]:
    """Answers, hours of the week, endings, thanks, and the hands that the next weeks take."""
    return [*_answers(values), *_hours(values), *_endings(values), *_quality(values), *_hands(values)]


def _answers(values: pl.DataFrame) -> list[Figure]:
    return present(
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
            charts.network_chart,
            values,
            "Answered in time, by network",
            "Mature conversations that needed a response.",
            pl.col("variant").str.starts_with("within_") & metric("S1", slice="network="),
            "S1",
            "answered in time",
        ),
    )


def _hours(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.hours_chart,
            values,
            "Answered at once, by hour of the week",
            "Within the minutes that the workspace calls at once. Hours with few cases are pale.",
            metric("S18", slice="hour="),
            fewest=FEWEST_HOURS,
        ),
        figure(
            charts.backlog_chart,
            values,
            "Left undone",
            "Customers who still waited for an answer when each week began; whoever was never answered stays in.",
            metric("S10", "open", slice="week"),
            fewest=3,
        ),
    )


def _endings(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.outcome_chart,
            values,
            "How it ended",
            ending_caveat(values),
            metric("S6") | metric("S5", "median", "p90") | metric("S5", "resolved_within", slice="hours="),
        ),
        figure(
            charts.slices_chart,
            values,
            "Why customers were sent elsewhere",
            "The reason that the brand gave, of all redirects.",
            metric("S12", "reason", slice="reason="),
            "S12",
            "reason",
            "reason=",
            "Why customers were sent elsewhere",
        ),
        figure(
            charts.change_chart,
            values,
            "Resolved here, against the eight weeks before",
            "A change that is only another mix of networks is nobody's merit. Before and after is no evidence of a cause.",
            metric("S6", "resolved_change", "resolved_change_within", "resolved_change_mix", slice="by=network"),
            "S6",
            "resolved",
            "Change of the share resolved, taken apart",
        ),
    )


def _quality(values: pl.DataFrame) -> list[Figure]:
    return present(
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


def _hands(values: pl.DataFrame) -> list[Figure]:
    said = values.filter(metric("S20", "hours_needed"))["reason"].drop_nulls().to_list()
    drawn = metric("S20", "needed_per_hour", slice="hour=")
    return present(figure(charts.capacity_chart, values, "Hands that the next weeks take", " ".join(said), drawn, fewest=24))
