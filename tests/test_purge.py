"""A person leaves: nothing of theirs is found afterwards, and everything of everyone else is as it was."""

import gzip
import json
import re
import stat
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pyarrow import parquet

from careworth import purging
from careworth.cli import main
from careworth.config import load_workspace
from careworth.errors import CareworthError, ConfigError, SourceError
from careworth.lake import open_lake, reading_of
from careworth.pseudonyms import pseudonym
from careworth.purging import Purge, purge
from careworth.schemas import TABLES
from tests.test_config import CAMPAIGN, WORKSPACE
from tests.test_spreadsheets import text, workbook
from tests.test_staging import GOOD, HEADER

#: The person by the ids that the exports have for them; someone else, who is left alone; the brand in its archive.
NUMBER, HANDLE, CUSTOMER = "115712", "Zoë_W", "C-77/a"
IDS = [NUMBER, f"@{HANDLE}", CUSTOMER]
OTHER, BRAND = "115713", "9100000000000000123"

KEY = "k" * 64
AT = datetime(2017, 10, 31, 22, tzinfo=UTC)
TIME = "Tue Oct 31 22:10:47 +0000 2017"
SETTINGS = WORKSPACE.split("[sources")[0]


def same(raw: str) -> tuple[str, str]:
    """A piece of a file that a purge leaves as it is."""
    return raw, raw


def gone(raw: str) -> tuple[str, str]:
    """A record of the person."""
    return raw, ""


def told(raw: str, mention: str) -> tuple[str, str]:
    """A record of someone else that mentions the person in each place of §."""
    return raw.replace("§", mention), raw.replace("§", "[purged]")


TWCS = [
    same("\ufeff" + HEADER.replace("\n", "\r\n")),
    gone(f'1,{NUMBER},True,{TIME},"hello, ""you""\r\nand you",,\r\n'),
    same("\r\n"),
    told(f'2,north,False,{TIME},"§ It is ""on"" its way,\r\n(§)",,1\r\n', f"@{NUMBER}"),
    same(f"{OTHER},{OTHER},True,{TIME},my order {NUMBER}0 ?é,,\r\n"),
    gone(f"4,{NUMBER},maybe,{TIME},broken,,\r\n"),
    same(f"5,{OTHER},maybe,{TIME},broken too,,\r\n"),
    told(f"6,north,False,{TIME},@{OTHER} and §!,,{OTHER}\r\n", NUMBER),
    same(f"7,{OTHER},True,{TIME},no end"),
]
LINES = [
    gone('{"id": 11, "who": "Zo\\u00eb_W", "side": "in", "at": "2017-10-31T22:00Z", "text": "hi"}\n'),
    told(
        '{"id":12,"who":"w","side":"in","at":"2017-10-31T22:01Z","text":"\\u0022\\n§\\/\\ud83e\\udd8a","by": 1.10}\n',
        "Zo\\u00eb_W",
    ),
    same(" \n"),
    gone('{"id": 13, "who": "@zoë_w", "side": "up", "at": "2017-10-31T22:02Z", "text": "rejected"}\n'),
    told('{"id": 14, "who": "north", "side": "out", "at": "2017-10-31T22:03Z", "text": "§, ZoëW"}', "@zoë_w"),
]
ORDERS = [
    same("No;Who;When;Net;Shop\n"),
    gone("1;C-77/a;2017-10-31T22:00Z;100;M\n"),
    same("2;C-78;2017-10-31T22:00Z;100;Café\n"),
    gone('3;"C-77/a";2017-10-31T22:00Z;free;M\n'),
    gone("4; C-77/a ;2017-10-31T22:00Z;100;M\n"),
]


def message(number: int, sender: str, recipient: str, words: str) -> dict:
    """A direct message in the archive of the brand."""
    told = {"id": str(number), "senderId": sender, "recipientId": recipient, "createdAt": "2017-10-31T22:10:00.000Z"}
    return {"messageCreate": told | {"text": words}}


def conversation(other: str, *messages: dict) -> dict:
    """A conversation of the brand in its archive."""
    return {"dmConversation": {"conversationId": f"{other}-{BRAND}", "messages": list(messages)}}


def asked(mention: str) -> dict:
    """Somebody else's conversation, with a mention of the person."""
    return conversation(OTHER, message(33, OTHER, BRAND, f"do you know {mention}?"), message(34, BRAND, OTHER, "no"))


PREFIX = "window.YTD.direct_messages.part0 = "
ARCHIVE = (
    [conversation(NUMBER, message(31, NUMBER, BRAND, "hi"), message(32, BRAND, NUMBER, "hello")), asked(f"@{NUMBER}")],
    [conversation("[purged]"), asked("[purged]")],
)
TOUCHES = [("t1", NUMBER), ("t2", OTHER), ("t3", HANDLE), ("t4", "ann")]
LINKS = [("x", HANDLE, "C-1"), ("x", "ann", CUSTOMER), ("x", "bob", "C-78")]

