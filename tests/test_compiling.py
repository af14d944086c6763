"""Compiled loops, where their code can be kept and where it cannot."""

import numba

from careworth import compiling


def test_where_nothing_can_be_kept_loops_are_compiled_each_time(monkeypatch):
    """A package in a read-only place, with no home to write to: Numba refuses to cache there."""
    njit = numba.njit

    def refuse(*functions, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, **options)

    monkeypatch.setattr(compiling.numba, "njit", refuse)
    assert compiling.compiled(lambda number: number + 1)(2) == 3
