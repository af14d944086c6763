"""Many millions of messages on one machine: read, threaded, labelled and measured, brand after brand, within a memory budget.

`python -m tests.benchmarks.scale [MESSAGES] [FACTOR]` makes exports of MESSAGES (3 million) and of FACTOR (10) times as many by
repeating the demo's year for other customers and other brands, a brand a million messages, each file with messages of many
brands. It prints for both what building the lake and every metric of notebooks 02 and 05 for each brand cost, the largest
memory of any process, and how much more the larger took. The texts repeat, which helps compression and nothing else: each
message is read for itself. Disk: some 700 bytes a message while the lake is built.
"""

import resource
import sys
import tempfile
from pathlib import Path
from time import monotonic, process_time
from typing import NamedTuple

import polars as pl

from careworth.config import load_workspace
from careworth.lake import open_lake
from careworth.schemas import ACCOUNTS, MESSAGES
from careworth.study import open_study
from tests.benchmarks.metrics import DEMO, apart, notebook_rows

BRAND_MESSAGES = 1_000_000
FILE_MESSAGES = 1_000_000

WORKSPACE = """name = "Many"
brand = "Brand 0"
time_zone = "Europe/Amsterdam"
currency = "EUR"
roi_definition = "(gains - cost) / cost"
[sources.messages]
format = "canonical"
path = "exports/*.parquet"
[sources.accounts]
format = "canonical"
path = "accounts.parquet"
"""

CAMPAIGN = """id = "brand-{number}"
name = "Brand {number}"
brand = "Brand {number}"
start = {start}
end = {end}
currency = "EUR"
"""


class Spent(NamedTuple):
    """Processor and wall seconds, and the largest resident memory of a process in gibibytes."""

    processor: float
    wall: float
    peak_gib: float

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.processor + other.processor, self.wall + other.wall, max(self.peak_gib, other.peak_gib))

    def __str__(self) -> str:
        return f"{self.processor:,.0f} CPU s, {self.wall:,.0f} s, peak {self.peak_gib:.2f} GiB"


def main(messages: int = 3_000_000, factor: int = 10) -> None:
    """Print both sizes and the growth."""
    with tempfile.TemporaryDirectory() as folder:
        year = apart(year_of_messages, Path(folder) / "year.parquet")
        few = total(Path(folder) / "few", year, messages)
        many = total(Path(folder) / "many", year, messages * factor)
    growth = [there / here for there, here in zip(many, few, strict=True)]
    print(f"{factor} times the messages: {growth[0]:.1f} times the CPU, {growth[1]:.1f} the wall, {growth[2]:.2f} the memory")


def total(root: Path, year: Path, messages: int) -> Spent:
    """What the lake and the measures of all brands cost together, told part by part."""
    brands = apart(write_workspace, root, year, messages)
    built, count = apart(build_lake, root)
    print(f"{count:,} messages of {brands} brands: lake {built}", flush=True)
    measured = [apart(measure, root, number) for number in range(brands)]
    spent = sum((each for each, _ in measured), Spent(0, 0, 0))
    print(f"{count:,} messages: measured {spent}; {sum(rows for _, rows in measured):,} rows", flush=True)
    print(f"{count:,} messages: together {built + spent}", flush=True)
    return built + spent


def year_of_messages(path: Path) -> Path:
    """The demo's messages, as they are read of its exports."""
    import shutil

    root = path.with_name("demo")
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("lake"))
    lake = open_lake(load_workspace(root))
    lake.table("messages", list(MESSAGES.columns)).write_parquet(path)
    lake.table("accounts").write_parquet(path.with_name("accounts.parquet"))
    return path


def write_workspace(root: Path, year: Path, messages: int) -> int:
    """Write exports of at least so many messages, the accounts and a campaign for each brand; how many brands there are."""
    said, accounts = pl.read_parquet(year), pl.read_parquet(year.with_name("accounts.parquet"))
    copies = -(-messages // said.height)
    brands, at_once = max(1, round(messages / BRAND_MESSAGES)), max(1, FILE_MESSAGES // said.height)
    (root / "exports").mkdir(parents=True)
    (root / "campaigns").mkdir()
    (root / "workspace.toml").write_text(WORKSPACE)
    for first in range(0, copies, at_once):
        parts = [one_copy(said, number, number % brands) for number in range(first, min(first + at_once, copies))]
        pl.concat(parts).select(list(MESSAGES.columns)).write_parquet(root / "exports" / f"{first:06}.parquet")
    of_brand = [with_brand(accounts, number).with_columns(brand=pl.lit(f"Brand {number}")) for number in range(brands)]
    pl.concat(of_brand).select(list(ACCOUNTS.columns)).write_parquet(root / "accounts.parquet")
    start, end = said["created_at"].min().date(), said["created_at"].max().date()
    for number in range(brands):
        text = CAMPAIGN.format(number=number, start=start, end=end)
        (root / "campaigns" / f"brand-{number}.toml").write_text(text)
    return brands


def one_copy(said: pl.DataFrame, copy: int, brand: int) -> pl.DataFrame:
    """The messages with ids and people of their own, to accounts of that brand."""
    ids = [
        pl.format("{}~{}", pl.lit(copy), pl.col(name)).alias(name)
        for name in ("message_id", "in_reply_to_id", "native_thread_id")
    ]
    return with_brand(said.with_columns(*ids, pl.format("{}~{}", pl.lit(copy), "author_id").alias("author_id")), brand)


def with_brand(table: pl.DataFrame, brand: int) -> pl.DataFrame:
    """The table with that brand's own accounts."""
    return table.with_columns(pl.format("{}~{}", "account_id", pl.lit(brand)).alias("account_id"))


def build_lake(root: Path) -> tuple[Spent, int]:
    """What building the lake costs, and how many messages it holds."""
    spent, lake = spent_on(lambda: open_lake(load_workspace(root)))
    return spent, lake.manifest["outputs"]["messages"]["rows"]


def measure(root: Path, number: int) -> tuple[Spent, int]:
    """What every metric of one brand costs, and how many rows that is."""
    spent, rows = spent_on(lambda: notebook_rows(open_study_of(root, number)))
    return spent, len(rows)


def open_study_of(root: Path, number: int):
    """The study of a brand, of a lake that is known to be whole: a run looks once and not once a brand."""
    from careworth.lake import Lake, _read_manifest
    from careworth.lake.readers import pin_lake

    manifest = _read_manifest(root / "lake")
    pin_lake(root, Lake(root / "lake" / manifest["folder"], manifest))
    return open_study(str(root), f"brand-{number}")


def spent_on(work) -> tuple[Spent, object]:
    """What the work costs in this process, and what it gives."""
    processor, wall = process_time(), monotonic()
    done = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    return Spent(process_time() - processor, monotonic() - wall, peak), done


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
