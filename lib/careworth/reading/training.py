"""Training the models of tone: ``python -m careworth.reading.training --data ../shared/data``.

Two models come out: `care`, from everything the card names, and `care-open`, from permissively licensed texts alone.
Weights of sources and the penalty were chosen on the `tune` conversations; the `test` conversations are only counted.
"""

import argparse
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from careworth.contracts import require_columns
from careworth.errors import CareworthError
from careworth.reading import labelled, trials
from careworth.reading.fitting import (
    FEWEST_TEXTS,
    Fit,
    as_model,
    features_of,
    fit_softmax,
    folded,
    learnt_from_answers,
    projected,
    train,
)
from careworth.reading.linear import LinearModel, quantised
from careworth.reading.ngrams import Ngrams
from careworth.reading.replies import rarity_of

VERSION = "1"

#: Weight of one text of each source: the nearer to messages that care reads, the more.
CARE_WEIGHTS = {"messages": 3.0, "conversations": 3.0, "airlines": 0.3, "rated": 0.2, "emotions": 0.03, "written": 1.0}
OPEN_WEIGHTS = {"emotions": 0.1, "rated": 0.3, "written": 3.0}

#: Shares of negative, neutral and positive that `care-open` expects; none of its texts comes from care to learn them from.
EXPECTED = np.array([0.5, 0.3, 0.2])

#: Labelled texts of each class that a retraining needs at least.
FEWEST_OF_A_CLASS = 5


def main(arguments: list[str] | None = None) -> None:
    """Train both models, save them and print the scores that the card states."""
    parser = argparse.ArgumentParser(description="Train the models of tone and print their scores.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data that the card names")
    parser.add_argument("--models", type=Path, default=labelled.MODELS, help="where the models are written")
    options = parser.parse_args(arguments)
    care, care_open = train_care(options.data), train_open(options.data)
    for model in (care, care_open):
        model.save(options.models / f"{model.name}.npz")
        print(*trials.lines_for(model, options.data), sep="\n")
    print(*trials.industry_lines(options.data, CARE_WEIGHTS, balanced), sep="\n")


def train_care(data: Path) -> LinearModel:
    """The default model."""
    table = labelled.care_texts(data)
    answers = learnt_from_answers(labelled.answered(data), Ngrams())
    return as_model(balanced(table, CARE_WEIGHTS, answers), "care", Ngrams(), VERSION)


def train_open(data: Path) -> LinearModel:
    """The model from permissively licensed texts alone."""
    table = labelled.open_texts(data)
    fit = train(table, OPEN_WEIGHTS, None, Ngrams())
    shares = table.select("label", weight=pl.col("source").replace_strict(OPEN_WEIGHTS, return_dtype=pl.Float64))
    seen = shares.group_by("label").agg(pl.col("weight").sum()).sort("label")["weight"].to_numpy()
    return as_model(Fit(fit.weights, fit.bias + np.log(EXPECTED / (seen / seen.sum()))), "care-open", Ngrams(), VERSION)


def balanced(table: pl.DataFrame, weights: dict[str, float], answers: np.ndarray | None) -> Fit:
    """A fit whose classes are as frequent as readers found them, on messages of care left out in turn."""
    offset = np.concatenate([_left_out(table, weights, answers, half) for half in (0, 1)])
    fit = train(table, weights, answers, Ngrams())
    return Fit(fit.weights, fit.bias + matching_bias(offset[:, :3], offset[:, 3].astype(int)))


def _left_out(table: pl.DataFrame, weights: dict[str, float], answers: np.ndarray | None, half: int) -> np.ndarray:
    near = pl.col("source").is_in(["messages", "conversations"])
    numbered = table.with_row_index("row")
    held = numbered.filter(near & (pl.col("row") % 2 == half))
    kept = numbered.filter(~near | (pl.col("row") % 2 != half))
    fit = train(kept, weights, answers, Ngrams())
    return np.column_stack([features_of(held["text"], Ngrams()) @ fit.weights + fit.bias, trials.numbers_of(held["label"])])


def matching_bias(margins: np.ndarray, labels: np.ndarray, rounds: int = 200) -> np.ndarray:
    """What to add to each class's margin so that each class is said as often as it is labelled.

    Examples
    --------
    >>> margins = np.array([[3.0, 0.0], [2.0, 0.0], [1.0, 0.0], [0.5, 0.0]])
    >>> said = (margins + matching_bias(margins, np.array([0, 0, 1, 1]))).argmax(axis=1)
    >>> said.tolist()
    [0, 0, 1, 1]
    """
    classes = margins.shape[1]
    wanted = np.bincount(labels, minlength=classes) + 0.5
    bias = np.zeros(classes)
    for done in range(rounds):
        said = np.bincount((margins + bias).argmax(axis=1), minlength=classes) + 0.5
        bias += np.log(wanted / said) * 0.5 * (1 - done / rounds)
    return bias


def retrain(table: pl.DataFrame, base: LinearModel, penalty: float = 0.01) -> LinearModel:
    """`base` fitted further to a user's labelled texts.

    With few texts little more than the balance between the classes moves; with many the weights do.

    Parameters
    ----------
    table : polars.DataFrame
        `text` and `label`, the labels being classes of `base`.
    base : LinearModel
        Where to start.
    penalty : float
        On changes of the weights: higher keeps closer to `base`; `inf` moves the balance alone.

    Raises
    ------
    CareworthError
        If a label is no class of `base`, or a class has fewer than 5 texts.
    """
    labels = _require_labels(table, base.classes)
    given = np.concatenate([np.zeros((table.height, 1)), base.margins(table["text"]) + base.bias], axis=1)
    features = features_of(table["text"], base.ngrams)
    rarity = rarity_of(features, FEWEST_TEXTS) if np.isfinite(penalty) else np.zeros(features.shape[1], np.float32)
    fit = fit_softmax(
        projected(features, (rarity, None)), labels, np.ones(table.height), penalty if np.isfinite(penalty) else 1.0, given
    )
    change = folded(fit.weights, (rarity, None))
    weights, scale = quantised(base.weights * base.scale + (change[:, 1:] - change[:, :1]).T)
    version = f"{base.version} + {table.height} labels {_fingerprint(table)}"
    return replace(base, weights=weights, scale=scale, bias=base.bias + fit.bias[1:] - fit.bias[0], version=version)


def _require_labels(table: pl.DataFrame, classes: tuple[str, ...]) -> np.ndarray:
    require_columns(table, "text", "label", name="the labelled texts")
    strange = sorted(set(table["label"].unique().to_list()) - set(classes), key=str)
    if strange:
        raise CareworthError(f"the labels {strange[:3]} are no classes of the model: use {', '.join(classes)}")
    rare = [name for name in classes if (table["label"] == name).sum() < FEWEST_OF_A_CLASS]
    if rare:
        raise CareworthError(f"fewer than {FEWEST_OF_A_CLASS} texts are labelled {' or '.join(rare)}: label some more")
    return table["label"].replace_strict({name: number for number, name in enumerate(classes)}, return_dtype=pl.Int64).to_numpy()


def _fingerprint(table: pl.DataFrame) -> str:
    return sha256(table.select("text", "label").write_csv().encode()).hexdigest()[:8]


if __name__ == "__main__":
    main()
