"""Rows of V8: for each topic the alarms with what was expected, and the back-test against labelled incidents."""

from datetime import datetime

import numpy as np
import polars as pl

from careworth.alarms.backtest import WEEK_SECONDS, back_test
from careworth.alarms.judging import DAILY_FROM, judge, usual_range
from careworth.errors import CareworthError
from careworth.results import Row, value_row

#: Of each alarm: what it is about, when it came, what was seen, what would have been normal, and how rare that was.
ALARMS = {
    "topic": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "observed": pl.Float64,
    "expected": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "score": pl.Float64,
}

NO_COUNTS = "no messages are counted by the hour or day"
NO_ALARM = "no alarm was raised, so none can be right or wrong"
NO_INCIDENTS = "no incidents are labelled, so that alarms cannot be tested against them"
NONE_FOUND = "no labelled incident was found, so that there is no delay"

#: Variant, unit and denominator of the back-test's rows.
TESTED = (
    ("precision", "share", "alarms"),
    ("recall", "share", "labelled incidents"),
    ("delay_hours", "hours", "labelled incidents found"),
    ("false_alarms_a_week", "count/week", "weeks without incident"),
)

#: A Monday, as seconds of Unix time.
MONDAY = 4 * 86_400


def alarm_table(
    counts: pl.DataFrame, events: pl.DataFrame | None = None, budget: float | None = None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """One row per alarm with what would have been normal, and for topics that cannot be judged the reason.

    Parameters
    ----------
    counts : DataFrame
        `topic`, `at` (UTC, start of the hour or day) and `count`, with 0 where nothing came; null where unknown.
    events : DataFrame, optional
        Known campaigns and outages: `start`, `end` (UTC) and `lift`, the factor by which they raise what is expected.
    budget : float, optional
        False alarms of each topic: a week for hours, a year for days.
    """
    parts, reasons = [pl.DataFrame(schema=ALARMS)], {}
    for (topic,), series in counts.sort("at").group_by("topic", maintain_order=True):
        try:
            parts.append(_alarms(str(topic), series, events, budget))
        except CareworthError as error:
            reasons[str(topic)] = str(error)
    return pl.concat(parts).sort("topic", "at"), reasons


def _alarms(topic: str, series: pl.DataFrame, events: pl.DataFrame | None, budget: float | None) -> pl.DataFrame:
    seconds = series["at"].dt.epoch("s").to_numpy().astype(float)
    if len(seconds) < 2 or (np.diff(seconds) <= 0).any():
        raise CareworthError("fewer than two times, or one time twice; count each hour or day once")
    counts = series["count"].cast(pl.Float64).to_numpy()
    judged = judge(seconds - MONDAY, counts, budget, _lifts(seconds, events))
    rows = np.flatnonzero(judged.alarm)
    low, high = usual_range(judged.expected[rows], judged.size[rows])
    columns = (series["at"].gather(rows), counts[rows], judged.expected[rows], low, high, judged.score[rows])
    table = dict(zip(list(ALARMS)[1:], columns, strict=True))
    return pl.DataFrame({"topic": [topic] * len(rows), **table}).cast(ALARMS)


def _lifts(seconds: np.ndarray, events: pl.DataFrame | None) -> np.ndarray:
    """The product of the lifts of the events that each time lies in."""
    lifts = np.ones(len(seconds))
    for start, end, lift in [] if events is None else events.select("start", "end", "lift").drop_nulls().iter_rows():
        inside = (seconds >= start.timestamp()) & (seconds < end.timestamp())
        lifts[inside] *= max(lift, 0.01)
    return lifts


def alarm_rows(
    counts: pl.DataFrame,
    incidents: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    budget: float | None = None,
) -> list[Row]:
    """V8: the number of alarms of each topic, and of all topics precision, recall, delay and false alarms a week.

    `incidents` holds `topic` (null for all), `start` and `end` in UTC; without it the back-test says that it is missing.
    """
    if counts.is_empty():
        return [value_row("V8", "alarms", None, "count", denominator="hours or days", reason=NO_COUNTS)]
    return rows_of_alarms(counts, *alarm_table(counts, events, budget), incidents)


def rows_of_alarms(
    counts: pl.DataFrame, alarms: pl.DataFrame, reasons: dict[str, str], incidents: pl.DataFrame | None = None
) -> list[Row]:
    """What `alarm_rows` gives, of alarms and reasons as from `alarm_table` of the same counts."""
    topics = counts.select(pl.col("topic").unique(maintain_order=True)).to_series().to_list()
    rows = [_number_row(topic, counts, alarms, reasons.get(str(topic))) for topic in topics]
    return rows + _test_rows(_tests(topics, counts, alarms, incidents, reasons))


def _number_row(topic: str, counts: pl.DataFrame, alarms: pl.DataFrame, reason: str | None) -> Row:
    series = counts.filter(topic=topic)
    number = None if reason else alarms.filter(topic=str(topic)).height
    kind = "hours" if _is_stream(series) else "days"
    return value_row("V8", "alarms", number, "count", n=series.height, denominator=kind, slice=f"topic={topic}", reason=reason)


def _is_stream(series: pl.DataFrame) -> bool:
    gap = series["at"].sort().diff().dt.total_seconds().median()
    return isinstance(gap, int | float) and gap < DAILY_FROM


def _tests(
    topics: list[str], counts: pl.DataFrame, alarms: pl.DataFrame, incidents: pl.DataFrame | None, reasons: dict[str, str]
) -> tuple[np.ndarray, list[tuple[float, float]], float] | None:
    """Alarms and incidents of all judged topics on one line of time, topic after topic, and its length in seconds."""
    if incidents is None or incidents.is_empty():
        return None
    times, spans, offset = [], [], 0.0
    for topic in [topic for topic in topics if str(topic) not in reasons]:
        at = counts.filter(topic=topic)["at"]
        first, last = _second(at.min()), _second(at.max())
        times.append(alarms.filter(topic=str(topic))["at"].dt.epoch("s").to_numpy() - first + offset)
        own = incidents.filter(pl.col("topic").is_null() | (pl.col("topic") == topic)).select("start", "end").drop_nulls()
        placed = [(max(_second(start), first), min(_second(end), last)) for start, end in own.iter_rows()]
        spans += [(start - first + offset, end - first + offset) for start, end in placed if start <= end]
        offset += last - first + WEEK_SECONDS * 1e-6
    return np.concatenate([np.zeros(0), *times]), spans, offset


def _second(moment: datetime) -> float:
    return moment.timestamp()


def _test_rows(material: tuple[np.ndarray, list[tuple[float, float]], float] | None) -> list[Row]:
    if material is None or not material[1]:
        return [
            value_row("V8", name, None, unit, denominator=denominator, reason=NO_INCIDENTS) for name, unit, denominator in TESTED
        ]
    test = back_test(material[0], material[1], 0.0, material[2])
    estimates = (test.precision, test.recall, test.delay_hours, test.false_alarms_a_week)
    numbers = (test.alarms, test.incidents, test.found, test.alarms)
    reasons = (NO_ALARM, None, NONE_FOUND, "the incidents leave no quiet time")
    return [
        value_row(
            "V8", name, estimate, unit, n=n, denominator=denominator, grade="B", reason=reason if estimate.value is None else None
        )
        for (name, unit, denominator), estimate, n, reason in zip(TESTED, estimates, numbers, reasons, strict=True)
    ]
