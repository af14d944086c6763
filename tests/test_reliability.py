"""The register of promises: those of RELIABILITY.md section 8, each with the tests that hold it, or with what is missing."""

import csv
import re
from collections import Counter

import pytest

from tests.test_requirements import ROOT, exists, places

COLUMNS = ["id", "promise", "place", "status", "reason"]
STATUSES = ("kept", "partly", "open")

#: How many promises RELIABILITY.md section 8 makes under each letter.
PROMISED = {"I": 9, "R": 6, "K": 4, "V": 5, "B": 8, "C": 1}

with (ROOT / "tests" / "reference" / "promises.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))


def counts() -> str:
    """How many promises have which status: what every failure says beside its own fault."""
    found = Counter(row["status"] for row in ROWS)
    return ", ".join(f"{found[status]} {status}" for status in STATUSES)


def faulty(is_fault) -> list[str]:
    """The ids of the rows with the fault."""
    return [row["id"] for row in ROWS if is_fault(row)]


def test_each_promise_is_there_once_and_in_order():
    assert list(ROWS[0]) == COLUMNS
    assert [row["id"] for row in ROWS] == [f"{letter}{n}" for letter, count in PROMISED.items() for n in range(1, count + 1)]


def test_the_register_has_the_promises_of_the_source(shared):
    path = shared / "RELIABILITY.md"
    if not path.is_file():
        pytest.skip("RELIABILITY.md is not in this copy of the shared folder")
    section = path.read_text(encoding="utf-8").split("## 8. ")[1].split("\n## ")[0]
    told = re.findall(r"(?:^ |\. )([IRKVBC]\d) ", section, flags=re.MULTILINE)
    assert [row["id"] for row in ROWS] == told


def test_each_promise_is_told_in_a_few_words():
    assert faulty(lambda row: not 1 <= len(row["promise"].split()) <= 15) == []


def test_each_status_is_one_of_three():
    assert faulty(lambda row: row["status"] not in STATUSES) == [], counts()


def test_each_place_is_a_test_that_exists():
    missing = [f"{row['id']}: {place}" for row in ROWS for place in places(row) if "::" not in place or not exists(place)]
    assert missing == [], counts()


def test_what_is_kept_whole_or_in_part_says_where_and_what_is_open_has_no_test():
    assert faulty(lambda row: bool(places(row)) == (row["status"] == "open")) == [], counts()


def test_a_reason_says_what_is_missing_and_only_where_something_is():
    assert faulty(lambda row: bool(row["reason"].strip()) == (row["status"] == "kept")) == [], counts()