SOURCES = """
[[sources.messages]]
format = "twcs"
path = "twcs.csv"
rejected_max = 1
[[sources.messages]]
format = "generic"
path = "days/*.jsonl"
constants = {network = "email", message_kind = "original"}
columns = {message_id = "id", author_id = "who", author_role = "side", created_at = "at", text = "text"}
values = {author_role = {in = "customer", out = "agent"}}
rejected_max = 1
[[sources.messages]]
format = "x_archive_dm"
path = "archive/direct-messages.js"
own_accounts = ["9100000000000000123"]
[sources.orders]
format = "generic"
path = "orders.csv.gz"
delimiter = ";"
encoding = "cp1252"
constants = {currency = "EUR", refund_minor = 0, margin_minor = 0}
columns = {order_id = "No", person_key = "Who", ordered_at = "When", net_minor = "Net", brand = "Shop"}
rejected_max = 1
[sources.touchpoints]
format = "canonical"
path = "touchpoints.parquet"
[sources.identity_links]
format = "canonical"
path = "identity_links.parquet"
"""


def touchpoints(with_person: bool) -> pl.DataFrame:
    """A canonical table, with the touches of the person or without them."""
    rows = [(touch, person, AT, "email") for touch, person in TOUCHES if with_person or person not in (NUMBER, HANDLE)]
    return pl.DataFrame(rows, schema=["touch_id", "person_key", "touched_at", "channel"], orient="row").cast(
        {"touched_at": TABLES["touchpoints"].columns["touched_at"]}
    )


def identity_links(with_person: bool) -> pl.DataFrame:
    """A canonical table, with the links of the person or without them."""
    rows = [(*link, True) for link in LINKS if with_person or not {HANDLE, CUSTOMER} & set(link)]
    return pl.DataFrame(rows, schema=["alias_type", "alias_value", "customer_id", "consent"], orient="row")


def write_workspace(root: Path, is_purged: bool) -> Path:
    """A workspace with all kinds of files, as they are before a purge or as they have to be after it."""
    for folder in ("campaigns", "days", "archive"):
        (root / folder).mkdir(parents=True)
    (root / "workspace.toml").write_text(SETTINGS + SOURCES)
    (root / "campaigns/spring.toml").write_text(CAMPAIGN)
    (root / "twcs.csv").write_bytes("".join(each[is_purged] for each in TWCS).encode().replace(b"?", b"\xe9"))
    (root / "days/1.jsonl").write_text("".join(each[is_purged] for each in LINES), encoding="utf-8")
    orders = "".join(each[is_purged] for each in ORDERS).encode("cp1252")
    (root / "orders.csv.gz").write_bytes(gzip.compress(orders, mtime=0))
    (root / "archive/direct-messages.js").write_text(PREFIX + json.dumps(ARCHIVE[is_purged], indent=2) + "\n")
    touchpoints(not is_purged).write_parquet(root / "touchpoints.parquet")
    identity_links(not is_purged).write_parquet(root / "identity_links.parquet")
    return root


@pytest.fixture
def root(tmp_path) -> Path:
    """A workspace that holds the person in every file."""
    return write_workspace(tmp_path / "workspace", is_purged=False)


def purged(root: Path, ids: list[str] = IDS) -> Purge:
    """What is said of a purge of the workspace in `root`."""
    return purge(load_workspace(root), ids)


def contents(root: Path) -> dict[str, bytes]:
    """The bytes of each file below `root`, unpacked; of a table all of its values."""
    return {path.relative_to(root).as_posix(): content_of(path) for path in sorted(root.rglob("*")) if path.is_file()}


