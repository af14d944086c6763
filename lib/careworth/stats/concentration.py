"""How unequally a total is held: by few or by many."""

import numpy as np

from careworth.errors import CareworthError


def gini(counts: np.ndarray) -> float | None:
    """Gini coefficient of counts or amounts, 0 if all hold the same, near 1 if one holds all; None if nothing is held.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)

    References
    ----------
    Gini (1912); the form is that of Sen (1973), On Economic Inequality, section 2.
    """
    ranked = np.sort(_checked(counts))
    total, n = ranked.sum(), len(ranked)
    return float(((2 * np.arange(1, n + 1) - n - 1) * ranked).sum() / (n * total)) if total > 0 else None


def top_share(counts: np.ndarray, top: float = 0.01) -> float | None:
    """Share (0-1) of the total that the largest `top` of the holders hold, at least one holder; None if nothing is held.

    Examples
    --------
    >>> top_share([1, 1, 1, 1, 1, 1, 1, 1, 1, 11], top=0.1)
    0.55
    """
    held = _checked(counts)
    if not held.sum() > 0:
        return None
    # Rounded first: 0.07 of 100 holders are 7, though their product is a hair above it.
    few = min(max(int(np.ceil(round(top * len(held), 9))), 1), len(held))
    return float(np.partition(held, -few)[-few:].sum() / held.sum())


def _checked(counts: np.ndarray) -> np.ndarray:
    held = np.asarray(counts, float)
    if not np.isfinite(held).all() or (held < 0).any():
        raise CareworthError("need finite counts of zero or more; leave out holders without a count")
    return held
