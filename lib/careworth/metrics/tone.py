"""The tone of conversations at their opening and closing (V5)."""

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.reading import corrected_row
from careworth.metrics.shares import share_row, week_rows
from careworth.misreading import Errors
from careworth.results import Row, value_row
from careworth.stats import Z95, Estimate

TONES = ["negative", "neutral", "positive"]


def sentiment_rows(conversations: pl.DataFrame, cut: Cut, errors: Errors) -> list[Row]:
    """V5: shares of negative, neutral and positive among scored conversations, as read and corrected, and their balance.

    Grade B: an engine stands in for readers. Texts in a language that it does not know are unscored, never neutral.
    """
    rows = [share_row(_scored(conversations, "opening"), "is_scored", "V5", "scored_share", "conversations", grade="A")]
    for moment in ("opening", "closing"):
        rows += _tone_rows(conversations, moment, errors)
    weeks = {
        week: _scored_only(part, "opening")
        for week, part in cut.weeks(conversations.select("started_at", "opening_sentiment")).items()
    }
    return rows + week_rows(weeks, "negative", "V5", "opening_negative", "scored conversations", grade="B")


def _scored(conversations: pl.DataFrame, moment: str) -> pl.DataFrame:
    return conversations.with_columns(is_scored=pl.col(f"{moment}_sentiment") != "unscored")


def _scored_only(conversations: pl.DataFrame, moment: str) -> pl.DataFrame:
    tones = [(pl.col(f"{moment}_sentiment") == tone).alias(tone) for tone in TONES]
    return _scored(conversations, moment).filter("is_scored").with_columns(tones)


def _tone_rows(conversations: pl.DataFrame, moment: str, errors: Errors) -> list[Row]:
    scored = _scored_only(conversations, moment)
    rows = [share_row(scored, tone, "V5", f"{moment}_{tone}", "scored conversations", grade="B") for tone in TONES]
    for label in (f"{moment}_{tone}" for tone in TONES):
        said = int(scored[label.split("_")[1]].sum())
        rows += corrected_row(said, scored.height, errors, label, "V5", label, "scored conversations")
    balance = _balance(int(scored["positive"].sum()), int(scored["negative"].sum()), scored.height)
    labels = {
        "n": scored.height,
        "denominator": "scored conversations",
        "grade": "B",
        "reason": None if scored.height else "no scored conversations",
    }
    return [*rows, value_row("V5", f"net_{moment}", balance, "ratio", **labels)]


def _balance(positive: int, negative: int, n: int) -> Estimate:
    # The variance of a difference of two shares of one sample, as for the net promoter score (METRICS.md Q5).
    if n == 0:
        return Estimate(None, None, None)
    up, down = positive / n, negative / n
    half = Z95 * max(0.0, up + down - (up - down) ** 2) ** 0.5 / n**0.5
    return Estimate(up - down, max(-1.0, up - down - half), min(1.0, up - down + half))
