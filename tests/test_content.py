"""What a page carries for its scripts: charts compiled without their data, data and tables by column."""

import json

import polars as pl
import pytest
import vl_convert

from careworth.report.content import page_content, table_columns
from careworth.report.explanations import Entry
from careworth.report.vega import chart_library
from careworth.theme import alt

ROWS = [
    {"day": "Mon", "share": 0.123456789123, "n": 12, "who": "never drawn"},
    {"day": "Tue", "share": None, "n": 7, "who": "nor this"},
]


def bars(rows: list[dict] = ROWS, title: str = "share") -> dict:
    """A chart of shares by day."""
    return alt.Chart(pl.DataFrame(rows)).mark_bar().encode(alt.X("day:N"), alt.Y("share:Q").title(title), tooltip="n:Q").to_dict()


def content(*specs: dict) -> dict:
    """What a page of these charts carries."""
    return page_content(list(specs), [], {}, {})


def filled(chart: dict, data: dict) -> dict:
    """The chart with its data where their names stand, as the page's script does it."""
    return chart | {
        "data": [each | {"values": rows_of(data[each["name"]])} if each["name"] in data else each for each in chart["data"]]
    }


def rows_of(table: dict) -> list[dict]:
    """The rows of a table by column."""
    return [{name: values[at] for name, values in table["columns"].items()} for at in range(table["rows"])]


def test_a_chart_with_its_data_put_back_is_what_vega_lite_makes_of_it():
    """vl-convert's own compiler over the whole chart, data of the drawn columns in it, is the independent computation."""
    rows = [{name: row[name] for name in ("day", "share", "n")} | {"share": row["share"] and 0.123456789} for row in ROWS]
    found = content(bars())
    spec = bars() | {"datasets": {"numbers_0": rows}, "data": {"name": "numbers_0"}}
    assert filled(found["charts"][0], found["data"]) == vl_convert.vegalite_to_vega(spec)


def test_only_columns_that_the_chart_names_are_carried():
    assert list(content(bars())["data"]["numbers_0"]["columns"]) == ["day", "share", "n"]
    assert "never drawn" not in json.dumps(content(bars()))


def test_numbers_keep_nine_digits_counts_and_nulls_all_of_theirs():
    columns = content(bars())["data"]["numbers_0"]["columns"]
    assert columns["share"] == [0.123456789, None]
    assert columns["n"] == [12, 7]


def test_charts_of_the_same_data_share_them():
    found = content(bars(), bars(title="the same again"), bars(ROWS[:1]))
    assert [table["rows"] for table in found["data"].values()] == [2, 1]
    assert [chart["data"][0]["name"] for chart in found["charts"]] == ["numbers_0", "numbers_0", "numbers_1"]


def test_a_row_without_columns_is_still_a_row():
    """A line at zero stands on no data but has to be drawn once."""
    line = alt.Chart().mark_rule().encode(x=alt.datum(0)).to_dict()
    (table,) = content(line)["data"].values()
    assert table == {"rows": 1, "columns": {}}


def test_a_chart_of_no_rows_is_carried_without_any():
    empty = alt.Chart(pl.DataFrame(schema={"day": pl.String, "share": pl.Float64})).mark_bar().encode(x="day:N", y="share:Q")
    assert [table["rows"] for table in content(empty.to_dict())["data"].values()] == [0]


def test_hostile_text_stays_a_value():
    """A text that looks like the name of the data changes no other chart, and no text is read as a name."""
    name = next(iter(bars()["datasets"]))
    rows = [{"day": name, "share": 0.5, "n": 1}, {"day": "</script>", "share": 0.5, "n": 1}]
    found = content(bars(), bars(rows))
    assert found["data"]["numbers_1"]["columns"]["day"] == [name, "</script>"]


def test_a_table_leaves_out_columns_in_which_nothing_stands():
    """`number_line` gives the six columns; the key names each row's number."""
    lines = [dict(metric="Wait", slice="", value="1 min", interval="", n="", grade="B", key="S2.median")]
    found = table_columns([*lines, *(line | {"n": "7 of all"} for line in lines)])
    assert found["columns"] == {"metric": ["Wait"] * 2, "value": ["1 min"] * 2, "n": ["", "7 of all"], "grade": ["B"] * 2}
    assert found["keys"] == ["S2.median"] * 2
    assert table_columns([]) == {"columns": {}, "keys": []}


@pytest.mark.parametrize(
    ("names", "kinds", "more"),
    [
        ([], "", "Beware."),
        (
            ["Reply time (Zendesk)", "FRT"],
            "engagement",
            "Beware. From sources for engagement. Known elsewhere as Reply time (Zendesk), FRT.",
        ),
    ],
)
def test_a_definition_says_only_what_there_is(names, kinds, more):
    entry = Entry("S2", "Response time", "How long", "reply - message", "Beware.", names, "version 1")
    (told,) = page_content([], [], {"S2": entry}, {"S2": kinds})["glossary"]
    assert told["more"] == more
    assert (told["id"], told["name"], told["meaning"], told["formula"], told["source"]) == ("S2", *entry[1:4], "version 1")


def test_the_library_is_closed_and_has_no_interpreter_of_its_own():
    """Its parts are bundled without vega-interpreter, whose version in vl-convert predates the fix of CVE-2025-59840."""
    library = chart_library()
    assert library.startswith("(() => {")
    assert library.endswith("})();")
    assert "interpretation of member" not in library
    assert "import " not in library
