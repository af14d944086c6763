"""The truth about each message and each conversation, which only the generator knows."""

import polars as pl

from careworth.demo import world
from careworth.schemas import INSTANT

#: Thank-like kinds by the kind of message; openings and the brand's own words are told by their words.
THANK_LIKE = {
    "thanks": "genuine",
    "late_thanks": "genuine",
    "advance": "advance",
    "declined": "declined",
    "declined_left": "declined",
    "sarcastic": "sarcastic",
    "other_person": "other_person",
    "quoted": "quoted",
    "before_human": "before_human",
}
GRATEFUL = r"(?i)\b(?:thank|thnaks|thanks|thx|tia|cheers|ty|gracias|merci|danke|dank|obrigad|grazie|bedankt)"

BRAND_VOICES = ("agent", "bot", "auto_reply")


def label_messages(messages: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """One row per message with the truth about it: genuine thanks, thank-like kind, and the state of an opening.

    `thank_like_kind` is also `opening` where an opening has thankful words and `brand` where the brand's words do.
    """
    about = messages.filter(step=0).join(played.select("conversation", "state"), on="conversation", validate="1:1")
    joined = messages.join(
        about.select("conversation", "state", conversation_id="message_id"), on="conversation", how="left", maintain_order="left"
    )
    by_kind = pl.col("kind").replace_strict(THANK_LIKE, default=None, return_dtype=pl.String)
    return joined.select(
        "message_id",
        "conversation_id",
        is_genuine_thanks=(by_kind == "genuine").fill_null(False),
        thank_like_kind=pl.coalesce(by_kind, _thankful_side()),
        opening_state=pl.when(pl.col("step") == 0).then("state"),
    )


def _thankful_side() -> pl.Expr:
    is_thankful = pl.col("text").str.contains(GRATEFUL)
    by_brand, opens = pl.col("author_role").is_in(BRAND_VOICES), pl.col("step") <= 1
    return pl.when(is_thankful & by_brand).then(pl.lit("brand")).when(is_thankful & opens).then(pl.lit("opening"))


def describe_conversations(messages: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """One row per conversation with all that was planted about it; `conversation_id` is its first message's id."""
    opening = messages.filter(step=0).select(
        "conversation", "account_id", conversation_id="message_id", thread_id="native_thread_id"
    )
    joined = played.join(opening, on="conversation", validate="1:1", maintain_order="left")
    brands = {name: handle.brand for name, handle in world.HANDLES.items()}
    about = ["conversation_id", "account_id", "thread_id", "handle", "network", "customer", "state", "topic", "language"]
    planted = ["needs_response", "outcome", "would_phone", "recontacts", "wait"]
    return joined.select(
        *about,
        *planted,
        brand=pl.col("handle").replace_strict(brands),
        is_avoided=(pl.col("outcome") == "resolved") & pl.col("would_phone") & ~pl.col("recontacts"),
        started_at=pl.col("opened").cast(INSTANT),
        first_agent_at=pl.col("first_at").cast(INSTANT),
        closed_at=_closed().cast(INSTANT),
        ended_at=pl.col("ended").cast(INSTANT),
    )


def _closed() -> pl.Expr:
    last_answer = pl.coalesce("answer_at", "first_more_at", "first_at")
    return pl.when(pl.col("outcome") != "open").then(last_answer)
