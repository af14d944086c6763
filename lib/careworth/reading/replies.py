"""What a text is like by the answer that it would get.

A brand answers "so sorry to hear" to one message and "glad you liked it" to another. Learnt on tens of thousands of
answered messages without any label, this tells bad news from good in words that no labelled text contains.
"""

import numpy as np
import scipy.sparse as sparse

from careworth.reading.ngrams import Ngrams

#: How many ways of answering are told apart, and how strongly rare n-grams are held back.
KINDS, HOLD = 60, 3.0

#: Rounds of the two solvers; more change nothing that shows in the scores.
POWER_ROUNDS, SOLVER_ROUNDS = 3, 25

#: A column with less rest than this is solved.
SOLVED = 1e-20

#: N-grams of fewer answers, or of fewer messages, are left out.
FEWEST_ANSWERS, FEWEST_MESSAGES = 5, 4


def answer_weights(messages: sparse.csr_array, answers: sparse.csr_array) -> np.ndarray:
    """For each bucket, what an n-gram of a message says of the answer: one column for each kind of answer.

    Parameters
    ----------
    messages, answers : scipy.sparse.csr_array
        Counts of n-grams, one row for each message and for its answer.
    """
    rarity = rarity_of(messages, FEWEST_MESSAGES)
    kinds = _kinds(unit_rows(scaled(answers, rarity_of(answers, FEWEST_ANSWERS))))
    weights = _ridge(unit_rows(scaled(messages, rarity)), kinds)
    return rarity[:, None] * weights


def rarity_of(counts: sparse.csr_array, fewest: int) -> np.ndarray:
    """Weight of each bucket: the logarithm of how rare it is, 0 where fewer than `fewest` texts have it."""
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.where(texts >= fewest, np.log((1 + counts.shape[0]) / (1 + texts)) + 1, 0).astype(np.float32)


def scaled(counts: sparse.csr_array, by: np.ndarray) -> sparse.csr_array:
    """`counts` with each column times its factor."""
    return (counts @ sparse.diags_array(by)).tocsr()


def unit_rows(rows: sparse.csr_array) -> sparse.csr_array:
    """`rows`, each of length 1."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (sparse.diags_array((1 / np.maximum(lengths, 1e-6)).astype(np.float32)) @ rows).tocsr()


def _kinds(answers: sparse.csr_array) -> np.ndarray:
    # The answers' main directions by random projection (Halko, Martinsson and Tropp 2011), each with spread 1.
    rng = np.random.default_rng(20_150_224)
    basis = np.asarray(answers @ rng.standard_normal((answers.shape[1], KINDS + 20), dtype=np.float32))
    turned = answers.T.tocsr()
    for _ in range(POWER_ROUNDS):
        basis, _ = np.linalg.qr(basis)
        basis = np.asarray(answers @ np.asarray(turned @ basis))
    basis, _ = np.linalg.qr(basis)
    left, _, _ = np.linalg.svd(np.asarray(turned @ basis).T, full_matrices=False)
    places = basis @ left[:, :KINDS]
    return ((places - places.mean(axis=0)) / np.maximum(places.std(axis=0), 1e-6)).astype(np.float32)


def _ridge(rows: sparse.csr_array, targets: np.ndarray) -> np.ndarray:
    # Conjugate gradients on (rows rows' + HOLD) x = targets, all columns at once; the weights are rows' x.
    turned = rows.T.tocsr()
    solution, rest = np.zeros_like(targets), targets.copy()
    step, size = rest.copy(), (rest**2).sum(axis=0)
    for _ in range(SOLVER_ROUNDS):
        image = np.asarray(rows @ np.asarray(turned @ step)) + HOLD * step
        length = size / np.maximum((step * image).sum(axis=0), SOLVED)
        solution, rest = solution + length * step, rest - length * image
        size, before = (rest**2).sum(axis=0), size
        step = rest + (size / np.maximum(before, SOLVED)) * step
    return np.asarray(turned @ solution)


#: Answers are read by their words alone.
ANSWER_NGRAMS = Ngrams(orders=(), words=2)
