"""Records of files without a person's mentions; everything else stays as it is written."""

import json
import re
from collections import Counter
from collections.abc import Container
from typing import Any

from careworth.purging.person import ESCAPE, PURGED, Person, character, unescaped

CHARACTER = re.compile(rf"{ESCAPE.pattern}|.", re.DOTALL)

#: A text of JSON, and whether it is the name of a value.
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')

#: What a moment looks like; the year in it is nobody, even if somebody is called so.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[\dT:.Z+ -]*|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d [\d: +-]+")

#: Marks a number of a document, which is kept as it is written. It is no character, so no text begins with it.
NUMBER = "\ufdd0"


def edit_delimited(raw: str, delimiter: str, places: Container[int], person: Person) -> tuple[str, int]:
    r"""A record of a CSV file with [purged] for each mention in the fields at `places`, and how many there were.

    All that is no mention stays as it is written, quotes among it.

    Examples
    --------
    >>> edit_delimited('ann,"He said ""@ann"" ",ann', ",", {1}, Person.of(["ann"]))
    ('ann,"He said ""[purged]"" ",ann', 1)
    """
    body = raw.rstrip("\r\n")
    field = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(delimiter)}]*')
    edited, start, count = [], 0, 0
    while start <= len(body):
        written = field.match(body, start)[0]
        start += len(written) + len(delimiter)
        if len(edited) in places:
            written, found = _edited(re.findall('""|.', written, re.DOTALL) if written[:1] == '"' else [*written], person)
            count += found
        edited.append(written)
    return delimiter.join(edited) + raw[len(body) :], count


def edit_json(raw: str, names: Container[str], person: Person) -> tuple[str, int]:
    r"""A JSON record with [purged] for each mention in the texts called so, and how many there were; all else as it is written.

    Examples
    --------
    >>> edit_json('{"id": "ann", "text": "\\n@ann"}', {"text"}, Person.of(["ann"]))
    ('{"id": "ann", "text": "\\n[purged]"}', 1)
    """
    edited, end, name, count = [], 0, "", 0
    for literal in LITERAL.finditer(raw):
        inside = literal[1]
        if literal[2]:
            name = unescaped(inside).lower()
        elif name in names:
            inside, found = _edited(CHARACTER.findall(inside), person)
            count += found
        edited += [raw[end : literal.start(1)], inside]
        end = literal.end(1)
    return "".join([*edited, raw[end:]]), count


def _edited(written: list[str], person: Person) -> tuple[str, int]:
    # Searched as it reads, replaced as it is written; so an escape before an id is no part of its word.
    mentions = person.mentions("".join('"' if each == '""' else character(each) for each in written))
    for start, end in reversed(mentions):
        written[start:end] = [PURGED]
    return "".join(written), len(mentions)


def edit_document(text: str, person: Person) -> tuple[str, Counter]:
    """A JSON document without the person, and how many elements of its lists were `removed`, how many mentions `replaced`.

    An element goes if a value in it, though not in a list within it, is an id; so does the whole document, which leaves nothing.
    In longer texts ids are replaced, but for moments. Numbers stay as they are written.

    Raises
    ------
    ValueError
        If it is no JSON, or two values have one name, of which only one would be seen.

    Examples
    --------
    >>> edit_document('[{"id": 7.10, "by": "ann"}, {"id": 8.10, "text": "hi @ann"}]', Person.of(["ann"]))
    ('[{"id": 8.10, "text": "hi [purged]"}]', Counter({'removed': 1, 'replaced': 1}))
    """
    number = NUMBER.__add__
    document, tally = json.loads(text, parse_int=number, parse_float=number, object_pairs_hook=_object), Counter()
    if _is_theirs(document, person):
        return "", Counter(removed=1)
    edited = _cleaned(document, person, tally)
    return (_written(edited, text) if tally.total() else text), tally


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _is_theirs(value: Any, person: Person) -> bool:
    if isinstance(value, dict):
        return any(_is_theirs(each, person) for each in value.values())
    if isinstance(value, str) and value.startswith(NUMBER):
        value = value.removeprefix(NUMBER).removesuffix(".0")
    return isinstance(value, str) and person.is_named(value)


def _cleaned(value: Any, person: Person, tally: Counter) -> Any:
    if isinstance(value, list):
        kept = [each for each in value if not _is_theirs(each, person)]
        tally.update(removed=len(value) - len(kept))
        return [_cleaned(each, person, tally) for each in kept]
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if not person.is_named(name)}
        tally.update(removed=len(value) - len(kept))
        return {_cleaned(name, person, tally): _cleaned(each, person, tally) for name, each in kept.items()}
    if not isinstance(value, str) or value.startswith(NUMBER) or MOMENT.fullmatch(value):
        return value
    text, count = _edited([*value], person)
    tally.update(replaced=count)
    return text


def _written(document: Any, like: str) -> str:
    compact = (",", ":") if '":' in like and '": ' not in like else None
    indent = 2 if "\n" in like.strip() else None
    is_ascii = like.isascii() or "\\u" in like
    text = json.dumps(document, ensure_ascii=is_ascii, indent=indent, separators=compact)
    return re.sub(r'"(?:\ufdd0|\\ufdd0)([-+.0-9eE]+)"', r"\1", text) + like[len(like.rstrip()) :]
