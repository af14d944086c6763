"""What a row of a fast count series lets one expect, from the rows before it: level, time of day, time of week."""

import math
from typing import NamedTuple

import numpy as np

from careworth.alarms.learning import DAY_SECONDS, learn_rows

#: A level half a day old has lost 63 % of its weight.
LEVEL_DAYS = 0.5


class Expectation(NamedTuple):
    """For each row: the expected count, and the size of the negative binomial that fits the rows before it."""

    mean: np.ndarray
    size: np.ndarray


def expected_counts(seconds: np.ndarray, counts: np.ndarray, spacing: float, lifts: np.ndarray | None = None) -> Expectation:
    """The expectation of each row from the rows before it; unknown (nan) until a first count was seen.

    Parameters
    ----------
    seconds : array
        Increasing times, in seconds since the start of some week.
    counts : array
        Counts, nan where none is known.
    spacing : float
        Seconds from one row to the next.
    lifts : array, optional
        By which factor a known campaign or outage is expected to raise each row; 1 where nothing is known.

    Examples
    --------
    >>> expected_counts(np.arange(100) * 3600.0, np.full(100, 7.0), 3600.0).mean[-1].round(1)
    np.float64(7.0)
    """
    means, sizes = np.full(len(counts), np.nan), np.empty(len(counts))
    known = np.ones(len(counts)) if lifts is None else np.asarray(lifts, float)
    least_gain = 1 - math.exp(-spacing / (LEVEL_DAYS * DAY_SECONDS))
    learn_rows(np.asarray(seconds, float), np.asarray(counts, float), known, float(spacing), least_gain, means, sizes)
    return Expectation(means, sizes)
