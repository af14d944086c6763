"""Messages a second of our labels beside TextBlob and VADER in a plain loop, on the same texts in one run.

Needs the texts in ../shared/data: `python tests/benchmarks/text.py`; it takes one thread by itself. VADER is timed where the
package vaderSentiment is installed.
"""

import os

os.environ |= {name: os.environ.get(name, "1") for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import polars as pl
from textblob import TextBlob

from careworth.reading.engines import tones
from careworth.reading.labelled import dialogue_turns
from careworth.reading.labels import label_turns

DATA = Path(__file__).parents[3] / "shared" / "data"

#: Turns of conversations, and texts that the peers' loops read; those take seconds for what ours read in a moment.
TURNS, PEER_TEXTS = 60_000, 5_000

#: Of so many runs the fastest counts.
RUNS = 5


def main() -> None:
    """Print a line for each way of reading."""
    if not DATA.is_dir():
        sys.exit("the texts in ../shared/data are not beside this checkout; nothing was measured")
    tweets = pl.read_csv(DATA / "sentiment/airline_tweets.csv", infer_schema=False)["text"]
    many = pl.concat([tweets] * 5)
    print(f"{len(many):,} tweets, {many.str.len_chars().mean():.0f} characters on average, one thread")
    for engine in ("care", "care-open"):
        print(speed_line(f"tone, {engine}", len(many), lambda engine=engine: tones(many, engine=engine)))
    talk = conversation_turns()
    print(
        speed_line(
            f"all labels, turns of {talk['conversation_id'].n_unique():,} conversations", talk.height, lambda: label_turns(talk)
        )
    )
    few = tweets.head(PEER_TEXTS)
    print(speed_line("tone, textblob engine", len(few), lambda: tones(few, engine="textblob")))
    print(speed_line("tone, TextBlob in a loop", len(few), lambda: [TextBlob(text).sentiment.polarity for text in few]))
    print(vader_line(few))


def conversation_turns() -> pl.DataFrame:
    """Whole conversations with an airline, as `label_turns` takes them."""
    turns = dialogue_turns(DATA).head(TURNS)
    side = pl.when("inbound").then(pl.lit("customer")).otherwise(pl.lit("agent"))
    return turns.select("text", conversation_id="dialogue", side=side)


def speed_line(name: str, messages: int, read: Callable[[], object]) -> str:
    """Messages to a second of the processor's time, in the fastest run; other programs beside it do not count."""
    return f"{name}: {messages / min(_seconds(read) for _ in range(RUNS)):,.0f} messages a second"


def _seconds(read: Callable[[], object]) -> float:
    start = process_time()
    read()
    return process_time() - start


def vader_line(texts: pl.Series) -> str:
    """VADER's speed, or that it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return "tone, VADER in a loop: not installed (pip install vaderSentiment)"
    analyser = SentimentIntensityAnalyzer()
    return speed_line("tone, VADER in a loop", len(texts), lambda: [analyser.polarity_scores(text)["compound"] for text in texts])


if __name__ == "__main__":
    main()
