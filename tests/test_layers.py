"""Imports point one way: a module imports only from lower layers, and siblings do not know each other."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "lib" / "careworth"

#: From the lowest to the highest; a package counts as one module.
LAYERS = [
    {"errors", "schemas", "business_time", "compiling"},
    {"settings_files", "formats", "pseudonyms", "registry"},
    {"strict"},
    {"sources"},
    {"contracts", "promises", "targets", "files"},
    {"config"},
    {"stats", "sentiment", "redaction"},
    {"misreading"},
    {"reading"},
    {"staging", "results", "demo"},
    {"marts"},
    {"lake", "inspection", "labelling"},
    {"metrics", "attribution", "alarms", "capacity", "effects", "trends"}
    | {"roi", "goals", "decisions", "completeness", "study", "purging"},
    {"theme", "readable", "suppression"},
    {"wording", "charts", "tables"},
    {"report"},
    {"engines"},
    {"channels", "execution", "notebook", "scorecard", "daily", "widgets", "exports"},
    {"changes", "comparison", "file_commands", "lab", "labeller", "returns"},
    {"batch"},
    {"progress", "doctor"},
    {"run_command"},
    {"doctor_command"},
    {"cli"},
    {"__main__"},
]
LAYER = {module: height for height, modules in enumerate(LAYERS) for module in modules}

#: What is shown is made of tables handed over, so these read no source and compute no metric.
PRESENTATION = {"theme", "readable", "wording", "charts", "tables"}
MAY_PRESENT = set().union(*LAYERS[:8]) | {"results", "theme", "readable"}


def imported_modules(source: str) -> set[str]:
    """The modules of careworth that the source imports, anywhere in it.

    Examples
    --------
    >>> sorted(imported_modules("from careworth.roi.gate import gate_rows; from careworth import charts"))
    ['charts', 'roi']
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.add("careworth.(relative import)")
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("careworth.")} - {"__version__"}


def imports_of(module: str) -> set[str]:
    """The other modules of careworth that `module` imports."""
    path = PACKAGE / module
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    return set().union(*(imported_modules(file.read_text(encoding="utf-8")) for file in files)) - {module}


def modules() -> list[str]:
    """The modules and packages directly inside careworth."""
    files = [path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"]
    return sorted(files + [path.parent.name for path in PACKAGE.glob("*/__init__.py")])


def test_every_module_has_a_layer():
    assert set(modules()) <= set(LAYER)


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_from_lower_layers(module):
    wrong = {name for name in imports_of(module) if LAYER.get(name, len(LAYERS)) >= LAYER[module]}
    assert not wrong


@pytest.mark.parametrize("module", sorted(PRESENTATION & set(modules())))
def test_presentation_neither_reads_sources_nor_computes(module):
    assert imports_of(module) <= MAY_PRESENT


def test_only_sentiment_imports_textblob():
    importing = {
        path.stem for path in PACKAGE.rglob("*.py") if re.search(r"(import|from) textblob", path.read_text(encoding="utf-8"))
    }
    assert importing == {"sentiment"}


def loaded_by(statement: str) -> set[str]:
    """The packages outside the standard library that a fresh Python has loaded after the statement."""
    code = f"import json, sys; {statement}; print(json.dumps([name for name, module in sys.modules.items() if module]))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    return {name.split(".")[0] for name in loaded} - sys.stdlib_module_names


def test_importing_careworth_imports_nothing_else():
    assert loaded_by("import careworth") - loaded_by("pass") == {"careworth"}


def test_altair_behind_careworth_builds_no_grammar():
    """JupyterLab brings rfc3987-syntax, whose grammar costs each kernel 1.5 CPU seconds where jsonschema finds it."""
    loaded = loaded_by("import careworth, altair")
    assert "jsonschema" in loaded
    assert not {"rfc3987_syntax", "lark"} & loaded
