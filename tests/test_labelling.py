"""`careworth label` and `careworth train`: one file in, labels out, and how well they agree with people."""

import csv
import json

import polars as pl
import pytest

from careworth.cli import main
from careworth.errors import CareworthError
from careworth.labelling.comparison import Pair, comparison_lines, cross_corrected_share
from careworth.labelling.sample import draw_sample, measure_sample, read_sample, write_sample
from careworth.misreading import Counts

TALK = [
    {"id": 1, "who": "customer", "text": "@shop my parcel never came and nobody answers!"},
    {"id": 2, "who": "brand", "text": "Sorry to hear that, please DM us your order number"},
    {"id": "3b", "who": "customer", "text": "done, thank you so much!"},
]

#: Texts that break readers, by what they are (issue 4).
HOSTILE = {
    "empty": "",
    "NUL": "a\0b",
    "lone surrogate": "\ud83d help",
    "right to left": "\u202eאיפה ההזמנה שלי",
    "zero width": "\u200b\u200d\u2060",
    "combining marks": "e" + "\u0301" * 5_000,
    "emoji": "😡😡😡",
    "no language": "asdkjh qweoiu 12 %%%",
    "nothing": None,
}


def conversation(number, turns=None, **more) -> dict:
    """A conversation of three turns."""
    return {"conversation_id": number, "turns": TALK if turns is None else turns} | more


def written(path, *conversations):
    """The file with a conversation to a line."""
    path.write_text("".join(json.dumps(each) + "\n" for each in conversations), encoding="utf-8")
    return path


