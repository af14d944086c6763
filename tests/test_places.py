"""Where sources lie: globs, several sources of a table, object stores; what changed is read again and nothing else is."""

import json
import stat

import fsspec
import polars as pl
import pytest

from careworth.config import load_workspace
from careworth.errors import ConfigError, SourceError
from careworth.files import sha256
from careworth.lake import open_lake, parts, reading_of
from careworth.lake.preview import preview
from tests.test_config import WORKSPACE
from tests.test_staging import HEADER

FIRST = "1,115712,True,Tue Oct 31 22:10:47 +0000 2017,where is it,,\n"
REPLY = "2,north,False,Tue Oct 31 22:20:47 +0000 2017,@115712 It is on its way,,1\n"
LATER = "3,115713,True,Wed Nov 01 22:10:47 +0000 2017,and mine,,\n"
OTHER = REPLY.replace("on its way", "lost")
BROKEN = "4,115713,maybe,Wed Nov 01 22:10:47 +0000 2017,and mine,,\n"


@pytest.fixture
def root(tmp_path):
    """A workspace whose messages lie in two files of one folder."""
    (tmp_path / "workspace.toml").write_text(WORKSPACE.replace('"twcs.csv"', '"days/*.csv"'))
    (tmp_path / "days").mkdir()
    (tmp_path / "days/1.csv").write_text(HEADER + FIRST + REPLY)
    (tmp_path / "days/2.csv").write_text(HEADER + LATER)
    return tmp_path


def staged_files(monkeypatch) -> list[str]:
    """The names of the files that are read from now on, as they are."""
    read, stage = [], parts.stage
    monkeypatch.setattr(parts, "stage", lambda *given: read.append(given[2].name) or stage(*given))
    return read


def test_all_files_of_a_glob_are_one_table(root):
    lake = open_lake(load_workspace(root))
    assert lake.table("messages")["message_id"].to_list() == ["1", "2", "3"]
    assert [each["file"] for each in lake.manifest["inputs"]["messages"]["files"]] == ["1.csv", "2.csv"]


def test_only_the_changed_file_is_read_again(root, monkeypatch):
    open_lake(load_workspace(root))
    (root / "days/2.csv").write_text(HEADER + LATER.replace("mine", "ours"))
    read = staged_files(monkeypatch)
    texts = open_lake(load_workspace(root)).table("messages")["text"].to_list()
    assert (read, texts[2]) == (["2.csv"], "and ours")


def test_a_file_that_is_gone_takes_its_messages_and_its_part_with_it(root):
    open_lake(load_workspace(root))
    (root / "days/2.csv").unlink()
    assert open_lake(load_workspace(root)).table("messages").height == 2
    assert len(list((root / "lake/staged").iterdir())) == 1


def test_a_file_that_was_only_touched_is_not_read_again(root, monkeypatch):
    open_lake(load_workspace(root))
    (root / "lake/manifest.json").unlink()
    (root / "days/1.csv").touch()
    read = staged_files(monkeypatch)
    open_lake(load_workspace(root))
    assert read == []


