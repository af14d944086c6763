"""From an event log to journeys: each person's touches in order, cut after every outcome (R134)."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from careworth.attribution.event_columns import (
    Instants,
    Numbered,
    channel_numbers,
    instants,
    numbered,
    outcome_flags,
    outcome_values,
    person_ids,
    require_rows,
)
from careworth.attribution.event_kernels import by_person, cut_journeys, order_events
from careworth.attribution.journeys import Intake, Journeys
from careworth.attribution.log_file import Source, column_names, column_of, opened, whole
from careworth.errors import ParameterError, SourceError

#: What the columns are called unless told.
COLUMNS = {"person": "person", "time": "time", "channel": "channel", "conversion": "conversion", "value": "value"}

#: Bits of a whole number that is not negative.
BITS = 63


class Log(NamedTuple):
    """The columns of an event log as arrays, without the rows that name no person; `values` are those of the outcomes."""

    people: Numbered
    instants: Instants
    channels: Numbered
    flags: np.ndarray
    values: np.ndarray
    intake: Intake


def journeys_of_events(
    events: Source,
    columns: Mapping[str, str] | None = None,
    outcome: str | None = None,
    outcomes: Source | None = None,
    lookback_days: float | None = None,
    session_minutes: float | None = None,
    drop_repeats: bool = False,
) -> Journeys:
    """The journeys of all people, by person and time.

    A row is a touch of its channel; an outcome without a channel is no touch. A journey ends with each outcome, and what follows
    begins a new one; what no outcome follows is a journey that ended in none. At the same instant rows keep their order, except
    that an outcome closes after the touches of its instant. Rows without a person are in no journey, and counted in `intake`,
    as are outcomes that no touch came before.

    Parameters
    ----------
    events : table, or path of a Parquet, CSV or Excel file
        One row per touch or outcome, in any order.
    columns : mapping, optional
        What the columns person, time, channel, conversion and value are called. `channel` may name a venue or a campaign:
        credit goes to what it groups by. Without a column of values each outcome is worth 1.
    outcome : str, optional
        The text in the column `conversion` that makes a row an outcome, such as order, lead or thank-you; else it holds 0 or 1.
    outcomes : table or path, optional
        Outcomes that stand apart: person, time and value under the same names. Then `events` need no column `conversion`.
    lookback_days : float, optional
        Touches longer ago than this before the end of their journey are left out; one exactly so long ago is not.
    session_minutes : float, optional
        A touch of the same channel as the touch before it, at most so long after, continues that touch and moves its time on.
    drop_repeats : bool
        Whether rows that repeat person, time, channel, conversion and value of an earlier row are dropped.

    Raises
    ------
    ParameterError, SourceError
        Saying what was found, in which row, and what to do.

    Examples
    --------
    >>> log = pl.DataFrame(
    ...     {"person": [1, 1, 2], "time": [10, 20, 5], "channel": ["care", "email", "care"], "conversion": [0, 1, 0]}
    ... )
    >>> journeys = journeys_of_events(log)
    >>> journeys.touches.tolist(), journeys.starts.tolist(), journeys.conversions.tolist()
    ([0, 1, 0], [0, 2, 3], [1.0, 0.0])
    """
    _require_limits(lookback_days=lookback_days, session_minutes=session_minutes)
    names = COLUMNS | dict(columns or {})
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown:
        raise ParameterError(f"an event log has no {', '.join(unknown)}; its columns are {', '.join(COLUMNS)}")
    is_valued = "value" in (columns or {}) or names["value"] in column_names(events if outcomes is None else outcomes)
    if outcomes is not None and outcome is not None:
        raise ParameterError(f"the outcome {outcome!r} is named, and outcomes stand apart; give one of the two")
    if outcomes is not None:
        events, outcome = _together(events, outcomes, names, is_valued), None
    wanted = [name for role, name in names.items() if role != "value" or is_valued]
    _require_different(wanted)
    events, repeated = _without_repeats(events, wanted) if drop_repeats else (opened(events, wanted), 0)
    return _cut(_read(events, names, is_valued, outcome, repeated), lookback_days, session_minutes)


def _require_limits(**limits: float | None) -> None:
    for name, limit in limits.items():
        if limit is not None and not 0 <= limit < 1e6:
            raise ParameterError(f"{name} is {limit}; give a number from 0 on, or none")


def _require_different(wanted: list[str]) -> None:
    twice = sorted({name for name in wanted if wanted.count(name) > 1})
    if twice:
        raise ParameterError(f"column {', '.join(map(repr, twice))} is asked for twice; person, time and the others must differ")


def _together(events: Source, outcomes: Source, names: Mapping[str, str], is_valued: bool) -> pl.DataFrame:
    """The events, none of which is an outcome, and below them the outcomes, which have no channel."""
    who_and_when = [names["person"], names["time"]]
    touches = whole(events, [*who_and_when, names["channel"]]).with_columns(pl.lit(False).alias(names["conversion"]))
    ends = whole(outcomes, who_and_when + ([names["value"]] if is_valued else []))
    try:
        return pl.concat([touches, ends.with_columns(pl.lit(True).alias(names["conversion"]))], how="diagonal_relaxed")
    except pl.exceptions.SchemaError as error:
        raise ParameterError(
            f"person, time or value of the outcomes are of another type than those of the events: {error}"
        ) from None


def _without_repeats(events: Source, wanted: list[str]) -> tuple[pl.DataFrame, int]:
    table = whole(events, wanted)
    once = table.unique(maintain_order=True)
    return once, table.height - once.height


def _read(events: pl.DataFrame | Path, names: Mapping[str, str], is_valued: bool, outcome: str | None, repeated: int) -> Log:
    """The log, read column by column, so that no more of a large file is held at a time than needed."""
    flags = outcome_flags(column_of(events, names["conversion"]), outcome)
    values = outcome_values(column_of(events, names["value"]), flags) if is_valued else np.ones(int(flags.sum()))
    people = person_ids(column_of(events, names["person"]))
    is_known = people.is_not_null().to_numpy() if people.null_count() else None
    people = numbered(people.drop_nulls())
    channels = _channels(column_of(events, names["channel"], of_few=True), flags)
    times = instants(column_of(events, names["time"]))
    intake = Intake(len(flags) + repeated, len(values), repeated=repeated)
    log = Log(people, times, channels, flags, values, intake)
    return log if is_known is None else _of_known(log, is_known)


def _channels(column: pl.Series, flags: np.ndarray) -> Numbered:
    """The channels; a row that is no outcome must name one."""
    column = column.fill_nan(None) if column.dtype.is_float() else column
    if column.null_count():
        said = "is no channel of a touch; name it, 'unknown' if need be, or leave the row out"
        require_rows(column.is_not_null() | pl.Series(flags), column, said)
    return channel_numbers(column)


def _of_known(log: Log, is_known: np.ndarray) -> Log:
    """The same without the rows whose person is not known."""
    return log._replace(
        instants=log.instants._replace(times=log.instants.times[is_known]),
        channels=log.channels._replace(numbers=log.channels.numbers[is_known]),
        flags=log.flags[is_known],
        values=log.values[is_known[log.flags]],
        intake=log.intake._replace(nameless_events=int((~is_known).sum()), nameless_outcomes=int((log.flags & ~is_known).sum())),
    )


def _cut(log: Log, lookback_days: float | None, session_minutes: float | None) -> Journeys:
    bits = max(1, log.channels.count.bit_length())
    clock = _clock(log.instants, bits)
    values = _in_order(log, clock.times)
    people, channels = log.people, log.channels
    begins, events = by_person(people.numbers, people.count, clock.times, clock.since, log.flags, channels.numbers, bits)
    order_events(begins, events, bits)
    parts = log.instants.parts
    limits = _limit(lookback_days, 86_400 * parts), _limit(session_minutes, 60 * parts)
    (touches, times, starts, ended, owners, numbers), merged, too_old = cut_journeys(begins, events, bits, clock.moments, *limits)
    return Journeys(
        channels=() if channels.ids is None else tuple(channels.ids.to_list()),
        touches=touches,
        starts=starts,
        conversions=(numbers >= 0).astype(float),
        nulls=(numbers < 0).astype(float),
        values=np.append(values, 0.0)[numbers],
        seconds=_seconds(times, clock.earliest, parts),
        ended=_seconds(ended, clock.earliest, parts),
        people=owners + people.lowest,
        persons=people.ids,
        intake=log.intake._replace(merged=merged, too_old=too_old, pathless=len(values) - int((numbers >= 0).sum())),
    )


class Clock(NamedTuple):
    """Times, to be counted from `since` on; or, where these need too many bits, their ranks, and the `moments` they stand for."""

    times: np.ndarray
    since: int
    earliest: int
    moments: np.ndarray


def _clock(given: Instants, bits: int) -> Clock:
    if not len(given.times):
        return Clock(given.times, 0, 0, np.empty(0, np.int64))
    earliest, latest = int(given.times.min()), int(given.times.max())
    if latest - earliest >= 2**62:
        raise SourceError("the times lie further apart than can be counted in their unit; write them to the microsecond")
    if (latest - earliest).bit_length() + 1 + bits <= BITS:
        return Clock(given.times, earliest, earliest, np.empty(0, np.int64))
    moments, ranks = np.unique(given.times - earliest, return_inverse=True)
    return Clock(ranks, 0, earliest, moments)


def _in_order(log: Log, times: np.ndarray) -> np.ndarray:
    """The values of the outcomes in the order of their journeys."""
    rows = np.flatnonzero(log.flags)
    order = np.lexsort((times[rows], log.people.numbers[rows]))
    return log.values[order]


def _limit(amount: float | None, unit: int) -> int:
    return -1 if amount is None else min(math.floor(amount * unit + 1e-6), 2**62)


def _seconds(times: np.ndarray, earliest: int, parts: int) -> np.ndarray:
    times += earliest
    return times if parts == 1 else times / parts
