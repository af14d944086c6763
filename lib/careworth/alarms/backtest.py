"""The back-test of alarms against labelled incidents: precision, recall, false alarms and delay, with intervals."""

from typing import NamedTuple

import numpy as np

from careworth.results import share_estimate
from careworth.stats import Estimate, poisson_interval, quantile_estimate

WEEK_SECONDS = 7 * 86_400


class BackTest(NamedTuple):
    """How alarms did; each estimate with its 95 % interval, unknown where there was nothing to judge."""

    alarms: int
    incidents: int
    found: int
    precision: Estimate
    recall: Estimate
    false_alarms_a_week: Estimate
    delay_hours: Estimate


def back_test(alarms: np.ndarray, incidents: list[tuple[float, float]], first: float, last: float) -> BackTest:
    """How the alarms (seconds) did on incidents (start, end in seconds) between `first` and `last`.

    An alarm is right if it lies in an incident; an incident is found by its first alarm; the delay is counted from the
    incident's start, over the incidents that were found.

    Examples
    --------
    >>> test = back_test(np.array([3600.0, 90000.0]), [(0.0, 7200.0)], 0.0, 612000.0)
    >>> test.precision.value, test.recall.value, test.false_alarms_a_week.value, test.delay_hours.value
    (0.5, 1.0, 1.0, 1.0)
    """
    alarms = np.sort(np.asarray(alarms, float))
    inside = [alarms[(alarms >= start) & (alarms <= end)] for start, end in incidents]
    right = int(np.isin(alarms, np.concatenate(inside)).sum()) if inside else 0
    delays = np.array([(hits[0] - start) / 3600 for hits, (start, _) in zip(inside, incidents, strict=True) if len(hits)])
    quiet = (last - first - sum(end - start for start, end in incidents)) / WEEK_SECONDS
    return BackTest(
        len(alarms),
        len(incidents),
        len(delays),
        share_estimate(right, len(alarms)),
        share_estimate(len(delays), len(incidents)),
        _rate(len(alarms) - right, quiet),
        quantile_estimate(delays, 0.5),
    )


def _rate(count: int, weeks: float) -> Estimate:
    if weeks <= 0:
        return Estimate(None, None, None)
    low, high = poisson_interval(count)
    return Estimate(count / weeks, low / weeks, high / weeks)
