"""Files that break ingesters: those of shared/hostile by their own judge, and as many of our own."""

import gzip
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from careworth import cli
from careworth.errors import SourceError
from careworth.inspection import inspect_file
from careworth.staging import opening, rejected_records, stage
from careworth.staging.twcs import COLLECTION_ENDED, COLUMNS

HEADER = ",".join(COLUMNS) + "\n"
TIME = "Tue Oct 31 22:01:47 +0000 2017"


def row(number="3", author="103", inbound="True", time=TIME, text="hello", responses="", parent="") -> str:
    """One record of a twcs file."""
    return f"{number},{author},{inbound},{time},{text},{responses},{parent}\n"


GOOD = HEADER + row("1") + row("2", "brand", "False", parent="1")

#: What follows two good records, and the reasons for which the third is rejected.
REJECTED = {
    "too few fields": ("3,103,True\n", {"bad_field_count"}),
    "a field too many": (row(text="a,b"), {"bad_field_count"}),
    "cut in the middle": (f"3,103,True,{TIME},hel", {"bad_field_count", "truncated_record"}),
    "cut inside quotes": (f'3,103,True,{TIME},"hel', {"bad_field_count", "bad_quoting", "truncated_record"}),
    "text after a closing quote": (row(text='"a"b"c"'), {"bad_quoting"}),
    "quotes escaped by backslashes": (row(text='"say \\"hi\\" now"'), {"bad_quoting"}),
    "the header again": (HEADER, {"repeated_header"}),
    "a NUL in the text": (row(text="a\0b"), {"nul_byte"}),
    "ten megabytes of text": (row(text="x" * 10_000_000), {"text_too_long"}),
    "two hundred thousand lines in one field": (row(text='"' + "x\n" * 200_000 + '"'), {"text_too_long"}),
    "no text": (row(text=""), {"text_missing"}),
    "no author": (row(author=""), {"author_missing"}),
    "an author of spaces": (row(author="  "), {"author_missing"}),
    "an author of 65 letters": (row(author="x" * 65), {"author_too_long"}),
    "a yes": (row(inbound="yes"), {"bad_bool"}),
    "no id": (row(""), {"id_missing"}),
    "an id of 64 bits and one": (row(str(2**63)), {"id_out_of_range"}),
    "a float beyond 53 bits": (row("9007199254740993.0"), {"id_precision_loss"}),
    "a parent in letters": (row(parent="abc"), {"id_not_integer"}),
    "no time": (row(time=""), {"timestamp_missing"}),
    "a time without a zone": (row(time="2017-10-31 22:01:47"), {"timestamp_no_timezone"}),
    "a date that may be two": (row(time="10/11/2017"), {"bad_timestamp"}),
    "the wrong weekday": (row(time="Wed Oct 31 22:01:47 +0000 2017"), {"bad_timestamp"}),
    "a year of two digits": (row(time="Tue Oct 31 22:01:47 +0000 17"), {"bad_timestamp"}),
    "30 February": (row(time="2017-02-30T22:01:47Z"), {"bad_timestamp"}),
    "the same record again": (row("1"), {"duplicate_exact"}),
    "the same record with other answers": (row("1", responses="7"), {"duplicate_merged"}),
}
REFUSED = {
    "empty.csv": (b"", "E_EMPTY_FILE"),
    "spaces.csv": (b"  \n\n ", "E_EMPTY_FILE"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "E_BINARY"),
    "zeros.csv": (bytes(4096), "E_BINARY"),
    "utf16.csv": (GOOD.encode("utf-16-le"), "E_ENCODING"),
    "tabs.csv": (GOOD.replace(",", "\t").encode(), "E_MISSING_COLUMN"),
    "twice.csv": (GOOD.replace("text,", "text,text,", 1).encode(), "E_DUPLICATE_COLUMN"),
    "wide.csv": (",".join(map(str, range(1_000_000))).encode(), "E_TOO_MANY_COLUMNS"),
    "open.csv": ((GOOD + row(text='"never closed') + row("4")).encode(), "E_UNTERMINATED_QUOTE"),
    "garbage.csv.gz": (gzip.compress(GOOD.encode()) + b"garbage", "E_CORRUPT"),
    "half.csv.gz": (gzip.compress(GOOD.encode())[:-20], "E_TRUNCATED"),
    "bomb.csv.gz": (gzip.compress(bytes(64 << 20)), "E_TOO_LARGE"),
    "no.zip": (b"PK\x03\x04rubbish", "E_CORRUPT"),
    "cut.json": (b'[{"tweet_id": 1,', "E_FORMAT"),
    "deep.json": (b"[" * 200_000, "E_TOO_DEEP"),
    "text.parquet": (GOOD.encode(), "E_FORMAT"),
    "torn.parquet": (b"PAR1" + bytes(100), "E_CORRUPT"),
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_judge_of_the_hostile_files_finds_nothing_wrong(shared):
    command = f"{Path(sys.executable).parent / 'careworth'} inspect {{file}} --format twcs --json"
    judge = [sys.executable, shared / "tools/check_hostile.py", shared / "hostile", command]
    ended = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[-1] == "45 passed, 0 failed, 0 skipped", ended.stdout


@pytest.mark.parametrize("fault", REJECTED)
def test_a_bad_record_is_set_aside_with_its_reasons_and_its_raw_text(tmp_path, fault):
    record, reasons = REJECTED[fault]
    path = written(tmp_path, "twcs.csv", GOOD + record)
    staged = stage("messages", "twcs", path, COLLECTION_ENDED)
    kept = rejected_records(path, staged).row(0, named=True)
    assert staged.table["message_id"].to_list() == ["1", "2"]
    assert (kept["file"], kept["record"], set(kept["reasons"])) == ("twcs.csv", 3, reasons)
    assert kept["raw"] == record.encode()


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_what_it_says_is_refused_whole(tmp_path, name):
    content, code = REFUSED[name]
    path = written(tmp_path, name, content)
    with pytest.raises(SourceError) as refused:
        stage("messages", "twcs", path, COLLECTION_ENDED)
    assert refused.value.code == code
    assert str(refused.value).startswith(f"{name}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mark.csv", b"\xef\xbb\xbf" + GOOD.encode()),
        ("utf16.csv", b"\xff\xfe" + GOOD.encode("utf-16-le")),
        ("dos.csv", GOOD.replace("\n", "\r\n").encode()),
        ("mac.csv", GOOD.replace("\n", "\r").encode()),
        ("blank.csv", GOOD.replace("\n", "\n\n").encode()),
        ("open-ended.csv", GOOD.rstrip("\n").encode()),
        ("two-members.csv.gz", gzip.compress(GOOD[:200].encode()) + gzip.compress(GOOD[200:].encode())),
        ("excel.csv", GOOD.replace("True", "TRUE").replace("\n1,", "\n1.0,").encode()),
    ],
)
def test_what_can_be_read_for_certain_is_read(tmp_path, name, content):
    found = inspect_file(written(tmp_path, name, content), "twcs")
    assert (found["accepted_ids"], found["rejected"], found["text"]) == ([1, 2], [], {"1": "hello", "2": "hello"})


