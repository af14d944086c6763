"""The lake: canonical tables and labelled turns as Parquet, rebuilt when a source or the code changed."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from careworth.config import Workspace
from careworth.errors import SourceError
from careworth.files import sha256
from careworth.lake.places import Place, find_places
from careworth.lake.readers import note_read, pinned_lake
from careworth.lake.reading import code_fingerprint, reading_of
from careworth.marts.pairs import NOBODY, PAIR, PAIR_NUMBER, pair_number
from careworth.pseudonyms import key_fingerprint
from careworth.schemas import TABLES

__all__ = ["NOBODY", "Each", "Lake", "code_fingerprint", "open_lake", "reading_of"]

#: Does a piece of work for each of several things, anywhere, and gives what came of each, in their order.
Each = Callable[[Callable, Iterable], Iterable]

#: What a manifest says, and more; one without is none.
TOLD = {"key", "folder", "inputs", "outputs", "accounts", "excluded", "flagged", "last_message_at"}

#: How the rows of each table that may lie in several files are ordered as one.
ORDER = {
    "messages": ["created_at", "message_id"],
    "turns": [*PAIR, "start_at", "first_message_id"],
    "message_labels": ["message_id", "label_name", "labeller", "version"],
}

#: Where the code of the shipped readers lies, whose change the code's fingerprint tells.
MODELS = Path(__file__).parents[1] / "reading/models"


@dataclass(frozen=True)
class Lake:
    """A built lake: the folder of its tables and the manifest that says what went in and what came out."""

    folder: Path
    manifest: dict

    @cached_property
    def kept(self) -> dict:
        """Tables that were computed from this one lake, for whoever asks again in this process."""
        return {}

    def has(self, table: str) -> bool:
        """True if the workspace connects this table."""
        note_read("tables")
        return table in self.manifest["outputs"]

    @property
    def tables(self) -> set[str]:
        """Names of the tables that are there."""
        note_read("tables")
        return set(self.manifest["outputs"])

    def scan(self, name: str, accounts: Iterable[str] | None = None) -> pl.LazyFrame:
        """One canonical table, or `turns`, not read yet, in no order.

        Parameters
        ----------
        accounts : iterable of str, optional
            No more than what has all that concerns these accounts; NOBODY stands for threads without an account.
        """
        if not self.has(name):
            raise SourceError(f"table {name!r} is not connected; add [sources.{name}] to workspace.toml")
        note_read(name)
        files = self._files(name)
        if accounts is not None and len(files) > 1:
            wanted = set(accounts)
            own = [file for file, here in zip(files, self.manifest["accounts"], strict=True) if wanted & set(here)]
            files = own or files[:1]
        return pl.scan_parquet([self.folder / file for file in files])

    def table(self, name: str, columns: list[str] | None = None, accounts: Iterable[str] | None = None) -> pl.DataFrame:
        """One canonical table, or `turns`, whole or no more of it than these columns; `accounts` as with `scan`."""
        rows = self.scan(name, accounts)
        return self.collect(name, rows if columns is None else rows.select(columns))

    def collect(self, name: str, rows: pl.LazyFrame) -> pl.DataFrame:
        """Rows of a table, read now, as they would stand in one file if they hold the columns of that order."""
        if len(self._files(name)) == 1:
            return rows.collect()
        # Of many files little is wanted, and all of them would not fit into memory.
        read = rows.collect(engine="streaming")
        if not set(ORDER[name]) <= set(read.columns):
            return read
        ordered = read.sort(ORDER[name])
        return ordered.with_columns(pair_number()) if PAIR_NUMBER in read.columns else ordered

    def _files(self, name: str) -> list[str]:
        return list(self.manifest["outputs"][name].get("files", [f"{name}.parquet"]))

    @property
    def accounts(self) -> list[str]:
        """Every account that somebody had a conversation with."""
        return self.scan("turns").select(pl.col("account_id").unique().sort()).collect().to_series().to_list()

    @property
    def parts(self) -> list[str]:
        """Everything that can be read of it, by name: its tables and the facts of its manifest."""
        return sorted([*self.manifest["outputs"], "tables", "last_message_at", "funnel", "inputs"])

    def fingerprint(self, part: str) -> str:
        """A hash of one table, or of one of the facts that are read of the lake beside its tables; empty without it."""
        facts = {
            "tables": sorted(self.manifest["outputs"]),
            "last_message_at": self.manifest["last_message_at"],
            "funnel": [self.manifest["inputs"]["messages"]["funnel"], self.manifest["excluded"], self.manifest["flagged"]],
            "inputs": self.manifest["inputs"],
        }
        told = facts.get(part, self.manifest["outputs"].get(part, {}).get("files"))
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest() if told else ""

    def table_or_empty(self, name: str) -> pl.DataFrame:
        """One canonical table; without rows when the workspace does not connect it."""
        return self.table(name) if self.has(name) else pl.DataFrame(schema=TABLES[name].columns)

    @property
    def last_message_at(self) -> datetime:
        """The latest instant that the messages reach; nothing later can be known."""
        note_read("last_message_at")
        return datetime.fromisoformat(self.manifest["last_message_at"])

    @property
    def inputs(self) -> dict[str, dict]:
        """Of each table, which files it came from, with their hashes and counts."""
        note_read("inputs")
        return self.manifest["inputs"]

    @property
    def funnel(self) -> dict[str, int]:
        """What became of the message records: read, accepted, rejected, excluded and flagged by reason."""
        note_read("funnel")
        flagged = {f"flagged:{kind}": count for kind, count in self.manifest["flagged"].items()}
        return self.manifest["inputs"]["messages"]["funnel"] | self.manifest["excluded"] | flagged


def open_lake(workspace: Workspace, refresh: bool = False, each: Each = map) -> Lake:
    """The workspace's lake, built first if it is missing, damaged, or anything that it is made of has changed.

    Databases and object stores are asked again only with `refresh`, else once; so all notebooks of a run see the same.

    Parameters
    ----------
    each : callable
        What does the work for each file and each partition of the messages, as `map` does.
    """
    pinned = pinned_lake(workspace.root)
    if pinned and not refresh:
        return pinned
    _generate_demo(workspace)
    folder = workspace.root / "lake"
    places = find_places(workspace, folder, refresh)
    key, manifest = _key(workspace, places), _read_manifest(folder)
    if manifest.get("key") != key or not _is_whole(folder, manifest):
        # What builds a lake takes a second to import, and most runs find one.
        from careworth.lake.build import build

        manifest = build(workspace, places, folder, key, manifest.get("folder"), each)
    return Lake(folder / manifest["folder"], manifest)


def _generate_demo(workspace: Workspace) -> None:
    missing = [source.path for _, source in workspace.all_sources if not (workspace.root / source.path).is_file()]
    if workspace.demo_seed is not None and missing:
        from careworth.demo import write_demo_sources

        write_demo_sources(workspace.root / "sources", workspace.demo_seed)


def _key(workspace: Workspace, places: list[Place]) -> str:
    inputs = [[place.table, place.source.model_dump(), _fingerprints(place.files)] for place in places]
    reading = reading_of(workspace)
    people = [key_fingerprint(reading.key) if reading.key else "", sorted(reading.purged)]
    told = {"inputs": inputs, "as_of": str(reading.as_of), "first": str(reading.first), "people": people, "code": reading.code}
    return json.dumps(told | {"engine": _engine(workspace)}, sort_keys=True)


def _engine(workspace: Workspace) -> list[str]:
    name = workspace.reading.engine
    if name.endswith(".npz"):
        return [name, sha256(workspace.root / name)]
    if (MODELS / f"{name}.npz").is_file():
        return [name]
    from careworth.reading.engines import engine_named

    return [name, engine_named(name, workspace.root).version]


def _fingerprints(files: list[Path]) -> list[list[str]]:
    return [[path.name, sha256(path)] for path in files]


def _read_manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and manifest.keys() >= TOLD else {}


def _is_whole(lake: Path, manifest: dict) -> bool:
    folder = lake / manifest["folder"]
    files = {folder / name: digest for output in manifest["outputs"].values() for name, digest in output["files"].items()}
    return all(path.is_file() and sha256(path) == digest for path, digest in files.items())