def test_a_kept_part_that_was_damaged_is_read_again(root, monkeypatch):
    open_lake(load_workspace(root))
    damaged = next((root / "lake/staged").glob("*/rows.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    (root / "lake/manifest.json").unlink()
    read = staged_files(monkeypatch)
    assert open_lake(load_workspace(root)).table("messages").height == 3
    assert len(read) == 1


def test_a_lake_with_one_flipped_bit_is_built_again(root):
    lake = open_lake(load_workspace(root))
    path = lake.folder / "messages.parquet"
    whole = path.read_bytes()
    for place in range(4, len(whole), len(whole) // 50):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        open_lake(load_workspace(root))
        assert path.read_bytes() == whole


def test_a_record_that_stands_in_two_files_counts_once(root):
    (root / "days/3.csv").write_text(HEADER + FIRST)
    lake = open_lake(load_workspace(root))
    assert lake.table("messages").height == 3
    assert {name: lake.funnel[name] for name in ("read", "accepted", "rejected:duplicate_exact")} == {
        "read": 4,
        "accepted": 3,
        "rejected:duplicate_exact": 1,
    }


def test_of_two_files_that_contradict_each_other_neither_is_believed(root):
    (root / "workspace.toml").write_text((root / "workspace.toml").read_text() + "rejected_max = 1\n")
    (root / "days/3.csv").write_text(HEADER + OTHER)
    lake = open_lake(load_workspace(root))
    assert lake.table("messages")["message_id"].to_list() == ["1", "3"]
    kept = lake.table("rejected_messages")
    assert kept.select("file", "record", "reasons").rows() == [
        ("1.csv", 2, ["duplicate_conflict"]),
        ("3.csv", 1, ["duplicate_conflict"]),
    ]
    assert [raw.decode() for raw in kept["raw"]] == [REPLY, OTHER]


def test_a_table_may_have_sources_of_several_formats(root):
    (root / "mails.csv").write_text("id,who,role,at\n77,w,customer,2017-11-02T10:00:00Z\n")
    mails = """
[[sources.messages]]
format = "generic"
path = "mails.csv"
columns = {message_id = "id", author_id = "who", author_role = "role", created_at = "at"}
constants = {network = "email", message_kind = "original"}
"""
    text = (root / "workspace.toml").read_text().replace("[sources.messages]", "[[sources.messages]]")
    (root / "workspace.toml").write_text(text + mails)
    messages = open_lake(load_workspace(root)).table("messages")
    assert messages.select("message_id", "network").rows() == [("1", "x"), ("2", "x"), ("3", "x"), ("77", "email")]


def test_a_glob_without_a_match_is_refused(root):
    (root / "workspace.toml").write_text(WORKSPACE.replace('"twcs.csv"', '"nights/*.csv"'))
    with pytest.raises(SourceError, match=r"no file matches 'nights/\*\.csv'"):
        open_lake(load_workspace(root))
    assert not (root / "lake").exists()


def test_too_many_rejected_records_stop_the_run_and_say_why(root):
    (root / "days/3.csv").write_text(HEADER + BROKEN)
    with pytest.raises(SourceError, match=r"1 of 4 records rejected \(25\.0%, at most 1\.0%\): bad_bool 1;") as refusal:
        open_lake(load_workspace(root))
    assert refusal.value.code == "E_REJECTED"
    assert not (root / "lake/manifest.json").exists()


def test_a_source_may_lose_more_where_its_owner_says_so(root):
    (root / "days/3.csv").write_text(HEADER + BROKEN)
    (root / "workspace.toml").write_text((root / "workspace.toml").read_text() + "rejected_max = 0.25\n")
    assert open_lake(load_workspace(root)).funnel["rejected:bad_bool"] == 1


def test_a_dry_run_shows_what_would_be_and_keeps_nothing(root):
    (root / "days/3.csv").write_text(HEADER.strip() + ",mood\n" + (FIRST + BROKEN).replace("\n", ",good\n"))
    workspace = load_workspace(root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    *_, third, together = list(preview(workspace, reading_of(workspace)))
    assert (third.file, third.rejected, third.unmapped) == ("3.csv", {"bad_bool": [2]}, ["mood"])
    assert (together.funnel["read"], together.funnel["rejected:duplicate_exact"]) == (5, 1)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_what_customers_wrote_is_closed_to_others(root):
    open_lake(load_workspace(root))
    assert stat.S_IMODE((root / "lake").stat().st_mode) == 0o700


@pytest.fixture
def store(root):
    """An object store with the messages in it, and a workspace that reads them from there."""
    system = fsspec.filesystem("memory")
    system.rm("/exports", recursive=True) if system.exists("/exports") else None
    for path in (root / "days").iterdir():
        system.pipe_file(f"/exports/{path.name}", path.read_bytes())
    (root / "workspace.toml").write_text(WORKSPACE.replace('"twcs.csv"', '"memory://exports/*.csv"'))
    yield system
    system.rm("/exports", recursive=True)


def test_an_object_store_is_asked_again_only_when_told_to(root, store):
    workspace = load_workspace(root)
    assert open_lake(workspace).table("messages").height == 3
    store.pipe_file("/exports/2.csv", (HEADER + LATER.replace("mine", "ours")).encode())
    assert open_lake(workspace).table("messages")["text"][2] == "and mine"
    assert open_lake(workspace, refresh=True).table("messages")["text"][2] == "and ours"


def test_an_object_that_did_not_change_is_not_fetched_again(root, store, monkeypatch):
    workspace = load_workspace(root)
    open_lake(workspace)
    monkeypatch.setattr(type(store), "get_file", lambda *_: pytest.fail("fetched again"))
    assert open_lake(workspace, refresh=True).table("messages").height == 3


def test_an_object_that_arrives_cut_is_refused_and_the_old_lake_stays(root, store, monkeypatch):
    workspace = load_workspace(root)
    before = sha256(open_lake(workspace).folder / "messages.parquet")
    store.pipe_file("/exports/2.csv", (HEADER + LATER + LATER.replace("3,", "5,")).encode())
    get_file = type(store).get_file
    monkeypatch.setattr(type(store), "size", lambda _, path: 999)
    with pytest.raises(SourceError, match="did not arrive whole"):
        open_lake(workspace, refresh=True)
    assert get_file and sha256(open_lake(workspace).folder / "messages.parquet") == before


def test_a_store_that_fails_says_so_without_its_address_or_keys(root, store, monkeypatch):
    def fail(*_):
        raise PermissionError("key=hunter2 at https://store.example/exports")

    monkeypatch.setattr(type(store), "ukey", fail)
    with pytest.raises(SourceError, match=r"'\*\.csv' cannot be read \(PermissionError\)") as refusal:
        open_lake(load_workspace(root))
    assert "hunter2" not in str(refusal.value)


def test_a_store_whose_package_is_missing_names_it(root):
    (root / "workspace.toml").write_text(WORKSPACE.replace('"twcs.csv"', '"gs://exports/*.csv"'))
    with pytest.raises(SourceError, match="gs:// needs the package"):
        open_lake(load_workspace(root))


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ('path = "file:///etc/passwd"', "leads out of the workspace"),
        ('path = "simplecache::s3://a/b"', "leads out of the workspace"),
        ('path = "s3://me:secret@bucket/x.csv"', "must not hold a user or password"),
        ('path = "/etc/*"', "must lead from the workspace folder downwards"),
        ('path = "../*.csv"', "must lead from the workspace folder downwards"),
        ('path = ""', "either path, or database and query"),
        ('path = "a.csv"\ndatabase = "shop.sqlite"\nquery = "SELECT 1"', "either path, or database and query"),
        ('database = "shop.sqlite"', "database and query belong together"),
        ('database = "postgresql://me:secret@host/shop"\nquery = "SELECT 1"', "put it into the environment"),
        ('database = "../shop.sqlite"\nquery = "SELECT 1"', "must lead from the workspace folder downwards"),
    ],
)
def test_a_place_that_is_none_or_tells_a_secret_is_refused(root, place, says):
    (root / "workspace.toml").write_text(WORKSPACE.replace('path = "twcs.csv"', place))
    with pytest.raises((ConfigError, SourceError), match=says) as refusal:
        open_lake(load_workspace(root))
    assert "secret" not in str(refusal.value)


def test_the_manifest_tells_the_hash_of_every_file_and_table(root):
    lake = open_lake(load_workspace(root))
    told = json.loads((root / "lake/manifest.json").read_text())
    assert [each["sha256"] for each in told["inputs"]["messages"]["files"]] == [sha256(root / f"days/{k}.csv") for k in (1, 2)]
    told_files = {name: digest for each in told["outputs"].values() for name, digest in each["files"].items()}
    assert told_files == {path.name: sha256(path) for path in lake.folder.iterdir()}
    assert pl.read_parquet(lake.folder / "messages.parquet").height == told["outputs"]["messages"]["rows"]
