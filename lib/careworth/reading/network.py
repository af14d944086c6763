"""A small network over hashed n-grams: one hidden layer, and a head for each question that it answers of a text.

The n-grams of a text are rows of a table of whole numbers. Their sum over the root of the text's length, with what its signs
add (`careworth.reading.signs` and `lexicon`), is the hidden layer, and each head reads it. Whole numbers of this size add up
exactly in any order, so a text is read the same in every chunk and on every thread. The files hold plain arrays and JSON;
nothing in them is executable.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse

from careworth.errors import CareworthError
from careworth.reading.lexicon import kinds, phrases_in
from careworth.reading.ngrams import HANDLE, Chunk, Ngrams, ngram_chunks, one_spelling
from careworth.reading.opening_rules import STATES, rules_said
from careworth.reading.plain import plain_text
from careworth.reading.signs import SIGNS, signs_of

#: The form of the files; a file of another form is refused.
FORM = 2


@dataclass(frozen=True)
class Head:
    """What the hidden layer says of one question: the classes, their weights (a column each) and where they start.

    A head that hears the rules for openings has rows of weights for them too, after those of the hidden units.
    """

    classes: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    hears_rules: bool = False

    def probabilities(self, hidden: np.ndarray) -> np.ndarray:
        """Probability of each class, one row for each row of `hidden`; the rows add up to 1."""
        # Not a product of matrices: that would round differently with the number of threads.
        margins = np.einsum("ij,jk->ik", hidden, self.weights) + self.bias
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
    signs: tuple[str, ...] = ()
    sign_weights: np.ndarray | None = None
    languages: tuple[str, ...] = ("en",)

    @cached_property
    def _wide(self) -> np.ndarray:
        return self.table.astype(np.float32)

    def hidden(self, spelled: pl.Series) -> np.ndarray:
        """The hidden layer, a row of numbers from 0 up for each text in one spelling.

        Examples
        --------
        >>> ngrams = Ngrams(orders=(1,), words=0, bits=4)
        >>> network = Network("ones", "0", ngrams, np.ones((16, 1), np.int8), np.ones(1), np.zeros(1), {})
        >>> network.hidden(pl.Series(["ab", ""])).round(2).tolist()  # the root of the bytes, the marks of start and end included
        [[2.24], [1.41]]
        """
        parts = [self._before(chunk) for chunk in ngram_chunks(spelled, self.ngrams)]
        total = np.concatenate(parts) if parts else np.zeros((0, self.table.shape[1]), np.float32)
        if self.signs:
            total += np.einsum("ij,jk->ik", signs_of(spelled), self.sign_weights[: len(SIGNS)])
        return np.maximum(total + self.bias, 0)

    def _before(self, chunk: Chunk) -> np.ndarray:
        told = np.einsum("ij,jk->ik", phrases_in(chunk), self.sign_weights[len(SIGNS) :]) if self.signs else 0
        return self._sums(chunk) + told

    def _sums(self, chunk: Chunk) -> np.ndarray:
        total = sum(counts @ self._wide for counts in chunk_counts(chunk, self.ngrams.bits))
        return (total / np.sqrt(chunk.sizes)[:, None] * self.scale).astype(np.float32)

    def probabilities(self, texts: pl.Series, head: str) -> np.ndarray:
        """Probability of each class of one head, a row for each text."""
        hidden = self.hidden(addressed(one_spelling(texts)))
        if self.heads[head].hears_rules:
            hidden = heard(hidden, pl.DataFrame({"text": texts.cast(pl.String)}).select(plain_text()).to_series())
        return self.heads[head].probabilities(hidden)

    def save(self, path: Path) -> None:
        """Write the arrays to `path` (.npz) and everything else to a JSON file beside it."""
        arrays = {"table": self.table, "scale": self.scale.astype(np.float32), "bias": self.bias.astype(np.float32)}
        if self.signs:
            arrays["sign_weights"] = self.sign_weights.astype(np.float32)
        for name, head in self.heads.items():
            arrays |= {f"{name}_weights": head.weights.astype(np.float32), f"{name}_bias": head.bias.astype(np.float32)}
        np.savez_compressed(path, **arrays)
        settings = {"form": FORM, "name": self.name, "version": self.version, "languages": self.languages, "signs": self.signs}
        settings |= {"ngrams": asdict(self.ngrams), "heads": {name: head.classes for name, head in self.heads.items()}}
        settings |= {"hear_rules": [name for name, head in self.heads.items() if head.hears_rules]}
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


def heard(hidden: np.ndarray, plain: pl.Series) -> np.ndarray:
    """The hidden layer of texts, and beside it what the rules for openings say of their plain texts."""
    return np.hstack([hidden, rules_said(plain)])


def sign_names() -> tuple[str, ...]:
    """Names of all signs that this version reads: of texts, and of phrases in them."""
    return (*SIGNS, *kinds())


def chunk_counts(chunk: Chunk, bits: int) -> Iterable[sparse.csr_array]:
    """A matrix for each kind of n-gram: a row for each message, a one for each time that a bucket occurs in it."""
    of_bytes, of_words = np.append(chunk.starts, chunk.byte_count), np.append(0, chunk.word_ends)
    shape = (len(chunk.starts), 1 << bits)
    for places, buckets in chunk.found:
        ends = of_bytes if places is None else of_words
        yield sparse.csr_array((np.ones(len(buckets), np.float32), buckets, ends), shape=shape)


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
        name: Head(tuple(classes), arrays[f"{name}_weights"], arrays[f"{name}_bias"], name in settings["hear_rules"])
        for name, classes in settings["heads"].items()
    }
    whole = (arrays["table"], arrays["scale"], arrays["bias"], heads, tuple(settings["signs"]), arrays.get("sign_weights"))
    return Network(settings["name"], settings["version"], ngrams, *whole, tuple(settings["languages"]))


def _require_whole(network: Network, path: Path) -> Network:
    units = network.table.shape[1:]
    parts = [(network.table.shape[:1], (1 << network.ngrams.bits,)), (network.scale.shape, units), (network.bias.shape, units)]
    for head in network.heads.values():
        rows = network.table.shape[1] + head.hears_rules * len(STATES)
        parts += [(head.weights.shape, (rows, len(head.classes))), (head.bias.shape, (len(head.classes),))]
    if network.signs:
        parts += [(network.sign_weights.shape, (len(network.signs), *units)), (network.signs, sign_names())]
    if network.table.dtype != np.int8 or any(found != wanted for found, wanted in parts):
        raise CareworthError(f"the arrays in {path.name} do not fit its settings: copy both files anew")
    return network
