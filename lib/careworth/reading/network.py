"""A small network over hashed n-grams: one hidden layer, and a head for each question that it answers of a text.

The n-grams of a text are rows of a table of whole numbers. Their sum over the root of the text's length, with what its signs
add (`careworth.reading.signs` and `lexicon`), is the hidden layer, and each head reads it. Whole numbers of this size add up
exactly in any order, so a text is read the same in every chunk and on every thread. The files hold plain arrays and JSON;
nothing in them is executable.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from careworth.errors import CareworthError
from careworth.reading.compiled import product
from careworth.reading.lexicon import columns_of, kinds, known_phrases
from careworth.reading.ngrams import CHUNK, HANDLE, Ngrams, one_spelling, sums_of
from careworth.reading.signs import SIGNS, signs_of

#: The form of the files; a file of another form is refused.
FORM = 3


@dataclass(frozen=True)
class Head:
    """What the hidden layer says of one question: the classes, their weights (a column each) and where they start."""

    classes: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, hidden: np.ndarray) -> np.ndarray:
        """Probability of each class, one row for each row of `hidden`; the rows add up to 1."""
        margins = product(hidden, self.weights) + self.bias
        raised = np.exp(margins - margins.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Network:
    """A reader of texts.

    Attributes
    ----------
    name, version : str
        What a label says of its labeller.
    ngrams : Ngrams
        What is read of a text.
    table : numpy.ndarray
        A row of whole numbers (int8) for each bucket, a column for each hidden unit.
    scale, bias : numpy.ndarray
        What 1 in a column stands for, and where each hidden unit starts.
    heads : dict of str to Head
        The questions, such as tone, by name.
    signs : tuple of str
        Names of the signs that are read.
    sign_weights : numpy.ndarray
        A row for each sign, a column for each hidden unit.
    languages : tuple of str
        Languages with texts among the training data.
    """

    name: str
    version: str
    ngrams: Ngrams
    table: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    heads: dict[str, Head]
    signs: tuple[str, ...]
    sign_weights: np.ndarray
    languages: tuple[str, ...] = ("en",)

    def hidden(self, spelled: pl.Series) -> np.ndarray:
        """The hidden layer, a row of numbers from 0 up for each text in one spelling."""
        parts = [self._hidden(chunk) for chunk in spelled.to_frame().iter_slices(CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, self.table.shape[1]), np.float32)

    def _hidden(self, chunk: pl.DataFrame) -> np.ndarray:
        spelled = chunk.to_series()
        sums, sizes, kinds = sums_of(spelled, self.ngrams, self.table, known_phrases())
        told = product(np.hstack([signs_of(spelled), columns_of(kinds)]), self.sign_weights)
        return np.maximum((sums / np.sqrt(sizes)[:, None] * self.scale).astype(np.float32) + told + self.bias, 0)

    def probabilities(self, texts: pl.Series, head: str) -> np.ndarray:
        """Probability of each class of one head, a row for each text."""
        return self.heads[head].probabilities(self.hidden(addressed(one_spelling(texts))))

    def save(self, path: Path) -> None:
        """Write the arrays to `path` (.npz) and everything else to a JSON file beside it."""
        arrays = {"table": self.table, "scale": self.scale.astype(np.float32), "bias": self.bias.astype(np.float32)}
        arrays["sign_weights"] = self.sign_weights.astype(np.float32)
        for name, head in self.heads.items():
            arrays |= {f"{name}_weights": head.weights.astype(np.float32), f"{name}_bias": head.bias.astype(np.float32)}
        np.savez_compressed(path, **arrays)
        settings = {"form": FORM, "name": self.name, "version": self.version, "languages": self.languages, "signs": self.signs}
        settings |= {"ngrams": asdict(self.ngrams), "heads": {name: head.classes for name, head in self.heads.items()}}
        path.with_suffix(".json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def addressed(spelled: pl.Series) -> pl.Series:
    r"""Texts in one spelling as if each were addressed: what has no handle in it gets one in front.

    In private nobody writes a handle, and nearly all texts that networks are trained on have one.

    Examples
    --------
    >>> addressed(pl.Series(["my parcel never came", "\x02 hi", ""])).to_list()
    ['\x02 my parcel never came', '\x02 hi', '']
    """
    text = pl.col("text")
    has_one = text.str.contains(HANDLE, literal=True) | (text == "")
    return spelled.to_frame("text").select(pl.when(has_one).then(text).otherwise(pl.format(HANDLE + " {}", text))).to_series()


def sign_names() -> tuple[str, ...]:
    """Names of all signs that this version reads: of texts, and of phrases in them."""
    return (*SIGNS, *kinds())


def load_network(path: Path) -> Network:
    """The network in `path` (.npz) and the JSON file beside it; nothing in them is run.

    Raises
    ------
    CareworthError
        If a file is missing, of another form, or the two do not belong together.
    """
    try:
        settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        _require_form(settings, path)
        return _require_whole(_network(settings, arrays), path)
    except FileNotFoundError as error:
        raise CareworthError(f"no model {Path(error.filename).name}: a model is a pair of files, .npz and .json") from None
    except (ValueError, KeyError, TypeError, OSError, AttributeError) as error:
        raise CareworthError(f"{path.name} and its .json are no model ({error}): copy both files anew") from None


def _require_form(settings: dict, path: Path) -> None:
    if settings.get("form") != FORM:
        raise CareworthError(f"{path.name} is not a model of form {FORM}: train it anew with this version of careworth")


def _network(settings: dict, arrays: dict[str, np.ndarray]) -> Network:
    ngrams = Ngrams(**{key: tuple(value) if isinstance(value, list) else value for key, value in settings["ngrams"].items()})
    heads = {
        name: Head(tuple(classes), arrays[f"{name}_weights"], arrays[f"{name}_bias"])
        for name, classes in settings["heads"].items()
    }
    whole = (arrays["table"], arrays["scale"], arrays["bias"], heads, tuple(settings["signs"]), arrays["sign_weights"])
    return Network(settings["name"], settings["version"], ngrams, *whole, tuple(settings["languages"]))


def _require_whole(network: Network, path: Path) -> Network:
    # The compiled loops check no bounds: what a file says must be what they were written for.
    if not network.ngrams.is_possible:
        raise CareworthError(f"{path.name} reads n-grams of impossible lengths or buckets: copy both files anew")
    units = network.table.shape[1:]
    parts = [(network.table.shape[:1], (1 << network.ngrams.bits,)), (network.scale.shape, units), (network.bias.shape, units)]
    for head in network.heads.values():
        parts += [(head.weights.shape, (*units, len(head.classes))), (head.bias.shape, (len(head.classes),))]
    parts += [(network.sign_weights.shape, (len(network.signs), *units)), (network.signs, sign_names())]
    if network.table.dtype != np.int8 or any(found != wanted for found, wanted in parts):
        raise CareworthError(f"the arrays in {path.name} do not fit its settings: copy both files anew")
    return network
