"""How well the rules read text, beside a peer's rule on the same texts in one run.

Needs the labelled texts in ../shared/data: `python tests/benchmarks/reading.py`. The peers: TextBlob as it comes for tone,
and the plain search for "thank" that tools use for thanks.
"""

import json
import sys
from pathlib import Path

import polars as pl
from textblob import TextBlob

from careworth import phrases
from careworth.sentiment import NEUTRAL_BAND, score_texts

DATA = Path(__file__).parents[3] / "shared" / "data"

#: GoEmotions' number of the label gratitude.
GRATITUDE = "15"


def main() -> None:
    """Print a line per task: what is read, on what, ours and the peer's."""
    if not DATA.is_dir():
        sys.exit("the labelled texts in ../shared/data are not beside this checkout; nothing was measured")
    openings = read_openings(DATA / "labels" / "conversations_dev.jsonl")
    for line in (*gratitude_lines(DATA / "gratitude" / "dev.tsv"), *tone_lines(openings), *need_lines(openings)):
        print(line)


def gratitude_lines(path: Path) -> list[str]:
    """Precision and recall of gratitude in GoEmotions' 5,426 development comments, which the rules were not written on."""
    texts = pl.read_csv(path, separator="\t", has_header=False, quote_char=None, new_columns=["text", "labels", "id"])
    gold = pl.col("labels").str.split(",").list.contains(GRATITUDE)
    read = texts.with_columns(phrases.plain_text(), gold=gold).with_columns(
        phrases.says_thanks(), peer=pl.col("plain").str.contains("thank")
    )
    pairs = {name: precision_and_recall(read["gold"], read[name]) for name in ("says_thanks", "peer")}
    return [
        f"gratitude, GoEmotions (n={texts.height:,}): precision {p:.2f}, recall {r:.2f}  {name}" for name, (p, r) in pairs.items()
    ]


def precision_and_recall(gold: pl.Series, said: pl.Series) -> tuple[float, float]:
    """Share of what was said that is right, and share of what is right that was said."""
    hits = (gold & said).sum()
    return hits / said.sum(), hits / gold.sum()


def read_openings(path: Path) -> pl.DataFrame:
    """One row per labelled conversation: its opening turn, read by the rules, beside the readers' labels."""
    conversations = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [
        {"text": next(turn["text"] for turn in each["turns"] if turn["who"] == "customer")}
        | {name: each["labels"][name] for name in ("opening_sentiment", "needs_response")}
        for each in conversations
    ]
    labelled = pl.DataFrame(rows).rename({"needs_response": "readers_need"})
    read = labelled.with_columns(phrases.plain_text()).with_columns(language=phrases.language())
    return read.pipe(score_texts, text="plain").with_columns(phrases.opening_state()).with_columns(phrases.needs_response())


def tone_lines(openings: pl.DataFrame) -> list[str]:
    """Agreement on the tone of the opening, and the share called negative by each."""
    bare = pl.Series("peer", [tone_of(TextBlob(text).sentiment.polarity) for text in openings["text"]])
    scored = openings.with_columns(bare)
    agree = {name: (scored[name] == scored["opening_sentiment"]).mean() for name in ("sentiment", "peer")}
    negative = {name: (scored[name] == "negative").mean() for name in ("sentiment", "peer", "opening_sentiment")}
    return [
        f"tone of the opening (n={scored.height}): agrees {agree[name]:.2f}, negative {negative[name]:.0%} "
        f"(readers {negative['opening_sentiment']:.0%})  {words}"
        for name, words in (("sentiment", "with care words"), ("peer", "TextBlob alone"))
    ]


def tone_of(polarity: float) -> str:
    """negative, neutral or positive."""
    return "negative" if polarity <= -NEUTRAL_BAND else "positive" if polarity >= NEUTRAL_BAND else "neutral"


def need_lines(openings: pl.DataFrame) -> list[str]:
    """Agreement on whether the opening calls for an answer; the peer says that every message does."""
    gold = openings["readers_need"] == "yes"
    return [
        f"calls for an answer (n={len(gold)}): agrees {(openings['needs_response'] == gold).mean():.2f}  the rules",
        f"calls for an answer (n={len(gold)}): agrees {gold.mean():.2f}  every message",
    ]


if __name__ == "__main__":
    main()
