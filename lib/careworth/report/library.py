"""Vega as one script, packed for a page that loads nothing."""

import base64
import gzip
import hashlib
from functools import cache

import vl_convert

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


@cache
def chart_library() -> str:
    """The JavaScript of Vega without its own interpreter, closed to everything but the script that loads it."""
    imports = [f'import * as {name} from "https://cdn.jsdelivr.net/npm/{part}/+esm.js";' for name, part in PARTS.items()]
    return f"(() => {{{vl_convert.javascript_bundle(''.join(imports) + HANDED_OVER)}}})();"


def packed(text: str) -> str:
    """Text as base64 of gzip, the same bytes every time."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def script_hash(script: str) -> str:
    """The source expression by which a content-security policy allows exactly this script.

    Examples
    --------
    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
