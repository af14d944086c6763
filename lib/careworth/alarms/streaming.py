"""Alarms in counts of five minutes to some hours: each row is judged by the rows before it, and by nothing else."""

import math
from typing import NamedTuple

import numpy as np

from careworth.alarms.evidence import announced, evidence_for_budget, surprises, tail_evidence
from careworth.alarms.expectation import expected_counts

WEEK_SECONDS = 7 * 86_400

#: Evidence is averaged over a quarter of an hour, an hour and a half and six hours: what lasts counts more than a flicker.
SCALE_SECONDS = (900, 5_400, 21_600)

#: Within twelve hours of an alarm the same incident is not told again.
QUIET_SECONDS = 12 * 3_600

#: Chance goes beyond its simulated budget by a quarter, since the expectation is learned too: so much of it is spent.
BUDGET_SHARE = 0.8

#: The least count that raises an alarm.
MINIMUM_COUNT = 3

#: Rows of a first day or so teach; they raise no alarm.
LEARNING_SECONDS = 2 * 86_400


class Judged(NamedTuple):
    """For each row: what was expected, with its negative binomial size, a score of 0 to 1 and whether it is an alarm.

    The score is 0.5 where the budget ends, and 0 in a row that tells no more than the twelve hours before it did.
    """

    expected: np.ndarray
    size: np.ndarray
    score: np.ndarray
    alarm: np.ndarray


def streaming_alarms(
    seconds: np.ndarray, counts: np.ndarray, spacing: float, alarms_a_week: float = 1.0, lifts: np.ndarray | None = None
) -> Judged:
    """V8: expectation, score and alarm of each row; an alarm is where chance alone goes less often than the budget.

    Parameters
    ----------
    seconds : array
        Increasing times in seconds since the start of some week.
    counts : array
        Counts of 0 or more, nan where none is known.
    spacing : float
        Seconds from one row to the next, less than a day.
    alarms_a_week : float
        The budget of false alarms.
    lifts : array, optional
        The factor by which a known campaign or outage raises the expectation of each row.

    Examples
    --------
    >>> counts = np.where(np.arange(600) == 500, 90.0, 10 + np.arange(600) % 3)
    >>> np.flatnonzero(streaming_alarms(np.arange(600) * 3600.0, counts, 3600.0).alarm)
    array([500])
    """
    scales = tuple(sorted({max(1, round(scale / spacing)) for scale in SCALE_SECONDS}))
    least = evidence_for_budget(scales, WEEK_SECONDS / spacing, round(QUIET_SECONDS / spacing), BUDGET_SHARE * alarms_a_week)
    mean, size = expected_counts(seconds, counts, spacing, lifts)
    evidence = np.mean([_evidence_at(scale, seconds, counts, mean, size, spacing) for scale in scales], axis=0)
    evidence = np.where(counts >= MINIMUM_COUNT, evidence, 0.0)
    told = announced(evidence, seconds, QUIET_SECONDS, least)
    score = np.where(np.isnan(counts), np.nan, told / (told + least))
    return Judged(mean, size, score, _first_of_each(told >= least, seconds))


def _evidence_at(
    scale: int, seconds: np.ndarray, counts: np.ndarray, mean: np.ndarray, size: np.ndarray, spacing: float
) -> np.ndarray:
    """The evidence in the sums of the last `scale` rows' time."""
    first = np.searchsorted(seconds, seconds - (scale - 0.5) * spacing)
    return tail_evidence(surprises(counts, mean, size, first))


def _first_of_each(beyond: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """True at the rows beyond the budget that no other such row precedes within the quiet time, nor in the first days."""
    alarm, last = np.zeros(len(beyond), bool), -math.inf
    for row in np.flatnonzero(beyond):
        alarm[row] = seconds[row] - last > QUIET_SECONDS and seconds[row] - seconds[0] >= LEARNING_SECONDS
        last = seconds[row]
    return alarm
