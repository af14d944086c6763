"""How well the labels agree with readers, on data beside the checkout: ``python -m tests.reading.scores``.

The 240 conversations are split once, by conversation: errors are looked at in `tune`, and `test` is only counted; no model
is trained on either. GoEmotions comes split; its training comments were looked at, its development comments were not.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from careworth.reading import labelled
from careworth.reading.fitting import STATES
from careworth.reading.labels import label_turns
from careworth.reading.plain import plain_text
from careworth.reading.thanks import says_thanks
from careworth.stats import wilson_interval

SHARED = Path(__file__).parents[3] / "shared"

#: Turns that were picked for thankful words, as a reader judged them.
THANKFUL = Path(__file__).parents[1] / "reference" / "thankful_turns.csv"

#: Of the resampling.
SEED = 20240615

#: GoEmotions' number of the label gratitude.
GRATITUDE = "15"

#: Resamples behind the interval of an F1.
RESAMPLES = 2_000


def main() -> None:
    """Print every score with its 95 % interval and its confusion matrix."""
    if not SHARED.is_dir():
        sys.exit("the labelled texts in ../shared/data are not beside this checkout; nothing was measured")
    for part in ("tune", "test"):
        turns = turns_of(SHARED, part)
        for name, gold, said in binary_tasks(turns):
            print(f"{part:7} {score_line(name, gold, said)}")
        print_states(part, openings_of(turns))
        comments = gratitude_comments(SHARED, part)
        print(f"{part:7} {score_line('gratitude, GoEmotions', comments['gold'], comments['says_thanks'])}")


def turns_of(shared: Path, part: str) -> pl.DataFrame:
    """One row per turn of the `tune` or `test` conversations, with the readers' labels (`gold_...`) and ours."""
    turns = labelled.labelled_turns(shared / "data").filter(split=part)
    return label_turns(turns)


def binary_tasks(turns: pl.DataFrame) -> list[tuple[str, pl.Series, pl.Series]]:
    """Name, readers' and our answer for each yes-or-no label."""
    customer, openings = turns.filter(pl.col("side") == "customer"), openings_of(turns)
    redirects = turns.group_by("conversation_id").agg(
        gold=pl.col("gold_redirect").any(), said=pl.col("redirect").is_not_null().any()
    )
    complaint = {name: openings[name] == "complaint" for name in ("gold_state", "opening_state")}
    return [
        ("qualifying thanks, turns", customer["gold_thanks"], customer["thanks"]),
        ("redirect, conversations", redirects["gold"], redirects["said"]),
        ("complaint, openings", complaint["gold_state"], complaint["opening_state"]),
        ("needs response, openings", openings["gold_need"], openings["needs_response"]),
    ]


def openings_of(turns: pl.DataFrame) -> pl.DataFrame:
    """The first customer turn of each conversation."""
    return turns.filter(side="customer").filter(pl.col("conversation_id").is_first_distinct())


def gratitude_comments(shared: Path, part: str) -> pl.DataFrame:
    """GoEmotions' comments: those for training are `tune`, those for development `test`."""
    name = {"tune": "train.tsv.gz", "test": "dev.tsv"}[part]
    read = {"separator": "\t", "has_header": False, "quote_char": None, "new_columns": ["text", "labels", "id"]}
    comments = pl.read_csv(shared / "data" / "gratitude" / name, **read)
    gold = pl.col("labels").str.split(",").list.contains(GRATITUDE)
    return comments.with_columns(plain_text(), gold=gold).with_columns(says_thanks())


def thankful_turns(shared: Path) -> pl.DataFrame:
    """Customers' turns in airline dialogues that were picked for thankful words: what a reader says and what ours says.

    The file in tests/reference names each by the hash of its dialogue up to it. A language model read them with the guide of
    the labelled conversations; no rule was written on the half that is `unseen`.
    """
    labels = dict(pl.read_csv(THANKFUL, infer_schema=False).select("key", pl.struct("thanks", "half")).iter_rows())
    rows = [
        {"conversation_id": key, "side": "customer" if inbound else "agent", "text": text, "last": text is said[-1][1]}
        for key, said in _dialogues_up_to(shared, labels)
        for inbound, text in said
    ]
    read = label_turns(pl.DataFrame(rows)).filter("last").unique("conversation_id", keep="last", maintain_order=True)
    own = read.with_columns(told=pl.col("conversation_id").replace_strict(labels)).unnest("told", separator="_")
    return own.select(gold=pl.col("told_thanks") == "yes", said="thanks", half="told_half")


