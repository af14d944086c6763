"""Languages, by small words and by script."""

import polars as pl
import pytest

from careworth.reading.languages import label_language
from careworth.reading.plain import plain_text

TEXTS = {
    "en": "where is my refund|thanks|My flight to Madrid was cancelled",
    "es": "¿dónde está mi pedido?|gracias|Necesito ayuda con mi cuenta|No funciona la app",
    "fr": "où est ma commande|merci|Je n'ai toujours pas reçu mon colis",
    "de": "wo bleibt mein Paket|danke|Ich habe seit drei Tagen kein Internet",
    "pt": "onde está o meu pedido?|obrigado|Estou sem internet há dois dias",
    "it": "dov'è il mio ordine|grazie|Non funziona niente da ieri",
    "nl": "waar blijft mijn pakket|bedankt|Ik heb al drie dagen geen internet|App werkt niet",
    "ru": "как дела",
    "ja": "アマゾンで頼んだ商品が届かない",
}
CASES = [(code, text) for code, texts in TEXTS.items() for text in texts.split("|")]


def told(text: str | None) -> str | None:
    """The language of `text`."""
    return label_language(pl.DataFrame({"text": [text]}, schema={"text": pl.String}).with_columns(plain_text()))[
        "language"
    ].item()


@pytest.mark.parametrize(("code", "text"), CASES)
def test_a_language_is_told_by_its_small_words(code, text):
    assert told(text) == code


@pytest.mark.parametrize("text", ["", None, "🙂🙂", "12345", "\0", "https://t.co/x", "@brand", "e" + "\u0301" * 5_000, "zzz qqq"])
def test_what_is_no_language_has_none(text):
    assert told(text) is None


def test_rows_keep_their_order():
    texts = pl.DataFrame({"text": ["danke", "🙂", "thanks", "merci"]}).with_columns(plain_text())
    assert label_language(texts)["language"].to_list() == ["de", None, "en", "fr"]
