"""Processor seconds for the business time of a million intervals, beside a plain loop over days in Python.

`python tests/benchmarks/business_time.py`; two years of Amsterdam's clock, office hours and holidays, intervals of up to ten
days. The loop reads a part of the same intervals and must come to the same minutes.
"""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from careworth.business_time import Calendar, business_seconds

INTERVALS, OF_THE_LOOP, SEED = 1_000_000, 5_000, 1
ZONE, HOURS = ZoneInfo("Europe/Amsterdam"), (9 * 3600, 17 * 3600)
HOLIDAYS = frozenset([date(2024, 1, 1), date(2024, 12, 25), date(2025, 12, 25)])
OFFICE = Calendar(ZONE, {weekday: [HOURS] for weekday in range(5)}, HOLIDAYS)


def main() -> None:
    """Print a line for each way and their ratio per interval."""
    starts, ends = intervals()
    ours, seconds = timed(lambda: business_seconds(starts, ends, [OFFICE]))
    few = list(zip(starts.head(OF_THE_LOOP), ends.head(OF_THE_LOOP), strict=True))
    theirs, of_loop = timed(lambda: [looped(*each) for each in few])
    same = np.allclose(ours.head(OF_THE_LOOP).to_numpy(), theirs)
    print(f"ours: {INTERVALS:,} intervals in {seconds:.2f} s of CPU")
    print(f"loop over days: {OF_THE_LOOP:,} intervals in {of_loop:.2f} s of CPU; the same minutes: {same}")
    print(f"ours takes {of_loop / OF_THE_LOOP / (seconds / INTERVALS):,.0f} times less for an interval")


def intervals() -> tuple[pl.Series, pl.Series]:
    """Begin and end of each interval, by chance."""
    random = np.random.default_rng(SEED)
    begin = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) + random.integers(0, 720 * 86_400, INTERVALS)
    ends = begin + random.integers(0, 10 * 86_400, INTERVALS)
    return tuple(pl.Series(each * 1_000_000).cast(pl.Datetime("us", "UTC")) for each in (begin, ends))


def looped(start: datetime, end: datetime) -> float:
    """Open seconds of one interval, day by day."""
    total, day = 0.0, start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        if day.weekday() < 5 and day not in HOLIDAYS:
            opens, closes = (datetime.combine(day, time(second // 3600), ZONE).astimezone(UTC) for second in HOURS)
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return total


def timed(run) -> tuple:
    """What `run` gives, and the processor's seconds that it took."""
    start = process_time()
    found = run()
    return found, process_time() - start


if __name__ == "__main__":
    main()
