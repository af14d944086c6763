"""The tone of texts: one interface, several engines.

An engine takes a column of texts, and their languages where these are known, and says of each text whether it is
negative, neutral or positive, how much so, or that it was not scored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import polars as pl

from careworth import sentiment
from careworth.errors import CareworthError
from careworth.phrases import language as guessed_language
from careworth.phrases import plain_text
from careworth.reading.linear import LinearModel, load_model
from careworth.reading.ngrams import one_spelling

MODELS = Path(__file__).parent / "models"

#: The engine of reports that name none.
DEFAULT = "care"

TONES = ("negative", "neutral", "positive", "unscored")

#: A text that says something: it has a letter of the Latin alphabet, or a picture.
LATIN, PICTURE = r"\p{Latin}", r"[\x{2600}-\x{27BF}\x{1F300}-\x{1FAFF}]|[:;=][-']?[()DPp/]|<3"
LETTER = r"\p{L}"


class Engine(Protocol):
    """What an engine has: a name, a version, and tones for a column of texts."""

    name: str
    version: str

    def __call__(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` (one of `TONES`) and `score` (-1 to 1, null where unscored)."""
        ...


@dataclass(frozen=True)
class LinearTone:
    """An engine over a linear model; the score is P(positive) - P(negative)."""

    name: str
    load: Callable[[], LinearModel]

    @property
    def version(self) -> str:
        """Version of the model."""
        return self.load().version

    def __call__(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` and `score`."""
        model = self.load()
        scores = model.scores(texts)
        table = pl.DataFrame({"text": one_spelling(texts), "best": scores.argmax(axis=1), "score": scores[:, 2] - scores[:, 0]})
        language = pl.lit(None, pl.String) if languages is None else pl.Series("language", languages, dtype=pl.String)
        scored = _readable() & _in(language, model.languages)
        tone = pl.col("best").replace_strict(dict(enumerate(model.classes)), return_dtype=pl.String)
        return table.select(
            pl.when(scored).then(tone).otherwise(pl.lit("unscored")).alias("sentiment"),
            pl.when(scored).then(pl.col("score")).alias("score"),
        )


def _readable() -> pl.Expr:
    # The signs of handles and links are no letters, so they need no taking out.
    text = pl.col("text")
    return text.str.contains(LATIN) | (text.str.contains(PICTURE) & ~text.str.contains(LETTER))


def _in(language: pl.Expr | pl.Series, known: tuple[str, ...]) -> pl.Expr:
    code = pl.lit(language) if isinstance(language, pl.Series) else language
    return code.str.to_lowercase().str.head(2).is_in(list(known)).fill_null(True)


@dataclass(frozen=True)
class LexiconTone:
    """TextBlob's word list with words of care over it: nothing learned, each word can be looked up; English only."""

    name: str = "textblob"

    @property
    def version(self) -> str:
        """Version of TextBlob and of the words over it."""
        return sentiment.NAME

    def __call__(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` and `score`."""
        table = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).with_columns(plain_text())
        stated = pl.lit(None, pl.String) if languages is None else pl.lit(pl.Series("stated", languages, dtype=pl.String))
        language = pl.coalesce(stated.str.to_lowercase().str.head(2), guessed_language())
        scored = sentiment.score_texts(table.with_columns(language=language), text="plain")
        return scored.select("sentiment", pl.when(pl.col("sentiment") != "unscored").then("polarity").alias("score"))


@cache
def _shipped(name: str) -> LinearModel:
    return load_model(MODELS / f"{name}.npz")


#: Name of each engine and the engine.
ENGINES: dict[str, Engine] = {
    "care": LinearTone("care", lambda: _shipped("care")),
    "care-open": LinearTone("care-open", lambda: _shipped("care-open")),
    "textblob": LexiconTone(),
}


def register(engine: Engine) -> None:
    """Let `engine` be named in a workspace; a name can be taken once."""
    if engine.name in ENGINES:
        raise CareworthError(f"there is an engine named {engine.name!r} already: give yours another name")
    ENGINES[engine.name] = engine


def engine_named(name: str) -> Engine:
    """The engine of that name."""
    if name not in ENGINES:
        raise CareworthError(f"no engine is named {name!r}: there are {', '.join(sorted(ENGINES))}")
    return ENGINES[name]


def tones(texts: pl.Series, languages: pl.Series | None = None, engine: str = DEFAULT) -> pl.DataFrame:
    """A row for each text: `sentiment`, `score`, `engine` and `version`.

    Examples
    --------
    >>> tones(pl.Series(["still no refund, worst service ever", "", "thanks, that worked!"]))["sentiment"].to_list()
    ['negative', 'unscored', 'positive']
    """
    chosen = engine_named(engine)
    said = _require_rows(chosen(texts, languages), texts, engine)
    return said.with_columns(engine=pl.lit(chosen.name), version=pl.lit(chosen.version))


def _require_rows(said: pl.DataFrame, texts: pl.Series, engine: str) -> pl.DataFrame:
    strange = set(said["sentiment"].unique()) - set(TONES)
    if said.height != len(texts) or strange:
        found = (
            f"{said.height} rows for {len(texts)} texts"
            if said.height != len(texts)
            else f"the tones {sorted(map(str, strange))}"
        )
        raise CareworthError(f"the engine {engine!r} gave {found}; it must give one of {', '.join(TONES)} for each text")
    return said
