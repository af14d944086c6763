"""Files without a person, kind by kind: every byte that is not theirs stays."""

import codecs
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import count
from pathlib import Path

import polars as pl

from careworth.errors import SourceError
from careworth.purging.editing import edit_delimited, edit_document
from careworth.purging.person import Person
from careworth.purging.tasks import Task
from careworth.staging import raw_records
from careworth.staging.delimited import read_header, text_of
from careworth.staging.objects import SCRIPT_PREFIX, objects_in
from careworth.staging.opening import GZIP, PARQUET, ZIP, open_source

BLANK = re.compile(r"[ \t\n\r]*")

#: The marks at the start of a text, and the encodings that they stand for.
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def rewritten(task: Task) -> bytes:
    """The file's new content, unpacked; nothing if all of it was the person's, as it is if it cannot be rewritten.

    Raises
    ------
    SourceError
        If it is nested too deep.
    """
    kind = _kind(task)
    if kind == "sealed":
        task.tally["sealed"] = _holds(task)
        return task.path.read_bytes()
    if kind == "parquet":
        return _parquet(task)
    with open_source(task.path) as stream:
        start = stream.read(3)
        stream.seek(0)
        text = text_of(stream, task.path.name, task.layout.dialect.encoding if kind in ("delimited", "lines") else "utf-8")
        content = REWRITERS[kind](task, text)
        known = [(mark, codec) for mark, codec in MARKS.items() if start.startswith(mark) and text.encoding.startswith("utf")]
        mark, codec = known[0] if known else (b"", text.encoding.removesuffix("-sig"))
    return content and mark + content.encode(codec, "surrogateescape")


def _kind(task: Task) -> str:
    with task.path.open("rb") as packed, open_source(task.path) as stream:
        is_zip, start = packed.read(4) == ZIP, stream.read(64)
    if is_zip or start.startswith((ZIP, PARQUET)):
        return "parquet" if start.startswith(PARQUET) and not is_zip else "sealed"
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if text[:1] not in (b"{", b"[") and not SCRIPT_PREFIX.match(text.decode("latin-1")):
        return "delimited"
    return "document" if task.export and task.export.records else "array" if text[:1] == b"[" else "lines"


def _holds(task: Task) -> bool:
    every = set(range(1, task.rows.height + len(task.strays) + 1))
    raw = raw_records(task.path, every, task.layout, task.table, task.source.format)
    return bool(task.theirs) or any(task.person.is_told(each.decode("utf-8", "surrogateescape")) for each in raw.values())


class _Followed:
    # Hands on the lines of a text, and remembers those since it was last asked.
    def __init__(self, text: Iterable[str]):
        self.text, self.lines = iter(text), []

    def __iter__(self) -> "_Followed":
        return self

    def __next__(self) -> str:
        self.lines.append(next(self.text))
        return self.lines[-1]

    def taken(self) -> str:
        """The lines since the last time."""
        taken, self.lines = "".join(self.lines), []
        return taken


def _delimited(task: Task, text: TextIOWrapper) -> str:
    lines, delimiter = _Followed(text), task.layout.dialect.delimiter
    header, splits = read_header(lines, task.path.name, delimiter)
    places = {place for place, name in enumerate(header) if name.strip().lower() in task.text_fields}
    edit, kept = partial(edit_delimited, delimiter=delimiter, places=places, person=task.person), [lines.taken()]
    for split in splits:
        kept += [lines.taken().removesuffix(split.raw), task.kept(split.record, split.raw, edit)]
    return "".join([*kept, lines.taken()])


def _lines(task: Task, text: TextIOWrapper) -> str:
    numbers = count(1)
    kept = "".join(_line(task, line, numbers) if line.strip() else line for line in text)
    # A file without anything in it would be refused; an empty list is one of no records.
    return kept if kept.strip() else "[]\n"


def _line(task: Task, line: str, numbers: Iterator[int]) -> str:
    pieces = [raw for raw, _ in objects_in(line)]
    kept = "".join(task.kept(next(numbers), piece, task.edit_json) for piece in pieces)
    return kept if not kept or len(pieces) == 1 else kept + line[len(line.rstrip()) :]


def _array(task: Task, file: TextIOWrapper) -> str:
    text, decoder, kept, numbers = file.read(), json.JSONDecoder(), [], count(1)
    end = first = text.index("[") + 1
    while text[(start := BLANK.match(text, end).end())] != "]":
        after = decoder.raw_decode(text, start)[1]
        comma = BLANK.match(text, after).end()
        stop = comma if text[comma] == "," else after
        if element := task.kept(next(numbers), text[start:after], task.edit_json):
            kept.append(text[end:start] + element + text[after:stop])
        end = stop + (text[comma] == ",")
    return text[:first] + ",".join(kept) + text[end:]


def _document(task: Task, file: TextIOWrapper) -> str:
    text = file.read()
    prefix = SCRIPT_PREFIX.match(text)
    head, body = (prefix[0], text[prefix.end() :]) if prefix else ("", text)
    try:
        json.loads(body)
        pages = [body]
    except ValueError:
        pages = body.splitlines(keepends=True)
    kept = "".join(_page(task, page) for page in pages)
    return head + kept if kept.strip() else ""


def _page(task: Task, page: str) -> str:
    if not task.person.is_told(page):
        return page
    try:
        edited, counts = edit_document(page, task.person)
    except ValueError:
        edited, counts = "", Counter(removed=1)
    except RecursionError:
        raise SourceError(f"{task.path.name}: is nested too deep to be rewritten; purge it by hand", "E_TOO_DEEP") from None
    task.tally.update(counts)
    return edited


REWRITERS = {"delimited": _delimited, "lines": _lines, "array": _array, "document": _document}


def _parquet(task: Task) -> bytes:
    from pyarrow import array, parquet, types

    with open_source(task.path) as stream:
        table = parquet.read_table(stream)
    told = _rows_that_tell(task.person, table)
    gone = task.theirs | (task.strays & told)
    if not gone | told:
        return task.path.read_bytes()
    task.tally["removed"] += len(gone)
    table = table.filter(array([number not in gone for number in range(1, table.num_rows + 1)], "bool"))
    for place, field in enumerate(table.schema):
        is_text = field.name.strip().lower() in task.text_fields
        # A dictionary keeps the words of rows that are gone; so it is made anew.
        if is_text or types.is_dictionary(field.type):
            values = [_without_mentions(task, each) if is_text else each for each in table[place].to_pylist()]
            table = table.set_column(place, field, array(values, field.type))
    task.tally["alike"] += len(_rows_that_tell(task.person, table))
    parquet.write_table(table, written := BytesIO(), compression="zstd", write_statistics=False)
    return written.getvalue()


def _rows_that_tell(person: Person, table) -> set[int]:
    rows = enumerate(pl.from_arrow(table).iter_rows(), 1)
    return {number for number, row in rows if person.is_told(json.dumps(row, default=str, ensure_ascii=False))}


def _without_mentions(task: Task, value: object) -> object:
    if not isinstance(value, str):
        return value
    task.tally["replaced"] += len(task.person.mentions(value))
    return task.person.without(value)


def packed(content: bytes, like: Path) -> bytes:
    """The content by gzip, if the file is."""
    with like.open("rb") as file:
        return gzip.compress(content, 6, mtime=0) if file.read(2) == GZIP else content
