"""The register of requirements: R001 to R192 of METRICS.md section A, each with its places, or with what is missing."""

import ast
import csv
import json
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from careworth.registry import METRICS

ROOT = Path(__file__).parents[1]
COLUMNS = ["id", "requirement", "metrics", "place", "status", "note"]
STATUSES = ("met", "partly", "open")

with (ROOT / "tests" / "reference" / "requirements.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))


def counts() -> str:
    """How many requirements have which status: what every failure says beside its own fault."""
    found = Counter(row["status"] for row in ROWS)
    return ", ".join(f"{found[status]} {status}" for status in STATUSES)


def places(row: dict[str, str]) -> list[str]:
    """The places that a row names."""
    return [place for place in row["place"].split("; ") if place]


@cache
def names_of_tests(path: str) -> set[str]:
    """The tests that a file defines."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@cache
def headings_of(path: str) -> set[str]:
    """The headings of a page or of a notebook's texts; a comment in a block of code is none."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".ipynb"):
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {title.strip() for title in re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)}


def is_function(name: str) -> bool:
    """True of a dotted name that a module of the library offers to be called."""
    module, _, member = name.rpartition(".")
    try:
        return not member.startswith("_") and callable(getattr(import_module(module), member, None))
    except ModuleNotFoundError:
        return False


def exists(place: str) -> bool:
    """True of a test, a heading, a registry entry or a function that is there."""
    if place.startswith("careworth explain "):
        return place.removeprefix("careworth explain ") in METRICS
    if place.startswith("careworth."):
        return is_function(place)
    path, sign, name = re.fullmatch(r"([^#:]*)(::|#|)(.*)", place).groups()
    named_in = {"::": names_of_tests, "#": headings_of}.get(sign)
    return named_in is not None and (ROOT / path).is_file() and name in named_in(path)


def faulty(is_fault) -> list[str]:
    """The ids of the rows with the fault."""
    return [row["id"] for row in ROWS if is_fault(row)]


def test_each_requirement_is_there_once_and_in_order():
    """METRICS.md section A counts 192."""
    assert list(ROWS[0]) == COLUMNS
    assert [row["id"] for row in ROWS] == [f"R{number:03d}" for number in range(1, 193)], counts()


def test_the_register_has_the_requirements_of_the_sources(shared):
    told = re.findall(r"^\| (R\d{3}) \|", (shared / "METRICS.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [row["id"] for row in ROWS] == told, counts()


def test_each_requirement_is_told_in_a_few_words():
    assert faulty(lambda row: not 1 <= len(row["requirement"].split()) <= 15) == [], counts()


def test_each_status_is_one_of_three():
    assert faulty(lambda row: row["status"] not in STATUSES) == [], counts()


def test_each_place_exists():
    missing = [f"{row['id']}: {place}" for row in ROWS for place in places(row) if not exists(place)]
    assert missing == [], counts()


@pytest.mark.parametrize(
    "place",
    [
        "tests/test_roi.py::test_nothing_of_that_name",
        "tests/test_nothing.py::test_roi_by_hand",
        "tests/test_roi.py::orders",
        "tests/test_roi.py",
        "notebooks/04_roi.ipynb#What is the weather?",
        "data/README.md#`nothing`",
        "careworth explain Z9",
        "careworth.nothing.at_all",
        "careworth.goals.nothing",
        "careworth.goals._bounds",
        "a plan",
    ],
)
def test_a_place_that_is_not_there_is_found_out(place):
    assert not exists(place)


def test_a_comment_in_code_is_no_heading(tmp_path):
    page, notebook = tmp_path / "page.md", tmp_path / "notebook.ipynb"
    page.write_text("# Title\n\n```toml\n# of a setting\n```\n\n## Part two\n", encoding="utf-8")
    cells = [{"cell_type": "markdown", "source": ["# Title\n", "text"]}, {"cell_type": "code", "source": ["# of a parameter"]}]
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert headings_of(str(page)) == {"Title", "Part two"}
    assert headings_of(str(notebook)) == {"Title"}


def test_what_is_met_says_where():
    assert faulty(lambda row: row["status"] == "met" and not places(row)) == [], counts()


def test_what_is_met_in_part_says_where_too():
    assert faulty(lambda row: row["status"] == "partly" and not places(row)) == [], counts()


def test_a_note_says_what_is_missing_and_only_where_something_is():
    assert faulty(lambda row: bool(row["note"].strip()) == (row["status"] == "met")) == [], counts()


def test_metrics_are_those_of_the_registry_each_once():
    def is_wrong(row: dict[str, str]) -> bool:
        named = row["metrics"].split()
        return not set(named) <= set(METRICS) or len(named) != len(set(named))

    assert faulty(is_wrong) == [], counts()


def test_a_metric_that_names_a_requirement_as_its_source_is_named_by_it():
    named = {row["id"]: row["metrics"].split() for row in ROWS}
    claimed = [(source, metric.id) for metric in METRICS.values() for source in metric.sources if source in named]
    assert claimed
    assert [pair for pair in claimed if pair[1] not in named[pair[0]]] == [], counts()
