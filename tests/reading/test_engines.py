"""Engines: every engine gives one of four words for each text, and what it cannot read it says so."""

from importlib.metadata import EntryPoint

import polars as pl
import pytest

from careworth.errors import CareworthError
from careworth.reading import engines as module
from careworth.reading.engines import ENGINES, TONES, engine_named, register, tones
from careworth.reading.fitting import STATES
from careworth.reading.labels import label_turns
from tests.reading.test_ngrams import HOSTILE

#: Plain cases that any reader would agree on, written for this test; none is among the training texts.
PLAIN = {
    "the dishwasher broke after a week and nobody calls me back": "negative",
    "third time this month that my order is wrong, this is ridiculous": "negative",
    "worst customer service I have ever had": "negative",
    "thank you so much, that fixed it!": "positive",
    "I love the new store, everyone was so friendly 😍": "positive",
    "What time do you close on Sunday?": "neutral",
    "sent you a DM": "neutral",
}
ABROAD = {
    "nadie me responde y sigo sin mi dinero, qué vergüenza": "negative",
    "muchas gracias por la ayuda": "positive",
    "toujours rien reçu, service nul": "negative",
    "merci beaucoup, c'est parfait": "positive",
    "immer noch kaputt, schlechter service": "negative",
    "vielen dank, super service": "positive",
    "não funciona, péssimo atendimento": "negative",
    "muito obrigado pela ajuda": "positive",
    "servizio pessimo, aspetto ancora il rimborso": "negative",
    "grazie mille, perfetto": "positive",
    "waardeloze service, nog steeds kapot": "negative",
    "heel erg bedankt voor de hulp": "positive",
}


def said(texts, engine="care", languages=None) -> list[str]:
    """The sentiments of the texts."""
    return tones(pl.Series(list(texts), dtype=pl.String), languages, engine)["sentiment"].to_list()


def test_plain_cases():
    assert dict(zip(PLAIN, said(PLAIN), strict=True)) == PLAIN


@pytest.mark.parametrize("text", ABROAD)
def test_plain_cases_in_six_more_languages(text):
    assert said([text]) == [ABROAD[text]]


@pytest.mark.parametrize("engine", ["care", "care-open", "textblob"])
def test_any_text_gets_a_tone(engine):
    found = tones(pl.Series(list(HOSTILE.values()), dtype=pl.String), engine=engine)
    assert set(found["sentiment"]) <= set(TONES)
    assert found["score"].is_between(-1, 1).fill_null(True).all()
    assert (found["score"].is_null() == (found["sentiment"] == "unscored")).all()


@pytest.mark.parametrize("text", ["", None, "   ", "12:30", "@shop https://t.co/x", "...", "ありがとう", "شكرا"])
def test_what_it_cannot_read_is_unscored(text):
    assert said([text]) == ["unscored"]


def test_pictures_alone_are_scored():
    assert said(["😡😡", "❤️😍"]) == ["negative", "positive"]


def test_a_stated_language_that_the_model_does_not_know_is_unscored():
    languages = pl.Series(["tr", "en-GB", None], dtype=pl.String)
    found = said(["berbat hizmet"] * 3, languages=languages)
    assert (found[0], "unscored" in found[1:]) == ("unscored", False)


def test_the_score_is_positive_less_negative():
    scores = tones(pl.Series(["worst service ever, so angry", "thanks, you are amazing!"]))["score"]
    assert scores[0] < -0.5 < 0.5 < scores[1]


def test_textblob_scores_as_before():
    found = tones(pl.Series(["my delayed flight", "Mein Flug ist nicht da und ich warte"]), engine="textblob")
    assert found["score"].to_list() == [-0.5, None]  # careworth.sentiment's documented polarity; German is unscored
    assert found["sentiment"].to_list() == ["negative", "unscored"]


def test_each_row_names_engine_and_version():
    found = tones(pl.Series(["hi"]), engine="care-open")
    assert found["engine"].to_list() == ["care-open"]
    assert found["version"].to_list() == [ENGINES["care-open"].version]


class Cheerful:
    """An engine that likes everything."""

    name, version = "cheerful", "1"

    def __call__(self, texts, languages=None):
        """A row for each text."""
        return pl.DataFrame({"sentiment": ["positive"] * len(texts), "score": [1.0] * len(texts)})


CHEERFUL = Cheerful()


@pytest.fixture
def engines(monkeypatch) -> None:
    monkeypatch.setattr(module, "ENGINES", dict(ENGINES))


def test_a_user_can_register_an_engine(engines):
    register(Cheerful())
    assert said(["awful"], "cheerful") == ["positive"]


def test_a_name_is_taken_once(engines):
    register(Cheerful())
    with pytest.raises(CareworthError, match="already"):
        register(Cheerful())


def test_an_engine_with_words_of_its_own_is_refused(engines, monkeypatch):
    monkeypatch.setattr(
        Cheerful, "__call__", lambda self, texts, languages=None: pl.DataFrame({"sentiment": ["glad"], "score": [1.0]})
    )
    register(Cheerful())
    with pytest.raises(CareworthError, match="glad"):
        said(["x"], "cheerful")


def test_an_unknown_engine_is_named():
    with pytest.raises(CareworthError, match="'carre'.*'care'"):
        said(["x"], "carre")


def test_an_installed_package_can_offer_an_engine(monkeypatch):
    offered = EntryPoint("cheerful", "tests.reading.test_engines:CHEERFUL", module.ENTRY_POINTS)
    monkeypatch.setattr(module, "entry_points", lambda group, name: [offered] if name == "cheerful" else [])
    assert said(["awful"], "cheerful") == ["positive"]


def test_a_model_of_the_workspace_is_an_engine(tmp_path):
    ENGINES["care-open"].load().save(tmp_path / "ours.npz")
    assert engine_named("ours.npz", tmp_path).name == "ours"
    with pytest.raises(CareworthError, match="pair of files"):
        engine_named("theirs.npz", tmp_path)


@pytest.mark.parametrize("text", ["\0", "e" + "\u0301" * 5_000, "why " * 200_000, "\u200f\u200b", "مرحبا", "😀" * 1_000])
def test_odd_text_gets_an_opening_too(text):
    found = label_turns(pl.DataFrame({"conversation_id": [1], "side": ["customer"], "text": [text]})).row(0, named=True)
    assert found["opening_state"] in STATES
    assert isinstance(found["needs_response"], bool)
