"""Thank-yous: METRICS.md F.8's fixtures, seven languages, slips, and readers' labels."""

import polars as pl
import pytest

from careworth.reading.plain import plain_text
from careworth.reading.thanks import label_thanks, says_thanks
from tests.reading.scores import gratitude_comments, precision_recall_f1, turns_of

# METRICS.md F.8, then other languages, slips, elongations and emoji.
THANKS = """
thank you|Thanks, that worked|thx|ty!|tysm 🙏|much appreciated|cheers for sorting that|gracias
muchas gracias por la ayuda|merci beaucoup|vielen Dank!|Danke schön|muito obrigado|grazie mille|bedankt hoor|dank je wel!
thaaanks|thank youuu|thnaks|thansk|tnx mate|ta very much|valeu!|dankjewel|Thanks! But when will it arrive?
just wanted to say thank you|No, thank you for your help!|thanks for letting me know|Sorted now, cheers
"""

# METRICS.md F.8 and the same in other languages, with the reason that the labelling guide gives.
REJECTED = {
    "advance": "thanks in advance|gracias de antemano|danke im Voraus|merci d'avance|alvast bedankt|Can you check please? Thanks",
    "declined": "no thanks|non, merci|no gracias|nein danke|nee bedankt|não, obrigado|no grazie",
    "sarcastic": "thanks for nothing|thanks for ruining my day|thanks a lot, still broken|merci pour rien|"
    "danke für nichts|gracias por nada",
    "other_person": "thanks to another customer I fixed it|thank god|thanks to my neighbour I got it",
    "quoted": 'RT @guest thank you so much|he said "thank you" and left',
    "other": "thankfully it came",
}
CASES = [(reason, text) for reason, texts in REJECTED.items() for text in texts.split("|")]

ODD = ["", "\0", "e" + "\u0301" * 5_000, "🙏" * 1_000, "\u200f\u200b", "!" * 100_000, "thanks " * 20_000, "שלום תודה", "\ufffd"]


def labelled(*turns: tuple[str, str]) -> pl.DataFrame:
    """One conversation of (side, text) turns, labelled."""
    rows = [{"conversation_id": 1, "side": side, "text": text} for side, text in turns]
    return label_thanks(pl.DataFrame(rows).with_columns(plain_text()))


def reply(text: str) -> dict:
    """The labels of a customer's `text` after an agent's answer."""
    return labelled(("customer", "where is it?"), ("agent", "It arrives today."), ("customer", text)).row(2, named=True)


@pytest.mark.parametrize("text", [text for line in THANKS.strip().splitlines() for text in line.split("|")])
def test_a_thank_you_after_an_answer_counts(text):
    assert reply(text)["thanks"]


@pytest.mark.parametrize(("reason", "text"), CASES)
def test_what_only_sounds_like_thanks_is_rejected_with_its_reason(reason, text):
    labels = reply(text)
    assert (labels["thanks"], labels["thanks_rejected"]) == (False, reason)


def test_thanks_in_the_opening_and_after_a_bot_alone_do_not_count():
    """METRICS.md Q1: after at least one human agent's turn."""
    turns = labelled(("customer", "thanks @brand for cancelling my flight"), ("bot", "Hello!"), ("customer", "thanks"))
    assert turns["thanks"].to_list() == [False, False, False]
    assert turns["thanks_rejected"].to_list()[2] == "opening"


def test_thanks_of_the_brand_are_not_counted():
    """METRICS.md F.8: 'Thank you for holding, your call is important'."""
    turns = labelled(("customer", "hello"), ("agent", "Thank you for holding, your call is important"))
    assert turns["thanks"].to_list() == [False, False]
    assert turns["thanks_rejected"].to_list() == [None, None]


def test_an_agent_in_one_conversation_does_not_count_for_the_next():
    turns = pl.DataFrame(
        {"conversation_id": [1, 1, 2], "side": ["customer", "agent", "customer"], "plain": ["hi", "hi", "thanks"]}
    )
    assert label_thanks(turns)["thanks"].to_list() == [False, False, False]


def test_thanks_that_were_asked_for_are_flagged():
    asked = labelled(("customer", "ok"), ("agent", "Please rate us with 5 stars!"), ("customer", "thanks"))
    unasked = labelled(("customer", "ok"), ("agent", "It is on its way."), ("customer", "thanks"))
    assert (asked["is_solicited"][2], unasked["is_solicited"][2]) == (True, False)


@pytest.mark.parametrize("text", ODD)
def test_odd_text_gets_an_answer(text):
    assert reply(text)["thanks"] in (True, False)


def test_a_single_text_needs_no_conversation():
    texts = pl.DataFrame({"text": ["Thanks so much!", "no thanks", "where is it", None]}).with_columns(plain_text())
    assert texts.select(says_thanks()).to_series().to_list() == [True, False, False, False]


def test_gratitude_agrees_with_goemotions(shared):
    """Issue 4: F1 0.91 is the goal; the development comments, on which no rule was written, gave 0.919 (n=5,426)."""
    comments = gratitude_comments(shared, "test")
    assert precision_recall_f1(comments["gold"], comments["says_thanks"])[2] >= 0.91


def test_qualifying_thanks_agree_with_readers(shared):
    """shared/data/labels: 19 qualifying turns in 240 conversations, 7 of them in the half that no rule was written on."""
    turns = pl.concat([turns_of(shared, part) for part in ("tune", "test")])
    customer = turns.filter(pl.col("side") == "customer")
    assert customer["gold_thanks"].sum() == 19
    precision, recall, _ = precision_recall_f1(customer["gold_thanks"], customer["thanks"])
    assert precision >= 0.9
    assert recall >= 0.95
