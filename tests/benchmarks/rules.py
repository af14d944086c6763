"""Setting records aside by rules, beside dataframely on the same table in one run: `python tests/benchmarks/rules.py`.

Both judge a million messages of which 39,300 break one of seven rules (as in RELIABILITY.md 1), and both must split them
alike. Ours are masks over texts that have no types yet, which is where a source's faults show: dataframely casts no texts to
times since Polars 2, and a rule of its own that meets a null passes.
"""

import argparse
from time import process_time

import dataframely as dy
import polars as pl

from careworth.staging.quarantine import set_aside

ROLES = ["customer", "agent", "bot"]
FAULTS = pl.DataFrame(schema={"record": pl.Int64, "reasons": pl.List(pl.String), "raw": pl.Binary})

RULES = {
    "author_missing": pl.col("author").is_null(),
    "role_unknown": ~pl.col("role").is_in(ROLES),
    "count_negative": pl.col("likes") < 0,
    "count_too_large": pl.col("likes") > 1_000_000,
    "text_too_long": pl.col("text").str.len_chars() > 280,
    "ends_before_it_starts": pl.col("end") < pl.col("start"),
    "id_repeated": pl.col("id").is_duplicated(),
}


class Messages(dy.Schema):
    """The same seven rules in dataframely's words."""

    record = dy.Int64()
    id = dy.Int64(unique=True)
    author = dy.String(nullable=False)
    role = dy.String(check=lambda role: role.is_in(ROLES))
    likes = dy.Int64(min=0, max=1_000_000)
    text = dy.String(max_length=280)
    start = dy.Int64()
    end = dy.Int64()

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:  # noqa: N805 dataframely hands over the schema
        """Null-safe: both are never null here."""
        return pl.col("end") >= pl.col("start")


def main() -> None:
    """Print the split of both and their CPU seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    table = messages(parser.parse_args().rows)
    ours, our_seconds = timed(lambda: set_aside(table, FAULTS, RULES))
    theirs, their_seconds = timed(lambda: Messages.filter(table))
    split = (ours.accepted.height, ours.rejected.height)
    assert ours.accepted["record"].sort().equals(theirs.result["record"].sort())
    print(
        f"{split[0]:,} accepted, {split[1]:,} rejected by both: ours {our_seconds:.2f} CPU s with the reasons of each record, "
        f"dataframely {their_seconds:.2f} CPU s"
    )


def messages(rows: int) -> pl.DataFrame:
    """Messages of which a few in each thousand break one rule each, and none two."""
    number = pl.int_range(rows, dtype=pl.Int64)
    part = number % 10_000
    return pl.select(
        record=number,
        id=pl.when(part < 40).then(number - part + part // 2).otherwise(number),
        author=pl.when(part.is_between(100, 159)).then(None).otherwise(pl.format("a{}", number % 5_000)),
        role=pl.when(part.is_between(200, 270)).then(pl.lit("robot")).otherwise(pl.lit("customer")),
        likes=pl.when(part.is_between(300, 350)).then(-1).when(part.is_between(351, 400)).then(2_000_000).otherwise(number % 9),
        text=pl.when(part.is_between(500, 560)).then(pl.lit("x" * 300)).otherwise(pl.lit("where is my order?")),
        start=number,
        end=pl.when(part.is_between(600, 659)).then(number - 1).otherwise(number + 1),
    )


def timed(work) -> tuple:
    """What the work gives, and its CPU seconds, threads included."""
    started = process_time()
    return work(), process_time() - started


if __name__ == "__main__":
    main()
