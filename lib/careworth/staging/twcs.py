"""'Customer Support on Twitter' (twcs): one public message per record of a CSV file.

Fields are read as text by a strict CSV parser and typed here, since Polars' own reader pads short rows,
drops records behind a stray quote and turns ids into floats without a word (RELIABILITY.md 2).
"""

import csv
import io
from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.schemas import MESSAGES

COLUMNS = ["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id"]
TIME_FORMAT = "%a %b %d %H:%M:%S %z %Y"


def stage_twcs(path: Path) -> tuple[pl.DataFrame, dict[str, int]]:
    """Canonical messages of a twcs file, with the funnel read, accepted, rejected:<reason>.

    Raises
    ------
    SourceError
        If the header lacks a column, a quote never closes or the file is not UTF-8.
    """
    raw, short_or_long = _read_records(path)
    judged = _typed(raw).with_columns(_fault())
    rejected = judged.filter(pl.col("fault").is_not_null()).group_by("fault").len().sort("fault")
    funnel = {"read": raw.height + short_or_long}
    accepted = judged.filter(pl.col("fault").is_null()).select(list(MESSAGES.columns))
    funnel["accepted"] = accepted.height
    if short_or_long:
        funnel["rejected:bad_field_count"] = short_or_long
    return accepted, funnel | {f"rejected:{fault}": count for fault, count in rejected.iter_rows()}


def _read_records(path: Path) -> tuple[pl.DataFrame, int]:
    text, lone_return = _hide_lone_returns(_read_text(path))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, None)
        positions = _positions(header, path.name)
        records = [record for record in reader if record]
    except csv.Error as error:
        raise SourceError(f"{path.name}: line {reader.line_num}: {error}; repair the quoting there") from None
    whole = [record for record in records if len(record) == len(header)]
    columns = {name: [record[at] for record in whole] for name, at in positions.items()}
    table = pl.DataFrame(columns, schema=dict.fromkeys(positions, pl.String))
    return table.with_columns(pl.all().str.replace_all(lone_return, "\r", literal=True)), len(records) - len(whole)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name}: byte {error.start} is not UTF-8; export the file as UTF-8") from None


def _hide_lone_returns(text: str) -> tuple[str, str]:
    # Python's parser ends a record at a bare carriage return even where lines end in \n; twcs has such texts.
    stand_in = next(sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in text)
    lines = text.replace("\r\n", "\n")
    return (lines.replace("\r", stand_in) if "\n" in lines else lines), stand_in


def _positions(header: list[str] | None, name: str) -> dict[str, int]:
    if not header:
        raise SourceError(f"{name}: the file is empty; export it again")
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        raise SourceError(f"{name}: needs each of {COLUMNS} once; wrong: {missing}, found: {header[:10]}")
    return {column: header.index(column) for column in COLUMNS}


def _typed(raw: pl.DataFrame) -> pl.DataFrame:
    parent = pl.col("in_response_to_tweet_id")
    inbound = pl.col("inbound").replace_strict({"True": True, "False": False}, default=None, return_dtype=pl.Boolean)
    return raw.select(
        # ids
        message_id=_whole_number(pl.col("tweet_id")),
        author_id=pl.col("author_id").replace("", None),
        in_reply_to_id=_whole_number(parent),
        bad_parent=(parent != "") & _whole_number(parent).is_null(),
        # words
        network=pl.lit("x"),
        channel=pl.lit("public_post"),
        visibility=pl.lit("public"),
        message_kind=pl.when(parent == "").then(pl.lit("original")).otherwise(pl.lit("reply")),
        author_role=pl.when(inbound).then(pl.lit("customer")).when(~inbound).then(pl.lit("agent")),
        account_id=pl.when(~inbound).then("author_id"),
        text=pl.col("text"),
        # what this format does not tell
        lang=pl.lit(None, pl.String),
        native_thread_id=pl.lit(None, pl.String),
        agent_id=pl.lit(None, pl.String),
        # timestamps
        created_at=pl.col("created_at").str.to_datetime(TIME_FORMAT, time_unit="us", time_zone="UTC", strict=False),
    )


def _whole_number(text: pl.Expr) -> pl.Expr:
    # Exports through pandas write ids as '3.0'; the digits are kept as text and never become a float.
    return text.str.extract(r"^([0-9]{1,19})(?:\.0)?$", 1)


def _fault() -> pl.Expr:
    faults = {
        "bad_id": pl.col("message_id").is_null() | pl.col("bad_parent"),
        "bad_author": pl.col("author_id").is_null(),
        "bad_inbound": pl.col("author_role").is_null(),
        "bad_time": pl.col("created_at").is_null(),
        "duplicate_id": ~pl.col("message_id").is_first_distinct(),
    }
    return pl.coalesce(pl.when(wrong).then(pl.lit(reason)) for reason, wrong in faults.items()).alias("fault")
