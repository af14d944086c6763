"""Thank-yous: whether a text says thanks, and whether a customer's turn thanks the brand for real (METRICS.md Q1).

A turn qualifies when its own words still thank after the spans that only seem to are cut out (in advance, declined,
quoted, meant for another), nothing makes a jest of it, and a human agent has spoken before.
"""

import polars as pl

from careworth.reading import thanks_words as words
from careworth.reading.plain import ROW, beside, numbered

CUSTOMER, AGENT = "customer", "agent"

#: Spans that hold no thanks of the writer's own to the reader, by the reason they do not count; the first reason wins.
SPANS = {
    "declined": words.DECLINED,
    "sarcastic": words.SARCASTIC,
    "advance": words.ADVANCE,
    "quoted": words.QUOTED,
    "other_person": words.OTHER_PERSON,
}
#: What is cut out, each by itself: a pattern of all of them would outgrow the cache of the regex engine and crawl.
CUTS = [*SPANS.values(), words.CLOSES_REQUEST]
#: What makes a jest or a refusal of the whole turn.
SPOILED = f"{words.JEST}|{words.STILL_BROKEN}|{words.SPURNED}"
#: Gratitude in a single text, where none knows whom it is for: every form of the word thank, thankfully too.
GENERAL = "|".join(["thank", words.SLIPS, words.FOREIGN, words.PLAIN_APPRECIATION])


def says_thanks(column: str = "plain") -> pl.Expr:
    """True where a single text expresses gratitude; no conversation is needed and none is looked at.

    Examples
    --------
    >>> texts = pl.DataFrame({"plain": ["thaaanks!", "thanks for nothing", "no thanks"]})
    >>> texts.select(says_thanks()).to_series().to_list()
    [True, False, False]
    """
    text = pl.col(column)
    candidate = pl.when(text.str.contains(GENERAL)).then(text).str.replace_all(words.STILL_THANKS, "$1")
    # A jest leaves nothing of the text; the other patterns only cut out what does not thank.
    sincere = candidate.str.replace_all(f"^.*(?:{words.JEST}|{words.STILL_BROKEN}).*$", "")
    own = sincere.str.replace_all(words.DECLINED, " ").str.replace_all(words.SARCASTIC, " ").str.replace_all(words.ADVANCE, " ")
    return own.str.contains(GENERAL).fill_null(False).alias("says_thanks")


def label_thanks(turns: pl.DataFrame) -> pl.DataFrame:
    """`turns` with `thanks`, `thanks_rejected` and `is_solicited`; rows and their order stay.

    `thanks` is true where a customer's own words thank the brand after a human agent's turn. `thanks_rejected` says why
    thankful words of a customer do not count (advance, sarcastic, declined, other_person, opening, quoted or other).
    `is_solicited` is true where the agent's turn before asked for a rating or a kind word.

    Parameters
    ----------
    turns : pl.DataFrame
        One row per turn, a conversation's rows together and in order: conversation_id, side, plain.

    Examples
    --------
    >>> turns = pl.DataFrame({
    ...     "conversation_id": [1, 1, 1],
    ...     "side": ["customer", "agent", "customer"],
    ...     "plain": ["hi, thanks", "please restart it", "thx, that worked"],
    ... })
    >>> label_thanks(turns).select("thanks", "thanks_rejected").rows()
    [(False, 'opening'), (False, None), (True, None)]
    """
    told = numbered(turns.select("conversation_id", "side", "plain")).pipe(_thankful_turns).pipe(_judged)
    labels = told.select(ROW, "thanks", "thanks_rejected", "is_solicited")
    return beside(turns, labels).with_columns(pl.col("thanks", "is_solicited").fill_null(False))


def after_agent() -> pl.Expr:
    """True where a human agent has spoken earlier in the conversation."""
    return ((pl.col("side") == AGENT).cum_sum().over("conversation_id") > 0).alias("after_agent")


def _thankful_turns(turns: pl.DataFrame) -> pl.DataFrame:
    """The customers' turns with thankful words, each beside the turn before it: only these are read closely."""
    thankful = (pl.col("side") == CUSTOMER) & pl.col("plain").str.contains(words.THANKISH)
    before = pl.when(pl.col("conversation_id") == pl.col("conversation_id").shift()).then(pl.col("plain").shift())
    return turns.with_columns(after_agent(), before=before).filter(thankful)


def _judged(turns: pl.DataFrame) -> pl.DataFrame:
    text = own = pl.col("plain")
    for span in CUTS:
        own = own.str.replace_all(span, " ")
    thanks = own.str.contains(words.THANKS) | text.str.contains(words.STILL_THANKS)
    judged = turns.with_columns(spoiled=text.str.contains(SPOILED), own_thanks=thanks)
    judged = judged.with_columns(thanks=pl.col("own_thanks") & pl.col("after_agent") & ~pl.col("spoiled"))
    return judged.with_columns(
        thanks_rejected=pl.when(~pl.col("thanks")).then(_rejection()),
        is_solicited=pl.col("thanks") & pl.col("before").str.contains(words.SOLICITS).fill_null(False),
    )


def _rejection() -> pl.Expr:
    """The first reason that fits; thanks that nothing else rejects came before any agent spoke."""
    spoiled = pl.when("spoiled").then(pl.lit("sarcastic"))
    spans = [pl.when(pl.col("plain").str.contains(pattern)).then(pl.lit(reason)) for reason, pattern in SPANS.items()]
    closing = pl.when(pl.col("plain").str.contains(words.CLOSES_REQUEST)).then(pl.lit("advance"))
    opening = pl.when(~pl.col("after_agent")).then(pl.lit("opening"))
    return pl.coalesce(spoiled, *spans, closing, opening, pl.lit("other"))
