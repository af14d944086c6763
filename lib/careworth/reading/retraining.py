"""A network fitted further to a user's own labels: its head for tone, or only the balance between the tones."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import polars as pl
import scipy.optimize as optimize

from careworth.contracts import require_columns
from careworth.errors import CareworthError
from careworth.reading.network import Head, Network, addressed
from careworth.reading.ngrams import one_spelling

#: Labelled texts of each class that a retraining needs at least.
FEWEST_OF_A_CLASS = 5

ROUNDS = 200


def retrain(table: pl.DataFrame, base: Network, penalty: float = 0.01) -> Network:
    """`base` with its head for tone fitted further to labelled texts; what it reads of a text stays.

    With few texts little more than the balance between the tones moves; with many the weights do.

    Parameters
    ----------
    table : polars.DataFrame
        `text` and `label`, the labels being negative, neutral or positive.
    base : Network
        Where to start.
    penalty : float
        On changes of the weights: higher keeps closer to `base`; `inf` moves the balance alone.

    Raises
    ------
    CareworthError
        If a label is no tone, or a tone has fewer than 5 texts.
    """
    head = base.heads["tone"]
    gold = np.eye(len(head.classes), dtype=np.float32)[_require_labels(table, head.classes)]
    hidden = base.hidden(addressed(one_spelling(table["text"])))
    moves = np.isfinite(penalty)
    start = np.concatenate([head.weights, head.bias[None]])

    def _loss(free: np.ndarray) -> tuple[float, np.ndarray]:
        change = free.reshape(start.shape)
        weights, bias = start[:-1] + moves * change[:-1], start[-1] + change[-1]
        chances = Head(head.classes, weights, bias).probabilities(hidden)
        off = (chances - gold) / len(gold)
        slope = np.concatenate([moves * (hidden.T @ off + (penalty if moves else 0) * change[:-1]), off.sum(axis=0)[None]])
        held = penalty / 2 * float((change[:-1] ** 2).sum()) if moves else 0.0
        return held - float((gold * np.log(chances + 1e-12)).sum() / len(gold)), slope.ravel()

    found = optimize.minimize(_loss, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    change = found.reshape(start.shape)
    tone = Head(head.classes, head.weights + moves * change[:-1], head.bias + change[-1])
    digest = sha256(table.select("text", "label").write_csv().encode()).hexdigest()[:8]
    return replace(base, heads=base.heads | {"tone": tone}, version=f"{base.version} + {table.height} labels {digest}")


def _require_labels(table: pl.DataFrame, classes: tuple[str, ...]) -> np.ndarray:
    require_columns(table, "text", "label", name="the labelled texts")
    strange = sorted(set(table["label"].unique().to_list()) - set(classes), key=str)
    if strange:
        raise CareworthError(f"the labels {strange[:3]} are no tones: use {', '.join(classes)}")
    rare = [name for name in classes if (table["label"] == name).sum() < FEWEST_OF_A_CLASS]
    if rare:
        raise CareworthError(f"fewer than {FEWEST_OF_A_CLASS} texts are labelled {' or '.join(rare)}: label some more")
    return table["label"].replace_strict({name: number for number, name in enumerate(classes)}, return_dtype=pl.Int64).to_numpy()
