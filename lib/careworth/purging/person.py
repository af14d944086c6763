"""A person by their ids, and how one is found in what was written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from careworth.errors import CareworthError

#: A shorter id is also a word or a number of everyone's.
FEWEST_CHARACTERS = 3

#: Stands where a person was mentioned.
PURGED = "[purged]"

#: One character of a JSON text that is written otherwise; two halves of one character are one.
ESCAPE = re.compile(r'\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]')
ESCAPED = dict(zip("bfnrt", "\b\f\n\r\t", strict=True))


@dataclass(frozen=True)
class Person:
    """A person by their ids, without the @ of a handle."""

    ids: frozenset[str]

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Person":
        """The person with these ids, which may have an @ before them.

        Raises
        ------
        CareworthError
            If an id is too short to tell a person by, or there is none; it is not repeated in the message.
        """
        bare = frozenset(each.strip().removeprefix("@").strip() for each in ids)
        if not bare or min(map(len, bare)) < FEWEST_CHARACTERS:
            told = f"an id to purge is blank or has fewer than {FEWEST_CHARACTERS} characters"
            raise CareworthError(f"{told}, which would be found in other people's words; give it whole, as the export writes it")
        return cls(bare)

    def is_named(self, value: str) -> bool:
        """True if the whole value is an id, with or without @; in handles with @ and in addresses capitals do not count.

        Examples
        --------
        >>> [Person.of(["ann"]).is_named(value) for value in ("ann", " @Ann", "Ann", "anna")]
        [True, True, False, False]
        """
        bare = value.strip().removeprefix("@")
        return bare in self._names or ("@" in value and bare.casefold() in self._folded)

    def is_told(self, raw: str) -> bool:
        """True if an id stands in `raw` as a word of its own, however quoted, escaped or encoded."""
        return any(self._may_be_in(reading) and self._word.search(reading) for reading in _readings(raw))

    def mentions(self, text: str) -> list[tuple[int, int]]:
        """Where the ids stand in the text as words of their own, each with the @ before it.

        Examples
        --------
        >>> Person.of(["115712"]).mentions("@115712 and 1157129")
        [(0, 7)]
        """
        return [found.span() for found in self._word.finditer(text)] if self._may_be_in(text) else []

    def without(self, text: str) -> str:
        """The text with [purged] in each place of an id.

        Examples
        --------
        >>> Person.of(["ann"]).without("@Ann, anna and Ann")
        '[purged], anna and Ann'
        """
        return self._word.sub(PURGED, text)

    @cached_property
    def _names(self) -> frozenset[str]:
        # Some exports hold UTF-8 that was read as another encoding.
        doubled = {_doubled(each, encoding) for each in self.ids for encoding in ("latin-1", "cp1252")}
        return self.ids | doubled

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self._names))

    @cached_property
    def _word(self) -> re.Pattern:
        # The longest first, lest a part of it is taken for the whole. What precedes a dot belongs to an address of someone else.
        names = sorted(self._names, key=lambda name: (-len(name), name))
        handles = "|".join(map(re.escape, names))
        exact = "|".join(rf"(?<!\w[.+-])(?i:{re.escape(name)})" if "@" in name else re.escape(name) for name in names)
        return re.compile(rf"(?<!\w)(?:(?i:@(?:{handles}))|{exact})(?!\w)")

    def _may_be_in(self, text: str) -> bool:
        # Far quicker than the pattern, and nearly always false.
        folded = text.casefold()
        return any(name in folded for name in self._folded)


def unescaped(raw: str) -> str:
    r"""A JSON text as it reads, wherever its escapes are whole.

    Examples
    --------
    >>> unescaped(r"Zo\u00eb \ud83e\udd8a \"hi\" \x")
    'Zoë 🦊 "hi" \\x'
    """
    return ESCAPE.sub(lambda escape: character(escape[0]), raw)


def character(written: str) -> str:
    """The character that is written so; one that stands for itself is itself."""
    if len(written) == 1:
        return written
    if written[1] != "u":
        return ESCAPED.get(written[1], written[1])
    units = b"".join(int(digits, 16).to_bytes(2, "little") for digits in written.split("\\u")[1:])
    return units.decode("utf-16-le", "surrogatepass")


def _doubled(name: str, encoding: str) -> str:
    return name.encode().decode(encoding, "surrogateescape")


def _readings(raw: str) -> Iterator[str]:
    yield raw
    if "\\" in raw:
        yield unescaped(raw)
    if '""' in raw:
        yield raw.replace('""', '"')
    if not raw.isascii():
        # Bytes that are no text in the declared encoding may be text in another one.
        yield raw.encode("utf-8", "surrogateescape").decode("latin-1")
