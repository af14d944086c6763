"""What a page carries for its scripts: charts as Vega has them, data and tables by column, each once."""

import json
import re
from collections.abc import Mapping, Sequence

from careworth.report.explanations import Entry
from careworth.report.vega import as_vega

#: Nobody sees more of a number in a chart, and its tooltip rounds further.
DIGITS = 9

#: Columns of a table of numbers, as `careworth.report.parts.number_line` gives them.
COLUMNS = ("metric", "slice", "value", "interval", "n", "grade")


def page_content(
    specs: Sequence[dict], tables: Sequence[list[dict]], glossary: Mapping[str, Entry], kinds: Mapping[str, str]
) -> dict:
    """Charts of these Vega-Lite specifications, the data that they draw, tables of these lines, and the glossary.

    A chart names its data; the page's script puts them where the names stand.
    """
    taken = [_taken_apart(spec) for spec in specs]
    data = _named([table for _, found in taken for table in found.values()])
    return {
        "charts": _compiled([(bare, {old: _name(table, data) for old, table in found.items()}) for bare, found in taken]),
        "data": data,
        "tables": [table_columns(lines) for lines in tables],
        "glossary": [_definition(entry, kinds[key]) for key, entry in glossary.items()],
    }


def table_columns(lines: list[dict]) -> dict:
    """A table by column, and of each row the number that it is about.

    Examples
    --------
    >>> line = {"metric": "Wait", "slice": "", "value": "22 min", "interval": "", "n": "", "grade": "B", "key": "S2.median"}
    >>> table_columns([line])
    {'columns': {'metric': ['Wait'], 'value': ['22 min'], 'grade': ['B']}, 'keys': ['S2.median']}
    """
    columns = {name: [line[name] for line in lines] for name in filled_columns(lines)}
    return {"columns": columns, "keys": [line["key"] for line in lines]}


def filled_columns(lines: list[dict]) -> list[str]:
    """The columns of a table of numbers in which something stands."""
    return [name for name in COLUMNS if any(line[name] for line in lines)]


def _definition(entry: Entry, kinds: str) -> dict[str, str]:
    known = f" Known elsewhere as {', '.join(entry.known_as)}." if entry.known_as else ""
    sources = f" From sources for {kinds}." if kinds else ""
    told = {"id": entry.id, "name": entry.name, "meaning": entry.meaning, "formula": entry.formula}
    return told | {"more": f"{entry.caveat}{sources}{known}", "source": entry.source}


def _taken_apart(spec: dict) -> tuple[str, dict[str, dict]]:
    bare = json.dumps({key: value for key, value in spec.items() if key != "datasets"})
    words = set(re.findall(r"\w+", bare))
    return bare, {name: _used_columns(rows, words) for name, rows in spec.get("datasets", {}).items()}


def _used_columns(rows: list[dict], words: set[str]) -> dict:
    # What a chart does not name it cannot draw, and what is not drawn has no business in the page.
    names = dict.fromkeys(name for row in rows for name in row)
    used = [name for name in names if name in words or not name.isidentifier()]
    return {"rows": len(rows), "columns": {name: [_short(row.get(name)) for row in rows] for name in used}}


def _short(value: object) -> object:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _named(tables: list[dict]) -> dict[str, dict]:
    different = {json.dumps(table): table for table in tables}
    return {f"numbers_{place}": table for place, table in enumerate(different.values())}


def _name(table: dict, data: dict[str, dict]) -> str:
    return next(name for name, each in data.items() if each == table)


def _compiled(taken: list[tuple[str, dict[str, str]]]) -> list[dict]:
    charts = as_vega([_renamed(bare, names) for bare, names in taken])
    return [_emptied(chart, set(names.values())) for chart, (_, names) in zip(charts, taken, strict=True)]


def _renamed(bare: str, names: dict[str, str]) -> dict:
    for old, new in names.items():
        bare = bare.replace(json.dumps(old), json.dumps(new))
    return json.loads(bare) | {"datasets": {name: [] for name in names.values()}}


def _emptied(chart: dict, names: set[str]) -> dict:
    return chart | {"data": [_without_values(each, names) for each in chart["data"]]}


def _without_values(data: dict, names: set[str]) -> dict:
    return {key: value for key, value in data.items() if key != "values"} if data["name"] in names else data
