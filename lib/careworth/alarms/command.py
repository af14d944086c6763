"""What `careworth alarms` does: a file in, one JSON object a line for each of its rows out."""

import json
import math
from pathlib import Path

import numpy as np

from careworth.alarms.judging import DAILY_FROM, Series, judge
from careworth.alarms.series_file import CountSeries, read_series
from careworth.errors import ParameterError
from careworth.files import write_bytes

UNITS = ((604_800, "weeks"), (86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def alarms_of_file(path: Path, time: str, value: str, json_path: Path | None = None, budget: float | None = None) -> str:
    """A text that says how many alarms there are and when; with `json_path` that file holds each row's judgement.

    Parameters
    ----------
    path : Path
        A CSV, Excel or Parquet file with one row for each five minutes, hour, day or week.
    time, value : str
        Columns of the times and of the counts.
    json_path : Path, optional
        Gets one JSON object a line for every row: time, value, expected, score, alarm.
    budget : float, optional
        False alarms that are accepted: a week below a day (1 unless told), a year from a day on (2 unless told).

    Raises
    ------
    ParameterError, SourceError
        Saying what was found and what to do.
    """
    if budget is not None and not (math.isfinite(budget) and 0 < budget <= 1000):
        raise ParameterError(f"a budget of {budget} false alarms cannot be kept; give a number above 0, such as 1")
    series = read_series(path, time, value)
    judged = judge(series.seconds, series.counts, budget)
    if json_path is not None:
        write_bytes(json_path, json_lines(series, judged).encode())
    return _summary(series, judged, budget)


def json_lines(series: CountSeries, judged: Series) -> str:
    """One JSON object a line for each row of the series; what is unknown is null."""
    columns = (series.counts, judged.expected, judged.score)
    rows = zip(series.written, *(column.tolist() for column in columns), judged.alarm.tolist(), strict=True)
    return "".join(
        json.dumps(
            {
                "time": written,
                "value": _number(count, 6),
                "expected": _number(expected, 4),
                "score": _number(score, 6),
                "alarm": alarm,
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
        for written, count, expected, score, alarm in rows
    )


def _number(value: float, digits: int) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if value == int(value) else round(value, digits)


def _summary(series: CountSeries, judged: Series, budget: float | None) -> str:
    stream = judged.spacing < DAILY_FROM
    accepted = budget if budget is not None else (1.0 if stream else 2.0)
    alarms = np.flatnonzero(judged.alarm)
    lines = [
        f"{len(alarms)} alarms in {len(series.counts)} rows, {_spaced(judged.spacing)} apart; "
        f"chance alone may raise {accepted:g} a {'week' if stream else 'year'}."
    ]
    lines += [f"{series.written[row]}  {series.counts[row]:g} where {judged.expected[row]:.1f} was expected" for row in alarms]
    return "\n".join(lines)


def _spaced(seconds: float) -> str:
    size, name = next((size, name) for size, name in UNITS if seconds >= size)
    return f"{seconds / size:g} {name if seconds != size else name[:-1]}"
