"""What a format is: how each canonical table is made of the records of one vendor's export.

A new format is a module beside this one: `FORMAT`, a dictionary from the name of each canonical table that the export can
give to its `Export`; one line in `careworth.formats`, one row in `data/README.md`, and a fixture in its documented shape.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Export:
    """How one canonical table is made of one vendor's export, whose every value is read as text.

    Attributes
    ----------
    fields : tuple of str
        The fields that are read of each record: names of columns of a CSV file, or of keys of a (flat) JSON or Parquet record.
    columns : mapping of str to pl.Expr
        From the table's own columns to expressions of text over those fields. Columns that are not named are left to the
        user's constants, or stay empty. The expression sees the boolean `is_own` too where `author` is given.
    needed : frozenset of str
        Fields without which a record is none (`missing_field`), or a CSV file not of this format.
    records : callable, optional
        Document to records, where a file is one JSON document (or a page of them a line) that holds its records inside. It may
        take for granted what is documented: any KeyError, TypeError, ValueError or AttributeError means another format.
    flat : callable, optional
        JSON or Parquet record to a flat dictionary of its `fields`, where values lie deeper; the same errors reject the record.
    author : str
        Field that says who wrote; `is_own` is true where it is among the user's `own_accounts`.
    excluded : mapping of str to pl.Expr
        By reason, records that are well but no row of this table; they are counted.
    version : pl.Expr, optional
        Whole number that is largest for the newest of several records with the same key; older ones are counted as
        superseded. Without it records with the same key must be equal.
    optional : frozenset of str, optional
        Fields that a CSV, Excel or Parquet file may lack; all but the needed where nothing is said.
    prefix : str
        Stands before the fields' names in the expressions, for names that come from a user.
    time_format : str
        strftime, or epoch_seconds, epoch_milliseconds, epoch_microseconds; ISO 8601 where empty.
    amounts : str
        Unit of money in the export: major or minor.
    """

    fields: tuple[str, ...]
    columns: Mapping[str, pl.Expr]
    needed: frozenset[str] = frozenset()
    records: Callable[[Any], Iterable[Any]] | None = None
    flat: Callable[[dict], dict] | None = None
    author: str = ""
    excluded: Mapping[str, pl.Expr] = field(default_factory=dict)
    version: pl.Expr | None = None
    optional: frozenset[str] | None = None
    prefix: str = ""
    time_format: str = ""
    amounts: str = "major"


def listed(document: Any, *keys: str) -> Iterator[Any]:
    """The records of a document that is a list of them, or holds that list under the first of `keys` that it has.

    Raises
    ------
    KeyError
        If it is neither.

    Examples
    --------
    >>> list(listed({"data": [1, 2]}, "data")), list(listed([3]))
    ([1, 2], [3])
    """
    if isinstance(document, list):
        return iter(document)
    found = next((key for key in keys if key in document), None)
    if found is None or not isinstance(document[found], list):
        raise KeyError(f"no list under {' or '.join(keys)}")
    return iter(document[found])


def at(record: Any, *path: str) -> Any:
    """The value at the end of a path of keys; null where one of them is missing or empty.

    Examples
    --------
    >>> at({"user": {"id": 7}}, "user", "id"), at({"user": None}, "user", "id")
    (7, None)
    """
    for key in path:
        if record is None:
            return None
        record = record.get(key)
    return record
