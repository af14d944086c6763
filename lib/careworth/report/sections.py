"""The figures of a report, by the question that each section answers; a section without figures says what is missing."""

from typing import NamedTuple

import polars as pl

from careworth import charts
from careworth.report.parts import Figure, figure, number_line, of_too_few
from careworth.wording import ending_caveat, need_caveat, thanks_caveat, tone_caveat


class Section(NamedTuple):
    """A block of the scorecard: its question, what to know before reading, its figures, and all of its numbers.

    `numbers` are those of the whole campaign, `parts` the same by network, channel, reason and the like; `missing` is what to
    say when there are no figures.
    """

    id: str
    title: str
    note: str
    figures: list[Figure]
    missing: str
    numbers: list[dict]
    parts: list[dict]


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


#: The five blocks of the scorecard (R030), each with the metrics whose numbers it lists.
BLOCKS = {
    "following": ("A",),
    "issues": ("V", "Q3", "Q10", "F12"),
    "service": ("S", "Q1", "Q2", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9"),
    "loyalists": ("E1", "E2", "E3", "E7", "E8", "E9", "E11", "E12", "Q11"),
    "money": ("C", "E4", "E5", "E6", "M"),
}

#: Slices that are listed with a block: those by which somebody could act.
PART_SLICES = (
    r"^(event|series|topic|tested|network|channel|target|reason|policy|theme|source|kind|paid|by|from|threshold|dimension)="
)


def sections(values: pl.DataFrame) -> list[Section]:
    """The five blocks after the first page, in reading order."""
    attributed = (
        "Attributed is not incremental: a role or a credit says who was there, not what would have been lost without them."
    )
    told = {
        "following": ("Who follows and who writes?", "", _following(values), "Accounts, posts and clicks are not connected."),
        "issues": ("What do they come with, and in what tone?", "", _issues(values), "There were no conversations."),
        "service": (
            "Were customers served, and did they say thank you?",
            f"{need_caveat(values)} {thanks_caveat(values)}".strip(),
            [*_service(values), *_quality(values), *_hands(values)],
            "No conversation called for an answer.",
        ),
        "loyalists": ("Who stands by the brand?", "", _loyalists(values), "No customer was seen to answer for the brand."),
        "money": (
            "What part did care play in sales, and what moves the return?",
            attributed,
            [*_changed(values), *_journey(values), *_swings(values)],
            "No order with a known touch before it is connected; connect orders and touchpoints.",
        ),
    }
    return [Section(block, *words, *_numbers(values, block)) for block, words in told.items()]


def _numbers(values: pl.DataFrame, block: str) -> tuple[list[dict], list[dict]]:
    known = values.filter(pl.col("value").is_not_null() & ~of_too_few() & _belongs(block))
    whole, parts = known.filter(pl.col("slice") == "all"), known.filter(pl.col("slice").str.contains(PART_SLICES))
    return tuple(
        [number_line(row) for row in each.sort(_by_id(), "variant", "slice").iter_rows(named=True)] for each in (whole, parts)
    )


def _belongs(block: str) -> pl.Expr:
    letters = [name for name in BLOCKS[block] if len(name) == 1]
    ids = [name for name in BLOCKS[block] if len(name) > 1]
    return pl.col("metric_id").str.head(1).is_in(letters) | pl.col("metric_id").is_in(ids)


def _by_id() -> pl.Expr:
    return pl.concat_str(pl.col("metric_id").str.head(1), pl.col("metric_id").str.slice(1).str.zfill(2))


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
        *_managed(values),
    )


