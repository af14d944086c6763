"""Files that nobody thought of: every record is accepted or rejected, and what is accepted is what was written."""

import csv
import io

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careworth.staging import rejected_records, stage
from careworth.staging.twcs import COLLECTION_ENDED, COLUMNS, LONGEST_AUTHOR

TIME = "Tue Oct 31 22:10:47 +0000 2017"

#: Any text that UTF-8 can hold; NUL has a reason code of its own.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
authors = texts.filter(lambda author: author.strip())
times = st.sampled_from([TIME, "2017-10-31T22:10:47Z", "", "31/10/2017", "Tue Oct 31 22:10:47 2017"])
rows = st.lists(st.tuples(authors, st.sampled_from(["True", "False", "yes"]), times, texts), max_size=12)
dialects = st.fixed_dictionaries(
    {"quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), "lineterminator": st.sampled_from(["\n", "\r\n"])}
)


def as_csv(rows: list[tuple], dialect: dict) -> bytes:
    """A twcs file of these rows, numbered from one."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, **dialect)
    writer.writerow(COLUMNS)
    writer.writerows([number, *row, "", ""] for number, row in enumerate(rows, 1))
    return sheet.getvalue().encode()


def count_records(content: bytes) -> int:
    """Lines that end outside quotes, the header left out: counted byte by byte, with no parser in common with ours."""
    count, inside, empty = 0, False, True
    for byte in content:
        inside ^= byte == ord('"')
        if byte == ord("\n") and not inside:
            count += not empty
            empty = True
        elif byte != ord("\r"):
            empty = False
    return count + (not empty) - 1


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, dialect=dialects)
def test_each_record_is_accepted_as_written_or_rejected_with_its_reasons(tmp_path, rows, dialect):
    path, content = tmp_path / "twcs.csv", as_csv(rows, dialect)
    path.write_bytes(content)
    staged = stage("messages", "twcs", path, COLLECTION_ENDED)
    assert count_records(content) == staged.funnel["read"] == staged.table.height + staged.rejected.height == len(rows)
    accepted = {int(name): (author, text) for name, author, text in staged.table.select("message_id", "author_id", "text").rows()}
    assert accepted == {number: (rows[number - 1][0], rows[number - 1][3]) for number in accepted}
    assert set(accepted) | set(staged.rejected["record"]) == set(range(1, len(rows) + 1))
    assert staged.rejected.filter(pl.col("reasons").list.len() == 0).is_empty()


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows.filter(bool), cut=st.floats(0.1, 0.99), dialect=dialects)
def test_a_file_cut_anywhere_keeps_its_whole_records_and_the_raw_rest(tmp_path, rows, cut, dialect):
    path, whole = tmp_path / "twcs.csv", as_csv([("a" * 5, "True", TIME, row[3] or "x") for row in rows], dialect)
    header = whole.index(b"\n") + 1
    path.write_bytes(whole[: header + int(cut * (len(whole) - header))])
    try:
        staged = stage("messages", "twcs", path, COLLECTION_ENDED)
    except ValueError as error:
        assert error.code in ("E_UNTERMINATED_QUOTE", "E_ENCODING")
        return
    texts = dict(staged.table.select("message_id", "text").rows())
    assert all(rows[int(name) - 1][3].startswith(text) or text == "x" for name, text in texts.items())
    assert rejected_records(path, staged)["raw"].null_count() == 0


def test_an_author_may_be_as_long_as_the_limit_and_no_longer(tmp_path):
    path = tmp_path / "twcs.csv"
    path.write_bytes(as_csv([("x" * (LONGEST_AUTHOR + extra), "True", TIME, "hello") for extra in (0, 1)], {}))
    staged = stage("messages", "twcs", path, COLLECTION_ENDED)
    assert (staged.table["message_id"].to_list(), staged.rejected["record"].to_list()) == (["1"], [2])
