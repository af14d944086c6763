"""How a lake is built: the sources read file by file, put together, threaded and labelled partition by partition."""

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

import careworth
from careworth.config import Workspace
from careworth.errors import SourceError
from careworth.files import remove_left_over, sha256, write_bytes, write_table
from careworth.lake import Each
from careworth.lake.combine import Once, Rows, add_up, combine, funnel_of, rejected_of, require_few_rejected, take_once
from careworth.lake.partitions import partition
from careworth.lake.parts import STAGED, Part, read_part
from careworth.lake.places import FETCHED, Place
from careworth.lake.reading import reading_of
from careworth.marts.links import flag_links
from careworth.marts.pairs import NOBODY
from careworth.marts.threads import BRAND_ROLES, assign_threads, exclusions, pair_messages
from careworth.marts.turns import build_turns, label_turns, turn_labels
from careworth.reading.engines import engine_named
from careworth.sources import Source

#: Where partitions lie while a lake is built.
PARTITIONED = "partitioned"


class _Messages(NamedTuple):
    # One partition of the messages, and where its tables go: files with this ending in this folder.
    rows: list[Rows]
    parts: list[Part]
    handles: pl.DataFrame
    engine: str
    root: Path
    folder: Path
    ending: str


class _Built(NamedTuple):
    # What came of a partition: of each table its file and how many rows, and what the manifest says beside.
    once: Once
    files: dict[str, tuple[str, int]]
    accounts: list[str]
    excluded: dict[str, int]
    flagged: dict[str, int]
    last_message_at: datetime | None


def build(workspace: Workspace, places: list[Place], lake: Path, key: str, previous: str | None, each: Each = map) -> dict:
    """The manifest of a lake that was built of these places, in a folder of its own; `previous` is the folder of the one before.

    Parameters
    ----------
    each : callable
        Does the work for files and for partitions: `map`, or that of a cluster whose workers see the same folders.

    Raises
    ------
    SourceError
        If a source cannot be read or lost too many records; the lake before is as it was then.
    """
    _make_private(lake)
    parts = _read_parts(workspace, places, lake, each)
    _require_enough(parts, dict.fromkeys(parts, []))
    # Tables go to a folder of their own; the manifest that names it comes last, so a lake is the old one or the new one.
    # The one before stays for those who are still reading it.
    folder = lake / hashlib.sha256(key.encode()).hexdigest()[:16]
    others = {name: combine(name, own) for name, own in parts.items() if name != "messages"}
    built = _build_messages(workspace, parts["messages"], others.get("accounts"), folder, each)
    once = {name: [others[name]] if name in others else [one.once for one in built] for name in parts}
    told = _told(folder, parts, once, built)
    manifest = {"key": key, "folder": folder.name, "version": careworth.__version__} | told
    write_bytes(lake / "manifest.json", json.dumps(manifest, indent=1).encode())
    remove_left_over(lake)
    _remove_others(lake, {folder.name, previous, FETCHED, STAGED})
    _remove_others(lake / STAGED, {part.folder.name for own in parts.values() for part in own})
    return manifest


def _told(folder: Path, parts: dict[str, list[Part]], once: dict[str, list[Once]], built: list[_Built]) -> dict:
    funnels = _require_enough(parts, once)
    written = _write_others(folder, parts, once) | {name: [one.files[name] for one in built] for name in built[0].files}
    return {
        "inputs": {name: _input(own, funnels[name]) for name, own in parts.items()},
        "outputs": {name: _output(folder, files) for name, files in written.items()},
        "accounts": [one.accounts for one in built],
        "excluded": add_up([one.excluded for one in built]),
        "flagged": add_up([one.flagged for one in built]),
        "last_message_at": max(one.last_message_at for one in built if one.last_message_at).isoformat(),
    }


def _make_private(folder: Path) -> None:
    # What customers wrote is nobody else's on this machine.
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)


def _read_parts(workspace: Workspace, places: list[Place], lake: Path, each: Each) -> dict[str, list[Part]]:
    files = [(place.table, place.source, path, workspace, lake / STAGED) for place in places for path in place.files]
    parts: dict[str, list[Part]] = {}
    for (table, *_), part in zip(files, each(_read_file, files), strict=True):
        parts.setdefault(table, []).append(part)
    return parts


def _read_file(file: tuple[str, Source, Path, Workspace, Path]) -> Part:
    table, source, path, workspace, staged = file
    # Asked for here, so that the key of the pseudonyms never travels: whoever reads has it in its own environment.
    return read_part(table, source, path, reading_of(workspace), staged)


