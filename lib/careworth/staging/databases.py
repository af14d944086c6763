"""The results of queries, every value as exact text and all of one state of the database; or a refusal that tells no secret."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from careworth.errors import SourceError
from careworth.staging.database_values import as_table

#: A lost connection is sought again so many times in all, after so long a pause.
ATTEMPTS = 3
PAUSE_SECONDS = 1.0

#: How long to wait for a connection or a lock, and for one answer of PostgreSQL.
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 600

SQLITE, DUCKDB = b"SQLite format 3\0", b"DUCK"


#: For one transaction, whatever the server's own defaults: exact texts, a time limit, and plans for all rows, not for the first.
POSTGRES_SESSION = """
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL extra_float_digits = 3; SET LOCAL cursor_tuple_fraction = 1; SET LOCAL statement_timeout = '{seconds}s'
"""
#: What psycopg reads as Python values; all other types but arrays come as the server's own text.
POSTGRES_VALUES = {"bool", "int2", "int4", "int8", "float4", "float8", "numeric", "bytea"}
POSTGRES_MOMENTS = ("date", "timestamp", "timestamptz")

#: A query reads nothing but the one file, from neither disk nor network, and loads no code.
DUCKDB_ALONE = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
}
#: How DuckDB hands over a column of these types, the number of which follows; all others as its own text.
AS_JSON = "CAST(to_json({0}) AS VARCHAR)"
DUCKDB_COLUMNS = dict.fromkeys(("list", "array", "struct", "map", "union"), AS_JSON) | {
    "blob": "{0}",
    "double": "{0}",
    "float": "CAST(CAST({0} AS VARCHAR) AS DOUBLE)",  # 0.1, and not the 0.10000000149011612 that a wider type makes of it
}

#: The beginnings of SQLite's messages that repeat names of the query and no data.
SQLITE_TELLING = ("no such ", "near ", "ambiguous ", "unrecognized token", "incomplete input")

#: The code of each way to fail, and what is said of it with the driver's part of it.
LOST, CLOSED, REFUSED, GARBLED = range(4)
FAILURES = {
    LOST: ("E_DATABASE", "did not answer, or was lost, at each attempt ({}); see that it runs, is whole, and nobody locks it"),
    CLOSED: ("E_DATABASE", "cannot be opened ({}); correct its address, or restore the file"),
    REFUSED: ("E_QUERY", "refuses the query ({}); it must be one SELECT that only reads"),
    GARBLED: ("E_ENCODING", "holds text that is not UTF-8 ({}); convert it, or leave it out, in the query"),
}


class Failure(NamedTuple):
    """The refusal that an attempt ended in, and whether another attempt may go better."""

    error: SourceError
    is_passing: bool


class Engine(NamedTuple):
    """One kind of database: opened for reading, in one transaction; its driver's errors; what may be told of them.

    What `opened` yields turns a query, and how to call it in messages, into a table. `fault` turns an error and the address
    into the way it failed and a description.
    """

    opened: Callable[[str], AbstractContextManager[Callable[[str, str], pl.DataFrame]]]
    errors: tuple[type[Exception], ...]
    fault: Callable[[Exception, str], tuple[int, str]]


def run_queries(database: str, queries: Mapping[str, str], name: str) -> dict[str, pl.DataFrame]:
    """For each named query its result, every column as text, nulls kept; all of one state of the database.

    Parameters
    ----------
    database : str
        A connection string of PostgreSQL (``postgresql://...`` or ``host=... dbname=...``), or the path of a file of SQLite
        or DuckDB. No message repeats it.
    queries : mapping of str to str
        Each one SELECT that only reads.
    name : str
        How messages call the database, such as ``env:ORDERS_DSN``.

    Returns
    -------
    dict of str to polars.DataFrame
        Times are ISO 8601, those with a zone in UTC; numbers are plain digits, but a float too large to be an exact whole
        number shows an exponent; truth is ``true`` or ``false``; arrays are JSON; an empty result keeps its columns.

    Raises
    ------
    SourceError
        E_MISSING_FILE or E_FORMAT if there is no database; E_DATABASE if it cannot be opened, or is lost in each of three
        attempts; E_QUERY if it refuses a query; E_DUPLICATE_COLUMN; E_VALUE or E_ENCODING if a value cannot be told as text.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/shop.sqlite"
    ...     with closing(sqlite3.connect(path)) as shop:
    ...         _ = shop.executescript("CREATE TABLE orders (id, total); INSERT INTO orders VALUES (7, 12.5), (8, NULL)")
    ...     run_queries(path, {"orders": "SELECT id, total FROM orders"}, "shop.sqlite")["orders"].rows()
    [('7', '12.5'), ('8', None)]
    """
    engine = _engine_of(database, name)
    for left in reversed(range(ATTEMPTS)):
        outcome = _attempt(engine, database, queries, name)
        if not isinstance(outcome, Failure):
            return outcome
        # Raised here, where no driver's error is being handled, so that none hangs on it with what it knows.
        if not (outcome.is_passing and left):
            raise outcome.error
        time.sleep(PAUSE_SECONDS)


def _engine_of(database: str, name: str) -> Engine:
    if database.startswith(("postgresql://", "postgres://")) or "host=" in database or "dbname=" in database:
        return _postgres()
    start = _start_of(database, name)
    if start.startswith(SQLITE):
        return Engine(_opened_sqlite, (sqlite3.Error,), _sqlite_fault)
    if start[8:12] == DUCKDB:
        return _duckdb()
    raise SourceError(
        f"{name}: is no database of SQLite or DuckDB, nor an address of PostgreSQL; correct its path or address", "E_FORMAT"
    )


def _start_of(path: str, name: str) -> bytes:
    try:
        with Path(path).open("rb") as handle:
            return handle.read(len(SQLITE))
    except (OSError, ValueError):
        what = "is no database file that can be read; put it there, or correct its path"
    raise SourceError(f"{name}: {what}", "E_MISSING_FILE")


def _attempt(engine: Engine, database: str, queries: Mapping[str, str], name: str) -> dict[str, pl.DataFrame] | Failure:
    where, is_open = name, False
    tables = {}
    try:
        with engine.opened(database) as read:
            is_open = True
            for key, query in queries.items():
                where = f"{name}, query {key!r}"
                tables[key] = read(query, where)
            return tables
    except UnicodeError:
        return _failure(GARBLED, "UnicodeError", where)
    except engine.errors as error:
        way, detail = engine.fault(error, database)
        return _failure(way if is_open or way == LOST else CLOSED, detail, where)


def _failure(way: int, detail: str, where: str) -> Failure:
    code, what = FAILURES[way]
    return Failure(SourceError(f"{where}: the database {what.format(detail)}", code), way == LOST)


@contextmanager
def _opened_sqlite(path: str) -> Iterator[Callable[[str, str], pl.DataFrame]]:
    address = f"{Path(path).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=CONNECT_SECONDS, isolation_level=None)) as connection:
        connection.text_factory = bytes.decode  # the default repeats a text that it cannot decode in its error
        connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(_refuse_other_files)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on, every read sees this state
        yield lambda query, where: as_table(connection.execute(query), where)


def _refuse_other_files(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _sqlite_fault(error: Exception, _: str) -> tuple[int, str]:
    code, kind, message = getattr(error, "sqlite_errorcode", 0), getattr(error, "sqlite_errorname", None), str(error)
    detail = f"{type(error).__name__}, {kind}" if kind else type(error).__name__
    told = f"{detail}: {message}" if message.startswith(SQLITE_TELLING) else detail
    return LOST if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else REFUSED, told


def _duckdb() -> Engine:
    import duckdb

    def _fault(error: Exception, _: str) -> tuple[int, str]:
        is_telling = isinstance(error, duckdb.ParserException | duckdb.BinderException | duckdb.CatalogException)
        detail = f"{type(error).__name__}: {str(error).splitlines()[0]}" if is_telling else type(error).__name__
        return LOST if isinstance(error, duckdb.IOException | duckdb.ConnectionException) else REFUSED, detail

    return Engine(_opened_duckdb, (duckdb.Error,), _fault)


@contextmanager
def _opened_duckdb(path: str) -> Iterator[Callable[[str, str], pl.DataFrame]]:
    import duckdb

    with closing(duckdb.connect(str(Path(path).absolute()), read_only=True, config=DUCKDB_ALONE)) as connection:
        connection.execute("SET TimeZone = 'UTC'; BEGIN TRANSACTION")
        yield lambda query, where: _duckdb_table(connection, query, where)


def _duckdb_table(connection: Any, query: str, where: str) -> pl.DataFrame:
    import duckdb

    statement = query.rstrip("; \t\r\n")
    if [each.type for each in connection.extract_statements(statement)] != [duckdb.StatementType.SELECT]:
        raise SourceError(f"{where}: must be one SELECT that only reads", "E_QUERY")
    relation = connection.sql(statement)
    kinds = [(name, kind.id) for name, kind in zip(relation.columns, relation.types, strict=True)]
    columns = ", ".join(_duckdb_column(number, name, kind) for number, (name, kind) in enumerate(kinds, 1))
    moments = {name for name, kind in kinds if kind.startswith(("date", "timestamp"))}
    return as_table(connection.execute(f"SELECT {columns} FROM (\n{statement}\n)"), where, moments)


def _duckdb_column(number: int, name: str, kind: str) -> str:
    value = DUCKDB_COLUMNS.get(kind, "CAST({0} AS VARCHAR)").format(f"#{number}")
    return f'{value} AS "{name.replace(chr(34), chr(34) * 2)}"'


def _postgres() -> Engine:
    import psycopg

    return Engine(_opened_postgres, (psycopg.Error,), _postgres_fault)


@contextmanager
def _opened_postgres(database: str) -> Iterator[Callable[[str, str], pl.DataFrame]]:
    import psycopg

    # A server that falls silent while it should answer is given up after 60 + 3 * 10 seconds.
    patience = {"connect_timeout": CONNECT_SECONDS, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
    with closing(psycopg.connect(database, client_encoding="UTF8", **patience)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(POSTGRES_SESSION.format(seconds=STATEMENT_SECONDS))
        _teach(connection.adapters)
        yield lambda query, where: _postgres_table(connection, query, where)


def _postgres_table(connection: Any, query: str, where: str) -> pl.DataFrame:
    with connection.cursor("careworth") as cursor:
        cursor.execute(query)
        moments = {connection.adapters.types[name].oid for name in POSTGRES_MOMENTS}
        return as_table(cursor, where, {column.name for column in cursor.description or [] if column.type_code in moments})


def _teach(adapters: Any) -> None:
    text = adapters.get_loader(adapters.types["text"].oid, 0)
    for kind in adapters.types:
        if kind.name not in POSTGRES_VALUES:
            adapters.register_loader(kind.oid, text)


def _postgres_fault(error: Any, database: str) -> tuple[int, str]:
    state, message = error.sqlstate or "", error.diag.message_primary or ""
    detail = f"{type(error).__name__}, SQLSTATE {state}" if state else type(error).__name__
    if state == "57014":
        detail += f": no answer within {STATEMENT_SECONDS} s"
    elif state.startswith("42") and not _is_telling(message, database):
        detail += f": {message}"
    return LOST if _is_lost(error) else GARBLED if state in ("22021", "22P05") else REFUSED, detail


def _is_telling(message: str, database: str) -> bool:
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(database)
    secrets = [str(given[key]) for key in ("host", "hostaddr", "user", "password") if given.get(key)]
    return any(re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", message) for secret in secrets)


def _is_lost(error: Any) -> bool:
    """True if the session is over, was never there, or its transaction was sacrificed to others (class 40)."""
    import psycopg

    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return error.diag.severity_nonlocalized in ("FATAL", "PANIC") or error.sqlstate.startswith(("08", "40"))
