"""Sheets of Excel workbooks: each cell as the text that it stands for, and no file that does harm."""

import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from careworth.errors import SourceError
from careworth.staging import spreadsheets
from careworth.staging.opening import is_spreadsheet
from careworth.staging.spreadsheets import read_sheet

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

#: The numbers of formats, by the number of a cell's style: none, a day, a day and time, a time, hours beyond a day, our own.
FORMATS = "".join(f'<xf numFmtId="{each}"/>' for each in (0, 14, 22, 21, 46, 164))
OWN_FORMAT = '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/></numFmts>'
STYLES = f"<styleSheet {MAIN}>{OWN_FORMAT}<cellXfs>{FORMATS}</cellXfs></styleSheet>"


def members(sheets: dict[str, str], shared: tuple[str, ...] = (), first_day: int = 1900) -> dict[str, str]:
    """The files inside a workbook whose sheets have these rows, each rows' XML by the sheet's attributes."""
    count = range(1, len(sheets) + 1)
    named = "".join(f'<sheet {each} sheetId="{n}" r:id="s{n}"/>' for n, each in zip(count, sheets, strict=True))
    targets = {f"s{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in count}
    targets |= {"t": ("sharedStrings", "sharedStrings.xml"), "f": ("styles", "styles.xml")}
    related = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{path}"/>' for key, (kind, path) in targets.items()
    )
    book = f'<Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/sharedStrings.xml": "sharedStrings", "/xl/styles.xml": "styles"}
    kinds |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in count}
    types = "".join(f'<Override PartName="{part}" ContentType="{KIND}.{kind}+xml"/>' for part, kind in kinds.items())
    epoch = f'<workbookPr date1904="{int(first_day == 1904)}"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{book}</Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{epoch}<sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>" + "".join(f"<si><t>{text}</t></si>" for text in shared) + "</sst>",
        "xl/styles.xml": STYLES,
    } | {
        f"xl/worksheets/sheet{n}.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
        for n, rows in zip(count, sheets.values(), strict=True)
    }


