"""An event log in Parquet to every model, beside two peers: `python -m tests.benchmarks.attribution`.

At 1,000,000 events ours runs all models, conversions and value, beside ChannelAttribution (its rules, Markov of orders 1 and 2)
and marketing-attribution-models (its rules, Markov of order 1 and Shapley). At 10,000,000 ours runs alone on whole-number and on
text ids, with the peak of its memory. Each run has a process of its own and one thread; CPU is counted from the file on, after a
log of 1,000 events has loaded the compiled code. The peers are no dependencies: install them into an environment of their own
and name its Python, or they are 'not installed'.

python -m venv /tmp/peers && /tmp/peers/bin/pip install ChannelAttribution marketing-attribution-models matplotlib pyarrow
python -m tests.benchmarks.attribution --peers /tmp/peers/bin/python
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import polars as pl

from careworth.attribution.events import journeys_of_events
from careworth.attribution.model_names import model_named
from tests.benchmarks.attribution_peers import PEERS

MODELS = "first last last_non_direct linear position time_decay markov:1 shapley".split()
CHANNELS = "direct paid_search organic_search paid_social organic_social care_social".split()
CHANNELS += "email display referral affiliate video sms".split()
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
START = 1_700_000_000


def main() -> None:
    """Print what each run took, or in a process of its own, what ours took on one file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--events", type=int, default=10_000_000, help="the events that ours runs alone on")
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--models", default=",".join(MODELS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        print(json.dumps(ours(given.ours, given.models.split(","))))
        return
    with TemporaryDirectory() as folder:
        beside_peers(write_log(Path(folder) / "log.parquet", 1_000_000, text_ids=False), given.peers)
        for text_ids in (False, True):
            path = write_log(Path(folder) / "log.parquet", given.events, text_ids)
            found = told_by([sys.executable, "-m", "tests.benchmarks.attribution", "--ours", str(path)])
            kind = "text" if text_ids else "whole-number"
            told = (
                f"{found['cpu_seconds']:.2f} s CPU, {found['journeys_seconds']:.2f} of them to journeys, {found['megabytes']:.0f}"
            )
            print(f"{given.events:,} events, {kind} ids: all models in {told} MiB over baseline")


def write_log(path: Path, events: int, text_ids: bool, seed: int = 1) -> Path:
    """`path`, now a log of that many events of a tenth as many people in 90 days, 3 in 100 of them conversions; in no order."""
    generator = np.random.default_rng(seed)
    chances = np.array([12, 15, 14, 9, 8, 6, 10, 8, 7, 4, 4, 3]) / 100
    log = pl.DataFrame(
        {
            "person": generator.integers(0, max(1, events // 10), events),
            "time": pl.from_epoch(pl.Series(START + generator.integers(0, 90 * 86_400, events))).cast(pl.Datetime("us")),
            "channel": pl.Series(CHANNELS).gather(generator.choice(len(CHANNELS), events, p=chances)),
            "conversion": generator.random(events) < 0.03,
            "value": generator.gamma(2, 40, events).round(2),
        }
    ).with_columns(value=pl.when("conversion").then("value").otherwise(0.0))
    if text_ids:
        log = log.with_columns(person=pl.format("customer-{}", pl.col("person").cast(pl.String).str.zfill(9)))
    log.write_parquet(path)
    return path


def ours(path: Path, models: list[str]) -> dict:
    """What all models took of CPU and memory, and what Markov of order 1 credits."""
    every_model(models, write_log(path.with_suffix(".small.parquet"), 1_000, pl.read_parquet_schema(path)["person"] == pl.String))
    baseline, began = peak_megabytes(), process_time()
    journeys, credited = every_model(models, path)
    conserved = all(abs(each.conversions.sum() - journeys.conversions.sum()) < 1e-9 * len(journeys.touches) for each in credited)
    markov = dict(zip(journeys.channels, credited[models.index("markov:1")].conversions.tolist(), strict=True))
    taken = {"cpu_seconds": process_time() - began, "megabytes": peak_megabytes() - baseline, "conserved": conserved}
    began = process_time()
    journeys_of_events(path)
    return taken | {"journeys_seconds": process_time() - began, "credited": markov}


def every_model(models: list[str], path: Path):
    """The journeys of the log and the credits of each model."""
    journeys = journeys_of_events(path)
    return journeys, [model_named(name)(journeys) for name in models]


def peak_megabytes() -> float:
    """The most memory that this process has held so far, in MiB, as Linux tells it; ru_maxrss would begin with its parent's."""
    told = Path("/proc/self/status").read_text(encoding="utf-8").split("VmHWM:")[1]
    return int(told.split()[0]) / 1024


def beside_peers(path: Path, python: str) -> None:
    """Print our CPU and each peer's on the same log, and how far its Markov shares are from ours."""
    models = ",".join([*MODELS, "markov:2"])
    own = told_by([sys.executable, "-m", "tests.benchmarks.attribution", "--ours", str(path), "--models", models])
    print(f"1,000,000 events, whole-number ids: careworth {own['cpu_seconds']:.2f} s CPU, credits add up: {own['conserved']}")
    for peer in PEERS:
        found = told_by([python, str(Path(__file__).with_name("attribution_peers.py")), peer, str(path)])
        if found is None:
            print(f"{peer}: not installed")
            continue
        far = max(abs(share - shares(own["credited"])[name]) for name, share in shares(found["credited"]).items())
        times = found["cpu_seconds"] / own["cpu_seconds"]
        print(
            f"{peer} {found['version']}: {found['cpu_seconds']:.2f} s CPU, {times:.0f} times ours; Markov shares within {far:.1e}"
        )


def shares(credited: dict[str, float]) -> dict[str, float]:
    """Each channel's share of what is credited."""
    total = sum(credited.values())
    return {name: part / total for name, part in credited.items()}


def told_by(command: list[str]) -> dict | None:
    """The JSON object in the last line that the command prints; None if it prints none."""
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_THREAD, check=False)
    if run.returncode:
        raise SystemExit(run.stderr[-2000:])
    lines = run.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else None


if __name__ == "__main__":
    main()
