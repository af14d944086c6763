"""Everything that is read of conversations, turn by turn; and the same as rows of `message_labels`."""

from importlib.metadata import version

import polars as pl

from careworth.reading.behaviours import answers_peer, asks, asks_recommendation, defends, gives_tip, recommends
from careworth.reading.engines import DEFAULT, Engine, engine_named, opener_of, read_customers
from careworth.reading.exposure import asks_for_data, label_exposure
from careworth.reading.languages import label_language
from careworth.reading.plain import ROW, beside, numbered, plain_text
from careworth.reading.redirects import label_redirects
from careworth.reading.thanks import AGENT, CUSTOMER, label_thanks

#: Who labels by patterns, and the version of the patterns.
RULES, RULES_VERSION = "careworth rules", version("careworth")


def label_turns(turns: pl.DataFrame, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """`turns` with everything that is read of them; rows and their order stay.

    Of each turn: `language` and `exposed_kinds` (personal data that it gives away). Of customers': `sentiment`, `score`,
    what the turn would be as an opening (`opening_state`, `needs_response`), `thanks`, `thanks_rejected`, `is_solicited`,
    `recommends`, `asks_recommendation`, `gives_tip`. Of agents': `redirect` and what belongs to it, `asks`, `asks_for_data`.
    What is read of the other side is null.

    Parameters
    ----------
    turns : pl.DataFrame
        One row per turn, a conversation's rows together and in order: conversation_id, side (customer, agent or another),
        text; optionally language, as stated where it was written.
    engine : Engine or str
        What reads tone and openings.

    Examples
    --------
    >>> turns = pl.DataFrame({
    ...     "conversation_id": [1, 1, 1],
    ...     "side": ["customer", "agent", "customer"],
    ...     "text": ["my parcel is still missing!", "sorry, please dm us your order number", "done, thank you!"],
    ... })
    >>> label_turns(turns).select("sentiment", "opening_state", "redirect", "thanks").rows()[:2]
    [('negative', 'complaint', None, False), (None, None, 'dm', False)]
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    plain = turns.with_columns(plain_text()).pipe(_with_language)
    read = plain.pipe(label_thanks).pipe(label_redirects).pipe(label_exposure)
    return read.pipe(_with_customers, chosen).pipe(_with_agents).drop("plain")


def _with_language(turns: pl.DataFrame) -> pl.DataFrame:
    stated = pl.col("language").str.to_lowercase().str.head(2) if "language" in turns.columns else pl.lit(None, pl.String)
    told = turns.select("plain", stated=stated).pipe(label_language)
    return turns.with_columns(told.select(pl.coalesce("stated", "language").alias("language")).to_series())


def _with_customers(turns: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    own = numbered(turns.select("side", "text", "plain", "language")).filter(pl.col("side") == CUSTOMER)
    said = own.select(ROW, recommends(), asks_recommendation(), gives_tip())
    read = read_customers(own, engine)
    return beside(turns, pl.concat([said, read], how="horizontal"))


def _with_agents(turns: pl.DataFrame) -> pl.DataFrame:
    own = numbered(turns.select("side", "plain")).filter(pl.col("side") == AGENT)
    return beside(turns, own.select(ROW, asks(), asks_for_data()))


def message_labels(labelled: pl.DataFrame, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """One row per message and label that it has: message_id, label_name, labeller, version, value, score.

    A label that is a plain no has no row: a message without a row for `thanks` does not thank.

    Parameters
    ----------
    labelled : pl.DataFrame
        What `label_turns` gives, with a `message_id`.
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    opener = opener_of(chosen)
    told = [
        ("sentiment", pl.col("sentiment"), chosen.name, chosen.version),
        ("opening_state", pl.col("opening_state"), opener.name, opener.version),
        ("needs_response", _yes("needs_response"), opener.name, opener.version),
        *((name, value, RULES, RULES_VERSION) for name, value in RULE_LABELS.items()),
    ]
    return pl.concat([_rows(labelled, *each) for each in told])


def _yes(name: str) -> pl.Expr:
    return pl.when(pl.col(name)).then(pl.lit("yes"))


#: What each label of the rules says, null where there is nothing to say.
RULE_LABELS = {
    "language": pl.col("language"),
    "thanks": _yes("thanks"),
    "thanks_rejected": pl.col("thanks_rejected"),
    "thanks_solicited": _yes("is_solicited"),
    "redirect": pl.col("redirect"),
    "redirect_reason": pl.col("redirect_reason"),
    "redirect_asked": _yes("redirect_is_asked"),
    "recommendation": _yes("recommends"),
    "recommendation_request": _yes("asks_recommendation"),
    "tip": _yes("gives_tip"),
    "pii": pl.when(pl.col("exposed_kinds").list.len() > 0).then(pl.col("exposed_kinds").list.join(",")),
    "pii_asked": _yes("asks_for_data"),
}


def _rows(labelled: pl.DataFrame, name: str, value: pl.Expr, labeller: str, labeller_version: str) -> pl.DataFrame:
    score = pl.col("score") if name == "sentiment" else pl.lit(None, pl.Float64)
    return labelled.select(
        "message_id",
        label_name=pl.lit(name),
        labeller=pl.lit(labeller),
        version=pl.lit(labeller_version),
        value=value.cast(pl.String),
        score=score,
    ).drop_nulls("value")


def label_peers(messages: pl.DataFrame, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """The rows of `message_labels` for what customers write to other customers: tone, answers, defences, tips (METRICS.md E2).

    Parameters
    ----------
    messages : pl.DataFrame
        One row per message: message_id, in_reply_to_id, author_role, text.
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    peers = messages.filter(pl.col("author_role") == "peer").select("message_id", "in_reply_to_id", "text")
    parents = messages.filter(pl.col("author_role").is_in(["customer", "peer"])).select(
        in_reply_to_id="message_id", parent="text"
    )
    read = peers.join(parents, on="in_reply_to_id", how="left", validate="m:1", maintain_order="left")
    plain = read.with_columns(plain_text(), plain_text("parent").alias("parent_plain"))
    told = plain.with_columns(
        parent_plain=pl.when(pl.col("parent").is_not_null()).then("parent_plain"),
        parent_sentiment=pl.when(pl.col("parent").is_not_null()).then(chosen(read["parent"])["sentiment"]),
    )
    labels = {
        "recommendation": recommends(),
        "recommendation_request": asks_recommendation(),
        "tip": gives_tip(),
        "peer_answer": answers_peer(),
        "defence": defends(),
    }
    tones = chosen(peers["text"]).select("sentiment", "score")
    said = pl.concat([told.select("message_id", *(label.alias(name) for name, label in labels.items())), tones], how="horizontal")
    toned = _rows(said, "sentiment", pl.col("sentiment"), chosen.name, chosen.version)
    return pl.concat([toned, *(_rows(said, name, _yes(name), RULES, RULES_VERSION) for name in labels)])
