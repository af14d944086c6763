"""Redirects: where the brand sends the customer, and what is only a link."""

import polars as pl
import pytest

from careworth.reading.plain import plain_text
from careworth.reading.redirects import label_redirects, redirects_conversation
from tests.reading.scores import precision_recall_f1, turns_of

TARGETS = {
    "dm": "Please DM us your booking|Por favor envíanos un mensaje directo|Contactez-nous en MP|Bitte schick uns eine PN|"
    "Nos chame na DM|Scrivici in privato|Stuur ons even een DM|We have sent you a PM|Kindly inbox us your number",
    "phone": "Call us on 020 7946 0018|Llámenos al 900 123 456|Rufen Sie uns an unter 0800 1234567|Bel ons op 0900-1234",
    "email": "Email us at help@shop.example|Can you drop us an email",
    "web": "Send us a note here https://t.co/a|Please fill in this form https://t.co/x",
    "store": "Visit your nearest store|Pop into your local branch",
    "chat": "Please use our live chat",
    "app_review": "Please leave us a review on the App Store",
    "other": "Contact us through the app",
}
CASES = [(target, text) for target, texts in TARGETS.items() for text in texts.split("|")]

# GUIDE.md: "A plain informational link (help article, status page) is NOT a redirect."
NONE = [
    "You can find the opening hours here: https://t.co/x",
    "check our status page https://t.co/st",
    "Restart the router: https://t.co/x",
    "Your room is ready",
    "We are looking into it and will update you here",
]


def answered(text: str, question: str = "it broke") -> dict:
    """The labels of an agent's `text` after a customer's `question`."""
    turns = pl.DataFrame({"conversation_id": [1, 1], "side": ["customer", "agent"], "text": [question, text]})
    return label_redirects(turns.with_columns(plain_text())).row(1, named=True)


@pytest.mark.parametrize(("target", "text"), CASES)
def test_a_redirect_names_its_target(target, text):
    labels = answered(text)
    assert (labels["redirect"], labels["redirect_is_soft"]) == (target, target == "dm")


@pytest.mark.parametrize("text", NONE)
def test_a_link_that_informs_is_no_redirect(text):
    assert answered(text)["redirect"] is None


def test_one_turn_may_offer_several_channels():
    """GUIDE.md: redirect is a list of turn and target; one labelled turn has e-mail and phone."""
    assert answered("Please call us on 020 7946 0018 or email us at a@b.example")["redirect_targets"] == ["phone", "email"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DM us your account number", "account details"),
        ("DM us your phone number", "private data"),
        ("DM us so a specialist can help", "escalation"),
        ("DM us", "other"),
    ],
)
def test_the_reason_is_what_the_agent_says_it_needs(text, reason):
    assert answered(text)["redirect_reason"] == reason


def test_a_channel_that_the_customer_asked_for_is_marked():
    assert answered("Sure, DM us", question="Can I speak to someone?")["redirect_is_asked"]
    assert not answered("Sure, DM us", question="it broke again")["redirect_is_asked"]


def test_what_a_customer_says_is_no_redirect():
    turns = pl.DataFrame({"conversation_id": [1], "side": ["customer"], "plain": ["dm me"]})
    assert label_redirects(turns)["redirect"].to_list() == [None]


@pytest.mark.parametrize("text", ["", "\0", "e" + "\u0301" * 5_000, "0 " * 50_000, "please " * 20_000, "\u200f\u200b"])
def test_odd_text_gets_an_answer(text):
    assert answered(text)["redirect"] in (None, "phone")


def test_redirects_agree_with_readers(shared):
    """Issue 4: precision 0.92 and recall 0.88 are the goals; the unseen half gave 0.98 and 0.97 (n=120)."""
    turns = turns_of(shared, "test")
    said = turns.group_by("conversation_id").agg(redirects_conversation(), gold=pl.col("gold_redirect").any())
    precision, recall, _ = precision_recall_f1(said["gold"], said["redirects_conversation"])
    assert precision >= 0.92
    assert recall >= 0.88
