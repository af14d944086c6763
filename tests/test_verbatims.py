"""Customers' own words: drawn by chance, redacted, shown to others only by approval; and files of themes."""

import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.labelling.verbatims import approved_verbatims, draw_verbatims, read_themes
from tests.metrics.cases import answered, conversation, conversations

SCHEMA = {"message_id": pl.String, "text": pl.String}


def messages(count: int) -> pl.DataFrame:
    """The opening messages of so many conversations, each with a number that tells a person."""
    texts = [f"@help call me at 0612345678, order {number}" for number in range(count)]
    return pl.DataFrame({"message_id": [str(number) for number in range(count)], "text": texts}, schema=SCHEMA)


def two_groups(count: int) -> pl.DataFrame:
    """Conversations of which the odd ones were resolved and the even ones are open."""
    return conversations(*((answered if number % 2 else conversation)(number) for number in range(count)))


def test_each_group_is_heard():
    """By hand: of ten conversations five are open and five resolved; two of each are drawn."""
    drawn = draw_verbatims(two_groups(10), messages(10), 2, seed=1)
    assert drawn["outcome"].to_list() == ["open", "open", "resolved", "resolved"]
    assert drawn.columns == ["message_id", "network", "opening_state", "outcome", "text"]


def test_a_small_group_is_drawn_whole():
    assert draw_verbatims(two_groups(3), messages(3), 50, seed=1)["message_id"].sort().to_list() == ["0", "1", "2"]


def test_no_text_bears_a_handle_or_a_telephone_number():
    texts = draw_verbatims(two_groups(4), messages(4), 5, seed=1)["text"]
    assert texts.str.contains("@help|0612345678").sum() == 0
    assert texts.str.starts_with("@… call me at …, order ").all()


def test_chance_draws_and_the_seed_repeats():
    rows = two_groups(200)
    one, again, other = (draw_verbatims(rows, messages(200), 5, seed)["message_id"].to_list() for seed in (1, 1, 2))
    assert one == again != other
    assert one != sorted(one, key=int)


def test_the_order_of_the_rows_draws_nothing_else():
    rows = two_groups(50)
    assert draw_verbatims(rows, messages(50), 3, 1).equals(draw_verbatims(rows.reverse(), messages(50), 3, 1))


def test_a_message_to_two_accounts_is_drawn_once():
    twice = conversations(conversation(0, account_id="north"), conversation(0, account_id="south"))
    assert draw_verbatims(twice, messages(1), 5, seed=1)["message_id"].to_list() == ["0"]


def test_no_conversation_no_words():
    assert draw_verbatims(conversations(), messages(0), 5, seed=1).is_empty()


def test_a_state_that_was_not_read_is_a_group_too():
    unread = conversations(conversation(0, opening_state=None), conversation(1))
    assert draw_verbatims(unread, messages(2), 1, seed=1).height == 2


def test_approved_words_come_in_the_order_of_approval_and_no_others():
    assert approved_verbatims(messages(3), ["2", "0"]) == ["@… call me at …, order 2", "@… call me at …, order 0"]
    assert approved_verbatims(messages(3), []) == []


def test_an_id_of_no_message_is_refused():
    with pytest.raises(CareworthError, match="verbatims: no message '9'; approve ids that draw_verbatims shows"):
        approved_verbatims(messages(3), ["1", "9"])


def test_a_message_without_text_has_no_words():
    assert approved_verbatims(messages(1).with_columns(text=pl.lit(None, pl.String)), ["0"]) == [""]


def test_a_file_of_themes_is_read_without_its_gaps(tmp_path):
    path = tmp_path / "themes.csv"
    path.write_text("message_id,theme,coder,note\n1, bill ,ann,x\n2,,ann,\n3,  ,bob,\n4,room,bob,\n")
    assert read_themes(path).rows() == [("1", "bill", "ann"), ("4", "room", "bob")]


@pytest.mark.parametrize(("text", "says"), [("message_id,theme\n1,bill\n", "coder"), ("id,theme,coder\n", "message_id")])
def test_a_file_without_a_column_is_refused(tmp_path, text, says):
    (tmp_path / "themes.csv").write_text(text)
    with pytest.raises(CareworthError, match=says):
        read_themes(tmp_path / "themes.csv")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CareworthError, match="no file 'themes.csv'"):
        read_themes(tmp_path / "themes.csv")
