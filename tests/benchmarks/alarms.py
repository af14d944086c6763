"""False alarms, detection, delay and CPU of the early warnings: `python tests/benchmarks/alarms.py [--series 400]`.

Streams: five brands by the rules of the Numenta Anomaly Benchmark, thresholds chosen on the other brands; quiet worlds
with a budget of one false alarm a week. Days: worlds of complaints with a budget of two false alarms a year for all
detectors together, from the second year on; rises that begin on a random day of the week and last.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from careworth.alarms.daily import Signal, age_signal, share_signal, volume_signal, watch
from careworth.alarms.farrington import Farrington, farrington_bounds
from careworth.alarms.scoring import Labelled, Result, best_threshold, leave_one_out, recall_at, score_together
from careworth.alarms.streaming import Judged, streaming_alarms
from tests.simulators.daily_complaints import Complaints, complaint_days
from tests.simulators.hourly_counts import HOUR, WEEK, hourly_counts, hourly_means

SHARED = Path(__file__).parents[3] / "shared" / "data"
BRANDS = ("AAPL", "AMZN", "FB", "KO", "UPS")
HISTORY = 365

#: Mean, size and what else a world of complaints has.
WORLDS: dict[str, dict[str, Any]] = {
    "8 a day, size 5": {"mean": 8.0, "size": 5.0},
    "15 a day, size 10": {"mean": 15.0},
    "20 a day, size 10": {},
    "40 a day, size 8": {"mean": 40.0, "size": 8.0},
    "120 a day, size 15": {"mean": 120.0, "size": 15.0},
    "20 a day, growing 30 % a year": {"yearly_growth": 0.3},
    "20 a day, shrinking 20 % a year": {"yearly_growth": -0.2},
    "20 a day, carried over 0.2": {"carried": 0.2},
}

RISES: dict[str, dict[str, float]] = {
    "+100 %": {"lift": 2.0},
    "+50 %": {"lift": 1.5},
    "+40 %, negative +30 %": {"lift": 1.4, "negative_lift": 1.3},
    "ages x 3": {"age_lift": 3.0},
}


def brand(name: str) -> tuple[Labelled, Judged, float]:
    """A brand's labelled scores, its judgement and the CPU seconds that took."""
    with (SHARED / f"nab/Twitter_volume_{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    seconds = np.array([(time - datetime(2001, 1, 1)).total_seconds() for time in times])
    labels = json.loads((SHARED / "nab/windows.json").read_text())[f"realTweets/Twitter_volume_{name}.csv"]
    place = {time: row for row, time in enumerate(times)}
    windows = [(place[datetime.fromisoformat(first)], place[datetime.fromisoformat(last)]) for first, last in labels]
    start = process_time()
    judged = streaming_alarms(seconds, np.array([float(row["value"]) for row in rows]), 300.0)
    return Labelled(judged.score, windows), judged, process_time() - start


def brands() -> Iterator[str]:
    """The benchmark's score by brand and together, and what the alarms themselves do."""
    found = {name: brand(name) for name in BRANDS}
    series = {name: labelled for name, (labelled, _, _) in found.items()}
    results = leave_one_out(series)
    for name, result in results.items():
        yield (
            f"{name:6} {result.normalised():5.1f}  {result.found}/{result.windows} windows, "
            f"{result.false_alarms:2} false rows, {found[name][2]:.2f} CPU s"
        )
    together = Result(*(sum(column) for column in zip(*results.values(), strict=True)))
    weeks = sum(len(each.scores) for each in series.values()) / 2016
    everything = list(series.values())
    best = score_together(everything, best_threshold(everything))
    yield f"together, threshold of the others {together.normalised():.1f}; best threshold {best.normalised():.1f}"
    yield f"recall at one false alarm a week, by the best threshold {recall_at(everything, weeks):.2f}"
    own = score_together([Labelled(judged.alarm.astype(float), labelled.windows) for labelled, judged, _ in found.values()], 0.5)
    yield f"its own alarms: recall {own.found / own.windows:.2f} at {own.false_alarms / weeks:.2f} false alarms a week"


def streams(weeks: int) -> Iterator[str]:
    """False alarms a week where nothing happens, and surges of an hour that are found."""
    for spacing, mean in ((HOUR, 5.0), (HOUR, 20.0), (HOUR, 60.0), (900, 10.0), (300, 5.0)):
        seconds, means = hourly_means(weeks, mean, spacing)
        quiet = streaming_alarms(seconds, hourly_counts(means, 1), spacing).alarm[seconds >= 8 * WEEK]
        night, noon = (surges(mean, spacing, hour, lift) for hour, lift in ((3, 6), (14, 3)))
        yield (
            f"{mean:4.0f} in {spacing // 60:2} minutes: {quiet.sum() / (weeks - 8):.2f} a week; "
            f"6x at 03:00 {night:.2f}, 3x at 14:00 {noon:.2f}"
        )


def surges(mean: float, spacing: int, hour: int, lift: float, repeats: int = 20) -> float:
    """The share of surges of an hour on a Tuesday of the tenth week that raise an alarm within it."""
    seconds, means = hourly_means(10, mean, spacing)
    start = 9 * WEEK + 86_400 + hour * HOUR
    inside = (seconds >= start) & (seconds < start + HOUR)
    upto = seconds < start + HOUR
    found = 0
    for seed in range(repeats):
        counts = hourly_counts(np.where(inside, lift, 1.0) * means, seed)
        found += bool(streaming_alarms(seconds[upto], counts[upto], spacing).alarm[inside[upto]].any())
    return found / repeats


def signals(days: Complaints) -> list[Signal]:
    """Volume, negative share and unanswered age."""
    return [volume_signal(days.complaints), share_signal(days.negative, days.conversations), age_signal(days.age_hours)]


def complaints(series: int) -> Iterator[str]:
    """For each world: false alarms a year of each detector and of all together, and what becomes of rises."""
    for number, (name, world) in enumerate(WORLDS.items()):
        seen = signals(complaint_days(HISTORY + 730, series, 100 + number, **world))
        each = [watch([signal]).alarm()[HISTORY:].mean() * 365 for signal in seen]
        joint = watch(seen).alarm()[HISTORY:].mean() * 365
        yield f"{name}: false alarms a year alone {', '.join(f'{rate:.2f}' for rate in each)}; together {joint:.2f}"
        for rise, change in RISES.items():
            days = complaint_days(HISTORY + 28, series, 200 + number, start=HISTORY, **change, **world)
            alone = f", volume alone {found(watch(signals(days)[:1]).alarm())}" if set(change) == {"lift"} else ""
            yield f"    {rise:22} {found(watch(signals(days)).alarm())}{alone}"


def found(alarm: np.ndarray) -> str:
    """How many rises are found in 7 and 14 days, and the median delay in days, the first being 1."""
    after = alarm[HISTORY:]
    delay = np.where(after.any(axis=0), after.argmax(axis=0) + 1.0, np.inf)
    return f"7 days {np.mean(delay <= 7):.2f}, 14 days {np.mean(delay <= 14):.2f}, median {np.median(delay):.0f}"


def farrington() -> Iterator[str]:
    """CPU milliseconds of a week of Farrington's flexible rule."""
    counts = np.random.default_rng(1).poisson(5, 400).astype(float)
    start = process_time()
    farrington_bounds(counts, range(300, 400), Farrington(years=4))
    yield f"{1000 * (process_time() - start) / 100:.1f} CPU ms a week"


def main() -> None:
    """Print each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=400)
    parser.add_argument("--weeks", type=int, default=60)
    options = parser.parse_args()
    parts = {
        "Brands (Numenta Anomaly Benchmark)": brands(),
        "Quiet streams, one false alarm a week allowed": streams(options.weeks),
        "Days of complaints, two false alarms a year allowed": complaints(options.series),
        "Farrington": farrington(),
    }
    for title, lines in parts.items():
        print(f"\n{title}")
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
