"""Reading a large twcs file strictly, beside Polars' own reader on the same file in one run: `python tests/benchmarks/ingest.py`.

Polars' reader is the quicker one and not a peer in care: it keeps no record of what it could not read, and reads ids as
floats where a column has gaps. The bound is 15 CPU seconds and 1.2 GiB for a million rows, threads included.
"""

import argparse
import resource
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import polars as pl

from careworth.marts.threads import assign_threads
from careworth.staging import stage
from careworth.staging.twcs import COLLECTION_ENDED

BEGIN = datetime(2017, 10, 1, tzinfo=UTC)
TEXTS = (
    "@help my order {} has not arrived, it was promised for Tuesday 😡",
    "Sorry to hear that, please send us your order number {} so that we can look into it",
    'they said "tomorrow, for certain", twice, about {}\nstill nothing',
    "thanks, {} has come at last 🙏",
)


def main() -> None:
    """Print rows, CPU seconds and peak memory of ours, and CPU seconds of the peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twcs.csv"
        write_rows(path, rows)
        size = path.stat().st_size >> 20
        ours = timed(lambda: assign_threads(stage("messages", "twcs", path, COLLECTION_ENDED).table))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
        peer = timed(lambda: pl.read_csv(path))
    print(f"{rows:,} rows, {size} MiB: ours {ours:.1f} CPU s with threads, peak {peak:.2f} GiB; Polars alone {peer:.1f} CPU s")


def timed(work) -> float:
    """CPU seconds, children and threads included."""
    started = process_time()
    work()
    return process_time() - started


def write_rows(path: Path, rows: int) -> None:
    """A twcs file of so many rows in threads of four."""
    number, is_brand = pl.col("number"), pl.col("number") % 2 == 0
    words = pl.coalesce(pl.when(number % 4 == k).then(pl.format(each, "number")) for k, each in enumerate(TEXTS))
    customer = (number // 4 + 100_000).cast(pl.String)
    table = pl.DataFrame({"number": pl.int_range(1, rows + 1, eager=True)}).select(
        tweet_id=number,
        author_id=pl.when(is_brand).then(pl.lit("help")).otherwise(customer),
        inbound=pl.when(is_brand).then(pl.lit("False")).otherwise(pl.lit("True")),
        created_at=(pl.lit(BEGIN) + pl.duration(seconds=number)).dt.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        text=words,
        response_tweet_id=pl.lit(""),
        in_response_to_tweet_id=pl.when(number % 4 != 1).then((number - 1).cast(pl.String)),
    )
    table.write_csv(path)


if __name__ == "__main__":
    main()
