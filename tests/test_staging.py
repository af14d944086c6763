"""The twcs format: what is read, what is rejected, and that no id is ever a float."""

import polars as pl
import pytest

from careworth.errors import SourceError
from careworth.schemas import MESSAGES
from careworth.staging import stage

HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
GOOD = "1,115712,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n"


def stage_text(tmp_path, text: str):
    """What is staged of a twcs file with this content."""
    path = tmp_path / "twcs.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return stage("messages", "twcs", path)


def test_a_parent_written_as_a_float_is_read_as_digits(tmp_path):
    reply = "9007199254740993,help,False,Tue Oct 31 22:11:45 +0000 2017,hi,,3.0\n"
    table = stage_text(tmp_path, HEADER + reply).table
    assert table.select("message_id", "in_reply_to_id").row(0) == ("9007199254740993", "3")


def test_staged_messages_have_the_canonical_columns(tmp_path):
    table = stage_text(tmp_path, HEADER + GOOD).table
    assert table.schema == pl.Schema(MESSAGES.columns)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("x,1,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n", "id_not_integer"),
        ("9.18762E+17,1,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n", "id_precision_loss"),
        ("2,1,True,Tue Oct 31 22:10:47 +0000 2017,hello,,3.5\n", "id_precision_loss"),
        ("2,,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n", "author_missing"),
        ("2,1,yes,Tue Oct 31 22:10:47 +0000 2017,hello,,\n", "bad_bool"),
        ("2,1,True,31/10/2017,hello,,\n", "bad_timestamp"),
        (GOOD, "duplicate_exact"),
        ("2,1,True,Tue Oct 31\n", "bad_field_count"),
    ],
)
def test_a_bad_record_is_rejected_with_its_reason_and_the_rest_kept(tmp_path, record, reason):
    staged = stage_text(tmp_path, HEADER + GOOD + record)
    assert staged.table["message_id"].to_list() == ["1"]
    assert staged.funnel == {"read": 2, "accepted": 1, f"rejected:{reason}": 1}


def test_a_bare_carriage_return_in_a_text_stays_in_it(tmp_path):
    table = stage_text(tmp_path, HEADER + GOOD.replace("hello", "hello\r\rthere")).table
    assert table["text"].to_list() == ["hello\r\rthere"]


def test_line_breaks_and_quotes_inside_quotes_are_kept(tmp_path):
    table = stage_text(tmp_path, HEADER + GOOD.replace("hello", '"say ""hi""\nthere"')).table
    assert table["text"].to_list() == ['say "hi"\nthere']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("tweet_id,text\n1,hello\n", "no column 'author_id'"),
        (HEADER + GOOD.replace("hello", '"hello'), "a quote opened in record 1 is never closed"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_one_sentence(tmp_path, text, says):
    with pytest.raises(SourceError, match=says):
        stage_text(tmp_path, text)


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(SourceError, match=r"no file 'gone\.csv'"):
        stage("messages", "twcs", tmp_path / "gone.csv")


def test_a_canonical_table_with_an_unknown_column_is_refused(tmp_path):
    pl.DataFrame({"message_id": ["1"], "colour": ["red"]}).write_parquet(tmp_path / "m.parquet")
    with pytest.raises(ValueError, match="missing columns"):
        stage("messages", "canonical", tmp_path / "m.parquet")


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "m.parquet").write_text("hello")
    with pytest.raises(SourceError, match="is no whole Parquet file"):
        stage("messages", "canonical", tmp_path / "m.parquet")