def content_of(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix == ".parquet":
        return raw + repr(parquet.read_table(path).to_pylist()).encode()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def hits(root: Path, ids: list[str]) -> list[str]:
    """The files below `root` that hold one of the ids as a word, however capitals or JSON write it."""
    words = [each.encode() for name in ids for each in (name, json.dumps(name)[1:-1])]
    pattern = re.compile(rb"(?<![0-9A-Za-z_])(?:" + b"|".join(map(re.escape, words)) + rb")(?![0-9A-Za-z_])", re.IGNORECASE)
    return [name for name, content in contents(root).items() if pattern.search(content)]


def write_messages(root: Path, *files: tuple[str, str | bytes], source: str = 'format = "twcs"\npath = "{}"') -> Path:
    """A workspace whose messages are in these files, each a source of its own."""
    entries = ["[[sources.messages]]\nrejected_max = 1\n" + source.replace("{}", name) + "\n" for name, _ in files]
    (root / "workspace.toml").write_text(SETTINGS + "".join(entries))
    for name, content in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def test_nothing_of_the_person_is_found_anywhere_afterwards(root):
    open_lake(load_workspace(root))
    before = hits(root, [NUMBER, HANDLE, CUSTOMER])
    assert {name.partition("/")[0] for name in before} >= {"twcs.csv", "days", "archive", "orders.csv.gz", "touchpoints.parquet"}
    assert any(name.startswith("lake/") for name in before)
    purged(root)
    assert hits(root, [NUMBER, HANDLE, CUSTOMER]) == []


def test_everything_of_everyone_else_stays_byte_for_byte(root, tmp_path):
    expected = contents(write_workspace(tmp_path / "expected", is_purged=True))
    purged(root)
    found = contents(root)
    tables = {name for name in expected if name.endswith(".parquet")}
    assert set(found) == set(expected)
    assert {name: content for name, content in found.items() if name not in tables} == {
        name: content for name, content in expected.items() if name not in tables
    }
    assert_frame_equal(pl.read_parquet(root / "touchpoints.parquet"), touchpoints(with_person=False))
    assert_frame_equal(pl.read_parquet(root / "identity_links.parquet"), identity_links(with_person=False))


def test_the_lake_is_that_of_files_that_never_held_the_person(root, tmp_path):
    never = open_lake(load_workspace(write_workspace(tmp_path / "never", is_purged=True)))
    open_lake(load_workspace(root))
    purged(root)
    assert not (root / "lake").exists()
    rebuilt = open_lake(load_workspace(root))
    assert set(rebuilt.manifest["outputs"]) == set(never.manifest["outputs"])
    for name in never.manifest["outputs"]:
        assert_frame_equal(rebuilt.table(name), never.table(name))


def test_the_result_counts_by_file_and_names_nobody(root):
    result = purged(root)
    assert {each.file: each[1:] for each in result.files} == {
        "twcs.csv": (2, 3),
        "days/1.jsonl": (2, 2),
        "archive/direct-messages.js": (2, 2),
        "orders.csv.gz": (3, 0),
        "touchpoints.parquet": (2, 0),
        "identity_links.parquet": (2, 0),
    }
    assert (result.left, result.campaigns, result.is_listed) == ([], ["spring"], False)
    said = "\n".join(result.lines)
    assert "records removed in all: 13" in said and "a later export may bring the person back" in said
    assert not any(name.casefold() in said.casefold() for name in (NUMBER, HANDLE, CUSTOMER))


def written_at(root: Path) -> dict[Path, int]:
    """When each file below `root` was written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def test_a_second_purge_finds_nothing_and_changes_nothing(root):
    purged(root)
    before = written_at(root)
    assert {each[1:] for each in purged(root).files} == {(0, 0)}
    assert written_at(root) == before


def test_a_file_keeps_its_mode_and_a_link_its_place(root, tmp_path):
    target = (root / "twcs.csv").rename(tmp_path / "elsewhere.csv")
    target.chmod(0o640)
    (root / "twcs.csv").symlink_to(target)
    purged(root)
    assert ((root / "twcs.csv").is_symlink(), stat.S_IMODE(target.stat().st_mode)) == (True, 0o640)
    assert NUMBER + ",True" not in target.read_text(encoding="latin-1")


@pytest.mark.parametrize("ids", [[], [""], ["  "], ["ab"], ["@ab"], [NUMBER, " @ "]])
def test_an_id_that_is_no_id_is_refused_and_not_repeated(root, ids):
    before = contents(root)
    with pytest.raises(CareworthError, match="fewer than 3 characters") as refused:
        purged(root, ids)
    assert contents(root) == before
    assert NUMBER not in str(refused.value)


def test_an_id_that_is_nowhere_is_no_error(root):
    before = contents(root)
    result = purged(root, ["nobody-at-all"])
    assert sum(each.removed + each.replaced for each in result.files) == 0
    assert contents(root) == before


def test_a_file_that_cannot_be_read_stops_the_purge_before_anything_is_changed(root):
    open_lake(load_workspace(root))
    packed = (root / "orders.csv.gz").read_bytes()
    (root / "orders.csv.gz").write_bytes(packed[:-9])
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(SourceError, match="ends in the middle"):
        purged(root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_lake_that_is_half_removed_is_none(root, monkeypatch):
    open_lake(load_workspace(root))
    with monkeypatch.context() as broken:
        broken.setattr(purging, "shutil", None)
        with pytest.raises(AttributeError):
            purged(root)
    assert any((root / "lake").iterdir())
    assert not (root / "lake/manifest.json").exists()
    assert NUMBER not in open_lake(load_workspace(root)).table("messages")["author_id"]


# --- what is theirs, and what only looks like it ---


def test_a_number_of_something_else_stays_and_is_told(tmp_path):
    csv = HEADER + f"{NUMBER},{OTHER},True,{TIME},hello,,\n" + GOOD
    root = write_messages(tmp_path, ("twcs.csv", csv))
    result = purged(root, [NUMBER])
    assert (root / "twcs.csv").read_text() == HEADER + f"{NUMBER},{OTHER},True,{TIME},hello,,\n"
    assert [line for line in result.left if "twcs.csv: records with the same word outside their texts: 1;" in line]
    assert NUMBER not in "".join(result.lines)


def test_a_number_of_something_else_stays_in_json_too(tmp_path):
    lines = (
        twcs_object(f'"{NUMBER}"', "bob", "to § or @§") + "\n" + twcs_object(3, "bob", '§", "in_response_to_tweet_id": "115712')
    )
    root = write_messages(tmp_path, ("twcs.jsonl", lines.replace("§", NUMBER)))
    left = purged(root, [NUMBER]).left
    assert (root / "twcs.jsonl").read_text() == lines.replace("@§", "§").replace("§", "[purged]")
    assert [line for line in left if "outside their texts: 2;" in line]


@pytest.mark.parametrize(
    ("author", "name"), [("Ann@X.com", "ann@x.com"), ("@Ann", "ann"), (" ann ", "ann"), ("@ann", "@ann"), ('O""N, x', 'O"N, x')]
)
def test_an_author_is_known_however_the_export_writes_them(tmp_path, author, name):
    reply = f'2,north,False,{TIME},"§, hi",,\n'
    record = GOOD.replace(NUMBER, f'"{author}"')
    root = write_messages(tmp_path, ("twcs.csv", HEADER + record + reply.replace("§", author.strip())))
    assert purged(root, [name]).files == [("twcs.csv", 1, 1)]
    assert (root / "twcs.csv").read_text() == HEADER + reply.replace("§", "[purged]")


def test_a_year_in_a_moment_is_nobody(tmp_path):
    page = '{"data": [{"id": "2", "author_id": "5", "text": "in §", "created_at": "2017-10-31T22:00:00.000Z"}]}'
    write_messages(tmp_path, ("x.json", page.replace("§", "2017")), source='format = "x_api"\npath = "{}"\nown_accounts = ["7"]')
    purged(tmp_path, ["2017"])
    assert (tmp_path / "x.json").read_text() == page.replace("§", "[purged]")


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("ask @ann, Ann or @Ann", "ask [purged], Ann or [purged]"),
        ("joanna and ann_b and annb", "joanna and ann_b and annb"),
        ("(ann) ann's @@ann x@ann", "([purged]) [purged]'s @[purged] x@[purged]"),
    ],
)
def test_only_whole_words_are_mentions(tmp_path, words, after):
    root = write_messages(tmp_path, ("twcs.csv", HEADER + GOOD.replace("hello", f'"{words}"')))
    purged(root, ["ann"])
    assert (root / "twcs.csv").read_text() == HEADER + GOOD.replace("hello", f'"{after}"')


def test_an_address_is_found_in_any_capitals_but_not_in_a_longer_one(tmp_path):
    said = "Ann@X.com joann@x.com mary.ann@x.com"
    root = write_messages(tmp_path, ("twcs.csv", HEADER + GOOD.replace("hello", said)))
    purged(root, ["ann@x.com"])
    assert (root / "twcs.csv").read_text() == HEADER + GOOD.replace("hello", "[purged] joann@x.com mary.ann@x.com")


def test_a_rejected_record_is_found_in_another_encoding_too(tmp_path):
    latin = f"8,Zoë_W,True,{TIME},caf\u00e9,,\n".encode("latin-1")
    root = write_messages(tmp_path, ("twcs.csv", (HEADER + GOOD).encode() + latin))
    assert purged(root, [HANDLE]).files[0].removed == 1
    assert (root / "twcs.csv").read_text() == HEADER + GOOD


def test_texts_that_were_encoded_twice_are_found(tmp_path):
    twice = "@Zoë_W".encode().decode("latin-1")
    root = write_messages(tmp_path, ("twcs.csv", HEADER + GOOD.replace("hello", twice)))
    purged(root, [HANDLE])
    assert (root / "twcs.csv").read_text() == HEADER + GOOD.replace("hello", "[purged]")


def test_utf_16_stays_what_it_is(tmp_path):
    gone, kept = GOOD.replace(NUMBER, HANDLE), GOOD.replace("hello", "é")
    for codec, mark in (("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"\xff\xfe")):
        root = write_messages(tmp_path, ("twcs.csv", mark + (HEADER + gone + kept).encode(codec)))
        purged(root, [HANDLE])
        assert (root / "twcs.csv").read_bytes() == mark + (HEADER + kept).encode(codec)


def twcs_object(number: int | str, author: str, words: str) -> str:
    """A message as an object of JSON."""
    return f'{{"tweet_id": {number},  "author_id": "{author}", "inbound": true, "created_at": "{TIME}", "text": "{words}"}}'


@pytest.mark.parametrize(
    ("gone", "after"),
    [
        ({1}, "\n[\n  {2} ,{3}\n ]\n"),
        ({2}, "\n[ {1} ,{3}\n ]\n"),
        ({3}, "\n[ {1} ,\n  {2} \n ]\n"),
        ({1, 3}, "\n[\n  {2} \n ]\n"),
        ({1, 2, 3}, "\n[\n ]\n"),
        (set(), "\n[ {1} ,\n  {2} ,{3}\n ]\n"),
    ],
)
def test_elements_leave_an_array_and_the_others_stay_as_they_are_written(tmp_path, gone, after):
    written = ["", *(twcs_object(number, "ann" if number in gone else "bob", "hi") for number in (1, 2, 3))]
    root = write_messages(tmp_path, ("twcs.json", "\n[ {1} ,\n  {2} ,{3}\n ]\n".format(*written)))
    purged(root, ["ann"])
    assert (root / "twcs.json").read_text() == after.format(*written)


def test_lines_that_are_all_the_persons_leave_a_file_of_no_records(tmp_path):
    files = ("all.jsonl", twcs_object(1, "ann", "hi") + "\n"), ("twcs.csv", HEADER + GOOD)
    root = write_messages(tmp_path, *files)
    purged(root, ["ann"])
    assert (root / "all.jsonl").read_text() == "[]\n"
    assert open_lake(load_workspace(root)).table("messages").height == 1


def test_a_dictionary_of_words_forgets_the_person(tmp_path):
    columns = {"message_id": ["1", "2"], "author_id": [HANDLE, "bob"], "text": ["hi", f"ask {HANDLE}"]}
    table = pl.DataFrame(columns | {"author_role": "customer", "created_at": "2017-10-31T22:00Z"})
    mapping = ", ".join(f'{name} = "{name}"' for name in table.columns)
    constants = 'constants = {network = "email", message_kind = "original"}'
    write_messages(
        tmp_path, ("m.parquet", b""), source=f'format = "generic"\npath = "{{}}"\n{constants}\ncolumns = {{{mapping}}}'
    )
    table.with_columns(pl.col("author_id", "text").cast(pl.Categorical)).write_parquet(tmp_path / "m.parquet")
    assert purged(tmp_path, [HANDLE]).files == [("m.parquet", 1, 1)]
    after = pl.read_parquet(tmp_path / "m.parquet")
    assert (after["author_id"].to_list(), after["text"].to_list()) == (["bob"], ["ask [purged]"])
    assert (after.schema["author_id"], HANDLE.encode() in (tmp_path / "m.parquet").read_bytes()) == (pl.Categorical, False)


def test_a_person_is_known_by_each_field_that_may_name_them(tmp_path):
    """GA4 tells a user's id and that of their browser; where both are there, the first is the person's key."""
    event = {"event_timestamp": "1740823200000000", "event_name": "purchase", "user_id": "U-100"}
    event |= {"event_params": [{"key": "currency", "value": {"string_value": "EUR"}}]}
    events = [
        event | {"user_pseudo_id": browser, "ecommerce": {"transaction_id": browser[-3:], "purchase_revenue": 5.0}}
        for browser in ("111.222", "111.333")
    ]
    lines = [json.dumps(each) + "\n" for each in events]
    write_messages(tmp_path, ("twcs.csv", HEADER + GOOD), ("ga4.jsonl", "".join(lines)))
    orders = '[sources.orders]\nformat = "ga4"\npath = "ga4.jsonl"\nconstants = {margin_minor = 0, brand = "M"}\n'
    (tmp_path / "workspace.toml").write_text(WORKSPACE + orders)
    assert open_lake(load_workspace(tmp_path)).table("orders")["person_key"].to_list() == ["U-100", "U-100"]
    purged(tmp_path, ["111.222"])
    assert (tmp_path / "ga4.jsonl").read_text() == lines[1]


# --- documents ---

META = 'format = "meta_download"\npath = "{}"\nconstants = {network = "facebook"}\nown_accounts = ["North"]'


def thread(title: str, *messages: tuple[str, str], people: tuple[str, ...]) -> bytes:
    """A thread as Meta hands it out, its texts encoded twice."""
    told = [
        {"sender_name": who, "timestamp_ms": 1_700_000_000_000 + k, "content": words} for k, (who, words) in enumerate(messages)
    ]
    document = {
        "participants": [{"name": each} for each in people],
        "messages": told,
        "title": title,
        "is_still_participant": True,
    }
    text = json.dumps(document | {"thread_path": "inbox/thread_1", "magic_words": []}, ensure_ascii=False)
    return json.dumps(json.loads(text.encode().decode("latin-1"))).encode()


def test_a_document_about_the_person_alone_goes_with_its_file(tmp_path):
    lone = thread("Zoë M", ("Zoë M", "hi"), ("North", "hello"), people=("Zoë M", "North"))
    group = thread("Friends", ("Zoë M", "hi"), ("Bob", "hello Zoë M"), ("North", "hey"), people=("Zoë M", "Bob", "North"))
    write_messages(tmp_path, ("a/message_1.json", lone), ("b/message_1.json", group), source=META)
    result = purged(tmp_path, ["Zoë M"])
    after = json.loads((tmp_path / "b/message_1.json").read_text())
    assert not (tmp_path / "a/message_1.json").exists()
    assert [each["content"] for each in after["messages"]] == ["hello [purged]", "hey"]
    assert [each["name"] for each in after["participants"]] == ["Bob", "North"]
    assert [line for line in result.left if line.startswith("a/message_1.json: held nothing but the person")]


def test_pages_are_judged_line_by_line_and_keep_what_is_not_the_persons(tmp_path):
    pages = [
        '{"data": {"id": "1", "author_id": "115712", "text": "hi", "created_at": "2017-10-31T22:00:00.000Z"}}\n',
        '{"data": [{"id": "2", "author_id": "5", "text": "1e400", "x": 1.50, "created_at": "2017-10-31T22:00:00.000Z"}]}\n',
        '{"data": [{"id": 115712.0}, {"id":"3","author_id":"5","text":"\\u00e9 @115712","x":1.50,"y":[1e3]}], "meta":{}}\n',
        '{"data": [115712\n',
        '{"data": [], "meta": "115712", "meta": ""}\n',
    ]
    write_messages(tmp_path, ("x.jsonl", "".join(pages)), source='format = "x_api"\npath = "{}"\nown_accounts = ["7"]')
    assert purged(tmp_path, [NUMBER]).files == [("x.jsonl", 4, 1)]
    after = '{"data": [{"id": "3", "author_id": "5", "text": "\\u00e9 [purged]", "x": 1.50, "y": [1e3]}], "meta": {}}\n'
    assert (tmp_path / "x.jsonl").read_text() == pages[1] + after


# --- what cannot be rewritten ---


def packed(content: str) -> bytes:
    """A zip file with one CSV file."""
    with zipfile.ZipFile(stream := BytesIO(), "w") as archive:
        archive.writestr("twcs.csv", content)
    return stream.getvalue()


def sheet(*rows: list[str]) -> bytes:
    """A workbook with these rows."""
    cells = [[text(f"{chr(65 + k)}{n}", each) for k, each in enumerate(row)] for n, row in enumerate(rows, 1)]
    return workbook("".join(f'<row r="{n}">{"".join(row)}</row>' for n, row in enumerate(cells, 1))).getvalue()


def test_archives_and_workbooks_are_left_to_be_done_by_hand_if_they_hold_the_person(tmp_path):
    names = HEADER.strip().split(",")
    mine, others = (sheet(names, ["1", who, "True", TIME, "hi", "", ""]) for who in (HANDLE, "bob"))
    files = [
        ("mine.xlsx", mine),
        ("others.xlsx", others),
        ("mine.zip", packed(HEADER + GOOD.replace("hello", f"@{HANDLE}"))),
        ("others.zip", packed(HEADER + GOOD)),
    ]
    root = write_messages(tmp_path, *files)
    result = purged(root, [HANDLE])
    assert [line.partition(":")[0] for line in result.left] == ["mine.xlsx", "mine.zip"]
    assert {name: (root / name).read_bytes() for name, _ in files} == dict(files)


def test_databases_and_stores_are_named_and_not_asked(tmp_path):
    write_messages(tmp_path, ("twcs.csv", HEADER + GOOD))
    remote = """
[[sources.orders]]
format = "canonical"
database = "env:NO_SUCH_DATABASE"
query = "select 1"
[[sources.orders]]
format = "canonical"
path = "s3://bucket-of-Zoe/orders.parquet"
"""
    with (tmp_path / "workspace.toml").open("a") as settings:
        settings.write(remote)
    left = purged(tmp_path, [NUMBER]).left
    assert [line.partition(": ")[0] for line in left] == ["env:NO_SUCH_DATABASE", "orders.parquet"]


def test_a_file_whose_name_is_the_persons_is_told_without_it(tmp_path):
    result = purged(write_messages(tmp_path, (f"of {HANDLE}/twcs.csv", HEADER + GOOD)), [HANDLE])
    assert "of [purged]/twcs.csv: an id is part of this name" in result.left[0]
    assert HANDLE not in "".join(result.lines)


# --- later exports ---


@pytest.fixture
def keyed(tmp_path, monkeypatch) -> Path:
    """A workspace that names people by pseudonyms."""
    monkeypatch.setenv("CAREWORTH_KEY", KEY)
    reply = f"2,north,False,{TIME},@{NUMBER} hi,,1\n"
    write_messages(tmp_path, ("twcs.csv", HEADER + GOOD + GOOD.replace("1,115712", f"3,{OTHER}") + reply))
    with (tmp_path / "workspace.toml").open("a") as settings:
        settings.write('[privacy]\nkey = "env:CAREWORTH_KEY"\n')
    return tmp_path


def test_the_list_has_the_person_as_the_export_writes_them(keyed):
    export = (keyed / "twcs.csv").read_text() + GOOD.replace(f"1,{NUMBER}", "9,@Ann")
    (keyed / "twcs.csv").write_text(export)
    purged(keyed, ["ann"])
    (keyed / "twcs.csv").write_text(export)
    assert open_lake(load_workspace(keyed)).funnel["excluded:purged"] == 1


@pytest.mark.parametrize("name", [NUMBER, f"@{NUMBER}", pseudonym(NUMBER, KEY.encode())])
def test_a_later_export_does_not_bring_the_person_back(keyed, name):
    export, hidden = (keyed / "twcs.csv").read_bytes(), pseudonym(NUMBER, KEY.encode())
    assert hidden in open_lake(load_workspace(keyed)).table("messages")["author_id"]
    result = purged(keyed, [name])
    assert (hits(keyed, [NUMBER]), result.files[0][1:], result.is_listed) == ([], (1, 1), True)
    assert name not in "".join(result.lines)
    (keyed / "twcs.csv").write_bytes(export)
    lake = open_lake(load_workspace(keyed))
    assert lake.table("messages")["author_id"].sort().to_list() == sorted(["north", pseudonym(OTHER, KEY.encode())])
    assert lake.funnel["excluded:purged"] == 1


def test_the_list_is_sorted_says_what_it_is_for_and_holds_everyone_once(keyed):
    for names in (["ann"], [NUMBER, "ann"], ["ab" * 10]):
        purged(keyed, names)
    about, *listed = (keyed / "purged.txt").read_text().splitlines()
    assert about.startswith("# ") and "later export" in about
    assert listed == sorted({pseudonym("ann", KEY.encode()), pseudonym(NUMBER, KEY.encode()), "ab" * 10})
    assert reading_of(load_workspace(keyed)).purged == set(listed)


def test_a_name_that_the_lake_puts_behind_its_thread_is_purged_by_its_pseudonym(tmp_path, monkeypatch):
    monkeypatch.setenv("CAREWORTH_KEY", KEY)
    group = thread("Friends", ("Zoë M", "hi"), ("Bob", "hello"), ("North", "hey"), people=("Zoë M", "Bob", "North"))
    write_messages(tmp_path, ("a/message_1.json", group), source=META)
    with (tmp_path / "workspace.toml").open("a") as settings:
        settings.write('[privacy]\nkey = "env:CAREWORTH_KEY"\n')
    hidden = pseudonym("1/Zoë M", KEY.encode())
    assert hidden in open_lake(load_workspace(tmp_path)).table("messages")["author_id"]
    purged(tmp_path, [hidden])
    after = json.loads((tmp_path / "a/message_1.json").read_text())
    assert [each["sender_name"] for each in after["messages"]] == ["Bob", "North"]


def test_without_the_key_nothing_is_purged(keyed, monkeypatch):
    monkeypatch.delenv("CAREWORTH_KEY")
    before = contents(keyed)
    with pytest.raises(ConfigError, match="CAREWORTH_KEY"):
        purged(keyed, [NUMBER])
    assert contents(keyed) == before


# --- any file ---

AUTHORS = ["ann", "bob", "Zoë_W", "1157"]
WORDS = st.lists(st.sampled_from(["hi", "§", "annex", '"', ",", ";", "\n", "é", "a\rb", "[x]", " ", "5"]), max_size=6)


@st.composite
def files(draw) -> tuple[dict, str, list[tuple[str, str, str]]]:
    """How a CSV file is written, who is purged, and its pieces: author, text before, text after if it is not the person's."""
    form = {"delimiter": draw(st.sampled_from(",;\t|")), "encoding": draw(st.sampled_from(["utf-8", "cp1252"]))}
    person, end, pieces = draw(st.sampled_from(AUTHORS)), draw(st.sampled_from(["\n", "\r\n"])), []
    for number in range(draw(st.integers(1, 8))):
        author, role = draw(st.sampled_from(AUTHORS)), draw(st.sampled_from(["customer", "agent", "nobody's"]))
        # Of a record that is rejected nobody knows whose it is; so one with a mention counts as theirs.
        words = ["x", *draw(WORDS), "x"] if author == person or role != "nobody's" else ["x"]
        mention, is_quoted = draw(st.sampled_from(["", "@"])) + person, draw(st.booleans())
        texts = (" ".join(words).replace("§", each) for each in (mention, "[purged]"))
        pieces.append(
            (author, *(delimited(form["delimiter"], is_quoted, str(number), author, role, each) + end for each in texts))
        )
        pieces += [("", end, end)] * draw(st.integers(0, 1))
    return form, person, pieces


def delimited(delimiter: str, is_quoted: bool, *values: str) -> str:
    """A record with quotes, or with them only where they are needed."""
    needs = re.compile(rf'["\n{re.escape(delimiter)}]')
    return delimiter.join(
        f'"{each.replace(chr(34), chr(34) * 2)}"' if is_quoted or needs.search(each) else each for each in values
    )


MAPPED = """
[sources.messages]
format = "generic"
path = "m.csv"
rejected_max = 1
delimiter = {delimiter}
encoding = {encoding}
constants = {{network = "email", message_kind = "original", created_at = "2017-10-31T22:00Z"}}
columns = {{message_id = "id", author_id = "who", author_role = "role", text = "text"}}
"""


@settings(max_examples=60, deadline=None)
@given(files())
def test_a_purged_file_is_the_one_written_without_the_persons_records(example):
    form, person, pieces = example
    header = form["delimiter"].join(["id", "who", "role", "text"]) + "\n"
    before = "".join(piece[1] for piece in pieces)
    after = "".join(piece[2] for piece in pieces if piece[0] != person)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "workspace.toml").write_text(SETTINGS + MAPPED.format(**{name: json.dumps(each) for name, each in form.items()}))
        (root / "m.csv").write_bytes((header + before).encode(form["encoding"]))
        result = purged(root, [person])
        assert (root / "m.csv").read_bytes() == (header + after).encode(form["encoding"])
        assert result.files[0].removed == sum(piece[0] == person for piece in pieces)


