"""Vega-Lite's compiler and Vega's own script, asked of an engine in this process or of one that another process has.

The engine takes a second to start: the campaigns of a run, each in a process of its own, all ask that of the run.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import vl_convert

from careworth.files import write_bytes

#: The parts of Vega that our charts need, as vl-convert carries them: without maps, trees, forces and clouds of words.
PARTS = {
    "view": "vega-view@6.1.0",
    "parser": "vega-parser@7.1.0",
    "dataflow": "vega-dataflow@6.1.0",
    "transforms": "vega-transforms@5.1.0",
    "view_transforms": "vega-view-transforms@5.1.0",
    "encode": "vega-encode@5.1.0",
}

# Left on the element of the script itself: a global Vega would lend its functions to hostile expressions (CVE-2025-59840).
HANDED_OVER = """
Object.assign(dataflow.transforms, transforms, view_transforms, encode);
document.currentScript.vega = { View: view.View, parse: parser.parse };
"""


#: Where the library is kept once it has been bundled: beside the compiled Python, and gone with it.
KEPT = Path(__file__).parent / "__pycache__"


class Question(NamedTuple):
    """What is asked of the engine: the charts of these specifications, or without any the library that draws them."""

    specs: Sequence[dict] = ()


def answer(question: Question) -> list[dict] | str:
    """The answer of the engine in this process, which is started if it has not been."""
    return [vl_convert.vegalite_to_vega(spec) for spec in question.specs] if question.specs else _library()


@cache
def _library() -> str:
    imports = [f'import * as {name} from "https://cdn.jsdelivr.net/npm/{part}/+esm.js";' for name, part in PARTS.items()]
    script = "".join(imports) + HANDED_OVER
    kept = KEPT / f"vega-{_digest(vl_convert.__version__ + script)[:16]}.js"
    return _read_kept(kept) or _keep(kept, f"(() => {{{vl_convert.javascript_bundle(script)}}})();")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read_kept(path: Path) -> str:
    # A damaged one would leave every report without its charts.
    with suppress(OSError, ValueError):
        digest, library = path.read_bytes().decode().split("\n", 1)
        return library if digest == _digest(library) else ""
    return ""


def _keep(path: Path, library: str) -> str:
    with suppress(OSError):
        write_bytes(path, f"{_digest(library)}\n{library}".encode())
    return library


_asked: list[Callable[[Question], Any]] = [answer]


def ask_elsewhere(ask: Callable[[Question], Any]) -> None:
    """Let this process ask another one, by `ask`, instead of starting an engine of its own."""
    _asked[:] = [ask]


def as_vega(specs: Sequence[dict]) -> list[dict]:
    """Charts as Vega draws them, of their Vega-Lite specifications."""
    return _asked[0](Question(specs)) if specs else []


def chart_library() -> str:
    """The JavaScript of Vega without its own interpreter, closed to everything but the script that loads it."""
    return _asked[0](Question())
