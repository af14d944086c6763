"""Notebooks import and call, in short cells between prose; their parameters are typed literals with a comment."""

import ast
import re
import sys
from itertools import groupby
from pathlib import Path

import nbformat
import papermill
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
MAY_IMPORT = sys.stdlib_module_names | {"careworth", "polars", "altair"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def syntax(code) -> list[ast.AST]:
    return [node for cell in code for node in ast.walk(ast.parse(cell.source))]


@pytest.fixture
def parameters(code) -> list[str]:
    """The lines of the one cell that is tagged `parameters`."""
    (cell,) = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    return cell.source.splitlines()


def test_the_six_notebooks_are_there():
    assert [path.stem for path in NOTEBOOKS] == ["01_ingest", "02_metrics", "03_attribution", "04_roi", "05_changes", "06_report"]


def test_a_notebook_is_valid_and_has_one_title(notebook):
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [line[:2] for line in prose.splitlines()].count("# ") == 1
    assert notebook.cells[0].source.startswith("# ")


def test_nothing_of_a_run_is_stored(code):
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)


def test_cells_are_short(code):
    assert max(sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in code) <= 20


def test_at_most_three_code_cells_stand_in_a_row(notebook):
    runs = [(kind, len(list(cells))) for kind, cells in groupby(notebook.cells, lambda cell: cell.cell_type)]
    assert max(length for kind, length in runs if kind == "code") <= 3


def test_nothing_is_defined(syntax):
    assert not [node for node in syntax if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)]


def test_imports_are_careworth_polars_altair_or_the_standard_library(syntax):
    plain = {alias.name for node in syntax if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in syntax if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in plain | parts} <= MAY_IMPORT


def test_each_parameter_is_one_typed_literal_with_a_comment(parameters):
    for line in parameters:
        (statement,) = ast.parse(line).body
        assert isinstance(statement, ast.AnnAssign), line
        assert type(ast.literal_eval(statement.value)).__name__ == statement.annotation.id, line
        assert line.rpartition("  # ")[2].strip(), line


def test_papermill_reads_each_parameter_whole(path, parameters):
    """Its parser loses an annotation with `|` and a line with a second `=` (papermill 2.7.0, STYLE 21)."""
    read = papermill.inspect_notebook(path)
    declared = {line.split(":")[0]: line.rpartition("  # ")[2] for line in parameters}
    assert {name: each["help"] for name, each in read.items()} == declared


def test_names_of_parameters_are_plain(parameters):
    assert all(line.split(":")[0].isidentifier() and line.split(":")[0].islower() for line in parameters)


def test_the_tour_leads_to_each_notebook_and_each_leads_back_and_on():
    """The links of a notebook's title: all six in the first, else the one before, the one behind and the tour."""
    linked = [set(re.findall(r"\]\((\w+)\.ipynb\)", nbformat.read(path, as_version=4).cells[0].source)) for path in NOTEBOOKS]
    names = [path.stem for path in NOTEBOOKS]
    assert linked[0] == set(names)
    for place in range(1, len(names)):
        assert linked[place] == {names[0], names[place - 1], *names[place + 1 : place + 2]}


def test_the_tour_asks_what_the_notebooks_ask():
    """Each title stands in the table of the first notebook."""
    tour, *others = [nbformat.read(path, as_version=4).cells[0].source for path in NOTEBOOKS]
    assert [
        title for title in (source.splitlines()[0].removeprefix("# ") for source in others) if f"| {title} |" not in tour
    ] == []
