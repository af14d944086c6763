"""Settings files read into plain values: TOML, and YAML 1.2 without tags, anchors, merge keys or a second document."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.events import Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from careworth.errors import ConfigError

#: How the names of settings files end; the first of several that could be meant is the one we write ourselves.
SUFFIXES = (".toml", ".yaml", ".yml")

#: Bytes beyond which a file is no settings file.
MAX_BYTES = 2**20

#: Tables and lists inside one another; our own files have four.
MAX_DEPTH = 20

#: Bits of a whole number; Python has longer ones, but TOML, tables and other programs have not.
MAX_BITS = 63

#: Dots in one line of TOML: a key of many thousand parts takes tomllib minutes, and a long sentence has fewer than these.
MAX_DOTS = 400

#: The core schema of YAML 1.2.2, section 10.3.2: how plain text becomes a value. All other text, such as NO or 1:30, stays text.
CORE_SCHEMA = {
    r"null|Null|NULL|~|": lambda text: None,
    r"true|True|TRUE|false|False|FALSE": lambda text: text.lower() == "true",
    r"[-+]?[0-9]+": int,
    r"0o[0-7]+|0x[0-9a-fA-F]+": lambda text: int(text, 0),
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?": float,
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)": lambda text: float(text.replace(".", "")),
}


def refusal(where: str, says: str, code: str) -> ConfigError:
    """The error that refuses the settings file `where`: one printable line, whatever the file holds."""
    return ConfigError(_printable(f"{where}{says}"), code)


def shown(value: object, limit: int = 80) -> str:
    r"""The value as Python writes it, a day or instant as ISO does, on one line of printable characters, cut after `limit`.

    Examples
    --------
    >>> shown("a\nb"), shown("long" * 9, limit=8)
    ("'a\\nb'", "'longlon...")
    """
    text = _printable(value.isoformat() if isinstance(value, date) else repr(value))
    return text if len(text) <= limit else f"{text[:limit]}..."


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def read_settings(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> object:
    """What the file says: fields by name, or a list, of texts, numbers, truth values and (TOML alone) days and instants.

    Parameters
    ----------
    suffixes : tuple of str
        How its name may end; JSON is read as the YAML that it is.

    Raises
    ------
    ConfigError
        If there is no such file, if it is not UTF-8 text of at most `MAX_BYTES`, empty, not TOML or not the part of YAML
        that we read. Nothing in a file is ever run, and no value occurs in two places.
    """
    suffix = path.suffix.lower()
    content = _bytes(path)
    if suffix not in suffixes:
        raise refusal(path.name, f" is neither TOML nor YAML by its name; let it end in {', '.join(suffixes)}", "E_FORMAT")
    text = _text(path, content)
    found = _toml(path, text) if suffix == ".toml" else _yaml(path, text)
    if found is None or (suffix == ".toml" and not found):
        raise refusal(path.name, " says nothing; fill it in", "E_EMPTY_FILE")
    _require_modest(path, found, "E_TOML" if suffix == ".toml" else "E_YAML")
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise refusal(path.name or ".", " is not a file; name a TOML or YAML file", "E_FORMAT")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refusal(f"no {path.name} in folder ", f"{path.parent.name or '.'!r}; correct its name", "E_MISSING_FILE") from None
    except OSError as error:
        raise refusal(path.name, f" cannot be read: {error.strerror}; check its name and permissions", "E_MISSING_FILE") from None
    if len(content) > MAX_BYTES:
        raise refusal(path.name, f" is larger than {MAX_BYTES:,} bytes; keep settings alone in it", "E_TOO_LARGE")
    return content


def _text(path: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(path.name, f" is not UTF-8 text: byte {error.start}; save it as UTF-8", "E_ENCODING") from None
    if "\0" in text:
        raise refusal(path.name, f" is not text: NUL at character {text.index(chr(0))}; save it as UTF-8", "E_ENCODING")
    if not text.strip():
        raise refusal(path.name, " is empty; fill it in", "E_EMPTY_FILE")
    return text


def _toml(path: Path, text: str) -> dict:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_DOTS:
            raise refusal(path.name, f", line {number}: more than {MAX_DOTS} dots; use shorter keys or texts", "E_TOML")
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise _too_deep(path, "E_TOML") from None
    except ValueError as error:
        raise refusal(path.name, f" is not valid TOML: {error}; correct that line", "E_TOML") from None
    return found


def _too_deep(path: Path, code: str) -> ConfigError:
    return refusal(path.name, f" is nested more than {MAX_DEPTH} levels deep; no setting is", code)


def _require_modest(path: Path, found: object, code: str) -> None:
    # Level by level: a walk that calls itself would fall over the very depth that it looks for.
    level = [found]
    for _ in range(MAX_DEPTH + 1):
        if any(isinstance(node, int) and node.bit_length() > MAX_BITS for node in level):
            raise refusal(path.name, ": a whole number of more than 64 bits; write a smaller one", "E_BAD_FIELD")
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]
    if level:
        raise _too_deep(path, code)


def _children(node: dict | list) -> list:
    return list(node.values()) if isinstance(node, dict) else node


class _YamlFaultError(Exception):
    def __init__(self, event: Event, says: str):
        super().__init__(f"line {event.start_mark.line + 1}: {says}")


def _yaml(path: Path, text: str) -> object:
    # Events only: the step after them, where YAML makes objects, is never taken.
    try:
        return _document(YAML(typ="safe", pure=True).parse(text))
    except _YamlFaultError as error:
        raise refusal(path.name, f", {error}", "E_YAML") from None
    except Exception as error:  # from a parser that is not ours: beside its own errors, an overflow or a failed assertion
        raise refusal(path.name, f" is not valid YAML 1.2: {_problem(error)}; correct that line", "E_YAML") from None


def _problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f" (at line {mark.line + 1})" if mark else ""
    return (getattr(error, "problem", None) or str(error).partition("\n")[0]) + line


def _document(events: Iterator[Event]) -> object:
    next(events)
    start = next(events)
    if isinstance(start, StreamEndEvent):
        return None
    if start.version not in (None, (1, 2)):
        raise _YamlFaultError(start, "another YAML version; leave out the line with %YAML, the file is read as 1.2")
    found = _value(next(events), events, 0)
    next(events)
    after = next(events)
    if not isinstance(after, StreamEndEvent):
        raise _YamlFaultError(after, "a second document; make one file of each, or a list of campaigns")
    return found


def _value(event: Event, events: Iterator[Event], depth: int) -> object:
    if getattr(event, "anchor", None):
        raise _YamlFaultError(event, f"anchor or alias {shown(event.anchor)}; write the value itself in both places")
    if getattr(event, "tag", None):
        raise _YamlFaultError(event, f"tag {shown(str(event.tag))}; leave it out, quote a text")
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if depth == MAX_DEPTH:
        raise _YamlFaultError(event, f"nested more than {MAX_DEPTH} levels deep; no setting is")
    return (_mapping if isinstance(event, MappingStartEvent) else _sequence)(events, depth + 1)


def _sequence(events: Iterator[Event], depth: int) -> list:
    members = takewhile(lambda event: not isinstance(event, SequenceEndEvent), events)
    return [_value(event, events, depth) for event in members]


def _mapping(events: Iterator[Event], depth: int) -> dict[str, object]:
    found = {}
    for event in takewhile(lambda event: not isinstance(event, MappingEndEvent), events):
        key = _key(event, events)
        if key in found:
            raise _YamlFaultError(event, f"key {shown(key)} a second time; keep one")
        found[key] = _value(next(events), events, depth)
    return found


def _key(event: Event, events: Iterator[Event]) -> str:
    if not isinstance(event, ScalarEvent):
        raise _YamlFaultError(event, "a key that is not a text; write a field's name")
    _value(event, events, 0)
    if event.value == "<<":
        raise _YamlFaultError(event, "merge key <<; write the fields themselves")
    return _characters(event.value)


def _scalar(event: ScalarEvent) -> object:
    if event.implicit[0]:
        for pattern, value in CORE_SCHEMA.items():
            if re.fullmatch(pattern, event.value):
                return value(event.value)
    return _characters(event.value)


def _characters(text: str) -> str:
    # "\ud83d\ude00" is one character written as two halves, as JSON does; a half alone is a ValueError.
    return text.encode("utf-16", "surrogatepass").decode("utf-16")
