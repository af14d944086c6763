"""The first page alone, beside the whole report: small, still and complete, and no person in any file of either."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from careworth.config import load_workspace
from careworth.exports import Forms, export_values, write_forms, write_pdf
from careworth.labelling.verbatims import approved_verbatims
from careworth.lake import open_lake
from careworth.report import render_executive, render_report
from careworth.results import read_values
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, without_revenue
from tests.test_report import PAYLOAD, unpacked, visible_text

#: A file that nobody but the analyst gets.
FOR_THE_ANALYST = "notebooks"

PERSONAL = "Call me on 06 1234 5678, I am @annavanderberg, order 99887766, https://example.com/u/anna?id=4711, anna@example.com"


@pytest.fixture(scope="module")
def executive() -> str:
    """The first page of a complete campaign."""
    return render_executive(complete(), campaign(), WORKSPACE, PROVENANCE)


def test_the_first_page_is_small_and_runs_nothing(executive):
    assert len(executive.encode()) <= 120_000
    assert "script-src 'none'" in executive
    assert "<script" not in executive
    assert re.findall(r'(?:src|href|action)="(?!#)[^"]*"', executive) == []


def test_no_link_of_it_leads_nowhere(executive):
    for target in re.findall(r'(?:href="|url\()#([\w-]+)', executive):
        assert f'id="{target}"' in executive


def test_its_pictures_are_drawn_already_for_screens_and_telephones(executive):
    for wide, narrow in re.findall(r'<div class="wide">(.*?)</div><div class="narrow">(.*?)</div>', executive, re.S):
        assert wide.startswith("<svg") and narrow.startswith("<svg")
        assert int(re.search(r'width="(\d+)', narrow)[1]) < 420 < int(re.search(r'width="(\d+)', wide)[1])
    assert executive.count('<div class="narrow">') == 2


def test_no_mark_of_a_picture_speaks_for_itself(executive):
    pictures = "".join(re.findall(r'<div class="wide">(.*?)</div>', executive, re.S))
    assert "aria-label" not in pictures
    assert "<title" not in pictures


def test_its_numbers_are_those_of_the_whole_report(executive):
    whole = render_report(complete(), campaign(), WORKSPACE, PROVENANCE)
    numbers = re.findall(r'<p class="value"[^>]*>(.*?)</p>', executive)
    assert len(numbers) == 5
    assert numbers == re.findall(r'<p class="value"[^>]*>(.*?)</p>', whole)


def test_what_managers_need_is_not_in_it(executive):
    assert "What became of every message record" not in executive
    assert "Who follows and who writes?" not in executive


def test_without_a_return_it_says_why():
    text = visible_text(render_executive(without_revenue(), campaign(), WORKSPACE, PROVENANCE))
    assert "We cannot say." in text
    assert "no orders of Test hotels are connected" in text


def test_a_hostile_name_is_shown_and_not_run():
    page = render_executive(
        complete().with_columns(pl.col("denominator").fill_null("").add(PAYLOAD)), campaign(PAYLOAD), WORKSPACE, PROVENANCE
    )
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_same_table_gives_the_same_bytes(executive):
    assert render_executive(complete(), campaign(), WORKSPACE, PROVENANCE) == executive


def shared_texts(folder: Path) -> dict[str, str]:
    """Every file that others get of a campaign, as text: charts and workbooks unpacked, the analyst's folder left out."""
    texts = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".html", ".json", ".csv"):
            texts[path.name] = path.read_text(encoding="utf-8")
        elif path.suffix in (".parquet", ".xlsx"):
            table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_excel(path, engine="openpyxl")
            texts[path.name] = table.write_csv()
    return texts | {"charts": unpacked(texts["report.html"], "charts")}


@pytest.mark.parametrize("where", ["demo", "real"])
def test_no_text_handle_id_or_address_of_a_message_is_in_any_shared_file(where, request):
    """V1, over every message of the two workspaces: report, charts, forms beside it, model, tables and portfolio page."""
    root = request.getfixturevalue("demo" if where == "demo" else "real_workspace")
    reports = request.getfixturevalue(f"{where}_reports")
    ids, openings = _ids(root), _openings(root)
    assert len(openings) > 500
    found = {"index.html": (reports / "index.html").read_text(encoding="utf-8")}
    for campaign_id in (path.parent.name for path in sorted(reports.glob("*/report.html"))):
        write_forms(root, campaign_id, reports, Forms(executive=True, email=True))
        for kind in ("csv", "xlsx"):
            export_values(root, campaign_id, reports, kind)
        texts = shared_texts(reports / campaign_id)
        assert {"executive.html", "email.html", "model.json", "metric_values.csv", "metric_values.xlsx"} <= set(texts)
        found |= {f"{campaign_id}/{name}": text for name, text in texts.items()}
    for name, text in found.items():
        told = re.sub("<style>.*?</style>", "", text, flags=re.S)
        assert not ids & set(re.findall(r"[\w@:./-]{4,}", told)), name
        assert not any(opening in told for opening in openings), name
        assert not re.search(r"(?<![\w.])@\w{3,}|https?://(?!(www\.w3\.org|vega\.github\.io)/)", told), name


def _messages(root: Path) -> pl.DataFrame:
    return open_lake(load_workspace(root)).table("messages")


def _ids(root: Path) -> set[str]:
    """Ids of messages, threads and customers; one of digits alone could be any number and tells nothing."""
    messages = _messages(root)
    customers = messages.filter(pl.col("author_role") == "customer")["author_id"]
    named = pl.concat([customers, *(messages[name] for name in ("message_id", "native_thread_id"))])
    return {each for each in named.drop_nulls().unique() if not each.isdigit()}


def _openings(root: Path) -> list[str]:
    texts = _messages(root).filter(pl.col("text").str.len_chars() > 40)["text"]
    return texts.str.slice(0, 40).unique(maintain_order=True).gather_every(7).head(3_000).to_list()


def test_only_approved_words_are_told_and_never_whom_they_are_of():
    told = approved_verbatims(pl.DataFrame({"message_id": ["1", "2"], "text": [PERSONAL, "Never approved."]}), ["1"])
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE, told)
    assert "Call me on" in page
    assert not re.search(r"1234|annavan|99887766|example\.com|4711|Never approved", visible_text(page))
    assert "Call me on" not in render_executive(complete(), campaign(), WORKSPACE, PROVENANCE)


def test_the_results_of_single_notebooks_lie_apart_and_whole(demo_reports):
    """The analyst's table has what the shared one hides; both name the same numbers, but for conclusions from few."""
    folder = demo_reports / "booking-outage"
    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"report.html", "metric_values.parquet", "metric_values.json", "model.json", "run.json"} <= names
    assert not [name for name in names if name.startswith("0")]
    whole, told = read_values(folder, "02_metrics"), read_values(folder, "metric_values")
    assert whole.filter(pl.col("n").is_between(1, 9), pl.col("denominator") == "conversations that needed a response").height > 0
    assert told.filter(pl.col("n").is_between(1, 9), pl.col("denominator") == "conversations that needed a response").height == 0
    assert (folder / FOR_THE_ANALYST / "02_metrics.parquet").is_file()
    assert json.loads((folder / "metric_values.json").read_text())


def test_a_page_is_printed(chromium, executive, tmp_path):
    (tmp_path / "executive.html").write_text(executive, encoding="utf-8")
    assert write_pdf(tmp_path / "executive.html").read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["executive.html", "executive.pdf"]
