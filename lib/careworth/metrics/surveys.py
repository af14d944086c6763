"""What customers said when they were asked: satisfaction (Q4), recommendation (Q5), ease (Q6), and its change (E9)."""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.baseline_length import too_short
from careworth.metrics.shares import slice_rows
from careworth.metrics.windows import before, during
from careworth.results import Row, share_estimate, value_row
from careworth.stats import Estimate, newcombe_interval, nps_interval

#: Days that a customer gets to answer before a silent survey counts as unanswered (METRICS.md F16).
RESPONSE_DAYS = 7

OFFERED = "surveys offered 7 days ago or more"
ANSWERS = "answers that can be read on their scale"

#: The survey kinds that are measured here, and what they ask for.
QUESTIONS = {"csat": "satisfaction", "nps": "recommendation", "ces": "ease"}

COMPARED = "the campaign's answers beside those of the 8 weeks before; other things changed too, so this is no effect"


def surveys_about(surveys: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """The surveys about the customers' threads of these turns, so that another brand's answers are left out."""
    return surveys.join(turns.select("thread_id", "customer_id"), on=["thread_id", "customer_id"], how="semi")


def top_score(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """The lowest good score: the upper two fifths of a scale's points, at least the uppermost; null without a scale.

    Examples
    --------
    >>> scales = pl.DataFrame({"low": [1.0, 1, 0, 1, 1, None], "high": [5.0, 3, 1, 10, 7, 5]})
    >>> scales.select(top_score(pl.col("low"), pl.col("high"))).to_series().to_list()
    [4.0, 3.0, 1.0, 7.0, 6.0, None]
    """
    good_points = ((high - low + 1) * 2 // 5).clip(lower_bound=1)
    return pl.when(high > low).then(high - good_points + 1).alias("top_score")


def asked(surveys: pl.DataFrame, kind: str, cut: Cut) -> pl.DataFrame:
    """The surveys of a kind that had their days to be answered, with what came of each by the cut-off.

    An answer is readable when it lies on the scale that stands beside it; no scale is guessed.
    """
    low, high, score = pl.col("scale_min"), pl.col("scale_max"), pl.col("score")
    mature = pl.col("offered_at") <= cut.as_of - timedelta(days=RESPONSE_DAYS)
    in_time = (pl.col("responded_at") <= cut.as_of).fill_null(True)
    return surveys.filter(pl.col("kind").str.to_lowercase() == kind, mature).with_columns(
        is_answered=score.is_not_null() & in_time,
        is_readable=((high > low) & score.is_between(low, high) & in_time).fill_null(False),
        is_good=(score >= top_score(low, high)).fill_null(False),
    )


def satisfaction_rows(surveys: pl.DataFrame, cut: Cut) -> list[Row]:
    """Q4: share of good answers, the response rate, and the share if all who are silent were unhappy, or happy.

    A survey counts by the day on which it was offered. On a scale of 1-5 a 4 and a 5 are good, on 1-3 only a 3.
    """
    offered = asked(surveys, "csat", cut).filter(during("offered_at", cut))
    return [_top_row("Q4", "rate", offered, "csat"), _response_row("Q4", offered, "csat"), *_bound_rows(offered)]


def ease_rows(surveys: pl.DataFrame, cut: Cut, conversations: pl.DataFrame | None = None) -> list[Row]:
    """Q6: share of the upper answers on the ease scale, and the response rate; a high score is read as easy.

    With the campaign's `conversations` also by the channel of the one that the survey followed.
    """
    offered = asked(surveys, "ces", cut).filter(during("offered_at", cut))
    row = _top_row("Q6", "top_share", offered, "ces")
    read_as = "a high score is read as easy; some versions of the question mean the opposite"
    told = "; ".join(filter(None, [row["reason"], read_as])) if row["n"] else row["reason"]
    sliced = [] if conversations is None else _ease_by_channel(offered.filter("is_readable"), conversations)
    by_channel = [part | {"reason": read_as} for part in sliced]
    return [row | {"reason": told}, _response_row("Q6", offered, "ces"), *by_channel]


def _ease_by_channel(readable: pl.DataFrame, conversations: pl.DataFrame) -> list[Row]:
    begun = conversations.select("thread_id", "customer_id", "channel", offered_at="started_at").sort("offered_at")
    near = readable.sort("offered_at").join_asof(begun, on="offered_at", by=["thread_id", "customer_id"], check_sortedness=False)
    return slice_rows(near, "is_good", "channel", "Q6", "top_share", ANSWERS)


def recommendation_rows(surveys: pl.DataFrame, cut: Cut) -> list[Row]:
    """Q5: net promoter score in points, 9-10 less 0-6, of answers on the scale 0-10, and the response rate."""
    offered = asked(surveys, "nps", cut).filter(during("offered_at", cut))
    scored = offered.filter("is_readable", pl.col("scale_min") == 0, pl.col("scale_max") == 10)
    labels = {"n": scored.height, "denominator": "answers on the scale 0-10"}
    reason = _left_out(offered, scored, "nps")
    promoters, detractors = scored.filter(pl.col("score") >= 9).height, scored.filter(pl.col("score") < 7).height
    passives = scored.height - promoters - detractors
    score = nps_interval(promoters, passives, detractors) if scored.height else None
    return [value_row("Q5", "score", score, "points", reason=reason, **labels), _response_row("Q5", offered, "nps")]


def _top_row(metric_id: str, variant: str, offered: pl.DataFrame, kind: str) -> Row:
    readable = offered.filter("is_readable")
    estimate = share_estimate(int(readable["is_good"].sum()), readable.height)
    labels = {"n": readable.height, "denominator": ANSWERS, "reason": _left_out(offered, readable, kind)}
    return value_row(metric_id, variant, estimate, "share", **labels)


def _response_row(metric_id: str, offered: pl.DataFrame, kind: str) -> Row:
    estimate = share_estimate(int(offered["is_answered"].sum()), offered.height)
    reason = None if offered.height else _none_offered(kind)
    return value_row(metric_id, "response_rate", estimate, "share", n=offered.height, denominator=OFFERED, reason=reason)


def _bound_rows(offered: pl.DataFrame) -> list[Row]:
    readable = offered.filter("is_readable")
    good, silent = int(readable["is_good"].sum()), offered.height - readable.height
    cases = {"worst": (good, "unhappy"), "best": (good + silent, "happy")}
    labels = {"n": offered.height, "denominator": OFFERED, "grade": "C"}
    return [
        value_row("Q4", name, share_estimate(count, offered.height), "share", reason=_supposed(silent, mood), **labels)
        if offered.height
        else value_row("Q4", name, None, "share", reason=_none_offered("csat"), **labels)
        for name, (count, mood) in cases.items()
    ]


def _supposed(silent: int, mood: str) -> str:
    return f"if the {silent:,} without an answer that can be read were all {mood}"


def _none_offered(kind: str) -> str:
    return f"no survey that asks for {QUESTIONS[kind]} was offered in the campaign, or none is connected"


def _left_out(offered: pl.DataFrame, used: pl.DataFrame, kind: str) -> str | None:
    unread = int(offered["is_answered"].sum()) - used.height
    if offered.is_empty():
        return _none_offered(kind)
    if unread:
        return f"{unread:,} answers without the scale they need, or beside it, are left out"
    return None if used.height else "nobody answered"


def satisfaction_change_row(surveys: pl.DataFrame, cut: Cut) -> Row:
    """E9: the share of good answers in the campaign less that of the 8 weeks before, with Newcombe's interval.

    A change of scale breaks the series, so then there is no change to give.
    """
    every = asked(surveys, "csat", cut)
    spans = {"before": every.filter(before("offered_at", cut)), "in the campaign": every.filter(during("offered_at", cut))}
    earlier, now = (span.filter("is_readable") for span in spans.values())
    labels = {"n": earlier.height + now.height, "denominator": ANSWERS, "grade": "B"}
    missing = _not_comparable(earlier, now) or too_short(spans["before"]["offered_at"].min(), cut)
    if missing:
        return value_row("E9", "change", None, "ratio", reason=missing, **labels)
    counts = [number for part in (now, earlier) for number in (int(part["is_good"].sum()), part.height)]
    change = Estimate(counts[0] / counts[1] - counts[2] / counts[3], *newcombe_interval(*counts))
    return value_row("E9", "change", change, "ratio", reason=f"{COMPARED}; {_rates_of_response(spans)}", **labels)


def _not_comparable(earlier: pl.DataFrame, now: pl.DataFrame) -> str | None:
    if earlier.is_empty() or now.is_empty():
        return f"no answer on satisfaction {'in the 8 weeks before the campaign' if earlier.is_empty() else 'in the campaign'}"
    scales = [set(part.select("scale_min", "scale_max").iter_rows()) for part in (earlier, now)]
    return None if scales[0] == scales[1] else "the scale of the survey changed with the campaign"


def _rates_of_response(spans: dict[str, pl.DataFrame]) -> str:
    parts = [f"{100 * span['is_answered'].mean():.0f} % {name}" for name, span in spans.items()]
    return f"answered by {' and '.join(parts)}"
