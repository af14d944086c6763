"""The first page as a message: what programs for mail take out is not in it, and no number stands in a picture alone."""

import base64
import re

import pytest

from careworth.report import render_email
from careworth.report.email import MOST_BYTES
from tests.sample_values import PROVENANCE, WORKSPACE, campaign, complete, without_revenue
from tests.test_report import PAYLOAD, visible_text


@pytest.fixture(scope="module")
def message() -> str:
    """The message of a complete campaign."""
    return render_email(complete(), campaign(), WORKSPACE, PROVENANCE)


def test_nothing_in_it_is_taken_out_on_the_way(message):
    """Gmail and Outlook drop script, SVG, forms and frames; a style sheet in the head is lost when a message is passed on."""
    assert not re.search(r"<(script|svg|style|link|form|iframe|object|details)\b", message)
    assert not re.search(r"\son\w+=", message)


def test_it_is_not_longer_than_gmail_shows(message):
    assert len(message.encode()) <= MOST_BYTES


def test_its_pictures_travel_with_it(message):
    (source,) = re.findall(r'<img src="([^"]+)"', message)
    kind, data = source.split(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert re.findall(r'(?:src|href|action|background)="(?!data:)[^"]*"', message) == []


def test_a_picture_has_its_finding_in_words(message):
    assert re.search(r'<img [^>]*alt="[^"]{20,}"', message)


def test_answer_and_headline_numbers_are_text(message):
    """The sample's five numbers: 590/3,212, 22 min, 3,400/3,600, 2,100/3,600 and EUR 4.10."""
    text = visible_text(message)
    assert text.index("The middle estimate is +20 % on the EUR 54 k it cost") < text.index("How good is the care?")
    assert all(number in text for number in ("18.4 %", "22 min", "94 %", "58 %", "EUR 4.10"))


def test_without_a_return_it_says_what_stands_in_the_way():
    text = visible_text(render_email(without_revenue(), campaign(), WORKSPACE, PROVENANCE))
    assert "We cannot say." in text
    assert "✕ no orders of Test hotels are connected" in text


def test_a_hostile_name_is_shown_and_not_run():
    message = render_email(complete(), campaign(PAYLOAD), WORKSPACE, PROVENANCE)
    assert "<script" not in message
    assert "<img src=x" not in message
    assert "&lt;script&gt;window.__pwned=1" in message


def test_a_picture_too_many_is_left_out(monkeypatch):
    """By hand: with room for no picture there is none, and the numbers stay."""
    monkeypatch.setattr("careworth.report.email.MOST_BYTES", 20_000)
    message = render_email(complete(), campaign(), WORKSPACE, PROVENANCE)
    assert "<img" not in message
    assert "18.4 %" in message


def test_the_same_table_gives_the_same_bytes(message):
    assert render_email(complete(), campaign(), WORKSPACE, PROVENANCE) == message
