"""The columns of an event log as arrays, checked: people by number, instants, channels by number, outcomes and their values."""

from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.event_kernels import number_ids
from careworth.errors import SourceError

TRUE, FALSE = ("1", "true", "1.0", "yes", "t", "y"), ("0", "false", "0.0", "no", "f", "n")
PARTS_OF_A_SECOND = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}

#: So many times are looked at together: they stay in the processor's cache.
BLOCK = 2**16

#: The year 2200 in seconds since 1970; what lies beyond is milliseconds or worse.
LATEST_SECOND = 7_258_118_400


class Numbered(NamedTuple):
    """Numbers in place of ids: `ids` by number, or where it is None the id is `lowest` plus the number."""

    numbers: np.ndarray
    count: int
    ids: pl.Series | None
    lowest: int = 0


class Instants(NamedTuple):
    """Times as whole parts of a second since 1970, `parts` of them in a second."""

    times: np.ndarray
    parts: int


def require_rows(is_good: pl.Series, given: pl.Series, said: str) -> None:
    """Stop at the first row that is not good, saying what stands there and how many such rows there are."""
    bad = (~is_good).arg_true()
    if len(bad):
        found = "nothing" if given[bad[0]] is None else repr(given[bad[0]])
        raise SourceError(f"column '{given.name}', row {bad[0] + 1}: {found} {said} ({len(bad)} such rows)")


def numbered(ids: pl.Series) -> Numbered:
    """The number of each id, none of which may be null; whole numbers close together are numbers already.

    Examples
    --------
    >>> numbered(pl.Series(["b", "a", "b"])).numbers.tolist()
    [0, 1, 0]
    """
    if not ids.dtype.is_integer():
        return _numbered_texts(ids.cast(pl.String))
    if not len(ids):
        return Numbered(np.empty(0, np.int32), 0, None)
    lowest, highest = int(ids.min()), int(ids.max())
    if max(-lowest, highest) >= 2**62:
        return _numbered_texts(ids.cast(pl.String))
    whole = ids.cast(pl.Int64).to_numpy()
    if highest - lowest < 4 * len(ids):
        numbers = np.subtract(whole, lowest, out=np.empty(len(whole), np.int32), casting="unsafe")
        return Numbered(numbers, highest - lowest + 1, None, lowest)
    numbers, firsts = number_ids(whole)
    return Numbered(numbers, len(firsts), ids.gather(firsts))


def _numbered_texts(texts: pl.Series) -> Numbered:
    """Numbered by hash; should two texts share one, by the texts themselves."""
    if texts.dtype in (pl.Categorical, pl.Enum):
        numbers, firsts = number_ids(texts.to_physical().cast(pl.Int64).to_numpy())
        return Numbered(numbers, len(firsts), texts.gather(firsts).cast(pl.String))
    numbers, firsts = number_ids(texts.hash().to_numpy().view(np.int64))
    ids = texts.gather(firsts)
    if not (ids.gather(numbers) == texts).all():
        ids = texts.unique(maintain_order=True)
        numbers = texts.cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int32)
    return Numbered(numbers, len(ids), ids)


def person_ids(people: pl.Series) -> pl.Series:
    """Ids as whole numbers or texts; null where nobody is named.

    Raises
    ------
    SourceError
        If a number is not whole: it names nobody.
    """
    if not people.dtype.is_float():
        return people if people.dtype.is_integer() else people.cast(pl.String)
    known = people.fill_nan(None)
    is_whole = (known.is_finite() & (known == known.floor())).fill_null(True)
    require_rows(is_whole & (known.abs() < 2**53).fill_null(True), people, "is no id of a person; write whole numbers or texts")
    return known.cast(pl.Int64)


def instants(times: pl.Series) -> Instants:
    """The times, which are dates, instants, ISO 8601 texts, or seconds since 1970; in seconds wherever all are whole."""
    if times.dtype in (pl.String, pl.Categorical, pl.Enum):
        times = _parsed(times.cast(pl.String))
    require_rows(times.is_not_null(), times, "is no time; write each as 2026-01-31T12:00:00Z")
    if times.dtype == pl.Date:
        return Instants(times.to_physical().to_numpy().astype(np.int64) * 86_400, 1)
    if times.dtype == pl.Datetime:
        parts = PARTS_OF_A_SECOND[times.dtype.time_unit]
        return _in_seconds(times.to_physical().to_numpy(), parts)
    if not times.dtype.is_numeric():
        raise SourceError(f"column '{times.name}' holds {times.dtype}, no times; write each as 2026-01-31T12:00:00Z")
    times = times.cast(pl.Float64) if times.dtype.is_decimal() else times
    is_second = (times.is_finite() & (times.cast(pl.Float64).abs() < LATEST_SECOND)).fill_null(False)
    require_rows(is_second, times, "is no number of seconds since 1970; divide milliseconds by 1000")
    if times.dtype.is_float():
        return _in_seconds((times * 1_000_000).round().cast(pl.Int64).to_numpy(), 1_000_000)
    return Instants(times.cast(pl.Int64).to_numpy(), 1)


