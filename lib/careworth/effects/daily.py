"""A daily series, its start, controls and promotions, checked before anything is estimated."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from careworth.effects.weeks import LARGE
from careworth.errors import ParameterError

#: METRICS.md C.3: a baseline has eight full weeks.
FEWEST_DAYS_BEFORE = 56


#: Larger numbers could not be squared.
LARGEST = 1e100

#: What Python counts from the year 1, NumPy counts from 1970.
DAYS_BEFORE_1970 = date(1970, 1, 1).toordinal()


class Daily(NamedTuple):
    """What was given, in order of days: `values` (days, 1 + controls) holds the series first; `start` counts days before it.

    `unit` says by what the values were multiplied, and `is_count` whether the series holds whole numbers from zero on.
    `dropped` names controls that say nothing.
    """

    values: np.ndarray
    days: np.ndarray
    promo: np.ndarray
    start: int
    names: tuple[str, ...]
    dropped: tuple[str, ...]
    unit: float
    is_count: bool

    @property
    def observed(self) -> float:
        """The sum of the series from the start on."""
        return float(self.values[self.start :, 0].sum())

    @property
    def weekdays(self) -> np.ndarray:
        """0 is Monday."""
        return (self.days.astype(np.int64) + 3) % 7


def daily(y: Any, dates: Any, start: Any, controls: Any = None, promo: Any = None, names: Sequence[str] | None = None) -> Daily:
    """The checked series; days may come in any order, but each comes once.

    Raises
    ------
    ParameterError
        For what is missing, repeated, infinite, too short or of another length, saying where and what to do.

    Examples
    --------
    >>> known = daily(range(1, 101), np.arange("2024-01-01", "2024-04-10", dtype="M8[D]"), "2024-03-11")
    >>> known.start, known.weekdays[:2].tolist(), known.is_count
    (70, [0, 1], True)
    """
    days = _days(dates)
    known, beside = _controls(controls, days, names)
    promotions = np.zeros(len(days)) if promo is None else _column(promo, "the promotions", days)
    values = np.column_stack([_column(y, "the series", days), beside])
    if (np.diff(days).astype(int) != 1).any():
        order = np.argsort(days, kind="stable")
        days, values, promotions = days[order], values[order], promotions[order]
        _require_every_day(days)
    first = _start(days, start)
    _require_movement(values[:, 0], first)
    _require_others(values, known)
    moves = (values[:first] != values[0]).any(axis=0)
    is_whole = (values == np.round(values)).all(axis=0)
    # Amounts come in a unit beside which half of one is nothing; counts stay as they are.
    units = np.where(is_whole, 1.0, LARGE / np.maximum(np.abs(values).mean(axis=0), np.finfo(float).tiny))
    kept, dropped = (
        [name for name, is_kept in zip(known, moves[1:], strict=True) if is_kept == wanted] for wanted in (True, False)
    )
    is_count = bool(is_whole[0] and values[:, 0].min() >= 0)
    return Daily((values * units)[:, moves], days, promotions, first, tuple(kept), tuple(dropped), float(units[0]), is_count)


def _days(dates: Any) -> np.ndarray:
    try:
        days = _of_dates(dates) if isinstance(dates, list) and dates and isinstance(dates[0], date) else dates
        days = np.asarray(days, dtype="datetime64[D]")
    except (ValueError, TypeError):
        raise ParameterError("the dates cannot be read; write each as YYYY-MM-DD") from None
    if days.ndim != 1 or not len(days):
        raise ParameterError("there are no dates; give one day for each value of the series")
    if np.isnat(days).any():
        raise ParameterError(f"row {int(np.isnat(days).argmax()) + 1} has no date; write one as YYYY-MM-DD")
    return days


def _of_dates(dates: list) -> np.ndarray:
    """Python's dates, much quicker than by NumPy's own way."""
    return np.fromiter(map(date.toordinal, dates), np.int64, len(dates)) - DAYS_BEFORE_1970


def _column(values: Any, what: str, days: np.ndarray) -> np.ndarray:
    try:
        column = np.asarray(values, dtype=float)
    except (ValueError, TypeError):
        raise ParameterError(f"{what} must be numbers; something else stands among them") from None
    if column.shape != days.shape:
        raise ParameterError(f"{what} must have one number for each of the {len(days)} dates; found the shape {column.shape}")
    wrong = ~(np.abs(column) < LARGEST)
    if wrong.any():
        found = column[wrong.argmax()]
        said = "has no value" if np.isnan(found) else f"is {found}"
        where = days[wrong.argmax()]
        raise ParameterError(f"{what}: {where} {said}; write the number that was measured (0 where nothing happened)")
    return column


def _controls(controls: Any, days: np.ndarray, names: Sequence[str] | None) -> tuple[list[str], np.ndarray]:
    """Names of the controls, and their values by day."""
    if controls is None or len(controls) == 0:
        return [], np.empty((len(days), 0))
    if isinstance(controls, dict):
        columns = [_column(column, f"control '{name}'", days) for name, column in controls.items()]
        return list(map(str, controls)), np.column_stack(columns)
    table = np.asarray(controls)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2:
        raise ParameterError(f"controls must be a table of days and controls; found the shape {table.shape}")
    known = list(names) if names is not None else [f"control {number + 1}" for number in range(table.shape[1])]
    if len(known) != table.shape[1] or len(set(known)) != len(known):
        raise ParameterError(f"{table.shape[1]} controls need as many different names; found {known}")
    if table.dtype.kind in "biuf" and len(table) == len(days) and (np.abs(table) < LARGEST).all():
        return known, table.astype(float)
    return known, np.column_stack([_column(table[:, number], f"control '{name}'", days) for number, name in enumerate(known)])


def _require_every_day(days: np.ndarray) -> None:
    steps = np.diff(days).astype(int)
    if (steps == 0).any():
        raise ParameterError(f"{days[steps.argmin()]} occurs more than once; give one value a day, such as the day's sum")
    if (steps > 1).any():
        place = int((steps > 1).argmax())
        raise ParameterError(
            f"{int((steps - 1).sum())} days are missing, the first is {days[place] + 1}; "
            "give every day from the first to the last (0 where nothing happened)"
        )


def _start(days: np.ndarray, start: Any) -> int:
    try:
        day = np.datetime64(start, "D")
    except (ValueError, TypeError):
        raise ParameterError(f"start is {start!r}; write a day as YYYY-MM-DD") from None
    if np.isnat(day):
        raise ParameterError(f"start is {start!r}; write a day as YYYY-MM-DD")
    if not days[0] < day <= days[-1]:
        raise ParameterError(f"start {day} is outside the series, which goes from {days[0]} to {days[-1]}; choose a day inside")
    before = int((day - days[0]).astype(int))
    if before < FEWEST_DAYS_BEFORE:
        raise ParameterError(
            f"{before} days lie before the start {day}, and at least {FEWEST_DAYS_BEFORE} are needed to say what was usual; "
            "give a longer series"
        )
    return before


def _require_movement(series: np.ndarray, start: int) -> None:
    before = series[start % 7 : start]
    if (before == before[0]).all():
        raise ParameterError(
            f"the series is {before[0]:g} on every day before the start, so nothing tells how far it moves by itself; "
            "give a series that was measured"
        )


def _require_others(values: np.ndarray, names: list[str]) -> None:
    """Refuse a control that is the series, or a multiple of it."""
    series, controls = values[:, :1], values[:, 1:]
    size, others = np.abs(series).max(), np.abs(controls).max(axis=0, initial=0.0)
    is_same = (np.abs(series * others - controls * size).max(axis=0, initial=0.0) <= 1e-9 * size * others) & (others > 0)
    if is_same.any():
        raise ParameterError(f"control '{names[is_same.argmax()]}' is the series itself, so it hides every effect; leave it out")
