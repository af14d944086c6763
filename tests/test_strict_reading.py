"""What is not certain is not read: numbers, times, ids and shapes that other readers guess at. Each case once went wrong here."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from careworth.config import load_workspace
from careworth.errors import ConfigError, SourceError
from careworth.inspection import inspect_file
from careworth.lake import open_lake
from careworth.schemas import ORDERS, REVIEWS
from careworth.staging import Layout, stage
from careworth.staging.generic import stage_generic
from careworth.staging.records import Dialect
from tests.test_config import WORKSPACE
from tests.test_staging import GOOD, HEADER

COLUMNS = {"order_id": "id", "ordered_at": "at", "net_minor": "net"}
CONSTANTS = {"brand": "north", "currency": "EUR", "refund_minor": "0"}
SEMICOLONS = Layout(COLUMNS, CONSTANTS, amounts="major", dialect=Dialect(";"))
DAY = "2025-03-01T10:00:00Z"


def orders(tmp_path, rows: str, layout: Layout = SEMICOLONS, header: str = "id;at;net\n"):
    """What is staged of a CSV file of orders."""
    path = tmp_path / "orders.csv"
    path.write_text(header + rows, encoding="utf-8")
    return stage_generic(path, ORDERS, layout)


def amount(tmp_path, written: str, **how) -> int | None:
    """The minor units that an amount is read as; None where its record is rejected for it."""
    found = orders(tmp_path, f"1;{DAY};{written}\n", SEMICOLONS._replace(**how))
    assert found.rejected["reasons"].to_list() in ([], [["net_minor_unparsed"]])
    return found.table["net_minor"].to_list()[0] if found.table.height else None


@pytest.mark.parametrize("written", ["12,50", "1,5", "1,23,4", "1 2 3", "1,2345", "1'00", "12.345.678"])
def test_signs_that_are_not_between_thousands_make_no_number(tmp_path, written):
    assert amount(tmp_path, written) is None


@pytest.mark.parametrize(("written", "minor"), [("1,234.50", 123_450), ("12 345", 1_234_500), ("3.3000000000000003", 330)])
def test_thousands_and_what_a_computer_makes_of_cents_are_read(tmp_path, written, minor):
    assert amount(tmp_path, written) == minor


@pytest.mark.parametrize(("written", "minor"), [("12.50", None), ("12,50", 1250), ("1.234,5", 123_450), ("1.23,4", None)])
def test_a_point_where_commas_are_declared_is_not_guessed(tmp_path, written, minor):
    assert amount(tmp_path, written, decimal_comma=True) == minor


def test_a_number_that_is_no_text_keeps_its_value_where_commas_are_declared(tmp_path):
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"id": ["1", "2"], "at": [DAY] * 2, "net": [12.5, 1234.56]}).write_parquet(path)
    found = stage_generic(path, ORDERS, SEMICOLONS._replace(decimal_comma=True))
    assert found.table["net_minor"].to_list() == [1250, 123_456]


def test_a_constant_is_written_as_we_write_it_and_not_as_the_file_does(tmp_path):
    found = orders(
        tmp_path, f"1;{DAY};2\n", SEMICOLONS._replace(constants=CONSTANTS | {"refund_minor": "150"}, decimal_comma=True)
    )
    assert found.table.select("net_minor", "refund_minor").rows() == [(200, 150)]


def test_a_constant_that_is_none_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"constants\.currency: 'euros' cannot be read as currency"):
        orders(tmp_path, f"1;{DAY};2\n", SEMICOLONS._replace(constants=CONSTANTS | {"currency": "euros"}))


@pytest.mark.parametrize(("word", "minor"), [("jpy", 12), ("Yen", 12), ("EUR", 1200)])
def test_the_currency_is_that_of_the_mapping_in_any_case(tmp_path, word, minor):
    layout = SEMICOLONS._replace(
        columns=COLUMNS | {"currency": "c"},
        constants={"brand": "north", "refund_minor": "0"},
        values={"currency": {"Yen": "JPY", "jpy": "jpy", "EUR": "EUR"}},
    )
    assert orders(tmp_path, f"1;{DAY};12;{word}\n", layout, "id;at;net;c\n").table["net_minor"].to_list() == [minor]


def test_ids_that_went_through_a_float_are_rejected_and_never_merged(tmp_path):
    path = tmp_path / "orders.parquet"
    ids = [9.17654321098765e17, 9.17654321998765e17]
    pl.DataFrame({"id": ids, "at": [DAY] * 2, "net": [1.0, 1.0]}).write_parquet(path)
    found = stage_generic(path, ORDERS, SEMICOLONS)
    assert found.rejected["reasons"].to_list() == [["id_precision_loss"]] * 2


@pytest.mark.parametrize("digits", ["9007199254740991.0", "1234567890123456.0"])
def test_an_id_that_a_float_still_holds_is_taken(tmp_path, digits):
    """2**53 - 1 is the last whole number before which none is lost (IEEE 754)."""
    path = tmp_path / "twcs.csv"
    path.write_text(HEADER + GOOD.replace("1,", f"{digits},", 1))
    assert stage("messages", "twcs", path).table["message_id"].to_list() == [digits.removesuffix(".0")]


@pytest.mark.parametrize("form", ["%d/%m/%Y %k:%M", "%d/%m/%Y %R"])
def test_every_way_to_say_the_hour_keeps_it(tmp_path, form):
    layout = SEMICOLONS._replace(time_format=form, zone="UTC")
    assert orders(tmp_path, "1;12/03/2017 10:30;2\n", layout).table["ordered_at"].to_list() == [
        datetime(2017, 3, 12, 10, 30, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%d/%m/%Y", "12/03/17"),
        ("epoch_seconds", "99999999999999999"),
        ("epoch_seconds", "1700000000000"),
        ("%H:%M", "10:30"),
        ("", "0017-03-12T10:00:00Z"),
        ("", "2924-03-12T10:00:00Z"),
    ],
)
def test_an_instant_that_cannot_be_is_rejected(tmp_path, form, written):
    found = orders(tmp_path, f"1;{written};2\n", SEMICOLONS._replace(time_format=form, zone="UTC"))
    assert found.rejected["reasons"].to_list() == [["ordered_at_unparsed"]]


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01 10:00:00+00",
        "2024-03-01T10:00:00 +0000",
        "2024-03-01t10:00:00z",
        "2024-03-01 10:00:00 GMT",
        "2024-03-01T11:00+01:00",
    ],
)
def test_every_certain_way_to_write_an_instant_is_read(tmp_path, written):
    found = orders(tmp_path, f"1;{written};2\n")
    assert found.table["ordered_at"].to_list() == [datetime(2024, 3, 1, 10, tzinfo=UTC)]


def test_fractions_of_a_second_are_kept(tmp_path):
    layout = SEMICOLONS._replace(time_format="%Y-%m-%dT%H:%M:%S.%f%z")
    found = orders(tmp_path, "1;2024-03-01T10:00:00.750+00:00;2\n", layout)
    assert found.table["ordered_at"].dt.microsecond().to_list() == [750_000]


def test_a_time_format_that_names_no_instant_is_refused_before_anything_is_read(tmp_path):
    source = 'format = "generic"\npath = "o.csv"\ntime_format = "%d/%m/%Y %H"\ncolumns = {event_id = "a"}\n'
    (tmp_path / "workspace.toml").write_text(WORKSPACE + "[sources.events]\n" + source)
    with pytest.raises(ConfigError, match="names no instant"):
        load_workspace(tmp_path)


@pytest.mark.parametrize("name", ["^a.*$", "*", "record", "own id"])
def test_a_column_with_an_odd_name_is_itself(tmp_path, name):
    layout = SEMICOLONS._replace(columns=COLUMNS | {"order_id": name})
    assert orders(tmp_path, f"7;{DAY};2\n", layout, f"{name};at;net\n").table["order_id"].to_list() == ["7"]


def test_a_record_may_lack_what_its_row_does_not_need(tmp_path):
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"id": 1, "at": "2025-03-01T10:00:00Z", "stars": 4.5}\n{"id": 2, "at": "2025-03-01T10:00:00Z"}\n')
    columns = {"review_id": "id", "reviewed_at": "at", "rating": "stars", "text": "words"}
    found = stage_generic(path, REVIEWS, Layout(columns, {"network": "app_store", "scale_max": "5"}))
    assert found.table.select("review_id", "rating", "text").rows() == [("1", 4.5, None)]
    assert found.rejected["reasons"].to_list() == [["missing_field"]]


def test_words_of_a_boolean_are_translated(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("alias,customer,agreed\na,c,ja\nb,c,nee\n")
    columns = {"alias_value": "alias", "customer_id": "customer", "consent": "agreed"}
    layout = Layout(columns, {"alias_type": "handle"}, values={"consent": {"ja": "true", "nee": "false"}})
    assert stage("identity_links", "generic", path, layout=layout).table["consent"].to_list() == [True, False]


@pytest.mark.parametrize("column", [b"1", b"\xff"])
def test_bytes_are_text_or_rejected(tmp_path, column):
    path = tmp_path / "orders.parquet"
    parquet.write_table(pa.table({"id": pa.array([column], pa.binary()), "at": [DAY], "net": [1]}), path)
    found = stage_generic(path, ORDERS, SEMICOLONS)
    assert (found.table["order_id"].to_list(), found.rejected["reasons"].to_list()) == (
        (["1"], []) if column == b"1" else ([], [["bad_encoding"]])
    )


def test_instants_of_a_fixed_offset_are_those_of_utc(tmp_path):
    path = tmp_path / "orders.parquet"
    times = pa.array([datetime(2025, 3, 1, 10, tzinfo=UTC)], pa.timestamp("us", "+05:30"))
    parquet.write_table(pa.table({"id": ["1"], "at": times, "net": [1]}), path)
    assert stage_generic(path, ORDERS, SEMICOLONS).table["ordered_at"].to_list() == [datetime(2025, 3, 1, 10, tzinfo=UTC)]


def test_a_parquet_file_with_more_rows_than_bytes_is_refused(tmp_path):
    path = tmp_path / "orders.parquet"
    parquet.write_table(pa.table({"id": pa.nulls(2_000_000), "at": pa.nulls(2_000_000), "net": pa.nulls(2_000_000)}), path)
    with pytest.raises(SourceError) as refusal:
        stage_generic(path, ORDERS, SEMICOLONS)
    assert refusal.value.code == "E_TOO_LARGE"


def test_a_column_that_nobody_maps_is_not_read(tmp_path):
    path = tmp_path / "orders.parquet"
    table = pa.table({"id": ["1"], "at": [DAY], "net": [1], "other": pa.array([1], pa.decimal256(60, 2))})
    parquet.write_table(table, path)
    assert stage_generic(path, ORDERS, SEMICOLONS).table.height == 1


# --- JSON ---


def found_in(tmp_path, text: str):
    """What is staged of a JSON file of orders."""
    path = tmp_path / "orders.json"
    path.write_text(text, encoding="utf-8")
    return stage_generic(path, ORDERS, SEMICOLONS)


ORDER = {"id": 1, "at": DAY, "net": 2}


def test_one_object_over_several_lines_is_one_record(tmp_path):
    assert found_in(tmp_path, json.dumps(ORDER, indent=2)).funnel == {"read": 1, "accepted": 1}


def test_several_objects_over_several_lines_are_so_many_records(tmp_path):
    text = "\n".join(json.dumps(ORDER | {"id": number}, indent=2) for number in (1, 2))
    assert found_in(tmp_path, text).funnel == {"read": 2, "accepted": 2}


def test_many_objects_in_one_line_are_read_in_linear_time(tmp_path):
    """Twenty thousand took a minute when each was cut off the rest."""
    text = "".join(json.dumps(ORDER | {"id": number}) for number in range(20_000))
    assert found_in(tmp_path, text).funnel == {"read": 20_000, "accepted": 20_000}


@pytest.mark.parametrize("value", ["1e99999999999999999999", '[[["x"]]]', '{"a": 1}'])
def test_a_value_that_is_none_rejects_its_record(tmp_path, value):
    found = found_in(tmp_path, f'{{"id": {value}, "at": "{DAY}", "net": 1}}\n' + json.dumps(ORDER))
    assert (found.table.height, found.rejected.height) == (1, 1)


def test_a_large_number_of_json_is_a_number(tmp_path):
    text = f'{{"id": 1, "at": "{DAY}", "net": 1.5E7}}\n{{"id": 2, "at": "{DAY}", "net": 90071992547409.93}}\n'
    assert found_in(tmp_path, text).table["net_minor"].to_list() == [1_500_000_000, 9_007_199_254_740_993]


def test_a_line_separator_inside_a_text_cuts_no_page(tmp_path):
    """U+2028 and U+0085 end lines for Python, and not for JSON."""
    post = {"author_id": "9", "created_at": "2025-03-01T10:00:00.000Z"}
    pages = [{"data": [post | {"id": str(number), "text": "a\u2028b\u0085c"}]} for number in (1, 2, 3)]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(page, ensure_ascii=False) for page in pages), encoding="utf-8")
    found = stage("messages", "x_api", path, layout=Layout(own_accounts=["9"]))
    assert found.table["text"].to_list() == ["a\u2028b\u0085c"] * 3


# --- twcs ---


@pytest.mark.parametrize("order", [1, -1])
def test_a_message_that_stands_twice_keeps_the_answers_of_both(tmp_path, order):
    lines = [GOOD, GOOD.replace(",,", ',"2,3",', 1)][::order]
    path = tmp_path / "twcs.csv"
    path.write_text(HEADER + "".join(lines))
    assert inspect_file(path, "twcs")["responses"] == {"1": [2, 3]}


def test_the_same_said_in_two_spellings_is_no_contradiction(tmp_path):
    path = tmp_path / "twcs.csv"
    path.write_text(HEADER + GOOD + GOOD.replace("True", "TRUE"))
    assert inspect_file(path, "twcs")["accepted_ids"] == [1]


def test_a_byte_order_mark_says_more_than_the_declared_encoding(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("\ufeffid;at;net;shop\n".encode() + f"1;{DAY};2;Zoë\n".encode())
    layout = SEMICOLONS._replace(columns=COLUMNS | {"brand": "shop"}, dialect=Dialect(";", "latin-1"))
    assert stage_generic(path, ORDERS, layout).table["brand"].to_list() == ["Zoë"]


def test_what_macos_puts_into_a_zip_is_no_file_of_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "twcs.zip", "w") as archive:
        archive.writestr("twcs.csv", HEADER + GOOD)
        archive.writestr("__MACOSX/._twcs.csv", "x")
    assert inspect_file(tmp_path / "twcs.zip", "twcs")["accepted_ids"] == [1]


def test_a_zip_that_is_packed_in_another_way_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("twcs.csv", HEADER + GOOD)
    packed = bytearray(stream.getvalue())
    for mark, place in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        packed[packed.index(mark) + place] = 9
    (tmp_path / "twcs.zip").write_bytes(packed)
    with pytest.raises(SourceError) as refusal:
        inspect_file(tmp_path / "twcs.zip", "twcs")
    assert refusal.value.code == "E_CORRUPT"


def test_a_file_of_which_nearly_nothing_can_be_split_is_refused_early(tmp_path):
    (tmp_path / "twcs.csv").write_text(HEADER + "x\n" * 400_000)
    with pytest.raises(SourceError, match="cannot be split; it is of another format") as refusal:
        inspect_file(tmp_path / "twcs.csv", "twcs")
    assert refusal.value.code == "E_FORMAT"


# --- the lake ---

EVENTS = """
[sources.events]
format = "generic"
path = "{path}"
columns = {{event_id = "#", start_at = "at", end_at = "at", type = "what", name = "what"}}
"""


@pytest.fixture
def root(tmp_path):
    """A workspace with one message and two files of the same name in two folders."""
    (tmp_path / "twcs.csv").write_text(HEADER + GOOD)
    for year in ("2024", "2025"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "e.csv").write_text(f"at,what\n{year}-03-01T10:00Z,outage\n")
    return tmp_path


def test_records_of_equally_named_files_are_told_apart(root):
    (root / "workspace.toml").write_text(WORKSPACE + EVENTS.format(path="20*/e.csv"))
    assert open_lake(load_workspace(root)).table("events")["event_id"].to_list() == ["2024/e.csv#1", "2025/e.csv#1"]


def test_files_that_contradict_each_other_stop_the_run(root):
    (root / "workspace.toml").write_text(WORKSPACE + EVENTS.format(path="20*/e.csv").replace('"#"', '"what"'))
    with pytest.raises(SourceError, match=r"2 of 2 records rejected .* duplicate_conflict 2"):
        open_lake(load_workspace(root))


def test_a_file_whose_name_looks_like_a_glob_is_itself(root):
    (root / "2024/e.csv").rename(root / "e [1].csv")
    (root / "workspace.toml").write_text(WORKSPACE + EVENTS.format(path="e [1].csv"))
    assert open_lake(load_workspace(root)).table("events").height == 1


def test_a_glob_does_not_read_the_lake_that_it_made(root):
    pl.DataFrame({"at": ["2025-03-01T10:00Z"], "what": ["outage"]}).write_parquet(root / "e.parquet")
    (root / "workspace.toml").write_text(WORKSPACE + EVENTS.format(path="**/*.parquet"))
    open_lake(load_workspace(root))
    (root / "lake/manifest.json").unlink()
    assert open_lake(load_workspace(root)).table("events").height == 1


@pytest.mark.parametrize("content", ["null", "[]", "{}", '{"key": 1}'])
@pytest.mark.parametrize("name", ["manifest.json", "part.json"])
def test_a_manifest_that_is_none_is_written_anew(root, content, name):
    (root / "workspace.toml").write_text(WORKSPACE)
    open_lake(load_workspace(root))
    next((root / "lake").rglob(name)).write_text(content)
    (root / "lake/manifest.json").unlink() if name == "part.json" else None
    assert open_lake(load_workspace(root)).table("messages").height == 1


def test_what_a_killed_build_left_behind_is_removed(root):
    (root / "workspace.toml").write_text(WORKSPACE)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (root / "lake").mkdir()
    stray, own = (root / f"lake/.x.parquet.{process}.tmp" for process in (gone.pid, os.getpid()))
    stray.touch()
    own.touch()
    open_lake(load_workspace(root))
    assert (stray.exists(), own.exists()) == (False, True)


@pytest.mark.parametrize(
    "line",
    [
        '[privacy]\nkey = "S3CR3T itself"',
        '[sources.orders]\nformat = "generic"\nquery = "SELECT 1"\ndatabase = "postgresql://svc:S3/CR3T@host/db"',
        '[sources.orders]\nformat = "generic"\nquery = "SELECT 1"\ndatabase = "host=h password=\'x S3CR3T x\'"',
        '[sources.orders]\nformat = "generic"\nquery = "SELECT 1"\ndatabase = "Server=h;PWD=S3CR3T"',
        '[sources.orders]\nformat = "generic"\npath = "s3://b/x.csv?sig=S3CR3T"',
        'sources.orders = "postgresql://u:S3/CR3T@h"',
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(root, line):
    settings, messages = WORKSPACE.split("[sources.messages]")
    text = f"{settings}\n{line}\n" if line.startswith("sources") else f"{settings}[sources.messages]{messages}\n{line}\n"
    (root / "workspace.toml").write_text(text)
    with pytest.raises(ConfigError) as refusal:
        load_workspace(root)
    assert not [part for part in ("S3", "CR3T") if part in str(refusal.value)]
