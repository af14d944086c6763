"""Openings: what a customer's first turn is (complaint, question, request, praise, other), and whether it calls for an answer.

A failure or dissatisfaction makes a complaint, even put as a question; then come questions, requests and praise.
"""

import polars as pl

from careworth.reading import failure_words as failures
from careworth.reading import openings_words as words
from careworth.reading.plain import ROW, beside, numbered

CUSTOMER = "customer"

#: What an opening can be.
STATES = ("complaint", "question", "request", "praise", "other")


#: The patterns that each opening is searched for.
SIGNS = {
    "outcry": failures.OUTCRY,
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

#: A tone this far from neutral decides where the words leave the state open.
CLEAR_TONE = 0.3


def with_state(openings: pl.DataFrame, column: str = "plain", tone: str | None = None) -> pl.DataFrame:
    """`openings` with `opening_state`: complaint, question, request, praise or other.

    Parameters
    ----------
    openings : pl.DataFrame
        One row per opening.
    column : str
        Its plain text.
    tone : str, optional
        A column with the sentiment's score, -1 to 1; it decides only where the words leave the state open.

    Examples
    --------
    >>> said = pl.DataFrame({"plain": ["my parcel never came", "do you open on sunday?", "love the new store!"]})
    >>> with_state(said)["opening_state"].to_list()
    ['complaint', 'question', 'praise']
    """
    read = openings.pipe(_signs, column).with_columns(_failed=_fails())
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
        *_by_tone(tone),
        ("complaint", pl.col("_directed")),
    ]
    states = [pl.when(holds).then(pl.lit(state)) for state, holds in steps]
    return openings.with_columns(read.select(opening_state=pl.coalesce(*states, pl.lit("other"))).to_series())


def _signs(openings: pl.DataFrame, column: str) -> pl.DataFrame:
    # As columns and not as nested expressions, so that each pattern is searched for once.
    text = pl.col(column)
    signs = {f"_{name}": text.str.contains(pattern) for name, pattern in SIGNS.items()}
    read = openings.with_columns(**signs, _told=text.str.replace_all(failures.HARMLESS, " "))
    return read.with_columns(_soft_failure=pl.col("_told").str.contains(failures.SOFT_FAILURE))


def _fails() -> pl.Expr:
    """A failure is told; whoever asks for a fact may name one without complaining of it."""
    told = pl.when(~pl.col("_asks") | ~pl.col("_asks_fact")).then("_told")
    asked = pl.when(pl.col("_asks") & pl.col("_asks_fact")).then("_told")
    named = pl.sum_horizontal(asked.str.count_matches(pattern) for pattern in failures.FAILURES)
    return pl.any_horizontal(told.str.contains(pattern) for pattern in failures.FAILURES).fill_null(False) | (named > 1)


def needs_response(state: str = "opening_state", column: str = "plain") -> pl.Expr:
    """True where the opening calls for an answer: neither praise nor chat, and more than a link or a curse.

    Examples
    --------
    >>> said = pl.DataFrame({"opening_state": ["complaint", "praise"], "plain": ["my parcel never came", "great shop!"]})
    >>> said.select(needs_response()).to_series().to_list()
    [True, False]
    """
    text = pl.col(column)
    vents = text.str.contains(words.VENT) & ~text.str.contains(words.ACTIONABLE)
    speaks = text.str.replace_all("<link>", "").str.contains(r"\p{L}{2}")
    calls = pl.col(state).is_in(["complaint", "question", "request"]) & ~((pl.col(state) == "complaint") & vents)
    return (calls & speaks).alias("needs_response")


def label_openings(turns: pl.DataFrame, tone: str | None = None) -> pl.DataFrame:
    """`turns` with `opening_state` and `needs_response` at each conversation's first customer turn, null elsewhere.

    Parameters
    ----------
    turns : pl.DataFrame
        One row per turn in order within each conversation: conversation_id, side, plain.
    tone : str, optional
        See `with_state`.

    Examples
    --------
    >>> turns = pl.DataFrame({"conversation_id": [1, 1], "side": ["customer"] * 2, "plain": ["it is broken", "hello?"]})
    >>> label_openings(turns).select("opening_state", "needs_response").rows()
    [('complaint', True), (None, None)]
    """
    customers = numbered(turns).filter(pl.col("side") == CUSTOMER)
    openings = customers.filter(pl.col("conversation_id").is_first_distinct())
    return beside(turns, openings.pipe(with_state, tone=tone).select(ROW, "opening_state", needs_response()))


def _by_tone(tone: str | None) -> list[tuple[str, pl.Expr]]:
    if tone is None:
        return []
    return [("complaint", pl.col(tone) <= -CLEAR_TONE), ("praise", pl.col(tone) >= CLEAR_TONE)]
