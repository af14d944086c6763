"""From a long table to a panel: every unit at every time, checked before anything is estimated."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from careworth.errors import ParameterError, SourceError

#: So many names stand in a message at most.
MOST_NAMED = 5


class Panel(NamedTuple):
    """The values of the untreated and the treated units (units, times), and where among the times the treatment starts."""

    controls: np.ndarray
    treated: np.ndarray
    start: int
    control_names: tuple[str, ...] = ()
    treated_names: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


def read_panel(
    table: pl.DataFrame,
    unit: str,
    date: str,
    value: str,
    treated: str | Sequence[str] | Mapping[str, Any],
    start: Any = None,
) -> Panel:
    """The panel in a long table: one row per unit and time, in any order.

    Parameters
    ----------
    unit, date, value : str
        Columns; times are dates, instants, texts of such, or whole numbers such as years.
    treated : name, names, or each name's own start
        One text may name several units, separated by commas.
    start : date, text or number, optional
        The first treated time; it need not be a time of the table. Left out where `treated` tells it.

    Raises
    ------
    ParameterError, SourceError
        For what the settings or the table make impossible, saying what was found and what to do.

    Examples
    --------
    >>> rows = [(name, year, 1.0) for name in "abc" for year in range(2019, 2023)]
    >>> panel = read_panel(pl.DataFrame(rows, ["shop", "year", "y"], orient="row"), "shop", "year", "y", "b", 2021)
    >>> panel.controls.shape, panel.treated.shape, panel.start
    ((2, 4), (1, 4), 2)
    """
    rows = _typed_rows(table, unit, date, value)
    names, one_start = _treated_and_start(treated, start, set(rows["unit"].unique()))
    units, times, wide = _complete(rows)
    first = _position(times, one_start)
    is_treated = np.isin(units, names)
    if is_treated.all():
        raise ParameterError("every unit is named as treated; at least one that is not must stay as a comparison")
    own, others = ([name for name, chosen in zip(units, each, strict=True) if chosen] for each in (is_treated, ~is_treated))
    return Panel(wide[~is_treated], wide[is_treated], first, tuple(others), tuple(own), tuple(str(time) for time in times))


def _typed_rows(table: pl.DataFrame, unit: str, date: str, value: str) -> pl.DataFrame:
    """Columns `unit`, `time` and `value` in their types, none of them missing."""
    absent = [name for name in (unit, date, value) if name not in table.columns]
    if absent:
        raise ParameterError(f"the table has no column {', '.join(absent)}; it has {', '.join(table.columns)}")
    if len({unit, date, value}) < 3:
        raise ParameterError(f"unit, date and value must be three different columns, found {unit}, {date}, {value}")
    if table.is_empty():
        raise SourceError("the table has no rows; a panel needs several units at several times")
    if table[value].dtype.is_nested():
        raise SourceError(f"the column {value} holds {table[value].dtype} and not numbers")
    rows = table.select(
        unit=pl.col(unit).cast(pl.String), time=_times(table[date]), value=pl.col(value).cast(pl.Float64, strict=False)
    )
    _require_usable(rows, table.select(unit=unit, time=date, value=value), {"unit": unit, "time": date, "value": value})
    return rows


def _require_usable(rows: pl.DataFrame, given: pl.DataFrame, names: dict[str, str]) -> None:
    usable = rows.select(pl.col("unit", "time").is_not_null(), pl.col("value").is_finite().fill_null(False))
    for column, name in names.items():
        bad = (~usable[column]).arg_true()
        if len(bad):
            raise SourceError(
                f"{len(bad)} rows have no usable {name}, the first is row {bad[0] + 1} with {given[column][bad[0]]!r}; "
                "fill it in or leave the row out"
            )


def _times(column: pl.Series) -> pl.Series:
    """The times as dates, instants or whole numbers; null where a text is none of them."""
    if column.dtype.is_integer() or column.dtype in (pl.Date, pl.Datetime):
        return column
    text = column.cast(pl.String).str.strip_chars()
    for candidate in (
        text.str.replace(r"^(\d{1,9})\.0$", "${1}").cast(pl.Int64, strict=False),
        text.str.to_date("%Y-%m-%d", strict=False),
        text.str.replace("T", " ", literal=True).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"),
    ):
        if candidate.null_count() == text.null_count():
            return candidate
    return text.str.to_date("%Y-%m-%d", strict=False)


def _treated_and_start(treated: str | Sequence[str] | Mapping[str, Any], start: Any, known: set[str]) -> tuple[list[str], Any]:
    """The treated names, each known, and the one start that all of them have."""
    starts = {str(each) for each in treated.values()} if isinstance(treated, Mapping) else set()
    if len(starts) > 1:
        raise ParameterError(
            f"the treated units start at different times ({', '.join(sorted(starts)[:MOST_NAMED])}); with staggered starts these "
            "estimates mix early and late effects. Estimate each start by itself, the units treated at other times left out"
        )
    names = _names(treated, known)
    only = next(iter(treated.values())) if starts else None
    if start is not None and only is not None and str(start) != str(only):
        raise ParameterError(f"start is {start}, but the treated units are said to start at {only}; give one of the two")
    if start is None and only is None:
        raise ParameterError("no start is given: name the first treated time")
    return names, only if start is None else start


def _names(treated: str | Sequence[str] | Mapping[str, Any], known: set[str]) -> list[str]:
    listed = [treated] if isinstance(treated, str) else [str(each) for each in treated]
    if isinstance(treated, str) and treated not in known:
        listed = [name.strip() for name in treated.split(",")]
    names = list(dict.fromkeys(name for name in listed if name))
    if not names:
        raise ParameterError("no treated unit is named")
    for name in names:
        if name not in known:
            near = get_close_matches(name, sorted(known), MOST_NAMED, 0.6) or sorted(known)[:MOST_NAMED]
            raise ParameterError(f"no row has the unit '{name}'; units are for example {', '.join(near)}")
    return names


def _complete(rows: pl.DataFrame) -> tuple[list[str], list, np.ndarray]:
    """Units and times in order, and their values (units, times); refused if a cell is double or missing."""
    doubles = rows.group_by("unit", "time").len().filter(pl.col("len") > 1).sort("unit", "time")
    if doubles.height:
        unit, time, count = doubles.row(0)
        raise SourceError(f"unit '{unit}' has {count} rows at {time} ({doubles.height} such cells); add them up or keep one")
    units, times = rows["unit"].unique().sort(), rows["time"].unique().sort()
    if rows.height < len(units) * len(times):
        raise SourceError(_gaps(rows, units, times))
    wide = rows.sort("unit", "time")["value"].to_numpy().reshape(len(units), len(times))
    return units.to_list(), times.to_list(), wide


def _gaps(rows: pl.DataFrame, units: pl.Series, times: pl.Series) -> str:
    every = units.alias("unit").to_frame().join(times.alias("time").to_frame(), how="cross")
    missing = every.join(rows, on=["unit", "time"], how="anti").sort("unit", "time")
    unit, time = missing.row(0)
    return (
        f"{missing.height} cells of the panel are missing, in {missing['unit'].n_unique()} of {len(units)} units, the first is "
        f"unit '{unit}' at {time}; fill them in (with zero only where nothing happened) or leave those units or times out"
    )


def _position(times: list, start: Any) -> int:
    """How many times lie before the start; at least one, and one must be left from it on."""
    first = _like(start, times[0])
    position = sum(time < first for time in times)
    if position == 0 or position == len(times):
        raise ParameterError(f"start {start} must lie after the first time {times[0]} and not after the last {times[-1]}")
    return position


def _like(start: Any, example: Any) -> Any:
    """The start in the type that the times have."""
    text = str(start).strip()
    if isinstance(example, int):
        year = re.fullmatch(r"(\d{4})-01-01(?:[T ]00:00:00)?", text)
        if re.fullmatch(r"-?\d{1,15}", text) or year:
            return int(year[1] if year else text)
        raise ParameterError(f"start '{text}' must be a whole number, as the times of the table are, such as {example}")
    try:
        moment = datetime.fromisoformat(f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else text)
    except ValueError:
        raise ParameterError(f"start '{text}' is no date; write it as YYYY-MM-DD, as in {str(example)[:10]}") from None
    if isinstance(example, datetime):
        return moment if moment.tzinfo and example.tzinfo else moment.replace(tzinfo=example.tzinfo)
    return moment.date()
