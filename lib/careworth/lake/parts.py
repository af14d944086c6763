"""One file of one source, read once: its rows and its rejected records are kept until the file or its reading changes."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import polars as pl

from careworth.files import sha256, write_bytes, write_table
from careworth.lake.reading import Reading
from careworth.lake.retention import without_old
from careworth.pseudonyms import pseudonymize
from careworth.schemas import TABLES
from careworth.sources import Source
from careworth.staging import Dialect, Layout, read_names, rejected_records, repair_texts, stage

STAGED = "staged"

#: Columns that name a person; who writes for the brand is named by its account.
PERSONAL = {"author_id", "person_key", "customer_id", "alias_value", "actor_id"}
#: Columns that name something within one source; another source may use the same numbers.
IDS = {"message_id", "in_reply_to_id", "native_thread_id", "thread_id", "ticket_id", "event_id", "order_id", "touch_id"} | {
    "contact_id",
    "initial_contact_id",
    "review_id",
    "survey_id",
    "lead_id",
    "post_id",
    "click_id",
}

#: A network's name for a private conversation that is made of the ids of those who are in it.
THREADS, NAMES_PEOPLE = {"native_thread_id", "thread_id"}, r"^[0-9]+-[0-9]+$"
BRAND_ROLES = ["agent", "bot", "auto_reply", "brand_marketing"]

#: Settings that a source and a layout call by the same name.
AS_TOLD = {
    "time_format",
    "date_format",
    "amounts",
    "decimal_comma",
    "values",
    "own_accounts",
    "margin_rate",
    "empty_words",
    "version",
}


class Part(NamedTuple):
    """What one file gave, and where it is kept: the rows of its table, those rejected, and its funnel."""

    folder: Path
    path: Path
    sha256: str
    source: Source
    layout: Layout
    funnel: dict[str, int]

    @property
    def rows_file(self) -> Path:
        """The rows of its table, with `record` and `version`."""
        return self.folder / "rows.parquet"

    @property
    def rejected(self) -> pl.DataFrame:
        """The rejected records: file, record, reasons, raw."""
        return pl.read_parquet(self.folder / "rejected.parquet")


def read_part(table: str, source: Source, path: Path, reading: Reading, cache: Path) -> Part:
    """The part that `path` gives to `table`; taken from `cache` if it was read before by the same settings and code."""
    digest, layout = sha256(path), layout_of(source, table, path, reading.root)
    folder = cache / _key(table, source, layout.place, digest, reading)
    if not _is_whole(folder):
        _write(folder, *_stage(table, source, path, layout, reading))
    funnel = json.loads((folder / "part.json").read_text(encoding="utf-8"))["funnel"]
    return Part(folder, path, digest, source, layout, funnel)


def _key(table: str, source: Source, place: str, digest: str, reading: Reading) -> str:
    people = hashlib.sha256(repr((reading.key, sorted(reading.purged))).encode()).hexdigest()
    words = [table, source.model_dump(), place, digest, str(reading.as_of), people, str(reading.first), reading.code]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]


def _is_whole(folder: Path) -> bool:
    try:
        told = json.loads((folder / "part.json").read_text(encoding="utf-8"))
        return bool(told["funnel"]) and all(sha256(folder / name) == digest for name, digest in told["sha256"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _write(folder: Path, rows: pl.DataFrame, rejected: pl.DataFrame, funnel: dict[str, int]) -> None:
    written = [write_table(folder / "rows.parquet", rows), write_table(folder / "rejected.parquet", rejected)]
    told = {"funnel": funnel, "sha256": {path.name: sha256(path) for path in written}}
    write_bytes(folder / "part.json", json.dumps(told).encode())


def _stage(
    table: str, source: Source, path: Path, layout: Layout, reading: Reading
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    staged = stage(table, source.format, path, reading.as_of, layout)
    rejected = rejected_records(path, staged, layout, table, source.format)
    rows, repaired = repair_texts(staged.table) if "text" in staged.table.columns else (staged.table, 0)
    told = {"repaired:double_encoded": repaired} if repaired else {}
    named, purged = without_purged(pl.concat([rows, staged.origin], how="horizontal"), reading)
    kept, old = without_old(table, named, reading.first)
    left_out = {f"excluded:{why}": count for why, count in {"purged": purged, "too_old": old}.items() if count}
    accepted = {"accepted": staged.funnel["accepted"] - purged - old}
    return _with_prefix(kept, source.id_prefix), rejected, staged.funnel | told | accepted | left_out


def _with_prefix(rows: pl.DataFrame, prefix: str) -> pl.DataFrame:
    own = [name for name in rows.columns if name in IDS]
    return rows.with_columns(pl.concat_str(pl.lit(prefix), name).alias(name) for name in own)


def without_purged(rows: pl.DataFrame, reading: Reading) -> tuple[pl.DataFrame, int]:
    """`rows` with people by their pseudonyms where there is a key, without those who were purged, and how many rows that is."""
    columns = sorted(PERSONAL & set(rows.columns))
    if reading.key is None or not columns:
        return rows, 0
    is_person = ~pl.col("author_role").is_in(BRAND_ROLES) if "author_role" in rows.columns else pl.lit(True)
    hidden = {column: pseudonymize(rows[column], reading.key) for column in columns}
    named = rows.with_columns(pl.when(is_person).then(hidden[column]).otherwise(column).alias(column) for column in columns)
    threads = [(column, pseudonymize(rows[column], reading.key)) for column in sorted(THREADS & set(rows.columns))]
    named = named.with_columns(
        pl.when(pl.col(column).str.contains(NAMES_PEOPLE)).then(hidden).otherwise(column).alias(column)
        for column, hidden in threads
    )
    is_purged = pl.any_horizontal(pl.col(column).is_in(list(reading.purged)).fill_null(False) for column in columns)
    kept = named.filter(~is_purged)
    return kept, rows.height - kept.height


def layout_of(source: Source, table: str, path: Path, root: Path) -> Layout:
    """How a file of the source, in the workspace `root`, says what its table needs."""
    told = source.model_dump(include=AS_TOLD)
    return Layout(
        columns=source.columns or _same_names(source, table, path),
        constants={column: str(value) for column, value in source.constants.items()},
        zone=source.zone or "",
        dialect=Dialect(source.delimiter, source.encoding, source.sheet),
        place=path.relative_to(root).as_posix() if path.is_relative_to(root) else f"{path.parent.name}/{path.name}",
        **told,
    )


def _same_names(source: Source, table: str, path: Path) -> dict[str, str]:
    # A query can name its columns as the table does, so that it needs no mapping.
    if source.format != "generic" or not source.database:
        return {}
    return {name: name for name in read_names(path, Dialect()) if name in TABLES[table].columns}
