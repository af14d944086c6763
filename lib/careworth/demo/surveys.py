"""Surveys of served customers: satisfaction, would you have phoned, did you contact us elsewhere."""

import numpy as np
import polars as pl

from careworth.demo.dice import stream
from careworth.demo.world import DAY, HOUR, MINUTE
from careworth.schemas import SURVEYS

#: Share of resolved conversations that is asked, and of those the share that answers, by question.
ASKED_SHARE = 0.55
ANSWER_SHARES = {"csat": 0.36, "intent_to_contact": 0.44, "recontact": 0.38}
SCALES = {"csat": (1.0, 5.0), "intent_to_contact": (0.0, 1.0), "recontact": (0.0, 1.0)}


def build_surveys(conversations: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per question asked, as `schemas.SURVEYS`.

    The two yes-or-no questions go to a plain random sample of resolved conversations, and who answers them hangs on
    nothing; with csat the pleased and the angry answer more, as they do.
    """
    answered = conversations.filter(pl.col("first_agent_at").is_not_null()).sort("conversation_id")
    parts = [_ask(answered, kind, stream(seed, f"survey {kind}")) for kind in SCALES]
    ordered = pl.concat(parts).sort("offered_at", "kind", "thread_id", "customer_id")
    numbered = ordered.with_columns(survey_id=pl.format("s{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(6)))
    return numbered.select(SURVEYS.columns.keys())


def _ask(answered: pl.DataFrame, kind: str, draw: np.random.Generator) -> pl.DataFrame:
    about = answered if kind == "csat" else answered.filter(outcome="resolved")
    asked = about.filter(pl.Series(draw.random(about.height) < ASKED_SHARE))
    size, low_high = asked.height, SCALES[kind]
    truth = {"csat": _satisfaction(draw), "intent_to_contact": pl.col("would_phone"), "recontact": pl.col("recontacts")}[kind]
    scored = asked.with_columns(noise=pl.Series(draw.standard_normal(size)), luck=pl.Series(draw.random(size))).with_columns(
        truth=truth.cast(pl.Float64)
    )
    extreme = (pl.col("truth").is_in([1.0, 5.0]) & (kind == "csat")).cast(pl.Float64)
    replies = pl.col("luck") < ANSWER_SHARES[kind] + 0.12 * extreme
    offered = pl.col("ended_at").cast(pl.Int64) + (8 * DAY if kind == "recontact" else HOUR)
    pause = pl.Series(np.round(np.exp(draw.normal(5.0, 1.2, size))).astype(np.int64) * MINUTE)
    instant = SURVEYS.columns["offered_at"]
    return scored.select(
        kind=pl.lit(kind),
        thread_id="thread_id",
        customer_id="customer",
        offered_at=offered.cast(instant),
        responded_at=pl.when(replies).then(offered + pause).cast(instant),
        score=pl.when(replies).then("truth"),
        scale_min=pl.lit(low_high[0]),
        scale_max=pl.lit(low_high[1]),
    )


def _satisfaction(draw: np.random.Generator) -> pl.Expr:
    slow = (pl.col("wait") / HOUR).log1p()
    solved = (pl.col("outcome") == "resolved").cast(pl.Float64)
    return (3.0 + 1.35 * solved - 0.45 * slow + 0.9 * pl.col("noise")).round().clip(1, 5)
