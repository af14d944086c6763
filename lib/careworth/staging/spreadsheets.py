"""Records of a sheet of an Excel workbook (.xlsx), each cell as the text that a CSV file would hold; no type is guessed."""

import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any, BinaryIO

from careworth.errors import SourceError
from careworth.staging.delimited import MOST_COLUMNS, WHOLE, Split
from careworth.staging.objects import as_text
from careworth.staging.opening import BLOCK, LARGEST_BYTES, LARGEST_RATIO, OLE, SMALL_BYTES, ZIP
from careworth.strict import advice

#: Of a sheet, says Excel's specification.
MOST_ROWS = 1_048_576

#: Stands for a cell with an error such as #N/A. It is no character of XML, so no cell has it for a text.
ERROR = "\uffff"


def read_sheet(stream: BinaryIO, name: str, sheet: str = "") -> tuple[list[str], Iterator[Split]]:
    """The header's fields, and the records after it as they are asked for, of the first sheet that is shown or of `sheet`.

    The first row with any text is the header, from its first to its last text; empty rows are no records. A formula is what it
    was when the file was saved. Midnight is a date, and an hour without a day is a time: 2025-03-01, 10:00:00.

    Parameters
    ----------
    stream : BinaryIO
        A workbook, seekable; it is copied and may be closed then.
    name : str
        What messages call the file.
    sheet : str
        Name of the sheet, with its capitals; empty for the first that is not hidden.

    Raises
    ------
    SourceError
        E_FORMAT, E_CORRUPT, E_TOO_LARGE, E_TOO_MANY_COLUMNS or E_EMPTY_FILE; also later, where the damage is.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_sheet(BytesIO(b"id,value"), "orders.xlsx")
    Traceback (most recent call last):
    careworth.errors.SourceError: orders.xlsx: is no Excel workbook; save it as .xlsx
    """
    _require_workbook(stream, name)
    rows = _rows(_copied(stream), name, sheet)
    try:
        header, first, end = _header(rows, name)
    except SourceError:
        rows.close()
        raise
    return [text.replace(ERROR, "") for text in header[first:end]], _splits(rows, first, end)


def _header(rows: Iterator[list[str]], name: str) -> tuple[list[str], int, int]:
    header = next((row for row in rows if any(text.strip() for text in row)), None)
    if header is None:
        raise SourceError(f"{name}: nothing is written in the sheet; name another one, or export it again", "E_EMPTY_FILE")
    filled = [place for place, text in enumerate(header) if text.strip()]
    first, end = filled[0], filled[-1] + 1
    if end - first > MOST_COLUMNS:
        raise SourceError(f"{name}: {end - first:,} columns, at most {MOST_COLUMNS} are read", "E_TOO_MANY_COLUMNS")
    return header, first, end


def _require_workbook(stream: BinaryIO, name: str) -> None:
    stream.seek(0)
    start = stream.read(len(OLE))
    size = stream.seek(0, 2)
    stream.seek(0)
    if start == OLE:
        raise SourceError(f"{name}: is encrypted or an old .xls; save it as .xlsx without a password", "E_FORMAT")
    if not start.startswith(ZIP):
        raise SourceError(f"{name}: is no Excel workbook; save it as .xlsx", "E_FORMAT")
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        raise _corrupt(name) from None
    _require_modest(members, size, name)


def _require_modest(members: list[zipfile.ZipInfo], size: int, name: str) -> None:
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise SourceError(f"{name}: is no Excel workbook; save it as .xlsx", "E_FORMAT")
    if any(member.flag_bits & 1 for member in members):
        raise SourceError(f"{name}: is encrypted; save it without a password", "E_FORMAT")
    if len(names) < len(members):
        raise _corrupt(name)
    # A member that is larger than it states ends as damaged, so what is stated is what there can be.
    bound = min(LARGEST_BYTES, max(SMALL_BYTES, LARGEST_RATIO * size))
    if sum(member.file_size for member in members) > bound:
        raise SourceError(f"{name}: unpacks to more than {bound >> 20} MiB; split it, or save it as CSV", "E_TOO_LARGE")


