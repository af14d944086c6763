"""Fitting linear models: softmax regression over hashed n-grams, and what answers say of them, by L-BFGS."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import scipy.optimize as optimize
import scipy.sparse as sparse

from careworth.reading.linear import LinearModel, quantised
from careworth.reading.ngrams import Ngrams, ngram_chunks
from careworth.reading.replies import ANSWER_NGRAMS, answer_weights, as_counts, rarity_of

CLASSES = ("negative", "neutral", "positive")
LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")

#: Penalty on the weights, rounds of the solver, and how much the features of answers count.
PENALTY, ROUNDS, ANSWER_SHARE = 1e-3, 60, 0.5

#: N-grams of fewer labelled texts are left out.
FEWEST_TEXTS = 2


@dataclass(frozen=True)
class Fit:
    """Weights of a softmax regression, a column for each class."""

    weights: np.ndarray
    bias: np.ndarray


def counts_of(texts: pl.Series, ngrams: Ngrams) -> sparse.csr_array:
    """Counts of each text's n-grams, a row for each text."""
    rows, buckets = [], []
    for chunk in ngram_chunks(texts, ngrams):
        message = np.repeat(np.arange(len(chunk.starts)), chunk.sizes) + chunk.first
        for places, found in chunk.found:
            rows.append(message if places is None else message[places])
            buckets.append(found)
    return as_counts(rows, buckets, (len(texts), 1 << ngrams.bits))


def features_of(texts: pl.Series, ngrams: Ngrams) -> sparse.csr_array:
    """Counts over the root of each text's length in bytes, as `LinearModel` has them."""
    sizes = np.concatenate([chunk.sizes for chunk in ngram_chunks(texts, ngrams)])
    return (sparse.diags_array((1 / np.sqrt(sizes)).astype(np.float32)) @ counts_of(texts, ngrams)).tocsr()


def fit_softmax(features: sparse.csr_array, labels: np.ndarray, shares: np.ndarray, penalty: float, start: np.ndarray) -> Fit:
    """The regression with the least weighted log-loss plus penalty, by L-BFGS.

    Parameters
    ----------
    features : scipy.sparse.csr_array
        A row for each text.
    labels : numpy.ndarray
        Number of each text's class.
    shares : numpy.ndarray
        Weight of each text.
    penalty : float
        On the squares of the weights; the bias is free.
    start : numpy.ndarray
        Margins that are given, a row for each text and a column for each class.
    """
    classes = start.shape[1]
    loss = partial(_loss, features, features.T.tocsr(), np.eye(classes)[labels], (shares / shares.sum())[:, None], penalty, start)
    free = np.zeros((features.shape[1] + 1) * classes)
    found = optimize.minimize(loss, free, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 8}).x.reshape(
        -1, classes
    )
    return Fit(found[:-1], found[-1])


def _loss(features, turned, gold, shares, penalty, start, free) -> tuple[float, np.ndarray]:
    table = free.reshape(-1, gold.shape[1])
    weights, bias = table[:-1], table[-1]
    margins = features @ weights.astype(np.float32) + bias + start
    margins -= margins.max(axis=1, keepdims=True)
    logs = margins - np.log(np.exp(margins).sum(axis=1, keepdims=True))
    off = shares * (np.exp(logs) - gold)
    slope = np.concatenate([turned @ off.astype(np.float32) + penalty * weights, off.sum(axis=0)[None]])
    return float(-(shares * gold * logs).sum() + penalty / 2 * (weights**2).sum()), slope.ravel()


def train(
    table: pl.DataFrame, weights: dict[str, float], answers: np.ndarray | None, ngrams: Ngrams, penalty: float = PENALTY
) -> Fit:
    """Weights for each bucket from labelled texts, with the help of what answers say of n-grams."""
    features = features_of(table["text"], ngrams)
    basis = _basis(features, answers)
    labels = table["label"].replace_strict(dict(zip(CLASSES, range(3), strict=True)), return_dtype=pl.Int64).to_numpy()
    shares = table["source"].replace_strict(weights, return_dtype=pl.Float64).to_numpy()
    fit = fit_softmax(projected(features, basis), labels, shares, penalty, np.zeros((len(labels), 3)))
    return Fit(folded(fit.weights, basis), fit.bias)


def _basis(features: sparse.csr_array, answers: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    rarity = rarity_of(features, FEWEST_TEXTS)
    if answers is None:
        return rarity, None
    return rarity, answers * (ANSWER_SHARE / (np.asarray(features @ answers).std(axis=0) + 1e-9))


def projected(features: sparse.csr_array, basis: tuple[np.ndarray, np.ndarray | None]) -> sparse.csr_array:
    """What the regression sees: n-grams by their rarity, and beside them what they say of the answer."""
    rarity, answers = basis
    own = (features @ sparse.diags_array(rarity)).tocsr()[:, np.flatnonzero(rarity)]
    if answers is None:
        return own.tocsr()
    return sparse.hstack([own, sparse.csr_array(np.asarray(features @ answers, dtype=np.float32))]).tocsr()


def folded(weights: np.ndarray, basis: tuple[np.ndarray, np.ndarray | None]) -> np.ndarray:
    """One table of weights over n-grams; the features of answers are sums over n-grams too, so it holds both."""
    rarity, answers = basis
    used = np.flatnonzero(rarity)
    whole = np.zeros((len(rarity), weights.shape[1]))
    whole[used] = rarity[used, None] * weights[: len(used)]
    return whole if answers is None else whole + answers @ weights[len(used) :]


def as_model(fit: Fit, name: str, ngrams: Ngrams, version: str) -> LinearModel:
    """The fit as a model that can be saved."""
    weights, scale = quantised((fit.weights[:, 1:] - fit.weights[:, :1]).T)
    return LinearModel(name, version, CLASSES, ngrams, weights, scale, fit.bias[1:] - fit.bias[0], LANGUAGES)


def learnt_from_answers(pairs: pl.DataFrame, ngrams: Ngrams) -> np.ndarray:
    """What each n-gram of a message says of its answer, from `text` and `reply`."""
    return answer_weights(counts_of(pairs["text"], ngrams), counts_of(pairs["reply"], ANSWER_NGRAMS))
