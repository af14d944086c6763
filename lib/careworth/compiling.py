"""Loops that Numba compiles when they are first called."""

from collections.abc import Callable
from contextlib import suppress

import numba

_functions: list = []


def compiled(function: Callable) -> Callable:
    """`function`, compiled when it is first called; where a folder can be written to, once and for all."""
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # Numba finds neither its own folder nor a user's to keep the compiled code in.
        return numba.njit(nogil=True)(function)
    _functions.append(made)
    return made


def load_kept() -> int:
    """How many compiled functions were loaded: all that Numba keeps of those imported, which processes forked later then have.

    Numba itself loads each when it is first called, and tells nobody what it keeps: this reads its index.
    """
    kept = 0
    for function in _functions:
        with suppress(AttributeError, OSError):
            cache, codegen = function._cache, function.targetctx.codegen()
            for key in [key for key in cache._cache_file._load_index() if key == cache._index_key(key[0], codegen)]:
                function.compile(key[0])
                kept += 1
    return kept
