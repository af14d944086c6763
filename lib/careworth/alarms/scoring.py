"""The published rules of the Numenta Anomaly Benchmark (NAB): early alarms earn more, late and false ones cost."""

import math
from typing import NamedTuple

import numpy as np

#: The benchmark's standard profile: what a found window earns, a missed one and a false alarm cost.
FOUND, MISSED, FALSE = 1.0, 1.0, 0.11

#: The first rows are not scored: 15 % of a series, and never more than of 5,000 rows.
PROBATION_SHARE, PROBATION_ROWS = 0.15, 5000


class Labelled(NamedTuple):
    """A scored series: the score of each row and the first and last row of each labelled window."""

    scores: np.ndarray
    windows: list[tuple[int, int]]


class Result(NamedTuple):
    """What a threshold earns on some series: raw points, windows, windows found, rows of false alarm."""

    points: float
    windows: int
    found: int
    false_alarms: int

    def normalised(self) -> float:
        """0 for raising no alarm at all, 100 for alarms at the first row of each window and no other."""
        return 100 * (self.points + MISSED * self.windows) / ((FOUND + MISSED) * self.windows)


def scaled_sigmoid(position: np.ndarray | float) -> np.ndarray:
    """The worth of an alarm at a position relative to a window's end: near 1 at its start (-1), 0 at its end, -1 far behind.

    Examples
    --------
    >>> scaled_sigmoid(np.array([-1.0, -0.5, 0.0, 3.0])).round(5)
    array([ 0.98661,  0.84828,  0.     , -1.     ])
    """
    position = np.asarray(position, float)
    return np.where(position >= 3, -1.0, 2 / (1 + np.exp(5 * np.minimum(position, 3))) - 1)


def probation(rows: int) -> int:
    """How many rows at the start are not scored."""
    return math.floor(min(PROBATION_SHARE * rows, PROBATION_SHARE * PROBATION_ROWS))


def row_worths(rows: int, windows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """For each row: the number of its window or -1, and what an alarm there would earn or cost."""
    window, worth = np.full(rows, -1), np.full(rows, -FALSE)
    for number, (first, last) in enumerate(windows):
        width, inside = last - first + 1, np.arange(first, last + 1)
        window[inside] = number
        worth[inside] = FOUND * scaled_sigmoid((inside - last - 1) / width) / scaled_sigmoid(-1.0)
        after = np.arange(last + 1, windows[number + 1][0] if number + 1 < len(windows) else rows)
        worth[after] = FALSE * scaled_sigmoid((after - last) / max(width - 1, 1))
    return window, worth


def score_series(series: Labelled, threshold: float) -> Result:
    """What alarms at every row that reaches the threshold earn on one series; of a window, its best alarm counts."""
    rows = len(series.scores)
    window, worth = row_worths(rows, series.windows)
    alarms = np.flatnonzero(np.nan_to_num(series.scores, nan=-np.inf) >= threshold)
    alarms = alarms[alarms >= probation(rows)]
    wrong = alarms[window[alarms] < 0]
    scored = [number for number, (_, last) in enumerate(series.windows) if last >= probation(rows)]
    hits = [worth[alarms[window[alarms] == number]] for number in scored]
    earned = sum(float(hit.max()) if len(hit) else -MISSED for hit in hits)
    return Result(earned + float(worth[wrong].sum()), len(scored), sum(len(hit) > 0 for hit in hits), len(wrong))


def score_together(series: list[Labelled], threshold: float) -> Result:
    """The result of one threshold over several series."""
    results = [score_series(each, threshold) for each in series]
    return Result(*(sum(column) for column in zip(*results, strict=True)))


def best_threshold(series: list[Labelled]) -> float:
    """The threshold, among the scores that occur, that earns most over the series; the highest of equals."""
    scores = np.concatenate([each.scores for each in series])
    candidates = np.unique(scores[np.isfinite(scores) & (scores > 0)])[::-1][:500]
    points = [score_together(series, float(candidate)).points for candidate in candidates]
    return float(candidates[int(np.argmax(points))]) if len(candidates) else math.inf


def leave_one_out(series: dict[str, Labelled]) -> dict[str, Result]:
    """Each series' result at the threshold that is best for the others."""
    return {
        name: score_series(each, best_threshold([other for label, other in series.items() if label != name]))
        for name, each in series.items()
    }


def recall_at(series: list[Labelled], false_alarms: float) -> float:
    """The largest share of windows found by any threshold with at most so many false alarms in all."""
    scores = np.concatenate([each.scores for each in series])
    candidates = np.unique(scores[np.isfinite(scores) & (scores > 0)])[::-1][:500]
    results = [score_together(series, float(candidate)) for candidate in candidates]
    return max((each.found / each.windows for each in results if each.false_alarms <= false_alarms), default=0.0)
