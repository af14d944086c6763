"""What patterns make of an opening: complaint, question, request, praise or other; a network hears them and decides.

A failure or dissatisfaction makes a complaint, even put as a question; then come questions, requests and praise.
"""

import numpy as np
import polars as pl

from careworth.reading import failure_words as failures
from careworth.reading import openings_words as words

#: What an opening can be.
STATES = ("complaint", "question", "request", "praise", "other")


#: The patterns that each opening is searched for.
SIGNS = {
    "plain_praise": words.PLAIN_PRAISE,
    "but": words.BUT,
    "why": words.WHY,
    "action": words.ACTION,
    "asks": words.QUESTION,
    "asks_fact": words.ASKS_FACT,
    "requests": words.REQUEST,
    "praises": words.PRAISE,
    "directed": words.DIRECTED,
}


def ruled_states(plain: pl.Series) -> pl.Series:
    """The state that the patterns give each plain text: complaint, question, request, praise or other.

    Examples
    --------
    >>> ruled_states(pl.Series(["my parcel never came", "do you open on sunday?", "love the new store!"])).to_list()
    ['complaint', 'question', 'praise']
    """
    read = pl.DataFrame({"plain": plain}).pipe(_signs, "plain").with_columns(_failed=_fails())
    asks, praises = pl.col("_asks"), pl.col("_praises")
    steps = [
        ("complaint", pl.col("_outcry")),
        ("praise", pl.col("_plain_praise") & ~pl.col("_but") & ~asks),
        ("complaint", pl.col("_failed") | pl.col("_why")),
        ("request", pl.col("_action")),
        ("question", asks),
        ("complaint", pl.col("_soft_failure") & ~praises & ~pl.col("_requests")),
        ("request", pl.col("_requests")),
        ("praise", praises),
        ("complaint", pl.col("_directed")),
    ]
    states = [pl.when(holds).then(pl.lit(state)) for state, holds in steps]
    return read.select(opening_state=pl.coalesce(*states, pl.lit("other"))).to_series()


def rules_said(plain: pl.Series) -> np.ndarray:
    """The same as numbers: a row for each text, a column for each state, 1 where the patterns give that state, else 0."""
    said = ruled_states(plain)
    return np.stack([(said == state).to_numpy() for state in STATES], axis=1).astype(np.float32)


def _signs(openings: pl.DataFrame, column: str) -> pl.DataFrame:
    # As columns and not as nested expressions, so that each pattern is searched for once.
    heard = openings.with_columns(_outcry=pl.col(column).str.contains(failures.OUTCRY))
    # An outcry settles it: where there is one, nothing else is looked for.
    text = pl.when(~pl.col("_outcry")).then(column)
    signs = {f"_{name}": text.str.contains(pattern).fill_null(False) for name, pattern in SIGNS.items()}
    read = heard.with_columns(**signs, _told=text.str.replace_all(failures.HARMLESS, " "))
    return read.with_columns(_soft_failure=pl.col("_told").str.contains(failures.SOFT_FAILURE).fill_null(False))


def _fails() -> pl.Expr:
    """A failure is told; whoever asks for a fact may name one without complaining of it."""
    told = pl.when(~pl.col("_asks") | ~pl.col("_asks_fact")).then("_told")
    asked = pl.when(pl.col("_asks") & pl.col("_asks_fact")).then("_told")
    named = pl.sum_horizontal(asked.str.count_matches(pattern) for pattern in failures.FAILURES)
    return pl.any_horizontal(told.str.contains(pattern) for pattern in failures.FAILURES).fill_null(False) | (named > 1)
