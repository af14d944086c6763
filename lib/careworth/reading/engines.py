"""What customers' texts are read by: one interface, several engines.

An engine takes a column of texts, and their languages where these are known, and says of each text whether its tone is
negative, neutral or positive, how much so, or that it was not scored. Networks also say what an opening is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl

from careworth import sentiment
from careworth.errors import CareworthError
from careworth.reading.languages import label_language
from careworth.reading.network import Network, addressed, load_network
from careworth.reading.ngrams import one_spelling
from careworth.reading.plain import plain_text
from careworth.strict import advice

MODELS = Path(__file__).parent / "models"

#: The engine of workspaces that name none, and the one that reads openings where an engine reads tone alone.
DEFAULT, OPENINGS = "care", "care-open"

TONES = ("negative", "neutral", "positive", "unscored")

#: The group under which an installed package offers engines of its own.
ENTRY_POINTS = "careworth.engines"

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
class NetworkEngine:
    """An engine over a network; the score is P(positive) - P(negative)."""

    name: str
    load: Callable[[], Network]

    @property
    def version(self) -> str:
        """Version of the network."""
        return self.load().version

    def __call__(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` and `score`."""
        network, spelled = self.load(), one_spelling(texts)
        return _tone(network, network.hidden(addressed(spelled)), _scored(spelled, languages, network.languages))

    def read(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` and `score`; and as an opening its `opening_state` and `needs_response`."""
        network, spelled = self.load(), one_spelling(texts)
        hidden, scored = network.hidden(addressed(spelled)), _scored(spelled, languages, network.languages)
        return pl.concat([_tone(network, hidden, scored), _opening(network, hidden, scored)], how="horizontal")


def _tone(network: Network, hidden: np.ndarray, scored: pl.Series) -> pl.DataFrame:
    head = network.heads["tone"]
    chances = head.probabilities(hidden)
    table = pl.DataFrame({"best": chances.argmax(axis=1), "score": chances[:, 2] - chances[:, 0], "scored": scored})
    tone = pl.col("best").replace_strict(dict(enumerate(head.classes)), return_dtype=pl.String)
    return table.select(
        pl.when("scored").then(tone).otherwise(pl.lit("unscored")).alias("sentiment"),
        pl.when("scored").then(pl.col("score").cast(pl.Float64)).alias("score"),
    )


def _opening(network: Network, hidden: np.ndarray, scored: pl.Series) -> pl.DataFrame:
    # A text in a language that the network never saw may call for an answer, so it counts as doing so.
    states, need = network.heads["state"], network.heads["need"]
    table = pl.DataFrame(
        {
            "best": states.probabilities(hidden).argmax(axis=1),
            "calls": need.probabilities(hidden).argmax(axis=1) == need.classes.index("yes"),
            "scored": scored,
        }
    )
    state = pl.col("best").replace_strict(dict(enumerate(states.classes)), return_dtype=pl.String)
    return table.select(
        pl.when("scored").then(state).otherwise(pl.lit("other")).alias("opening_state"),
        pl.when("scored").then("calls").otherwise(True).alias("needs_response"),
    )


def _scored(spelled: pl.Series, languages: pl.Series | None, known: tuple[str, ...]) -> pl.Series:
    # The signs that handles and links become are no letters.
    table = pl.DataFrame({"text": spelled})
    text = pl.col("text")
    readable = text.str.contains(LATIN) | (text.str.contains(PICTURE) & ~text.str.contains(LETTER))
    if languages is None:
        return table.select(readable).to_series()
    code = pl.Series("language", languages, dtype=pl.String).str.to_lowercase().str.head(2)
    return table.select(readable & pl.lit(code).is_in(list(known)).fill_null(True)).to_series()


@dataclass(frozen=True)
class LexiconEngine:
    """TextBlob's word list with words of care over it: nothing learned, each word can be looked up; English only."""

    name: str = "textblob"

    @property
    def version(self) -> str:
        """Version of TextBlob and of the words over it."""
        return sentiment.NAME

    def __call__(self, texts: pl.Series, languages: pl.Series | None = None) -> pl.DataFrame:
        """A row for each text: `sentiment` and `score`."""
        table = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).with_columns(plain_text()).pipe(label_language)
        stated = pl.lit(None, pl.String) if languages is None else pl.lit(pl.Series("stated", languages, dtype=pl.String))
        language = pl.coalesce(stated.str.to_lowercase().str.head(2), "language")
        words = pl.col("plain").str.replace_all(r" ?@|<link>", " ")
        scored = sentiment.score_texts(table.with_columns(words.alias("plain"), language=language), text="plain")
        return scored.select("sentiment", pl.when(pl.col("sentiment") != "unscored").then("polarity").alias("score"))


@cache
def _loaded(path: Path) -> Network:
    return load_network(path)


def _from_file(path: Path, name: str) -> NetworkEngine:
    return NetworkEngine(name, lambda: _loaded(path))


#: Name of each engine and the engine.
ENGINES: dict[str, Engine] = {
    "care": _from_file(MODELS / "care.npz", "care"),
    "care-open": _from_file(MODELS / "care-open.npz", "care-open"),
    "textblob": LexiconEngine(),
}


def register(engine: Engine) -> None:
    """Let `engine` be named in a workspace; a name can be taken once."""
    if engine.name in ENGINES:
        raise CareworthError(f"there is an engine named {engine.name!r} already: give yours another name")
    ENGINES[engine.name] = engine


def engine_named(name: str, folder: Path | None = None) -> Engine:
    """The engine of that name: a shipped or registered one, one of an installed package, or a model's file in `folder`.

    Raises
    ------
    CareworthError
        If there is none.

    Examples
    --------
    >>> engine_named("care-open").name
    'care-open'
    """
    if name in ENGINES:
        return ENGINES[name]
    if name.endswith(".npz"):
        path = (folder or Path()) / name
        _loaded(path)
        return _from_file(path, path.stem)
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        return entry.load()
    raise CareworthError(f"engine {advice(name, sorted(ENGINES))}; or name the .npz file of a model of your own")


def tones(texts: pl.Series, languages: pl.Series | None = None, engine: Engine | str = DEFAULT) -> pl.DataFrame:
    """A row for each text: `sentiment`, `score`, `engine` and `version`.

    Examples
    --------
    >>> tones(pl.Series(["still no refund, worst service ever", "", "thanks, that worked!"]))["sentiment"].to_list()
    ['negative', 'unscored', 'positive']
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    said = require_tones(chosen(texts, languages), texts, chosen.name)
    return said.with_columns(engine=pl.lit(chosen.name), version=pl.lit(chosen.version))


def read_customers(customers: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    """A row for each text of a customer: `sentiment`, `score`, `opening_state` and `needs_response`.

    An engine that reads tone alone leaves openings to `care-open`.

    Parameters
    ----------
    customers : pl.DataFrame
        One row per text: text, language.
    """
    texts, languages = customers["text"], customers["language"]
    read = opener_of(engine).read(texts, languages)
    if isinstance(engine, NetworkEngine):
        return read
    said = require_tones(engine(texts, languages), texts, engine.name)
    return pl.concat([said.select("sentiment", "score"), read.drop("sentiment", "score")], how="horizontal")


def opener_of(engine: Engine) -> NetworkEngine:
    """The engine that reads openings where `engine` reads tone."""
    return engine if isinstance(engine, NetworkEngine) else ENGINES[OPENINGS]


def require_tones(said: pl.DataFrame, texts: pl.Series, engine: str) -> pl.DataFrame:
    """What an engine said, if it has a tone for each text; an engine may be anybody's."""
    strange = set(said["sentiment"].unique()) - set(TONES)
    if said.height != len(texts) or strange:
        found = (
            f"{said.height} rows for {len(texts)} texts"
            if said.height != len(texts)
            else f"the tones {sorted(map(str, strange))}"
        )
        raise CareworthError(f"the engine {engine!r} gave {found}; it must give one of {', '.join(TONES)} for each text")
    return said
