"""Linear models over hashed n-grams: loading, scoring and saving them as plain arrays.

The weights are whole numbers and are added up as such, so a score is the same whatever the chunk or the thread.
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.reading.ngrams import Chunk, Ngrams, ngram_chunks

#: Largest weight: some hundred thousand of these, as many as the longest text has n-grams, still fit in 32 bits.
LARGEST = 4095

#: The form of the files; a file of another form is refused.
FORM = 1


@dataclass(frozen=True)
class LinearModel:
    """A class for each text, with its probability.

    Attributes
    ----------
    name, version : str
        What a label says of its labeller.
    classes : tuple of str
        Names of the classes, in the order of the scores.
    ngrams : Ngrams
        What is read of a text.
    weights : numpy.ndarray
        Whole numbers, one row for each class but the first, one column for each bucket.
    scale : float
        What a weight of 1 stands for.
    bias : numpy.ndarray
        What each class but the first starts with, against the first.
    languages : tuple of str
        Languages with texts among the training data.
    """

    name: str
    version: str
    classes: tuple[str, ...]
    ngrams: Ngrams
    weights: np.ndarray
    scale: float
    bias: np.ndarray
    languages: tuple[str, ...] = ("en",)

    @cached_property
    def _tables(self) -> list[np.ndarray]:
        # Two weights to a number of 64 bits: one look-up and one sum serve both.
        wide = [row.astype(np.int64) for row in self.weights]
        wide += [np.zeros_like(wide[0])] * (len(wide) % 2)
        return [low + (high << 32) for low, high in zip(wide[::2], wide[1::2], strict=True)]

    def margins(self, texts: pl.Series) -> np.ndarray:
        """What speaks for each class but the first, against the first, before the bias; a row for each text."""
        parts = [self._chunk_margins(chunk) for chunk in ngram_chunks(texts, self.ngrams)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes) - 1))

    def _chunk_margins(self, chunk: Chunk) -> np.ndarray:
        sums = [_halves(_sums(table, chunk)) for table in self._tables]
        columns = np.concatenate(sums, axis=1)[:, : len(self.classes) - 1]
        return columns * self.scale / np.sqrt(chunk.sizes)[:, None]

    def scores(self, texts: pl.Series) -> np.ndarray:
        """Probability of each class, one row for each text; the rows add up to 1.

        Examples
        --------
        >>> ngrams = Ngrams(orders=(1,), words=0, bits=4)
        >>> model = LinearModel("none", "0", ("no", "yes"), ngrams, np.zeros((1, 16), np.int16), 1.0, np.zeros(1))
        >>> model.scores(pl.Series(["a", None]))
        array([[0.5, 0.5],
               [0.5, 0.5]])
        """
        return probabilities(self.margins(texts) + self.bias)

    def save(self, path: Path) -> None:
        """Write the arrays to `path` (.npz) and everything else to a JSON file beside it."""
        np.savez_compressed(path, weights=self.weights, bias=self.bias.astype(np.float64))
        settings = {key: getattr(self, key) for key in ("name", "version", "classes", "scale", "languages")}
        settings |= {"form": FORM, "ngrams": asdict(self.ngrams)}
        path.with_suffix(".json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def load_model(path: Path) -> LinearModel:
    """The model in `path` (.npz) and the JSON file beside it; nothing in them is run."""
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if settings.pop("form", None) != FORM:
        raise CareworthError(f"{path.name} is not a model of form {FORM}: train it anew with this version of careworth")
    ngrams = Ngrams(**{key: tuple(value) if isinstance(value, list) else value for key, value in settings.pop("ngrams").items()})
    with np.load(path, allow_pickle=False) as arrays:
        model = LinearModel(
            settings["name"],
            settings["version"],
            tuple(settings["classes"]),
            ngrams,
            arrays["weights"],
            settings["scale"],
            arrays["bias"],
            tuple(settings["languages"]),
        )
    return _require_whole(model, path)


def _require_whole(model: LinearModel, path: Path) -> LinearModel:
    others = len(model.classes) - 1
    found = model.weights.shape, model.weights.dtype, model.bias.shape
    wanted = (others, 1 << model.ngrams.bits), np.dtype(np.int16), (others,)
    if found != wanted or abs(model.weights.astype(int)).max(initial=0) > LARGEST:
        raise CareworthError(f"the arrays in {path.name} are {found}, its settings say {wanted}: copy both files anew")
    return model


def quantised(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """`weights` as whole numbers up to `LARGEST`, and what 1 of them stands for.

    Examples
    --------
    >>> quantised(np.array([[0.5, -1.0]]))[0]
    array([[ 2048, -4095]], dtype=int16)
    """
    scale = float(np.abs(weights).max(initial=0.0)) / LARGEST or 1.0
    return np.rint(weights / scale).astype(np.int16), scale


def probabilities(margins: np.ndarray) -> np.ndarray:
    """Probability of each class, the first one's margin being 0."""
    margins = np.concatenate([np.zeros((len(margins), 1)), margins], axis=1)
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _sums(table: np.ndarray, chunk: Chunk) -> np.ndarray:
    totals = np.zeros(chunk.byte_count, np.int64)
    for places, buckets in chunk.found:
        if places is None:
            totals += table[buckets]
        else:
            totals[places] += table[buckets]
    return np.add.reduceat(totals, chunk.starts)


def _halves(sums: np.ndarray) -> np.ndarray:
    low = sums.astype(np.int32).astype(np.int64)
    return np.stack([low, (sums - low) >> 32], axis=1)
