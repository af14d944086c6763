"""How well texts are read, beside a peer's rule on the same texts in one run.

Needs the labelled texts in ../shared/data: `python -m tests.benchmarks.reading`. The peers: TextBlob as it comes for tone,
the plain search for words for thanks and redirects, and the answer "always" where a yes is the rule. Counted on the half of
240 public conversations that is only counted, and on GoEmotions' development comments.
"""

import sys

import polars as pl
from textblob import TextBlob

from careworth.reading.trials import score_line
from careworth.sentiment import NEUTRAL_BAND
from tests.reading import scores

#: What tools search for.
THANK_WORDS, REDIRECT_WORDS = r"(?i)thank|thx|appreciat|cheers", r"(?i)\bdm\b|call us|e-?mail us"


def main() -> None:
    """Print a line per task for ours and one for the peer's."""
    if not scores.SHARED.is_dir():
        sys.exit("the labelled texts in ../shared/data are not beside this checkout; nothing was measured")
    turns = scores.turns_of(scores.SHARED, "test")
    openings, customer = scores.openings_of(turns), turns.filter(side="customer")
    for name, gold, text in (("opening", "gold_opening", openings), ("closing", "gold_closing", closings_of(customer))):
        own, peer = text["sentiment"], pl.Series([tone_of(each) for each in text["text"]])
        print(f"{name}: ours    {score_line(text[gold].alias('tone'), own)}")
        print(f"{name}: TextBlob {score_line(text[gold].alias('tone'), peer)}")
    said = turns.group_by("conversation_id").agg(
        pl.col("gold_redirect").any(), own=pl.col("redirect").is_not_null().any(), peer=has(REDIRECT_WORDS).any()
    )
    comments = scores.gratitude_comments(scores.SHARED, "test").with_columns(peer=has("(?i)thank"))
    tasks = [
        ("thanks", customer["gold_thanks"], customer["thanks"], customer.select(has(THANK_WORDS)).to_series()),
        ("redirect", said["gold_redirect"], said["own"], said["peer"]),
        ("needs response", openings["gold_need"], openings["needs_response"], pl.Series([True] * openings.height)),
        ("gratitude, GoEmotions", comments["gold"], comments["says_thanks"], comments["peer"]),
    ]
    picked = scores.thankful_turns(scores.SHARED).filter(half="unseen")
    tasks.append(("thanks, picked for thankful words", picked["gold"], picked["said"], pl.Series([True] * picked.height)))
    for name, gold, own, peer in tasks:
        print("ours: ", scores.score_line(name, gold, own))
        print("peer: ", scores.score_line(name, gold, peer))


def closings_of(customer: pl.DataFrame) -> pl.DataFrame:
    """The last customer turn of each conversation."""
    return customer.reverse().filter(pl.col("conversation_id").is_first_distinct())


def has(pattern: str) -> pl.Expr:
    """True where the text of either side matches."""
    return pl.col("text").fill_null("").str.contains(pattern)


def tone_of(text: str) -> str:
    """What TextBlob's polarity says, neutral within the usual band."""
    polarity = TextBlob(text).sentiment.polarity
    return "negative" if polarity <= -NEUTRAL_BAND else "positive" if polarity >= NEUTRAL_BAND else "neutral"


if __name__ == "__main__":
    main()
