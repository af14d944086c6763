"""The lake: canonical tables and labelled turns as Parquet, rebuilt when a source or the code changed."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl

import careworth
from careworth.config import Source, Workspace
from careworth.errors import SourceError
from careworth.files import sha256, sha256_of_all, write_bytes, write_table
from careworth.marts.threads import assign_threads, exclusions, pair_messages
from careworth.marts.turns import build_turns, label_turns
from careworth.schemas import TABLES
from careworth.staging import Dialect, Layout, Staged, rejected_records, repair_texts, stage


@dataclass(frozen=True)
class Lake:
    """A built lake: the folder of its tables and the manifest that says what went in and what came out."""

    folder: Path
    manifest: dict

    def has(self, table: str) -> bool:
        """True if the workspace connects this table."""
        return table in self.manifest["outputs"]

    def table(self, name: str) -> pl.DataFrame:
        """One canonical table, or `turns`, whole."""
        if not self.has(name):
            raise SourceError(f"table {name!r} is not connected; add [sources.{name}] to workspace.toml")
        return pl.read_parquet(self.folder / f"{name}.parquet")

    def table_or_empty(self, name: str) -> pl.DataFrame:
        """One canonical table; without rows when the workspace does not connect it."""
        return self.table(name) if self.has(name) else pl.DataFrame(schema=TABLES[name].columns)

    @property
    def last_message_at(self) -> datetime:
        """The latest instant that the messages reach; nothing later can be known."""
        return datetime.fromisoformat(self.manifest["last_message_at"])

    @property
    def funnel(self) -> dict[str, int]:
        """What became of the message records: read, accepted, rejected and excluded by reason."""
        return self.manifest["inputs"]["messages"]["funnel"] | self.manifest["excluded"]


def open_lake(workspace: Workspace) -> Lake:
    """The workspace's lake, built first if it is missing or anything that it is made of has changed."""
    _generate_demo(workspace)
    folder, key = workspace.root / "lake", _key(workspace)
    manifest = _read_manifest(folder)
    if manifest.get("key") != key or not (folder / manifest["folder"]).is_dir():
        manifest = _build(workspace, folder, key, manifest.get("folder"))
    return Lake(folder / manifest["folder"], manifest)


def _generate_demo(workspace: Workspace) -> None:
    missing = [source.path for source in workspace.sources.values() if not (workspace.root / source.path).is_file()]
    if workspace.demo_seed is not None and missing:
        from careworth.demo import write_demo_sources

        write_demo_sources(workspace.root / "sources", workspace.demo_seed)


def _key(workspace: Workspace) -> str:
    inputs = {name: [source.model_dump(), _fingerprint(workspace, name)] for name, source in workspace.sources.items()}
    return json.dumps({"inputs": inputs, "as_of": str(workspace.as_of), "code": code_fingerprint()}, sort_keys=True)


def _fingerprint(workspace: Workspace, name: str) -> str:
    path = workspace.root / workspace.sources[name].path
    return sha256(path) if path.is_file() else "missing"


@cache
def code_fingerprint() -> str:
    """SHA-256 over the package's own files: another version of the code may read the same input differently."""
    package = Path(careworth.__file__).parent
    own = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sha256_of_all(own, package)


def _read_manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _build(workspace: Workspace, lake: Path, key: str, previous: str | None) -> dict:
    staged, rejected = _stage_all(workspace)
    if staged["messages"].table.is_empty():
        raise SourceError("source messages: no message was accepted; a report needs at least one")
    threaded = assign_threads(staged["messages"].table)
    pairs = pair_messages(threaded)
    tables = {name: each.table for name, each in staged.items()} | {"turns": label_turns(build_turns(pairs))} | rejected
    # Tables go to a folder of their own; the manifest that names it comes last, so a lake is the old one or the new one.
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    written = {table: write_table(lake / name / f"{table}.parquet", rows) for table, rows in tables.items()}
    manifest = {
        "key": key,
        "folder": name,
        "version": careworth.__version__,
        "inputs": {table: _input(workspace, table, each.funnel) for table, each in staged.items()},
        "outputs": {table: {"rows": tables[table].height, "sha256": sha256(path)} for table, path in written.items()},
        "excluded": _excluded(threaded, pairs),
        "last_message_at": threaded["created_at"].max().isoformat(),
    }
    write_bytes(lake / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
    _remove_older(lake, {name, previous})
    return manifest


def _stage_all(workspace: Workspace) -> tuple[dict[str, Staged], dict[str, pl.DataFrame]]:
    staged, rejected = {}, {}
    for name, source in workspace.sources.items():
        path, layout = workspace.root / source.path, _layout(source)
        staged[name] = stage(name, source.format, path, workspace.as_of, layout)
        if staged[name].rejected.height:
            rejected[f"rejected_{name}"] = rejected_records(path, staged[name], layout)
    return staged | {"messages": _repaired(staged["messages"])}, rejected


def _repaired(messages: Staged) -> Staged:
    table, count = repair_texts(messages.table)
    told = {"repaired:double_encoded": count} if count else {}
    return messages._replace(table=table, funnel=messages.funnel | told)


def _layout(source: Source) -> Layout:
    constants = {column: str(value) for column, value in source.constants.items()}
    told = source.model_dump(include={"time_format", "date_format", "amounts", "decimal_comma", "values"})
    dialect = Dialect(source.delimiter, source.encoding)
    return Layout(source.columns, constants, zone=source.zone or "", dialect=dialect, **told)


def _remove_older(lake: Path, kept: set[str | None]) -> None:
    # The one before stays for those who are still reading it.
    for folder in lake.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _input(workspace: Workspace, name: str, funnel: dict[str, int]) -> dict:
    path = workspace.root / workspace.sources[name].path
    return {"file": path.name, "sha256": sha256(path), "funnel": funnel}


def _excluded(threaded: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, int]:
    by_rule = exclusions(threaded)
    in_pairs = pairs["message_id"].n_unique()
    alone = threaded.height - sum(by_rule.values()) - in_pairs
    return {f"excluded:{reason}": count for reason, count in by_rule.items()} | {"excluded:no_counterpart": alone}
