"""Queries to real databases: exact texts, one state, nothing written, nothing partial, and no secret told."""

import csv
import gzip
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import duckdb
import polars as pl
import psycopg
import pytest

from careworth.errors import SourceError
from careworth.staging import databases
from careworth.staging.databases import run_queries
from tests.postgres import PASSWORD, USER, execute, free_port

SHOP = """
CREATE TABLE orders (id INTEGER, total NUMERIC(12, 2));
CREATE TABLE refunds (id INTEGER, total NUMERIC(12, 2));
INSERT INTO orders VALUES (1, 20), (2, 30);
INSERT INTO refunds VALUES (1, 5);
"""
#: What another program does while we read; after it there are three orders and two refunds.
SALE = "INSERT INTO orders VALUES (3, 7); INSERT INTO refunds VALUES (3, 7);"
COUNTS = {"orders": "SELECT count(*) AS n FROM orders", "refunds": "SELECT count(*) AS n FROM refunds"}

#: 120,000 rows, three batches; the second takes so many seconds.
SLOW = """
SELECT i, CASE WHEN i = 60000 THEN (SELECT 'slept' FROM pg_sleep({seconds})) END AS note FROM generate_series(1, 120000) AS i
"""
#: One row per invoice in cents; cancellations, whose numbers start with C, are refunds.
INVOICES = """
SELECT invoice AS order_id, min(invoiced_at) AS ordered_at, count(*) AS lines,
       CASE WHEN invoice LIKE 'C%' THEN 0 ELSE round(100 * sum(quantity * unit_price))::bigint END AS net_cents,
       CASE WHEN invoice LIKE 'C%' THEN round(-100 * sum(quantity * unit_price))::bigint ELSE 0 END AS refund_cents
FROM lines GROUP BY invoice
"""

#: By the definition of each type; times of Asia/Kolkata are 5:30 ahead of UTC.
POSTGRES_TEXTS = {
    "NULL::int": None,
    "9223372036854775807": "9223372036854775807",  # 2**63 - 1, which no float holds
    "1e2::numeric": "100",
    "0.10::numeric(12, 2)": "0.10",
    "0.0000001::numeric": "0.0000001",
    "12345678901234567890.123456789": "12345678901234567890.123456789",
    "0.1::float8 + 0.2": "0.30000000000000004",  # IEEE 754
    "0.1::real": "0.1",
    "3::float8": "3",
    "1e17::float8": "1e+17",  # beyond 2**53, so no exact whole number
    "true": "true",
    "false": "false",
    "''": "",
    "E'\\u00e9 , \"\\n'": 'é , "\n',
    "timestamptz '2011-09-01 08:25:00 Asia/Kolkata'": "2011-09-01T02:55:00+00:00",
    "timestamptz '2011-09-01 08:25:00.5+05:30'": "2011-09-01T02:55:00.5+00:00",
    "timestamp '2011-09-01 08:25:00.000001'": "2011-09-01T08:25:00.000001",
    "date '9999-12-31'": "9999-12-31",
    "time '24:00'": "24:00:00",
    "interval '1 month 2 hours'": "P1MT2H",
    "uuid '00000000-0000-0000-0000-0000000000ab'": "00000000-0000-0000-0000-0000000000ab",
    "jsonb '{\"a\": 1.10}'": '{"a": 1.10}',
    "array[1, NULL]": "[1,null]",
    "array[1.50, 1e2]": "[1.50,100]",
    "array[['a,b', 'é'], ['\"', NULL]]": '[["a,b","é"],["\\"",null]]',
    "array[true]": "[true]",
    "array['NaN'::float8]": "[null]",  # no number, so it is unknown
    "'{}'::int[]": "[]",
    "'pg_class'::regclass": "pg_class",
}
DUCKDB_TEXTS = {
    "NULL::int": None,
    "170141183460469231731687303715884105727::hugeint": "170141183460469231731687303715884105727",  # 2**127 - 1
    "1e2::decimal(9, 2)": "100.00",
    "0.1::double + 0.2::double": "0.30000000000000004",
    "0.1::float": "0.1",
    "3::double": "3",
    "3::float": "3",
    "1e17::double": "1e+17",
    "true": "true",
    "''": "",
    "timestamptz '2011-09-01 08:25:00+05:30'": "2011-09-01T02:55:00+00:00",
    "timestamp '2011-09-01 08:25:00.5'": "2011-09-01T08:25:00.5",
    "timestamp_ns '2011-09-01 08:25:00.123456789'": "2011-09-01T08:25:00.123456789",
    "date '9999-12-31'": "9999-12-31",
    "uuid '00000000-0000-0000-0000-0000000000ab'": "00000000-0000-0000-0000-0000000000ab",
    "[1, NULL]": "[1,null]",
    "{'a': 'é'}": '{"a":"é"}',
    "'{\"a\": 1.10}'::json": '{"a": 1.10}',
}
SQLITE_TEXTS = {
    "NULL": None,
    "9223372036854775807": "9223372036854775807",
    "0.1 + 0.2": "0.30000000000000004",
    "3.0": "3",
    "1e17": "1e+17",
    "'007'": "007",
    "''": "",
    "'2011-09-01 08:25'": "2011-09-01 08:25",  # SQLite has no times, only texts
    "1 = 1": "1",  # nor truth, only numbers
    "(SELECT sum(value) FROM json_each('[1, 2]'))": "3",
}


