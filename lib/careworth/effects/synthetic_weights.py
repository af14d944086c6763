"""Weights that make one series out of others: none negative, together one, and as near as such weights come."""

import numpy as np
from scipy.optimize import nnls

from careworth.errors import ParameterError


def simplex_weights(donors: np.ndarray, target: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """The weights w >= 0 of sum 1 with the least ``|donors @ w - target|^2 + ridge * |w|^2``: the optimum, not a search for it.

    The nearest point of the donors' hull is found as non-negative least squares: with the donors taken from the target and a
    row of ones below them, the solution for (0, ..., 0, 1) is a multiple of the weights looked for.

    Parameters
    ----------
    donors : array (times, donors)
    target : array (times,)

    Examples
    --------
    >>> simplex_weights(np.array([[0.0, 4.0], [0.0, 8.0]]), np.array([1.0, 2.0])).round(6).tolist()
    [0.75, 0.25]

    References
    ----------
    Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23; Wolfe (1976), Mathematical Programming 11, 128-149.
    """
    apart = donors - target[:, None]
    if ridge > 0:
        apart = np.vstack([apart, np.sqrt(ridge) * np.eye(apart.shape[1])])
    scale = np.sqrt(np.mean(apart**2) * len(apart)) or 1.0
    system = np.vstack([apart / scale, np.ones(apart.shape[1])])
    try:
        found, _ = nnls(system, np.append(np.zeros(len(apart)), 1.0), maxiter=50 * apart.shape[1])
    except RuntimeError as error:
        raise ParameterError(
            f"no weights of {donors.shape[1]} controls were found in reasonable time; leave out controls that are nearly equal"
        ) from error
    return found / found.sum()
