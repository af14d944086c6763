"""What the page of a real run tells of its inputs is what its manifest says and what lies there (RELIABILITY.md R6, I5)."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

import careworth
from careworth.batch import Outcome, Request, run_campaigns
from careworth.files import sha256
from careworth.results import DEFINITION_VERSION
from tests.batch.test_secrets import everything
from tests.test_config import CAMPAIGN, WORKSPACE
from tests.test_staging import HEADER

#: A question and its answer, on a Tuesday of March.
TALK = """{0}1,{0},True,Tue Mar {1:02} 10:00:00 +0000 2024,@north where is my order?,,
{0}2,north,False,Tue Mar {1:02} 10:20:00 +0000 2024,@{0} on its way,,{0}1
"""
TALKS = "".join(TALK.format(100 + each, (5, 12, 19, 26)[each % 4]) for each in range(300))

#: Three records for two reasons, of 604 fewer than one in a hundred; and one that stands there twice.
SECRET = "quiet words 0815"
BROKEN = f"""7001,canary-1,perhaps,Tue Mar 05 10:00:00 +0000 2024,@north {SECRET},,
7002,canary-2,maybe,Tue Mar 05 10:00:00 +0000 2024,@north {SECRET},,
7003,canary-3,True,tomorrow,@north {SECRET},,
1001,100,True,Tue Mar 05 10:00:00 +0000 2024,@north where is my order?,,
"""


def workspace_of(folder: Path, records: str) -> Path:
    """A workspace of one campaign and these records."""
    (folder / "workspace/campaigns").mkdir(parents=True)
    (folder / "workspace/workspace.toml").write_text(WORKSPACE)
    (folder / "workspace/campaigns/spring.toml").write_text(CAMPAIGN)
    (folder / "workspace/twcs.csv").write_text(HEADER + records)
    return folder / "workspace"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A workspace of 604 records, 600 of which are good."""
    return workspace_of(tmp_path_factory.mktemp("page"), TALKS + BROKEN)


@pytest.fixture(scope="module")
def bad(tmp_path_factory) -> Path:
    """A workspace of six records, three of which are good but one twice."""
    return workspace_of(tmp_path_factory.mktemp("refused"), TALK.format(100, 5) + BROKEN)


@pytest.fixture(scope="module")
def page(root) -> str:
    """The page of a run with a parameter of its own."""
    asked = Request(root, root.parent / "reports", ["spring"], given={"response_hours": 4.0})
    assert [told.status for told in run_campaigns(asked) if isinstance(told, Outcome)] == ["done"]
    return (root.parent / "reports/spring/report.html").read_text()


def cells(page: str, summary: str) -> list[list[str]]:
    """The texts of the table below that summary, a list for each row but the head."""
    body = page.split(f"<summary>{summary}</summary>")[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall("<tr>(.*?)</tr>", body, re.DOTALL)
    return [[unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td.*?>(.*?)</td>", row, re.DOTALL)] for row in rows]


def test_hash_and_count_of_each_input_are_those_of_the_file_and_the_manifest(root, page):
    told = json.loads(next(root.glob("lake/manifest.json")).read_text())["inputs"]["messages"]["files"]
    assert cells(page, "Inputs, versions and settings") == [["messages", "twcs.csv", "604", sha256(root / "twcs.csv")]]
    assert told == [{"file": "twcs.csv", "sha256": sha256(root / "twcs.csv"), "records": 604}]


def test_versions_and_the_parameter_that_was_given_are_told(root, page):
    below = page.split("<summary>Inputs, versions and settings</summary>")[1].split("</details>")[0]
    assert f"careworth {careworth.__version__}; definitions {DEFINITION_VERSION}; tone care " in below
    assert "02_metrics: response_hours = 4.0 (workspace: 24)" in unescape(below)


def test_the_rejected_are_counted_by_reason_on_the_page(page):
    ((table, read, accepted, rest),) = cells(page, "What became of the records of each table")
    assert (table, read, accepted) == ("messages", "604", "600")
    assert rest.split("; ") == ["rejected bad bool 2", "rejected bad timestamp 1", "rejected duplicate exact 1"]


def told(*words: str | Path) -> subprocess.CompletedProcess:
    """What the command says to these words."""
    return subprocess.run([sys.executable, "-m", "careworth", *words], capture_output=True, text=True, check=False)


def test_so_they_are_where_they_stop_the_run(bad):
    ended = told("run", "--workspace", bad, "--reports", bad.parent / "reports")
    assert ended.returncode == 2
    assert (
        "source messages (twcs.csv): 3 of 6 records rejected (50.0%, at most 1.0%): bad_bool 2, bad_timestamp 1;" in ended.stderr
    )
    assert not (bad.parent / "reports").exists()


@pytest.mark.parametrize("words", ["run", "ingest", "ingest --dry-run", "check"])
def test_no_command_prints_a_record_that_it_rejects(root, bad, words):
    """I3: each counts them, by their reason, in the workspace that is refused and in the other one."""
    for workspace in (root, bad):
        reports = ["--reports", workspace.parent / "reports", "-p", "response_hours=4"] if words == "run" else []
        ended = told(*words.split(), "--workspace", workspace, *reports)
        said = ended.stdout + ended.stderr
        assert [each for each in (SECRET, "canary-", "7001", "perhaps", "tomorrow") if each in said] == []
        assert (workspace is root and words in ("run", "check")) or "bad_bool" in said


def test_nor_does_the_log_of_a_run_hold_one(root, page):
    """Only the lake keeps them, in its own tables of what was rejected."""
    files = [path for path in root.parent.rglob("*") if path.is_file() and path.name != "twcs.csv"]
    holding = {path.name for path in files if SECRET in everything(path.read_bytes()).decode(errors="replace")}
    assert "rejected_messages.parquet" in holding
    assert {name for name in holding if not name.startswith("rejected")} == set()