class Shop(NamedTuple):
    """A database with SHOP in it, and a way to change it from outside."""

    address: str
    write: Callable[[str], None]


class Interrupted(dict):
    """Queries, between the first and the second of which something happens."""

    def __init__(self, queries: dict[str, str], happening: Callable[[], None]):
        super().__init__(queries)
        self.happening = happening

    def items(self):
        """The first query, then, once it is answered, what happens, then the others."""
        for number, item in enumerate(super().items()):
            if number == 1:
                self.happening()
            yield item


@pytest.fixture(autouse=True)
def _brisk(monkeypatch):
    monkeypatch.setattr(databases, "PAUSE_SECONDS", 0.01)


def write_sqlite(path: Path, script: str) -> None:
    """The script, committed, by a connection of its own."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def write_duckdb(path: Path, script: str) -> None:
    """The script, committed, by a connection of its own."""
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(script)


def postgres_shop(request, _) -> Shop:
    """The shop on the server."""
    address = request.getfixturevalue("postgres")
    return Shop(address, lambda script: execute(address, script))


def sqlite_shop(_, folder: Path) -> Shop:
    """The shop as a file of SQLite that can be read while it is written."""
    path = folder / "a shop? #1.sqlite"
    write_sqlite(path, "PRAGMA journal_mode = WAL")
    return Shop(str(path), lambda script: write_sqlite(path, script))


def duckdb_shop(_, folder: Path) -> Shop:
    """The shop as a file of DuckDB."""
    path = folder / "a shop.duckdb"
    return Shop(str(path), lambda script: write_duckdb(path, script))


@pytest.fixture(params=[postgres_shop, sqlite_shop, duckdb_shop], ids=lambda make: make.__name__.removesuffix("_shop"))
def shop(request, tmp_path) -> Shop:
    """The shop in each kind of database."""
    made = request.param(request, tmp_path)
    made.write(SHOP)
    return made


@pytest.fixture
def sqlite_file(tmp_path) -> Path:
    """The shop as a file of SQLite."""
    write_sqlite(tmp_path / "shop.sqlite", SHOP)
    return tmp_path / "shop.sqlite"


@pytest.fixture
def duckdb_file(tmp_path) -> Path:
    """The shop as a file of DuckDB."""
    write_duckdb(tmp_path / "shop.duckdb", SHOP)
    return tmp_path / "shop.duckdb"


def rows(address: str | Path, query: str) -> list[tuple]:
    """The rows of one query."""
    return run_queries(str(address), {"it": query}, "the shop")["it"].rows()


def refusal(address: str | Path, query: str) -> SourceError:
    """The error that one query ends in."""
    with pytest.raises(SourceError) as caught:
        run_queries(str(address), {"it": query}, "the shop")
    return caught.value


def select(expressions: dict[str, str | None]) -> str:
    """One row, a column for each expression."""
    return "SELECT " + ", ".join(f"{expression} AS c{number}" for number, expression in enumerate(expressions))


def test_postgres_values_become_exact_texts(postgres):
    assert dict(zip(POSTGRES_TEXTS, rows(postgres, select(POSTGRES_TEXTS))[0], strict=True)) == POSTGRES_TEXTS


def test_duckdb_values_become_exact_texts(duckdb_file):
    assert dict(zip(DUCKDB_TEXTS, rows(duckdb_file, select(DUCKDB_TEXTS))[0], strict=True)) == DUCKDB_TEXTS


def test_sqlite_values_become_exact_texts(sqlite_file):
    assert dict(zip(SQLITE_TEXTS, rows(sqlite_file, select(SQLITE_TEXTS))[0], strict=True)) == SQLITE_TEXTS


def test_every_column_is_text_and_an_empty_result_keeps_its_columns(shop):
    found = run_queries(shop.address, {"none": 'SELECT id, total AS "the ""sum" FROM orders WHERE id > 9 -- none'}, "the shop")
    assert found["none"].schema == {"id": pl.String, 'the "sum': pl.String}
    assert found["none"].height == 0


def test_many_rows_come_in_their_order(shop):
    """By hand: 100,001 rows are two full batches of 50,000 and one of 1."""
    recursive = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) SELECT i FROM n"
    quick = "SELECT i FROM generate_series(1, 100001) AS n(i)"
    found = rows(shop.address, recursive if shop.address.endswith("sqlite") else f"{quick} ORDER BY i;")
    assert found == [(str(number),) for number in range(1, 100_002)]


def test_all_queries_see_one_state_though_somebody_writes_between_them(shop):
    """Before the sale: 2 orders, 1 refund; DuckDB lets nobody write meanwhile."""

    def sell():
        with suppress(duckdb.ConnectionException):
            shop.write(SALE)

    found = run_queries(shop.address, Interrupted(COUNTS, sell), "the shop")
    assert {name: table.item() for name, table in found.items()} == {"orders": "2", "refunds": "1"}


@pytest.mark.parametrize("shop", [postgres_shop, duckdb_shop], indirect=True)
def test_all_queries_are_of_one_transaction_in_which_the_clock_stands_still(shop):
    found = run_queries(shop.address, dict.fromkeys(("one", "two"), "SELECT now() AS at"), "the shop")
    assert found["one"].item() == found["two"].item()


def test_no_other_process_writes_a_duckdb_file_between_two_queries(duckdb_file):
    program = f"import duckdb; duckdb.connect({str(duckdb_file)!r}).execute({SALE!r})"
    outcomes = []
    sell = Interrupted(COUNTS, lambda: outcomes.append(subprocess.run([sys.executable, "-c", program], capture_output=True)))
    found = run_queries(str(duckdb_file), sell, "the shop")
    assert [table.item() for table in found.values()] == ["2", "1"]
    assert b"Could not set lock" in outcomes[0].stderr


WRITING = [
    (postgres_shop, "DELETE FROM orders"),
    (postgres_shop, "SELECT sell()"),
    (postgres_shop, "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone"),
    (postgres_shop, "SELECT id FROM orders; COMMIT; DELETE FROM orders"),
    (postgres_shop, "SELECT set_config('transaction_read_only', 'off', false)"),
    (sqlite_shop, "DELETE FROM orders"),
    (sqlite_shop, "DELETE FROM orders RETURNING id"),
    (sqlite_shop, "SELECT id FROM orders; DELETE FROM orders"),
    (sqlite_shop, "PRAGMA journal_mode = DELETE"),
    (sqlite_shop, "COMMIT"),
    (duckdb_shop, "DELETE FROM orders"),
    (duckdb_shop, "DELETE FROM orders RETURNING id"),
    (duckdb_shop, "SELECT id FROM orders; DELETE FROM orders"),
    (duckdb_shop, "SET threads = 1"),
    (duckdb_shop, "COMMIT"),
]


@pytest.mark.parametrize(("shop", "query"), WRITING, indirect=["shop"])
def test_a_query_that_does_more_than_read_is_refused_and_nothing_is_written(shop, query):
    if shop.address.startswith("postgres"):
        shop.write(f"CREATE FUNCTION sell() RETURNS int LANGUAGE sql AS $$ {SALE} SELECT 1 $$")
    error = refusal(shop.address, query)
    assert (error.code, "one SELECT that only reads" in str(error)) == ("E_QUERY", True)
    assert rows(shop.address, COUNTS["orders"]) == [("2",)]


def test_postgres_itself_refuses_to_write(postgres):
    execute(postgres, SHOP, f"CREATE FUNCTION sell() RETURNS int LANGUAGE sql AS $$ {SALE} SELECT 1 $$")
    assert "ReadOnlySqlTransaction, SQLSTATE 25006" in str(refusal(postgres, "SELECT sell()"))


def test_duckdb_itself_refuses_to_write(duckdb_file):
    write_duckdb(duckdb_file, "CREATE SEQUENCE numbers")
    assert "(InvalidInputException)" in str(refusal(duckdb_file, "SELECT nextval('numbers')"))


def test_sqlite_itself_refuses_to_write(sqlite_file):
    assert "SQLITE_READONLY" in str(refusal(sqlite_file, "DELETE FROM orders"))


@pytest.mark.parametrize(
    "extra", ["SELECT content FROM read_text('{0}')", "COPY orders TO '{0}'", "ATTACH '{0}.new'", "LOAD '{0}'"]
)
def test_a_duckdb_query_touches_no_other_file(duckdb_file, tmp_path, extra):
    other = tmp_path / "other.csv"
    other.write_text("kept")
    assert refusal(duckdb_file, extra.format(other)).code == "E_QUERY"
    assert (other.read_text(), sorted(path.name for path in tmp_path.iterdir())) == ("kept", ["other.csv", "shop.duckdb"])


@pytest.mark.parametrize("query", ["ATTACH '{0}' AS other", "ATTACH 'file:{0}?mode=rwc' AS other", "VACUUM INTO '{0}'"])
def test_a_sqlite_query_makes_no_other_file(sqlite_file, query):
    assert refusal(sqlite_file, query.format(sqlite_file.with_name("other.sqlite"))).code == "E_QUERY"
    assert [path.name for path in sqlite_file.parent.iterdir()] == ["shop.sqlite"]


def test_a_column_name_that_stands_twice_is_refused(shop):
    error = refusal(shop.address, "SELECT id, total AS id FROM orders")
    assert (error.code, "['id']" in str(error)) == ("E_DUPLICATE_COLUMN", True)


@pytest.mark.parametrize(("shop", "query"), [(postgres_shop, "SELECT"), (duckdb_shop, "")], indirect=["shop"])
def test_a_query_without_columns_is_refused(shop, query):
    assert refusal(shop.address, query).code == "E_QUERY"


@pytest.mark.parametrize(
    ("shop", "value"),
    [
        (postgres_shop, r"'\x00ff'::bytea"),
        (postgres_shop, "timestamptz 'infinity'"),
        (postgres_shop, "date '-infinity'"),
        (postgres_shop, "timestamp '0044-03-15 00:00 BC'"),
        (postgres_shop, "date '10000-01-01'"),
        (sqlite_shop, "x'00ff'"),
        (duckdb_shop, r"'\x00'::blob"),
        (duckdb_shop, "timestamp 'infinity'"),
        (duckdb_shop, "date '0044-03-15 (BC)'"),
    ],
    indirect=["shop"],
)
def test_a_value_that_no_text_can_stand_for_is_refused_with_its_column(shop, value):
    error = refusal(shop.address, f"SELECT {value} AS paid")
    assert error.code == "E_VALUE"
    assert "the shop, query 'it', column 'paid': holds" in str(error)


def test_text_that_is_not_utf_8_is_refused_and_not_repeated(server, sqlite_file):
    execute(server, "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0")
    postgres = server.removesuffix("postgres") + "bytes"
    execute(postgres, "CREATE TABLE notes AS SELECT 'private ' || chr(255) AS note")
    found = [
        refusal(postgres, "SELECT note FROM notes"),
        refusal(sqlite_file, "SELECT CAST(x'70726976617465FF' AS TEXT) AS note"),
    ]
    assert [error.code for error in found] == ["E_ENCODING"] * 2
    assert not any("private" in str(error) for error in found)


MISSPELT = {"nothere": "SELECT nothere FROM orders", "SELCT": "SELCT 1"}


@pytest.mark.parametrize("word", MISSPELT)
def test_a_misspelt_query_is_refused_by_its_word_and_not_tried_again(shop, word, monkeypatch):
    monkeypatch.setattr(databases, "time", SimpleNamespace(sleep=pytest.fail))
    error = refusal(shop.address, MISSPELT[word])
    assert (error.code, word in str(error), "\n" in str(error)) == ("E_QUERY", True, False)


@pytest.mark.parametrize(
    ("shop", "expression"),
    [
        (postgres_shop, "note::int"),
        (sqlite_shop, "json_extract('{}', note)"),
        (duckdb_shop, "note::int"),
    ],
    indirect=["shop"],
)
def test_a_value_that_breaks_a_query_is_not_repeated(shop, expression):
    error = refusal(shop.address, f"SELECT {expression} AS n FROM (SELECT 'priv' || 'ate' AS note) AS notes")
    assert (error.code, "private" in str(error)) == ("E_QUERY", False)


@pytest.mark.parametrize("content", [b"", b"id;total\n", b"SQLite format 2\0", b"DUCK"])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "shop.db").write_bytes(content)
    assert refusal(tmp_path / "shop.db", "SELECT 1").code == "E_FORMAT"


@pytest.mark.parametrize("address", ["missing.sqlite", "", "mysql://someone:pw-canary@host/shop", "x" * 5000, "a\0b"])
def test_a_missing_file_is_refused_and_its_address_is_not_repeated(address):
    error = refusal(address, "SELECT 1")
    assert (error.code, str(error)[:10], "canary" in str(error)) == ("E_MISSING_FILE", "the shop: ", False)


@pytest.mark.parametrize("start", [b"SQLite format 3\0", b"\0" * 8 + b"DUCK"])
def test_a_damaged_file_cannot_be_opened(tmp_path, start):
    (tmp_path / "shop.db").write_bytes(start + b"\xff" * 9000)
    error = refusal(tmp_path / "shop.db", "SELECT 1")
    assert (error.code, "shop.db" in str(error)) == ("E_DATABASE", False)


def test_a_locked_sqlite_file_is_tried_again(sqlite_file, monkeypatch):
    monkeypatch.setattr(databases, "CONNECT_SECONDS", 0.01)
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert "SQLITE_BUSY" in str(refusal(sqlite_file, COUNTS["orders"]))
        monkeypatch.setattr(databases, "time", SimpleNamespace(sleep=lambda _: writer.rollback()))
        assert rows(sqlite_file, COUNTS["orders"]) == [("2",)]


def test_a_duckdb_file_that_somebody_writes_is_tried_again(duckdb_file, monkeypatch):
    with closing(duckdb.connect(str(duckdb_file))) as writer:
        assert refusal(duckdb_file, COUNTS["orders"]).code == "E_DATABASE"
        monkeypatch.setattr(databases, "time", SimpleNamespace(sleep=lambda _: writer.close()))
        assert rows(duckdb_file, COUNTS["orders"]) == [("2",)]


@contextmanager
def killing(address: str, times: int) -> Iterator[list[int]]:
    """The sessions killed so far; as long as the context runs, each that sleeps in a query, so many in all."""
    killed, is_over = [], threading.Event()
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        thread = threading.Thread(target=kill, args=(connection, times, killed, is_over))
        thread.start()
        try:
            yield killed
        finally:
            is_over.set()
            thread.join()


def kill(connection: psycopg.Connection, times: int, killed: list[int], is_over: threading.Event) -> None:
    """Kill each session that sleeps in a query, and note it, until so many are killed or it is over."""
    while len(killed) < times and not is_over.wait(0.02):
        asleep = connection.execute("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchall()
        for (pid,) in asleep:
            if pid not in killed:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
                killed.append(pid)


def test_a_connection_killed_in_mid_read_is_read_again_from_the_beginning(postgres):
    """By Gauss: 1 + ... + 120,000 = 120,000 * 120,001 / 2 = 7,200,060,000."""
    with killing(postgres, times=2) as killed:
        found = run_queries(postgres, {"slow": SLOW.format(seconds=1)}, "the shop")["slow"]
    assert (len(killed), found.height, found["i"].cast(pl.Int64).sum()) == (2, 120_000, 7_200_060_000)
    assert found["note"].drop_nulls().to_list() == ["slept"]


def test_a_connection_killed_three_times_ends_in_an_error_and_no_part_of_the_result(postgres):
    with killing(postgres, times=9) as killed:
        error = refusal(postgres, SLOW.format(seconds=9))
    assert (error.code, len(killed)) == ("E_DATABASE", 3)
    assert "AdminShutdown, SQLSTATE 57P01" in str(error)


def test_a_transaction_that_the_server_sacrifices_is_tried_again(postgres, monkeypatch):
    """SQLSTATE 40001, such as of a conflict with recovery on a standby, by a function that pretends one."""
    body = "BEGIN RAISE EXCEPTION 'pretended' USING ERRCODE = '40001'; END"
    execute(postgres, f"CREATE FUNCTION conflict() RETURNS int LANGUAGE plpgsql AS $$ {body} $$")
    pauses = []
    monkeypatch.setattr(databases, "time", SimpleNamespace(sleep=pauses.append))
    error = refusal(postgres, "SELECT conflict()")
    assert (error.code, len(pauses)) == ("E_DATABASE", 2)


def test_a_query_that_takes_too_long_is_ended_by_the_server(postgres, monkeypatch):
    monkeypatch.setattr(databases, "STATEMENT_SECONDS", 0.1)
    started = time.monotonic()
    assert "QueryCanceled, SQLSTATE 57014" in str(refusal(postgres, "SELECT pg_sleep(20)"))
    assert time.monotonic() - started < 5


def test_a_closed_port_is_tried_three_times(monkeypatch):
    pauses = []
    monkeypatch.setattr(databases, "time", SimpleNamespace(sleep=pauses.append))
    started = time.monotonic()
    assert refusal(f"host=127.0.0.1 port={free_port()} user={USER}", "SELECT 1").code == "E_DATABASE"
    assert (len(pauses), time.monotonic() - started < 2) == (2, True)


def test_a_silent_server_is_given_up_after_five_seconds(monkeypatch):
    monkeypatch.setattr(databases, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        error = refusal(f"postgresql://{USER}@127.0.0.1:{silent.getsockname()[1]}/shop", "SELECT 1")
    assert error.code == "E_DATABASE"
    assert 4 < time.monotonic() - started < 8


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that hang on it, shown or not."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


SECRETS = {USER, PASSWORD, "127.0.0.1", "pw%2Dcanary"}
FAILURES = {
    "password": (lambda address: address.replace(PASSWORD, f"wrong-{PASSWORD}"), "SELECT 1"),
    "database": (lambda address: f"{address}-{USER}", "SELECT 1"),
    "port": (lambda address: f"host=127.0.0.1 port={free_port()} user={USER} password={PASSWORD}", "SELECT 1"),
    "address": (lambda address: f"host=127.0.0.1 user={USER} password='{PASSWORD}", "SELECT 1"),
    "option": (lambda address: f"{address}?{USER}={PASSWORD}", "SELECT 1"),
    "escape": (lambda address: "postgresql://127.0.0.1:pw%2Dcanary%@x/y", "SELECT 1"),
    "table": (lambda address: address, f"SELECT 1 FROM {USER}"),
    "value": (lambda address: address, "SELECT current_user::text::int"),
    "killed": (lambda address: address, "SELECT pg_terminate_backend(pg_backend_pid())"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_message_tells_a_secret(server, failure, caplog):
    spoil, query = FAILURES[failure]
    error = refusal(spoil(server), query)
    told = "".join(traceback.format_exception(error)) + caplog.text
    told += "".join(f"{each} {each.args}" for each in chain(error))
    assert "the shop" in told
    assert not any(secret in told for secret in SECRETS)


def test_a_message_about_a_query_is_told_where_it_holds_no_secret(server):
    assert 'relation "quiet_reader_orders" does not exist' in str(refusal(server, f"SELECT 1 FROM {USER}_orders"))


def test_times_are_those_of_utc_whatever_the_server_prefers(server):
    """The server of the tests prefers Asia/Kolkata and days before months."""
    assert rows(server, "SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style") == [
        ("UTC", "ISO, DMY")
    ]


def load_lines(address: str, path: Path) -> None:
    """The invoice lines of the file in a table of their own."""
    columns = "invoice text, stock text, description text, quantity int, invoiced_at timestamp, unit_price numeric, customer text"
    execute(address, f"CREATE TABLE lines ({columns}, country text)")
    with closing(psycopg.connect(address)) as connection, gzip.open(path) as file:
        with connection.cursor() as cursor, cursor.copy("COPY lines FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            while block := file.read(1 << 20):
                copy.write(block)
        connection.commit()


def invoices(path: Path) -> dict[str, Decimal]:
    """The sum of each invoice of the file, by Python alone."""
    sums: dict[str, Decimal] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            sums.setdefault(line["InvoiceNo"], Decimal(0))
            sums[line["InvoiceNo"]] += int(line["Quantity"]) * Decimal(line["UnitPrice"])
    return sums


def test_real_orders_reconcile_to_the_cent(postgres, shared):
    """221,204 lines by data/README.md; numbers and sums of invoices by Python from the same file."""
    path = shared / "data/orders/online_retail_2011q4.csv.gz"
    load_lines(postgres, path)
    found = run_queries(postgres, {"orders": INVOICES}, "the shop")["orders"]
    cents = {number: round(100 * amount) for number, amount in invoices(path).items()}
    read = {row["order_id"]: int(row["net_cents"]) - int(row["refund_cents"]) for row in found.to_dicts()}
    assert (found["lines"].cast(int).sum(), found.height) == (221_204, len(cents))
    assert read == cents
    assert found.filter(order_id="565080")["ordered_at"].to_list() == ["2011-09-01T08:25:00"]
