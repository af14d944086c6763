"""Loops that Numba compiles when they are first called."""

from collections.abc import Callable

import numba


def compiled(function: Callable) -> Callable:
    """`function`, compiled when it is first called; where a folder can be written to, once and for all."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # Numba finds neither its own folder nor a user's to keep the compiled code in.
        return numba.njit(nogil=True)(function)
