"""The parts of a table put together: a record that stands in two files counts once, and too many rejected ones stop the run."""

from collections import Counter
from typing import NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.lake.parts import Part
from careworth.schemas import TABLES
from careworth.staging import Split, raw_records, without_repeats

#: Repeats of a record lose nothing, so they do not count towards a source's limit.
HARMLESS = {"rejected:duplicate_exact", "rejected:duplicate_merged"}

REJECTED = {"file": pl.String(), "record": pl.Int64(), "reasons": pl.List(pl.String()), "raw": pl.Binary()}


class Combined(NamedTuple):
    """A canonical table of all of its parts, every rejected record, and what became of how many."""

    table: pl.DataFrame
    rejected: pl.DataFrame
    funnel: dict[str, int]


def combine(name: str, parts: list[Part]) -> Combined:
    """The canonical table `name` of its parts, by the order of its key; read = accepted + rejected + excluded in all."""
    schema, funnel = TABLES[name], _sum([part.funnel for part in parts])
    rejected = pl.concat([part.rejected for part in parts])
    if len(parts) == 1:
        return Combined(parts[0].rows.select(list(schema.columns)), rejected, funnel)
    every = pl.concat([part.rows.with_columns(part=pl.lit(number)) for number, part in enumerate(parts)])
    numbered = every.rename({"record": "own_record"}).with_row_index("record").with_columns(pl.col("record").cast(pl.Int64))
    once = without_repeats(Split(numbered, pl.DataFrame(schema=REJECTED).drop("file")), schema)
    lost = once.rejected.join(numbered.select("record", "own_record", "part"), on="record", validate="1:1")
    again = Counter(f"rejected:{reasons[0]}" for reasons in lost["reasons"])
    moved = again | {f"excluded:{reason}": count for reason, count in once.excluded.items() if count}
    total = _sum([funnel, moved, {"accepted": -sum(moved.values())}])
    table = once.accepted.sort(schema.key).select(list(schema.columns))
    return Combined(table, pl.concat([rejected, _with_raw(name, lost, parts)]), total)


def _sum(funnels: list[dict[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for funnel in funnels for name in funnel)
    return {name: sum(funnel.get(name, 0) for funnel in funnels) for name in names}


def _with_raw(name: str, lost: pl.DataFrame, parts: list[Part]) -> pl.DataFrame:
    found = [pl.DataFrame(schema=REJECTED)]
    for (number,), rows in lost.group_by("part", maintain_order=True):
        part, records = parts[number], rows["own_record"].to_list()
        raw = raw_records(part.path, set(records), part.layout, name, part.source.format)
        told = pl.Series("raw", [raw.get(record) for record in records], pl.Binary)
        found.append(rows.select(pl.lit(part.path.name).alias("file"), pl.col("own_record").alias("record"), "reasons", told))
    return pl.concat(found)


def require_few_rejected(name: str, parts: list[Part], together: dict[str, int]) -> None:
    """Stop if a source of table `name`, or all of them `together`, lost a larger share of the records than they may.

    Raises
    ------
    SourceError
        E_REJECTED, with the reasons and how many records each took.
    """
    for source in {id(part.source): part.source for part in parts}.values():
        own = [part for part in parts if part.source is source]
        _require_few(name, own, _sum([part.funnel for part in own]), source.rejected_max)
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
