"""Any export with a mapping: what is read as what, what is rejected, and real files reconciled to their own totals."""

from datetime import UTC, datetime

import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError, SourceError
from careworth.lake import open_lake
from careworth.schemas import CONTACT_INTERVALS, MESSAGES, ORDERS
from careworth.staging.generic import Layout, stage_generic
from careworth.staging.records import Dialect
from tests.test_config import WORKSPACE

ORDER_COLUMNS = {
    "order_id": "Order No",
    "ordered_at": "When",
    "net_minor": "Net",
    "refund_minor": "Refund",
    "margin_minor": "Margin",
    "brand": "Shop",
}
DUTCH = Layout(ORDER_COLUMNS, {"currency": "EUR"}, "%d/%m/%Y %H:%M", zone="Europe/Amsterdam", amounts="major", decimal_comma=True)
HEADER = "Order No;When;Shop;Net;Refund;Margin\n"
GOOD = "1;28/03/2025 10:00;Merrow;1.234,50;0;12,3\n"


def staged(tmp_path, records: str, layout: Layout = DUTCH, header: str = HEADER):
    """What is staged of a file of orders with semicolons."""
    path = tmp_path / "orders.csv"
    path.write_text(header + records, encoding="utf-8")
    return stage_generic(path, ORDERS, layout._replace(dialect=Dialect(";")))


def test_amounts_and_times_are_read_exactly(tmp_path):
    row = staged(tmp_path, GOOD).table.row(0, named=True)
    assert (row["net_minor"], row["refund_minor"], row["margin_minor"], row["currency"]) == (123_450, 0, 1_230, "EUR")
    assert row["ordered_at"] == datetime(2025, 3, 28, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("EUR", "0,1", 10),
        ("EUR", "-5,10", -510),
        ("JPY", "1.200", 1200),
        ("KWD", "1,234", 1234),
        ("EUR", "90071992547409,93", 9007199254740993),
    ],
)
def test_money_moves_its_digits_and_never_meets_a_float(tmp_path, currency, amount, minor):
    layout = DUTCH._replace(constants={"currency": currency})
    table = staged(tmp_path, GOOD.replace("1.234,50", amount).replace("12,3", "0"), layout).table
    assert table["net_minor"].to_list() == [minor]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (GOOD.replace("28/03", "31/02"), "ordered_at_unparsed"),
        (GOOD.replace("28/03/2025 10:00", "30/03/2025 02:30"), "ordered_at_unparsed"),
        (GOOD.replace("28/03/2025 10:00", "26/10/2025 02:30"), "ordered_at_unparsed"),
        (GOOD.replace("1.234,50", "12,345"), "net_minor_unparsed"),
        (GOOD.replace("1.234,50", "free"), "net_minor_unparsed"),
        (GOOD.replace("Merrow", " "), "brand_missing"),
        (GOOD.replace("Merrow", "Mer;row"), "bad_field_count"),
    ],
)
def test_a_value_that_is_not_certain_rejects_its_record_by_name(tmp_path, record, reason):
    """02:30 on 30 March 2025 does not exist in Amsterdam; 02:30 on 26 October exists twice."""
    found = staged(tmp_path, GOOD.replace("1;28", "9;28") + record)
    assert found.table["order_id"].to_list() == ["9"]
    assert found.rejected["reasons"].to_list() == [[reason]]


def test_equal_records_count_once_and_different_ones_under_one_key_not_at_all(tmp_path):
    found = staged(tmp_path, GOOD + GOOD + GOOD.replace("1;28", "2;28") + GOOD.replace("1;28", "2;27"))
    assert found.table["order_id"].to_list() == ["1"]
    assert found.funnel == {"read": 4, "accepted": 1, "rejected:duplicate_conflict": 2, "rejected:duplicate_exact": 1}


def test_a_column_that_the_file_lacks_refuses_the_file(tmp_path):
    with pytest.raises(SourceError, match="no column 'Margin'"):
        staged(tmp_path, "", header=HEADER.replace(";Margin", ""))


