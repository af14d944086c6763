"""What served customers say in public afterwards (Q11), and the tone of others once a public matter is settled (E12)."""

from datetime import timedelta

import polars as pl

from careworth.marts.periods import Cut
from careworth.metrics.shares import share_row
from careworth.metrics.volume import is_care
from careworth.results import Row, value_row
from careworth.stats import mean_estimate

#: Days after the end of a conversation in which a post counts as being about it.
SHARING_DAYS = 7

SERVED = "served customers, mature"
PERSON = ["network", "customer_id"]
NO_TONE = "the tone of what other customers write is not read"
ASSOCIATION = "an association: threads that end well may have been kinder from the start"


def sharing_rows(conversations: pl.DataFrame, turns: pl.DataFrame, cut: Cut, days: float = SHARING_DAYS) -> list[Row]:
    """Q11: shares of served customers who posted about the brand within `days` after their conversation ended, by tone.

    Grade B: an engine reads the tone. A post opens a public thread of its own and needs no response. Only conversations count
    after whose end the whole window has passed. What is shared in private is not seen, and a new matter is no post.

    Parameters
    ----------
    conversations : DataFrame
        The campaign's conversations.
    turns : DataFrame
        Labelled turns with the brand, those after the campaign's end too; turns with other accounts are left out.
    """
    ended = pl.col("last_at") <= cut.as_of - timedelta(days=days)
    own = conversations.select(*PERSON, "account_id", "agent_turn_count", "last_at")
    served = own.filter(pl.col("agent_turn_count") > 0, ended)
    posts = _posts(turns).join(own.select("account_id").unique(), on="account_id", how="semi")
    shared = _posts_after(served, posts, days)
    customers = served.select(PERSON).unique().join(shared, on=PERSON, how="left", validate="1:1")
    flags = customers.with_columns(pl.col("any", "positive", "negative").fill_null(False))
    return [share_row(flags, name, "Q11", name, SERVED, grade="B") for name in ("any", "positive", "negative")]


def _posts(turns: pl.DataFrame) -> pl.DataFrame:
    # The first turn of a thread answers nobody; a later one may be part of another matter.
    opens = (pl.col("author_role") == "customer") & (pl.col("visibility") == "public") & (pl.col("turn") == 1)
    calls = pl.col("needs_response").fill_null(True)
    return turns.filter(opens & ~calls).select(*PERSON, "account_id", "start_at", "sentiment")


def _posts_after(served: pl.DataFrame, posts: pl.DataFrame, days: float) -> pl.DataFrame:
    joined = served.select(*PERSON, "last_at").join(posts.select(*PERSON, "start_at", "sentiment"), on=PERSON)
    window = pl.duration(seconds=round(days * 86_400))
    after = joined.filter(pl.col("start_at") > pl.col("last_at"), pl.col("start_at") <= pl.col("last_at") + window)
    tones = [(pl.col("sentiment") == tone).any().alias(tone) for tone in ("positive", "negative")]
    return after.group_by(PERSON).agg(pl.lit(True).alias("any"), *tones)


def spillover_rows(
    conversations: pl.DataFrame, messages: pl.DataFrame, labels: pl.DataFrame, cut: Cut, window_hours: float
) -> list[Row]:
    """E12: mean tone (-1 to 1) of other customers in a public thread after its matter was resolved, or was left unresolved.

    Grade B, with a bootstrap over conversations. A message counts once, with the conversation of its thread that ended last
    before it; a matter that is not settled ends with its last turn. Only conversations older than `window_hours` count.

    Parameters
    ----------
    messages : DataFrame
        The table `messages`, with the `thread_id` of each.
    labels : DataFrame
        The table `message_labels`; the tone is the score of the label `sentiment`.
    """
    toned = list_tones(messages, labels)
    mature = cut.mature(conversations.filter(is_care(), pl.col("visibility") == "public"), window_hours)
    heard = _after_the_end(toned, messages, mature, cut) if toned.height else None
    return [_tone_row(heard, name) for name in ("resolved", "unresolved")]


def list_tones(messages: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """One row per message from customer to customer whose tone was read: message_id, score.

    Examples
    --------
    >>> messages = pl.DataFrame({"message_id": ["1", "2"], "author_role": ["customer", "peer"]})
    >>> tones = {"label_name": "sentiment", "labeller": "care", "version": "1", "value": "positive"}
    >>> labels = messages.select("message_id", *(pl.lit(text).alias(name) for name, text in tones.items()), score=pl.lit(0.4))
    >>> list_tones(messages, labels).rows()
    [('2', 0.4)]
    """
    peers = messages.filter(pl.col("author_role") == "peer").select("message_id")
    is_scored = (pl.col("label_name") == "sentiment") & (pl.col("value") != "unscored") & pl.col("score").is_finite()
    scored = labels.filter(is_scored).join(peers, on="message_id", how="semi")
    newest = scored.sort("labeller", "version").unique("message_id", keep="last", maintain_order=True)
    return peers.join(newest, on="message_id", validate="1:1").select("message_id", "score")


def _after_the_end(toned: pl.DataFrame, messages: pl.DataFrame, mature: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    known = messages.filter(pl.col("created_at") <= cut.as_of).select("message_id", "thread_id", "created_at")
    said = known.join(toned, on="message_id", validate="1:1").sort("created_at", "message_id")
    ended = mature.select(
        "thread_id",
        "conversation_id",
        created_at=pl.coalesce("outcome_at", "last_at"),
        is_resolved=pl.col("outcome") == "resolved",
    ).sort("created_at", "conversation_id")
    # A message at the very instant of the end was written before anyone could have read it.
    heard = said.join_asof(ended, on="created_at", by="thread_id", allow_exact_matches=False, check_sortedness=False)
    return heard.drop_nulls("conversation_id")


def _tone_row(heard: pl.DataFrame | None, variant: str) -> Row:
    denominator = f"messages of other customers after a public matter was {variant}"
    labels = {"denominator": denominator, "grade": "B"}
    if heard is None:
        return value_row("E12", variant, None, "score", n=0, reason=NO_TONE, **labels)
    group = heard.filter(pl.col("is_resolved") == (variant == "resolved"))
    reason = ASSOCIATION if group.height else f"no {denominator}"
    mean = mean_estimate(group["score"].to_numpy(), group["conversation_id"].to_numpy())
    return value_row("E12", variant, mean, "score", n=group.height, reason=reason, **labels)
