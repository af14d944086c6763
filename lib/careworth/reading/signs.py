"""Signs: what a text has or lacks beside its words, as numbers that a network reads with its n-grams."""

import numpy as np
import polars as pl

from careworth.reading.ngrams import HANDLE, LINK

#: Texts longer than this are all as long to a network.
LONG = 1_000

_START = rf"^[{HANDLE} .,!]*(?:(?:hi|hey|hello|dear|please|pls|so|ok|and|hola|hallo|bonjour|ola|ciao)[{HANDLE} ,.!]*)?"
#: A text that begins as questions do.
_ASKS_FIRST = (
    rf"{_START}(?:how|what|when|where|who|which|is|are|do|does|did|can|could|will|would|should|any (?:idea|chance|news|update)"
    r"|anyone|como|cuando|donde|quando|onde|comment|quand|wie|wann|wo|kann|hoe|wanneer|waar|come|dove)[ ']"
)

#: What is read of a text in one spelling: each a number near 0 or 1.
SIGNS: dict[str, pl.Expr] = {
    "asks": pl.col("text").str.contains("?", literal=True),
    "ends_asking": pl.col("text").str.contains(r"\?[^a-z]*$"),
    "asks_first": pl.col("text").str.contains(_ASKS_FIRST),
    "wonders": pl.col("text").str.contains(
        r"wonder|anyone know|let me know|want(?:ed)? to know|do you know|can you tell|curious"
    ),
    "why": pl.col("text").str.contains("why", literal=True),
    "exclaims": pl.col("text").str.contains("!", literal=True),
    "ends_exclaiming": pl.col("text").str.contains(r"![^a-z]*$"),
    "addressed": pl.col("text").str.contains(rf"^[. ]*{HANDLE}"),
    "mentions": pl.col("text").str.contains(HANDLE, literal=True),
    "link": pl.col("text").str.contains(LINK, literal=True),
    "hashtag": pl.col("text").str.contains("#", literal=True),
    "digits": pl.col("text").str.contains("[0-9]"),
    "retweet": pl.col("text").str.contains(r"^ *rt[ \x02]"),
    "length": (pl.col("text").str.len_bytes().clip(0, LONG) + 1).log() / 4 - 1,
}


def signs_of(spelled: pl.Series) -> np.ndarray:
    """A row of numbers for each text in one spelling, a column for each of `SIGNS`.

    Examples
    --------
    >>> signs_of(pl.Series(["where is my parcel?"]))[0, :3].tolist()
    [1.0, 1.0, 1.0]
    """
    table = pl.DataFrame({"text": spelled})
    return table.select(sign.cast(pl.Float32).alias(name) for name, sign in SIGNS.items()).to_numpy()
