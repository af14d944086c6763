"""How surprising each row is by the series' own past, at several time scales, and how often chance alone goes as far."""

import math
from collections import deque
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from careworth.alarms.compiled import PRIOR_ROWS, find_unusual

#: The counts by which the budget is simulated: what a busy account sees in a quarter of an hour.
CHANCE_MEAN, CHANCE_SIZE = 10.0, 5.0

#: Grades of evidence: what grows within an episode is told again at each grade, not at each row.
GRADE = 0.5


class Surprise(NamedTuple):
    """For each row: the log ratio of counts to expectations, and the least spread it has by counting alone."""

    ratio: np.ndarray
    least_spread: np.ndarray


def surprises(counts: np.ndarray, means: np.ndarray, sizes: np.ndarray, first_row: np.ndarray) -> Surprise:
    """Log ratios of counts to expectations, both summed from `first_row` to each row, and of steady spread.

    The logarithm of a negative binomial count plus half its size has nearly the same spread at every mean.

    References
    ----------
    Anscombe (1948), Biometrika 35, 246-254.
    """
    known = ~(np.isnan(counts) | np.isnan(means))
    half = sizes / 2
    seen, normal = (_sums(np.where(known, part, 0.0), first_row) for part in (counts, means))
    ratio = np.where(known, np.log((seen + half) / (normal + half)), np.nan)
    return Surprise(ratio, np.sqrt(normal) / (normal + half))


def _sums(values: np.ndarray, first_row: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[1:] - total[first_row]


def tail_evidence(surprise: Surprise) -> np.ndarray:
    """-ln p of each surprise in the exponential tail of those before it; 0 where it is not among the unusual 1 %.

    The limit follows the running 99 % point (Robbins and Monro), the tail the mean excess over it: what has come often
    stops being news.

    References
    ----------
    Davison and Smith (1990), JRSS B 52, 393-442: excesses over a high limit.
    """
    found = np.zeros(len(surprise.ratio))
    find_unusual(surprise.ratio, surprise.least_spread, found)
    return found


def announced(evidence: np.ndarray, seconds: np.ndarray, quiet_seconds: float, least: float) -> np.ndarray:
    """The evidence in whole grades from `least`, where it exceeds all of the quiet time before it; else 0.

    Examples
    --------
    >>> announced(np.array([0.0, 5.2, 5.3, 6.1, 5.0]), np.arange(5.0), 3.0, 5.0)
    array([0., 5., 0., 6., 0.])
    """
    grades = np.maximum(least + np.floor((evidence - least) / GRADE) * GRADE, 0.0)
    told, recent = np.zeros(len(grades)), deque()
    for row, (grade, second) in enumerate(zip(grades.tolist(), seconds.tolist(), strict=True)):
        while recent and recent[0][0] < second - quiet_seconds:
            recent.popleft()
        if not recent or grade > recent[0][1]:
            told[row] = grade
        while recent and recent[-1][1] <= grade:
            recent.pop()
        recent.append((second, grade))
    return told


@lru_cache(maxsize=32)
def evidence_for_budget(scales: tuple[int, ...], rows_a_week: float, quiet_rows: int, alarms_a_week: float) -> float:
    """The evidence that chance alone reaches in `alarms_a_week` episodes: simulated, learning of limits and tails included.

    The counts are negative binomial around a known mean; where they show fewer than ten episodes, the number is taken
    to fall by e for each unit of evidence.
    """
    rows = round(min(max(rows_a_week * 52, 20_000), 80_000))
    evidence = np.mean([_chance_evidence(rows, scale) for scale in scales], axis=0)[PRIOR_ROWS:]
    allowed = alarms_a_week * len(evidence) / rows_a_week
    counted = max(allowed, 10.0)
    low, high = 0.0, float(evidence.max())
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _episodes(evidence, middle, quiet_rows) > counted else (low, middle)
    return max(high, 0.1) + math.log(counted / allowed)


def _chance_evidence(rows: int, scale: int) -> np.ndarray:
    counts = np.random.default_rng(20_131).negative_binomial(CHANCE_SIZE, CHANCE_SIZE / (CHANCE_SIZE + CHANCE_MEAN), rows)
    first = np.maximum(np.arange(1, rows + 1) - scale, 0)
    return tail_evidence(surprises(counts.astype(float), np.full(rows, CHANCE_MEAN), np.full(rows, CHANCE_SIZE), first))


def _episodes(evidence: np.ndarray, least: float, quiet_rows: int) -> int:
    """How often evidence of at least `least` comes after a quiet time."""
    rows = np.flatnonzero(evidence >= max(least, 1e-9))
    return int(len(rows) > 0) + int(np.sum(np.diff(rows) > quiet_rows))
