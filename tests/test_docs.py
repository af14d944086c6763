"""What the pages say is what the code does: the data dictionary, the README's commands, the metrics."""

import re
from pathlib import Path

import polars as pl
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from careworth.cli import app
from careworth.config import load_workspace
from careworth.formats import FORMATS
from careworth.registry import METRICS, pages
from careworth.schemas import INSTANT, METRIC_VALUES, TABLES
from careworth.sources import Source
from tests.test_config import WORKSPACE

ROOT = Path(__file__).parents[1]
DICTIONARY = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

SCHEMAS = TABLES | {"metric_values": METRIC_VALUES}
WORDS = {
    pl.String(): "text",
    pl.Int64(): "whole number",
    pl.Float64(): "number",
    pl.Boolean(): "yes or no",
    pl.Date(): "date",
    INSTANT: "instant",
}
METRIC_ID = r"[AVSQECMPF][0-9]{1,2}"


def sections(page: str) -> dict[str, str]:
    """The text below each heading that is one word in backticks."""
    parts = re.split(r"^#+ (.*)$", page, flags=re.MULTILINE)
    return {title.strip("`"): text for title, text in zip(parts[1::2], parts[2::2], strict=True) if title.startswith("`")}


def documented_columns(section: str) -> list[tuple[str, str, bool]]:
    """Name, type and whether it is required, of each column in the section's table."""
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \| (required|optional) \| \S.* \|$", section, flags=re.MULTILINE)
    return [(name, kind, needed == "required") for name, kind, needed in rows]


def console_lines(page: str) -> list[str]:
    """What a reader is told to type: the lines after `$ ` in the page's console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    return [line[2:].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def typed(program: str) -> list[list[str]]:
    """The README's calls of `program`, each as the words after its name; comments left out."""
    lines = [re.split(r" && | # ", line) for line in console_lines(README)]
    words = [part.split() for line in lines for part in line]
    return [each[1:] for each in words if each and each[0] == program]


def test_the_dictionary_has_a_section_for_each_table_and_no_other():
    assert list(sections(DICTIONARY)) == list(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_dictionary_gives_grain_and_key(name):
    key = ", ".join(f"`{column}`" for column in SCHEMAS[name].key)
    assert sections(DICTIONARY)[name].strip().splitlines()[0] == f"{SCHEMAS[name].grain} Key: {key}."


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_dictionary_lists_each_column_with_its_type_in_order(name):
    table = SCHEMAS[name]
    expected = [(column, WORDS[dtype], column in table.required) for column, dtype in table.columns.items()]
    assert documented_columns(sections(DICTIONARY)[name]) == expected


@pytest.mark.parametrize("name", TABLES)
def test_the_dictionary_says_what_each_table_unlocks(name):
    assert re.search(r"^Unlocks: \S", sections(DICTIONARY)[name], flags=re.MULTILINE)


def unlocked_by(table: str) -> set[str]:
    """The metrics that a table's section names after 'Unlocks'."""
    (sentence,) = re.findall(r"^Unlocks: .*?\n\n", sections(DICTIONARY)[table], flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(rf"`({METRIC_ID})`", sentence))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_unlocks_the_metrics_that_need_it_and_only_such_as_are_defined(name):
    """Messages are always there, so they unlock what needs nothing else."""
    groups = {each.id: each.inputs for each in METRICS.values()}
    alone = {metric for metric, needed in groups.items() if all("messages" in group for group in needed)}
    needing = {metric for metric, needed in groups.items() if any(name in group for group in needed)}
    assert (alone if name == "messages" else needing) <= unlocked_by(name) <= set(METRICS)


def test_each_metric_is_unlocked_by_a_table():
    assert set().union(*map(unlocked_by, TABLES)) == set(METRICS)


def test_each_metric_that_the_code_names_is_in_the_registry():
    files = [path for path in (ROOT / "lib" / "careworth").rglob("*.py") if path.parent.name != "demo"]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(rf'"({METRIC_ID})"', code))
    assert {"S1", "Q1", "M9", "P12"} <= named <= set(METRICS)


def test_the_metrics_of_the_dictionary_are_made_of_the_registry():
    assert f"\n{pages.markdown_section(METRICS.values())}\n" in DICTIONARY, "run: careworth explain --markdown"


def test_the_readme_shows_the_two_commands():
    assert {"report", "test"} <= {words[0] for words in typed("make")}


def test_each_make_target_in_the_readme_exists():
    targets = set(re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {words[0] for words in typed("make") if words} <= targets


def test_each_careworth_command_in_the_readme_exists_with_its_options():
    known = get_command(app).commands
    for name, *arguments in typed("careworth"):
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0, name
        options = {option for parameter in known[name].params for option in parameter.opts} | {"--help"}
        assert {word for word in arguments if word.startswith("-")} <= options, name


def test_the_sources_in_the_dictionary_are_such_as_a_workspace_takes(tmp_path):
    examples = re.findall(r"^```toml\n(.*?)^```", DICTIONARY, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "workspace.toml").write_text(WORKSPACE.split("[sources")[0] + "\n".join(examples), encoding="utf-8")
    given = {name for _, source in load_workspace(tmp_path).all_sources for name in source.model_fields_set}
    assert given == set(Source.model_fields) - {"date_format"}


def formats_listed() -> dict[str, list[str]]:
    """The cells of each row below 'Formats by name', by the format's name."""
    section = re.split(r"^## ", DICTIONARY.split("## Formats by name\n")[1], flags=re.MULTILINE)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells[1:] for cells in rows}


def test_the_dictionary_lists_every_format_with_its_tables():
    listed = {name: set(re.sub(r" \(\w+\)", "", tables).split(", ")) for name, (tables, *_) in formats_listed().items()}
    assert listed == {"twcs": {"messages"}} | {name: set(tables) for name, tables in FORMATS.items()}


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_needs_of_the_workspace_is_in_its_row(name):
    """Constants that every row needs, and who the brand is, are named where a reader looks for them."""
    _, _, needs, _ = formats_listed()[name]
    missing = {column for table, export in FORMATS[name].items() for column in set(TABLES[table].required) - set(export.columns)}
    owned = {"own_accounts"} if any(export.author for export in FORMATS[name].values()) else set()
    assert (missing | owned) <= set(re.findall(r"`(\w+)`", needs))
