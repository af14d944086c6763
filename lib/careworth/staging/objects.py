"""Records of a JSON file: one object a line, or one array of objects; each whole, or set aside with its reasons."""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from careworth.errors import SourceError
from careworth.staging.delimited import Split, is_broken

#: Whole numbers up to here survive a float (IEEE 754).
EXACT_IN_A_FLOAT = 2**53


class Wanted(NamedTuple):
    """The fields to read of each record; those that every record must have; those that must be texts where they are there."""

    columns: list[str]
    required: set[str]
    texts: frozenset[str] = frozenset()


class _Repeated(ValueError):
    """A key that stands twice in one object."""


def read_lines(text: io.TextIOWrapper, wanted: Wanted) -> Iterator[Split]:
    """One split per line that is not blank; its fields are those of `wanted`, as text or null."""
    for number, line in enumerate((line for line in text if line.strip()), 1):
        yield _split(number, line, wanted)


def read_array(stream: BinaryIO, wanted: Wanted, name: str) -> Iterator[Split]:
    """One split per element of the file's one array.

    Raises
    ------
    SourceError
        E_ENCODING, E_TOO_DEEP or E_FORMAT if the file is no array of JSON values.
    """
    try:
        elements = _decode(stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: byte {error.start} is not UTF-8; export the file as UTF-8", "E_ENCODING") from None
    except RecursionError:
        raise SourceError(f"{name}: is nested too deep to be a list of records", "E_TOO_DEEP") from None
    except ValueError as error:
        raise SourceError(f"{name}: is no complete JSON ({type(error).__name__}); export it again", "E_FORMAT") from None
    if not isinstance(elements, list):
        raise SourceError(f"{name}: holds no array of records; export it as JSON lines or as one array", "E_FORMAT")
    for number, element in enumerate(elements, 1):
        yield _judged(number, element, json.dumps(element), wanted)


def _split(number: int, line: str, wanted: Wanted) -> Split:
    try:
        element = _decode(line)
    except _Repeated:
        return Split(number, None, ["duplicate_key"], line)
    except (ValueError, RecursionError):
        return Split(number, None, ["bad_json"], line)
    return _judged(number, element, line, wanted)


def _decode(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _Repeated("a key stands twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _judged(number: int, element: Any, raw: str, wanted: Wanted) -> Split:
    if not isinstance(element, dict):
        return Split(number, None, ["not_an_object"], raw)
    if not wanted.required <= set(element):
        return Split(number, None, ["missing_field"], raw)
    if any(not isinstance(element.get(name), str | None) for name in wanted.texts):
        return Split(number, None, ["text_not_string"], raw)
    if any(isinstance(element.get(name), dict) for name in wanted.columns):
        return Split(number, None, ["not_a_value"], raw)
    fields = [as_text(element.get(name)) for name in wanted.columns]
    if any(field and is_broken(field) for field in fields):
        return Split(number, None, ["bad_encoding", "bad_json"], raw)
    return Split(number, fields, [], raw)


def as_text(value: Any) -> str | None:
    """A JSON or Parquet value as a CSV file would hold it; a float that is no exact whole number shows that it is one.

    Examples
    --------
    >>> as_text(3.0), as_text(True), as_text(None), as_text(9.1e17), as_text([1, 2])
    ('3', 'True', None, '9.100000e+17', '1,2')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(as_text(each) or "" for each in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_IN_A_FLOAT:
        return str(int(value))
    return f"{value:e}" if isinstance(value, float) and abs(value) >= EXACT_IN_A_FLOAT else str(value)
