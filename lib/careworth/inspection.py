"""One source file looked at without a workspace: what would be taken, what set aside and why, what its links are worth."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.formats import FORMATS, Export
from careworth.marts.links import flag_links
from careworth.marts.threads import assign_threads
from careworth.schemas import INSTANT, TABLES
from careworth.staging import Layout, Staged, read_names, stage
from careworth.staging.identifiers import id_text
from careworth.staging.twcs import COLLECTION_ENDED
from careworth.strict import advice

#: Where a format's data end by themselves, a younger message is impossible.
ENDED = {"twcs": COLLECTION_ENDED}


#: What stands for a constant of the workspace while a file is only looked at.
STAND_IN = {pl.String(): "?", pl.Int64(): "0", pl.Float64(): "0", pl.Date(): "2000-01-01", INSTANT: "2000-01-01T00:00Z"}


def inspect_table(path: Path, source_format: str, table: str, own_accounts: Sequence[str] = ()) -> dict:
    """What a file of any format that is known by name gives to a table, as plain values that JSON can carry.

    Returns
    -------
    dict
        `outcome`; `funnel`, the number of records by what became of them; `rejected` (record, reasons); `unmapped`, the columns
        that nobody takes; `missing`, the columns that every row needs and that the workspace's constants have to give.

    Raises
    ------
    SourceError
        If there is no such format or table, or the file as a whole is refused.
    """
    export = _export(source_format, table)
    schema = TABLES[table]
    missing = [name for name in schema.required if name not in export.columns]
    layout = Layout(constants={name: STAND_IN[schema.columns[name]] for name in missing}, own_accounts=own_accounts)
    staged = stage(table, source_format, path, layout=layout)
    taken = {name.lower() for name in export.fields}
    return {
        "outcome": "ingest",
        "funnel": staged.funnel,
        "rejected": staged.rejected.select("record", "reasons").to_dicts(),
        "unmapped": [name for name in read_names(path, layout.dialect) if name.lower() not in taken],
        "missing": missing,
    }


def _export(source_format: str, table: str) -> Export:
    if source_format not in FORMATS:
        raise SourceError(f"format {advice(source_format, ['twcs', *FORMATS])}", "E_FORMAT")
    if table not in FORMATS[source_format]:
        raise SourceError(
            f"format {source_format!r} gives {', '.join(sorted(FORMATS[source_format]))}; choose a --table", "E_FORMAT"
        )
    return FORMATS[source_format][table]


def inspect_file(path: Path, source_format: str, as_of: datetime | None = None) -> dict:
    """What a file of messages holds, as plain values that JSON can carry.

    Returns
    -------
    dict
        `outcome`, `records`, `accepted_ids`, `rejected` (record, reasons), `flags` (kind to ids), and by id `text`,
        `author`, `created_utc`, `responses`; `conversations` counts the reply trees.

    Raises
    ------
    SourceError
        If the file as a whole is refused; its `code` says why.
    """
    staged = stage("messages", source_format, path, as_of or ENDED.get(source_format))
    messages = staged.table.sort("message_id")
    links = _responses(staged)
    return {
        "outcome": "ingest",
        "records": staged.funnel["read"],
        "accepted_ids": _numbers(messages["message_id"]),
        "rejected": staged.rejected.select("record", "reasons").to_dicts(),
        "flags": {kind: _numbers(pl.Series(ids)) for kind, ids in (flag_links(messages) | _bad_responses(links)).items()},
        "text": _by_id(messages, "text"),
        "author": _by_id(messages, "author_id"),
        "created_utc": _by_id(messages.with_columns(pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")), "created_at"),
        "responses": {key: _numbers(named) for key, named in links.select("tweet", "named").iter_rows() if len(named)},
        "conversations": assign_threads(messages)["thread_id"].n_unique(),
    }


def _responses(staged: Staged) -> pl.DataFrame:
    # Several ids stand in one cell, and commas may be left over between and behind them.
    token = pl.col("response_tweet_id").str.strip_chars()
    each = staged.links.with_columns(pl.col("response_tweet_id").str.split(",")).explode("response_tweet_id")
    written = (
        each.filter(token.is_not_null() & (token != "")).with_columns(token).with_columns(named=id_text("response_tweet_id"))
    )
    return written.group_by("tweet", maintain_order=True).agg(
        pl.col("named").drop_nulls(), is_bad=pl.col("named").is_null().any()
    )


def _bad_responses(links: pl.DataFrame) -> dict[str, list[str]]:
    bad = links.filter("is_bad")["tweet"].sort().to_list()
    return {"bad_response_ids": bad} if bad else {}


def _numbers(ids: pl.Series) -> list[int | str]:
    return [int(each) if each.isdigit() else each for each in ids]


def _by_id(messages: pl.DataFrame, column: str) -> dict[str, str]:
    return dict(messages.select("message_id", column).iter_rows())