def _dialogues_up_to(shared: Path, labels: dict) -> Iterator[tuple[str, list]]:
    turns = labelled.dialogue_turns(shared / "data").group_by("dialogue", maintain_order=True).agg("inbound", "text")
    seen = set()
    for inbound, texts in turns.select("inbound", "text").iter_rows():
        clean = [" ".join(text.split()) for text in texts]
        for last in range(1, len(clean)):
            key = labelled.key_of(" | ".join(clean[: last + 1]))
            if key in labels and key not in seen:
                seen.add(key)
                yield key, list(zip(inbound[: last + 1], clean[: last + 1], strict=True))


def counts_of(gold: pl.Series, said: pl.Series) -> dict[str, int]:
    """The confusion matrix of a yes-or-no label: hits, wrong, missed, rest."""
    return {
        "hits": int((gold & said).sum()),
        "wrong": int((~gold & said).sum()),
        "missed": int((gold & ~said).sum()),
        "rest": int((~gold & ~said).sum()),
    }


def precision_recall_f1(gold: pl.Series, said: pl.Series) -> tuple[float, float, float]:
    """Precision, recall and F1 as ratios; nan where nothing was said or nothing was there."""
    counts = counts_of(gold, said)
    hits = counts["hits"]
    parts = (hits + counts["wrong"], hits + counts["missed"], hits + (counts["wrong"] + counts["missed"]) / 2)
    return tuple(hits / part if part else float("nan") for part in parts)


def f1_interval(gold: pl.Series, said: pl.Series) -> tuple[float, float]:
    """95 % percentile interval of the F1 over resampled texts."""
    counts = np.array(list(counts_of(gold, said).values()))
    draws = np.random.default_rng(SEED).multinomial(counts.sum(), counts / counts.sum(), RESAMPLES)
    hits, wrong, missed = draws[:, 0], draws[:, 1], draws[:, 2]
    low, high = np.quantile(hits / np.maximum(hits + (wrong + missed) / 2, 0.5), [0.025, 0.975])
    return float(low), float(high)


def score_line(name: str, gold: pl.Series, said: pl.Series) -> str:
    """Precision, recall and F1 with 95 % intervals, and the four counts."""
    counts = counts_of(gold, said)
    precision, recall, f1 = precision_recall_f1(gold, said)
    of_said = wilson_interval(counts["hits"], max(counts["hits"] + counts["wrong"], 1))
    of_gold = wilson_interval(counts["hits"], max(counts["hits"] + counts["missed"], 1))
    spread = [f"{low:.2f}-{high:.2f}" for low, high in (of_said, of_gold, f1_interval(gold, said))]
    shares = ", ".join(
        f"{word} {share:.3f} ({text})"
        for word, share, text in zip(("precision", "recall", "F1"), (precision, recall, f1), spread, strict=True)
    )
    return f"{name:26} n={len(gold):,}: {shares}; " + ", ".join(f"{count} {word}" for word, count in counts.items())


def print_states(part: str, openings: pl.DataFrame) -> None:
    """The accuracy of the opening state, and the readers' states in rows against ours in columns."""
    right, total = int((openings["gold_state"] == openings["opening_state"]).sum()), openings.height
    low, high = wilson_interval(right, total)
    print(f"{part:7} opening state n={total}: accuracy {right / total:.3f} ({low:.2f}-{high:.2f}); columns {', '.join(STATES)}")
    for state in STATES:
        row = openings.filter(pl.col("gold_state") == state)["opening_state"]
        print(f"{'':7}   {state:10}" + "".join(f"{(row == said).sum():5}" for said in STATES))


if __name__ == "__main__":
    main()
