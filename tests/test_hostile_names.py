"""Hostile names in every place of every page: its elements stay what they are, and nothing of this machine is told."""

import base64
import gzip
import json
import re
import socket
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from careworth.charts.parts import rows_of
from careworth.config import Campaign
from careworth.errors import ConfigError
from careworth.report import render_email, render_executive, render_index, render_report
from careworth.report.library import packed
from careworth.strict import checked
from tests.hostile import PAYLOADS, SPRING, payloads
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete

HARMLESS, HOSTILE = "plain words", " ".join(payloads("http://127.0.0.1:9"))

#: What no page may hold, whatever it was made of: they turn letters around, or cannot be seen.
UNSEEN = re.compile(r"[\u0000-\u0008\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]")

#: In a chart of Vega, the keys whose text is computed with.
COMPUTED = {"signal", "expr", "test", "update", "init"}


class Elements(HTMLParser):
    """Every element of a page with the names of its attributes, in order."""

    def __init__(self, page: str):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.found.append((tag, *(name for name, _ in attributes)))


def named(words: str) -> dict:
    """What a page is made of, with these words in every place that holds words of the user's."""
    told = ("name", "owner", "strategy", "staffing", "type")
    plan = campaign().model_copy(update=dict.fromkeys(told, words) | {"brand": words, "accounts": [words], "networks": [words]})
    values = complete().with_columns(
        slice=pl.when(pl.col("slice").str.contains("channel=|category=|input=")).then(pl.col("slice") + words).otherwise("slice"),
        denominator=pl.col("denominator") + pl.lit(f" {words}"),
        reason=pl.when(pl.col("metric_id") == "E10").then("reason").otherwise(pl.col("reason") + pl.lit(f" {words}")),
    )
    claim = {"text": words, "figure": 2.0, "unit": words, "source": words, "year": 2016, "interested": True}
    workspace = vars(WORKSPACE) | {"name": words, "roi_definition": words, "claims": [claim]}
    of_table = {"table": words, "file": words, "sha256": words, "records": 1, "read": 9, "accepted": 9, "rest": words}
    known = PROVENANCE | {
        "inputs": [of_table],
        "records": [of_table],
        "as_of": words,
        "differences": [words],
        "sources": [{"table": "messages", "format": words, "kind": "engagement"}],
        "joins": [{"left": words, "right": words, "counted": words, "records": 20, "matched": 10}],
        "locked": [{"table": words, "unlocks": words}],
        "not_kept": words,
    }
    return {"values": values, "campaign": plan, "workspace": type(WORKSPACE)(**workspace), "provenance": known}


@cache
def report(words: str) -> str:
    """The report with these words everywhere."""
    return render_report(**named(words), verbatims=[words])


@cache
def executive(words: str) -> str:
    """The first page alone with these words everywhere."""
    return render_executive(**named(words))


@cache
def email(words: str) -> str:
    """The message with these words everywhere."""
    return render_email(**named(words))


@cache
def index(words: str) -> str:
    """The portfolio page over a campaign with a report and one that failed, with these words everywhere."""
    told = named(words)
    row = {"campaign": told["campaign"], "values": told["values"], "failure": None, "link": "spring/report.html"}
    failed = {"campaign": told["campaign"].model_copy(update={"id": "autumn"}), "values": None, "failure": words, "link": None}
    return render_index([row, failed], told["workspace"])


@pytest.mark.parametrize("page", [report, executive, email, index])
def test_no_name_adds_an_element_or_an_attribute_to_a_page(page):
    """The expected elements are those of the same page with harmless names."""
    harmless, hostile = page(HARMLESS), page(HOSTILE)
    assert Elements(hostile).found == Elements(harmless).found
    assert len(Elements(harmless).found) > 50
    assert "pwned" in hostile
    assert not UNSEEN.search(hostile)


def packed_parts(page: str) -> Iterator[str]:
    """The texts of a page that travel compressed, or as JSON."""
    for kind, text in re.findall(r'<script type="([^"]+)"[^>]*>([^<]*)<', page):
        if text and kind == "text/plain":
            yield gzip.decompress(base64.b64decode(text)).decode()
        elif text:
            yield text


