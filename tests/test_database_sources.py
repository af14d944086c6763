"""A workspace whose tables come from databases: real orders reconciled to the cent, one moment, asked again when told to."""

import sqlite3
from contextlib import closing

import duckdb
import polars as pl
import pytest

from careworth.config import load_workspace
from careworth.errors import SourceError
from careworth.lake import open_lake
from careworth.staging import databases
from tests.postgres import PASSWORD, USER, execute
from tests.test_config import WORKSPACE
from tests.test_databases import invoices, load_lines
from tests.test_staging import GOOD, HEADER

#: One row per invoice; cancellations, whose numbers start with C, are refunds of their own.
FROM_LINES = '''
[sources.orders]
format = "generic"
database = "env:SHOP_DSN"
amounts = "major"
zone = "Europe/London"
margin_rate = 0.3
constants = {brand = "north", currency = "GBP"}
query = """
SELECT invoice AS order_id, customer AS person_key, min(invoiced_at) AS ordered_at,
       greatest(round(sum(quantity * unit_price), 2), 0) AS net_minor,
       greatest(round(-sum(quantity * unit_price), 2), 0) AS refund_minor
FROM lines GROUP BY invoice, customer"""
'''
SHOP = """
CREATE TABLE orders (order_id INTEGER, ordered_at TEXT, net_minor INTEGER, refund_minor INTEGER);
INSERT INTO orders VALUES (1, '2025-03-01T10:00:00Z', 2000, 0), (2, '2025-03-02T10:00:00Z', 3000, 500);
"""
FROM_FILE = """
[sources.orders]
format = "generic"
database = "{file}"
query = "SELECT * FROM orders"
constants = {{brand = "north", currency = "EUR"}}
"""


@pytest.fixture
def root(tmp_path):
    """A workspace with one message."""
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    (tmp_path / "twcs.csv").write_text(HEADER + GOOD)
    return tmp_path


def add(root, source: str):
    """The workspace with one more source."""
    (root / "workspace.toml").write_text(WORKSPACE + source)
    return load_workspace(root)


def test_orders_of_a_real_server_are_reconciled_to_the_cent(root, postgres, shared, monkeypatch):
    """shared/data/README.md: 221,204 invoice lines; their sums by Python alone."""
    path = shared / "data/orders/online_retail_2011q4.csv.gz"
    load_lines(postgres, path)
    monkeypatch.setenv("SHOP_DSN", postgres)
    lake = open_lake(add(root, FROM_LINES))
    orders, theirs = lake.table("orders"), invoices(path)
    ours = {number: net - refund for number, net, refund in orders.select("order_id", "net_minor", "refund_minor").iter_rows()}
    assert lake.manifest["inputs"]["orders"]["funnel"] == {"read": len(theirs), "accepted": len(theirs)}
    assert ours == {number: round(100 * amount) for number, amount in theirs.items()}
    assert execute_one(postgres, "SELECT count(*) FROM lines") == 221_204
    assert orders.filter(pl.col("margin_minor") != ((pl.col("net_minor") - pl.col("refund_minor")) * 0.3).round()).is_empty()


def execute_one(address: str, query: str) -> object:
    """The one value that a query gives."""
    return int(databases.run_queries(address, {"one": query}, "test")["one"].item())


def test_no_secret_of_the_address_is_in_any_file(root, postgres, monkeypatch):
    execute(postgres, SHOP)
    monkeypatch.setenv("SHOP_DSN", postgres)
    open_lake(add(root, FROM_FILE.format(file="env:SHOP_DSN")))
    written = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert not [secret for secret in (USER, PASSWORD, postgres) if secret.encode() in written]


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_a_database_in_the_workspace_is_asked_again_only_when_told_to(root, engine):
    connect = {"sqlite": sqlite3.connect, "duckdb": lambda path: duckdb.connect(str(path))}[engine]
    with closing(connect(root / "shop.db")) as shop:
        [shop.execute(statement) for statement in SHOP.strip().split(";") if statement]
        shop.commit()
    workspace = add(root, FROM_FILE.format(file="shop.db"))
    assert open_lake(workspace).table("orders")["net_minor"].to_list() == [2000, 3000]
    with closing(connect(root / "shop.db")) as shop:
        shop.execute("DELETE FROM orders WHERE order_id = 1")
        shop.commit()
    assert open_lake(workspace).table("orders").height == 2
    assert open_lake(workspace, refresh=True).table("orders").height == 1


