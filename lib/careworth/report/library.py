"""Vega, Vega-Lite and their interpreter as one script, packed for a page that loads nothing."""

import base64
import gzip
import hashlib
from functools import cache


@cache
def chart_library() -> str:
    """The JavaScript of Vega-Embed with Vega-Lite, Vega and the expression interpreter, as vl-convert ships them."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


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
