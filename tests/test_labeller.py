"""Turns labelled one by one in a notebook: every answer is in the file at once, and no text is anywhere before."""

import csv
import json
from pathlib import Path

import nbformat
import polars as pl
import pytest
from nbclient import NotebookClient

from careworth.errors import CareworthError
from careworth.labeller import NO_LABELS, Labeller, label_errors, label_turns, labels_file, read_turns, write_turns
from careworth.labelling.sample import ASKED, write_sample
from careworth.study import Study, open_study

CUSTOMER, AGENT = "'@help my <b>key</b> is 12345", "Sorry, please write to us privately"


@pytest.fixture
def sample(tmp_path) -> Path:
    """A file of two turns that nobody has labelled."""
    turns = pl.DataFrame({"message_id": ["1", "2"], "side": ["customer", "agent"], "text": [CUSTOMER[1:], AGENT]})
    return write_sample(turns.with_columns(pl.lit("").alias(name) for name in ASKED), tmp_path / "labels.csv")


@pytest.fixture(scope="module")
def study(demo) -> Study:
    """The demo's concierge."""
    return open_study(str(demo), "city-concierge")


def answers(path: Path) -> list[dict[str, str]]:
    """The answered questions of each row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: row[name] for name in ASKED if row[name]} for row in csv.DictReader(file)]


def test_no_text_is_there_before_it_is_begun(sample):
    labeller = Labeller(sample)
    assert str(labeller) == "0 of 2 turns in labels.csv are labelled"
    assert "key" not in str([each.get_state() for each in (labeller, *labeller.children)])


def test_a_customer_is_asked_all_but_what_agents_are_asked(sample):
    labeller = Labeller(sample)
    labeller.begin.click()
    assert list(labeller.answers) == ["sentiment", "opening_state", "needs_response", "thanks"]
    labeller.next.click()
    assert list(labeller.answers) == ["redirect"]


def test_a_text_is_shown_without_names_and_as_text(sample):
    labeller = Labeller(sample)
    labeller.begin.click()
    assert labeller.words.value == "<b>Customer:</b> <bdi>@… my &lt;b&gt;key&lt;/b&gt; is …</bdi>"


def test_an_answer_is_kept_when_the_next_turn_is_called_and_the_text_as_it_was(sample):
    labeller = Labeller(sample)
    labeller.begin.click()
    labeller.answers["sentiment"].value = "negative"
    labeller.answers["thanks"].value = "no"
    labeller.next.click()
    assert answers(sample) == [{"sentiment": "negative", "thanks": "no"}, {}]
    assert [row["text"] for row in read_turns(sample)] == [CUSTOMER, AGENT]
    assert labeller.progress.value.startswith("1 of 2 turns in labels.csv are labelled, this is number 2")


def test_work_goes_on_where_it_was_left_and_answers_can_be_changed(sample):
    first = Labeller(sample)
    first.begin.click()
    first.answers["sentiment"].value = "negative"
    first.next.click()
    again = Labeller(sample)
    again.begin.click()
    assert list(again.answers) == ["redirect"]
    again.back.click()
    assert again.answers["sentiment"].value == "negative"
    again.answers["sentiment"].value = "neutral"
    again.back.click()
    assert answers(sample) == [{"sentiment": "neutral"}, {}]


def test_the_last_turn_is_kept_too(sample):
    labeller = Labeller(sample)
    labeller.show(1)
    labeller.answers["redirect"].value = "yes"
    labeller.next.click()
    assert (labeller.place, answers(sample)[1]) == (1, {"redirect": "yes"})


@pytest.mark.parametrize("content", ["", "message_id,text\n1,hello\n", "message_id,side,text,sentiment\n", "nothing"])
def test_what_is_no_sample_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "labels.csv"
    path.write_text(content)
    with pytest.raises(CareworthError, match=r"labels\.csv"):
        Labeller(path)
    assert path.read_text() == content


@pytest.mark.parametrize("name", ["../labels.csv", "/tmp/labels.csv", "labels.txt", "no/labels.csv", "."])
def test_a_file_outside_the_workspace_is_refused(study, name):
    with pytest.raises(CareworthError, match="is no .csv in the workspace's folder; name one, such as labels.csv"):
        labels_file(study, name)


def test_without_a_file_it_says_what_to_do(study):
    assert (label_turns(study, ""), label_errors(study, "")) == (NO_LABELS, "Nothing is labelled yet.")


def test_a_sample_is_drawn_once_and_measured_when_it_is_labelled(study):
    """Ten turns; one answer, that the first customer is negative, is one right or one missed."""
    path = study.workspace.root / "to_label.csv"
    try:
        assert str(label_turns(study, path.name, size=10)) == "0 of 10 turns in to_label.csv are labelled"
        assert label_errors(study, path.name) == "No turn in to_label.csv is labelled yet."
        rows = read_turns(path)
        next(row for row in rows if row["side"] == "customer")["sentiment"] = "negative"
        write_turns(rows, path)
        assert str(label_turns(study, path.name, size=10)) == "1 of 10 turns in to_label.csv are labelled"
        told = label_errors(study, path.name).filter(answer="sentiment:negative").row(0, named=True)
        assert (told["true_positive"] + told["false_negative"], told["false_positive"]) == (1, 0)
    finally:
        path.unlink(missing_ok=True)


def test_an_executed_notebook_holds_no_text(sample):
    """Kept with the reports, it holds the state of its widgets."""
    cell = nbformat.v4.new_code_cell(
        f"from careworth.labeller import *; from pathlib import Path; Labeller(Path({str(sample)!r}))"
    )
    done = NotebookClient(nbformat.v4.new_notebook(cells=[cell])).execute()
    assert "0 of 2 turns" in json.dumps(done)
    assert "privately" not in json.dumps(done)