def _in_seconds(times: np.ndarray, parts: int) -> Instants:
    seconds = np.empty_like(times)
    for begin in range(0, len(times), BLOCK):
        block, part = times[begin : begin + BLOCK], seconds[begin : begin + BLOCK]
        np.floor_divide(block, parts, out=part)
        if not np.array_equal(part * parts, block):
            return Instants(times, parts)
    return Instants(seconds, 1)


def _parsed(texts: pl.Series) -> pl.Series:
    """ISO 8601 texts as instants in UTC, or texts of digits as seconds; without an offset a time is taken as one in UTC."""
    plain = texts.str.strip_chars()
    if plain.str.contains(r"^-?\d+(\.\d+)?$").fill_null(False).all() and len(plain):
        return plain.cast(pl.Float64 if plain.str.contains(".", literal=True).any() else pl.Int64)
    parts = plain.str.replace("Z$", "+00:00").str.extract_groups(
        r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?)?(?: ?([+-]\d{2}):?(\d{2})?)?$"
    )
    day, minute, second, hours, minutes = (parts.struct.field(name) for name in parts.struct.fields)
    whole = day + " " + minute.fill_null("00:00") + second.fill_null(":00") + hours.fill_null("+00") + minutes.fill_null("00")
    read = whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", strict=False).alias(texts.name)
    require_rows(read.is_not_null(), texts, "is no time; write each as 2026-01-31T12:00:00Z")
    return read


def channel_numbers(channels: pl.Series) -> Numbered:
    """Channels by number in the order of their first appearance, -1 where a row names none; a name is taken as it stands."""
    texts = channels if channels.dtype in (pl.Categorical, pl.Enum) else channels.cast(pl.String)
    if not texts.null_count():
        return _numbered_texts(texts)
    known = _numbered_texts(texts.drop_nulls())
    numbers = np.full(len(texts), -1, np.int32)
    numbers[texts.is_not_null().to_numpy()] = known.numbers
    return known._replace(numbers=numbers)


def outcome_flags(column: pl.Series, outcome: str | None) -> np.ndarray:
    """Which rows are outcomes: those that say `outcome`, or where that is None, those of a column of 0 and 1 that say 1."""
    if outcome is not None:
        return _named_outcomes(column.cast(pl.String), outcome)
    if column.dtype == pl.Boolean:
        require_rows(column.is_not_null(), column, "says neither yes nor no; write 0 or 1")
        return column.to_numpy()
    if column.dtype.is_numeric():
        numbers = column.cast(pl.Float64)
        require_rows(
            ((numbers == 0) | (numbers == 1)).fill_null(False), column, "is neither 0 nor 1; or name the outcome that counts"
        )
        return (numbers == 1).to_numpy()
    texts = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    require_rows(texts.is_in([*TRUE, *FALSE]).fill_null(False), column, "is neither 0 nor 1; or name the outcome that counts")
    return texts.is_in(list(TRUE)).to_numpy()


def _named_outcomes(kinds: pl.Series, outcome: str) -> np.ndarray:
    flags = (kinds == outcome).fill_null(False)
    if len(kinds) and not flags.any():
        found = ", ".join(map(repr, kinds.drop_nulls().unique(maintain_order=True).head(10)))
        raise SourceError(f"column '{kinds.name}' never says {outcome!r}; it says {found or 'nothing'}. Name one of these")
    return flags.to_numpy()


def outcome_values(column: pl.Series, flags: np.ndarray) -> np.ndarray:
    """The value of each outcome; what other rows say is not looked at."""
    rows = np.flatnonzero(flags)
    given = column.gather(rows)
    numbers = (given.str.strip_chars() if given.dtype == pl.String else given).cast(pl.Float64, strict=False)
    bad = (~numbers.is_finite().fill_null(False)).arg_true()
    if len(bad):
        found = "nothing" if given[bad[0]] is None else repr(given[bad[0]])
        raise SourceError(
            f"column '{column.name}', row {rows[bad[0]] + 1}: {found} is no value of an outcome; "
            f"write a number, 0 where it has none ({len(bad)} such rows)"
        )
    return numbers.to_numpy()
