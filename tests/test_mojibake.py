"""Double-encoded text: repaired where it can be checked, and nothing else touched."""

import polars as pl
import pytest
from hypothesis import given, settings

from careworth.config import load_workspace
from careworth.lake import open_lake
from careworth.staging import repair_texts, stage
from careworth.staging.mojibake import repair
from careworth.staging.twcs import COLLECTION_ENDED
from tests.test_config import WORKSPACE
from tests.test_generated_files import texts


@pytest.fixture(scope="module")
def both(shared) -> pl.DataFrame:
    """One row per message that stands in the double-encoded file and in the sound one: what was written and what is right."""
    written, right = (
        stage("messages", "twcs", shared / "data/twcs" / name, COLLECTION_ENDED).table.select("message_id", "text")
        for name in ("spotify_outbound_mojibake.csv", "twcs.csv")
    )
    return written.join(right, on="message_id", suffix="_right", validate="1:1")


def test_every_message_that_can_be_checked_is_as_in_the_sound_file(both):
    """80 messages stand in both files; 16 of them are double-encoded in one."""
    repaired, count = repair_texts(both)
    assert (both.height, count) == (80, 16)
    assert repaired["text"].to_list() == both["text_right"].to_list()


def test_sound_messages_are_left_alone(shared):
    table = stage("messages", "twcs", shared / "data/twcs/twcs.csv", COLLECTION_ENDED).table
    repaired, count = repair_texts(table)
    assert count == 0
    assert repaired["text"].equals(table["text"])


@settings(max_examples=500, deadline=None, derandomize=True)
@given(text=texts)
def test_what_was_encoded_twice_comes_back_and_then_stays(text):
    once = text.encode().decode("cp1252", errors="ignore")
    if once.encode("cp1252", errors="ignore") == text.encode():
        assert repair(once) == text
    assert repair("naïve café, 5 €") == "naïve café, 5 €"


@pytest.mark.parametrize("text", ["crème brûlée", "Ã la carte", "señor", "5 £ â", "ÄÖÜ äöü ß", "Â", "São Paulo – ça va?", "😉"])
def test_words_with_accents_are_no_double_encoding(text):
    assert repair_texts(pl.DataFrame({"text": [text]}))[0]["text"].to_list() == [text]


def test_the_lake_counts_what_it_repaired(tmp_path):
    (tmp_path / "workspace.toml").write_text(WORKSPACE)
    (tmp_path / "twcs.csv").write_text(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "1,5,True,Tue Oct 31 22:10:47 +0000 2017,hello,,\n"
        "2,north,False,Tue Oct 31 22:11:47 +0000 2017,We\u00e2\u20ac\u2122ll see,,1\n"
    )
    lake = open_lake(load_workspace(tmp_path))
    assert lake.funnel["repaired:double_encoded"] == 1
    assert lake.table("messages")["text"].to_list() == ["hello", "We\u2019ll see"]
