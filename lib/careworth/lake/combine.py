"""The parts of a table put together: a record that stands in two files counts once, and too many rejected ones stop the run."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.lake.parts import Part
from careworth.schemas import TABLES
from careworth.staging import Split, raw_records, without_repeats

#: Repeats of a record lose nothing, so they do not count towards a source's limit.
HARMLESS = {"rejected:duplicate_exact", "rejected:duplicate_merged"}

REJECTED = {"file": pl.String(), "record": pl.Int64(), "reasons": pl.List(pl.String()), "raw": pl.Binary()}


class Rows(NamedTuple):
    """Rows of one part, or some of them: the part's place among those of its table, and the file that holds them."""

    part: int
    file: Path


class Once(NamedTuple):
    """A canonical table with each record once; the records that went, as they stand in their files; and how many by reason."""

    table: pl.DataFrame
    lost: pl.DataFrame
    moved: dict[str, int]


def combine(name: str, parts: list[Part]) -> Once:
    """The canonical table `name` of its parts."""
    return take_once(name, [Rows(number, part.rows_file) for number, part in enumerate(parts)], parts)


def take_once(name: str, rows: list[Rows], parts: list[Part]) -> Once:
    """The canonical table `name` of these rows of its parts, by the order of its key.

    All rows of one key have to be among them.
    """
    schema = TABLES[name]
    if len(rows) == 1:
        return Once(pl.read_parquet(rows[0].file, columns=list(schema.columns)), pl.DataFrame(schema=REJECTED), {})
    every = pl.concat([pl.read_parquet(each.file).with_columns(part=pl.lit(each.part)) for each in rows])
    numbered = every.rename({"record": "own_record"}).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    once = without_repeats(Split(numbered, pl.DataFrame(schema=REJECTED).drop("file")), schema)
    lost = once.rejected.join(numbered.select("record", "own_record", "part"), on="record", validate="1:1")
    again = Counter(f"rejected:{reasons[0]}" for reasons in lost["reasons"])
    moved = again | {f"excluded:{reason}": count for reason, count in once.excluded.items() if count}
    return Once(once.accepted.sort(schema.key).select(list(schema.columns)), _with_raw(name, lost, parts), moved)


def _with_raw(name: str, lost: pl.DataFrame, parts: list[Part]) -> pl.DataFrame:
    found = [pl.DataFrame(schema=REJECTED)]
    for (number,), rows in lost.group_by("part", maintain_order=True):
        part, records = parts[number], rows["own_record"].to_list()
        raw = raw_records(part.path, set(records), part.layout, name, part.source.format)
        told = pl.Series("raw", [raw.get(record) for record in records], pl.Binary)
        found.append(rows.select(pl.lit(part.path.name).alias("file"), pl.col("own_record").alias("record"), "reasons", told))
    return pl.concat(found)


def rejected_of(parts: list[Part], once: list[Once]) -> pl.DataFrame:
    """Every rejected record of a table: those of its parts, then those that stand in another one too."""
    return pl.concat([*(part.rejected for part in parts), *(each.lost for each in once)])


def funnel_of(parts: list[Part], once: list[Once]) -> dict[str, int]:
    """What became of a table's records: read = accepted + rejected + excluded in all."""
    moved = add_up([each.moved for each in once])
    return add_up([*(part.funnel for part in parts), moved, {"accepted": -sum(moved.values())}])


def add_up(counts: list[dict[str, int]]) -> dict[str, int]:
    """The sum of several counts by name."""
    names = dict.fromkeys(name for each in counts for name in each)
    return {name: sum(each.get(name, 0) for each in counts) for name in names}


def require_few_rejected(name: str, parts: list[Part], together: dict[str, int]) -> None:
    """Stop if a source of table `name`, or all of them `together`, lost a larger share of the records than they may.

    Raises
    ------
    SourceError
        E_REJECTED, with the reasons and how many records each took.
    """
    for source in {id(part.source): part.source for part in parts}.values():
        own = [part for part in parts if part.source is source]
        _require_few(name, own, add_up([part.funnel for part in own]), source.rejected_max)
    _require_few(name, parts, together, max(part.source.rejected_max for part in parts))


def _require_few(name: str, parts: list[Part], funnel: dict[str, int], limit: float) -> None:
    lost = {step: count for step, count in funnel.items() if step.startswith("rejected:") and step not in HARMLESS}
    if sum(lost.values()) > limit * funnel["read"]:
        raise SourceError(_too_many(name, parts, lost, funnel["read"], limit), "E_REJECTED")


def _too_many(name: str, parts: list[Part], lost: dict[str, int], read: int, limit: float) -> str:
    files = parts[0].path.name + (f" and {len(parts) - 1} more" if len(parts) > 1 else "")
    most_first = sorted(lost.items(), key=lambda each: -each[1])
    reasons = ", ".join(f"{step.removeprefix('rejected:')} {count:,}" for step, count in most_first)
    total = sum(lost.values())
    share = f"{total:,} of {read:,} records rejected ({total / read:.1%}, at most {limit:.1%})"
    remedy = "see `careworth ingest --dry-run`, then repair the export or raise the source's rejected_max"
    return f"source {name} ({files}): {share}: {reasons}; {remedy}"
