"""The versions beneath a result: Python's, and those of every installed package that Careworth's own packages lead to."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from platform import python_version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: What is read of a package's description; the standard library's reader takes all of it apart, at many times the cost.
VERSION = re.compile(r"^Version: *(\S+)", re.MULTILINE)
NEEDED = re.compile(r"^Requires-Dist: *(.+)", re.MULTILINE)
OF_AN_EXTRA = re.compile(r"\bextra *==")


@cache
def versions() -> dict[str, str]:
    """The version of Python and of each package that a run may use: what a lock file pins, as it is installed here.

    Examples
    --------
    >>> {"python", "careworth", "polars", "polars-runtime-32", "numpy"} <= set(versions())
    True
    """
    return {"python": python_version()} | versions_below(["careworth"])


def versions_below(requirements: Iterable[str]) -> dict[str, str]:
    """The version of each package that these need, or that one of those needs, and so on; none for one that is not installed."""
    waiting = [each for line in requirements for each in _needed(line, "")]
    found, seen = {}, set(waiting)
    while waiting:
        name, extra = waiting.pop()
        head = _head(name)
        found[name] = next(iter(VERSION.findall(head)), "")
        new = {each for line in NEEDED.findall(head) for each in _needed(line, extra)} - seen
        seen |= new
        waiting.extend(new)
    return dict(sorted(found.items()))


def _head(name: str) -> str:
    try:
        return (distribution(name).read_text("METADATA") or "").partition("\n\n")[0]
    except PackageNotFoundError:
        return ""


def _needed(line: str, extra: str) -> Iterator[tuple[str, str]]:
    # Most lines are for extras that nobody asked for; to read each of them would cost most of the time.
    if not extra and OF_AN_EXTRA.search(line):
        return
    needed = Requirement(line)
    if needed.marker is None or needed.marker.evaluate({"extra": extra}):
        name = canonicalize_name(needed.name)
        yield from ((name, each) for each in ("", *needed.extras))
