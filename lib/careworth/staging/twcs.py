"""'Customer Support on Twitter' (twcs): one public message per record of a CSV, JSON or Parquet file."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from careworth.schemas import MESSAGES
from careworth.staging.identifiers import id_faults, id_text
from careworth.staging.objects import Wanted
from careworth.staging.quarantine import Split, Staged, set_aside
from careworth.staging.records import read_records

COLUMNS = ["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id"]
WANTED = Wanted(COLUMNS, set(COLUMNS[:5]), frozenset({"text"}))

TIME = r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4} [0-9]{4}$"
ISO_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})$"
ZONELESS = (
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9:]{8} [0-9]{4})$"
)

#: The first message of the network (@jack, 21 March 2006); nothing can be older.
PLATFORM_BEGAN = datetime(2006, 3, 21, tzinfo=UTC)

#: The collection was published in 2017; nothing in it can be younger.
COLLECTION_ENDED = datetime(2018, 1, 1, tzinfo=UTC)

LONGEST_TEXT, LONGEST_AUTHOR = 25_000, 64

#: What a message says, apart from the links that name it.
SAID = ["author_id", "is_inbound", "instant", "text", "parent"]


def stage_twcs(path: Path, as_of: datetime) -> Staged:
    """Canonical messages of a twcs file; read = accepted + rejected, and each rejected record keeps its reasons.

    Parameters
    ----------
    as_of : datetime
        Data cut-off with a zone; a message from later is rejected as impossible.

    Raises
    ------
    SourceError
        If the file as a whole cannot be read; its `code` says why.
    """
    records = read_records(path, WANTED)
    typed = records.table.with_columns(
        tweet=id_text("tweet_id"), parent=id_text("in_response_to_tweet_id"), instant=_instant(), is_inbound=_inbound()
    )
    judged = set_aside(typed, records.faults, _faults(as_of))
    once = _without_duplicates(judged)
    links = _links(judged.accepted, once.accepted)
    messages = once.accepted.select("record", *_canonical())
    return Staged.of(messages, MESSAGES, once.rejected, records.count)._replace(links=links)


def _links(judged: pl.DataFrame, once: pl.DataFrame) -> pl.DataFrame:
    # Of a message that stands several times, each time may name other answers.
    named = judged.join(once, on="tweet", how="semi").filter(pl.col("response_tweet_id").str.strip_chars() != "")
    answers = named.group_by("tweet", maintain_order=True).agg(
        pl.col("response_tweet_id").unique(maintain_order=True).str.join(",")
    )
    return once.select("tweet").join(answers, on="tweet", how="left", maintain_order="left")


def _without_duplicates(judged: Split) -> Split:
    is_repeated = pl.col("tweet").is_duplicated()
    repeated = set_aside(judged.accepted.filter(is_repeated), judged.rejected, _duplicates())
    kept = pl.concat([judged.accepted.filter(~is_repeated), repeated.accepted])
    return Split(kept.sort("record"), repeated.rejected)


def _instant() -> pl.Expr:
    text = pl.col("created_at")
    own = pl.when(text.str.contains(TIME)).then(text).str.to_datetime("%a %b %d %H:%M:%S %z %Y", time_zone="UTC", strict=False)
    plain = text.str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00")
    iso = (
        pl.when(text.str.contains(ISO_TIME)).then(plain).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_zone="UTC", strict=False)
    )
    return pl.coalesce(own, iso).cast(pl.Datetime("us", "UTC"))


def _inbound() -> pl.Expr:
    words = {"true": True, "false": False}
    return pl.col("inbound").str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)


def _faults(as_of: datetime) -> dict[str, pl.Expr]:
    written, author, text = pl.col("created_at"), pl.col("author_id"), pl.col("text")
    no_time = written.is_null() | (written.str.strip_chars() == "")
    no_zone = ~no_time & written.str.contains(ZONELESS)
    parent = {name: fault for name, fault in id_faults("in_response_to_tweet_id").items() if name != "id_missing"}
    return {name: fault | parent.get(name, pl.lit(False)) for name, fault in id_faults("tweet_id").items()} | {
        "nul_byte": pl.any_horizontal(pl.col(column).str.contains("\0", literal=True) for column in COLUMNS),
        "author_missing": author.is_null() | (author.str.strip_chars() == ""),
        "author_too_long": author.str.len_chars() > LONGEST_AUTHOR,
        "bad_bool": pl.col("is_inbound").is_null(),
        "timestamp_missing": no_time,
        "timestamp_no_timezone": no_zone,
        "bad_timestamp": ~no_time & ~no_zone & pl.col("instant").is_null(),
        "before_platform": pl.col("instant") < PLATFORM_BEGAN,
        "future_timestamp": pl.col("instant") > as_of,
        "text_missing": text.is_null() | (text == ""),
        "text_too_long": text.str.len_chars() > LONGEST_TEXT,
    }


def _duplicates() -> dict[str, pl.Expr]:
    # Of two that differ none is to be trusted; of equal ones the first stays, so the order of the file decides nothing.
    again = ~pl.col("tweet").is_first_distinct()
    differs = pl.struct(SAID).n_unique().over("tweet") > 1
    links_differ = pl.col("response_tweet_id").n_unique().over("tweet") > 1
    return {
        "duplicate_conflict": differs,
        "duplicate_merged": again & ~differs & links_differ,
        "duplicate_exact": again & ~differs & ~links_differ,
    }


def _canonical() -> list[pl.Expr]:
    known = {
        "message_id": pl.col("tweet"),
        "network": pl.lit("x"),
        "channel": pl.lit("public_post"),
        "visibility": pl.lit("public"),
        "author_id": pl.col("author_id"),
        "author_role": pl.when("is_inbound").then(pl.lit("customer")).otherwise(pl.lit("agent")),
        "account_id": pl.when(~pl.col("is_inbound")).then("author_id"),
        "created_at": pl.col("instant"),
        "text": pl.col("text"),
        "in_reply_to_id": pl.col("parent"),
        "message_kind": pl.when(pl.col("parent").is_null()).then(pl.lit("original")).otherwise(pl.lit("reply")),
    }
    return [known.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in MESSAGES.columns.items()]
