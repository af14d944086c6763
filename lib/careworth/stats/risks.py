"""Durations counted by distinct time: what survival curves, tests and restricted means are computed from."""

from typing import NamedTuple

import numpy as np

from careworth.errors import CareworthError


class Risks(NamedTuple):
    """One entry per distinct time, in order: how many had the event then, how many were censored, how many were at risk."""

    times: np.ndarray
    ended: np.ndarray
    censored: np.ndarray
    at_risk: np.ndarray


def risks_of(durations: np.ndarray, observed: np.ndarray) -> Risks:
    """The durations counted by distinct time; a case that is censored at a time is still at risk then.

    Examples
    --------
    >>> risks = risks_of(np.array([5.0, 8, 12, 12]), np.array([True, True, True, False]))
    >>> risks.at_risk.tolist(), risks.ended.tolist()
    ([4.0, 3.0, 2.0], [1.0, 1.0, 1.0])
    """
    times, place, leaving = counted(durations)
    ended = np.bincount(place, weights=np.asarray(observed, bool), minlength=len(times))
    return Risks(times, ended, leaving - ended, remaining(leaving))


def counted(durations: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct times in order, which of them each duration is, and how many durations each is.

    Examples
    --------
    >>> [part.tolist() for part in counted([3.0, 1.0, 3.0])]
    [[1.0, 3.0], [1, 0, 1], [1.0, 2.0]]
    """
    durations = np.asarray(durations, float)
    require_durations(durations)
    times, place, leaving = np.unique(durations, return_inverse=True, return_counts=True)
    return times, place, leaving.astype(float)


def remaining(leaving: np.ndarray) -> np.ndarray:
    """How many are still there just before each time, from how many leave then; along the last axis.

    Examples
    --------
    >>> remaining(np.array([1.0, 2, 3])).tolist()
    [6.0, 5.0, 3.0]
    """
    return leaving[..., ::-1].cumsum(axis=-1)[..., ::-1]


def require_durations(durations: np.ndarray) -> None:
    """Refuse durations of which nothing can be said: none at all, unknown or negative ones."""
    if len(durations) == 0 or np.isnan(durations).any() or (durations < 0).any():
        raise CareworthError("need at least one duration, all of them zero or more; leave out cases without a start")
