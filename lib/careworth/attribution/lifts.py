"""What journeys with a channel convert more than journeys without it: the credits that lift tests correct best.

A credit that shares out conversions gives every channel its part of those that would have come anyway, so weak channels get too
much and strong ones too little. A lift takes out what comes anyway. It is still no cause: who wants to buy may meet a channel
more often. How much that adds is open until a test says; hence there are several credits, for the tests to choose between.
"""

import numpy as np
from scipy import optimize, sparse

from careworth.attribution.checks import require_sound
from careworth.attribution.journeys import Credits, Journeys

#: Parts of all lift that may be no channel's doing but that of an intent to buy, which brings channels together.
INTENTS = (0.0, 0.25, 0.5, 0.75)

#: A lift of nothing or less counts as this part of the mean lift, since a lift may be lost in noise.
LEAST = 0.02

#: Channels are brought together by a common cause only if their mean tie is so many standard errors above zero.
CERTAIN = 3.0

#: Channels are looked at among journeys that touch a third one, of so many that are most touched.
THIRDS = 12

#: Rounds in which the loadings settle.
ROUNDS = 100


def lift_credits(journeys: Journeys) -> list[Credits]:
    """Credits in proportion to the channels' lifts, with and without repeated touches held equal, for each part of `INTENTS`.

    None where all journeys converted or none did: then nothing is known of lifts.

    Examples
    --------
    Of 100 journeys by e-mail 10 convert, of 100 by search 20, of 100 by both 27: beside search, e-mail adds 7 points; beside
    e-mail, search adds 17. Both have 200 journeys.

    >>> touches, starts, converted = np.array([0, 1, 0, 1]), np.array([0, 1, 2, 4]), np.array([10.0, 20, 27])
    >>> journeys = Journeys(("email", "search"), touches, starts, converted, 100 - converted, converted)
    >>> lift_credits(journeys)[0].conversions.round(3).tolist()  # 57 as 7 to 17
    [16.625, 40.375]
    """
    weights, total = require_sound(journeys).conversions + journeys.nulls, journeys.conversions.sum()
    if not 0 < total < weights.sum():
        return []
    counts = touch_counts(journeys)
    reached = (counts > 0).astype(float)
    repeats = np.asarray(counts.sum(axis=1) - reached.sum(axis=1)).reshape(-1, 1)
    reach, together = reached.T @ weights, loadings(reached, weights)
    parts = INTENTS if reach @ together > 0 else INTENTS[:1]
    credits = []
    for name, held in (("lift", np.empty((len(weights), 0))), ("lift at equal repeats", repeats)):
        amounts = reach * lifts(reached, held, weights, journeys.conversions)
        for part in parts:
            shares = _without_intent(amounts, reach, together, part)
            model = f"{name}, {part:.0%} intent"
            credits.append(Credits(model, journeys.channels, shares * total, shares * journeys.values.sum()))
    return credits


def touch_counts(journeys: Journeys) -> sparse.csr_array:
    """How often each journey (row) touches each channel (column)."""
    shape = len(journeys.conversions), len(journeys.channels)
    given = np.ones(len(journeys.touches)), journeys.touches, journeys.starts
    counts = sparse.csr_array(given, shape=shape, copy=True)
    counts.sum_duplicates()
    return counts


def lifts(reached: sparse.csr_array, held: np.ndarray, weights: np.ndarray, conversions: np.ndarray) -> np.ndarray:
    """By how much a journey converts more with each channel, other channels and the columns of `held` equal; not below zero.

    The least-squares line through the conversion rates: its slopes are the mean effects where channels reach people at random,
    whichever way they work together.
    """
    free = 1 + held.shape[1]
    columns = sparse.csr_array(sparse.hstack([np.ones((len(weights), 1)), held, reached]))
    squares = (columns.T @ (columns * weights[:, None])).toarray()
    squares += 1e-9 * np.diag(squares.diagonal() + 1)
    factor = np.linalg.cholesky(squares)
    across = np.linalg.solve(factor, columns.T @ conversions)
    bounds = np.concatenate([np.full(free, -np.inf), np.zeros(reached.shape[1])])
    return optimize.lsq_linear(factor.T, across, (bounds, np.inf), method="bvls").x[free:]


def loadings(reached: sparse.csr_array, weights: np.ndarray) -> np.ndarray:
    """How strongly one common cause, such as an intent to buy, brings people to each channel: 0 or more; all 0 without a cause.

    Logarithms of the odds ratios of two channels, among journeys that touch a third, are taken for products of two loadings.
    Journeys without any channel are not seen, which by itself sets channels apart; among those with a third nothing is missing.
    """
    ties, known = _ties(reached, weights)
    certainty = (ties * known).sum() / 2 / np.sqrt(max(known.sum() / 2, 1e-12))
    found = np.full(len(ties), 0.5 * (certainty > CERTAIN))
    for _ in range(ROUNDS):
        for one in range(len(found)):
            others = np.delete(found, one)
            squares = others @ others
            found[one] = max(np.delete(ties[one], one) @ others / squares, 0.0) if squares > 0 else 0.0
    return found


def _ties(reached: sparse.csr_array, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean log odds ratio of each two channels over the third ones, weighted by precision; and the precision of one third."""
    sums, known = np.zeros((2, reached.shape[1], reached.shape[1]))
    by_channel, thirds = reached.tocsc(), np.argsort(-(reached.T @ weights), kind="stable")[:THIRDS]
    for third in thirds:
        rows = by_channel.indices[by_channel.indptr[third] : by_channel.indptr[third + 1]]
        among, part = weights[rows], reached[rows]
        both = (part.T @ (part * among[:, None])).toarray()
        either = both.diagonal()
        cells = np.array([both, either[:, None] - both, either - both, among.sum() - either[:, None] - either + both]) + 0.5
        precision = 1 / (1 / cells).sum(axis=0) * (1 - np.eye(len(both)))
        precision[third] = precision[:, third] = 0.0
        sums += precision * np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
        known += precision
    return np.divide(sums, known, out=np.zeros_like(sums), where=known > 0), known / max(len(thirds) - 2, 1)


def _without_intent(amounts: np.ndarray, reach: np.ndarray, together: np.ndarray, part: float) -> np.ndarray:
    """Each channel's share of the lifts, once `part` of them all is taken for intent, by how intent brings people to it."""
    if not amounts.sum() > 0:
        return reach / reach.sum()
    taken = part * amounts.sum() * reach * together / (reach @ together) if part else 0.0
    left = np.maximum(amounts - taken, LEAST * reach * amounts.sum() / reach.sum())
    return left / left.sum()
