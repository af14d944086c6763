"""Tables for spreadsheets: no cell is a formula or a link, numbers are numbers; and what a form needs is said."""

import re
import zipfile
from io import BytesIO

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from careworth import batch, exports
from careworth.batch import Outcome
from careworth.cli import app
from careworth.errors import CareworthError
from careworth.exports import Forms, as_workbook, browser, export_values, without_formulas, write_forms, write_pdf
from careworth.results import write_values
from tests.sample_values import complete, table
from tests.test_config import CAMPAIGN, WORKSPACE
from tests.test_suppression import counts

#: What OWASP's page on CSV injection names, their full-width forms, and what programs pass over before them.
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    " =1",
    "\u200b=1",
    "\ufeff=1",
    "\t",
    "\x00=1",
]
HARMLESS = ["", "a=1", "week of 3 March", "−5 % (a true minus)", "'=1", "0.5", "https://example.com/a"]


@pytest.fixture
def workspace(tmp_path):
    """A workspace without data, whose campaign has results."""
    (tmp_path / "mine/campaigns").mkdir(parents=True)
    (tmp_path / "mine/workspace.toml").write_text(WORKSPACE)
    (tmp_path / "mine/campaigns/spring.toml").write_text(CAMPAIGN)
    write_values(complete(), tmp_path / "reports/spring")
    return tmp_path / "mine"


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_compute_is_a_text(text):
    assert without_formulas(pl.DataFrame({"text": [text]}))["text"].to_list() == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text):
    assert without_formulas(pl.DataFrame({"text": [text]}))["text"].to_list() == [text]


def test_numbers_dates_and_gaps_stay_what_they_are():
    values = complete()
    told = without_formulas(values)
    assert told.schema == values.schema
    assert told.equals(values)
    assert without_formulas(pl.DataFrame({"text": [None]}, schema={"text": pl.String}))["text"].to_list() == [None]


#: Texts of signs that Python's tables of Unicode know too.
TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cn"]), max_size=8), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(texts=TEXTS)
def test_no_text_whatever_begins_as_a_formula(texts):
    """The rule of R4 written anew: without spaces and invisible signs, no cell begins with = + - @ or its full-width form."""
    for text in without_formulas(pl.DataFrame({"text": texts}))["text"]:
        seen = "".join(sign for sign in text if sign.isprintable()).lstrip()
        assert not seen.startswith(tuple("=+-@＝＋－＠"))


@settings(max_examples=20, deadline=None)
@given(texts=TEXTS)
def test_every_text_is_a_text_in_the_workbook_too(texts):
    told = without_formulas(pl.DataFrame({"text": texts}))
    cells = openpyxl.load_workbook(BytesIO(as_workbook(told))).active.iter_rows(min_row=2)
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} <= {"s"}


def _sheet(workbook: bytes) -> str:
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels")))


def test_a_workbook_has_no_formula_and_no_link():
    rows = without_formulas(pl.DataFrame({"text": [*FORMULAS, *HARMLESS], "number": [-1.5] * (len(FORMULAS) + len(HARMLESS))}))
    content = _sheet(as_workbook(rows))
    assert "<f>" not in content
    assert "hyperlink" not in content.lower()
    sheet = openpyxl.load_workbook(BytesIO(as_workbook(rows))).active
    assert {cell.data_type for (cell,) in sheet.iter_rows(min_row=2, min_col=2)} == {"n"}


def test_the_workbook_holds_the_table(workspace, tmp_path):
    path = export_values(workspace, "spring", tmp_path / "reports", "xlsx")
    sheet = openpyxl.load_workbook(path).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == tuple(complete().columns)
    assert len(rows) == complete().height
    assert sheet.freeze_panes == "A2"
    at = head.index("value")
    assert [row[at] for row in rows] == pytest.approx(complete()["value"].to_list())


def test_the_csv_says_its_encoding_and_holds_the_table(workspace, tmp_path):
    path = export_values(workspace, "spring", tmp_path / "reports", "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(path, schema=complete().schema).equals(complete())


def test_an_older_table_is_hidden_where_it_is_small_before_it_leaves(workspace, tmp_path):
    write_values(table(counts(3, 20, 90)), tmp_path / "reports/spring")
    told = pl.read_csv(export_values(workspace, "spring", tmp_path / "reports", "csv"))
    assert dict(told.select("slice", "value").iter_rows()) == {
        "all": 113,
        "network=c0": None,
        "network=c1": None,
        "network=c2": 90,
    }


def test_a_campaign_without_results_is_refused(workspace, tmp_path):
    with pytest.raises(CareworthError, match="no results of 'spring' in 'empty'; run: careworth run spring"):
        export_values(workspace, "spring", tmp_path / "empty", "csv")


def test_an_unknown_campaign_is_refused(workspace, tmp_path):
    with pytest.raises(CareworthError, match="unknown campaign"):
        export_values(workspace, "../mine", tmp_path, "csv")


def test_the_command_names_the_file_that_it_wrote(workspace, tmp_path):
    given = ["export", "spring", "--format", "csv", "-w", str(workspace), "-r", str(tmp_path / "reports")]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0
    assert result.output.strip().endswith("metric_values.csv")
    assert CliRunner().invoke(app, [*given[:3], "pdf", *given[4:]]).exit_code == 2


def test_no_form_is_written_that_nobody_wants(workspace, tmp_path):
    assert write_forms(workspace, "spring", tmp_path / "reports", Forms()) == []


def test_without_a_browser_a_pdf_is_refused_before_anything_runs(workspace, monkeypatch):
    monkeypatch.setattr(exports.shutil, "which", lambda name: None)
    monkeypatch.setattr(batch, "run_campaigns", lambda *given: pytest.fail("ran"))
    result = CliRunner().invoke(app, ["run", "--pdf", "-w", str(workspace)])
    assert (
        str(result.exception) == "--pdf needs Chromium or Google Chrome; install one, or print the report from your own browser"
    )
    with pytest.raises(CareworthError):
        browser()


def test_a_browser_that_prints_nothing_is_told_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("<p>x")
    monkeypatch.setattr(exports.shutil, "which", lambda name: "/bin/false")
    with pytest.raises(
        CareworthError, match=r"report.html: the browser did not print it \(CalledProcessError\); print it by hand"
    ):
        write_pdf(tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], Forms()),
        (["--layer", "manager"], Forms()),
        (["--layer", "executive", "--email"], Forms(executive=True, email=True)),
    ],
)
def test_each_option_asks_for_its_form_of_what_was_run(given, wanted, workspace, tmp_path, monkeypatch):
    asked = []
    outcomes = [Outcome("spring", "done", 1.0), Outcome("summer", "failed", 1.0, "no"), Outcome("autumn", "unchanged", 0.0)]
    monkeypatch.setattr(batch, "run_campaigns", lambda *_: iter(outcomes))
    monkeypatch.setattr(exports, "write_forms", lambda root, name, reports, forms: asked.append((name, forms)) or [])
    result = CliRunner().invoke(app, ["run", "-w", str(workspace), *given])
    assert result.exit_code == 1
    assert asked == ([("spring", wanted), ("autumn", wanted)] if any(wanted) else [])


def test_an_unknown_layer_is_refused(workspace):
    result = CliRunner().invoke(app, ["run", "--layer", "board", "-w", str(workspace)])
    assert result.exit_code == 2
    assert re.search("'board' is not one of", result.output)
