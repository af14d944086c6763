"""Messages a second of our tones beside TextBlob and VADER in a plain loop, on the same texts in one run.

Needs the texts in ../shared/data: `POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1 python tests/benchmarks/text.py`.
VADER is timed where the package vaderSentiment is installed.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import polars as pl
from textblob import TextBlob

from careworth.reading.tone import tones

DATA = Path(__file__).parents[3] / "shared" / "data"

#: Texts that the peers' loops read; they take seconds for what ours read in a moment.
PEER_TEXTS = 5_000

#: Of so many runs the fastest counts.
RUNS = 3


def main() -> None:
    """Print a line for each way of scoring."""
    if not DATA.is_dir():
        sys.exit("the texts in ../shared/data are not beside this checkout; nothing was measured")
    tweets = pl.read_csv(DATA / "sentiment/airline_tweets.csv", infer_schema=False)["text"]
    many = pl.concat([tweets] * 5)
    print(f"{len(many):,} tweets, {many.str.len_chars().mean():.0f} characters on average, one thread")
    for engine in ("care", "care-open"):
        print(speed_line(f"ours, {engine}", many, lambda texts, engine=engine: tones(texts, engine=engine)))
    few = tweets.head(PEER_TEXTS)
    print(speed_line("ours, textblob engine", few, lambda texts: tones(texts, engine="textblob")))
    print(speed_line("TextBlob in a loop", few, lambda texts: [TextBlob(text).sentiment.polarity for text in texts]))
    print(vader_line(few))


def speed_line(name: str, texts: pl.Series, score: Callable[[pl.Series], object]) -> str:
    """Messages to a second of the processor's time, in the fastest run; other programs beside it do not count."""
    score(texts.head(100))
    seconds = min(_seconds(texts, score) for _ in range(RUNS))
    return f"{name}: {len(texts) / seconds:,.0f} messages a second"


def _seconds(texts: pl.Series, score: Callable[[pl.Series], object]) -> float:
    start = process_time()
    score(texts)
    return process_time() - start


def vader_line(texts: pl.Series) -> str:
    """VADER's speed, or that it is not installed."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return "VADER in a loop: not installed (pip install vaderSentiment)"
    analyser = SentimentIntensityAnalyzer()
    return speed_line("VADER in a loop", texts, lambda texts: [analyser.polarity_scores(text)["compound"] for text in texts])


if __name__ == "__main__":
    main()
