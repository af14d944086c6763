"""Kinds of noise that a series may have, from none that lasts to a random walk, as they look in weekly means."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from careworth.effects.weeks import WEEK, Weeks, weeks_of

#: Variance of a day's step of a random walk, for a variance 1 of each day's own noise; infinity is the walk alone.
WALKS = (0.001, 0.008, 0.06, np.inf)

#: Memory from one day to the next, and the share of the variance that is each day's own.
MEMORIES = ((0.6, 0.0), (0.8, 0.3), (0.9, 0.0), (0.9, 0.6), (0.95, 0.3), (0.98, 0.0), (0.98, 0.6))

#: How likely each family is before the series is seen: daily noise alone, walks, memories. Its members share it alike.
LOG_CHANCES = np.log([0.3] + [0.25 / len(WALKS)] * len(WALKS) + [0.45 / len(MEMORIES)] * len(MEMORIES))

#: Placebo windows begin when so many weeks, and this share of all weeks, have passed.
FEWEST_WEEKS = 12
FIRST_SHARE = 0.4

#: From one placebo window to the next, as a share of their length: more would tell little that is new.
STEP_SHARE = 0.75


class Windows(NamedTuple):
    """The placebo windows before the start, and last the real one.

    `begins` counts weeks; `rows` (kinds, windows, weeks) turns weekly levels into the mean of a window minus what the weeks
    before it make expected; `spread` (kinds, windows) is the variance of that, `steps` (kinds, windows) the log determinant
    before it. `whitening` (kinds, weeks, weeks) makes the noise before the start independent. `ahead` (kinds, weeks after, weeks
    before) gives what the noise makes expected of each week after the start. `independent` counts the placebo windows that do
    not overlap.
    """

    begins: np.ndarray
    rows: np.ndarray
    spread: np.ndarray
    steps: np.ndarray
    whitening: np.ndarray
    ahead: np.ndarray
    independent: float


def windows_of(weeks: Weeks) -> Windows:
    """What only the lengths decide, so that many series of the same length share it."""
    return _windows(WEEK * weeks.before, int(weeks.lengths[weeks.before :].sum()))


@lru_cache(maxsize=64)
def _windows(days_before: int, days_after: int) -> Windows:
    weeks = weeks_of(days_before, days_after)
    length = max(1, round(days_after / WEEK))
    placebos = _placebo_begins(weeks.before, length)
    begins = np.array([*placebos, weeks.before])
    shares = [np.full(length, 1 / length)] * len(placebos) + [_shares(weeks)]
    kinds = np.stack([_normed(kind, weeks.before) for kind in _covariances(weeks)])
    parts = [_window(kinds, begin, share) for begin, share in zip(begins, shares, strict=True)]
    rows, spread = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    known = kinds[:, : weeks.before, : weeks.before]
    factor = np.linalg.cholesky(known)
    logs = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).cumsum(axis=1)
    ahead = np.linalg.solve(known, kinds[:, : weeks.before, weeks.before :]).swapaxes(1, 2)
    independent = (weeks.before - placebos[0]) / length if placebos else 0.0
    return Windows(begins, rows, spread, logs[:, begins - 1], np.linalg.inv(factor), ahead, independent)


def _placebo_begins(before: int, length: int) -> list[int]:
    first = max(FEWEST_WEEKS, int(FIRST_SHARE * before))
    return list(range(before - length, first - 1, -max(1, round(STEP_SHARE * length))))[::-1]


def _shares(weeks: Weeks) -> np.ndarray:
    after = weeks.lengths[weeks.before :]
    return after / after.sum()


def _window(kinds: np.ndarray, begin: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    end = begin + len(shares)
    along = kinds[:, :begin, begin:end] @ shares
    weights = np.linalg.solve(kinds[:, :begin, :begin], along[..., None])[..., 0]
    rows = np.zeros(kinds.shape[:2])
    rows[:, :begin], rows[:, begin:end] = -weights, shares
    return rows, kinds[:, begin:end, begin:end] @ shares @ shares - (weights * along).sum(axis=1)


def _covariances(weeks: Weeks) -> list[np.ndarray]:
    own = np.diag(1 / weeks.lengths)
    walk, memories = _walk(weeks), [(_memory(weeks, memory), share) for memory, share in MEMORIES]
    walks = [walk if np.isinf(step) else step * walk + own for step in WALKS]
    return [own, *walks, *((1 - share) * kind + share * own for kind, share in memories)]


def _normed(covariance: np.ndarray, before: int) -> np.ndarray:
    """The covariance in units of the variance of a week that is foretold from those before it, about."""
    return covariance / np.exp(np.linalg.slogdet(covariance[:before, :before])[1] / before)


def _walk(weeks: Weeks) -> np.ndarray:
    """Covariance of the weekly means of a walk with daily steps of variance 1."""
    since, length = weeks.firsts - weeks.firsts[0], weeks.lengths
    middle = since + (length + 1) / 2
    return np.minimum.outer(middle, middle) - np.diag(middle - since - (length + 1) * (2 * length + 1) / (6 * length))


def _memory(weeks: Weeks, memory: float) -> np.ndarray:
    """Covariance of the weekly means of daily noise of variance 1 that keeps `memory` of itself from day to day."""
    days = np.arange(WEEK)
    inside = memory ** np.abs(np.subtract.outer(days, days))
    gap = np.abs(np.subtract.outer(weeks.firsts, weeks.firsts)) - WEEK + 1
    reach = (1 - memory**weeks.lengths) / (1 - memory) / weeks.lengths
    covariance = memory ** np.maximum(gap, 0) * np.outer(reach, reach)
    np.fill_diagonal(covariance, [inside[:length, :length].mean() for length in weeks.lengths])
    return covariance
