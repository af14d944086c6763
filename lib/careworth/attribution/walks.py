"""What is expected of a walk over the states of a chain, and where it first enters states that are removed.

A chain of some thousand states is solved by its triangular factors. The factors of a larger one may fill up, so there the walks
are followed step by step until fewer than one in 10^17 is still under way, which is below the rounding of a number.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from careworth.attribution.chain import Chain

#: Up to so many states a chain is solved by its factors.
FACTORED_STATES = 2_000
#: So many steps are followed; a chain that is slower to end is factored whatever its size.
STEPS = 20_000
#: The share of walks under way at which following them ends.
UNDER_WAY = 1e-17


def leaving(moves: sparse.csr_array, ends: np.ndarray) -> np.ndarray:
    """How many journeys left each state, for another or for good; 1 where none did, since it is divided by."""
    out = moves.sum(axis=1) + ends[:, 0] + ends[:, 1]
    out[out == 0] = 1.0
    return out


def factors(moves: sparse.csr_array, out: np.ndarray) -> SuperLU:
    """The factors of I - Q, where Q are the moves as shares of what leaves a state; they need no pivot but the diagonal."""
    matrix = sparse.eye_array(len(out), format="csr") - sparse.diags_array(1 / out) @ moves
    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def expected_from(moves: sparse.csr_array, ends: np.ndarray) -> np.ndarray:
    """Chance to convert and expected value from each state on: an array (states, 2)."""
    out = leaving(moves, ends)
    brought = ends[:, [0, 2]] / out[:, None]
    followed = _followed_from(sparse.diags_array(1 / out) @ moves, brought) if len(out) > FACTORED_STATES else None
    return factors(moves, out).solve(brought) if followed is None else followed


def _followed_from(shares: sparse.csr_array, brought: np.ndarray) -> np.ndarray | None:
    step, total = np.column_stack([brought, np.ones(len(brought))]), brought.copy()
    for _ in range(STEPS):
        step = shares @ step
        if step[:, 2].max() <= UNDER_WAY:
            return total
        total += step[:, :2]
    return None


def first_entries(chain: Chain, groups: list[np.ndarray]) -> list[np.ndarray]:
    """For each group of states: how many journeys are expected to enter the group by each of its states, if left there.

    What they would have brought from there is what a removal loses. Nothing is subtracted, so a loss of 0 is 0, not about 0.
    """
    out = leaving(chain.moves, chain.ends)
    if len(out) > FACTORED_STATES:
        back = (sparse.diags_array(1 / out) @ chain.moves).T.tocsr()
        followed = [_followed_into(back, chain.begins, group) for group in groups]
        return [_entered(chain, group) if each is None else each for each, group in zip(followed, groups, strict=True)]
    solver = factors(chain.moves, out)
    visits = solver.solve(chain.begins, "T")
    return [_returned(solver, visits, group) if len(group) == 1 else _entered(chain, group) for group in groups]


def _returned(solver: SuperLU, visits: np.ndarray, group: np.ndarray) -> np.ndarray:
    """All visits of one state, over the visits of a journey that comes there at all."""
    unit = np.zeros(len(visits))
    unit[group] = 1.0
    return visits[group] / solver.solve(unit)[group]


def _entered(chain: Chain, group: np.ndarray) -> np.ndarray:
    """The journeys that begin in the group, and those that move there from the states that remain."""
    kept = np.setdiff1d(np.arange(len(chain.states)), group)
    if not len(kept):
        return chain.begins[group]
    rows = chain.moves[kept]
    out = leaving(rows, chain.ends[kept])
    return chain.begins[group] + (factors(rows[:, kept], out).solve(chain.begins[kept], "T") / out) @ rows[:, group]


def _followed_into(back: sparse.csr_array, begins: np.ndarray, group: np.ndarray) -> np.ndarray | None:
    step, entries, enough = begins.copy(), np.zeros(len(group)), UNDER_WAY * begins.sum()
    for _ in range(STEPS):
        entries += step[group]
        step[group] = 0.0
        if step.sum() <= enough:
            return entries
        step = back @ step
    return None