def run(monkeypatch, *arguments) -> int:
    """The exit code of the command line."""
    monkeypatch.setattr("sys.argv", ["careworth", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def labels_of(path) -> list[dict]:
    """What stands in a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_conversation_gets_the_labels_of_the_guide(tmp_path, monkeypatch):
    out = tmp_path / "out.jsonl"
    assert run(monkeypatch, "label", written(tmp_path / "in.jsonl", conversation("a")), "--json", out) == 0
    found = labels_of(out)[0]
    assert found["conversation_id"] == "a"
    version = found["labels"].pop("version")
    assert version
    assert found["labels"] == {
        "opening_state": "complaint",
        "needs_response": "yes",
        "thanks": ["3b"],
        "thanks_rejected": [],
        "closing_thanks": True,
        "redirect": [[2, "dm"]],
        "resolved": "unknown",
        "opening_sentiment": "negative",
        "closing_sentiment": "positive",
        "engine": "care",
    }


@pytest.mark.parametrize("engine", ["care-open", "textblob"])
def test_another_engine_says_that_it_spoke(tmp_path, monkeypatch, engine):
    out = tmp_path / "out.jsonl"
    run(monkeypatch, "label", written(tmp_path / "in.jsonl", conversation(1)), "--json", out, "--engine", engine)
    assert labels_of(out)[0]["labels"]["engine"] == engine


def test_hostile_texts_are_labelled_or_unscored(tmp_path, monkeypatch):
    talks = [conversation(name, [{"id": 1, "who": "customer", "text": text}]) for name, text in HOSTILE.items()]
    talks += [
        conversation("no customer", TALK[1:2]),
        conversation("no turn", []),
        conversation("long", [TALK[0] | {"text": "late " * 2_000_000}]),
    ]
    out = tmp_path / "out.jsonl"
    assert run(monkeypatch, "label", written(tmp_path / "in.jsonl", *talks), "--json", out) == 0
    found = {each["conversation_id"]: each["labels"] for each in labels_of(out)}
    assert found.keys() == {each["conversation_id"] for each in talks}
    assert {each["opening_sentiment"] for each in found.values()} <= {"negative", "neutral", "positive", "unscored"}
    assert [found[name]["opening_sentiment"] for name in ("empty", "no customer", "zero width")] == ["unscored"] * 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: is no JSON"),
        ("[1]", "no object with conversation_id and turns"),
        (json.dumps(conversation(True)), "no object with conversation_id and turns"),
        (json.dumps(conversation(1, [{"id": 1, "text": "x"}])), "id, who and text"),
        (json.dumps(conversation(1, [{"id": 1, "who": "customer", "text": 5}])), "is no text"),
        (json.dumps(conversation(1)) + "\n" + json.dumps(conversation(1)), "more than once"),
        ("\n", "nothing is written"),
        ("", "file is empty"),
    ],
)
def test_what_is_no_conversation_is_refused_in_a_sentence(tmp_path, monkeypatch, capsys, line, words):
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text(line, encoding="utf-8")
    assert run(monkeypatch, "label", path, "--json", out) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_the_file_that_is_read_is_not_written_over(tmp_path, monkeypatch, capsys):
    path = written(tmp_path / "in.jsonl", conversation(1))
    assert run(monkeypatch, "label", path, "--json", path) == 2
    assert "is the file that is read" in capsys.readouterr().err


def test_a_csv_gets_tone_thanks_and_language_by_row(tmp_path, monkeypatch):
    path, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    path.write_text('id,say\n1,"thank you, it works"\n2,¿dónde está mi pedido?\n3,\n', encoding="utf-8")
    assert run(monkeypatch, "label", path, "--column", "say", "--json", out) == 0
    rows = labels_of(out)
    assert [row["thanks"] for row in rows] == [True, False, False]
    assert [row["lang"] for row in rows] == ["en", "es", None]
    assert (rows[0]["sentiment"], rows[2]["sentiment"], rows[2]["score"]) == ("positive", "unscored", None)


def test_a_column_that_is_not_there_is_refused(tmp_path, monkeypatch, capsys):
    path = tmp_path / "in.csv"
    path.write_text("id,text\n1,hi\n", encoding="utf-8")
    assert run(monkeypatch, "label", path, "--column", "txt") == 2
    assert "did you mean 'text'" in capsys.readouterr().err


def test_comparison_with_people(tmp_path, monkeypatch, capsys):
    gold = {
        "opening_state": "question",
        "thanks": ["3b"],
        "redirect": [],
        "opening_sentiment": "negative",
        "closing_thanks": True,
    }
    path = written(tmp_path / "in.jsonl", conversation(1))
    assert run(monkeypatch, "label", path, "--compare", written(tmp_path / "gold.jsonl", conversation(1, labels=gold))) == 0
    said = capsys.readouterr().out
    assert "opening_state (n=1 conversations)" in said
    assert "thanks (n=2 customer turns)" in said
    assert "precision 0.000 (0.00-0.79), recall -" in said  # Wilson's interval of 0 of 1: a redirect that no reader saw


def test_the_labels_of_another_run_can_be_compared_with(tmp_path, monkeypatch, capsys):
    path, other = written(tmp_path / "in.jsonl", conversation(1)), tmp_path / "open.jsonl"
    run(monkeypatch, "label", path, "--json", other, "--engine", "care-open")
    assert run(monkeypatch, "label", path, "--compare", other) == 0
    assert "opening_sentiment (n=1 conversations)" in capsys.readouterr().out


def test_what_nobody_labelled_is_said(tmp_path, monkeypatch, capsys):
    path = tmp_path / "in.csv"
    path.write_text("say,sentiment\nhi there,\n", encoding="utf-8")
    assert run(monkeypatch, "label", path, "--column", "say", "--compare", path) == 0
    assert "sentiment: people labelled no texts" in capsys.readouterr().out
    talk = written(tmp_path / "in.jsonl", conversation(1, TALK[1:2], labels={"thanks": []}))
    assert run(monkeypatch, "label", talk, "--compare", talk) == 0
    assert "thanks: people labelled no customer turns" in capsys.readouterr().out


def test_gold_of_other_conversations_is_refused(tmp_path, monkeypatch, capsys):
    gold = written(tmp_path / "gold.jsonl", conversation(2, labels={}))
    assert run(monkeypatch, "label", written(tmp_path / "in.jsonl", conversation(1)), "--compare", gold) == 2
    assert "same conversation_ids" in capsys.readouterr().err


def test_a_share_is_corrected_by_the_errors_in_the_other_half():
    people = pl.Series(["negative"] * 60 + ["positive"] * 60)
    reader = pl.Series(["negative"] * 60 + ["negative"] * 20 + ["positive"] * 40)
    # A third of the positive is read as negative in both halves: 80 of 120 are said, 60 of 120 are there.
    assert cross_corrected_share(Pair("sentiment", "texts", people, reader), "negative") == pytest.approx(0.5)


def test_the_share_of_a_reader_no_better_than_a_coin_is_not_corrected():
    people, reader = pl.Series(["negative", "negative", "neutral", "neutral"] * 9), pl.Series(["negative", "neutral"] * 18)
    assert any("not corrected" in line for line in comparison_lines([Pair("sentiment", "texts", people, reader)]))


def sample_tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Forty turns of customers and twenty of agents, and their messages."""
    ids = [f"m{number}" for number in range(60)]
    turns = pl.DataFrame(
        {
            "first_message_id": ids,
            "author_role": ["customer"] * 40 + ["agent"] * 20,
            "network": ["x", "facebook"] * 30,
            "sentiment": ["negative"] * 30 + ["positive"] * 10 + [None] * 20,
            "opening_state": ["complaint"] * 40 + [None] * 20,
            "needs_response": [True] * 40 + [None] * 20,
            "says_thanks": [False] * 60,
            "redirects": [False] * 50 + [True] * 10,
        }
    )
    return turns, pl.DataFrame({"message_id": ids, "text": [f"=text {each}" for each in ids]})


def test_a_sample_has_each_group_with_its_share_and_can_be_drawn_again():
    turns, messages = sample_tables()
    drawn = draw_sample(turns, messages, 30, seed=1)
    said = drawn.join(turns, left_on="message_id", right_on="first_message_id", suffix="_read")
    counts = said["sentiment_read"].value_counts().sort("count")["count"].to_list()
    assert [abs(count - half) <= 2 for count, half in zip(counts, [5, 10, 15], strict=True)] == [True] * 3  # of 10, 20 and 30
    assert drawn.equals(draw_sample(turns, messages, 30, seed=1))
    assert not drawn.equals(draw_sample(turns, messages, 30, seed=2))


def test_a_labelled_sample_measures_the_reader(tmp_path):
    turns, messages = sample_tables()
    path = write_sample(draw_sample(turns, messages, 60, seed=1), tmp_path / "sample.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["text"].startswith("'=") for row in rows)  # a spreadsheet would run it as a formula
    for row in rows:
        if row["side"] == "customer":
            number = int(row["message_id"][1:])
            row["sentiment"] = "Neutral" if number < 2 else "negative" if number < 30 else "positive"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    counts = measure_sample(read_sample(path), turns)
    assert counts["sentiment:negative"] == Counts(true_positive=28, false_positive=2, false_negative=0, true_negative=10)
    assert "opening_state:complaint" not in counts  # nobody answered that


def test_a_word_that_does_not_count_is_refused(tmp_path):
    path = tmp_path / "sample.csv"
    path.write_text("message_id,sentiment\nm1,angry\n", encoding="utf-8")
    with pytest.raises(CareworthError, match="row 1: sentiment 'angry' is none of negative"):
        read_sample(path)


def test_a_sample_is_not_written_over(tmp_path):
    turns, messages = sample_tables()
    path = write_sample(draw_sample(turns, messages, 5, seed=1), tmp_path / "sample.csv")
    with pytest.raises(CareworthError, match="labels may be in it"):
        write_sample(draw_sample(turns, messages, 5, seed=1), path)


def test_own_labels_make_an_engine(tmp_path, monkeypatch, capsys):
    path, out = tmp_path / "own.csv", tmp_path / "ours.npz"
    rows = [("sick drop", "positive")] * 20 + [("when do you open", "neutral")] * 10 + [("it broke", "negative")] * 10
    path.write_text("text,sentiment\n" + "".join(f"{text},{label}\n" for text, label in rows), encoding="utf-8")
    assert run(monkeypatch, "train", path, "--out", out) == 0
    assert "40 labelled texts" in capsys.readouterr().out
    told = tmp_path / "in.csv"
    told.write_text("text\nsick drop\n", encoding="utf-8")
    run(monkeypatch, "label", told, "--column", "text", "--engine", out, "--json", tmp_path / "out.jsonl")
    assert labels_of(tmp_path / "out.jsonl")[0]["sentiment"] == "positive"


@pytest.mark.parametrize(
    ("rows", "words"), [("a,glad\n", "are no tones"), ("a,negative\n" * 9, "neutral or positive: label some more")]
)
def test_labels_that_cannot_be_learnt_are_refused(tmp_path, monkeypatch, capsys, rows, words):
    path, out = tmp_path / "own.csv", tmp_path / "ours.npz"
    path.write_text("text,sentiment\n" + rows, encoding="utf-8")
    assert run(monkeypatch, "train", path, "--out", out) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_agreement_on_the_labelled_conversations(shared, tmp_path, monkeypatch, capsys):
    path = shared / "data" / "labels" / "conversations_dev.jsonl"
    assert run(monkeypatch, "label", path, "--compare", path) == 0
    assert "opening_sentiment (n=240 conversations)" in capsys.readouterr().out
