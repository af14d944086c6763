"""Scripts and data as a page carries them: packed, and named by their hash."""

import base64
import gzip
import hashlib


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
