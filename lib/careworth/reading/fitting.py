"""Fitting networks: one hidden layer over hashed n-grams and signs, all questions at once, by L-BFGS."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import scipy.optimize as optimize
import scipy.sparse as sparse

from careworth.reading.lexicon import phrases_in
from careworth.reading.network import Head, Network, sign_names
from careworth.reading.ngrams import Ngrams, counts_of, one_spelling
from careworth.reading.replies import ANSWER_NGRAMS, answer_weights, rarity_of
from careworth.reading.signs import signs_of

#: What an opening can be.
STATES = ("complaint", "question", "request", "praise", "other")

CLASSES = {
    "tone": ("negative", "neutral", "positive"),
    "state": STATES,
    "need": ("no", "yes"),
}
LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")

#: Largest weight that is stored: finer steps change no score that shows, and make the files half as large again.
LARGEST = 31

#: N-grams of fewer labelled texts are left out.
FEWEST_TEXTS = 3


@dataclass(frozen=True)
class Settings:
    """How a network is fitted.

    Attributes
    ----------
    units : int
        Size of the hidden layer of one fit.
    fits : int
        Fits from different starts, whose hidden layers stand side by side in the network and whose heads are averaged.
    penalty, head_penalty : float
        On the squares of the weights into and out of it; the former pulls towards where the weights start.
    start_spread : float
        Spread of a hidden unit as answers would have it.
    rounds, seed : int
        Of the solver, and of the start.
    """

    units: int = 16
    fits: int = 4
    penalty: float = 1e-3
    head_penalty: float = 3e-3
    start_spread: float = 0.5
    rounds: int = 60
    seed: int = 1


@dataclass(frozen=True)
class Texts:
    """What a network reads of texts: counts of n-grams over the root of the length, and signs."""

    grams: sparse.csr_array
    signs: np.ndarray

    @classmethod
    def of(cls, texts: pl.Series, ngrams: Ngrams) -> "Texts":
        """Those of `texts`, a row each."""
        spelled = one_spelling(texts)
        return cls(features_of(spelled, ngrams), np.hstack([signs_of(spelled), phrases_in(spelled)]))

    def rows(self, wanted: np.ndarray) -> "Texts":
        """Some of the rows."""
        return Texts(self.grams[wanted], self.signs[wanted])


def features_of(spelled: pl.Series, ngrams: Ngrams) -> sparse.csr_array:
    """Counts over the root of each text's length in bytes, as `Network` has them."""
    counts, sizes = counts_of(spelled, ngrams)
    return (sparse.diags_array((1 / np.sqrt(sizes)).astype(np.float32)) @ counts).tocsr()


def targets_of(table: pl.DataFrame) -> dict[str, np.ndarray]:
    """For each question a column for each class: 1 for the label, 0 for others, all 0 where there is none."""
    return {
        name: np.stack([(table[name] == label).fill_null(False).to_numpy() for label in classes], axis=1).astype(np.float32)
        for name, classes in CLASSES.items()
    }


class Problem:
    """The penalised loss of a network over labelled texts, as the solver asks for it."""

    def __init__(
        self,
        texts: Texts,
        targets: dict[str, np.ndarray],
        weights: np.ndarray,
        start: np.ndarray,
        settings: Settings,
    ):
        rarity, known = rarity_of(texts.grams, FEWEST_TEXTS), start.any(axis=1)
        self.used, self.settings = np.flatnonzero((rarity > 0) | known), settings
        self.rarity = np.where(rarity > 0, rarity, rarity.max())[self.used].astype(np.float32)
        grams = texts.grams[:, self.used] @ sparse.diags_array(self.rarity)
        self.rows = sparse.hstack([grams, sparse.csr_array(texts.signs)]).tocsr().astype(np.float32)
        self.turned = self.rows.T.tocsr()
        self.targets = targets
        self.weights = {name: _shares(weights, own) for name, own in targets.items()}
        self.prior = self._prior(start)
        self.shapes = [self.prior.shape, (settings.units,)]
        for own in targets.values():
            self.shapes += [(settings.units, own.shape[1]), (own.shape[1],)]

    def _prior(self, start: np.ndarray) -> np.ndarray:
        own = start[self.used, : self.settings.units] / self.rarity[:, None]
        spread = np.asarray(self.rows[:, : len(own)] @ own).std(axis=0)
        prior = np.zeros((self.rows.shape[1], self.settings.units), np.float32)
        prior[: len(own), : own.shape[1]] = own * (self.settings.start_spread / np.maximum(spread, 1e-9))
        return prior

    def start(self) -> np.ndarray:
        """Where the solver starts: at what answers tell, and a little noise."""
        random = np.random.default_rng(self.settings.seed)
        first = self.prior + random.normal(0, 0.02, self.prior.shape)
        parts = [first, np.full(self.settings.units, 0.5)]
        for weights, bias in zip(self.shapes[2::2], self.shapes[3::2], strict=True):
            parts += [random.normal(0, 0.3, weights), np.zeros(bias)]
        return np.concatenate([part.ravel() for part in parts])

    def parts(self, free: np.ndarray) -> list[np.ndarray]:
        """The arrays that the solver's numbers stand for: table, bias, and weights and bias of each head."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(free, ends), self.shapes, strict=True)]

    def loss(self, free: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss, and its slope along each of the solver's numbers."""
        table, bias, *heads = (part.astype(np.float32) for part in self.parts(free))
        settings, away = self.settings, table - self.prior
        hidden = np.maximum(self.rows @ table + bias, 0)
        total, back, slopes = settings.penalty / 2 * float((away**2).sum()), np.zeros_like(hidden), []
        for (name, gold), weights, own_bias in zip(self.targets.items(), heads[::2], heads[1::2], strict=True):
            logs = _log_shares(hidden @ weights + own_bias)
            off = self.weights[name] * (np.exp(logs) - gold)
            total += float(settings.head_penalty / 2 * (weights**2).sum() - (self.weights[name] * gold * logs).sum())
            slopes += [hidden.T @ off + settings.head_penalty * weights, off.sum(axis=0)]
            back += off @ weights.T
        back *= hidden > 0
        slopes = [self.turned @ back + settings.penalty * away, back.sum(axis=0), *slopes]
        return total, np.concatenate([slope.ravel() for slope in slopes]).astype(np.float64)


