"""Where sources lie: files and globs in the workspace, and what is fetched from databases and object stores before it is read."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from glob import glob
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars as pl

from careworth.config import Workspace
from careworth.errors import SourceError
from careworth.files import write_bytes, write_table
from careworth.sources import SECRET, URL, Source
from careworth.staging.databases import run_queries
from careworth.staging.opening import LARGEST_BYTES

FETCHED = "fetched"


class Place(NamedTuple):
    """One source of a table, and the files that it has to be read from, in the order of their names."""

    table: str
    source: Source
    files: list[Path]


def find_places(workspace: Workspace, lake: Path, refresh: bool) -> list[Place]:
    """Every source of the workspace with its files; what is not in the workspace is fetched if it must or `refresh` says so.

    Raises
    ------
    SourceError
        If a glob matches nothing, or a database or an object store cannot be read; nothing is half fetched then.
    """
    remote = [(table, source) for table, source in workspace.all_sources if source.is_remote]
    due = [(table, source) for table, source in remote if refresh or not _folder(lake, table, source).is_dir()]
    _fetch_queries(workspace, lake, [each for each in due if each[1].database])
    for table, source in due:
        if not source.database:
            _fetch_objects(table, source, _folder(lake, table, source))
    _remove_others(lake, {_folder(lake, *each).name for each in remote})
    return [Place(table, source, _files(workspace, lake, table, source)) for table, source in workspace.all_sources]


def _folder(lake: Path, table: str, source: Source) -> Path:
    words = json.dumps([table, source.path, source.database, source.query])
    return lake / FETCHED / hashlib.sha256(words.encode()).hexdigest()[:16]


def _files(workspace: Workspace, lake: Path, table: str, source: Source) -> list[Path]:
    if source.is_remote:
        return sorted(path for path in _folder(lake, table, source).iterdir() if path.name != "objects.json")
    literal = workspace.root / source.path
    if literal.is_file() or not any(sign in source.path for sign in "*?["):
        return [_existing(table, literal)]
    found = sorted(glob(source.path, root_dir=workspace.root, recursive=True))
    files = [workspace.root / each for each in found if (workspace.root / each).is_file() and Path(each).parts[0] != lake.name]
    if not files:
        raise SourceError(f"source {table}: no file matches {source.path!r}; put one there, or correct it", "E_MISSING_FILE")
    return files


def _existing(table: str, path: Path) -> Path:
    if path.is_file():
        return path
    found = f"source {table}: no file {path.name!r} in folder {path.parent.name!r}"
    raise SourceError(f"{found}; put it there, or correct its path in workspace.toml", "E_MISSING_FILE")


def _fetch_queries(workspace: Workspace, lake: Path, due: list[tuple[str, Source]]) -> None:
    # All queries to one database see it at one moment; else refunds could be younger than the orders they belong to.
    for database in dict.fromkeys(source.database for _, source in due):
        own = [(table, source) for table, source in due if source.database == database]
        queries = {str(number): source.query for number, (_, source) in enumerate(own)}
        results = run_queries(_address(workspace, database), queries, database)
        for number, (table, source) in enumerate(own):
            _replace(_folder(lake, table, source), {f"{table}.parquet": results[str(number)]})


def _address(workspace: Workspace, database: str) -> str:
    if not SECRET.fullmatch(database):
        return str(workspace.root / database)
    address = os.environ.get(database.removeprefix("env:"), "")
    if not address:
        raise SourceError(f"{database}: the environment has no such variable; set it to the connection string", "E_DATABASE")
    return address


def _replace(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    new = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    for name, table in tables.items():
        write_table(new / name, table)
    _swap(new, folder)


def _swap(new: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        os.replace(folder, old)
    os.replace(new, folder)
    shutil.rmtree(old, ignore_errors=True)


def _fetch_objects(table: str, source: Source, folder: Path) -> None:
    import fsspec

    try:
        system, path = fsspec.url_to_fs(source.path)
        found = sorted(system.glob(path)) if any(sign in path for sign in "*?[") else [path]
        versions = {each: _version(system, each) for each in found}
        if not found:
            raise SourceError(f"source {table}: no object matches {_shown(source)}; correct it", "E_MISSING_FILE")
        if versions != _versions(folder):
            _download(system, versions, folder, table)
    except ImportError as error:
        needs = f"source {table}: {URL.match(source.path)[1]}:// needs the package {error.name or 'of its store'}"
        raise SourceError(f"{needs}; install it with pip", "E_UNREACHABLE") from None
    except SourceError:
        raise
    except Exception as error:  # a store's own library raises what it likes, with addresses and keys in it
        found = f"source {table}: {_shown(source)} cannot be read ({type(error).__name__})"
        raise SourceError(f"{found}; check the address and the credentials in the environment", "E_UNREACHABLE") from None


def _version(system, path: str) -> str:
    # What the web says of a file's version is not to be relied on, so that it is fetched whenever it is asked for.
    is_web = "http" in system.protocol or "https" in system.protocol
    return f"{time.time_ns()}" if is_web else str(system.ukey(path))


def _shown(source: Source) -> str:
    return repr(PurePosixPath(source.path).name)


def _versions(folder: Path) -> dict[str, str]:
    try:
        return json.loads((folder / "objects.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _download(system, versions: dict[str, str], folder: Path, table: str) -> None:
    new = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    new.mkdir(parents=True, exist_ok=True)
    names = [PurePosixPath(each).name for each in versions]
    if len(set(names)) < len(names):
        raise SourceError(f"source {table}: two objects have the same name; give each folder a source of its own", "E_FORMAT")
    for each, name in zip(versions, names, strict=True):
        size = system.size(each)
        if size is not None and size > LARGEST_BYTES:
            raise SourceError(f"source {table}: {name} is larger than {LARGEST_BYTES >> 30} GiB; split it", "E_TOO_LARGE")
        system.get_file(each, str(new / name))
        if size is not None and (new / name).stat().st_size != size:
            raise SourceError(f"source {table}: {name} did not arrive whole; try again", "E_TRUNCATED")
    write_bytes(new / "objects.json", json.dumps(versions, sort_keys=True).encode())
    _swap(new, folder)


def _remove_others(lake: Path, kept: set[str]) -> None:
    for folder in (lake / FETCHED).glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
