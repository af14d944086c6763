"""Personal data in public (METRICS.md Q8)."""

import polars as pl
import pytest

from careworth.reading.exposure import asks_for_data, label_exposure
from careworth.reading.plain import plain_text

# Card numbers: the test numbers that payment networks publish, which pass the Luhn check; the last digit changed fails it.
EXPOSED = [
    ("my card is 4111 1111 1111 1111", ["card"]),
    ("card 5555-5555-5555-4444 was charged", ["card"]),
    ("amex 378282246310005", ["card"]),
    ("my card is 4111 1111 1111 1112", []),
    ("mail me at jo.doe@mail.example", ["email"]),
    ("my number is 020 7946 0018", ["phone"]),
    ("call me on +49 30 901820", ["phone"]),
    ("order 111-5014070-4118645 is late", ["reference"]),
    ("booking reference MP79V2", ["reference"]),
    ("Kundennummer 4711234", ["reference"]),
    ("I live at 3238 w. columbine street", ["address"]),
    ("ich wohne Hauptstraße 12", ["address"]),
    ("see you at 5 on 12/10/2017 10:30", []),
    ("flight 1704 was 45 minutes late, seat 27L", []),
    ("it cost £17.50 - £45, 100% too much", []),
    ("", []),
]

ASKING = [
    ("Can you send us your account number?", True),
    ("What is your phone number?", True),
    ("Please DM us your phone number", False),
    ("Can you send us your phone number by DM?", False),
    ("Please never post your account number", False),
    ("Your parcel arrives tomorrow", False),
]


def plain(*texts: str) -> pl.DataFrame:
    """The texts as plain text."""
    return pl.DataFrame({"text": texts}).with_columns(plain_text())


@pytest.mark.parametrize(("text", "kinds"), EXPOSED)
def test_what_a_text_gives_away_is_named(text, kinds):
    assert label_exposure(plain(text))["exposed_kinds"].to_list() == [kinds]


@pytest.mark.parametrize(("text", "asks"), ASKING)
def test_a_brand_that_asks_in_public_is_told_from_one_that_asks_in_private(text, asks):
    assert plain(text).select(asks_for_data()).item() is asks


@pytest.mark.parametrize("text", ["\0", "e" + "\u0301" * 5_000, "1" * 100_000, "1 " * 50_000, "a@" * 20_000, "\u200f\u200b"])
def test_odd_text_gets_an_answer(text):
    assert label_exposure(plain(text))["exposed_kinds"].to_list()[0] is not None
