"""What customers said in their own words (METRICS.md Q10): drawn by chance for analysts, shown to others only one by one."""

from pathlib import Path

import polars as pl

from careworth.contracts import require_columns
from careworth.errors import CareworthError
from careworth.labelling.files import read_texts
from careworth.reading.exposure import redacted

#: Conversations are drawn so that each of these groups is heard.
STRATA = ("opening_state", "outcome")


def draw_verbatims(conversations: pl.DataFrame, messages: pl.DataFrame, per_group: int, seed: int) -> pl.DataFrame:
    """Up to `per_group` opening messages of each state and outcome: message_id, network, the two, and the redacted text.

    Drawn by chance, never picked; the same seed draws the same. For the analyst's eyes: it is written nowhere.
    """
    # A message to two accounts opens a conversation with each; it is said once.
    once = conversations.sort("conversation_id", "account_id").unique("conversation_id", keep="first", maintain_order=True)
    shuffled = once.sample(fraction=1.0, shuffle=True, seed=seed)
    drawn = shuffled.group_by(STRATA, maintain_order=True).head(per_group).sort(*STRATA, maintain_order=True)
    texts = messages.select("message_id", "text")
    own = drawn.join(texts, left_on="conversation_id", right_on="message_id", validate="1:1", maintain_order="left")
    return own.select(pl.col("conversation_id").alias("message_id"), "network", *STRATA, redacted("text"))


def approved_verbatims(messages: pl.DataFrame, ids: list[str]) -> list[str]:
    """The redacted texts of the messages that a person approved by id, in that order; no other text leaves the workspace.

    Raises
    ------
    CareworthError
        If no message has one of the ids.
    """
    texts = dict(messages.filter(pl.col("message_id").is_in(ids)).select("message_id", redacted("text")).iter_rows())
    unknown = [each for each in ids if each not in texts]
    if unknown:
        raise CareworthError(f"verbatims: no message {unknown[0]!r}; approve ids that draw_verbatims shows in the notebook")
    return [texts[each] or "" for each in ids]


def read_themes(path: Path) -> pl.DataFrame:
    """One row per message and coder of the CSV `path`: message_id, theme, coder; rows without a theme are left out.

    Raises
    ------
    CareworthError
        If the file is missing, no CSV, or lacks one of the columns.
    """
    table = read_texts(path, "message_id")
    require_columns(table, "theme", "coder", name=path.name)
    return table.select(pl.col("message_id", "theme", "coder").str.strip_chars()).filter(pl.col("theme") != "")