def _managed(values: pl.DataFrame) -> list[Figure | None]:
    reasons = ("S12", "reason", "reason=")
    return [
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
        figure(
            charts.slices_chart,
            values,
            "Why customers were sent elsewhere",
            "The reason that the brand gave, of all redirects.",
            metric("S12", "reason", slice="reason="),
            *reasons,
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
    ]


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


def _following(values: pl.DataFrame) -> list[Figure]:
    return _present(
        figure(
            charts.network_chart,
            values,
            "Active users for each follower, by network",
            "Customers who wrote within thirty days. People on several networks are counted on each.",
            metric("A2", "active_share", slice="network="),
            "A2",
            "active users for each follower",
        ),
    )


def _issues(values: pl.DataFrame) -> list[Figure]:
    intents = {"complaint": "complaint", "question": "question", "request": "request", "praise": "praise", "other": "other"}
    shifts = {"improved": "better", "unchanged": "the same", "worsened": "worse"}
    title = "What customers come with"
    return [
        *_volume(values),
        *_warnings(values),
        *_present(
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


#: A week with fewer hours of enough cases than this makes no picture.
FEWEST_HOURS = 24

#: Shares below this make no picture; their numbers stand in the table.
SMALLEST_DRAWN = 0.01


def _loyalists(values: pl.DataFrame) -> list[Figure]:
    deeds = {"peer_answers": "answered others", "tips": "gave a tip", "recommendations": "recommended", "ratings": "rated"}
    deeds |= {"defences": "took the brand's side"}
    words = {"any": "wrote again in public", "positive": "with praise", "negative": "with a grievance"}
    drawn = pl.col("value").filter(metric("Q11", "any")).max() >= SMALLEST_DRAWN
    reading = "Customers who wrote about the brand in public within a week."
    after = (metric("Q11", *words) & drawn, "Q11", words, "After they were served")
    done = (metric("E2", *deeds) & (pl.col("value") > 0), "E2", deeds, "What customers did for the brand")
    return _present(
        figure(charts.counts_chart, values, "What customers did for the brand", "Read by rules, so grade B.", *done),
        figure(charts.shares_chart, values, "After they were served", reading, *after),
    )


def _coincided(series: str) -> pl.Expr:
    """True for the events that a change of the series coincided with."""
    return metric("V7", series, slice="event=") & pl.col("reason").str.starts_with("coincided with")


def _volume(values: pl.DataFrame) -> list[Figure]:
    return _present(
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
    return _present(figure(charts.warnings_chart, values, "Complaints by day, and early warnings", reading, drawn, fewest=8))


def _hands(values: pl.DataFrame) -> list[Figure]:
    said = values.filter(metric("S20", "hours_needed"))["reason"].drop_nulls().to_list()
    drawn = metric("S20", "needed_per_hour", slice="hour=")
    return _present(figure(charts.capacity_chart, values, "Hands that the next weeks take", " ".join(said), drawn, fewest=24))


def _changed(values: pl.DataFrame) -> list[Figure]:
    series = charts.effect_series(values)
    own = pl.col("slice") == f"series={series}"
    title = f"What the campaign changed: {charts.series_words(series)}"
    said = values.filter(own, pl.col("variant").str.ends_with("_lift"))["reason"].to_list()
    reading = f"{' '.join(said)} Grey is where the expected level may lie; it moves as a whole."
    return _present(figure(charts.effect_chart, values, title, reading, own, fewest=8))


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
            charts.steps_chart,
            values,
            "Where journeys go from each channel",
            "Of the steps from a channel, the share that leads to another, to an order or to none.",
            metric("M6", "step", slice="step="),
        ),
        figure(
            charts.lags_chart,
            values,
            "How long before the order it began",
            "Days from the first touch of a path to its order, within the look-back window.",
            metric("M6", "path_days", slice="days="),
        ),
        figure(
            charts.credit_chart,
            values,
            "How rules and models share out the revenue",
            "With 95 % interval. Where they disagree, the data cannot say who is right.",
            metric("M5", "first", "linear", "markov", "shapley", "last", slice="channel="),
        ),
        *_incremental(values),
    )


def _incremental(values: pl.DataFrame) -> list[Figure]:
    tested = metric("M7", "channel_conversions", slice="channel=")
    if values.filter(tested & pl.col("value").is_not_null()).is_empty():
        return []
    drawn = tested | metric("M5", "linear_conversions", slice="channel=")
    reading = "Credit by equal shares, and what the campaign's holdout says of it; of channels without a test it says little."
    return [figure(charts.incremental_chart, values, "Credited and incremental", reading, drawn)]


def _swings(values: pl.DataFrame) -> list[Figure]:
    reading = "The longer the bar, the more there is to gain from measuring that input better."
    return _present(figure(charts.swing_chart, values, "What the return hangs on", reading, metric("M11", slice="input=")))
