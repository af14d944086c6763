"""Pictures of how customers were served: answers, hours, endings, thanks, and the hands that it takes."""

import polars as pl

from careworth import charts
from careworth.report.figures.audience import by_network
from careworth.report.parts import Figure, figure, metric, present
from careworth.wording import ending_caveat, headline_response
from careworth.wording import findings as told

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
            finding=told.answered_finding(values),
            is_wide=True,
        ),
        figure(
            charts.waiting_chart,
            values,
            "Median wait by week",
            "Whole weeks only.",
            metric("S2", "median", slice="week"),
            fewest=3,
            finding=told.trend_finding(values, "S2.median", "The median wait"),
        ),
        figure(
            charts.network_chart,
            values,
            "Answered in time, by network",
            "Mature conversations that needed a response.",
            pl.col("variant").str.starts_with("within_") & metric("S1", slice="network="),
            "S1",
            "answered in time",
            finding=_in_time(values),
        ),
    )


def _in_time(values: pl.DataFrame) -> str:
    row = headline_response(values)
    return told.network_finding(by_network(values, "S1", row["variant"]), "answered in time most often") if row else ""


def _at_once(values: pl.DataFrame) -> str:
    whole = values.filter(metric("S18") & pl.col("variant").str.starts_with("within_"))
    row = told.known_row(values, "S18", whole["variant"][0]) if whole.height else None
    return told.share_finding(row, "were answered at once")


def _hours(values: pl.DataFrame) -> list[Figure]:
    waiting = metric("S10", "open", slice="week")
    return present(
        figure(
            charts.hours_chart,
            values,
            "Answered at once, by hour of the week",
            "Within the minutes that the workspace calls at once. Hours with fewer than ten cases are left out.",
            metric("S18", slice="hour="),
            fewest=FEWEST_HOURS,
            finding=_at_once(values),
            is_wide=True,
        ),
        figure(
            charts.backlog_chart,
            values,
            "Left undone",
            "Customers who still waited for an answer when each week began; whoever was never answered stays in.",
            waiting & (pl.col("value").filter(waiting).max() > 0),
            fewest=3,
            finding=told.backlog_finding(values),
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
            finding=told.share_finding(told.known_row(values, "S6", "resolved"), "were resolved here"),
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
            finding=_reason(values),
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
            finding=told.change_finding(values, "S6", "resolved", "Resolved here"),
        ),
    )


def _reason(values: pl.DataFrame) -> str:
    rows = told.sliced_rows(values, "S12", "reason", "reason=")
    named = {"another reason or none": rows.pop("other", None)} | rows
    known = {name: row for name, row in named.items() if row is not None}
    return told.most_finding(known, "Most often:", "No reason for sending customers elsewhere stands out")


def _quality(values: pl.DataFrame) -> list[Figure]:
    return present(
        figure(
            charts.quality_chart,
            values,
            "Who said thank you",
            "Of the conversations that a person answered; complaints have a denominator of their own.",
            metric("Q1") | metric("Q2"),
            finding=told.share_finding(told.known_row(values, "Q1", "rate"), "said thank you"),
        ),
        figure(
            charts.thank_you_chart,
            values,
            "Thank You Score by week",
            "Whole weeks only.",
            metric("Q1", "rate", slice="week"),
            fewest=3,
            finding=told.trend_finding(values, "Q1.rate", "Thank-yous"),
        ),
        figure(
            charts.network_chart,
            values,
            "Thank You Score by network",
            "",
            metric("Q1", "rate", slice="network="),
            "Q1",
            "said thank you",
            finding=told.network_finding(by_network(values, "Q1", "rate"), "thanked most often"),
        ),
    )


def _hands(values: pl.DataFrame) -> list[Figure]:
    said = values.filter(metric("S20", "hours_needed"))["reason"].drop_nulls().to_list()
    drawn = metric("S20", "needed_per_hour", slice="hour=")
    stated = {"finding": told.hands_finding(values), "is_wide": True}
    reading = " ".join(f"{each}." for each in said)
    return present(figure(charts.capacity_chart, values, "Hands that the next weeks take", reading, drawn, fewest=24, **stated))
