"""Compiled loops, where their code can be kept and where it cannot."""

import subprocess
import sys

import numba

from careworth import compiling

LOOP = """from careworth.compiling import compiled

@compiled
def doubled(number):
    return 2 * number
"""

ASK = "import loops; from careworth.compiling import load_kept; print(load_kept(), len(loops.doubled.signatures))"


def test_what_was_compiled_before_is_loaded_without_a_call(tmp_path):
    (tmp_path / "loops.py").write_text(LOOP)
    told = []
    for statement in (ASK, "import loops; loops.doubled(2); loops.doubled(2.5)", ASK):
        ended = subprocess.run([sys.executable, "-c", statement], cwd=tmp_path, capture_output=True, text=True, check=True)
        told.append(ended.stdout.split())
    assert told == [["0", "0"], [], ["2", "2"]]


def test_where_nothing_can_be_kept_loops_are_compiled_each_time(monkeypatch):
    """A package in a read-only place, with no home to write to: Numba refuses to cache there."""
    njit = numba.njit

    def refuse(*functions, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, **options)

    monkeypatch.setattr(compiling.numba, "njit", refuse)
    assert compiling.compiled(lambda number: number + 1)(2) == 3
