"""Records of a JSON file: one object a line, one array, or inside documents; each whole, or set aside with its reasons."""

import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from careworth.errors import SourceError
from careworth.staging.delimited import Split, is_broken

#: Decimal places that are written out; what is smaller is nothing that anybody measures.
MOST_PLACES = 20

#: Whole numbers up to here survive a float (IEEE 754).
EXACT_IN_A_FLOAT = 2**53


BLANK = re.compile(r"\s*")

#: What the archives of X put before their JSON, so that a browser can load it.
SCRIPT_PREFIX = re.compile(r"\s*window\.[\w.]+\s*=\s*")

#: What decoding text that is no JSON ends in; a number with an absurd exponent is no ValueError.
BAD_JSON = (ValueError, ArithmeticError, RecursionError)

#: What reading a document of another format ends in.
OTHER_SHAPE = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)


class Wanted(NamedTuple):
    """The fields to read of each record; those that every record must have, must be texts where they are there, may lack.

    `prefix` stands before their names in the table that is read, so that no name of a file has a meaning of its own there.
    """

    columns: list[str]
    required: set[str]
    texts: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    prefix: str = ""


class Shape(NamedTuple):
    """Where the records of a document are, and how a record becomes flat; see `careworth.formats.Export`."""

    records: Callable[[Any], Iterable[Any]] | None = None
    flat: Callable[[dict], dict] | None = None


class _Repeated(ValueError):
    """A key that stands twice in one object."""


def read_lines(text: io.TextIOWrapper, wanted: Wanted, shape: Shape = Shape()) -> Iterator[Split]:  # noqa: B008
    """One split per object; objects stand one in a line, several in a line, or over several lines each."""
    for number, (raw, (element, faults)) in enumerate(_all_objects(text), 1):
        yield Split(number, None, faults, raw) if faults else _judged(number, element, lambda raw=raw: raw, wanted, shape)


def _all_objects(text: io.TextIOWrapper) -> Iterator[tuple[str, tuple[Any, list[str]]]]:
    lines = (line for line in text if line.strip())
    first = next(lines, "")
    if _line(first)[1] == ["bad_json"] and not _pieces(first.strip()):
        # Perhaps the objects are written over several lines; if not, each line is judged by itself.
        whole = first + text.read()
        pieces = _pieces(whole.strip())
        if pieces:
            yield from ((piece, _line(piece)) for piece in pieces)
            return
        lines = (line for line in io.StringIO(whole, newline="\n") if line.strip())
    elif first:
        yield from objects_in(first)
    for line in lines:
        yield from objects_in(line)


def objects_in(line: str) -> list[tuple[str, tuple[Any, list[str]]]]:
    """Each object of a line as it is written, and as its value and faults; a line that is not objects alone is one.

    Deliveries in a stream may have nothing between one object and the next.
    """
    whole = _line(line)
    pieces = _pieces(line.strip()) if whole[1] == ["bad_json"] else []
    return [(piece, _line(piece)) for piece in pieces] or [(line, whole)]


def _pieces(text: str) -> list[str]:
    found, end, decoder = [], 0, json.JSONDecoder(parse_float=str)
    try:
        while end < len(text):
            start = end
            _, end = decoder.raw_decode(text, start)
            found.append(text[start:end])
            end = BLANK.match(text, end).end()
    except BAD_JSON:
        return []
    return found


def read_array(stream: BinaryIO, wanted: Wanted, name: str, shape: Shape = Shape()) -> Iterator[Split]:  # noqa: B008
    """One split per element of the file's one array.

    Raises
    ------
    SourceError
        E_ENCODING, E_TOO_DEEP or E_FORMAT if the file is no array of JSON values.
    """
    elements = _whole(_text(stream, name), name)
    if not isinstance(elements, list):
        raise SourceError(f"{name}: holds no array of records; export it as JSON lines or as one array", "E_FORMAT")
    for number, element in enumerate(elements, 1):
        yield _judged(number, element, lambda element=element: raw_of(element), wanted, shape)


def read_documents(stream: BinaryIO, wanted: Wanted, name: str, shape: Shape) -> Iterator[Split]:
    """One split per record inside the file's one JSON document, or inside the documents of its lines.

    Raises
    ------
    SourceError
        E_ENCODING, E_TOO_DEEP or E_FORMAT if the file is no JSON, or its one document is not of the format.
    """
    number = 0
    for raw, records, faults in _documents(_text(stream, name), name, shape):
        for element in records:
            number += 1
            yield _judged(number, element, lambda element=element: raw_of(element), wanted, shape)
        if faults:
            number += 1
            yield Split(number, None, faults, raw)


