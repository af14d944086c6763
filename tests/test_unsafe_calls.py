"""No call that runs or shows what it is given, in the library or in a notebook (RELIABILITY.md C1)."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Functions that run a text or an object's own code, by the name that they are called by.
RUNS = {"eval", "exec", "pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "os.system", "os.popen", "yaml.load"}
RUNS |= {"yaml.unsafe_load", "yaml.full_load", "subprocess.getoutput", "joblib.load", "dill.load", "dill.loads"}

#: What makes markup of a text: great_tables' and Vega's columns of it, and IPython's own.
SHOWS = {"fmt_markdown", "HTML", "Markdown", "Javascript"}


def unsafe_calls(source: str) -> list[str]:
    """The unsafe calls in some Python, in their order.

    Examples
    --------
    >>> unsafe_calls("eval(x); GT(t).fmt_markdown(); run(c, shell=True); HTML('<b>'); HTML(f'<b>{x}'); re.eval_(x)")
    ['eval', 'fmt_markdown', 'shell=True', 'HTML']
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [unsafe for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)) if (unsafe := _unsafe(call))]


def _unsafe(call: ast.Call) -> str:
    name, last = ast.unparse(call.func), ast.unparse(call.func).rpartition(".")[2]
    if name in RUNS:
        return name
    if any(each.arg == "shell" and getattr(each.value, "value", True) for each in call.keywords):
        return "shell=True"
    if any(each.arg == "allow_pickle" and getattr(each.value, "value", True) for each in call.keywords):
        return "allow_pickle=True"
    # A constant is what we wrote ourselves.
    given = [*call.args, *(each.value for each in call.keywords if each.arg in ("value", "data"))]
    is_given = last == "fmt_markdown" or not all(isinstance(each, ast.Constant) for each in given)
    return last if last in SHOWS and is_given else ""


def notebook_source(path: Path) -> str:
    """The code of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_the_library_and_the_notebooks_make_no_unsafe_call():
    found = {path: unsafe_calls(path.read_text(encoding="utf-8")) for path in (ROOT / "lib").rglob("*.py")}
    found |= {path: unsafe_calls(notebook_source(path)) for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert len(found) > 200
    assert {path.relative_to(ROOT).as_posix(): calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("yaml.load(x)", ["yaml.load"]),
        ("pickle.loads(x)", ["pickle.loads"]),
        ("np.load(x, allow_pickle=True)", ["allow_pickle=True"]),
        ("display(HTML(text))", ["HTML"]),
        ("Markdown(f'{x}')", ["Markdown"]),
        ("ipywidgets.HTML(value=text)", ["HTML"]),
        ("table.fmt_markdown('text')", ["fmt_markdown"]),
        ("run(x, shell=is_shell)", ["shell=True"]),
        ("run(x, shell=False); np.load(x, allow_pickle=False); HTML('<b>'); HTML(layout=x); ast.literal_eval(x)", []),
    ],
)
def test_an_unsafe_call_is_found(source, called):
    assert unsafe_calls(source) == called