def _copied(stream: BinaryIO) -> BinaryIO:
    copy = tempfile.SpooledTemporaryFile(max_size=16 * BLOCK)  # noqa: SIM115 closed when the last row has been read
    stream.seek(0)
    while block := stream.read(BLOCK):
        copy.write(block)
    return copy


def _corrupt(name: str) -> SourceError:
    return SourceError(f"{name}: the workbook is damaged; save or download it again", "E_CORRUPT")


def _rows(copy: BinaryIO, name: str, sheet: str) -> Iterator[list[str]]:
    try:
        # Values as they were saved, and beside them the formulas: one that was never computed would look like an empty cell.
        with copy, _book(copy, data_only=True) as values, _book(copy, data_only=False) as formulas:
            title = _title(values, name, sheet)
            for row, written in zip(_cells(values[title]), _cells(formulas[title]), strict=True):
                yield [_text(cell, formula) for cell, formula in zip_longest(row, written)]
    except (SourceError, GeneratorExit):
        raise
    except Exception:  # openpyxl raises whatever a damaged file makes it do
        raise _corrupt(name) from None


def _book(copy: BinaryIO, data_only: bool) -> closing:
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # about what it does not know of pictures, filters and colours
        return closing(load_workbook(copy, read_only=True, data_only=data_only, keep_links=False))


def _title(book: Any, name: str, sheet: str) -> str:
    titles = [each.title for each in book.worksheets]
    if sheet and sheet not in titles:
        raise SourceError(f"{name}: no sheet {advice(sheet, titles)}", "E_FORMAT")
    shown = [each.title for each in book.worksheets if each.sheet_state == "visible"]
    if not sheet and not shown:
        raise SourceError(f"{name}: all its sheets are hidden; name one", "E_FORMAT")
    return sheet or shown[0]


def _cells(sheet: Any) -> Iterator[tuple]:
    sheet.reset_dimensions()  # a workbook may state fewer rows and columns than it has
    for number, row in enumerate(sheet.iter_rows()):
        if number >= MOST_ROWS:
            raise ValueError("a row that no sheet can have")
        yield row


def _text(cell: Any, formula: Any) -> str:
    if cell.data_type == "e":
        return f"{ERROR}{cell.value}"
    if cell.value is None and cell.data_type == "n" and formula.data_type == "f":
        return f"{ERROR}#NOT COMPUTED"
    return TEXTS[type(cell.value)](cell.value)


def _moment(moment: datetime) -> str:
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat(timespec="auto")


def _clock(duration: timedelta) -> str:
    sign, length = ("-", -duration) if duration < timedelta() else ("", duration)
    hours, rest = divmod(length, timedelta(hours=1))
    return f"{sign}{hours:02}{(datetime.min + rest).time().isoformat()[2:]}"


def _unescaped(text: str) -> str:
    from openpyxl.utils.escape import unescape

    return unescape(text) if "_x" in text else text


#: How each kind of value that a cell can have becomes a text.
TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: _unescaped,
    bool: lambda value: str(value).lower(),
    int: as_text,
    float: as_text,
    date: date.isoformat,
    datetime: _moment,
    time: time.isoformat,
    timedelta: _clock,
}


def _splits(rows: Iterator[list[str]], first: int, end: int) -> Iterator[Split]:
    filled = (row for row in rows if any(row))
    for number, row in enumerate(filled, 1):
        fields = row[first:end] + [""] * (end - max(first, len(row)))
        yield _split(number, row, fields, any(row[:first]) or any(row[end:]))


def _split(number: int, row: list[str], fields: list[str], is_wider: bool) -> Split:
    raw = json.dumps(row if is_wider else fields, ensure_ascii=False)
    if not is_wider and ERROR not in raw:
        return Split(number, fields, WHOLE, raw)
    reasons = ["bad_field_count"] * is_wider + ["cell_error"] * (ERROR in raw)
    return Split(number, None, reasons, raw.replace(ERROR, ""))
