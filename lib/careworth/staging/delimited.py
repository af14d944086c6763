"""Records of a delimited text file, each split strictly or set aside; no byte is guessed, dropped or replaced.

Python's strict CSV parser reads here, since Polars' own pads short rows, drops records behind a stray quote and
unquotes what was never quoted, without a word (RELIABILITY.md 2).
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from careworth.errors import SourceError

#: Stands for a carriage return inside an unquoted field, where the parser would end the record. No decoder yields it.
LONE_RETURN = "\udc0d"

LARGEST_HEADER = 1 << 16
MOST_COLUMNS = 256

#: The reasons of a record that has none.
WHOLE: list[str] = []


class Split(NamedTuple):
    """One record: its number (1 is the first after the header), its fields or the reasons why it has none, its lines."""

    record: int
    fields: list[str] | None
    reasons: list[str]
    raw: str | Callable[[], str]


def read_header(text: io.TextIOWrapper, name: str, delimiter: str = ",") -> tuple[list[str], Iterator[Split]]:
    """The header's fields, and the records after it as they are asked for.

    Raises
    ------
    SourceError
        E_BINARY, E_ENCODING, E_TOO_MANY_COLUMNS, E_QUOTING or E_EMPTY_FILE for the header; E_UNTERMINATED_QUOTE later.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    csv.field_size_limit(LARGEST_HEADER)
    try:
        header = next((fields for fields in reader if any(field.strip() for field in fields)), None)
    except UnicodeDecodeError:
        raise SourceError(f"{name}: is not the UTF-16 that it begins as; export it as UTF-8", "E_ENCODING") from None
    except csv.Error:
        too_long = len(lines.taken) == 1 and len(lines.taken[0]) > LARGEST_HEADER
        code = "E_TOO_MANY_COLUMNS" if too_long else "E_QUOTING"
        raise SourceError(f"{name}: the header cannot be split into columns; repair its first line", code) from None
    if header is None:
        raise SourceError(f"{name}: nothing is written in it; export it again", "E_EMPTY_FILE")
    if any(sign < " " and sign != "\t" or "\udc00" <= sign <= "\udcff" for sign in "".join(header)):
        raise SourceError(f"{name}: is no text file; export it as CSV", "E_BINARY")
    if len(header) > MOST_COLUMNS:
        raise SourceError(f"{name}: {len(header):,} columns, at most {MOST_COLUMNS} are read", "E_TOO_MANY_COLUMNS")
    return header, _records(reader, lines, len(header), name)


def text_of(stream: BinaryIO, name: str, encoding: str = "utf-8") -> io.TextIOWrapper:
    """The stream as lines of text; a byte that is no text in its encoding becomes a lone surrogate, which no text holds.

    Raises
    ------
    SourceError
        E_ENCODING if it is UTF-16 that does not say so.
    """
    start = stream.read(1 << 20)
    stream.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return io.TextIOWrapper(stream, encoding="utf-16", errors="strict", newline="\n")
    halves = start[:64:2].strip(b"\0"), start[1:64:2].strip(b"\0")
    if any(halves) and not all(halves) and len(start) > 1:
        raise SourceError(f"{name}: is UTF-16 without a byte order mark; export it as UTF-8", "E_ENCODING")
    ends_in_returns = b"\n" not in start and b"\r" in start
    known = "utf-8-sig" if encoding == "utf-8" or start.startswith(codecs.BOM_UTF8) else encoding
    return io.TextIOWrapper(stream, known, errors="surrogateescape", newline="\r" if ends_in_returns else "\n")


class _Lines:
    # Hands lines to the parser and remembers those of the record under way.
    def __init__(self, text: io.TextIOWrapper):
        self.text, self.taken = text, []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.text)
        self.taken.append(line)
        return _hide_lone_returns(line) if "\r" in line else line


def _hide_lone_returns(line: str) -> str:
    body = line.rstrip("\r\n")
    return body.replace("\r", LONE_RETURN) + line[len(body) :]


def _records(reader: Iterator[list[str]], lines: _Lines, width: int, name: str) -> Iterator[Split]:
    csv.field_size_limit(1 << 28)
    number = 0
    while True:
        lines.taken.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise SourceError(f"{name}: is not the UTF-16 that it begins as; export it as UTF-8", "E_ENCODING") from None
        except csv.Error as error:
            number += 1
            yield _broken(number, str(error), lines.taken, name)
            continue
        if fields and (len(fields) > 1 or fields[0].strip() or width == 1):
            number += 1
            yield _whole(number, fields, width, lines.taken)


def _broken(number: int, error: str, taken: list[str], name: str) -> Split:
    raw = "".join(taken)
    if "unexpected end" not in error:
        return Split(number, None, ["bad_quoting"], raw)
    if len(taken) == 1 and not raw.endswith(("\n", "\r")):
        return Split(number, None, ["truncated_record", "bad_quoting", "bad_field_count"], raw)
    found = f"{name}: a quote opened in record {number} is never closed"
    raise SourceError(f"{found}; repair it there, or export the file again", "E_UNTERMINATED_QUOTE")


def _whole(number: int, fields: list[str], width: int, taken: list[str]) -> Split:
    raw = taken[0] if len(taken) == 1 else "".join(taken)
    if len(fields) != width:
        cut = [] if raw.endswith(("\n", "\r")) or len(fields) > width else ["truncated_record"]
        return Split(number, None, ["bad_field_count", *cut], raw)
    if raw.isascii() and "\r" not in raw:
        return Split(number, fields, WHOLE, raw)
    fields = [field.replace(LONE_RETURN, "\r") for field in fields]
    return Split(number, None, ["bad_encoding"], raw) if any(map(is_broken, fields)) else Split(number, fields, WHOLE, raw)


def is_broken(field: str) -> bool:
    """True for a text with half a character, which no encoding can hold."""
    try:
        field.encode()
    except UnicodeEncodeError:
        return True
    return False
