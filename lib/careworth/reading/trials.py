"""How well models of tone agree with readers, with intervals; used while training and for the card."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from careworth.reading import labelled
from careworth.reading.fitting import CLASSES, Fit, as_model, learnt_from_answers
from careworth.reading.linear import LinearModel
from careworth.reading.ngrams import Ngrams
from careworth.stats import wilson_interval

RESAMPLES, SEED = 2_000, 1

#: Accounts of each industry, as their names begin or contain.
INDUSTRIES = {
    "telecom": r"comcast|tmobile|sprint|verizon|coxhelp|centurylink|spectrum|uscellular|boostcare|att\b",
    "food and drink": r"chipotle|papajohns|mcdonalds|postmates|panera|ubereats|jackbox|dominos",
    "retail": r"amazon|argos|tesco|morrisons|sainsbury|marksandspencer|newegg|askebay|walmart|asktarget|lidl|aldi|booths|iceland",
    "travel": r"americanair|delta|british_airways|southwest|alaskaair|airasia|virgin|nationalrail|gwr|uber_support|airbnb",
    "games, software and media": r"xbox|playstation|atvi|adobe|apple|spotify|hulu|dropbox|azure|microsoft|salesforce|hpsupport",
}


def numbers_of(labels: pl.Series) -> np.ndarray:
    """Number of each label's class."""
    return labels.replace_strict({name: number for number, name in enumerate(CLASSES)}, return_dtype=pl.Int64).to_numpy()


def macro_f1(gold: np.ndarray, said: np.ndarray) -> float:
    """Mean over the three classes of the harmonic mean of precision and recall.

    Examples
    --------
    >>> macro_f1(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 1]))  # (1 + 2/3 + 2/3) / 3
    0.7777777777777777
    """
    both = [((gold == each) & (said == each)).sum() for each in range(3)]
    either = [(gold == each).sum() + (said == each).sum() for each in range(3)]
    return float(np.mean([2 * hits / max(total, 1) for hits, total in zip(both, either, strict=True)]))


def interval_of(gold: np.ndarray, said: np.ndarray) -> tuple[float, float]:
    """95 % interval of the macro-F1, by resampling texts."""
    rng = np.random.default_rng(SEED)
    draws = [macro_f1(gold[rows], said[rows]) for rows in rng.integers(0, len(gold), (RESAMPLES, len(gold)))]
    return tuple(np.quantile(draws, [0.025, 0.975]).tolist())


def score_line(name: str, gold: np.ndarray, said: np.ndarray) -> str:
    """Macro-F1 with interval, accuracy and the error of the negative share, in one line."""
    low, high = interval_of(gold, said)
    hits = int((gold == said).sum())
    least, most = wilson_interval(hits, len(gold))
    points = 100 * ((said == 0).mean() - (gold == 0).mean())
    return (
        f"{name}: n={len(gold)}, macro-F1 {macro_f1(gold, said):.3f} ({low:.2f}-{high:.2f}), "
        f"accuracy {hits / len(gold):.3f} ({least:.2f}-{most:.2f}), negative share {points:+.1f} points"
    )


def lines_for(model: LinearModel, data: Path) -> Iterator[str]:
    """A line for the openings and one for the closings of the test conversations, and one each for complaints."""
    for (part,), table in labelled.conversations(data).filter(pl.col("split") == "test").group_by("part", maintain_order=True):
        yield score_line(f"{model.name}, {part} (test)", numbers_of(table["label"]), model.scores(table["text"]).argmax(axis=1))
    for name in ("airlines", "telecom"):
        table = labelled.complaints(data, name)
        said = model.scores(table["text"]).argmax(axis=1) == 0
        hits = int((said == table["complaint"].to_numpy()).sum())
        low, high = wilson_interval(hits, table.height)
        agreed = f"{model.name}, complaint is negative ({name}): n={table.height}"
        yield f"{agreed}, accuracy {hits / table.height:.3f} ({low:.2f}-{high:.2f})"


def industry_lines(data: Path, weights: dict[str, float], fitted: Callable[..., Fit]) -> Iterator[str]:
    """Scores on each industry's conversations of a model that saw no labelled message to that industry."""
    answers = learnt_from_answers(labelled.answered(data), Ngrams())
    everything, ends = labelled.care_texts(data), labelled.conversations(data)
    gold, said = [], []
    for name, accounts in INDUSTRIES.items():
        theirs = pl.col("brand").str.to_lowercase().str.contains(accounts)
        held = ends.filter(theirs & (pl.col("split") == "test"))
        kept = _without(everything, accounts, ends.filter(theirs)["text"], drop_airlines=name == "travel")
        model = as_model(fitted(kept, weights, answers), name, Ngrams(), "trial")
        gold.append(numbers_of(held["label"]))
        said.append(model.scores(held["text"]).argmax(axis=1))
        yield score_line(f"unseen industry: {name}", gold[-1], said[-1])
    yield score_line("unseen industries together", np.concatenate(gold), np.concatenate(said))


def _without(table: pl.DataFrame, accounts: str, texts: pl.Series, drop_airlines: bool) -> pl.DataFrame:
    named = pl.col("text").str.to_lowercase().str.contains(f"@(?:\\w*)(?:{accounts})") | pl.col("text").is_in(texts.to_list())
    near = pl.col("source").is_in(["messages", "conversations"])
    return table.filter(~(near & named) & ~((pl.col("source") == "airlines") & drop_airlines))