def test_one_file_in_a_zip_is_read_and_two_are_refused(tmp_path):
    for count in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{count}.zip", "w") as archive:
            for number in range(count):
                archive.writestr(f"{number}.csv", GOOD)
    assert inspect_file(tmp_path / "1.zip", "twcs")["accepted_ids"] == [1, 2]
    with pytest.raises(SourceError, match="holds 2 files"):
        inspect_file(tmp_path / "2.zip", "twcs")


def test_a_bomb_is_refused_before_it_is_unpacked_whole(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(opening, "BLOCK", 1 << 16)
    monkeypatch.setattr(opening.gzip.GzipFile, "read", lambda self, size: read.append(size) or b"x" * size)
    with pytest.raises(SourceError, match="unpacks to more than 10 MiB"):
        inspect_file(written(tmp_path, "bomb.csv.gz", gzip.compress(b"x")), "twcs")
    assert sum(read) <= opening.SMALL_BYTES + (1 << 16)


def bomb() -> bytes:
    """Two gibibytes in six mebibytes: one packed member many times."""
    member = gzip.compress((HEADER + row("1") * 2**17).encode())
    unpacked = len(gzip.decompress(member))
    return member * (2**31 // unpacked + 1)


#: Files that would fill a machine, the code that they are refused with, and the most CPU seconds that it may take (I7).
FILLING = {
    "bomb.csv.gz": (bomb, "E_TOO_LARGE", 10),
    "wide.csv": (lambda: ",".join(f"column{number}" for number in range(10**6)).encode() + b"\n", "E_TOO_MANY_COLUMNS", 5),
}


#: Runs a command and tells its exit code, what it printed, its CPU seconds and its largest memory. A child of this process itself
#: would be charged the memory that this one has when it forks.
WATCH = """
import json, resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([ended.returncode, ended.stdout, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems tell what one child used")
@pytest.mark.parametrize("name", FILLING)
def test_what_would_fill_a_machine_is_refused_soon_and_in_little_memory(tmp_path, name):
    content, code, most_seconds = FILLING[name]
    path = written(tmp_path, name, content())
    words = ["sh", "-c", 'ulimit -t 30 && exec "$@"', "sh", sys.executable, "-m", "careworth", "inspect", path, "--json"]
    watched = subprocess.run([sys.executable, "-c", WATCH, *words], stdout=subprocess.PIPE, check=True)
    exit_code, told, seconds, memory = json.loads(watched.stdout)
    assert (exit_code, json.loads(told)["error"]) == (2, code)
    assert seconds < most_seconds
    assert memory * (1 if sys.platform == "darwin" else 1024) < 500 * 2**20


def test_json_lines_are_judged_one_by_one(tmp_path):
    good = {"tweet_id": "918762345678901234", "author_id": "a", "inbound": True, "created_at": TIME, "text": "x"}
    lines = [json.dumps(good), '{"tweet_id": 3', "null", "{}", json.dumps(good | {"text": 5}), '{"a": 1, "a": 2}', "[" * 100_000]
    found = inspect_file(written(tmp_path, "a.jsonl", "\n".join(lines)), "twcs")
    assert found["accepted_ids"] == [918762345678901234]
    assert [set(each["reasons"]) for each in found["rejected"]] == [
        {"bad_json"}, {"not_an_object"}, {"missing_field"}, {"text_not_string"}, {"duplicate_key"}, {"bad_json"},
    ]  # fmt: skip


def test_times_in_parquet_are_read_with_a_zone_and_rejected_without(tmp_path):
    columns = {"tweet_id": [1], "author_id": ["a"], "inbound": [True], "text": ["x"]}
    columns |= {"response_tweet_id": [None], "in_response_to_tweet_id": [None]}
    zoned = pl.Series("created_at", ["2017-10-31T22:01:47"]).str.to_datetime(time_zone="Asia/Kolkata")
    pl.DataFrame(columns).with_columns(zoned).write_parquet(tmp_path / "zoned.parquet")
    pl.DataFrame(columns).with_columns(zoned.dt.replace_time_zone(None)).write_parquet(tmp_path / "naive.parquet")
    assert inspect_file(tmp_path / "zoned.parquet", "twcs")["created_utc"] == {"1": "2017-10-31T16:31:47Z"}
    assert inspect_file(tmp_path / "naive.parquet", "twcs")["rejected"][0]["reasons"] == ["timestamp_no_timezone"]


def test_links_that_cannot_be_are_flagged_and_their_messages_kept(tmp_path):
    ring = row("3", parent="5") + row("4", parent="3") + row("5", parent="4")
    others = row("6", parent="6") + row("7", parent="99") + row("8", time="2017-01-01T00:00:00Z", parent="1", responses='"9,x"')
    found = inspect_file(written(tmp_path, "twcs.csv", GOOD + ring + others), "twcs")
    assert found["accepted_ids"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found["flags"] == {
        "self_reply": [6], "orphan_reply": [7], "reply_before_parent": [8], "reply_cycle": [3, 4, 5], "bad_response_ids": [8],
    }  # fmt: skip


def test_a_chain_of_two_hundred_thousand_answers_is_one_conversation(tmp_path):
    chain = "".join(row(str(number), parent=str(number - 1)) for number in range(3, 200_000))
    found, seconds = timed(lambda: inspect_file(written(tmp_path, "twcs.csv", GOOD + chain), "twcs"))
    assert (found["conversations"], found["flags"]) == (1, {})
    assert seconds < 30


def test_a_ring_of_as_many_ends_too(tmp_path):
    ring = "".join(row(str(number), parent=str(number % 200_000 + 1)) for number in range(1, 200_001))
    found, seconds = timed(lambda: inspect_file(written(tmp_path, "twcs.csv", HEADER + ring), "twcs"))
    assert (len(found["accepted_ids"]), len(found["flags"]["reply_cycle"])) == (200_000, 200_000)
    assert seconds < 30


def timed(do) -> tuple[dict, float]:
    """What it gives, and the CPU seconds of it."""
    started = time.process_time()
    return do(), time.process_time() - started


def test_the_order_of_the_records_decides_nothing(tmp_path):
    """Turned round and shuffled ten times: doubles, an orphan, one that answers itself, a ring of three, a thread of five."""
    body = [row("1"), row("2", parent="1"), row("2", text="another"), row("4"), row("4"), row("5", parent="2")]
    body += [row("6", parent="6"), row("11", parent="13"), row("12", parent="11"), row("13", parent="12")]
    body += [row(str(20 + each), parent=str(19 + each) if each else "") for each in range(5)]
    orders = [body, body[::-1], *(random.Random(seed).sample(body, len(body)) for seed in range(10))]
    found = [inspect_file(written(tmp_path, "t.csv", HEADER + "".join(each)), "twcs") for each in orders]
    told = [{key: each[key] for key in ("accepted_ids", "text", "flags", "conversations")} for each in found]
    assert sorted(told[0]["accepted_ids"]) == [1, 4, 5, 6, 11, 12, 13, 20, 21, 22, 23, 24]
    assert told[0]["flags"] == {"orphan_reply": [5], "self_reply": [6], "reply_cycle": [11, 12, 13]}
    assert (len(orders), [each for each in told if each != told[0]]) == (12, [])


def test_inspect_prints_counts_for_people_and_one_object_for_programs(tmp_path):
    path = written(tmp_path, "twcs.csv", GOOD + row(""))
    printed = CliRunner().invoke(cli.app, ["inspect", str(path)])
    assert (printed.exit_code, "rejected: id_missing" in printed.output) == (0, True)
    refused = CliRunner().invoke(cli.app, ["inspect", str(written(tmp_path, "empty.csv", b"")), "--json"])
    assert (refused.exit_code, json.loads(refused.output)["error"]) == (2, "E_EMPTY_FILE")
