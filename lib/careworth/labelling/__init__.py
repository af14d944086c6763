"""One file of texts labelled without a workspace, and the labels compared with those that people gave."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from careworth.errors import CareworthError
from careworth.files import write_bytes
from careworth.labelling.comparison import Pair, column_pairs, comparison_lines, conversation_pairs
from careworth.labelling.conversations import label_conversations
from careworth.labelling.files import read_conversations, read_gold, read_texts, require_other_file, turns_of
from careworth.reading.engines import Engine, tones
from careworth.reading.languages import label_language
from careworth.reading.plain import plain_text
from careworth.reading.thanks import says_thanks

__all__ = ["comparison_lines", "label_file", "label_table", "pairs_with", "summary_lines", "write_labels"]


def label_file(path: Path, engine: Engine, column: str = "") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the file holds, one object per conversation or row, and beside it what is read of each.

    Parameters
    ----------
    path : Path
        Conversations as JSON lines; or a CSV file if `column` names the one with the texts.
    """
    if column:
        table = read_texts(path, column)
        return table.to_dicts(), label_table(table[column], engine).to_dicts()
    conversations = read_conversations(path)
    return conversations, label_conversations(conversations, turns_of(conversations), engine)


def label_table(texts: pl.Series, engine: Engine) -> pl.DataFrame:
    """A row for each text by itself: `sentiment`, `score`, `thanks` (it expresses gratitude), `lang`, engine and version.

    Examples
    --------
    >>> from careworth.reading.engines import engine_named
    >>> label_table(pl.Series(["thanks a lot for the quick help"]), engine_named("care")).row(0)[2:4]
    (True, 'en')
    """
    plain = pl.DataFrame({"text": texts.cast(pl.String)}).with_columns(plain_text()).pipe(label_language)
    said = tones(plain["text"], plain["language"], engine)
    own = plain.select(says_thanks().alias("thanks"), lang="language")
    return pl.concat([said.select("sentiment", "score"), own, said.select("engine", "version")], how="horizontal")


def write_labels(labels: list[dict[str, Any]], out: Path, read: Path) -> None:
    """Write one JSON object to a line, whole or not at all."""
    require_other_file(read, out)
    if not out.parent.is_dir():
        raise CareworthError(f"no folder {out.parent.name!r} to write {out.name} into; make it first")
    write_bytes(out, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in labels).encode())


def pairs_with(read: list[dict[str, Any]], said: list[dict[str, Any]], gold: Path, column: str = "") -> list[Pair]:
    """The labels that people gave in the file `gold`, beside the reader's."""
    if column:
        return column_pairs(read_texts(gold, column), column, read, said)
    return conversation_pairs(read, said, read_gold(gold))


def summary_lines(said: list[dict[str, Any]]) -> list[str]:
    """How many conversations or texts have which label."""
    labels = [each.get("labels", each) for each in said]
    lines = [f"{len(labels):>12,}  read by {labels[0]['engine']} {labels[0]['version']}"] if labels else ["nothing was read"]
    for name in ("opening_state", "needs_response", "opening_sentiment", "closing_sentiment", "sentiment", "lang"):
        counts = Counter(each[name] or "unknown" for each in labels if name in each)
        lines += [f"{count:>12,}  {name} {value}" for value, count in counts.most_common()]
    for name in ("thanks", "redirect"):
        count = sum(bool(each[name]) for each in labels if name in each)
        lines += [f"{count:>12,}  with {name}"] if labels and name in labels[0] else []
    return lines
