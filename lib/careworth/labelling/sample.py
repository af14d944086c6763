"""A sample of turns for a person to label, and how well the reader agrees with that person."""

import csv
import io
from pathlib import Path

import polars as pl

from careworth.errors import CareworthError
from careworth.labelling.files import read_texts
from careworth.misreading import Counts, counts_of

#: What a person is asked of customers' turns, and of agents'; the words that count.
ASKED = {
    "sentiment": ("negative", "neutral", "positive"),
    "opening_state": ("complaint", "question", "request", "praise", "other"),
    "needs_response": ("yes", "no"),
    "thanks": ("yes", "no"),
    "redirect": ("yes", "no"),
}
OF_AGENTS = ("redirect",)

#: Turns are drawn so that each of these groups has its share.
STRATA = ("side", "network", "said")


def draw_sample(turns: pl.DataFrame, messages: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    """`size` turns for a person to label: message_id, side, text, and an empty column for each question.

    Drawn by chance within network, side and what the reader says, each group with its share of all turns; the same seed
    draws the same turns.

    Parameters
    ----------
    turns, messages : pl.DataFrame
        The lake's tables of those names.
    """
    people = turns.filter(pl.col("author_role").is_in(["customer", "agent"]))
    said = pl.coalesce("sentiment", pl.when(pl.col("redirects")).then(pl.lit("redirect")), pl.lit("none"))
    told = people.select("network", message_id="first_message_id", side="author_role", said=said).unique(
        "message_id", maintain_order=True
    )
    drawn = _drawn(told.sort("message_id"), min(size, told.height), seed)
    texts = messages.select("message_id", "text")
    own = drawn.join(texts, on="message_id", validate="1:1", maintain_order="left").select("message_id", "side", "text")
    return own.with_columns(pl.lit("").alias(name) for name in ASKED)


def _drawn(turns: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    shuffled = turns.sample(fraction=1.0, shuffle=True, seed=seed)
    share = (pl.col("message_id").cum_count().over(STRATA) - 0.5) / pl.len().over(STRATA)
    # By how far each turn stands in its own group, every prefix holds all groups in their shares.
    return shuffled.with_columns(place=share).sort("place", maintain_order=True).head(size).drop("place")


def write_sample(sample: pl.DataFrame, path: Path) -> Path:
    """The sample as a CSV that spreadsheets open; a file that is there is not written over.

    Raises
    ------
    CareworthError
        If the file exists: a person's labels could be in it.
    """
    if path.exists():
        raise CareworthError(f"{path.name} is there already, and labels may be in it; name another file")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(sample.columns)
    writer.writerows([_harmless(field) for field in row] for row in sample.iter_rows())
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    return path


def _harmless(field: str | None) -> str:
    # A spreadsheet would run a text that begins so as a formula.
    text = field or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def read_sample(path: Path) -> pl.DataFrame:
    """One row per turn that a person labelled: message_id and what was asked, null where nothing was answered.

    Raises
    ------
    CareworthError
        If a word is none of those that count; the message is named by its row.
    """
    table = read_texts(path, "message_id")
    asked = [name for name in ASKED if name in table.columns]
    told = table.select(
        "message_id", *(pl.col(name).str.strip_chars().str.to_lowercase().replace("", None).alias(name) for name in asked)
    )
    for name in asked:
        strange = told.with_row_index("row", 1).filter(pl.col(name).is_not_null() & ~pl.col(name).is_in(list(ASKED[name])))
        if strange.height:
            row, word = strange["row"][0], strange[name][0]
            raise CareworthError(f"{path.name}, row {row}: {name} {word[:20]!r} is none of {', '.join(ASKED[name])}; correct it")
    return told.unique("message_id", keep="first", maintain_order=True)


def measure_sample(labels: pl.DataFrame, turns: pl.DataFrame) -> dict[str, Counts]:
    """How often the reader is right and wrong about each answer, by `question:answer`, beside a person's labels.

    Parameters
    ----------
    labels : pl.DataFrame
        What `read_sample` gives.
    turns : pl.DataFrame
        The lake's labelled turns.
    """
    own = turns.select(
        "sentiment",
        "opening_state",
        message_id="first_message_id",
        needs_response=_yes_no("needs_response"),
        thanks=_yes_no("says_thanks"),
        redirect=_yes_no("redirects"),
    ).unique("message_id", keep="first", maintain_order=True)
    both = labels.join(own, on="message_id", suffix="_said", validate="1:1")
    return {
        f"{name}:{answer}": counts_of(told[name], told[f"{name}_said"], answer)
        for name in ASKED
        if name in labels.columns
        for told in [both.drop_nulls(name)]
        for answer in (ASKED[name] if len(ASKED[name]) > 2 else ("yes",))
        if told.height
    }


def _yes_no(name: str) -> pl.Expr:
    return pl.when(pl.col(name)).then(pl.lit("yes")).otherwise(pl.lit("no"))
