"""Polarity of texts; the only module that imports textblob.

TextBlob's lexicon knows no 'refund', 'delayed' or 'thank' (METRICS.md 0.3 and F.9), so a small overlay of
customer-service words lies over it. It stays a transparent baseline: words are added up, sarcasm is not seen.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import version

import polars as pl

#: Polarity closer to zero than this is neutral (METRICS.md V5).
NEUTRAL_BAND = 0.10

#: TextBlob takes quadratic time on long runs of punctuation (RELIABILITY.md 7).
LONGEST_SCORED = 25_000

#: To the lexicon, "good morning" is as good as "good hotel".
GREETING = re.compile(r"\b(?:good|happy) (?:morning|afternoon|evening|day|night|monday|friday)\b", re.IGNORECASE)

NAME = f"textblob {version('textblob')} + care words 2"

#: Words of customer service that TextBlob's lexicon lacks or reads as film reviews do; polarity -1 to 1.
CARE_WORDS = {
    **dict.fromkeys(
        "unacceptable disgraceful disgusting appalling scam scammed fraud pathetic shambles useless "
        "incompetent nightmare joke disgrace shocking outrageous garbage trash sucks fuming".split(),
        -0.8,
    ),
    **dict.fromkeys(
        "broken crash crashes crashed crashing outage refund refunded delayed delay delays cancelled canceled "
        "lost missing stuck ignored unanswered overcharged charged rude fail failed fails failing failure error "
        "errors complaint complain issue issues problem problems stolen damaged faulty down trouble waiting waited "
        "annoying annoyed frustrated frustrating disappointed disappointing ridiculous dirty noisy leaking cannot "
        "unable wtf ffs nobody worse".split(),
        -0.5,
    ),
    **dict.fromkeys("thank thanks thx grateful appreciate appreciated lifesaver cheers kudos sorted".split(), 0.5),
    **dict.fromkeys("love loved loving amazing awesome brilliant".split(), 0.7),
    **dict.fromkeys("new full first many more other sure right own able live real honestly".split(), 0.0),
}


@cache
def _lexicon() -> Callable[[str], tuple[float, float]]:
    # Imported late: it loads a language toolkit, and most commands read no text.
    from textblob.en import Sentiment
    from textblob.en import sentiment as textblob_lexicon

    lexicon = Sentiment(path=textblob_lexicon.path, synset="wordnet_id", language="en")
    lexicon.load()
    for word, polarity in CARE_WORDS.items():
        lexicon[word] = {None: (polarity, abs(polarity), 1.0)}
    return lexicon


def polarity(text: str) -> float:
    """Polarity of one English text, -1 to 1; 0 when no word of it is known.

    Examples
    --------
    >>> polarity("my delayed flight")
    -0.5
    """
    return float(_lexicon()(GREETING.sub("", text[:LONGEST_SCORED]))[0])


def score_texts(table: pl.DataFrame, text: str = "text", language: str = "language") -> pl.DataFrame:
    """`table` with `polarity` (-1 to 1) and `sentiment`; texts that are not English are `unscored`."""
    english = table.filter(pl.col(language) == "en").select(text).unique()
    scored = english.with_columns(pl.Series("polarity", [polarity(each) for each in english[text]], pl.Float64))
    known = pl.col(language) == "en"
    return table.join(scored, on=text, how="left", validate="m:1", maintain_order="left").with_columns(
        pl.when(known).then("polarity").alias("polarity"),
        pl.when(~known | pl.col("polarity").is_null())
        .then(pl.lit("unscored"))
        .when(pl.col("polarity") <= -NEUTRAL_BAND)
        .then(pl.lit("negative"))
        .when(pl.col("polarity") >= NEUTRAL_BAND)
        .then(pl.lit("positive"))
        .otherwise(pl.lit("neutral"))
        .alias("sentiment"),
    )
