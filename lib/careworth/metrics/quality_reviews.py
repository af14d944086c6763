"""How good answers were in the eyes of the company's own reviewers (Q7)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.results import Row, value_row
from careworth.stats import cohen_kappa, mean_estimate

REVIEWED = "reviewed conversations"
TWICE = "criteria of conversations that two people scored"
PICKED = "holds for the conversations that were picked for review"
NOT_REVIEWED = "no quality review of these conversations is connected"

ITEM = ["conversation_id", "criterion"]


def quality_review_rows(reviews: pl.DataFrame, conversations: pl.DataFrame, cut: Cut) -> list[Row]:
    """Q7: weighted score, share without a critical error, and how far reviewers agree, on the campaign's conversations.

    A score runs from 0 to 1. Critical criteria are counted apart, so that no average hides them: one that is not met
    wholly is a critical error.
    """
    own = _reviews_of(reviews, conversations, cut)
    sound = own.filter(pl.col("score").is_between(0, 1))
    is_critical = pl.col("is_critical")
    rows = [_score_row(sound.filter(~is_critical)), _critical_row(sound.filter(is_critical)), _agreement_row(sound)]
    outside = own.height - sound.height
    return [_with_left_out(row, outside) for row in rows] if outside else rows


def _with_left_out(row: Row, outside: int) -> Row:
    return row | {"reason": f"{row['reason']}; {outside:,} scores outside 0 to 1 are left out"}


def _reviews_of(reviews: pl.DataFrame, conversations: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """The last score that each reviewer gave each criterion by the cut-off; a conversation goes by its id or its thread's."""
    ids = pl.concat([conversations.select(conversation_id=name) for name in ("conversation_id", "thread_id")]).unique()
    known = reviews.filter((pl.col("reviewed_at") <= cut.as_of).fill_null(True))
    last = known.sort("reviewed_at", "review_id", nulls_last=False).unique([*ITEM, "reviewer"], keep="last", maintain_order=True)
    return last.join(ids, on="conversation_id", how="semi").with_columns(
        pl.col("weight").fill_null(1.0), pl.col("is_critical").fill_null(False)
    )


def _score_row(scores: pl.DataFrame) -> Row:
    weight = pl.col("weight")
    means = (
        scores.filter(weight > 0)
        .group_by("conversation_id")
        .agg(score=(pl.col("score") * weight).sum() / weight.sum())
        .sort("conversation_id")["score"]
        .to_numpy()
    )
    reason = PICKED if len(means) else NOT_REVIEWED
    estimate = mean_estimate(means)
    return value_row("Q7", "score", estimate, "share", n=len(means), denominator=REVIEWED, reason=reason)


def _critical_row(critical: pl.DataFrame) -> Row:
    of = f"{REVIEWED} with a critical criterion"
    judged = critical.group_by("conversation_id").agg(is_free=(pl.col("score") >= 1).all())
    row = share_row(judged, "is_free", "Q7", "critical_free", of)
    return row | {"reason": PICKED if judged.height else f"{NOT_REVIEWED}, or none has a critical criterion"}


def _agreement_row(own: pl.DataFrame) -> Row:
    """Cohen's kappa over items with two reviewers, the first two by name, on whether the criterion was met wholly."""
    pairs = (
        own.sort("reviewer", nulls_last=True)
        .drop_nulls("reviewer")
        .group_by(ITEM, maintain_order=True)
        .agg(met=(pl.col("score") >= 1).head(2))
        .filter(pl.col("met").list.len() == 2)
        .sort(ITEM)
    )
    estimate = cohen_kappa(pairs["met"].list.get(0), pairs["met"].list.get(1))
    reason = "scored on whether a criterion was met wholly" if estimate.value is not None else _why_unknown(pairs.height)
    return value_row("Q7", "agreement", estimate, "kappa", n=pairs.height, denominator=TWICE, reason=reason)


def _why_unknown(pairs: int) -> str:
    return "both reviewers always said the same one thing, so chance alone would do as well" if pairs else f"no {TWICE}"