def computed(value: object, key: str = "") -> Iterator[str]:
    """The expressions of a chart, in order."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from computed(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from computed(each, key)
    elif isinstance(value, str) and key in COMPUTED:
        yield value


def contents(page: str) -> list:
    """What the scripts of the page read."""
    return [json.loads(part) for part in packed_parts(page) if part.startswith(("{", "["))]


def test_what_a_script_reads_holds_no_markup_and_no_sign_that_cannot_be_seen():
    read = [part for part in packed_parts(report(HOSTILE)) if part.startswith(("{", "["))]
    assert read
    assert [part[:60] for part in read if re.search("[<>&]", part) or UNSEEN.search(part)] == []
    assert any("pwned" in part for part in read)


def test_no_name_stands_in_an_expression_of_a_chart_but_within_quotes():
    """A harmless name and a hostile one give the same expressions once what stands in quotes is left out."""
    bare = [
        [re.sub(r'"(?:\\.|[^"\\])*"', '""', each) for each in computed(contents(report(words)))] for words in (HARMLESS, HOSTILE)
    ]
    assert len(bare[0]) > 50
    assert bare[0] == bare[1]


def test_two_names_that_differ_before_an_equals_sign_stay_two_in_a_chart():
    """By hand: the channels are 'a=help' and 'b=help', and each has one row of that role."""
    named = pl.col("slice").replace({"channel=care_social": "channel=a=help", "channel=email": "channel=b=help"})
    rows = rows_of(complete().with_columns(named), "M6", "initiate", slices="channel=")
    assert sorted(rows["slice_name"]) == ["a=help", "b=help"]


def test_a_file_whose_name_is_no_text_is_named_all_the_same():
    """Linux gives a name that is not UTF-8 with half signs in it, which no page could be written with."""
    inputs = [PROVENANCE["inputs"][0] | {"file": b"mess\xff.parquet".decode("utf-8", "surrogateescape")}]
    page = render_report(complete(), campaign(), WORKSPACE, PROVENANCE | {"inputs": inputs})
    assert b"mess[U+DCFF].parquet" in page.encode()


def test_joiners_and_hard_spaces_are_part_of_a_name():
    """Persian and many emoji are written with joiners."""
    page = render_report(complete(), campaign("می‌خواهم 👨‍👩‍👧 €\u00a05"), WORKSPACE, PROVENANCE)
    assert "می‌خواهم 👨‍👩‍👧 €\u00a05" in page


@pytest.mark.parametrize("field", ["id", "currency", "previous", "start", "freed_hours"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_an_attack_is_refused_where_no_free_words_belong(field, payload):
    raw = {"id": "spring", "name": "Spring", "brand": "North", "start": "2024-01-01", "end": "2024-02-01", "currency": "EUR"}
    assert checked(Campaign, raw, "spring.toml").id == "spring"
    with pytest.raises(ConfigError):
        checked(Campaign, raw | {field: payload}, "spring.toml")


# --- what is handed round names nothing of the machine that made it (RELIABILITY.md K3) ---


def all_told(path: Path) -> str:
    """Everything that a file tells, what travels compressed in it included."""
    if path.suffix == ".parquet":
        table = pl.read_parquet(path)
        return " ".join([path.read_bytes().decode("latin-1"), *table.columns, str(table.to_dicts())])
    text = path.read_text(encoding="utf-8")
    return "\n".join([text, *(packed_parts(text) if path.suffix == ".html" else [])])


def test_no_shared_file_names_a_folder_a_user_or_this_machine(hostile_reports):
    """The run had a home, a user and a folder of its own, whose names all hold the word canary."""
    unsaid = ["canary", str(Path(__file__).parents[1]), *([socket.gethostname()] if len(socket.gethostname()) > 4 else [])]
    files = [path for path in hostile_reports.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".parquet", ".json", ".ipynb"}
    assert [(path.name, word) for path in files for word in unsaid if word in all_told(path)] == []


def test_the_search_for_canaries_finds_one_in_what_is_packed(hostile_reports, tmp_path):
    page = hostile_reports / SPRING / "report.html"
    (tmp_path / "report.html").write_text(page.read_text() + f'<script type="text/plain">{packed("a canary")}</script>')
    pl.DataFrame({"slice": ["a canary"]}).write_parquet(tmp_path / "values.parquet")
    assert all("canary" in all_told(path) for path in tmp_path.iterdir())
