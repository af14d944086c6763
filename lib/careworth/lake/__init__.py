"""The lake: canonical tables and labelled turns as Parquet, rebuilt when a source or the code changed."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

import polars as pl

import careworth
from careworth.config import Workspace
from careworth.errors import SourceError
from careworth.files import remove_left_over, sha256, sha256_of_all, write_bytes, write_table
from careworth.lake.combine import combine, require_few_rejected
from careworth.lake.parts import STAGED, Part, Reading, read_part
from careworth.lake.places import FETCHED, Place, find_places
from careworth.lake.purged import read_purged
from careworth.lake.readers import note_read, pinned_lake
from careworth.marts.links import flag_links
from careworth.marts.threads import assign_threads, exclusions, pair_messages
from careworth.marts.turns import build_turns, label_turns, turn_labels
from careworth.pseudonyms import key_fingerprint, read_key
from careworth.reading.engines import engine_named
from careworth.schemas import TABLES

#: What a manifest says, and more; one without is none.
TOLD = {"key", "folder", "inputs", "outputs", "excluded", "flagged", "last_message_at"}


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

    def table(self, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        """One canonical table, or `turns`, whole or no more of it than these columns."""
        if not self.has(name):
            raise SourceError(f"table {name!r} is not connected; add [sources.{name}] to workspace.toml")
        note_read(name)
        return pl.read_parquet(self.folder / f"{name}.parquet", columns=columns)

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
        if part in facts:
            return hashlib.sha256(json.dumps(facts[part], sort_keys=True).encode()).hexdigest()
        return self.manifest["outputs"].get(part, {}).get("sha256", "")

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


def open_lake(workspace: Workspace, refresh: bool = False) -> Lake:
    """The workspace's lake, built first if it is missing, damaged, or anything that it is made of has changed.

    Databases and object stores are asked again only with `refresh`, else once; so all notebooks of a run see the same.
    """
    pinned = pinned_lake(workspace.root)
    if pinned and not refresh:
        return pinned
    _generate_demo(workspace)
    folder = workspace.root / "lake"
    places = find_places(workspace, folder, refresh)
    key, manifest = _key(workspace, places), _read_manifest(folder)
    if manifest.get("key") != key or not _is_whole(folder, manifest):
        manifest = _build(workspace, places, folder, key, manifest.get("folder"))
    return Lake(folder / manifest["folder"], manifest)


def _generate_demo(workspace: Workspace) -> None:
    missing = [source.path for _, source in workspace.all_sources if not (workspace.root / source.path).is_file()]
    if workspace.demo_seed is not None and missing:
        from careworth.demo import write_demo_sources

        write_demo_sources(workspace.root / "sources", workspace.demo_seed)


def _make_private(folder: Path) -> None:
    # What customers wrote is nobody else's on this machine.
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)


def _key(workspace: Workspace, places: list[Place]) -> str:
    inputs = [[place.table, place.source.model_dump(), _fingerprints(place.files)] for place in places]
    reading = reading_of(workspace)
    people = [key_fingerprint(reading.key) if reading.key else "", sorted(reading.purged)]
    told = {"inputs": inputs, "as_of": str(reading.as_of), "people": people, "code": reading.code, "engine": _engine(workspace)}
    return json.dumps(told, sort_keys=True)


def _engine(workspace: Workspace) -> list[str]:
    name, own = workspace.reading.engine, workspace.root / workspace.reading.engine
    engine = engine_named(name, workspace.root)
    return [name, engine.version, sha256(own) if name.endswith(".npz") else ""]


def _fingerprints(files: list[Path]) -> list[list[str]]:
    return [[path.name, sha256(path)] for path in files]


@cache
def code_fingerprint() -> str:
    """SHA-256 over the package's own files: another version of the code may read the same input differently."""
    package = Path(careworth.__file__).parent
    own = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sha256_of_all(own, package)


def _read_manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and manifest.keys() >= TOLD else {}


def _is_whole(lake: Path, manifest: dict) -> bool:
    folder = lake / manifest["folder"]
    files = {folder / f"{table}.parquet": output["sha256"] for table, output in manifest["outputs"].items()}
    return all(path.is_file() and sha256(path) == digest for path, digest in files.items())


def _build(workspace: Workspace, places: list[Place], lake: Path, key: str, previous: str | None) -> dict:
    _make_private(lake)
    parts = _read_parts(workspace, places, lake)
    combined = {name: combine(name, own) for name, own in parts.items()}
    for name, own in parts.items():
        require_few_rejected(name, own, combined[name].funnel)
    messages = combined["messages"].table
    if messages.is_empty():
        raise SourceError("source messages: no message was accepted; a report needs at least one")
    threaded = assign_threads(messages)
    pairs = pair_messages(threaded, combined["accounts"].table if "accounts" in combined else None)
    engine = engine_named(workspace.reading.engine, workspace.root)
    turns = label_turns(build_turns(pairs), engine)
    tables = {name: each.table for name, each in combined.items()}
    tables |= {"messages": threaded, "turns": turns, "message_labels": turn_labels(turns, threaded, engine)}
    tables |= {f"rejected_{name}": each.rejected for name, each in combined.items() if each.rejected.height}
    # Tables go to a folder of their own; the manifest that names it comes last, so a lake is the old one or the new one.
    # The one before stays for those who are still reading it.
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    written = {table: write_table(lake / name / f"{table}.parquet", rows) for table, rows in tables.items()}
    manifest = {
        "key": key,
        "folder": name,
        "version": careworth.__version__,
        "inputs": {table: _input(own, combined[table].funnel) for table, own in parts.items()},
        "outputs": {table: {"rows": tables[table].height, "sha256": sha256(path)} for table, path in written.items()},
        "excluded": _excluded(threaded, pairs),
        "flagged": {kind: len(ids) for kind, ids in flag_links(messages).items()},
        "last_message_at": messages["created_at"].max().isoformat(),
    }
    write_bytes(lake / "manifest.json", json.dumps(manifest, indent=1).encode())
    remove_left_over(lake)
    _remove_others(lake, {name, previous, FETCHED, STAGED})
    _remove_others(lake / STAGED, {part.folder.name for own in parts.values() for part in own})
    return manifest


def reading_of(workspace: Workspace) -> Reading:
    """What decides how the workspace's files are read, apart from their sources."""
    key = read_key(workspace.privacy.key) if workspace.privacy.key else None
    return Reading(workspace.root, workspace.as_of, key, read_purged(workspace), code_fingerprint())


def _read_parts(workspace: Workspace, places: list[Place], lake: Path) -> dict[str, list[Part]]:
    reading = reading_of(workspace)
    parts: dict[str, list[Part]] = {}
    for table, source, files in places:
        read = [read_part(table, source, path, reading, lake / STAGED) for path in files]
        parts.setdefault(table, []).extend(read)
    return parts


def _remove_others(parent: Path, kept: set[str | None]) -> None:
    for folder in parent.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _input(parts: list[Part], funnel: dict[str, int]) -> dict:
    files = [{"file": part.path.name, "sha256": part.sha256, "records": part.funnel["read"]} for part in parts]
    return {"files": files, "formats": sorted({part.source.format for part in parts}), "funnel": funnel}


def _excluded(threaded: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, int]:
    by_rule = exclusions(threaded)
    in_pairs = pairs["message_id"].n_unique()
    alone = threaded.height - sum(by_rule.values()) - in_pairs
    return {f"excluded:{reason}": count for reason, count in by_rule.items()} | {"excluded:no_counterpart": alone}
