"""Openings: state, need of an answer, and what customers do for the brand."""

from time import perf_counter

import polars as pl
import pytest

from careworth.reading import behaviours
from careworth.reading.labels import label_turns

STATES = {
    "complaint": "My card was declined at the ATM and nobody helps|Charged twice this month|why is the app down again?|"
    "No funciona la app|Toujours rien reçu, service nul|Ich habe seit drei Tagen kein Internet|Estou sem internet|"
    "Non funziona niente da ieri|Ik heb al drie dagen geen internet",
    "question": "How do I change my address?|Wann öffnet ihr?|do you ship to Ireland?",
    "request": "Please cancel my order 123|could you send me an invoice please?",
    "praise": "best coffee in town ❤️|Super service, merci !|Toller Service, danke|"
    "Adorei, atendimento excelente!|Geweldige service!",
    "other": "lol|just posted a photo",
}
CASES = [(state, text) for state, texts in STATES.items() for text in texts.split("|")]


def opening(text: str) -> dict:
    """The labels of `text` as a conversation's first customer turn."""
    return label_turns(pl.DataFrame({"conversation_id": [1], "side": ["customer"], "text": [text]})).row(0, named=True)


@pytest.mark.parametrize(("state", "text"), CASES)
def test_an_opening_has_a_state(state, text):
    assert opening(text)["opening_state"] == state


@pytest.mark.parametrize(
    ("text", "needs"),
    [("my parcel never came", True), ("do you open on sunday?", True), ("great shop!", False), ("lol 😂", False)],
)
def test_praise_and_chat_need_no_response(text, needs):
    """GUIDE.md: pure praise and jokes may be no."""
    assert opening(text)["needs_response"] is needs


def test_only_customers_turns_are_openings():
    sides, said = ["agent", "customer", "customer"], ["can we help?", "it is broken", "hello?"]
    turns = pl.DataFrame({"conversation_id": [1, 1, 1], "side": sides, "text": said})
    states = label_turns(turns)["opening_state"].to_list()
    assert (states[0], states[1]) == (None, "complaint")


def test_an_opening_in_a_language_that_nobody_taught_calls_for_an_answer():
    found = opening("荷物が届きません")
    assert (found["opening_state"], found["needs_response"], found["sentiment"]) == ("other", True, "unscored")


@pytest.mark.parametrize("engine", ["textblob", "care-open"])
def test_every_engine_comes_with_openings(engine):
    turns = pl.DataFrame({"conversation_id": [1], "side": ["customer"], "text": ["my router is broken, still no help"]})
    assert label_turns(turns, engine)["opening_state"].to_list() == ["complaint"]


@pytest.mark.parametrize(
    "unit", ["why is it not working @ ", "thanks tia ", "any help ? tia ", "send us a note ", "llevo dias ", "is is "]
)
def test_time_is_linear_in_the_length(unit):
    """Half a megabyte takes a tenth of a second; a pattern that is sought anew from each match took minutes."""
    text = unit * (500_000 // len(unit))
    turns = pl.DataFrame({"conversation_id": [1, 1, 1], "side": ["customer", "agent", "customer"], "text": [text] * 3})
    started = perf_counter()
    label_turns(turns)
    assert perf_counter() - started < 20


def test_behaviours_are_told_apart():
    """METRICS.md E2: tips, recommendations; asking for one is another thing, and advising against is none."""
    texts = [
        "I highly recommend this app",
        "would not recommend it",
        "can anyone recommend a plan?",
        "Pro tip: hold both buttons",
    ]
    said = pl.DataFrame({"plain": [text.lower() for text in texts]})
    read = said.select(behaviours.recommends(), behaviours.asks_recommendation(), behaviours.gives_tip())
    assert read["recommends"].to_list() == [True, False, False, False]
    assert read["asks_recommendation"].to_list() == [False, False, True, False]
    assert read["gives_tip"].to_list() == [False, False, False, True]


def test_answers_and_defences_need_what_they_reply_to():
    """METRICS.md E2a and E2e: an answer to a question, a stand under a complaint."""
    rows = [
        ("yes, go to settings", "how do i change my address?", "neutral"),
        ("give them a break, they are always great", "worst service ever", "negative"),
        ("yes, go to settings", None, None),
    ]
    said = pl.DataFrame(rows, schema=["plain", "parent_plain", "parent_sentiment"], orient="row")
    read = said.select(behaviours.answers_peer(), behaviours.defends())
    assert read.rows() == [(True, False), (False, True), (None, None)]