def _documents(text: str, name: str, shape: Shape) -> Iterator[tuple[str, list, list[str]]]:
    try:
        document = _whole(text, name)
    except SourceError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or _line(lines[0])[1]:
            raise
        yield from (_page(line, shape) for line in lines)
        return
    try:
        yield "", list(shape.records(document)), []
    except OTHER_SHAPE:
        found = f"{name}: is JSON of another shape than its format"
        raise SourceError(f"{found}; correct the format in the workspace", "E_FORMAT") from None


def _page(line: str, shape: Shape) -> tuple[str, list, list[str]]:
    document, faults = _line(line)
    try:
        return line, [] if faults else list(shape.records(document)), faults
    except OTHER_SHAPE:
        return line, [], ["unexpected_shape"]


def _text(stream: BinaryIO, name: str) -> str:
    try:
        text = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: byte {error.start} is not UTF-8; export the file as UTF-8", "E_ENCODING") from None
    prefix = SCRIPT_PREFIX.match(text)
    return text[prefix.end() :].rstrip().removesuffix(";") if prefix else text


def _whole(text: str, name: str) -> Any:
    try:
        return _decode(text)
    except RecursionError:
        raise SourceError(f"{name}: is nested too deep to be a list of records", "E_TOO_DEEP") from None
    except BAD_JSON as error:
        raise SourceError(f"{name}: is no complete JSON ({type(error).__name__}); export it again", "E_FORMAT") from None


def _line(line: str) -> tuple[Any, list[str]]:
    try:
        return _decode(line), []
    except _Repeated:
        return None, ["duplicate_key"]
    except BAD_JSON:
        return None, ["bad_json"]


def _decode(text: str) -> Any:
    # A float would lose the last digits of a large amount.
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=Decimal)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _Repeated("a key stands twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _judged(number: int, element: Any, raw: Callable[[], str], wanted: Wanted, shape: Shape) -> Split:
    # What a record looks like as it stands is made only for those that are asked for: a page may be large.
    if not isinstance(element, dict):
        return Split(number, None, ["not_an_object"], raw())
    try:
        element = shape.flat(element) if shape.flat else element
    except OTHER_SHAPE:
        return Split(number, None, ["unexpected_shape"], raw())
    fields, faults = values_of(element, wanted)
    return Split(number, fields, [], raw) if not faults else Split(number, None, faults, raw())


def raw_of(element: Any) -> str:
    """A JSON value as text; decimals as they were written."""
    return json.dumps(element, default=str)


def values_of(element: dict, wanted: Wanted) -> tuple[list[str | None] | None, list[str]]:
    """The wanted values of one flat record as texts, or the reasons why it has none."""
    if not wanted.required <= set(element):
        return None, ["missing_field"]
    if any(not isinstance(element.get(name), str | None) for name in wanted.texts):
        return None, ["text_not_string"]
    if any(_is_nested(element.get(name)) for name in wanted.columns):
        return None, ["not_a_value"]
    try:
        fields = [as_text(element.get(name)) for name in wanted.columns]
    except UnicodeDecodeError:
        return None, ["bad_encoding"]
    if any(field and is_broken(field) for field in fields):
        return None, ["bad_encoding", "bad_json"]
    return fields, []


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict | list) for each in value))


def as_text(value: Any) -> str | None:
    """A JSON or Parquet value as a CSV file would hold it; a float that is no exact whole number shows that it is one.

    Raises
    ------
    UnicodeDecodeError
        If bytes are no UTF-8.

    Examples
    --------
    >>> as_text(3.0), as_text(True), as_text(None), as_text(9.1e17), as_text([1, 2]), as_text(Decimal("0.10"))
    ('3', 'True', None, '9.1e+17', '1,2', '0.10')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, list):
        return ",".join(as_text(each) or "" for each in value)
    if isinstance(value, Decimal):
        return format(value, "f") if _is_plain(value) else str(value)
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _is_plain(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_PLACES and (exponent <= 0 or abs(number) < EXACT_IN_A_FLOAT)


def _float_text(number: float) -> str | None:
    if math.isnan(number):
        return None
    if number.is_integer():
        return str(int(number)) if abs(number) < EXACT_IN_A_FLOAT else f"{Decimal(repr(number)):e}"
    return repr(number)