def test_objects_that_stand_in_one_line_are_counted_one_by_one(tmp_path):
    """As a stream delivers them; the third is the person's."""
    ids = ("one", "two", NUMBER, "four")
    objects = [json.dumps({"id": name, "at": f"2025-03-01T10:0{place}Z"}) for place, name in enumerate(ids)]
    (tmp_path / "touches.jsonl").write_text("".join(objects) + "\n")
    touches = """
[sources.touchpoints]
format = "generic"
path = "touches.jsonl"
columns = {touch_id = "id", person_key = "id", touched_at = "at"}
constants = {channel = "email"}
"""
    (tmp_path / "workspace.toml").write_text(WORKSPACE + touches)
    (tmp_path / "twcs.csv").write_text(HEADER + GOOD.replace("115712", "115799"))
    purge(load_workspace(tmp_path), [NUMBER])
    assert (tmp_path / "touches.jsonl").read_text() == objects[0] + objects[1] + objects[3] + "\n"


def test_the_command_says_what_was_done_without_the_id(tmp_path, monkeypatch, capsys):
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    (tmp_path / "twcs.csv").write_text(HEADER + GOOD + GOOD.replace("1,", "7,", 1).replace("115712", "115799"))
    monkeypatch.setattr("sys.argv", ["careworth", "purge", NUMBER, "--workspace", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr().out
    assert (ended.value.code, "twcs.csv: records removed 1, mentions replaced 0" in printed, NUMBER in printed) == (
        0,
        True,
        False,
    )


CODED = """message_id,side,text,sentiment
1,customer,"hello, ""§"" ",negative
2,agent,"@§ it is on its way",
3,customer,my order §0,neutral
6,agent,so says Zoë_W,
"""
THEMES = "message_id,theme,coder\r\n1,delivery,ann\r\n3,delivery,ann\r\nx-1,price,ann\r\n"


def test_labelled_texts_and_themes_of_the_persons_messages_go_and_mentions_with_them(tmp_path):
    """Messages 1 and x-1, of a source whose ids have a prefix, are the person's; 2 and 6 mention them."""
    records = [f"1,{NUMBER},True,{TIME},hello,,\n2,north,False,{TIME},hi,,\n3,{OTHER},True,{TIME},my,,\n"]
    write_messages(tmp_path, ("a.csv", HEADER + records[0]), ("b.csv", HEADER + f"1,{NUMBER},True,{TIME},dear,,\n"))
    settings = (tmp_path / "workspace.toml").read_text().replace('path = "b.csv"', 'path = "b.csv"\nid_prefix = "x-"')
    (tmp_path / "workspace.toml").write_text(settings + '[reading]\nlabels = "coded/labels.csv"\nthemes = "themes.csv"\n')
    (tmp_path / "coded").mkdir()
    (tmp_path / "coded/labels.csv").write_text(CODED.replace("§", NUMBER))
    (tmp_path / "themes.csv").write_bytes(THEMES.encode())
    done = purged(tmp_path, [NUMBER, "@Zoë_W"])
    head, _, second, third, fourth, _ = CODED.split("\n")
    kept = [head, second.replace("@§", "[purged]"), third.replace("§", NUMBER), fourth.replace("Zoë_W", "[purged]"), ""]
    assert (tmp_path / "coded/labels.csv").read_text() == "\n".join(kept)
    assert (tmp_path / "themes.csv").read_bytes() == b"message_id,theme,coder\r\n3,delivery,ann\r\n"
    assert [tuple(each) for each in done.files[2:]] == [("coded/labels.csv", 1, 2), ("themes.csv", 2, 0)]
    assert not hits(tmp_path, [NUMBER, "Zoë_W"])


def test_a_file_of_labels_that_cannot_be_read_stops_the_purge_before_anything_is_changed(tmp_path):
    write_messages(tmp_path, ("a.csv", HEADER + f"1,{NUMBER},True,{TIME},hello,,\n"))
    with (tmp_path / "workspace.toml").open("a") as settings:
        settings.write('[reading]\nlabels = "labels.csv"\n')
    (tmp_path / "labels.csv").write_bytes(b"")
    before = contents(tmp_path)
    with pytest.raises(SourceError, match=r"labels\.csv: the file is empty"):
        purged(tmp_path, [NUMBER])
    assert contents(tmp_path) == before


def test_labels_that_are_named_and_not_there_are_no_fault_of_the_purge(tmp_path):
    write_messages(tmp_path, ("a.csv", HEADER + f"1,{NUMBER},True,{TIME},hello,,\n2,{OTHER},True,{TIME},hello,,\n"))
    with (tmp_path / "workspace.toml").open("a") as settings:
        settings.write('[reading]\nlabels = "labels.csv"\n')
    assert [each.file for each in purged(tmp_path, [NUMBER]).files] == ["a.csv"]
