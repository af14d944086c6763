"""What a picture shows, in the sentence that stands above it; empty where its numbers say nothing clear enough."""

from collections.abc import Mapping, Sequence

import polars as pl

from careworth.readable import as_count, as_duration, as_share, as_value, interval_text, too_few
from careworth.results import Row, pick
from careworth.wording.care import trend_sentence

Values = pl.DataFrame


def known_row(values: Values, metric_id: str, variant: str, slice: str = "all") -> Row | None:
    """The row of a number that can be shown; None where there is none, no number, or too few cases."""
    row = pick(values, metric_id, variant, slice)
    return row if row is not None and row["value"] is not None and not too_few(row) else None


def clear_first(rows: Sequence[Row]) -> Row | None:
    """The row that lies above all others, intervals counted; None for a tie, an overlap or a single row.

    Examples
    --------
    >>> row = {"value": 0.3, "low": 0.25, "high": 0.35}
    >>> clear_first([row, {"value": 0.1, "low": 0.05, "high": 0.2}])["value"]
    0.3
    >>> clear_first([row, {"value": 0.28, "low": 0.2, "high": 0.3}]) is None
    True
    """
    if len(rows) < 2:
        return None
    first, *others = sorted(rows, key=lambda row: row["value"], reverse=True)
    return first if _low(first) > max(map(_high, others)) else None


def _low(row: Row) -> float:
    return row["value"] if row["low"] is None else row["low"]


def _high(row: Row) -> float:
    return row["value"] if row["high"] is None else row["high"]


def sliced_rows(values: Values, metric_id: str, variant: str, slices: str) -> dict[str, Row]:
    """The known rows of a variant whose slice begins with `slices`, by what follows; too few cases left out."""
    rows = values.filter(
        pl.col("slice").str.starts_with(slices), pl.col("value").is_not_null(), metric_id=metric_id, variant=variant
    )
    return {row["slice"].removeprefix(slices): row for row in rows.iter_rows(named=True) if not too_few(row)}


def network_finding(rows: Mapping[str, Row], most: str) -> str:
    """Which network stands out, `most` being what it does most; that none does, where intervals overlap.

    Examples
    --------
    >>> rows = {"X": {"value": 0.9, "low": 0.8, "high": 0.95, "unit": "share"},
    ...         "Facebook": {"value": 0.5, "low": 0.4, "high": 0.6, "unit": "share"}}
    >>> network_finding(rows, "answered in time most often")
    'X: answered in time most often, 90 %'
    >>> network_finding(rows | {"Facebook": rows["X"]}, "answered in time most often")
    'The networks do not clearly differ'
    """
    first = clear_first(list(rows.values()))
    if first is None:
        return "The networks do not clearly differ" if len(rows) > 1 else ""
    name = next(name for name, row in rows.items() if row is first)
    return f"{name}: {most}, {as_value(first['value'], first['unit'])}"


def most_finding(rows: Mapping[str, Row], lead: str, none: str) -> str:
    """What is most frequent, after the words `lead`; the words `none` where nothing clearly is.

    Examples
    --------
    >>> rows = {"a request": {"value": 0.5, "low": 0.4, "high": 0.6, "unit": "share"},
    ...         "praise": {"value": 0.1, "low": 0.05, "high": 0.2, "unit": "share"}}
    >>> most_finding(rows, "Most come with", "No reason stands out")
    'Most come with a request: 50 %'
    """
    first = clear_first(list(rows.values()))
    if first is None:
        return none if len(rows) > 1 else ""
    name = next(name for name, row in rows.items() if row is first)
    return f"{lead} {name}: {as_value(first['value'], first['unit'])}"


def trend_finding(values: Values, series: str, what: str) -> str:
    """Where a weekly series is heading, as far as its interval tells; empty where no trend was worked out."""
    trend = pick(values, "V6", series)
    if trend is None or trend["value"] is None:
        return ""
    return f"{what}: {trend_sentence(trend)}"