def _shares(weights: np.ndarray, targets: np.ndarray) -> np.ndarray:
    own = weights * targets.any(axis=1)
    return (own / max(own.sum(), 1e-9)).astype(np.float32)[:, None]


def _log_shares(margins: np.ndarray) -> np.ndarray:
    margins = margins - margins.max(axis=1, keepdims=True)
    return margins - np.log(np.exp(margins).sum(axis=1, keepdims=True))


def fit(
    texts: Texts,
    targets: dict[str, np.ndarray],
    weights: np.ndarray,
    start: np.ndarray,
    ngrams: Ngrams,
    settings: Settings = Settings(),  # noqa: B008
) -> Network:
    """The network with the least loss over labelled texts, still without a name.

    Parameters
    ----------
    texts : Texts
        What is read of each text.
    targets : dict of str to numpy.ndarray
        For each question a row for each text and a column for each class, as `targets_of` gives them.
    weights : numpy.ndarray
        How much each text counts.
    start : numpy.ndarray
        For each bucket, where the hidden layer starts and what it is drawn to: what answers tell, or zeros.
    """
    alone = []
    for number in range(settings.fits):
        own = replace(settings, seed=settings.seed + number)
        part = start[:, number * settings.units : (number + 1) * settings.units]
        alone.append(_fit_one(Problem(texts, targets, weights, part, own), ngrams))
    return _side_by_side(alone)


def _fit_one(problem: Problem, ngrams: Ngrams) -> Network:
    options = {"maxiter": problem.settings.rounds, "maxcor": 8}
    found = optimize.minimize(problem.loss, problem.start(), jac=True, method="L-BFGS-B", options=options).x
    table, bias, *heads = problem.parts(found)
    whole = np.zeros((1 << ngrams.bits, problem.settings.units))
    whole[problem.used] = problem.rarity[:, None] * table[: len(problem.used)]
    stored, scale = quantised(whole)
    named = {
        name: Head(CLASSES[name], own, own_bias)
        for name, own, own_bias in zip(problem.targets, heads[::2], heads[1::2], strict=True)
    }
    return Network("", "", ngrams, stored, scale, bias, named, sign_names(), table[len(problem.used) :], LANGUAGES)


def _side_by_side(alone: list[Network]) -> Network:
    heads = {}
    for name, first in alone[0].heads.items():
        each = [network.heads[name] for network in alone]
        weights = np.vstack([head.weights for head in each]) / len(each)
        heads[name] = replace(first, weights=weights, bias=sum(head.bias for head in each) / len(each))
    parts = {name: np.concatenate([getattr(each, name) for each in alone], axis=-1) for name in ("table", "scale", "bias")}
    signs = np.concatenate([each.sign_weights for each in alone], axis=1)
    return replace(alone[0], **parts, sign_weights=signs, heads=heads)


def quantised(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`table` as whole numbers up to `LARGEST`, and what 1 stands for in each column.

    Examples
    --------
    >>> quantised(np.array([[0.5, 2.0], [-1.0, 0.0]]))[0].tolist()
    [[16, 31], [-31, 0]]
    """
    scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / LARGEST
    return np.rint(table / scale).astype(np.int8), scale


def learnt_from_answers(pairs: pl.DataFrame, ngrams: Ngrams) -> np.ndarray:
    """What each n-gram of a message says of its answer, from `text` and `reply`."""
    message, reply = one_spelling(pairs["text"]), one_spelling(pairs["reply"])
    return answer_weights(counts_of(message, ngrams)[0], counts_of(reply, ANSWER_NGRAMS)[0])
