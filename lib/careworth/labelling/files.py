"""Files of texts to label, strictly read: conversations as JSON lines, or any CSV with a column of texts."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from careworth.errors import CareworthError, SourceError
from careworth.staging.delimited import read_header, text_of
from careworth.staging.opening import open_source
from careworth.strict import advice

#: Who speaks, by the words of the file: any other word is somebody else, such as a bot or another customer.
SIDES = {"customer": "customer", "brand": "agent", "agent": "agent"}


def read_conversations(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file of JSON lines, each with `conversation_id` and `turns` of `id`, `who` and `text`.

    Raises
    ------
    SourceError
        If the file is missing, or a line is no such conversation; the line's number is named.
    """
    return _read(path, _require_turns)


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The labels of a file of JSON lines, each with `conversation_id` and `labels`; the turns may be left out.

    Raises
    ------
    SourceError
        As `read_conversations` does.
    """
    return _read(path, _require_labels)


def _read(path: Path, require: Callable[[dict[str, Any], str], None]) -> list[dict[str, Any]]:
    found = []
    for number, line in _lines(path):
        found.append(_object(line, f"{path.name}, line {number}"))
        require(found[-1], f"{path.name}, line {number}")
    if not found:
        raise SourceError(f"{path.name}: nothing is written in it; export it again", "E_EMPTY_FILE")
    often = [each for each, count in Counter(each["conversation_id"] for each in found).items() if count > 1]
    if often:
        raise SourceError(f"{path.name}: conversation_id {often[0]!r} more than once; keep one of them", "E_DUPLICATE_ID")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    _require_file(path)
    with open_source(path) as stream, text_of(stream, path.name) as text:
        for number, line in enumerate(text, 1):
            if line.strip():
                yield number, line


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise SourceError(f"no file {path.name!r} in folder {path.parent.name or '.'!r}; correct its path", "E_MISSING_FILE")


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise SourceError(f"{where}: is no JSON; write one conversation to a line", "E_FORMAT") from None
    if not isinstance(found, dict) or not _is_id(found.get("conversation_id")):
        raise SourceError(f"{where}: is no object with conversation_id and turns; see `careworth label --help`", "E_FORMAT")
    return found


def _require_labels(found: dict[str, Any], where: str) -> None:
    if not isinstance(found.get("labels"), dict):
        raise SourceError(f"{where}: has no labels; give them as the labelling guide has them", "E_FORMAT")


def _require_turns(found: dict[str, Any], where: str) -> None:
    if not isinstance(found.get("turns"), list):
        raise SourceError(f"{where}: is no object with conversation_id and turns; see `careworth label --help`", "E_FORMAT")
    for turn in found["turns"]:
        if not (isinstance(turn, dict) and _is_id(turn.get("id")) and isinstance(turn.get("who"), str) and "text" in turn):
            raise SourceError(f"{where}: a turn is no object with id, who and text; give each turn all three", "E_FORMAT")
        if not isinstance(turn["text"], str | None):
            raise SourceError(f"{where}: the text of turn {turn['id']!r} is no text; write it in quotes", "E_FORMAT")


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def turns_of(conversations: list[dict[str, Any]]) -> pl.DataFrame:
    """One row per turn: conversation_id and turn (their places in the file), side, text."""
    rows = [
        (place, number, SIDES.get(turn["who"], "other"), whole_characters(turn["text"]))
        for place, each in enumerate(conversations)
        for number, turn in enumerate(each["turns"])
    ]
    return pl.DataFrame(rows, schema=["conversation_id", "turn", "side", "text"], orient="row").cast(
        {"conversation_id": pl.Int64, "turn": pl.Int64, "side": pl.String, "text": pl.String}
    )


def whole_characters(text: str | None) -> str | None:
    """`text` with a question mark for each half of a character, which no table of text can hold."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode()


def read_texts(path: Path, column: str, delimiter: str = ",") -> pl.DataFrame:
    """Every column of a CSV file as text, of which `column` holds the texts.

    Raises
    ------
    SourceError
        If the file is missing or no CSV, has no such column, or a record cannot be split; the record's number is named.
    """
    _require_file(path)
    with open_source(path) as stream, text_of(stream, path.name) as text:
        header, records = read_header(text, path.name, delimiter)
        if column not in header:
            raise SourceError(f"{path.name}: column {advice(column, header)}", "E_MISSING_COLUMN")
        if len(set(header)) < len(header):
            raise SourceError(f"{path.name}: two columns have the same name; rename one", "E_DUPLICATE_COLUMN")
        rows = [_fields(record, path.name) for record in records]
    return pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")


def _fields(record, name: str) -> list[str]:
    if record.fields is None:
        reasons = " and ".join(reason.replace("_", " ") for reason in record.reasons)
        raise SourceError(f"{name}: record {record.record} has {reasons}; repair it there", "E_FORMAT")
    return record.fields


def require_other_file(path: Path, out: Path) -> None:
    """Refuse to write over the file that is read."""
    if out.exists() and path.exists() and out.samefile(path):
        raise CareworthError(f"{out.name} is the file that is read; name another for what is written")