def _require_enough(parts: dict[str, list[Part]], once: dict[str, list[Once]]) -> dict[str, dict[str, int]]:
    funnels = {name: funnel_of(own, once[name]) for name, own in parts.items()}
    for name, own in parts.items():
        require_few_rejected(name, own, funnels[name])
    if not funnels["messages"]["accepted"]:
        raise SourceError("source messages: no message was accepted; a report needs at least one")
    return funnels


def _build_messages(workspace: Workspace, parts: list[Part], accounts: Once | None, folder: Path, each: Each) -> list[_Built]:
    partitioned = folder.parent / PARTITIONED
    try:
        snapshots = accounts.table if accounts else None
        rows, handles = partition(parts, snapshots, partitioned), _handles(parts, snapshots)
        endings = [f"-{number:05}" if len(rows) > 1 else "" for number in range(len(rows))]
        engine, root = workspace.reading.engine, workspace.root
        return list(
            each(
                _build_partition,
                [_Messages(own, parts, handles, engine, root, folder, ending) for own, ending in zip(rows, endings, strict=True)],
            )
        )
    finally:
        shutil.rmtree(partitioned, ignore_errors=True)


def _handles(parts: list[Part], snapshots: pl.DataFrame | None) -> pl.DataFrame:
    # What customers write behind an @: the ids of all accounts that wrote, wherever they did, and the handles that are listed.
    by_brand = pl.col("author_role").is_in(BRAND_ROLES)
    own = [pl.scan_parquet(part.rows_file).filter(by_brand).select(pl.col("account_id").unique()).collect() for part in parts]
    wrote = pl.concat(own).unique().select("account_id", handle="account_id")
    listed = wrote.clear() if snapshots is None else snapshots.select(wrote.columns)
    return pl.concat([wrote, listed]).drop_nulls().unique().sort("account_id", "handle")


def _build_partition(work: _Messages) -> _Built:
    engine = engine_named(work.engine, work.root)
    once = take_once("messages", work.rows, work.parts)
    threaded = assign_threads(once.table)
    pairs = pair_messages(threaded, work.handles)
    turns = label_turns(build_turns(pairs), engine)
    tables = {"messages": threaded, "turns": turns, "message_labels": turn_labels(turns, threaded, engine)}
    return _Built(
        once._replace(table=once.table.clear()),
        {name: _written(work.folder / f"{name}{work.ending}.parquet", table) for name, table in tables.items()},
        _accounts(threaded, turns),
        _excluded(threaded, pairs),
        {kind: len(ids) for kind, ids in flag_links(once.table).items()},
        threaded["created_at"].max(),
    )


def _written(path: Path, table: pl.DataFrame) -> tuple[str, int]:
    return write_table(path, table).name, table.height


def _accounts(threaded: pl.DataFrame, turns: pl.DataFrame) -> list[str]:
    # Whose messages are here; beside them those of conversations that nobody's account is part of.
    stated = threaded["account_id"].drop_nulls()
    nobodys = threaded.filter(pl.col("account_id").is_null()).join(turns, on="thread_id", how="anti")
    named = pl.concat([stated, turns["account_id"]]).unique().to_list()
    return sorted([*named, NOBODY] if nobodys.height else named)


def _excluded(threaded: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, int]:
    by_rule = exclusions(threaded)
    in_pairs = pairs["message_id"].n_unique()
    alone = threaded.height - sum(by_rule.values()) - in_pairs
    return {f"excluded:{reason}": count for reason, count in by_rule.items()} | {"excluded:no_counterpart": alone}


def _write_others(folder: Path, parts: dict[str, list[Part]], once: dict[str, list[Once]]) -> dict[str, list[tuple[str, int]]]:
    tables = {name: found[0].table for name, found in once.items() if name != "messages"}
    rejected = {f"rejected_{name}": rejected_of(own, once[name]) for name, own in parts.items()}
    tables |= {name: table for name, table in rejected.items() if table.height}
    return {name: [_written(folder / f"{name}.parquet", table)] for name, table in tables.items()}


def _input(parts: list[Part], funnel: dict[str, int]) -> dict:
    files = [{"file": part.path.name, "sha256": part.sha256, "records": part.funnel["read"]} for part in parts]
    return {"files": files, "formats": sorted({part.source.format for part in parts}), "funnel": funnel}


def _output(folder: Path, files: list[tuple[str, int]]) -> dict:
    return {"rows": sum(rows for _, rows in files), "files": {name: sha256(folder / name) for name, _ in files}}


def _remove_others(parent: Path, kept: set[str | None]) -> None:
    for folder in parent.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