def packed(files: dict[str, str | bytes]) -> io.BytesIO:
    """A zip file with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    stream.seek(0)
    return stream


def workbook(rows: str, *shared: str, **other) -> io.BytesIO:
    """A workbook with one sheet."""
    return packed(members({'name="Orders"': rows}, shared, **other))


def text(place: str, content: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def number(place: str, content: object) -> str:
    """A cell with a number."""
    return f'<c r="{place}"><v>{content}</v></c>'


HEADER = f'<row r="1">{text("A1", "id")}{text("B1", "value")}</row>'
FAILED = '<c r="B3" t="e"><f>A1/0</f><v>#DIV/0!</v></c>'


def records(rows: str, *shared: str, **other) -> list:
    """The records of a sheet with the columns id and value and these rows after the header."""
    header, splits = read_sheet(workbook(HEADER + rows, *shared, **other), "orders.xlsx")
    assert header == ["id", "value"]
    return list(splits)


def values(cell: str, *shared: str, **other) -> list[str] | None:
    """The fields of a record with an id in A2 and this cell in B2."""
    (record,) = records(f'<row r="2">{number("A2", 7)}{cell}</row>', *shared, **other)
    return record.fields


def code(stream: io.BytesIO, sheet: str = "") -> str:
    """The code of the error that refuses the workbook."""
    with pytest.raises(SourceError) as refused:
        list(read_sheet(stream, "orders.xlsx", sheet)[1])
    assert str(refused.value).startswith("orders.xlsx: ")
    return refused.value.code


#: Cells of B2 and their texts. Excel counts days from 1899-12-30 on: 45717 is 2025-03-01, and 10:00 is 10/24 of a day.
CELLS = {
    "a shared text": ('<c r="B2" t="s"><v>0</v></c>', "where is my order?"),
    "a number as text": ('<c r="B2" t="s"><v>1</v></c>', "00712"),
    "a text that looks like an error": ('<c r="B2" t="s"><v>2</v></c>', "#N/A"),
    "a text in parts": (
        '<c r="B2" t="inlineStr"><is><r><t xml:space="preserve">where </t></r><r><t>is it</t></r></is></c>',
        "where is it",
    ),
    "spaces and lines": (text("B2", " a\n b "), " a\n b "),
    "a line of Windows": (text("B2", "a_x000D_\nb"), "a\r\nb"),
    "letters of all kinds": (text("B2", "Zoë 🦊 &lt;b&gt; &quot;x&quot;"), 'Zoë 🦊 <b> "x"'),
    "a whole number": (number("B2", 12), "12"),
    "a whole number as Excel writes a large one": (number("B2", "1.5E+5"), "150000"),
    "a negative number": (number("B2", -12.0), "-12"),
    "an amount": (number("B2", "0.1"), "0.1"),
    "what a computer makes of 0.1 + 0.2": (number("B2", "0.30000000000000004"), "0.30000000000000004"),
    "the last whole number that a float holds": (number("B2", 2**53 - 1), "9007199254740991"),
    "an id of 64 bits, which a program wrote": (number("B2", "910000000000000123"), "910000000000000123"),
    "an id of 64 bits, as Excel keeps it": (number("B2", "9.10000000000000E+17"), "9.1e+17"),
    "true": ('<c r="B2" t="b"><v>1</v></c>', "true"),
    "false": ('<c r="B2" t="b"><v>0</v></c>', "false"),
    "a day": ('<c r="B2" s="1"><v>45717</v></c>', "2025-03-01"),
    "a day and time": ('<c r="B2" s="2"><v>45717.416666666664</v></c>', "2025-03-01T10:00:00"),
    "a day and time in a format of our own": ('<c r="B2" s="5"><v>45717.4166666667</v></c>', "2025-03-01T10:00:00"),
    "midnight": ('<c r="B2" s="2"><v>45717</v></c>', "2025-03-01"),
    "an ISO time": ('<c r="B2" t="d"><v>2025-03-01T10:00:00</v></c>', "2025-03-01T10:00:00"),
    "a time of day": ('<c r="B2" s="3"><v>0.4166666666666667</v></c>', "10:00:00"),
    "a duration": ('<c r="B2" s="4"><v>1.104166666666667</v></c>', "26:30:00"),
    "a negative duration": ('<c r="B2" s="4"><v>-0.0625</v></c>', "-01:30:00"),
    "a formula's number": ('<c r="B2"><f>A2*2</f><v>14</v></c>', "14"),
    "a formula's text": ('<c r="B2" t="str"><f>A2&amp;"x"</f><v>7x</v></c>', "7x"),
    "a formula's empty text": ('<c r="B2" t="str"><f>IF(A2,"")</f><v></v></c>', ""),
    "nothing": ("", ""),
    "a colour and nothing else": ('<c r="B2" s="1"/>', ""),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_the_text_that_it_stands_for(name):
    cell, expected = CELLS[name]
    assert values(cell, "where is my order?", "00712", "#N/A") == ["7", expected]


def test_a_workbook_whose_days_begin_in_1904_has_its_own_days():
    """1904-01-01 is day 0 there, and 1462 days later than day 0 of the others: 45717 - 1462 is 2025-03-01."""
    assert values('<c r="B2" s="1"><v>44255</v></c>', first_day=1904) == ["7", "2025-03-01"]


@pytest.mark.parametrize("cell", [FAILED, FAILED.replace('"', "'"), FAILED.replace("<v>", '<v xml:space="preserve">')])
def test_an_error_rejects_its_row_and_no_other(cell):
    rows = f'<row r="2">{number("A2", 1)}</row><row r="3">{number("A3", 2)}{cell}</row><row r="4">{number("A4", 3)}</row>'
    found = [(each.record, each.fields, each.reasons, each.raw) for each in records(rows)]
    assert found == [
        (1, ["1", ""], [], '["1", ""]'),
        (2, None, ["cell_error"], '["2", "#DIV/0!"]'),
        (3, ["3", ""], [], '["3", ""]'),
    ]


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_a_formula_that_was_never_computed_rejects_its_row(value):
    """So openpyxl writes each formula; read as an empty cell, the amount would be lost without a word."""
    (record,) = records(f'<row r="2">{number("A2", 7)}<c r="B2" s="1"><f>A2*2</f>{value}</c></row>')
    assert (record.fields, record.reasons, record.raw) == (None, ["cell_error"], '["7", "#NOT COMPUTED"]')


def test_a_sheet_with_prefixed_names_is_read_alike():
    rows = HEADER + f'<row r="2">{number("A2", 1)}</row><row r="3">{number("A3", 2)}{FAILED}</row>'
    plain = members({'name="Orders"': rows})
    sheet = plain["xl/worksheets/sheet1.xml"].replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    prefixed = plain | {"xl/worksheets/sheet1.xml": sheet.replace("xmlns=", "xmlns:x=")}
    assert [list(read_sheet(packed(each), "x")[1]) for each in (prefixed, plain)] == [records(rows.removeprefix(HEADER))] * 2


def test_the_first_row_with_a_text_is_the_header_wherever_it_stands():
    rows = f'<row r="3">{text("C3", " ")}</row><row r="5">{text("C5", "id")}{text("D5", "value")}</row>'
    header, splits = read_sheet(workbook(rows + f'<row r="6">{number("C6", 1)}{number("D6", 2)}</row>'), "x")
    assert (header, [each.fields for each in splits]) == (["id", "value"], [["1", "2"]])


def test_a_column_without_a_name_keeps_its_place():
    header, splits = read_sheet(workbook(f'<row r="1">{text("A1", "id")}{text("C1", "value")}</row>'), "x")
    assert (header, list(splits)) == (["id", "", "value"], [])


def test_empty_rows_are_no_records():
    rows = f'<row r="2">{text("A2", "")}</row><row r="4">{number("A4", 1)}</row><row r="9">{number("B9", 2)}</row><row r="10"/>'
    assert [(each.record, each.fields) for each in records(rows)] == [(1, ["1", ""]), (2, ["", "2"])]


def test_a_cell_outside_the_columns_rejects_its_row():
    header = f'<row r="1">{text("B1", "id")}{text("C1", "value")}</row>'
    rows = f'<row r="2">{number("B2", 1)}{number("D2", 9)}</row><row r="3">{number("A3", 8)}{number("B3", 2)}</row>'
    (beyond, before) = read_sheet(workbook(header + rows), "x")[1]
    assert (beyond.fields, beyond.reasons, beyond.raw) == (None, ["bad_field_count"], '["", "1", "", "9"]')
    assert (before.fields, before.reasons, before.raw) == (None, ["bad_field_count"], '["8", "2"]')


def test_an_error_outside_the_columns_is_both():
    (record,) = records('<row r="2"><c r="A2"><v>1</v></c><c r="D2" t="e"><v>#REF!</v></c></row>')
    assert (record.reasons, record.raw) == (["bad_field_count", "cell_error"], '["1", "", "", "#REF!"]')


def test_the_raw_record_shows_letters_as_they_are():
    (record,) = records(f'<row r="2">{text("A2", "Zoë")}</row>')
    assert record.raw == '["Zoë", ""]'


# --- which sheet ---

SHEETS = {
    'name="Notes" state="hidden"': f'<row r="1">{text("A1", "note")}</row>',
    'name="Orders"': HEADER + f'<row r="2">{number("A2", 1)}</row>',
    'name="Returns"': f'<row r="1">{text("A1", "return")}</row>',
}


@pytest.mark.parametrize(("sheet", "header"), [("", ["id", "value"]), ("Returns", ["return"]), ("Notes", ["note"])])
def test_the_named_sheet_is_read_or_the_first_that_is_shown(sheet, header):
    assert read_sheet(packed(members(SHEETS)), "x", sheet)[0] == header


def test_an_unknown_sheet_is_refused_with_the_known_ones():
    with pytest.raises(SourceError, match="no sheet 'orders'; did you mean 'Orders'?") as refused:
        read_sheet(packed(members(SHEETS)), "x", "orders")
    assert refused.value.code == "E_FORMAT"
    with pytest.raises(SourceError, match="choose from Notes, Orders, Returns"):
        read_sheet(packed(members(SHEETS)), "x", "Z")


def test_a_workbook_whose_sheets_are_all_hidden_wants_a_name():
    hidden = members({'name="Notes" state="hidden"': HEADER})
    assert (code(packed(hidden)), read_sheet(packed(hidden), "x", "Notes")[0]) == ("E_FORMAT", ["id", "value"])


# --- what is no workbook, and what does harm ---


def test_a_workbook_is_told_from_other_zips_and_from_text():
    for stream, expected in [(workbook(HEADER), True), (packed({"a.csv": "id"}), False), (io.BytesIO(b"id,value\n"), False)]:
        assert (is_spreadsheet(stream), stream.tell()) == (expected, 0)


def test_the_stream_may_be_closed_before_the_records_are_asked_for():
    with workbook(HEADER + f'<row r="2">{number("A2", 1)}</row>') as stream:
        _, splits = read_sheet(stream, "x")
    assert [each.fields for each in splits] == [["1", ""]]


def encrypted() -> io.BytesIO:
    """A workbook whose directory says that its files are encrypted."""
    content = bytearray(workbook(HEADER).getvalue())
    for place in range(len(content)):
        if content[place : place + 4] == b"PK\x01\x02":
            content[place + 8] |= 1
    return io.BytesIO(content)


def twice() -> io.BytesIO:
    """A workbook with two first sheets."""
    stream = workbook(HEADER)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return stream


REFUSED = {
    "a text": (lambda: io.BytesIO(b"id,value\n"), "E_FORMAT"),
    "nothing": (lambda: io.BytesIO(b""), "E_FORMAT"),
    "an old or an encrypted workbook": (lambda: io.BytesIO(spreadsheets.OLE + b"\0" * 600), "E_FORMAT"),
    "another zip": (lambda: packed({"a.csv": "id"}), "E_FORMAT"),
    "encrypted files": (encrypted, "E_FORMAT"),
    "two files of one name": (twice, "E_CORRUPT"),
    "half a workbook": (lambda: io.BytesIO(workbook(HEADER).getvalue()[:900]), "E_CORRUPT"),
    "a sheet that is not there": (
        lambda: packed({k: v for k, v in members({'name="Orders"': ""}).items() if "sheet1" not in k}),
        "E_FORMAT",
    ),
    "a sheet that is not XML": (lambda: workbook(HEADER + "<row><c"), "E_CORRUPT"),
    "a text that is not there": (lambda: workbook('<row r="1"><c r="A1" t="s"><v>5</v></c></row>'), "E_CORRUPT"),
    "an empty sheet": (lambda: workbook(""), "E_EMPTY_FILE"),
    "a sheet of spaces": (lambda: workbook(f'<row r="1">{text("A1", " ")}</row>'), "E_EMPTY_FILE"),
    "257 columns": (lambda: workbook("<row>" + '<c t="str"><v>x</v></c>' * 257 + "</row>"), "E_TOO_MANY_COLUMNS"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_as_what_it_is(name):
    make, expected = REFUSED[name]
    assert code(make()) == expected


def test_256_columns_are_read():
    header, _ = read_sheet(workbook("<row>" + '<c t="str"><v>x</v></c>' * 256 + "</row>"), "x")
    assert len(header) == 256


def test_a_cell_in_the_last_corner_rejects_its_row_and_no_other():
    (whole, far) = records(f'<row r="2">{number("A2", 1)}</row><row r="1048576">{number("XFD1048576", 1)}</row>')
    assert (whole.fields, far.reasons) == (["1", ""], ["bad_field_count"])


def test_a_row_beyond_all_sheets_is_damage():
    assert code(workbook(f'{HEADER}<row r="99999999999">{number("A99999999999", 1)}</row>')) == "E_CORRUPT"


@pytest.mark.parametrize("cell", ['<c r="XFD3" s="1"/>', text("A3", ' r="XFD3">'), text("A3", "&lt;c r='XFD3'&gt;")])
def test_what_is_empty_or_only_looks_far_is_no_harm(cell):
    assert len(records(f'<row r="2">{number("B2", 1)}</row><row r="3">{cell}</row>')) in (1, 2)


def test_an_encrypted_workbook_is_told_from_what_is_none():
    with pytest.raises(SourceError, match="encrypted or an old .xls"):
        read_sheet(io.BytesIO(spreadsheets.OLE + b"\0" * 600), "x")


@pytest.mark.parametrize("days", ["1e10", "1e15"])
def test_a_duration_beyond_all_is_damage(days):
    assert code(workbook(f'{HEADER}<row r="2"><c r="A2" s="4"><v>{days}</v></c></row>')) == "E_CORRUPT"


@pytest.mark.parametrize("seed", range(20))
def test_a_flipped_bit_is_refused_or_changes_nothing(seed):
    """Ten bits each, 200 in all. Every file inside has a checksum, so what is read is what was written."""
    rows = f'<row r="2">{number("A2", 1)}<c r="B2" s="2"><v>45717.5</v></c></row><row r="3">{text("A3", "x")}{FAILED}</row>'
    whole = workbook(HEADER + rows).getvalue()
    expected, draw = records(rows), random.Random(seed)
    for _ in range(10):
        bit = draw.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            found = list(read_sheet(io.BytesIO(flipped), "x")[1])
        except SourceError as error:
            assert error.code in ("E_CORRUPT", "E_FORMAT", "E_TOO_LARGE")
        else:
            assert found == expected


@pytest.mark.parametrize("seed", range(20))
def test_damaged_xml_is_read_or_refused(seed):
    """Ten bits each, 200 in all, under checksums that are right."""
    rows = HEADER + f'<row r="2">{number("A2", 1)}<c r="B2" t="s"><v>0</v></c></row><row r="3">{FAILED}</row>'
    whole, draw = members({'name="Orders"': rows}, ("x",)), random.Random(seed)
    for _ in range(10):
        name = draw.choice(list(whole))
        content = bytearray(whole[name].encode())
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        try:
            list(read_sheet(packed(whole | {name: bytes(content)}), "x")[1])
        except SourceError as error:
            assert error.code


def bomb(stated: int) -> bytes:
    """A workbook of 300 MB of spaces in one sheet that states another size, and the checksum of so many bytes."""
    sheet = members({'name="Orders"': HEADER})["xl/worksheets/sheet1.xml"].encode()
    content = sheet[:-20] + b" " * 300_000_000 + sheet[-20:]
    whole = bytearray(packed(members({'name="Orders"': ""}) | {"xl/worksheets/sheet1.xml": content}).getvalue())
    old = struct.pack("<I", len(content))
    sums = struct.pack("<I", zlib.crc32(content)), struct.pack("<I", zlib.crc32(content[:stated]))
    return bytes(whole.replace(old, struct.pack("<I", stated)).replace(*sums))


#: Prints the code, and the largest memory in kB as Linux knows it.
IN_A_PROCESS = """
import re, sys
from careworth.staging.spreadsheets import read_sheet
try:
    read_sheet(open(sys.argv[1], "rb"), "bomb")
    print("read")
except ValueError as error:
    print(error.code)
print(re.search("VmHWM:[^0-9]+([0-9]+)", open("/proc/self/status").read())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems say it elsewhere")
@pytest.mark.parametrize(("stated", "expected"), [(300_000_000, "E_TOO_LARGE"), (1000, "E_CORRUPT")])
def test_a_bomb_does_not_go_off_whatever_size_it_states(tmp_path, stated, expected):
    (tmp_path / "bomb.xlsx").write_bytes(bomb(stated))
    command = [sys.executable, "-W", "ignore", "-c", IN_A_PROCESS, str(tmp_path / "bomb.xlsx")]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert (found[0], int(found[1]) < 500_000) == (expected, True)
