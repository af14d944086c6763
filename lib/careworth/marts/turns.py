"""Turns: what one side says in one go (METRICS.md F2), and what it says with it."""

import polars as pl

from careworth.marts.pairs import PAIR, PAIR_NUMBER, pair_number
from careworth.marts.signatures import signature, wording
from careworth.reading.engines import DEFAULT, Engine, engine_named
from careworth.reading.labels import label_peers, message_labels
from careworth.reading.labels import label_turns as read_turns

#: Messages of one side closer together than this are one turn.
TURN_GAP_MINUTES = 10

#: Who is read as which side; bots and automatic replies are read as nobody.
SIDES = {"customer": "customer", "agent": "agent"}


def build_turns(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row per turn, in order within each thread, customer and account.

    An agent without an id is told apart by the signature under the message.
    """
    gap = pl.col("created_at").diff().over(PAIR)
    role = pl.col("author_role")
    starts = (role != role.shift().over(PAIR)).fill_null(True) | (gap > pl.duration(minutes=TURN_GAP_MINUTES)).fill_null(True)
    numbered = pairs.with_columns(_signed(), turn=starts.cast(pl.Int64).cum_sum().over(PAIR))
    turns = numbered.group_by([*PAIR, "turn"], maintain_order=True).agg(
        pl.col("author_role", "network", "channel", "visibility", "lang").first(),
        pl.col("agent_id").drop_nulls().last(),
        first_message_id=pl.col("message_id").first(),
        message_count=pl.len(),
        text=pl.col("text").fill_null("").str.join("\n"),
        start_at=pl.col("created_at").first(),
        end_at=pl.col("created_at").last(),
    )
    by_agent = pl.col("author_role") == "agent"
    return turns.with_columns(
        pair_number(),
        character_count=pl.col("text").str.len_chars(),
        wording=pl.when(by_agent).then(wording()),
    )


def _signed() -> pl.Expr:
    signed = pl.when(pl.col("author_role") == "agent").then(pl.format("{}^{}", "account_id", signature()))
    return pl.coalesce("agent_id", signed)


def label_turns(turns: pl.DataFrame, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """`turns` with what each says, and without its text; labels of the other side's kind are null.

    `says_thanks` is about the words alone: whether a person had answered by then is for the conversation to say.
    """
    side = pl.col("author_role").replace_strict(SIDES, default="other")
    read = turns.with_columns(conversation_id=PAIR_NUMBER, side=side, language="lang").pipe(read_turns, engine)
    thanks = pl.col("thanks") | (pl.col("thanks_rejected") == "opening").fill_null(False)
    told = read.with_columns(says_thanks=thanks, redirects=pl.col("redirect").is_not_null())
    return told.drop("text", "conversation_id", "side")


def turn_labels(labelled: pl.DataFrame, messages: pl.DataFrame, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """The rows of `message_labels`: of each turn by its first message, and of what customers write to each other."""
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    own = message_labels(labelled.rename({"first_message_id": "message_id"}), chosen)
    keys = ["message_id", "label_name", "labeller", "version"]
    return pl.concat([own, label_peers(messages, chosen)]).unique(keys, keep="first", maintain_order=True).sort(keys)
