"""How often trends, events and links are found where there are none, and where there are: the tables behind issue 6.

Run: OPENBLAS_NUM_THREADS=1 .venv/bin/python -m tests.benchmarks.links [runs]
"""

import sys
import time
from datetime import date, timedelta

import numpy as np
from scipy import stats as scipy_stats

from careworth.trends import Outcome, Series, happenings, link, q_values, trend
from careworth.trends.events import Window
from careworth.trends.statements import excludes_zero
from tests.simulators.linked_series import WEEKDAYS, as_counts, dependent, linked

FIRST_DAY = date(2024, 1, 1)


def series_of(values: np.ndarray, step_days: int = 1) -> Series:
    """A series from 1 January 2024."""
    return Series("V1", "conversations", FIRST_DAY, step_days, values, values)


def trend_line(step_days: int, count: int, memory: float, runs: int) -> str:
    """False positives of V6 beside those of ordinary regression and of Theil and Sen, and milliseconds of CPU."""
    draw, ours, plain, median = np.random.default_rng(1), 0, 0, 0
    spent = 0.0
    for _ in range(runs):
        values = 100 + 10 * dependent(draw, count, memory)
        plain += scipy_stats.linregress(np.arange(count), values).pvalue < 0.05
        slopes = scipy_stats.theilslopes(values)
        median += not slopes.low_slope <= 0 <= slopes.high_slope
        begun = time.process_time()
        busy = 20 * WEEKDAYS[np.arange(count) % 7] if step_days == 1 else 0
        ours += excludes_zero(trend(series_of(values + busy, step_days)).per_week)
        spent += time.process_time() - begun
    shares = "  ".join(f"{hits / runs:5.3f}" for hits in (ours, plain, median))
    return f"V6   {'days' if step_days == 1 else 'weeks':5} {count:3}  memory {memory:4}  {shares}  {1000 * spent / runs:5.1f} ms"


def link_line(memories: tuple[float, float], correlation: float, runs: int) -> str:
    """Share of pairs linked by M13, and at the planted lag of 3, beside the plain correlation at its best lag; CPU."""
    draw, hits, at_lag, plain = np.random.default_rng(2), 0, 0, 0
    begun = time.process_time()
    for _ in range(runs):
        metric, outcome = linked(draw, 365, correlation, 3, memories)
        found = link(metric, Outcome.of(outcome, FIRST_DAY), FIRST_DAY)
        hits += found.p_value < 0.05
        at_lag += found.p_value < 0.05 and found.lag_days == 3
        plain += scipy_stats.pearsonr(metric[:-3], outcome[3:]).pvalue < 0.05
    spent = 1000 * (time.process_time() - begun) / runs
    shares = f"{hits / runs:5.3f}  {at_lag / runs:5.3f}  {plain / runs:5.3f}"
    return f"M13  memories {memories!s:12}  r {correlation:3}  {shares}  {spent:5.1f} ms"


def discovery_line(planted: int, memory: float, runs: int) -> str:
    """Of 20 metrics held against one outcome, some of which move it: false share of what is found, share found of the planted."""
    draw, false, found_planted = np.random.default_rng(3), [], []
    size = 0.3
    for _ in range(runs):
        metrics = [dependent(draw, 368, memory) for _ in range(20)]
        moved = size * sum((each[:365] for each in metrics[:planted]), np.zeros(365))
        outcome = Outcome.of(moved + np.sqrt(1 - planted * size**2) * dependent(draw, 365, memory), FIRST_DAY)
        links = [link(each[3:], outcome, FIRST_DAY) for each in metrics]
        found = np.array(q_values([each.p_value for each in links])) <= 0.05
        false.append(found[planted:].sum() / max(found.sum(), 1))
        found_planted.append(found[:planted].mean() if planted else np.nan)
    shares = f"false share {np.mean(false):5.3f}, found {np.mean(found_planted):5.3f}"
    return f"FDR  20 metrics, {planted} planted, memory {memory}: {shares}"


def event_line(mean: float, memory: float, factor: float, runs: int) -> str:
    """Share of events of 1, 5 and 7 days, the last at the series' end, that V7 finds at a factor on counts; CPU."""
    spans = [(60, 1), (200, 5), (358, 7)]
    windows = [
        Window(str(start), "", FIRST_DAY + timedelta(days=start), FIRST_DAY + timedelta(days=start + days))
        for start, days in spans
    ]
    draw, hits = np.random.default_rng(4), np.zeros(3)
    begun = time.process_time()
    for _ in range(runs):
        values = as_counts(draw, dependent(draw, 365, memory), mean, 0.15)
        for start, days in spans:
            values[start : start + days] = np.round(values[start : start + days] * factor)
        hits += [(each.p_value or 1) < 0.05 for each in happenings(series_of(values), windows, [])]
    spent = 1000 * (time.process_time() - begun) / runs
    shares = "  ".join(f"{each:5.3f}" for each in hits / runs)
    return f"V7   mean {mean:3}  memory {memory}  factor {factor}  {shares}  {spent:5.1f} ms"


def main(runs: int) -> None:
    """Print every table."""
    print("V6: share of series without a trend that get one; ordinary regression; Theil-Sen (both without weekdays)")
    for step_days, count in ((7, 8), (7, 12), (7, 26), (7, 52), (1, 56), (1, 120), (1, 365)):
        for memory in (0.0, 0.3, 0.5, 0.7):
            print(trend_line(step_days, count, memory, runs), flush=True)
    print("M13: share linked, share linked at the planted lag, plain correlation at that lag")
    for correlation in (0.0, 0.3):
        for memories in ((0.0, 0.0), (0.5, 0.5), (0.8, 0.8), (0.95, 0.95), (0.0, 0.95), (0.95, 0.0), (0.95, 0.5)):
            print(link_line(memories, correlation, runs), flush=True)
    for planted, memory in ((0, 0.5), (3, 0.5), (3, 0.95)):
        print(discovery_line(planted, memory, max(runs // 8, 5)), flush=True)
    print("V7: share of events found")
    for mean, memory, factor in ((100, 0.0, 1.0), (100, 0.7, 1.0), (12, 0.5, 1.0), (100, 0.5, 1.5), (12, 0.5, 2.0)):
        print(event_line(mean, memory, factor, runs), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