def volume_finding(values: Values) -> str:
    """From how many to how many conversations there were a week."""
    weeks = values.filter(metric_id="V1", variant="care_conversations", slice="week")["value"].drop_nulls()
    if weeks.is_empty():
        return ""
    low, high = as_count(weeks.min()), as_count(weeks.max())
    return f"{low} care conversations every week" if low == high else f"Between {low} and {high} care conversations a week"


def tone_finding(values: Values) -> str:
    """Whether more or fewer conversations end on a positive tone than begin on one."""
    begun, ended = known_row(values, "V5", "opening_positive"), known_row(values, "V5", "closing_positive")
    if begun is None or ended is None:
        return ""
    if clear_first([begun, ended]) is None:
        return "As many end on a positive tone as begin on one, as far as can be told"
    word = "More" if ended["value"] > begun["value"] else "Fewer"
    return f"{word} end on a positive tone than begin on one: {as_share(ended['value'])} against {as_share(begun['value'])}"


def shift_finding(values: Values) -> str:
    """Whether tones became better more often than worse."""
    better, worse = known_row(values, "Q3", "improved"), known_row(values, "Q3", "worsened")
    if better is None or worse is None:
        return ""
    first = clear_first([better, worse])
    if first is None:
        return "Tones became better about as often as worse"
    word, other = ("better", "worse") if first is better else ("worse", "better")
    return f"More tones became {word} than {other}: {as_share(first['value'])} against {as_share(_other(first, better, worse))}"


def _other(first: Row, better: Row, worse: Row) -> float:
    return (worse if first is better else better)["value"]


def alarm_finding(values: Values) -> str:
    """On how many days an alarm was raised by complaints."""
    own = pl.col("variant").is_in(["alarm", "watched"]) & ~pl.col("slice").str.contains("hour|question|request")
    days = values.filter(own, metric_id="V8").select(pl.col("period_start").n_unique()).item()
    return "No day raised an alarm" if not days else f"Alarms were raised on {days} day{'s' if days > 1 else ''}"


def answered_finding(values: Values) -> str:
    """How long half of the customers waited at most, and how many had an answer within the hour."""
    median = pick(values, "S2", "median")
    hour = known_row(values, "S2", "answered_within", "minutes=60")
    if median is None:
        return ""
    half = "More than half were never answered" if median["value"] is None else ""
    half = half or f"Half waited {as_duration(median['value'])} or less"
    return f"{half}; {as_share(hour['value'])} had an answer within an hour" if hour else half


def backlog_finding(values: Values) -> str:
    """How many still waited when the last week began."""
    weeks = values.filter(metric_id="S10", variant="open", slice="week").drop_nulls("value").sort("period_start")
    if weeks.is_empty():
        return ""
    last = weeks["value"][-1]
    if not last:
        return "Nobody still waited when the last week began"
    return f"{as_count(last)} customer{'s' if last > 1 else ''} still waited when the last week began"


def share_finding(row: Row | None, what: str) -> str:
    """A share with its interval and what it is of."""
    if row is None:
        return ""
    ranged = interval_text(row).removeprefix("95 % interval ")
    return f"{as_share(row['value'])} {what}" + (f" ({ranged})" if ranged else "")


def change_finding(values: Values, metric_id: str, variant: str, what: str) -> str:
    """Whether a share moved against the weeks before, in percentage points."""
    change = pick(values, metric_id, f"{variant}_change", "by=network")
    if change is None or change["value"] is None or change["low"] is None or change["high"] is None:
        return ""
    if change["low"] <= 0 <= change["high"]:
        return f"{what}: no clear change"
    points = f"{abs(100 * change['value']):.1f} points"
    return f"{what}: {points} {'more' if change['value'] > 0 else 'less'} than in the eight weeks before"


def hands_finding(values: Values) -> str:
    """How many agents the hour that takes most of them takes."""
    rows = sliced_rows(values, "S20", "needed_per_hour", "hour=")
    most = max((row["value"] for row in rows.values()), default=0)
    return f"The busiest hour of the week takes {most:.1f} agents" if most else ""