def test_a_lost_database_leaves_the_lake_as_it_was(root, postgres, monkeypatch):
    execute(postgres, SHOP)
    monkeypatch.setenv("SHOP_DSN", postgres)
    monkeypatch.setattr(databases, "PAUSE_SECONDS", 0.01)
    workspace = add(root, FROM_FILE.format(file="env:SHOP_DSN"))
    before = open_lake(workspace).manifest
    monkeypatch.setenv("SHOP_DSN", postgres.replace("127.0.0.1:", "127.0.0.1:1"))
    with pytest.raises(SourceError) as refusal:
        open_lake(workspace, refresh=True)
    assert refusal.value.code == "E_DATABASE"
    assert open_lake(workspace).manifest == before


def test_an_address_that_is_not_in_the_environment_is_asked_for_by_its_name(root, monkeypatch):
    monkeypatch.delenv("SHOP_DSN", raising=False)
    with pytest.raises(SourceError, match="env:SHOP_DSN: the environment has no such variable"):
        open_lake(add(root, FROM_FILE.format(file="env:SHOP_DSN")))


def test_a_result_without_a_column_that_every_row_needs_is_refused(root):
    with closing(sqlite3.connect(root / "shop.db")) as shop:
        shop.executescript(SHOP)
    source = FROM_FILE.format(file="shop.db").replace("*", "order_id, net_minor, refund_minor")
    with pytest.raises(SourceError, match="ordered_at_missing 2"):
        open_lake(add(root, source))


def test_two_tables_of_one_database_are_of_one_moment(root, monkeypatch):
    """Somebody sells between the two queries: 2 orders and 0 contacts before, 3 and 1 after."""
    with closing(sqlite3.connect(root / "shop.db")) as shop:
        shop.executescript("PRAGMA journal_mode = WAL;" + SHOP + "CREATE TABLE calls (contact_id, channel, started_at);")
    calls = FROM_FILE.replace("sources.orders", "sources.contacts").replace("FROM orders", "FROM calls")
    workspace = add(root, (FROM_FILE + calls.replace('brand = "north", currency = "EUR"', "")).format(file="shop.db"))
    as_table = databases.as_table

    def sell_meanwhile(*given):
        found = as_table(*given)
        with closing(sqlite3.connect(root / "shop.db")) as shop:
            shop.executescript(
                "INSERT INTO orders VALUES (3, '2025-03-03T10:00:00Z', 1, 0);"
                "INSERT INTO calls VALUES ('c', 'phone', '2025-03-03T10:00:00Z');"
            )
        return found

    monkeypatch.setattr(databases, "as_table", sell_meanwhile)
    lake = open_lake(workspace)
    assert (lake.table("orders").height, lake.table("contacts").height) == (2, 0)


def test_equal_numbers_of_two_sources_are_told_apart_by_a_prefix(root):
    mails = """
[[sources.messages]]
format = "generic"
path = "mails.csv"
id_prefix = "mail-"
columns = {message_id = "id", author_id = "who", author_role = "role", created_at = "at", in_reply_to_id = "answers"}
constants = {network = "email", message_kind = "original"}
"""
    (root / "mails.csv").write_text(
        "id,who,role,at,answers\n1,w,customer,2017-11-02T10:00:00Z,\n2,a,agent,2017-11-02T11:00:00Z,1\n"
    )
    (root / "workspace.toml").write_text(WORKSPACE.replace("[sources.messages]", "[[sources.messages]]") + mails)
    messages = open_lake(load_workspace(root)).table("messages")
    assert messages.select("message_id", "in_reply_to_id").rows() == [("1", None), ("mail-1", None), ("mail-2", "mail-1")]