def test_words_of_the_file_are_translated_and_unknown_ones_rejected(tmp_path):
    names = {"message_id": "id", "author_id": "who", "author_role": "direction", "created_at": "at", "text": "text"}
    layout = Layout(
        names, {"network": "email", "message_kind": "original"}, values={"author_role": {"in": "customer", "out": "agent"}}
    )
    path = tmp_path / "mails.jsonl"
    lines = [
        f'{{"id": {k}, "who": "w", "direction": "{word}", "at": "2025-03-01T10:00Z", "text": "hi"}}'
        for k, word in enumerate(("in", "out", "up"))
    ]
    path.write_text("\n".join(lines))
    found = stage_generic(path, MESSAGES, layout)
    assert found.table["author_role"].to_list() == ["customer", "agent"]
    assert found.rejected["reasons"].to_list() == [["author_role_unparsed"]]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_declared_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "orders.csv"
    path.write_bytes((HEADER + GOOD.replace("Merrow", "Café")).encode(encoding))
    found = stage_generic(path, ORDERS, DUTCH._replace(dialect=Dialect(";", encoding)))
    assert found.table["brand"].to_list() == ["Café"]


def test_calls_of_a_bank_are_reconciled_to_their_own_totals(shared):
    """shared/data/README.md: 27,716 intervals of five minutes, 5,323,661 calls."""
    columns = {"interval_start": "DateTime", "offered": "Calls"}
    constants = {"channel": "phone", "queue": "bank", "interval_seconds": "300"}
    found = stage_generic(
        shared / "data/contact_centre/bank_calls_5min.csv", CONTACT_INTERVALS, Layout(columns, constants, zone="America/New_York")
    )
    assert found.funnel == {"read": 27_716, "accepted": 27_716}
    assert found.table["offered"].sum() == 5_323_661


def test_daily_calls_are_read_from_days_without_a_time(shared):
    """shared/data/README.md: 1,155 days, semicolons, day-month-year; the sum is counted from the text by itself."""
    path = shared / "data/contact_centre/calls_daily.csv"
    layout = Layout(
        {"interval_start": "date", "offered": "calls"},
        {"channel": "phone", "queue": "all", "interval_seconds": "86400"},
        time_format="%d-%m-%Y",
        zone="Europe/Amsterdam",
        dialect=Dialect(";"),
    )
    found = stage_generic(path, CONTACT_INTERVALS, layout)
    lines = path.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert (found.table.height, found.rejected.height) == (1_155, 0)
    assert found.table["offered"].sum() == sum(int(line.split(";")[1]) for line in lines)


MAPPED = """
[sources.orders]
rejected_max = 0.5
format = "generic"
path = "orders.csv"
delimiter = ";"
zone = "Europe/Amsterdam"
time_format = "%d/%m/%Y %H:%M"
amounts = "major"
decimal_comma = true
constants = {currency = "EUR", refund_minor = 0}
[sources.orders.columns]
order_id = "Order No"
ordered_at = "When"
net_minor = "Net"
margin_minor = "Margin"
brand = "Shop"
"""


def test_a_workspace_maps_its_orders_and_keeps_the_rejected_ones(tmp_path):
    (tmp_path / "workspace.toml").write_text(WORKSPACE + MAPPED)
    (tmp_path / "orders.csv").write_text(HEADER + GOOD + GOOD.replace("1;28", "2;31").replace("/03", "/02"))
    (tmp_path / "twcs.csv").write_text(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "1,5,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n2,north,False,Tue Oct 31 22:11:47 +0000 2017,hi,,1\n"
    )
    lake = open_lake(load_workspace(tmp_path))
    kept = lake.table("rejected_orders").row(0, named=True)
    assert lake.table("orders")["net_minor"].to_list() == [123_450]
    assert (kept["record"], kept["reasons"], kept["raw"].decode()) == (
        2,
        ["ordered_at_unparsed"],
        "2;31/02/2025 10:00;Merrow;1.234,50;0;12,3\n",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('brand = "Shop"', ""), "'brand' is neither in columns nor in constants"),
        (('margin_minor = "Margin"', 'margn_minor = "Margin"'), "did you mean 'margin_minor'"),
        (('format = "generic"', 'format = "canonical"'), "only format 'generic' maps columns"),
        (('zone = "Europe/Amsterdam"', 'zone = "Amsterdam"'), "not an IANA time zone"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_before_anything_is_read(tmp_path, change, says):
    (tmp_path / "workspace.toml").write_text(WORKSPACE + MAPPED.replace(*change))
    with pytest.raises(ConfigError, match=says):
        load_workspace(tmp_path)
